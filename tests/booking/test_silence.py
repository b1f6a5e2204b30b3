"""Staff may change something without a word; nobody else may."""

from datetime import timedelta

import pytest

from booking import actions
from booking.errors import SilenceRefused
from booking.models import Booking, Event
from tests import factories
from tests.factories import NOW, TOMORROW_NOON

pytestmark = pytest.mark.django_db
LATER = TOMORROW_NOON + timedelta(hours=1)


@pytest.fixture
def lesson(db):
    factories.company()
    return factories.service()


@pytest.fixture
def yoga(lesson):
    factories.enable("classes")
    ada = lesson.providers.get()
    return factories.service(ada, name="Yoga", kind="class", capacity=3)


@pytest.fixture
def session(yoga):
    session = actions.schedule_session(
        service_id=yoga.pk, provider_id=yoga.providers.get().pk, starts_at=LATER, now=NOW
    )
    wish = {"service_id": yoga.pk, "session_id": session.pk, "client": factories.details()}
    actions.book(now=NOW, **wish)
    return session


def book(lesson, session, **how):
    factories.book_one(lesson, **how)


def cancel(lesson, session, **how):
    actions.cancel(booking_id=factories.book_one(lesson).pk, now=NOW, **how)


def reschedule(lesson, session, **how):
    booking = factories.book_one(lesson)
    actions.reschedule(booking_id=booking.pk, starts_at=LATER + timedelta(hours=1), now=NOW, **how)


def move_class(lesson, session, **how):
    starts_at = LATER + timedelta(hours=1)
    actions.move_class_session(session_id=session.pk, starts_at=starts_at, now=NOW, **how)


def cancel_class(lesson, session, **how):
    actions.cancel_session(session_id=session.pk, now=NOW, **how)


def approve(lesson, session, **how):
    actions.approve(booking_id=asked(lesson).pk, now=NOW, **how)


def decline(lesson, session, **how):
    actions.decline(booking_id=asked(lesson).pk, now=NOW, **how)


def asked(lesson) -> Booking:
    lesson.needs_approval = True
    lesson.save()
    return factories.book_one(lesson)


BY_ANYBODY = [book, cancel, reschedule, move_class, cancel_class]


@pytest.mark.parametrize("act", [*BY_ANYBODY, approve, decline])
@pytest.mark.parametrize("is_quiet", [True, False])
def test_events_of_a_change_by_staff_say_whether_it_was_quiet(lesson, session, act, is_quiet):
    boss = factories.staff()

    act(lesson, session, actor=boss, is_quiet=is_quiet)

    events = Event.objects.filter(actor=boss)
    assert events
    assert {event.details.get("is_quiet", False) for event in events} == {is_quiet}


@pytest.mark.parametrize("act", BY_ANYBODY)
def test_nobody_but_staff_may_be_quiet(lesson, session, act):
    with pytest.raises(SilenceRefused):
        act(lesson, session, is_quiet=True)

    assert not [event for event in Event.objects.all() if "is_quiet" in event.details]
