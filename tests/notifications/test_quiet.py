"""Quiet hours: when they begin and end on people's walls, and which SMS waits for their end."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking import actions as booking_actions
from booking.models import Booking
from notifications import actions
from notifications.actions.holding import held_until
from notifications.models import Message, MessagingSettings
from notifications.quiet import QuietHours
from tests import factories
from tests.factories import NOW

NIGHT = QuietHours(time(22), time(8))
NAP = QuietHours(time(13), time(15))
EARLY = QuietHours(time(3, 30), time(5))
UNTIL_EARLY = QuietHours(time(22), time(3, 30))
KYIV, LIMA = ZoneInfo("Europe/Kyiv"), ZoneInfo("America/Lima")


def utc(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("hours", "at", "zone", "expected"),
    [
        # Kyiv is two hours ahead of UTC in winter, Lima five behind.
        pytest.param(NIGHT, utc(23, 19, 59), KYIV, None, id="just before"),
        pytest.param(NIGHT, utc(23, 20), KYIV, (utc(23, 20), utc(24, 6)), id="from the first"),
        pytest.param(NIGHT, utc(24, 0), KYIV, (utc(23, 20), utc(24, 6)), id="after midnight"),
        pytest.param(NIGHT, utc(24, 5, 59), KYIV, (utc(23, 20), utc(24, 6)), id="to the last"),
        pytest.param(NIGHT, utc(24, 6), KYIV, None, id="its end is free"),
        pytest.param(NIGHT, utc(24, 6), LIMA, (utc(24, 3), utc(24, 13)), id="another zone"),
        pytest.param(NAP, utc(24, 12), KYIV, (utc(24, 11), utc(24, 13)), id="within a day"),
        pytest.param(NAP, utc(24, 22), KYIV, None, id="night without a rule"),
        pytest.param(QuietHours(time(9), time(9)), utc(24, 7), KYIV, None, id="none at all"),
        # Clocks go forward on 29 March at 01:00 UTC, from 03:00 to 04:00 in Kyiv …
        pytest.param(
            NIGHT, utc(29, 0, month=3), KYIV, (utc(28, 20, month=3), utc(29, 5, month=3)),
            id="a short night",
        ),
        pytest.param(
            EARLY, utc(29, 1, 10, month=3), KYIV, (utc(29, 1, month=3), utc(29, 2, month=3)),
            id="begins in the gap",
        ),
        pytest.param(
            UNTIL_EARLY, utc(29, 0, month=3), KYIV, (utc(28, 20, month=3), utc(29, 1, month=3)),
            id="ends in the gap",
        ),
        # … and back on 25 October at 01:00 UTC, from 04:00 to 03:00.
        pytest.param(
            NIGHT, utc(25, 1, month=10), KYIV, (utc(24, 19, month=10), utc(25, 6, month=10)),
            id="a long night",
        ),
        pytest.param(
            UNTIL_EARLY, utc(25, 0, 10, month=10), KYIV,
            (utc(24, 19, month=10), utc(25, 0, 30, month=10)), id="ends at the first 03:30",
        ),
        pytest.param(
            UNTIL_EARLY, utc(25, 1, 10, month=10), KYIV,
            (utc(24, 19, month=10), utc(25, 1, 30, month=10)), id="ends at the second 03:30",
        ),
        pytest.param(
            EARLY, utc(25, 2, month=10), KYIV,
            (utc(25, 0, 30, month=10), utc(25, 3, month=10)), id="begins at the first 03:30",
        ),
    ],
)  # fmt: skip
def test_quiet_hours_are_wall_time(hours, at, zone, expected):
    assert hours.around(at, zone) == expected


# --- Which SMS waits ---------------------------------------------------------

# 22:00 to 08:00 in Kyiv, in UTC.
NIGHT_BEGINS, AT_NIGHT, NIGHT_ENDS = utc(23, 20), utc(23, 21), utc(24, 6)
EARLY_CLASS, LATE_CLASS = utc(24, 5), utc(24, 9)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def quiet(db):
    MessagingSettings.objects.create(sms_quiet_from=time(22), sms_quiet_until=time(8))


def book(lesson, starts_at, **fields) -> Booking:
    details = factories.details(phone="+380441234567")
    return factories.book_one(lesson, starts_at=starts_at, client=details, **fields)


def deliver(now=AT_NIGHT, **which) -> Message:
    message = Message.objects.get(**{"channel": "sms", "audience": "client", **which})
    Message.objects.filter(pk=message.pk).update(next_attempt_at=now)
    actions.deliver_message(message_id=message.pk, now=now)
    message.refresh_from_db()
    return message


@pytest.mark.parametrize(
    ("happens", "was_at", "starts_at", "kind", "waits"),
    [
        ("booked", None, LATE_CLASS, "confirmation", True),
        ("booked", None, EARLY_CLASS, "confirmation", False),
        ("booked", None, NIGHT_ENDS, "confirmation", False),
        ("booked", None, NIGHT_ENDS + 5 * MINUTE, "confirmation", True),
        ("cancelled", None, LATE_CLASS, "cancelled", True),
        ("cancelled", None, EARLY_CLASS, "cancelled", False),
        ("moved", LATE_CLASS, LATE_CLASS + 60 * MINUTE, "changed", True),
        ("moved", LATE_CLASS, EARLY_CLASS, "changed", False),
        ("moved", EARLY_CLASS, LATE_CLASS, "changed", False),
    ],
)
def test_news_waits_unless_it_would_come_too_late(
    lesson, quiet, happens, was_at, starts_at, kind, waits
):
    booking = book(lesson, was_at or starts_at)
    if happens == "cancelled":
        booking_actions.cancel(booking_id=booking.pk, now=AT_NIGHT)
    elif happens == "moved":
        booking_actions.reschedule(booking_id=booking.pk, starts_at=starts_at, now=AT_NIGHT)

    message = deliver(kind=kind)

    if waits:
        found = (message.state, message.next_attempt_at, message.attempts, message.reason)
        assert found == ("owed", NIGHT_ENDS, 0, "quiet")
        actions.deliver_message(message_id=message.pk, now=NIGHT_ENDS)
        message.refresh_from_db()
    assert (message.state, message.attempts, message.reason) == ("caught", 1, "")


def test_mail_disturbs_nobody(lesson, quiet):
    book(lesson, LATE_CLASS)

    assert deliver(kind="confirmation", channel="email").state == "caught"


def test_night_is_the_readers_own(lesson, quiet):
    details = factories.details(phone="+380441234567", timezone="America/Lima")
    factories.book_one(lesson, starts_at=LATE_CLASS, client=details)

    assert deliver(kind="confirmation").state == "caught"  # 16:00 there


def test_client_who_waits_is_told_of_at_night(lesson, quiet):
    session = book(lesson, LATE_CLASS).session
    for kind in ("client-waits", "fallback-used", "not-ready", "sign-in-code", "link-added"):
        message = Message(kind=kind, channel="sms", timezone="Europe/Kyiv", session=session)
        at = held_until(message, None, now=AT_NIGHT)
        assert at == (NIGHT_ENDS if kind == "link-added" else None), kind


@pytest.mark.parametrize(
    ("until", "waits"), [(NIGHT_ENDS + MINUTE, True), (NIGHT_ENDS, False), (AT_NIGHT, False)]
)
def test_offer_waits_only_where_it_can_still_be_taken(lesson, quiet, until, waits):
    booking = book(lesson, LATE_CLASS)
    booking.held_until = until
    message = Message(kind="offered", channel="sms", timezone="Europe/Kyiv", booking=booking)

    assert (held_until(message, booking, now=AT_NIGHT) is not None) == waits


@pytest.mark.parametrize(
    ("starts_at", "minutes", "booked_at", "due_at"),
    [
        pytest.param(LATE_CLASS, 60, NOW, utc(24, 8), id="by day"),
        pytest.param(LATE_CLASS, 240, NOW, utc(24, 5), id="waits for the morning"),
        pytest.param(EARLY_CLASS, 60, NOW, NIGHT_BEGINS - 5 * MINUTE, id="the evening before"),
        pytest.param(EARLY_CLASS, 60, AT_NIGHT, utc(24, 4), id="booked at night"),
        pytest.param(EARLY_CLASS, 720, NOW, utc(23, 17), id="the evening anyway"),
    ],
)
def test_reminder_of_an_early_start_comes_the_evening_before(
    lesson, quiet, starts_at, minutes, booked_at, due_at
):
    factories.remind_by(minutes=minutes, channel="sms")
    book(lesson, starts_at, now=booked_at)

    assert Message.objects.get(kind="reminder", channel="sms").due_at == due_at


@pytest.mark.parametrize(
    ("starts_at", "minutes", "state"),
    [(LATE_CLASS, 240, "owed"), (EARLY_CLASS, 60, "caught")],
)
def test_reminder_whose_turn_comes_at_night(lesson, quiet, starts_at, minutes, state):
    factories.remind_by(minutes=minutes, channel="sms")
    book(lesson, starts_at)

    assert deliver(kind="reminder").state == state


def test_follow_up_waits_for_the_morning(lesson, quiet):
    book(lesson, AT_NIGHT - 60 * MINUTE)
    timing = actions.add_timing(kind="follow-up", audience="client", channel="sms", minutes=30)
    actions.owe_timed(timing_id=timing.pk, now=NOW)

    message = deliver(kind="follow-up")

    assert (message.state, message.next_attempt_at) == ("owed", NIGHT_ENDS)


def test_without_quiet_hours_everything_goes_out_at_once(lesson):
    book(lesson, LATE_CLASS)

    assert deliver(kind="confirmation").state == "caught"
