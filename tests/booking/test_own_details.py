"""What clients change about themselves: for all that is to come, and with a trace."""

from datetime import timedelta

import pytest

from booking import actions
from booking.errors import ClientExists, WrongValue
from booking.models import Booking, Client, Event, WaitingEntry
from tests import factories
from tests.factories import NOW, TOMORROW_NOON, book_one, details

pytestmark = pytest.mark.django_db


def change(client, now=NOW, **values):
    return actions.change_client(client_id=client.pk, values=values, now=now)


def test_what_is_ahead_says_what_its_client_says_now_and_the_past_stays(lesson):
    of = {"phone": "+380671111111", "language": "en", "timezone": "Europe/Kyiv"}
    over = book_one(lesson, client=details(**of), starts_at=NOW + timedelta(hours=1))
    ahead = book_one(lesson, client=details(**of))

    new = {"phone": "+380672222222", "language": "uk", "timezone": "Europe/Rome"}
    change(ahead.client, now=NOW + timedelta(hours=3), **new)

    said = dict(Booking.objects.values_list("pk", "timezone"))
    ahead.refresh_from_db()
    assert said == {over.pk: "Europe/Kyiv", ahead.pk: "Europe/Rome"}
    assert (ahead.phone, ahead.language) == ("+380672222222", "uk")
    event = Event.objects.get(kind=Event.CLIENT_CHANGED)
    fields = ["language", "phone", "timezone"]
    assert event.details == {"client": ahead.client_id, "fields": fields}


def test_places_waited_for_are_told_of_as_the_client_says_now(yoga):
    factories.enable("waiting-list")
    session = yoga.sessions.get()
    for _place in range(session.capacity):
        actions.book(service_id=yoga.pk, session_id=session.pk, client=details("Dan"), now=NOW)
    entry = actions.join_waiting_list(session_id=session.pk, client=details(), now=NOW)

    change(entry.client, language="uk")

    assert WaitingEntry.objects.get().language == "uk"


def test_saying_the_same_again_is_no_change():
    cleo = factories.client(language="uk")

    change(cleo, name="Cleo", language="uk")

    assert not Event.objects.exists()


def test_two_of_one_address_cannot_have_one_name():
    cleo = factories.client("Cleo")
    factories.client("Ann", email=cleo.email)

    with pytest.raises(ClientExists):
        change(cleo, name="ANN")
    change(cleo, name="CLEO")

    assert set(Client.objects.values_list("name", flat=True)) == {"CLEO", "Ann"}


@pytest.mark.parametrize(
    "values", [{"name": " "}, {"timezone": "Mars/Olympus"}, {"email": "other@client.example"}]
)
def test_what_makes_no_sense_is_refused(values):
    cleo = factories.client("Cleo", email="")

    with pytest.raises(WrongValue) as refusal:
        change(cleo, **values)

    assert refusal.value.field == next(iter(values))
    assert not Event.objects.exists()


def test_one_that_was_erased_is_nobody_any_more():
    cleo = factories.client("Cleo")
    actions.erase_clients(client_ids=[cleo.pk], now=NOW)

    with pytest.raises(Client.DoesNotExist):
        change(cleo, name="Cleo")


def test_a_move_needs_no_details_again(lesson):
    """Nothing but what was given is touched: the revision by which others ask stays."""
    booking = book_one(lesson)
    change(booking.client, language="uk")

    booking.refresh_from_db()
    assert (booking.revision, booking.session.starts_at) == (1, TOMORROW_NOON)
