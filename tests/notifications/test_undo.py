"""What people hear of quick and quiet changes: once, the truth, and of an undo nothing.

Each story is told by its acts, five seconds apart; ``post`` lets a minute pass in which
everything that is due goes out. What went out since the last ``told`` is compared.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking import actions as booking_actions
from booking.models import Booking
from notifications import actions
from notifications.models import Message, MessagingSettings
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 12, 1, tzinfo=UTC)


def at(hour: int) -> datetime:
    """An hour of the clock in Kyiv."""
    return TUESDAY + timedelta(hours=hour - 2)


class Story:
    """One booking of Cleo's, of a lesson that Ada or Bob gives."""

    def __init__(self, lesson, boss):
        self.lesson, self.boss = lesson, boss
        self.now = NOW
        self.seen = 0
        self.booking: Booking | None = None

    def play(self, *acts: str) -> None:
        for act in acts:
            name, *words = act.split()
            by = {"actor": self.boss, "is_quiet": "quietly" in words}
            if "client" in words:
                by = {}
            values = [word for word in words if word not in ("client", "quietly")]
            getattr(self, name)(by, *values)
            self.now += timedelta(seconds=5)

    def book(self, by):
        self.booking = factories.book_one(
            self.lesson, starts_at=at(12), provider_id=self.pk_of("Ada"), now=self.now, **by
        )

    def move(self, by, hour, provider="Ada"):
        booking_actions.reschedule(
            booking_id=self.booking.pk,
            starts_at=at(int(hour)),
            provider_id=self.pk_of(provider),
            now=self.now,
            **by,
        )

    def last(self, by, minutes):
        booking_actions.reschedule(
            booking_id=self.booking.pk,
            starts_at=self.booking.session.starts_at,
            duration=timedelta(minutes=int(minutes)),
            now=self.now,
            **by,
        )

    def cancel(self, by):
        booking_actions.cancel(booking_id=self.booking.pk, now=self.now, **by)

    def restore(self, by):
        booking_actions.restore(booking_id=self.booking.pk, now=self.now, **by)

    def post(self, _by):
        """Let a minute pass in which the post works."""
        self.now += timedelta(minutes=1)
        self.deliver()

    def knock(self, _by):
        """Send what is due right now."""
        self.deliver()

    def wait(self, _by):
        """Let a minute pass in which nothing goes out."""
        self.now += timedelta(minutes=1)

    def deliver(self):
        for pk in actions.sweep(now=self.now):
            actions.deliver_message(message_id=pk, now=self.now)

    def pk_of(self, name: str) -> int:
        return self.lesson.providers.get(name=name).pk

    def told(self) -> list[str]:
        """Who heard what by mail, in the order in which it went out."""
        rows = Message.objects.filter(state=Message.CAUGHT, channel="email", pk__gt=self.seen)
        rows = list(rows.order_by("pk").select_related("provider"))
        self.seen = max([self.seen, *(row.pk for row in rows)])
        return [as_words(row) for row in rows]


def as_words(row: Message) -> str:
    """Such as "Ada changed 13 before 12": the hours are what the mail says."""
    hour = re.search(r"(\d\d):00 \(", row.subject)[1]
    before = re.search(r"Before: .* (\d\d):00 \(", row.body_text)
    who = row.provider.name if row.provider else row.audience
    # Only where the length has changed.
    until = re.search(r"Before, until: (\d\d:\d\d) \(", row.body_text)
    said = f" before {before[1]}" if before else ""
    return f"{who} {row.kind} {hour}{said}" + (f", until {until[1]}" if until else "")


@pytest.fixture
def story(lesson):
    lesson.providers.add(factories.provider("Bob"))
    return Story(lesson, factories.staff())


