"""Classes: a series by a rule, moving and cancelling one or the rest, more or fewer places."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking import actions
from booking.errors import (
    BookingClosed,
    CapacityBelowTaken,
    NotBookable,
    Outdated,
    SeriesClashes,
    SlotTaken,
    WrongValue,
)
from booking.models import Booking, Event, Session, SessionSeries
from tests import factories
from tests.factories import NOW, TOMORROW_NOON, book_one, details, provider, service

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)


@pytest.fixture
def ben(company):
    return provider("Ben")


@pytest.fixture
def yoga(ada, ben):
    """A class that Ada and Ben give, 18:00 in Kyiv being 16:00 UTC in winter."""
    factories.enable("classes")
    return service(ada, ben, name="Yoga", kind="class", capacity=10, duration_minutes=60)


def rule(**fields):
    usual = {
        "weekdays": {1},
        "starts": time(18),
        "first_on": date(2026, 11, 24),
        "last_on": date(2026, 12, 15),
    }
    return actions.SeriesRule(**{**usual, **fields})


def schedule(yoga, ada, *, now=NOW, **fields):
    options = {name: fields.pop(name) for name in ("capacity", "actor") if name in fields}
    return actions.schedule_series(
        service_id=yoga.pk, provider_id=ada.pk, rule=rule(**fields), now=now, **options
    )


@pytest.fixture
def series(yoga, ada):
    """Four Tuesdays at 18:00."""
    return schedule(yoga, ada)


def starts(sessions):
    return [session.starts_at for session in sessions]


def join(session, name="Cleo", places=1):
    return actions.book(
        service_id=session.service_id,
        session_id=session.pk,
        places=places,
        client=details(name),
        now=NOW,
    )


FIRST = datetime(2026, 11, 24, 16, tzinfo=UTC)


# --- Scheduling --------------------------------------------------------------


def test_series_is_scheduled_on_every_date_of_its_rule(series, yoga):
    assert starts(series.sessions) == [FIRST + number * WEEK for number in range(4)]
    stored = SessionSeries.objects.get()
    assert stored.sessions.count() == yoga.sessions.count() == 4
    assert (stored.weekdays, stored.except_on, stored.timezone) == ([1], [], "Europe/Kyiv")
    assert Event.objects.filter(kind=Event.SESSION_SCHEDULED).count() == 4


def test_session_remembers_what_the_clock_was_to_show(series):
    shown = {(s.timezone, s.utc_offset_minutes) for s in Session.objects.all()}

    assert shown == {("Europe/Kyiv", 120)}


def test_dates_that_passed_or_do_not_exist_are_left_out_and_named(yoga, ada):
    made = schedule(
        yoga,
        ada,
        weekdays={6},
        starts=time(3, 30),
        first_on=date(2026, 11, 22),
        last_on=date(2027, 4, 4),
    )

    assert made.skipped == [date(2026, 11, 22), date(2027, 3, 28)]
    assert len(made.sessions) == 18


def test_series_without_any_date_left_is_refused(yoga, ada):
    with pytest.raises(WrongValue) as refusal:
        schedule(yoga, ada, except_on=[date(2026, 11, 24)], last_on=date(2026, 11, 24))

    assert refusal.value.field == "last_on"
    assert not SessionSeries.objects.exists()


def test_series_that_clashes_is_refused_whole(yoga, ada):
    lesson = service(ada)
    book_one(lesson, starts_at=FIRST + WEEK + 30 * HOUR / 60)

    with pytest.raises(SeriesClashes) as refusal:
        schedule(yoga, ada)

    assert refusal.value.starts == [FIRST + WEEK]
    assert not yoga.sessions.exists()
    assert not SessionSeries.objects.exists()


def test_series_that_overlaps_itself_is_refused(ada):
    factories.enable("classes")
    long = service(ada, name="Retreat", kind="class", duration_minutes=1435, capacity=5,
                   buffer_after_minutes=30)  # fmt: skip

    with pytest.raises(SeriesClashes):
        schedule(long, ada, weekdays={1, 2})


@pytest.mark.parametrize("capacity", [0, -1, 32768, 10**9])
def test_impossible_number_of_places_is_refused(yoga, ada, capacity):
    with pytest.raises(WrongValue) as refusal:
        schedule(yoga, ada, capacity=capacity)

    assert refusal.value.field == "capacity"


def test_hour_is_an_hour_also_where_the_clock_goes_back(yoga, ada):
    """Python adds wall time to a moment of a zone: 03:00 and an hour would be two."""
    night = datetime(2027, 10, 31, 3, tzinfo=ZoneInfo("Europe/Kyiv"))

    session = actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=night, now=NOW
    )

    assert session.duration == HOUR


def test_series_has_its_own_number_of_places(yoga, ada):
    made = schedule(yoga, ada, capacity=3)

    assert {session.capacity for session in made.sessions} == {3}


def test_stranger_cannot_give_a_class(yoga):
    with pytest.raises(NotBookable):
        schedule(yoga, provider("Mallory"))


def test_scheduling_asks_the_database_as_often_for_many_dates(yoga, ada, settings):
    settings.EVENT_LISTENERS = []
    counts = []
    for first_on, last_on in [
        (date(2026, 11, 24), date(2026, 12, 8)),
        (date(2027, 1, 5), date(2027, 2, 23)),
    ]:
        with CaptureQueriesContext(connection) as captured:
            made = schedule(yoga, ada, first_on=first_on, last_on=last_on)
        counts.append(len(captured) - len(made.sessions))  # an event each

    assert counts[0] == counts[1]


# --- Moving ------------------------------------------------------------------


def move(session, starts_at, **fields):
    return actions.move_class_session(session_id=session.pk, starts_at=starts_at, now=NOW, **fields)


def test_moved_session_takes_everybody_along(series):
    session = series.sessions[0]
    bookings = [join(session, name) for name in ("Cleo", "Dan")]
    token = session.host_token

    [moved] = move(session, FIRST + HOUR)

    assert (moved.starts_at, moved.revision, moved.host_token) == (FIRST + HOUR, 2, token)
    told = Event.objects.filter(kind=Event.RESCHEDULED).order_by("pk")
    assert [event.booking for event in told] == bookings
    assert told[0].details["was"]["starts_at"] == FIRST.isoformat()
    assert set(Booking.objects.values_list("revision", flat=True)) == {2}
    assert Event.objects.get(kind=Event.SESSION_MOVED).details["bookings"] == 2
    assert starts(Session.objects.order_by("pk"))[1:] == [FIRST + n * WEEK for n in (1, 2, 3)]


def test_session_that_changed_since_it_was_looked_at_is_not_moved(series):
    session = series.sessions[0]
    move(session, FIRST + HOUR, expected_revision=1)

    with pytest.raises(Outdated):
        move(session, FIRST + 2 * HOUR, expected_revision=1)

    session.refresh_from_db()
    assert (session.starts_at, session.revision) == (FIRST + HOUR, 2)


def test_rest_of_a_series_moves_by_as_much_wall_time(yoga, ada):
    made = schedule(yoga, ada, first_on=date(2027, 3, 16), last_on=date(2027, 3, 30))
    zone_start = made.sessions[1].starts_at  # the clock goes forward before the third

    moved = move(made.sessions[1], zone_start + 25 * HOUR, rest_of_series=True)

    assert [start.isoformat() for start in starts(moved)] == [
        "2027-03-24T17:00:00+00:00",
        "2027-03-31T16:00:00+00:00",  # 19:00 in Kyiv, as the one before
    ]
    made.sessions[0].refresh_from_db()
    assert made.sessions[0].revision == 1


@pytest.mark.parametrize("shift", [WEEK, -WEEK, HOUR / 2], ids=["on", "back", "half an hour"])
def test_series_may_step_on_its_own_former_places(series, shift):
    later = series.sessions[1:] if shift < timedelta(0) else series.sessions
    if shift < timedelta(0):
        actions.cancel_session(session_id=series.sessions[0].pk, now=NOW)

    moved = move(later[0], later[0].starts_at + shift, rest_of_series=True)

    assert starts(moved) == [session.starts_at + shift for session in later]


def test_session_goes_to_another_provider_with_a_new_host_link(series, ben):
    token = series.sessions[0].host_token

    [moved] = move(series.sessions[0], FIRST, provider_id=ben.pk)

    assert moved.provider == ben
    assert moved.host_token != token


def test_rest_of_a_series_stays_with_whom_each_session_is(series, ada, ben):
    move(series.sessions[2], series.sessions[2].starts_at, provider_id=ben.pk)

    moved = move(series.sessions[1], series.sessions[1].starts_at + HOUR, rest_of_series=True)

    assert [session.provider for session in moved] == [ada, ben, ada]


def test_rest_of_a_series_goes_to_who_is_named(series, ben):
    moved = move(series.sessions[1], FIRST + WEEK, provider_id=ben.pk, rest_of_series=True)

    assert {session.provider for session in moved} == {ben}


def test_move_onto_something_else_is_refused(series, ada):
    book_one(service(ada), starts_at=FIRST + 2 * HOUR)
    book_one(service(ada, name="Talk"), starts_at=FIRST + WEEK + 2 * HOUR)

    with pytest.raises(SlotTaken):
        move(series.sessions[0], FIRST + 2 * HOUR)
    with pytest.raises(SeriesClashes) as refusal:
        move(series.sessions[0], FIRST + 2 * HOUR, rest_of_series=True)

    assert refusal.value.starts == [FIRST + 2 * HOUR, FIRST + WEEK + 2 * HOUR]
    assert starts(Session.objects.filter(series__isnull=False).order_by("pk"))[0] == FIRST


def test_move_to_where_it_is_changes_nothing(series):
    move(series.sessions[0], FIRST)

    assert not Event.objects.filter(kind=Event.SESSION_MOVED).exists()


def test_move_into_the_past_or_to_a_stranger_is_refused(series):
    with pytest.raises(NotBookable):
        move(series.sessions[0], NOW)
    with pytest.raises(NotBookable):
        move(series.sessions[0], FIRST, provider_id=provider("Mallory").pk)


def test_appointment_is_not_moved_as_a_class(lesson):
    booking = book_one(lesson)

    with pytest.raises(NotBookable):
        move(booking.session, TOMORROW_NOON + HOUR)


def test_cancelled_session_is_not_moved(series):
    actions.cancel_session(session_id=series.sessions[0].pk, now=NOW)

    with pytest.raises(BookingClosed):
        move(series.sessions[0], FIRST + HOUR)


# --- Cancelling --------------------------------------------------------------


def test_rest_of_a_series_is_cancelled_and_everybody_told(series):
    early, late = join(series.sessions[0]), join(series.sessions[2])

    gone = actions.cancel_session(
        session_id=series.sessions[1].pk, now=NOW, reason="ill", rest_of_series=True
    )

    assert [session.pk for session in gone] == [s.pk for s in series.sessions[1:]]
    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.state, late.state, late.cancel_reason) == ("confirmed", "cancelled", "ill")
    assert Event.objects.filter(kind=Event.CANCELLED).count() == 1
    assert Event.objects.filter(kind=Event.SESSION_CANCELLED).count() == 3


def test_rest_of_a_series_leaves_what_is_cancelled_already(series):
    actions.cancel_session(session_id=series.sessions[2].pk, now=NOW)

    gone = actions.cancel_session(session_id=series.sessions[1].pk, now=NOW, rest_of_series=True)

    assert [session.pk for session in gone] == [series.sessions[n].pk for n in (1, 3)]


# --- Places ------------------------------------------------------------------


def resize(session, capacity, **fields):
    return actions.set_capacity(session_id=session.pk, capacity=capacity, now=NOW, **fields)


def test_places_of_a_session_are_changed(series):
    session = series.sessions[0]
    join(session, places=4)

    assert resize(session, 4).capacity == 4

    event = Event.objects.get(kind=Event.SESSION_CAPACITY_CHANGED)
    assert event.details == {"was": 10, "capacity": 4}


def test_fewer_places_than_are_taken_are_refused(series):
    join(series.sessions[0], places=4)

    with pytest.raises(CapacityBelowTaken) as refusal:
        resize(series.sessions[0], 3)

    assert refusal.value.taken == 4
    assert "4" in str(refusal.value)
    assert Session.objects.get(pk=series.sessions[0].pk).capacity == 10


@pytest.mark.parametrize("capacity", [0, -5, 32768])
def test_impossible_places_are_refused(series, capacity):
    with pytest.raises(WrongValue):
        resize(series.sessions[0], capacity)


def test_places_of_an_appointment_stay_one(lesson):
    with pytest.raises(NotBookable):
        resize(book_one(lesson).session, 2)
