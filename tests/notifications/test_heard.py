"""What is noted of a message that went out, and the same truth for a class and who waits for it."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from booking import actions as booking_actions
from booking.models import Session
from notifications import actions
from notifications.models import Message
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 1, 10, tzinfo=UTC)  # in Kyiv
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def boss(db):
    return factories.staff()


@pytest.fixture
def yoga(ada):
    """A class by Ada or Bob that ten may come to."""
    factories.company()
    factories.enable("classes")
    factories.enable("waiting-list")
    bob = factories.provider("Bob")
    return factories.service(ada, bob, name="Yoga", kind="class", capacity=1)


@pytest.fixture
def full(yoga, ada) -> Session:
    """A session by Ada whose only place Cleo has taken, and for which Dan waits."""
    session = booking_actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=NOON, now=NOW
    )
    wish = {"session_id": session.pk, "now": NOW}
    booking_actions.book(service_id=yoga.pk, client=factories.details(), **wish)
    booking_actions.join_waiting_list(client=factories.details("Dan"), **wish)
    return session


def told(now: datetime) -> list[str]:
    """Let everything due go out; who heard what by mail, the hours as the mail says them."""
    for pk in actions.sweep(now=now):
        actions.deliver_message(message_id=pk, now=now)
    rows = Message.objects.filter(state=Message.CAUGHT, channel="email", ended_at=now)
    return sorted(map(as_words, rows.select_related("provider")))


def as_words(row: Message) -> str:
    hour = re.search(r"(\d\d):00 \(", row.subject)[1]
    before = re.search(r"Before: .* (\d\d):00 \(", row.body_text)
    who = row.provider.name if row.provider else row.to_address.partition("@")[0]
    return f"{who} {row.kind} {hour}" + (f" before {before[1]}" if before else "")


def move(session, boss, hours: int, *, now, to: str = "", **how) -> None:
    provider = session.service.providers.filter(name=to).first()
    booking_actions.move_class_session(
        session_id=session.pk,
        starts_at=NOON + hours * HOUR,
        provider_id=provider.pk if provider else None,
        actor=boss,
        now=now,
        **how,
    )


@pytest.mark.parametrize("happens", ["book", "move", "cancel"])
def test_message_notes_what_its_reader_knows_from_it(lesson, ada, boss, happens):
    booking = factories.book_one(lesson, starts_at=NOON)
    if happens == "move":
        booking_actions.reschedule(booking_id=booking.pk, starts_at=NOON + HOUR, now=NOW)
    elif happens == "cancel":
        booking_actions.cancel(booking_id=booking.pk, now=NOW)
    told(NOW)

    starts_at = NOON + HOUR if happens == "move" else NOON
    kind = {"book": "confirmation", "move": "changed", "cancel": "cancelled"}[happens]
    message = Message.objects.get(kind=kind, audience="provider", state="caught")
    assert message.told == {
        "session": booking.session_id,
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + HOUR / 2).isoformat(),
        "provider": ada.pk,
        "state": "cancelled" if happens == "cancel" else "confirmed",
    }


def test_message_that_did_not_go_out_notes_nothing(lesson):
    factories.book_one(lesson, client=factories.details(email="", phone="+380441234567"))
    told(NOW)

    message = Message.objects.get(kind="confirmation", audience="client", channel="email")
    assert (message.reason, message.told) == ("no-address", {})


OF_A_CLASS = [
    # moves in a minute: hours after noon, to whom; what is told of them
    ([(1, "")], ["Ada session-moved 13 before 12", "cleo changed 13 before 12",
                 "dan session-moved 13 before 12"]),
    ([(1, ""), (2, "")], ["Ada session-moved 14 before 12", "cleo changed 14 before 12",
                          "dan session-moved 14 before 12"]),
    ([(1, ""), (0, "")], []),
    ([(0, "Bob"), (0, "Ada")], []),
    ([(1, ""), (1, "Bob")], ["Ada session-cancelled 12", "Bob session-moved 13",
                             "cleo changed 13 before 12", "dan session-moved 13 before 12"]),
]  # fmt: skip


@pytest.mark.parametrize(("moves", "heard"), OF_A_CLASS)
def test_class_moved_within_a_minute_is_told_once_and_truly(full, boss, moves, heard):
    told(NOW)

    for number, (hours, provider) in enumerate(moves):
        move(full, boss, hours, to=provider, now=NOW + timedelta(seconds=5 * number))

    assert told(NOW + MINUTE) == heard


def test_class_given_away_and_cancelled_at_once_is_told_to_who_knew_of_it(full, boss):
    told(NOW)

    move(full, boss, 1, to="Bob", now=NOW)
    booking_actions.cancel_session(session_id=full.pk, now=NOW, actor=boss)

    assert told(NOW + MINUTE) == [
        "Ada session-cancelled 12",
        "cleo cancelled 12",
        "dan session-cancelled 12",
    ]


def test_booking_tells_our_side_where_its_class_went(full, boss, ada):
    """Ada heard of the booking at noon, of its class at one, and now that it is off."""
    told(NOW)
    move(full, boss, 1, now=NOW)
    told(NOW + MINUTE)

    booking_actions.cancel(booking_id=full.bookings.get().pk, now=NOW + MINUTE)

    assert "Ada cancelled 13" in told(NOW + MINUTE)


def test_class_tells_our_side_what_it_knew_from_its_bookings(full, boss, ada):
    """The class was moved quietly, so that Ada last heard of it when Cleo booked."""
    told(NOW)
    move(full, boss, 1, now=NOW, is_quiet=True)
    assert told(NOW + MINUTE) == []

    move(full, boss, 2, now=NOW + MINUTE)

    assert "Ada session-moved 14 before 12" in told(NOW + 2 * MINUTE)


def test_class_that_moves_keeps_what_our_side_was_still_to_hear_of_its_bookings(full, boss):
    """Its news tell how many come, and not who."""
    move(full, boss, 1, now=NOW + MINUTE)

    assert told(NOW + 2 * MINUTE) == [
        "Ada confirmation 13",
        "Ada session-moved 13 before 12",
        "cleo changed 13 before 12",
        "dan waiting 13",
    ]


def test_quiet_end_of_a_class_is_told_to_nobody(full, boss):
    told(NOW)

    booking_actions.cancel_session(session_id=full.pk, now=NOW, actor=boss, is_quiet=True)

    assert told(NOW + MINUTE) == []
    assert not Message.objects.filter(state="owed").exists()


@pytest.mark.parametrize(
    "fate", [{}, {"state": "sending", "claimed_until": NOW + MINUTE, "attempts": 1}]
)
def test_quiet_move_of_a_class_keeps_what_was_still_to_be_told(full, boss, fate):
    told(NOW)
    move(full, boss, 1, now=NOW)
    Message.objects.filter(kind__in=("session-moved", "changed")).update(**fate)

    move(full, boss, 2, now=NOW, is_quiet=True)

    assert told(NOW + MINUTE) == [
        "Ada session-moved 14 before 12",
        "cleo changed 14 before 12",
        "dan session-moved 14 before 12",
    ]


def test_who_left_the_list_meanwhile_is_told_nothing(full, boss):
    move(full, boss, 1, now=NOW)
    booking_actions.leave_waiting_list(entry_id=full.waiting.get().pk, now=NOW)

    told(NOW + MINUTE)

    message = Message.objects.get(kind="session-moved", audience="client", channel="email")
    assert message.reason == "off-the-list"


def test_news_worded_before_an_upgrade_go_out_as_they_are(full, boss):
    move(full, boss, 1, now=NOW)
    rows = Message.objects.filter(kind="session-moved", audience="client", channel="email")
    rows.update(subject="Changed", body_text="The class is moved.", waiting=None)

    actions.deliver_message(message_id=rows.get().pk, now=NOW + MINUTE)

    message = rows.get()
    assert (message.state, message.to_address) == ("caught", "dan@client.example")
    assert (message.subject, message.body_text) == ("Changed", "The class is moved.")


def test_news_from_before_an_upgrade_are_sent_again_to_who_had_them(full, boss):
    move(full, boss, 1, now=NOW)
    rows = Message.objects.filter(kind="session-moved", audience="client", channel="email")
    rows.update(state="failed", ended_at=NOW, body_text="The class is moved.", waiting=None)

    again = actions.resend(message_id=rows.get().pk, actor=boss, now=NOW)
    actions.deliver_message(message_id=again.pk, now=NOW)

    again.refresh_from_db()
    assert (again.state, again.to_address) == ("caught", "dan@client.example")