BOOKED = ("book client", "post")
UNDONE = [
    # what happened and was heard before; what happens then; what is told of it
    (BOOKED, ("move 13", "move 12"), []),
    (BOOKED, ("move 13", "move 14"), ["client changed 14 before 12", "Ada changed 14 before 12"]),
    (BOOKED, ("move 13", "move 14", "move 12"), []),
    (BOOKED, ("move 12 Bob", "move 12 Ada"), []),
    (
        BOOKED,
        ("move 12 Bob", "move 12 Ada", "move 12 Bob"),
        ["Ada cancelled 12", "client changed 12", "Bob confirmation 12"],
    ),
    (
        BOOKED,
        ("move 13", "move 13 Bob"),
        ["client changed 13 before 12", "Ada cancelled 12", "Bob confirmation 13"],
    ),
    (BOOKED, ("cancel",), ["client cancelled 12", "Ada cancelled 12"]),
    (BOOKED, ("move 13", "cancel"), ["client cancelled 12", "Ada cancelled 12"]),
    (BOOKED, ("move 13 Bob", "cancel"), ["Ada cancelled 12", "client cancelled 12"]),
    # Longer, shorter, and as before.
    (BOOKED, ("last 60",), ["client changed 12, until 12:30", "Ada changed 12, until 12:30"]),
    (BOOKED, ("last 60", "last 30"), []),
    (
        (*BOOKED, "last 60", "post"),
        ("last 20",),
        ["client changed 12, until 13:00", "Ada changed 12, until 13:00"],
    ),
    ((*BOOKED, "last 60", "post"), ("cancel",), ["client cancelled 12", "Ada cancelled 12"]),
    # What was heard meanwhile is no longer undone unheard.
    (
        (*BOOKED, "move 13", "post"),
        ("move 12",),
        ["client changed 12 before 13", "Ada changed 12 before 13"],
    ),
    ((*BOOKED, "move 13", "post"), ("cancel",), ["client cancelled 13", "Ada cancelled 13"]),
    (
        (*BOOKED, "move 12 Bob", "post"),
        ("move 12 Ada",),
        ["client changed 12", "Bob cancelled 12", "Ada confirmation 12"],
    ),
    # Nobody heard of it yet.
    ((), ("book", "cancel"), []),
    ((), ("book", "move 13"), ["client confirmation 13", "Ada confirmation 13"]),
    ((), ("book", "move 13", "move 12"), ["client confirmation 12", "Ada confirmation 12"]),
    ((), ("book", "move 13", "cancel"), []),
    ((), ("book", "move 12 Bob"), ["client confirmation 12", "Bob confirmation 12"]),
    (
        (),
        ("book", "move 12 Bob", "move 12 Ada"),
        ["client confirmation 12", "Ada confirmation 12"],
    ),
    ((), ("book", "move 12 Bob", "cancel"), []),
    # What merely did not go out in time is told all the same.
    ((), ("book", "wait", "cancel"), ["client cancelled 12", "Ada cancelled 12"]),
    ((), ("book client", "cancel"), ["client cancelled 12", "Ada cancelled 12"]),
    (
        (),
        ("book client", "wait", "move 13"),
        ["client changed 13 before 12", "Ada changed 13 before 12"],
    ),
    # An undo is no reason for silence where what came before it went astray.
    (
        ("book client", "wait", "move 13", "wait"),
        ("move 12",),
        ["client changed 12", "Ada changed 12 before 13"],
    ),
    (
        ("book client", "wait"),
        ("move 13", "move 12"),
        ["client changed 12", "Ada changed 12 before 13"],
    ),
    (
        (*BOOKED, "move 13 client", "wait"),
        ("move 14", "move 13"),
        ["client changed 13", "Ada changed 13 before 12"],
    ),
    # Clients' own acts wait for nothing, and they know what they did.
    (
        BOOKED,
        ("move 13 client", "knock", "move 12 client", "knock"),
        [
            "client changed 13 before 12",
            "Ada changed 13 before 12",
            "client changed 12 before 13",
            "Ada changed 12 before 13",
        ],
    ),
    (BOOKED, ("move 13 client", "move 12 client"), ["client changed 12 before 13"]),
    (
        BOOKED,
        ("move 13 client", "move 14"),
        ["client changed 14 before 13", "Ada changed 14 before 12"],
    ),
    (("book client", "wait"), ("cancel client",), ["client cancelled 12", "Ada cancelled 12"]),
]
RESTORED = [
    # A cancellation that nobody heard of is undone for nobody.
    (BOOKED, ("cancel", "restore"), []),
    (BOOKED, ("cancel", "restore", "cancel", "restore"), []),
    (BOOKED, ("cancel", "restore", "cancel"), ["client cancelled 12", "Ada cancelled 12"]),
    (BOOKED, ("cancel quietly", "restore"), []),
    (BOOKED, ("cancel", "restore quietly"), []),
    # One that was heard is taken back, as loudly as staff like.
    (
        (*BOOKED, "cancel", "post"),
        ("restore",),
        ["client confirmation 12", "Ada confirmation 12"],
    ),
    ((*BOOKED, "cancel", "post"), ("restore quietly",), []),
    ((*BOOKED, "cancel", "post"), ("restore", "cancel"), []),
    (
        (*BOOKED, "cancel", "post", "restore", "post"),
        ("move 13",),
        ["client changed 13 before 12", "Ada changed 13 before 12"],
    ),
    # Clients know that they cancelled; our side need not.
    (
        (*BOOKED, "cancel client", "knock"),
        ("restore",),
        ["client confirmation 12", "Ada confirmation 12"],
    ),
    (BOOKED, ("cancel client", "restore"), ["client confirmation 12"]),
    # Who did not hear of the booking itself hears of it once.
    ((), ("book", "cancel", "restore"), ["client confirmation 12", "Ada confirmation 12"]),
    ((), ("book quietly", "cancel quietly", "restore quietly"), []),
]
QUIET = [
    ((), ("book quietly",), []),
    (BOOKED, ("move 13 quietly",), []),
    (BOOKED, ("move 13 Bob quietly",), []),
    (BOOKED, ("cancel quietly",), []),
    # What is told later starts from what they know.
    (
        (*BOOKED, "move 13 quietly", "post"),
        ("move 14",),
        ["client changed 14 before 12", "Ada changed 14 before 12"],
    ),
    ((*BOOKED, "move 13 quietly", "post"), ("move 12",), []),
    (
        (*BOOKED, "move 13 quietly", "post"),
        ("cancel",),
        ["client cancelled 12", "Ada cancelled 12"],
    ),
    ((), ("book quietly", "cancel"), ["client cancelled 12", "Ada cancelled 12"]),
    # What was still to be told is not lost with a quiet change.
    ((), ("book", "move 13 quietly"), ["client confirmation 13", "Ada confirmation 13"]),
    (
        BOOKED,
        ("move 13", "move 14 quietly"),
        ["client changed 14 before 12", "Ada changed 14 before 12"],
    ),
    ((), ("book", "cancel quietly"), []),
]


