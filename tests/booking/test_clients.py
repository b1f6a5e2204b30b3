"""Several records of one person: finding them, and making them one."""

import pytest

from booking import actions
from booking.errors import MergeRefused, WrongValue
from booking.models import Booking, Client, Event, Session, User, WaitingEntry
from tests import factories
from tests.factories import NOW, TOMORROW_NOON, book_one, client, details

pytestmark = pytest.mark.django_db


def test_clients_are_alike_by_name_address_or_phone_whatever_the_capitals():
    cleo = client("Cleo Ann", email="cleo@one.example", phone="+380441234567")
    alike = [
        client("CLEO ann", email=""),
        client("C. Ann", email="Cleo@One.Example"),
        client("Cleopatra", email="", phone="+380441234567"),
    ]
    client("Dan", email="", phone="")

    assert sorted(row.pk for row in Client.objects.like(cleo)) == [row.pk for row in alike]


def test_clients_who_gave_nothing_share_nothing():
    dan = client("Dan", email="", phone="")
    client("Eve", email="", phone="")

    assert not Client.objects.like(dan).exists()


@pytest.fixture
def boss():
    return factories.staff()


def merge(kept, *others, boss):
    return actions.merge_clients(
        kept_id=kept.pk, other_ids=[other.pk for other in others], now=NOW, actor=boss
    )


def test_record_that_is_kept_has_all_that_was_of_the_others(lesson, boss):
    booking = book_one(lesson, client=details("Cleo"))
    other = book_one(
        lesson,
        client=details("Cleo Ann", email="c@other.example"),
        starts_at=TOMORROW_NOON.replace(hour=14),
    )
    kept = booking.client

    merge(kept, other.client, boss=boss)

    assert set(Booking.objects.values_list("client", flat=True)) == {kept.pk}
    assert list(Client.objects.all()) == [kept]
    event = Event.objects.get(kind=Event.CLIENTS_MERGED)
    assert (event.actor, event.details) == (
        boss,
        {
            "kept": {"id": kept.pk, "name": "Cleo"},
            "others": [{"id": other.client_id, "name": "Cleo Ann"}],
        },
    )


def test_what_is_missing_is_filled_in_and_nothing_else_changed(boss):
    user = User.objects.create_user("cleo@client.example")
    kept = client("Cleo", email="", phone="", language="uk")
    first = client("Cleo", email="cleo@client.example", language="en", user=user)
    second = client("Cleo", email="c@else.example", phone="+380441234567", timezone="Europe/Kyiv")

    merge(kept, second, first, boss=boss)

    kept.refresh_from_db()
    assert (kept.email, kept.language, kept.user) == ("cleo@client.example", "uk", user)
    assert (kept.phone, kept.timezone) == ("+380441234567", "Europe/Kyiv")


def test_two_in_one_session_stay_two_but_nobody_waits_twice(yoga, boss):
    factories.enable("waiting-list")
    Session.objects.update(capacity=2)
    session = Session.objects.get()
    of = {"session_id": session.pk, "now": NOW}
    for name in ("Cleo", "Cleopatra"):
        actions.book(service_id=yoga.pk, client=details(name), **of)
    first, second = (
        actions.join_waiting_list(client=details(name), **of) for name in ("C. Ann", "C.")
    )

    kept = Client.objects.get(name="Cleo")
    merge(kept, *Client.objects.exclude(pk=kept.pk), boss=boss)

    session.refresh_from_db()
    assert (kept.bookings.count(), session.seats_taken) == (2, 2)
    assert list(WaitingEntry.objects.waiting().filter(client=kept)) == [first]
    assert Event.objects.get(kind=Event.WAITING_LEFT).details["entry"] == second.pk


def test_clients_who_sign_in_as_different_users_are_not_merged(boss):
    kept, other = (
        client(name, user=User.objects.create_user(f"{name}@client.example"))
        for name in ("cleo", "dan")
    )

    with pytest.raises(MergeRefused):
        merge(kept, other, boss=boss)

    assert Client.objects.count() == 2


@pytest.mark.parametrize("is_kept", [True, False])
def test_client_who_was_erased_is_not_merged(boss, is_kept):
    erased, known = client("Cleo"), client("Dan")
    actions.erase_clients(client_ids=[erased.pk], now=NOW)

    with pytest.raises(MergeRefused):
        merge(*([erased, known] if is_kept else [known, erased]), boss=boss)

    assert Client.objects.count() == 2


def test_client_who_would_be_like_a_third_is_not_merged_without_that(boss):
    kept, other = client("Cleo", email=""), client("C. Ann", email="cleo@client.example")
    third = client("CLEO", email="Cleo@client.example")

    with pytest.raises(MergeRefused):
        merge(kept, other, boss=boss)
    merge(kept, other, third, boss=boss)

    assert Client.objects.get().email == "cleo@client.example"


def test_a_record_is_not_merged_with_itself_or_with_none(boss):
    kept, gone = client("Cleo"), client("Dan")
    gone_id = gone.pk
    gone.delete()

    for other_ids in ([], [kept.pk], [gone_id]):
        with pytest.raises(WrongValue) as refusal:
            actions.merge_clients(kept_id=kept.pk, other_ids=other_ids, now=NOW, actor=boss)
        assert refusal.value.field == "other_ids"


def test_whoever_books_under_a_merged_name_is_a_new_client(lesson, boss):
    kept = client("Cleo")
    merge(kept, client("Dan"), boss=boss)

    assert book_one(lesson, client=details("Dan")).client != kept


def test_all_that_refers_to_a_client_is_moved_by_a_merge():
    """Whoever adds a reference to clients lets ``merge_clients``, or a listener, move it."""
    referring = {
        f"{relation.related_model._meta.label}.{relation.field.name}"
        for relation in Client._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete
    }

    assert referring == {
        "booking.Booking.client",
        "booking.WaitingEntry.client",
        "webhooks.Delivery.client",
    }
