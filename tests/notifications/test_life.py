"""From a request to its end: each person is told, truthfully, once."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.translation import override

from booking import actions as booking_actions
from booking import events
from booking.models import Booking, Client, Event, WaitingEntry
from notifications import actions
from notifications.models import Message
from tests import factories
from tests.factories import NOW, TOMORROW_NOON

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
IN_A_WEEK = TOMORROW_NOON + timedelta(days=7)
# When what staff did at NOW is told.
SOON = NOW + timedelta(seconds=15)


@pytest.fixture
def boss(db):
    return factories.staff()


@pytest.fixture
def asked(lesson) -> Booking:
    """A booking that waits for approval."""
    lesson.needs_approval = True
    lesson.save()
    return factories.book_one(lesson, starts_at=IN_A_WEEK)


@pytest.fixture
def held(lesson) -> Booking:
    return booking_actions.hold(
        service_id=lesson.pk,
        starts_at=TOMORROW_NOON,
        client=factories.details(),
        held_until=NOW + HOUR,
        now=NOW,
    )


def owed(**filters) -> set[str]:
    """What is still owed, as kind, audience and channel."""
    rows = Message.objects.filter(state="owed", **filters)
    return {f"{row.kind}-{row.audience}-{row.channel}" for row in rows}


def deliver(now=SOON, **filters) -> Message:
    message = Message.objects.get(**filters)
    actions.deliver_message(message_id=message.pk, now=now)
    message.refresh_from_db()
    return message


def to(audience: str, kind: str, **filters) -> dict:
    return {"audience": audience, "kind": kind, "channel": "email", **filters}


REQUEST = {"requested-client-email", "requested-client-sms", "requested-provider-email"}
CONFIRMATION = {
    "confirmation-client-email",
    "confirmation-client-sms",
    "confirmation-provider-email",
    "reminder-client-email",
}
APPROVAL = {slug.replace("confirmation", "approved") for slug in CONFIRMATION}


def test_request_is_told_as_one_and_confirmed_only_after_approval(asked, boss):
    assert owed() == REQUEST

    client = deliver(**to("client", "requested"))
    provider = deliver(**to("provider", "requested"))
    assert client.subject.startswith("Request received: Lesson, Tuesday, 1 December 2026")
    assert "It is not confirmed yet" in client.body_text
    assert "Before:" not in client.body_text
    assert "waits for approval" in provider.body_text

    booking_actions.approve(booking_id=asked.pk, now=NOW, actor=boss)

    assert owed() - {"requested-client-sms"} == APPROVAL
    assert deliver(**to("client", "approved")).state == "caught"


def test_request_that_was_approved_before_it_went_out_stays_unsaid(asked, boss):
    booking_actions.approve(booking_id=asked.pk, now=NOW, actor=boss)

    assert deliver(**to("client", "requested")).reason == "not-waiting"


def test_request_is_not_told_once_its_start_has_come(asked):
    assert deliver(now=IN_A_WEEK, **to("client", "requested")).reason == "too-late"


def test_refusal_is_told_with_its_reason(asked, boss):
    booking_actions.decline(booking_id=asked.pk, now=NOW, actor=boss, reason="We are away")

    assert owed() == {"declined-client-email", "declined-client-sms", "declined-provider-email"}
    message = deliver(**to("client", "declined"))
    assert message.state == "caught"
    assert "could not be confirmed" in message.body_text
    assert "Reason: We are away" in message.body_text


def test_refusal_that_does_not_stand_is_not_told(asked, boss):
    booking_actions.decline(booking_id=asked.pk, now=NOW, actor=boss)
    Booking.objects.update(state=Booking.PENDING)

    assert deliver(**to("client", "declined")).reason == "not-declined"


def test_request_nobody_decided_is_told_as_not_confirmed(asked):
    booking_actions.expire_overdue(now=IN_A_WEEK)

    assert owed() == {"declined-client-email", "declined-client-sms", "declined-provider-email"}
    message = deliver(now=IN_A_WEEK, **to("client", "declined"))
    assert message.state == "caught"
    assert "could not be confirmed" in message.body_text
    assert "Reason" not in message.body_text


def test_hold_is_told_to_nobody_and_neither_is_its_end(held):
    booking_actions.expire_overdue(now=NOW + HOUR)

    held.refresh_from_db()
    assert held.state == Booking.EXPIRED
    assert not Message.objects.exists()


def test_hold_that_is_given_up_is_told_to_nobody(held, boss):
    booking_actions.cancel(booking_id=held.pk, now=NOW, actor=boss)

    assert not Message.objects.exists()


def test_hold_that_is_moved_is_told_to_nobody(held, boss):
    booking_actions.reschedule(
        booking_id=held.pk, starts_at=TOMORROW_NOON + HOUR, now=NOW, actor=boss
    )

    assert not Message.objects.exists()


@pytest.mark.parametrize(("needs_approval", "kinds"), [(False, CONFIRMATION), (True, REQUEST)])
def test_hold_that_is_confirmed_is_told_like_any_booking(lesson, held, needs_approval, kinds):
    lesson.needs_approval = needs_approval
    lesson.save()

    booking_actions.confirm(booking_id=held.pk, now=NOW)

    assert owed() == kinds


def test_booking_its_client_moves_is_a_request_again(asked, boss):
    booking_actions.approve(booking_id=asked.pk, now=NOW, actor=boss)

    booking_actions.reschedule(booking_id=asked.pk, starts_at=IN_A_WEEK + HOUR, now=NOW)

    assert owed() == REQUEST
    newest = Booking.objects.get(pk=asked.pk).revision
    message = deliver(**to("client", "requested", revision=newest))
    assert "13:00 (Kyiv, UTC+2)" in message.body_text
    assert "Before: Tuesday, 1 December 2026, 12:00 (Kyiv, UTC+2)" in message.body_text


def test_booking_the_staff_move_stays_confirmed(asked, boss):
    booking_actions.approve(booking_id=asked.pk, now=NOW, actor=boss)

    booking_actions.reschedule(booking_id=asked.pk, starts_at=IN_A_WEEK + HOUR, now=NOW, actor=boss)

    assert owed() == {
        "changed-client-email",
        "changed-client-sms",
        "changed-provider-email",
        "reminder-client-email",
    }


def test_request_the_staff_move_stays_one_and_tells_its_new_time(asked, boss):
    booking_actions.reschedule(booking_id=asked.pk, starts_at=IN_A_WEEK + HOUR, now=NOW, actor=boss)

    assert owed() == REQUEST
    message = deliver(**to("provider", "requested", state="owed"))
    assert "13:00 (Kyiv, UTC+2)\n" in message.body_text
    assert "Before: Tuesday, 1 December 2026, 12:00 (Kyiv, UTC+2)" in message.body_text


def test_request_given_to_another_provider_is_off_for_the_former(asked, lesson, ada, boss):
    bob = factories.provider("Bob")
    lesson.providers.add(bob)
    booking_actions.reschedule(
        booking_id=asked.pk, starts_at=IN_A_WEEK, provider_id=bob.pk, now=NOW, actor=boss
    )

    rows = Message.objects.filter(state="owed", audience="provider")
    assert {(row.kind, row.provider.name) for row in rows} == {
        ("cancelled", "Ada"),
        ("requested", "Bob"),
    }


def test_request_that_is_cancelled_is_told_to_both(asked):
    booking_actions.cancel(booking_id=asked.pk, now=NOW)

    assert owed() == {
        "cancelled-client-email",
        "cancelled-client-sms",
        "cancelled-provider-email",
    }
    assert deliver(**to("provider", "cancelled")).state == "caught"


# --- Classes -----------------------------------------------------------------


@pytest.fixture
def yoga(lesson, ada):
    factories.enable("classes")
    return factories.service(ada, name="Yoga", kind="class", capacity=10)


@pytest.fixture
def full(yoga, ada):
    """A session of yoga in a week, with three clients."""
    session = booking_actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=IN_A_WEEK, now=NOW
    )
    for name in ("Cleo", "Dan", "Eve"):
        booking_actions.book(
            service_id=yoga.pk, session_id=session.pk, client=factories.details(name), now=NOW
        )
    Message.objects.update(state="sent")
    return session


def test_moved_class_tells_each_client_and_its_provider_once(full, boss):
    booking_actions.move_class_session(
        session_id=full.pk, starts_at=IN_A_WEEK + HOUR, now=NOW, actor=boss
    )

    told = Message.objects.filter(state="owed").exclude(kind="reminder").exclude(channel="sms")
    assert sorted((row.kind, row.audience) for row in told) == [
        *[("changed", "client")] * 3,
        ("session-moved", "provider"),
    ]
    message = deliver(kind="session-moved")
    assert message.key == f"s{full.pk}:r2:session-moved:provider-{full.provider_id}:email"
    assert message.state == "caught"
    assert message.subject.startswith("Class changed: Yoga, now Tuesday, 1 December 2026, 13:00")
    assert "Bookings: 3\n" in message.body_text
    assert "Before: Tuesday, 1 December 2026, 12:00 (Kyiv, UTC+2)" in message.body_text


def test_cancelled_class_tells_each_client_and_its_provider_once(full, boss):
    booking_actions.cancel_session(session_id=full.pk, now=NOW, actor=boss, reason="A flood")

    told = Message.objects.filter(state="owed", channel="email").exclude(kind="reminder")
    assert sorted((row.kind, row.audience) for row in told) == [
        *[("cancelled", "client")] * 3,
        ("session-cancelled", "provider"),
    ]
    message = deliver(kind="session-cancelled")
    assert message.state == "caught"
    assert "Bookings: 3\n\nReason: A flood" in message.body_text


def test_class_given_to_another_provider_is_off_for_the_former(full, yoga, ada, boss):
    bob = factories.provider("Bob")
    yoga.providers.add(bob)

    booking_actions.move_class_session(
        session_id=full.pk, starts_at=IN_A_WEEK + HOUR, provider_id=bob.pk, now=NOW, actor=boss
    )

    rows = Message.objects.filter(state="owed", audience="provider")
    assert {(row.kind, row.provider.name) for row in rows} == {
        ("session-cancelled", "Ada"),
        ("session-moved", "Bob"),
    }
    former = deliver(kind="session-cancelled")
    assert former.state == "caught"
    assert "Yoga with Ada\nTuesday, 1 December 2026, 12:00 (Kyiv, UTC+2)" in former.body_text


def test_news_of_a_class_have_switches_of_their_own(full, boss):
    actions.set_switches(
        {
            "session-moved-provider-email": False,
            "session-moved-provider-sms": True,
            "session-moved-company-email": True,
        }
    )

    booking_actions.move_class_session(
        session_id=full.pk, starts_at=IN_A_WEEK + HOUR, now=NOW, actor=boss
    )

    rows = Message.objects.filter(kind="session-moved")
    assert {(row.audience, row.channel) for row in rows} == {
        ("provider", "sms"),
        ("company", "email"),
    }


@pytest.mark.parametrize(
    ("happens", "kind", "reason"),
    [
        ("move", "session-moved", "outdated"),
        ("cancel", "session-moved", "outdated"),
        ("late", "session-moved", "too-late"),
    ],
)
def test_news_of_a_class_that_no_longer_hold_are_not_told(full, boss, happens, kind, reason):
    booking_actions.move_class_session(
        session_id=full.pk, starts_at=IN_A_WEEK + HOUR, now=NOW, actor=boss
    )
    message = Message.objects.get(kind=kind)
    now = SOON
    if happens == "move":
        booking_actions.move_class_session(
            session_id=full.pk, starts_at=IN_A_WEEK + 2 * HOUR, now=NOW, actor=boss
        )
    elif happens == "cancel":
        booking_actions.cancel_session(session_id=full.pk, now=NOW, actor=boss)
    else:
        now = IN_A_WEEK + 2 * HOUR

    assert deliver(now=now, pk=message.pk).reason == reason


def test_seat_that_moves_alone_is_told_to_the_provider_as_a_booking(full, yoga, ada):
    other = booking_actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=IN_A_WEEK + HOUR, now=NOW
    )
    booking = full.bookings.first()

    booking_actions.reschedule(booking_id=booking.pk, session_id=other.pk, now=NOW)

    assert "changed-provider-email" in owed()


def test_single_cancellation_in_a_class_is_told_to_the_provider(full):
    booking_actions.cancel(booking_id=full.bookings.first().pk, now=NOW)

    assert "cancelled-provider-email" in owed()


# --- Waiting lists -----------------------------------------------------------


@pytest.fixture
def offered(full) -> Booking:
    """The place that Cleo gave back, kept for Fay, who waited for it."""
    factories.enable("waiting-list")
    booking_actions.set_capacity(session_id=full.pk, capacity=3, now=NOW)
    booking_actions.join_waiting_list(session_id=full.pk, client=factories.details("Fay"), now=NOW)
    booking_actions.cancel(booking_id=full.bookings.get(client__name="Cleo").pk, now=NOW)
    return Booking.objects.get(client__name="Fay")


def test_place_from_the_waiting_list_is_offered_to_its_client_alone(offered):
    assert owed(booking=offered) == {"offered-client-email", "offered-client-sms"}

    message = deliver(**to("client", "offered"))

    assert message.state == "caught"
    assert message.subject.startswith("A place is free: Yoga, Tuesday, 1 December 2026, 12:00")
    assert (
        "We keep it for you until Monday, 23 November 2026, 11:00 (Kyiv, UTC+2)."
        in message.body_text
    )
    assert f"here:\nhttps://book.example/b/{offered.manage_token}/" in message.body_text


def test_offer_that_is_taken_is_confirmed(offered):
    booking_actions.confirm(booking_id=offered.pk, now=NOW)

    assert owed(booking=offered) - {"offered-client-email", "offered-client-sms"} == CONFIRMATION
    assert deliver(**to("client", "offered")).reason == "not-offered"


def test_offer_that_ran_out_is_not_told_any_more(offered):
    assert deliver(now=offered.held_until, **to("client", "offered")).reason == "too-late"

    booking_actions.expire_overdue(now=offered.held_until)
    assert not Message.objects.filter(booking=offered).exclude(kind="offered").exists()


def test_offer_of_a_class_that_moves_is_told_with_its_new_time(offered, full, boss):
    booking_actions.move_class_session(
        session_id=full.pk, starts_at=IN_A_WEEK + HOUR, now=NOW, actor=boss
    )

    assert owed(booking=offered) == {"offered-client-email", "offered-client-sms"}
    message = deliver(**to("client", "offered", state="owed"))
    assert "1 December 2026, 13:00 (Kyiv, UTC+2)" in message.subject


def test_offer_of_a_class_that_is_cancelled_is_off_for_its_client(offered, full, boss):
    booking_actions.cancel_session(session_id=full.pk, now=NOW, actor=boss)

    assert owed(booking=offered) == {"cancelled-client-email", "cancelled-client-sms"}


# --- All kinds ---------------------------------------------------------------

OF_A_BOOKING = {
    "booked", "rescheduled", "cancelled", "held", "requested", "approved", "declined", "expired",
    "labelled", "attendance_noted", "link_added", "link_removed", "restored",
}  # fmt: skip
OF_A_SESSION = {
    "session_scheduled", "session_moved", "session_capacity_changed", "session_cancelled",
    "meeting_failed", "meeting_not_ready", "fallback_used", "fallback_ended", "client_waits",
    "waiting_joined", "waiting_left",
}  # fmt: skip


@pytest.mark.parametrize("kind", [kind for kind, _label in Event.KINDS])
def test_every_kind_of_event_passes_every_listener(full, boss, kind):
    booking = full.bookings.first()
    was = {"session": full.pk, "starts_at": IN_A_WEEK.isoformat(), "provider": full.provider_id}
    subject = {}
    if kind in OF_A_BOOKING:
        subject = {"booking": booking}
    elif kind in OF_A_SESSION:
        subject = {"session": full}

    entry = WaitingEntry.objects.create(session=full, client=booking.client)
    one = {"id": booking.client_id, "name": booking.client.name}
    details = {"client": booking.client_id, "fields": ["language"], "kept": one, "others": [one]}

    event = record_in_a_transaction(kind, was=was, entry=entry.pk, **details, **subject)

    assert event.pk


def record_in_a_transaction(kind: str, **fields) -> Event:
    with transaction.atomic():
        return events.record(kind, now=NOW, **fields)


@pytest.mark.parametrize("language", ["en", "uk"])
def test_provider_is_told_in_words_that_somebody_erased_had_booked(ada, lesson, boss, language):
    type(ada).objects.update(language=language)
    booking = factories.book_one(lesson, starts_at=IN_A_WEEK)
    booking_actions.erase_clients(client_ids=[booking.client_id], now=NOW, actor=boss)

    told = deliver(**to("provider", "cancelled"))

    assert told.state == Message.CAUGHT
    assert "— (" not in told.body_text
    with override(language):
        assert str(Client.ERASED) in f"{told.subject} {told.body_text}"
