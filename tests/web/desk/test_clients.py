"""A client's page, and the way from it to a new booking."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from booking import actions
from booking.models import Client, User
from tests import factories


@pytest.fixture
def owner(as_role):
    return as_role("owner")


def page_of(browser, client: Client, **query):
    return browser.get(reverse("desk:client", args=[client.pk]), query)


def test_page_of_a_new_client_says_that_nothing_is_booked(owner, company):
    client = factories.client("Cleo", phone="+380671234567", language="uk")

    page = page_of(owner, client).content.decode()

    for words in ("Nothing is booked.", "Nothing so far.", "+380 67 123 4567", "Ukrainian"):
        assert words in page
    assert "No message was due for them." in page


def test_page_tells_next_coming_and_past_bookings_apart(owner, ada, book, tomorrow):
    next_one, later, cancelled = (
        book(ada, starts_at=tomorrow + timedelta(days=days)) for days in (0, 2, 1)
    )
    now = timezone.now()
    actions.cancel(booking_id=cancelled.pk, now=now)
    past = book(ada, starts_at=tomorrow - timedelta(days=9), now=tomorrow - timedelta(days=20))
    actions.note_attendance(booking_id=past.pk, attendance="no_show", now=now, actor=None)

    context = page_of(owner, next_one.client).context

    assert context["next_booking"] == next_one
    assert context["coming"] == [later]
    assert list(context["past"].object_list) == [cancelled, past]
    counts = {"made": 4, "coming": 2, "came": 0, "stayed_away": 1, "cancelled": 1}
    assert context["counts"] == counts


def test_page_shows_what_was_noted_and_who_signs_in(owner, ada, book):
    booking = book(ada, note="Left knee")
    actions.write_comment(
        booking_id=booking.pk, comment="Owes us a book.", now=timezone.now(), actor=None
    )
    client = booking.client
    client.user = User.objects.create_user("cleo@client.example")
    client.save()

    page = page_of(owner, client).content.decode()

    for words in ("Left knee", "Owes us a book.", "as cleo@client.example"):
        assert words in page


def test_messages_are_for_those_who_may_read_them(owner, as_role, browser_of, ada, book):
    client = book(ada).client
    trusted = factories.staff("trusted@kyiv-yoga.example")
    for codename in ("view_client", "see_all_bookings", "view_booking"):
        trusted.user_permissions.add(Permission.objects.get(codename=codename))

    assert {message.audience for message in page_of(owner, client).context["sent"]} == {"client"}
    for reader in (as_role("viewer"), browser_of(trusted)):
        answer = page_of(reader, client)
        assert answer.context["sent"] == []
        assert "/sent-messages/" not in answer.content.decode()


def test_viewer_finds_no_control(as_role, ada, book):
    page = page_of(as_role("viewer"), book(ada).client).content.decode()

    for words in ("New booking", ">Edit<", "/change/"):
        assert words not in page


@pytest.mark.parametrize(("role", "status"), [("anonymous", 302), ("client", 403)])
def test_page_is_closed_to_strangers(as_role, company, role, status):
    assert page_of(as_role(role), factories.client()).status_code == status


def test_page_needs_the_right_to_see_clients(browser_of, company):
    nosy = factories.staff("nosy@kyiv-yoga.example")
    nosy.user_permissions.add(Permission.objects.get(codename="view_booking"))

    assert page_of(browser_of(nosy), factories.client()).status_code == 403


def test_junior_sees_own_bookings_of_own_clients_alone(as_ada, ada, ben, book):
    own = book(ada)
    with_ben = book(ben, starts_at=own.session.ends_at)
    foreign = book(ben, client=factories.details("Dan"))

    answer = page_of(as_ada, own.client)

    assert answer.context["next_booking"] == own
    assert answer.context["counts"]["made"] == 1
    assert with_ben.code not in answer.content.decode()
    assert page_of(as_ada, foreign.client).status_code == 404


def test_name_of_a_client_is_text(owner, ada, book):
    booking = book(ada, client=factories.details("<script>x", email="x@client.example"))

    page = page_of(owner, booking.client).content.decode()
    listed = owner.get(reverse("admin:booking_client_changelist")).content.decode()

    assert "<script>x" not in page + listed
    assert "&lt;script&gt;x" in page
    assert reverse("desk:client", args=[booking.client_id]) in listed


def test_past_bookings_come_in_pages(owner, ada, book, tomorrow):
    long_ago = tomorrow - timedelta(days=90)
    for hour in range(51):
        book(ada, starts_at=long_ago + timedelta(hours=hour), now=long_ago - timedelta(days=1))
    client = Client.objects.get()

    assert len(page_of(owner, client).context["past"].object_list) == 50
    assert len(page_of(owner, client, page=2).context["past"].object_list) == 1


def test_page_asks_as_much_for_three_bookings_as_for_one(
    owner, ada, book, tomorrow, django_assert_num_queries, django_assert_max_num_queries
):
    client = book(ada).client
    book(ada, starts_at=tomorrow + timedelta(days=1), note="One")
    with django_assert_max_num_queries(20) as for_one:
        page_of(owner, client)
    for days in (2, 3):
        book(ada, starts_at=tomorrow + timedelta(days=days), note="Two")

    with django_assert_num_queries(len(for_one)):
        page_of(owner, client)


def test_new_booking_begins_with_what_is_known_of_the_client(owner, lesson):
    client = factories.client("Cleo", phone="+380671234567", language="uk")

    form = owner.get(reverse("desk:booking-new"), {"client": client.pk}).context["form"]

    known = {"name": "Cleo", "email": "cleo@client.example", "language": "uk"}
    assert {name: form[name].value() for name in known} == known
    assert form["phone"].value() == "+380671234567"


def test_junior_gets_nothing_of_a_colleagues_client_into_a_form(as_ada, ben, book):
    foreign = book(ben).client

    for pk in (foreign.pk, "x", "9" * 40):
        form = as_ada.get(reverse("desk:booking-new"), {"client": pk}).context["form"]
        assert not form["name"].value()


def test_booking_that_is_under_way_is_the_next_one(owner, ada, book):
    booking = book(ada)

    with time_machine.travel(booking.session.starts_at + timedelta(minutes=1), tick=False):
        assert page_of(owner, booking.client).context["next_booking"] == booking
