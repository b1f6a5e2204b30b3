"""What makes no sense is refused by the actions too, whoever calls them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from booking import actions
from booking.errors import BookingError, NotBookable, SlotNotOffered, WrongValue
from booking.models import Booking, Session
from tests import factories
from tests.factories import NOW, TOMORROW_NOON, book_one, details

pytestmark = pytest.mark.django_db

WEST, EAST = timezone(timedelta(hours=-12)), timezone(timedelta(hours=14))
ENDS_OF_THE_CALENDAR = [
    datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, tzinfo=WEST),
    datetime(1, 1, 1, tzinfo=EAST),
    datetime(2206, 1, 1, tzinfo=UTC),
    datetime(1900, 1, 1, tzinfo=UTC),
]


@pytest.fixture
def boss():
    return factories.staff()


@pytest.mark.parametrize("starts_at", ENDS_OF_THE_CALENDAR, ids=str)
def test_ends_of_the_calendar_are_refused(lesson, yoga, boss, starts_at):
    booking = book_one(lesson, starts_at=TOMORROW_NOON + timedelta(hours=3))
    session = yoga.sessions.get()
    wishes = [
        lambda: book_one(lesson, starts_at=starts_at),
        lambda: book_one(lesson, starts_at=starts_at, actor=boss, overrides_rules=True),
        lambda: actions.reschedule(booking_id=booking.pk, starts_at=starts_at, now=NOW),
        lambda: actions.schedule_session(
            service_id=yoga.pk, provider_id=session.provider_id, starts_at=starts_at, now=NOW
        ),
        lambda: actions.move_class_session(session_id=session.pk, starts_at=starts_at, now=NOW),
    ]

    for wish in wishes:
        with pytest.raises(SlotNotOffered):
            wish()
    assert Session.objects.count() == 2


def test_naive_start_is_a_fault_of_the_program(lesson):
    naive = TOMORROW_NOON.replace(tzinfo=None)

    with pytest.raises(ValueError, match="aware"):
        book_one(lesson, starts_at=naive)


@pytest.mark.parametrize(
    ("given", "at_fault"),
    [
        ({"timezone": "Europe/Atlantis"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 151}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": "x" * 250 + "@client.example"}, "email"),
    ],
)
def test_what_the_client_gave_is_refused_by_its_name(lesson, given, at_fault):
    wish = actions.ClientDetails(**{"name": "Cleo", "email": "cleo@client.example", **given})

    with pytest.raises(WrongValue) as refusal:
        book_one(lesson, client=wish)

    assert refusal.value.field == at_fault
    assert not Booking.objects.exists()


@pytest.mark.parametrize("pk", [0, -1, 2**40, 2**63])
def test_unknown_service_provider_and_session_are_refused(lesson, yoga, pk):
    wishes = [
        {"service_id": pk, "starts_at": TOMORROW_NOON},
        {"service_id": lesson.pk, "provider_id": pk, "starts_at": TOMORROW_NOON},
        {"service_id": yoga.pk, "session_id": pk},
        {"service_id": yoga.pk, "starts_at": TOMORROW_NOON},
        {"service_id": lesson.pk, "session_id": yoga.sessions.get().pk},
    ]

    for wish in wishes:
        with pytest.raises(NotBookable):
            actions.book(client=details(), now=NOW, **wish)


def test_every_refusal_has_a_code_and_words():
    kinds = BookingError.__subclasses__()

    assert len({kind.code for kind in kinds}) == len(kinds)
    assert all(str(kind.text) for kind in kinds)
