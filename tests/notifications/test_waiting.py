"""Who waits for a class session is told when it is cancelled."""

import pytest

from booking import actions as booking_actions
from booking.models import Event
from notifications import actions
from notifications.models import Message, MessageSetting
from tests import factories
from tests.factories import NOW, TOMORROW_NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(ada):
    """A session of yoga whose only place Cleo has taken, and for which Dan and Eve wait."""
    factories.company()
    factories.enable("classes")
    factories.enable("waiting-list")
    yoga = factories.service(ada, name="Yoga", kind="class", capacity=1)
    session = booking_actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=TOMORROW_NOON, now=NOW
    )
    booking_actions.book(
        service_id=yoga.pk, session_id=session.pk, client=factories.details(), now=NOW
    )
    wait(session, "Dan", language="uk", timezone="Europe/Paris")
    wait(session, "Eve", phone="+380441234567")
    return session


def wait(session, name, **fields):
    return booking_actions.join_waiting_list(
        session_id=session.pk, client=factories.details(name, **fields), now=NOW
    )


def cancel(session):
    booking_actions.cancel_session(session_id=session.pk, now=NOW, reason="A flood")


def told() -> list[tuple[str, str]]:
    """Channel and address of all that is owed to those who waited."""
    rows = Message.objects.filter(kind="session-cancelled", audience="client").order_by("pk")
    return list(rows.values_list("channel", "to_address"))


def deliver(now=NOW, **filters) -> Message:
    message = Message.objects.get(kind="session-cancelled", **filters)
    actions.deliver_message(message_id=message.pk, now=now)
    message.refresh_from_db()
    return message


def test_cancelled_session_is_told_to_everybody_who_waits(full):
    cancel(full)

    assert told() == [
        ("email", "dan@client.example"),
        ("sms", ""),
        ("email", "eve@client.example"),
        ("sms", "+380441234567"),
    ]
    event = Event.objects.get(kind=Event.SESSION_CANCELLED)
    entries = full.waiting.in_turn()
    assert event.details["waiting"] == [entry.pk for entry in entries]


def test_message_names_session_and_reason(full):
    cancel(full)

    message = deliver(to_address="eve@client.example")

    assert message.state == "caught"
    assert message.subject == ("Cancelled: Yoga, Tuesday, 24 November 2026, 12:00 (Kyiv, UTC+2)")
    assert message.body_text.startswith(
        "Hello Eve,\n\nThe class that you wait for does not take place:"
    )
    assert "Reason: A flood" in message.body_text


def test_message_is_in_the_language_and_zone_of_who_waits(full):
    cancel(full)

    message = deliver(to_address="dan@client.example")

    assert message.body_text.startswith("Вітаємо, Dan!")
    assert "11:00 (Париж, UTC+1)" in message.subject


def test_sms_is_short(full):
    cancel(full)

    message = deliver(to_address="+380441234567")

    assert message.body_text == (
        "Kyiv Yoga: the class you wait for is cancelled. Yoga, Tue, 24 Nov 12:00 (Kyiv, UTC+2)."
    )


def test_message_too_late_is_not_sent(full):
    cancel(full)

    message = deliver(now=full.ends_at, to_address="eve@client.example")

    assert message.reason == "too-late"


def test_who_left_is_told_nothing(full):
    for entry in full.waiting.all():
        booking_actions.leave_waiting_list(entry_id=entry.pk)

    cancel(full)

    assert told() == []


def test_who_was_offered_a_place_is_told_as_of_a_booking(full):
    booking_actions.cancel(booking_id=full.bookings.get().pk, now=NOW)

    cancel(full)

    assert ("email", "dan@client.example") not in told()
    assert Message.objects.filter(
        kind="cancelled", to_address="dan@client.example", channel="email"
    ).exists()


def test_nobody_is_told_while_cancellations_are_switched_off(full):
    for channel in ("email", "sms"):
        MessageSetting.objects.create(
            kind="cancelled", audience="client", channel=channel, is_on=False
        )

    cancel(full)

    assert told() == []
