"""What an event makes due: to whom, when, and only what is switched on."""

from datetime import timedelta

import pytest

from booking import actions as booking_actions
from booking.models import Booking, Event
from notifications import actions
from notifications.models import Message
from tests import factories
from tests.factories import NOW, TOMORROW_NOON

pytestmark = pytest.mark.django_db(transaction=True)
IN_A_WEEK = TOMORROW_NOON + timedelta(days=7)


def keys(**filters) -> list[str]:
    return sorted(Message.objects.filter(**filters).values_list("key", flat=True))


def test_booking_owes_confirmation_and_reminder(lesson, ada):
    booking = factories.book_one(lesson, starts_at=IN_A_WEEK)

    b = f"b{booking.pk}:r1"
    assert keys() == [
        f"{b}:confirmation:client:email",
        f"{b}:confirmation:client:sms",
        f"{b}:confirmation:provider-{ada.pk}:email",
        f"{b}:remind-1440:client:email",
    ]
    reminder = Message.objects.get(kind="reminder")
    assert reminder.due_at == IN_A_WEEK - timedelta(days=1)


def test_booking_within_a_day_owes_no_reminder(lesson):
    factories.book_one(lesson, starts_at=NOW + timedelta(hours=23))

    assert not Message.objects.filter(kind="reminder").exists()


def test_what_is_switched_off_is_not_owed(lesson):
    actions.set_switches(
        {
            "confirmation-client-sms": False,
            "confirmation-provider-email": False,
            "confirmation-company-email": True,
        }
    )

    booking = factories.book_one(lesson, starts_at=NOW + timedelta(hours=2))

    b = f"b{booking.pk}:r1:confirmation"
    assert keys() == [f"{b}:client:email", f"{b}:company:email"]


def test_language_and_zone_are_the_recipients(lesson):
    details = factories.details(language="uk", timezone="America/Los_Angeles")
    factories.book_one(lesson, client=details)

    client = Message.objects.get(kind="confirmation", audience="client", channel="email")
    provider = Message.objects.get(kind="confirmation", audience="provider", channel="email")
    assert (client.language, client.timezone) == ("uk", "America/Los_Angeles")
    assert (provider.language, provider.timezone) == ("en", "Europe/Kyiv")


def test_language_and_zone_that_are_no_more_fall_back_to_the_companys(lesson):
    booking = factories.book_one(lesson, client=factories.details(language="xx"))
    Booking.objects.filter(pk=booking.pk).update(timezone="Asia/Formerly")

    booking_actions.reschedule(booking_id=booking.pk, starts_at=IN_A_WEEK, now=NOW)

    client = Message.objects.get(kind="changed", channel="email", audience="client")
    assert (client.language, client.timezone) == ("en", "Europe/Kyiv")


def test_move_sets_aside_what_was_owed_before(lesson):
    booking = factories.book_one(lesson, starts_at=IN_A_WEEK)

    booking_actions.reschedule(
        booking_id=booking.pk, starts_at=IN_A_WEEK + timedelta(hours=1), now=NOW
    )

    before = Message.objects.filter(revision=1)
    assert {(m.state, m.reason) for m in before} == {("skipped", "outdated")}
    b = f"b{booking.pk}:r2"
    assert keys(revision=2, audience="client") == [
        f"{b}:changed:client:email",
        f"{b}:changed:client:sms",
        f"{b}:remind-1440:client:email",
    ]


def test_other_provider_is_told_booked_and_the_former_cancelled(lesson, ada):
    bob = factories.provider("Bob")
    lesson.providers.add(bob)
    booking = factories.book_one(lesson, provider_id=ada.pk)

    booking_actions.reschedule(
        booking_id=booking.pk, starts_at=TOMORROW_NOON, provider_id=bob.pk, now=NOW
    )

    b = f"b{booking.pk}:r2"
    assert keys(revision=2, audience="provider") == [
        f"{b}:cancelled:provider-{ada.pk}:email",
        f"{b}:confirmation:provider-{bob.pk}:email",
    ]


def test_cancellation_owes_only_itself(lesson, ada):
    booking = factories.book_one(lesson, starts_at=IN_A_WEEK)

    booking_actions.cancel(booking_id=booking.pk, now=NOW, reason="ill")

    b = f"b{booking.pk}:r2:cancelled"
    assert keys(state="owed") == [
        f"{b}:client:email",
        f"{b}:client:sms",
        f"{b}:provider-{ada.pk}:email",
    ]


def test_lost_connection_is_told_to_those_who_can_mend_it(db, django_user_model):
    factories.company()
    boss = factories.staff(is_superuser=True)
    factories.staff("viewer@kyiv-yoga.example")
    event = Event.objects.create(kind=Event.ZOOM_CONNECTION_LOST, occurred_at=NOW)

    actions.owe_connection_lost(event)

    message = Message.objects.get()
    assert message.to_address == boss.email
    assert message.subject == "Kyiv Yoga: the connection to Zoom is lost"
    assert "https://book.example/admin/online-meetings/" in message.body_text


def test_failed_meeting_names_the_session_and_the_reason(lesson):
    factories.staff(is_superuser=True)
    booking = factories.book_one(lesson)
    event = Event.objects.create(
        kind=Event.MEETING_FAILED,
        session=booking.session,
        details={"reason": "User does not exist"},
        occurred_at=NOW,
    )

    actions.owe_meeting_failed(event)

    message = Message.objects.get(kind="meeting-failed")
    assert "Lesson with Ada" in message.body_text
    assert "Tuesday, 24 November 2026, 12:00 (Kyiv, UTC+2)" in message.body_text
    assert "What Zoom said: User does not exist" in message.body_text


def test_dead_broker_costs_a_log_line_and_nothing_else(lesson, dead_broker, caplog):
    booking = factories.book_one(lesson)

    assert Message.objects.filter(booking=booking, state="owed").count() == 4
    assert "Error calling" in caplog.text
    assert booking.join_token not in caplog.text
