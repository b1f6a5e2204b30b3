"""What changed between looking and asking is never passed over without a word."""

from datetime import timedelta

import pytest

from booking import actions, availability
from booking.errors import BookingClosed, HoldExpired, SessionFull, SessionMoved, TooLate
from booking.models import Booking, Event, WaitingEntry
from booking.series import RuleRefused, SeriesRule
from tests import factories
from tests.factories import NOW, TOMORROW_NOON, book_one, details, service

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
OFFER = timedelta(minutes=120)


@pytest.fixture
def session(yoga):
    return yoga.sessions.get()


@pytest.fixture
def full(session):
    """The session with its ten places taken, and a waiting list."""
    factories.enable("waiting-list")
    join(session, "Gil", 10)
    return session


def join(session, name="Cleo", places=1, *, now=NOW, **fields):
    return actions.book(
        service_id=session.service_id,
        session_id=session.pk,
        places=places,
        client=details(name),
        now=now,
        **fields,
    )


def wait(session, name, places=1):
    return actions.join_waiting_list(
        session_id=session.pk, client=details(name), places=places, now=NOW
    )


def offer_to(session, name):
    """Make a place free for who waits, and return what is held for them."""
    entry = wait(session, name)
    actions.set_capacity(session_id=session.pk, capacity=11, now=NOW)
    entry.refresh_from_db()
    return entry.booking


# --- A session that was moved meanwhile --------------------------------------


def test_session_is_booked_at_the_time_it_was_chosen_for(session):
    actions.move_class_session(session_id=session.pk, starts_at=TOMORROW_NOON + HOUR, now=NOW)

    with pytest.raises(SessionMoved):
        join(session, starts_at=TOMORROW_NOON)
    booking = join(session, starts_at=TOMORROW_NOON + HOUR)

    assert booking.session.starts_at == TOMORROW_NOON + HOUR
    session.refresh_from_db()
    assert session.seats_taken == 1


def test_place_is_moved_to_the_time_it_was_chosen_for(session, yoga, ada):
    booking = join(session)
    other = actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=TOMORROW_NOON + 5 * HOUR, now=NOW
    )
    wish = {"booking_id": booking.pk, "session_id": other.pk, "now": NOW}

    with pytest.raises(SessionMoved):
        actions.reschedule(starts_at=TOMORROW_NOON + 6 * HOUR, **wish)
    moved = actions.reschedule(starts_at=TOMORROW_NOON + 5 * HOUR, **wish)

    assert moved.session == other


# --- Holds and offers --------------------------------------------------------


def test_hold_ends_when_its_session_begins(lesson):
    boss = factories.staff()
    held = actions.hold(
        service_id=lesson.pk,
        starts_at=TOMORROW_NOON,
        client=details(),
        now=NOW,
        held_until=TOMORROW_NOON - HOUR,
    )
    actions.reschedule(booking_id=held.pk, starts_at=NOW + HOUR, now=NOW, actor=boss)

    with pytest.raises(HoldExpired):
        actions.confirm(booking_id=held.pk, now=NOW + HOUR)
    assert actions.expire_overdue(now=NOW + HOUR) == 1


def test_offer_can_be_turned_down_until_it_ends(full, company):
    company.cancel_until_minutes = 3 * 1440
    company.save()
    held = offer_to(full, "Dan")

    with pytest.raises(TooLate):
        actions.cancel(booking_id=Booking.objects.get(client__name="Gil").pk, now=NOW)
    cancelled = actions.cancel(booking_id=held.pk, now=NOW)

    assert cancelled.state == Booking.CANCELLED


@pytest.mark.parametrize("is_staff", [False, True])
def test_offer_is_for_this_session_only(full, yoga, ada, is_staff):
    held = offer_to(full, "Dan")
    actor = factories.staff() if is_staff else None
    other = actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=TOMORROW_NOON + 5 * HOUR, now=NOW
    )

    with pytest.raises(BookingClosed):
        actions.reschedule(booking_id=held.pk, session_id=other.pk, now=NOW, actor=actor)


def test_who_books_in_another_way_waits_no_more(full):
    entry = wait(full, "Dan", 2)
    actions.set_capacity(session_id=full.pk, capacity=11, now=NOW)

    join(full, "Dan")

    entry.refresh_from_db()
    assert entry.state == WaitingEntry.LEFT


@pytest.mark.parametrize("is_waited_for", [True, False])
def test_place_of_a_lapsed_offer_is_shown_free_only_if_it_can_be_booked(full, is_waited_for):
    offer_to(full, "Dan")
    if is_waited_for:
        wait(full, "Eve")
    later = NOW + OFFER
    day = TOMORROW_NOON.date()

    offered = availability.slots_for(full.service, first_day=day, last_day=day, now=later)

    assert bool(offered) is not is_waited_for
    if is_waited_for:
        with pytest.raises(SessionFull):
            join(full, "Hugo", now=later)
    else:
        join(full, "Hugo", now=later)


def test_moved_session_says_who_waits_for_it(full):
    entry = wait(full, "Dan")

    actions.move_class_session(session_id=full.pk, starts_at=TOMORROW_NOON + HOUR, now=NOW)

    assert Event.objects.get(kind=Event.SESSION_MOVED).details["waiting"] == [entry.pk]


# --- Repeated requests -------------------------------------------------------


def test_key_gives_the_same_booking_also_after_it_was_moved(lesson):
    booking = book_one(lesson, idempotency_key="form-1")
    actions.reschedule(booking_id=booking.pk, starts_at=TOMORROW_NOON + HOUR, now=NOW)

    again = book_one(lesson, idempotency_key="form-1")

    assert again == booking


# --- Overriding --------------------------------------------------------------


def test_override_says_that_the_buffers_went_too(ada):
    lesson = service(ada, buffer_after_minutes=30, ignores_hours=False)
    boss = factories.staff()
    book_one(service(ada, name="Talk"), starts_at=TOMORROW_NOON + HOUR / 2)

    booking = book_one(lesson, actor=boss, overrides_rules=True, client=details("Dan"))

    details_of = Event.objects.get(booking=booking).details
    assert (details_of["overridden"], details_of["without_buffers"]) == ("closed", True)


# --- Series at the ends of the calendar --------------------------------------


@pytest.mark.parametrize("year", [1, 1969, 2201, 9999])
def test_series_in_a_year_without_neighbours_is_refused(year):
    first_on = TOMORROW_NOON.date().replace(year=year)

    with pytest.raises(RuleRefused) as refusal:
        SeriesRule(weekdays={0}, starts=TOMORROW_NOON.time(), first_on=first_on, last_on=first_on)

    assert refusal.value.field == "first_on"
