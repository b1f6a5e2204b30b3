"""Erasing clients: what is ahead is cancelled, what is past stays without them."""

from datetime import timedelta

import pytest

from booking import actions
from booking.models import Booking, Client, Company, Event, Session, User, WaitingEntry
from tests import factories
from tests.factories import NOW, TOMORROW_NOON, book_one, client, details

pytestmark = pytest.mark.django_db


def erase(*clients, now=NOW, actor=None):
    ids = [one.pk for one in clients]
    return actions.erase_clients(client_ids=ids, now=now, actor=actor)


def test_what_is_ahead_is_cancelled_however_late_and_what_has_begun_stays(lesson):
    Company.objects.update(cancel_until_minutes=10_000)
    begun = book_one(lesson, starts_at=NOW + timedelta(minutes=5))
    ahead = book_one(lesson)

    erase(ahead.client, now=NOW + timedelta(minutes=10))

    for booking in (begun, ahead):
        booking.refresh_from_db()
    assert (begun.state, ahead.state) == (Booking.CONFIRMED, Booking.CANCELLED)
    assert list(Session.objects.active()) == [begun.session]
    assert not Event.objects.get(kind=Event.CANCELLED).details["reason"]


def test_a_place_goes_to_whoever_waits_and_not_back_to_the_erased(yoga):
    factories.enable("waiting-list")
    session = yoga.sessions.get()
    Session.objects.filter(pk=session.pk).update(capacity=1)
    of = {"session_id": session.pk, "now": NOW}
    booked = actions.book(service_id=yoga.pk, client=details("Cleo"), **of)
    actions.join_waiting_list(client=details("Cleo"), **of)
    dan = actions.join_waiting_list(client=details("Dan"), **of)

    erase(booked.client)

    dan.refresh_from_db()
    assert (dan.state, dan.booking.state) == (WaitingEntry.OFFERED, Booking.HELD)
    assert WaitingEntry.objects.get(client=booked.client).state == WaitingEntry.LEFT


def test_nothing_personal_is_left_and_old_links_open_nothing(lesson):
    given = {"phone": "+380671111111", "language": "uk", "timezone": "Europe/Kyiv"}
    booking = book_one(lesson, client=details(**given), note="By the window")
    Booking.objects.update(
        answers=[{"question": 1, "label": "Age", "answer": "44"}],
        agreed=[{"consent": 1, "text": "Terms"}],
        comment="Pays late",
        idempotency_key="cleo-1",
    )

    erase(booking.client)

    was, booking = booking, Booking.objects.get()
    assert (booking.note, booking.comment, booking.answers) == ("", "", [])
    assert (booking.phone, booking.language, booking.timezone) == ("", "", "")
    assert booking.idempotency_key is None
    assert booking.agreed == [{"consent": 1, "text": "Terms"}]
    assert not {was.manage_token, was.join_token} & {booking.manage_token, booking.join_token}
    cleo = booking.client
    assert (cleo.name, cleo.email, cleo.phone, cleo.erased_at) == ("—", "", "", NOW)
    assert str(cleo) == "Erased client"


def test_names_leave_the_past_also_through_merged_records():
    boss = factories.staff()
    first, second, third = (client(name) for name in ("Cleo", "Kleo", "C. Ann"))
    for kept, other in ((second, first), (third, second)):
        of = {"kept_id": kept.pk, "other_ids": [other.pk], "actor": boss, "now": NOW}
        actions.merge_clients(**of)
    kept_apart = client("Dan"), client("Eve")
    of = {"kept_id": kept_apart[0].pk, "other_ids": [kept_apart[1].pk], "actor": boss, "now": NOW}
    actions.merge_clients(**of)

    erase(third)

    told = str(list(Event.objects.values_list("details", flat=True)))
    assert not [name for name in ("Cleo", "Kleo", "C. Ann") if name in told]
    assert "Dan" in told
    assert "Eve" in told


def test_whoever_signs_in_as_nobody_else_is_no_user_any_more():
    user = User.objects.create_user("cleo@client.example", name="Cleo")
    cleo, ann = (client(name, email=user.email, user=user) for name in ("Cleo", "Ann"))

    erase(cleo)
    assert User.objects.get().name == ""
    erase(ann)

    assert not User.objects.exists()


def test_staff_who_book_stay_staff():
    boss = factories.staff()
    boss_as_client = client("Boss", user=boss)

    erase(boss_as_client)

    assert User.objects.get() == boss


def test_erasing_twice_is_erasing_once_and_says_who_did_it():
    boss, cleo = factories.staff(), client("Cleo")

    counts = [erase(cleo, actor=boss), erase(cleo)]

    assert counts == [1, 0]
    event = Event.objects.get(kind=Event.CLIENT_ERASED)
    assert (event.actor, event.details) == (boss, {"client": cleo.pk})


def test_whoever_books_under_the_same_name_is_a_new_client(lesson):
    cleo = client("Cleo")
    erase(cleo)

    again = book_one(lesson, starts_at=TOMORROW_NOON)

    assert again.client_id != cleo.pk
    assert not Client.objects.like(again.client).exists()