@pytest.mark.parametrize(("before", "acts", "told"), [*UNDONE, *RESTORED, *QUIET])
def test_each_reader_hears_the_truth_once(story, before, acts, told):
    story.play(*before)
    story.told()

    story.play(*acts, "post")

    assert sorted(story.told()) == sorted(told)


@pytest.mark.parametrize(
    ("fate", "told"),
    [
        ({"delivery": "undelivered"}, ["Ada changed 13 before 12", "client changed 13 before 12"]),
        ({"delivery": "complained"}, []),
        # Nobody knows yet whether it gets through.
        (
            {"state": "sending", "claimed_until": NOW + timedelta(hours=1), "told": {}},
            ["Ada changed 13", "client changed 13"],
        ),
    ],
)
def test_who_may_not_have_heard_is_told_once_more(story, fate, told):
    story.play(*BOOKED, "move 13", "post")
    Message.objects.filter(kind="changed").update(**fate)
    story.told()

    story.play("move 14", "move 13", "post")

    assert sorted(story.told()) == told


def test_undo_says_so_in_the_ledger(story):
    story.play(*BOOKED, "move 13", "move 12", "post")

    newest = Message.objects.filter(kind="changed", revision=3, channel="email")
    assert set(newest.values_list("state", "reason")) == {("skipped", "undone")}


def test_cancellation_that_was_undone_says_so_in_the_ledger_and_never_goes(story):
    story.play(*BOOKED, "cancel", "restore", "post")

    rows = Message.objects.filter(kind="cancelled", channel="email")
    assert set(rows.values_list("state", "reason")) == {("skipped", "undone")}


