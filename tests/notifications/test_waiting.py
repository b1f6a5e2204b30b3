"""Who waits for a class session is told when it is moved or cancelled."""

from datetime import timedelta

import pytest

from booking import actions as booking_actions
from booking import events
from booking.links import waiting_url
from booking.models import Client, Event
from notifications import actions
from notifications.models import Message, MessageSetting
from tests import factories
from tests.factories import NOW, TOMORROW_NOON

pytestmark = pytest.mark.django_db
OFF = "off-the-list"


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


def move(session, by=timedelta(hours=3)):
    booking_actions.move_class_session(
        session_id=session.pk, starts_at=session.starts_at + by, now=NOW
    )
    session.refresh_from_db()


def give_way(eve):
    """Two places come free: one is offered to Dan, one to Eve."""
    booking_actions.set_capacity(session_id=eve.session_id, capacity=3, now=NOW)


def told(kind="session-cancelled") -> list[tuple[str, str]]:
    """Channel and address of all that is owed to those who waited."""
    rows = Message.objects.filter(kind=kind, audience="client").order_by("pk")
    return list(rows.values_list("channel", "to_address"))


def deliver(kind="session-cancelled", now=NOW, **filters) -> Message:
    message = Message.objects.get(kind=kind, **filters)
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
        booking_actions.leave_waiting_list(entry_id=entry.pk, now=NOW)

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
            kind="session-cancelled", audience="client", channel=channel, is_on=False
        )

    cancel(full)

    assert told() == []


class TestMove:
    def test_is_told_to_everybody_who_waits(self, full):
        move(full)

        assert told("session-moved") == [
            ("email", "dan@client.example"),
            ("sms", ""),
            ("email", "eve@client.example"),
            ("sms", "+380441234567"),
        ]

    def test_mail_tells_the_new_time_and_that_one_still_waits(self, full):
        entry = full.waiting.get(client__name="Eve")
        move(full)

        message = deliver("session-moved", to_address="eve@client.example")

        assert message.state == "caught"
        assert message.subject == (
            "Changed: Yoga is now on Tuesday, 24 November 2026, 15:00 (Kyiv, UTC+2)"
        )
        assert message.body_text.startswith(
            "Hello Eve,\n\nThe class that you wait for has been changed."
        )
        assert "Before: Tuesday, 24 November 2026, 12:00 (Kyiv, UTC+2)" in message.body_text
        assert "You are still on its waiting list." in message.body_text
        assert f"leave the list here:\n{waiting_url(entry.token)}\n" in message.body_text
        assert f'href="{waiting_url(entry.token)}"' in message.body_html

    def test_mail_is_in_the_language_and_zone_of_who_waits(self, full):
        move(full)

        message = deliver("session-moved", to_address="dan@client.example")

        assert "Заняття, на яке ви чекаєте, змінено." in message.body_text
        assert "14:00 (Париж, UTC+1)" in message.subject

    def test_sms_is_short(self, full):
        entry = full.waiting.get(client__name="Eve")
        move(full)

        message = deliver("session-moved", to_address="+380441234567")

        assert message.body_text == (
            "Kyiv Yoga: the class you wait for is changed. Yoga is now on Tue, 24 Nov 15:00 "
            f"(Kyiv, UTC+2). You still wait for it: {waiting_url(entry.token)}"
        )

    def test_newer_move_takes_the_place_of_an_older_one(self, full):
        move(full)
        older = Message.objects.get(kind="session-moved", to_address="eve@client.example")
        move(full)

        newer = deliver("session-moved", to_address="eve@client.example", pk__gt=older.pk)
        actions.deliver_message(message_id=older.pk, now=NOW)

        older.refresh_from_db()
        assert (older.reason, newer.state) == ("outdated", "caught")

    def test_is_not_told_to_who_left_or_was_offered_a_place(self, full):
        booking_actions.cancel(booking_id=full.bookings.get().pk, now=NOW)
        booking_actions.leave_waiting_list(
            entry_id=full.waiting.get(client__name="Eve").pk, now=NOW
        )

        move(full)

        assert told("session-moved") == []

    def test_is_told_to_nobody_while_changes_are_switched_off(self, full):
        for channel in ("email", "sms"):
            MessageSetting.objects.create(
                kind="session-moved", audience="client", channel=channel, is_on=False
            )

        move(full)

        assert told("session-moved") == []

    def test_recorded_without_a_waiting_list_is_told_to_our_side_alone(self, full):
        was = {"starts_at": full.starts_at.isoformat(), "provider": full.provider_id}

        events.record(Event.SESSION_MOVED, now=NOW, session=full, was=was, bookings=1)

        assert told("session-moved") == []
        assert Message.objects.filter(kind="session-moved", audience="provider").exists()


class TestPlace:
    """Who joins the list is told so, and how to leave it."""

    EVE = {"kind": "waiting", "to_address": "eve@client.example"}

    def test_is_told_by_mail_to_who_joined(self, full):
        assert told("waiting") == [("email", "dan@client.example"), ("email", "eve@client.example")]
        entry = full.waiting.get(client__name="Eve")

        message = deliver(**self.EVE)

        assert (message.state, message.waiting, message.booking) == ("caught", entry, None)
        assert message.subject == (
            "On the waiting list: Yoga, Tuesday, 24 November 2026, 12:00 (Kyiv, UTC+2)"
        )
        assert message.body_text.startswith("Hello Eve,\n\nYou are on the waiting list")
        assert f"Leave the list here:\n{waiting_url(entry.token)}\n" in message.body_text

    def test_is_in_the_language_and_zone_of_who_waits(self, full):
        message = deliver("waiting", to_address="dan@client.example")

        assert message.body_text.startswith("Вітаємо, Dan!\n\nВи в списку очікування")
        assert "11:00 (Париж, UTC+1)" in message.subject

    def test_is_told_by_sms_if_that_is_wanted(self, full):
        actions.set_switches({"waiting-client-sms": True})
        entry = wait(full, "Fay", phone="+380441234568")

        message = deliver("waiting", channel="sms")

        assert message.body_text == (
            "Kyiv Yoga: you are on the waiting list, Yoga, Tue, 24 Nov 12:00 (Kyiv, UTC+2). "
            f"Leave it here: {waiting_url(entry.token)}"
        )

    def test_goes_where_its_reader_is_reached_now(self, full):
        Client.objects.filter(name="Eve").update(email="eve@new.example")

        assert deliver(**self.EVE).to_address == "eve@new.example"

    @pytest.mark.parametrize(
        ("what", "reason"),
        [
            (lambda eve: booking_actions.leave_waiting_list(entry_id=eve.pk, now=NOW), OFF),
            (lambda eve: give_way(eve), OFF),
            (lambda eve: cancel(eve.session), OFF),
            (lambda eve: move(eve.session), ""),
            (lambda eve: actions.set_switches({"waiting-client-email": False}), "switched-off"),
        ],
        ids=["left", "offered", "cancelled", "moved", "switched off"],
    )
    def test_is_told_while_they_wait(self, full, what, reason):
        what(full.waiting.get(client__name="Eve"))

        assert deliver(**self.EVE).reason == reason

    def test_is_not_told_after_the_start(self, full):
        assert deliver(now=full.starts_at, **self.EVE).reason == "too-late"