def test_restored_booking_is_reminded_of_again(story):
    story.play(*BOOKED, "cancel", "restore quietly")

    reminders = Message.objects.filter(kind="reminder", state="owed")
    assert [row.due_at for row in reminders] == [at(12) - timedelta(days=1)]


def test_request_that_was_declined_and_heard_of_it_is_told_that_it_waits_again(story):
    story.lesson.needs_approval = True
    story.lesson.save()
    story.play(*BOOKED)
    booking_actions.decline(booking_id=story.booking.pk, now=story.now, actor=story.boss)
    story.play("restore", "post")
    story.told()

    booking_actions.decline(booking_id=story.booking.pk, now=story.now, actor=story.boss)
    story.play("post")
    assert sorted(story.told()) == ["Ada declined 12", "client declined 12"]
    story.play("restore", "post")
    assert sorted(story.told()) == ["Ada requested 12", "client requested 12"]


def test_cancellation_of_what_nobody_heard_says_so_in_the_ledger(story):
    story.play("book", "cancel", "post")

    rows = Message.objects.filter(kind="cancelled", channel="email")
    assert set(rows.values_list("reason", flat=True)) == {"not-told"}


def test_resent_message_tells_its_reader_once_more(story):
    story.play(*BOOKED, "move 13", "post")
    old = Message.objects.get(kind="changed", audience="client", channel="email")
    story.told()

    actions.resend(message_id=old.pk, actor=story.boss, now=story.now)
    story.deliver()

    assert story.told() == ["client changed 13 before 12"]


@pytest.mark.parametrize("seconds", [0, 15, 120])
def test_news_of_staff_wait_as_long_as_the_company_says(story, seconds):
    MessagingSettings(undo_seconds=seconds).save()

    story.play("book")

    due = set(Message.objects.filter(kind="confirmation").values_list("due_at", flat=True))
    assert due == {NOW + timedelta(seconds=seconds)}


def test_news_of_a_client_wait_for_nothing(story):
    story.play("book client")

    due = set(Message.objects.filter(kind="confirmation").values_list("due_at", flat=True))
    assert due == {NOW}


def test_quiet_move_reminds_of_the_new_time(story):
    story.play(*BOOKED, "move 13 quietly")

    reminders = Message.objects.filter(kind="reminder", state="owed")
    assert [row.due_at for row in reminders] == [at(13) - timedelta(days=1)]


def test_quiet_move_loses_nothing_that_is_just_being_sent_and_fails(story):
    story.play("book client")
    confirmations = Message.objects.filter(kind="confirmation", channel="email")
    confirmations.update(state="sending", claimed_until=story.now, attempts=1)

    story.play("move 13 quietly", "post")

    assert sorted(story.told()) == ["Ada confirmation 13", "client confirmation 13"]


def test_cancellation_is_told_though_the_provider_it_was_with_is_deleted(story):
    story.play(*BOOKED)
    for row in Message.objects.filter(kind="confirmation", to_address__contains="@"):
        row.told["provider"] = 999
        row.save()
    story.told()

    story.play("cancel", "post")

    assert sorted(story.told()) == ["Ada cancelled 12", "client cancelled 12"]


def test_message_sent_before_anything_was_noted_is_no_reason_for_silence(story):
    story.play(*BOOKED)
    Message.objects.update(told={})
    story.told()

    story.play("move 13", "move 14", "post", "cancel", "post")

    assert story.told() == [
        "client changed 14 before 12",
        "Ada changed 14 before 12",
        "client cancelled 14",
        "Ada cancelled 14",
    ]


def test_what_is_known_costs_one_query_more(story):
    story.play("book client")
    first = queries_to_deliver(story, "confirmation")
    story.play("move 13", "wait")

    assert queries_to_deliver(story, "changed") == first + 1


def queries_to_deliver(story, kind) -> int:
    message = Message.objects.get(kind=kind, audience="client", channel="email")
    with CaptureQueriesContext(connection) as queries:
        actions.deliver_message(message_id=message.pk, now=story.now)
    return len(queries)
