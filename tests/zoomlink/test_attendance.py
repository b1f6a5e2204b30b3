"""Who came, who waits, and who seems not to have come: only on good evidence."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Booking, Event, Session
from tests import factories
from tests.concurrency.together import at_once, split
from tests.zoomlink import scene
from zoomlink.actions import Attendance, attendance, attendance_for, waiting_clients
from zoomlink.models import Meeting, MeetingVisit, Participation

pytestmark = pytest.mark.django_db

NOW, NOON = factories.NOW, factories.TOMORROW_NOON  # a lesson of half an hour begins at noon
END = NOON + timedelta(minutes=30)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def lesson(company):
    """A service by Zoom; nobody needs to ask Zoom anything here."""
    ada = factories.provider("Ada")
    factories.enable("classes")
    factories.enable("online-meetings")
    factories.meets_by_zoom(ada, factories.zoom_user(factories.zoom_connection()))
    return factories.service(ada, is_online_meeting=True)


@pytest.fixture
def booking(lesson):
    made = factories.book_one(lesson)
    Meeting.objects.filter(session=made.session).update(
        state="ready", zoom_id=97763643886, host_id="zoom-ada"
    )
    return made


@pytest.fixture
def places(lesson):
    """Two places in a class that is held at noon."""
    lesson.kind = "class"
    lesson.save()
    session = factories.actions.schedule_session(
        service_id=lesson.pk,
        provider_id=lesson.providers.get().pk,
        starts_at=NOON,
        capacity=3,
        now=NOW,
        actor=None,
    )
    return [scene.book_place(session, by=name, now=NOW) for name in ("Cleo", "Dan")]


def visit(booking, at, *, entered=None, first=None):
    times = {"last_at": at, "entered_at": entered}
    MeetingVisit.objects.update_or_create(
        booking=booking, defaults=times, create_defaults={"first_at": first or at, **times}
    )


def stay(booking, joined, left=None, *, is_host=False, who="1"):
    Participation.objects.create(
        meeting=booking.session.meeting,
        participant=f"{who}:{is_host}:{joined}",
        joined_at=joined,
        left_at=left,
        is_host=is_host,
    )


def meeting(booking, **fields):
    Meeting.objects.filter(session=booking.session).update(**fields)


def known(booking, now):
    fresh = Booking.objects.select_related("session__service").get(pk=booking.pk)
    return attendance_for([fresh], now=now).get(booking.pk, Attendance())


def told():
    return list(Event.objects.filter(kind=Event.CLIENT_WAITS).order_by("pk"))


# --- Waiting -----------------------------------------------------------------


def test_nothing_is_known_without_a_trace(booking):
    for now in (NOW, NOON - MINUTE, NOON, NOON + 10 * MINUTE, END + MINUTE):
        assert attendance_for([booking], now=now) == {}


@pytest.mark.parametrize(
    ("opened", "now", "since"),
    [
        (NOON - 10 * MINUTE, NOON - 5 * MINUTE, NOON - 10 * MINUTE),
        (NOON - 40 * MINUTE, NOON - 5 * MINUTE, None),
        (NOON - 40 * MINUTE, NOON - 20 * MINUTE, None),
        (NOON - 10 * MINUTE, NOON + MINUTE, None),
        (NOON + MINUTE, NOON + 2 * MINUTE, NOON + MINUTE),
        (NOON + MINUTE, END, None),
    ],
)
def test_who_opens_the_page_about_the_time_waits(booking, opened, now, since):
    """Whoever has it open at the start is led on: without that it was closed before."""
    visit(booking, opened)

    assert known(booking, now).waiting_since == since


def test_who_was_led_on_waits_until_the_host_comes(booking):
    visit(booking, NOON, entered=NOON, first=NOON - 3 * MINUTE)
    assert known(booking, NOON + MINUTE).waiting_since == NOON
    assert waiting_clients(booking.session, now=NOON + MINUTE) == 1

    meeting(booking, started_by_host_at=NOON + 2 * MINUTE)

    assert known(booking, NOON + 3 * MINUTE).waiting_since is None
    assert waiting_clients(booking.session, now=NOON + 3 * MINUTE) == 0


@pytest.mark.parametrize("field", ["started_by_host_at", "fallback_entered_at"])
def test_a_host_who_entered_by_our_page_is_there(booking, field):
    visit(booking, NOON, entered=NOON)
    meeting(booking, **{field: NOON})

    assert known(booking, NOON + MINUTE).waiting_since is None


def test_zoom_tells_who_waits_in_the_meeting(booking):
    stay(booking, NOON + MINUTE)

    assert known(booking, NOON + 3 * MINUTE).waiting_since == NOON + MINUTE

    stay(booking, NOON + 3 * MINUTE, is_host=True)
    assert known(booking, NOON + 4 * MINUTE).waiting_since is None


def test_a_host_who_only_looked_in_before_is_not_there(booking):
    meeting(booking, started_by_host_at=NOON - 30 * MINUTE)
    stay(booking, NOON - 30 * MINUTE, NOON - 20 * MINUTE, is_host=True)
    stay(booking, NOON)

    assert known(booking, NOON + 3 * MINUTE).waiting_since == NOON


def test_who_gave_up_waits_no_longer(booking):
    visit(booking, NOON, entered=NOON)
    stay(booking, NOON, NOON + 5 * MINUTE)

    assert known(booking, NOON + 6 * MINUTE).waiting_since is None
    assert known(booking, NOON + 6 * MINUTE).left_at == NOON + 5 * MINUTE


def test_nobody_is_left_in_a_meeting_that_ended(booking):
    stay(booking, NOON)
    meeting(booking, started_at=NOON, ended_at=NOON + 20 * MINUTE)

    assert known(booking, NOON + 21 * MINUTE).waiting_since is None
    assert known(booking, NOON + 21 * MINUTE).left_at == NOON + 20 * MINUTE


def test_what_is_of_another_day_does_not_count(booking):
    visit(booking, NOON - timedelta(days=1), entered=NOON - timedelta(days=1))
    stay(booking, NOON - timedelta(days=1))

    assert known(booking, NOON + 3 * MINUTE) == Attendance()


# --- Came, late, left --------------------------------------------------------


@pytest.mark.parametrize(("minutes", "late"), [(0, 0), (4, 0), (5, 5), (7.9, 7)])
def test_who_came_later_than_five_minutes_came_late(booking, minutes, late):
    came = NOON + minutes * MINUTE
    stay(booking, came)
    stay(booking, came + MINUTE, who="again")

    assert (known(booking, END).joined_at, known(booking, END).joined_late) == (came, late)


def test_the_page_tells_when_a_client_came_where_zoom_does_not(booking):
    visit(booking, NOON + 20 * MINUTE, entered=NOON + 20 * MINUTE, first=NOON + 6 * MINUTE)

    attendance = known(booking, END)

    assert attendance.opened_at == NOON + 6 * MINUTE
    assert (attendance.joined_at, attendance.joined_late) == (NOON + 6 * MINUTE, 6)


def test_a_second_entry_is_not_taken_for_coming_late(booking):
    """The first one is not known where the page was opened on another day before."""
    yesterday = NOON - timedelta(days=1)
    visit(booking, NOON + 20 * MINUTE, entered=NOON + 20 * MINUTE, first=yesterday)

    assert known(booking, END).joined_late == 0


# --- Did not come ------------------------------------------------------------


def test_of_an_appointment_zooms_word_that_only_the_host_came_is_good_evidence(booking):
    meeting(booking, started_at=NOON)
    stay(booking, NOON, END, is_host=True)

    assert known(booking, END - MINUTE).suggestion == ""
    assert known(booking, END).suggestion == Booking.NO_SHOW


@pytest.mark.parametrize(
    "trace",
    [
        lambda booking: None,
        lambda booking: meeting(booking, started_at=NOON),  # of people nothing is told
        lambda booking: meeting(booking, started_by_host_at=NOON),
        lambda booking: visit(booking, NOON - MINUTE),
    ],
)
def test_without_zooms_word_nothing_is_suggested(booking, trace):
    trace(booking)

    assert known(booking, END + MINUTE).suggestion == ""


@pytest.mark.parametrize(
    "contrary",
    [
        lambda booking: visit(booking, NOON, entered=NOON),
        lambda booking: stay(booking, NOON + 20 * MINUTE),
        lambda booking: Booking.objects.update(attendance=Booking.ATTENDED),
        lambda booking: Booking.objects.update(attendance=Booking.NO_SHOW),
        lambda booking: Booking.objects.update(state=Booking.PENDING),
        lambda booking: Session.objects.update(status=Session.CANCELLED),
    ],
)
def test_nothing_is_suggested_against_the_evidence(booking, contrary):
    stay(booking, NOON, END, is_host=True)
    contrary(booking)

    assert known(booking, END + MINUTE).suggestion == ""


def test_of_a_class_that_took_place_a_link_never_opened_is_good_evidence(places):
    cleo, dan = places
    visit(cleo, NOON, entered=NOON)

    assert known(cleo, END).suggestion == ""
    assert known(dan, END).suggestion == Booking.NO_SHOW


def test_of_a_class_without_a_trace_nothing_is_suggested(places):
    assert [known(each, END).suggestion for each in places] == ["", ""]


def test_people_of_a_class_are_not_told_apart_at_zoom(places):
    cleo, dan = places
    stay(cleo, NOON, END, is_host=True)
    stay(cleo, NOON + 9 * MINUTE, NOON + 10 * MINUTE)
    visit(dan, NOON - MINUTE)

    assert known(cleo, END) == Attendance(suggestion=Booking.NO_SHOW)
    assert known(dan, END) == Attendance(opened_at=NOON - MINUTE)


def test_by_an_own_link_only_visits_are_known(booking):
    meeting(booking, zoom_id=None, started_by_host_at=NOON)
    assert known(booking, END).suggestion == Booking.NO_SHOW

    visit(booking, NOON + 7 * MINUTE, entered=NOON + 7 * MINUTE)

    assert known(booking, END) == Attendance(
        opened_at=NOON + 7 * MINUTE, joined_at=NOON + 7 * MINUTE, joined_late=7
    )


def test_after_its_traces_are_cleared_away_nothing_is_said(booking):
    stay(booking, NOON, END, is_host=True)

    assert known(booking, END + timedelta(days=89)).suggestion == Booking.NO_SHOW
    assert known(booking, END + timedelta(days=90)) == Attendance()


def test_while_the_feature_is_off_nothing_is_known(booking):
    visit(booking, NOON, entered=NOON)
    factories.actions.set_feature(key="online-meetings", on=False, now=NOW)

    assert attendance_for([booking], now=NOON + MINUTE) == {}
    assert waiting_clients(booking.session, now=NOON + MINUTE) == 0
    assert attendance.watch(now=NOON + 5 * MINUTE) == 0


def test_number_of_queries_does_not_grow_with_bookings(places):
    for each in places:
        visit(each, NOON, entered=NOON)
    rows = list(Booking.objects.select_related("session__service"))
    counts = []
    for some in (rows[:1], rows):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            attendance_for(some, now=NOON + MINUTE)
        counts.append(len(queries))

    assert counts == [4, 4]


# --- Telling the provider ----------------------------------------------------


def test_a_client_who_waits_is_told_of_once_after_two_minutes(booking):
    visit(booking, NOON, entered=NOON, first=NOON - 5 * MINUTE)

    told_at = [minute for minute in range(30) if attendance.watch(now=NOON + minute * MINUTE)]

    assert told_at == [2]
    (event,) = told()
    assert (event.session_id, event.booking_id) == (booking.session_id, None)
    assert event.details == {"since": NOON.isoformat(), "clients": 1}


def test_who_comes_late_may_wait_two_minutes_too(booking):
    visit(booking, NOON + 9 * MINUTE, entered=NOON + 9 * MINUTE)

    assert attendance.watch(now=NOON + 10 * MINUTE) == 0
    assert attendance.watch(now=NOON + 11 * MINUTE) == 1


def test_all_who_wait_for_a_class_are_told_of_together(places):
    cleo, dan = places
    visit(cleo, NOON, entered=NOON)
    visit(dan, NOON + MINUTE, entered=NOON + MINUTE)

    assert attendance.watch(now=NOON + 3 * MINUTE) == 1
    assert told()[0].details == {"since": NOON.isoformat(), "clients": 2}
    assert waiting_clients(cleo.session, now=NOON + 3 * MINUTE) == 2


@pytest.mark.parametrize(
    "otherwise",
    [
        lambda booking: meeting(booking, started_by_host_at=NOON),
        lambda booking: stay(booking, NOON, is_host=True),
        lambda booking: Booking.objects.update(state=Booking.CANCELLED, cancelled_at=NOON),
        lambda booking: Session.objects.update(status=Session.CANCELLED),
        lambda booking: type(booking.session.service).objects.update(is_online_meeting=False),
    ],
)
def test_nobody_is_told_where_nobody_waits(booking, otherwise):
    visit(booking, NOON, entered=NOON)
    otherwise(booking)

    assert attendance.watch(now=NOON + 5 * MINUTE) == 0
    assert told() == []


def test_a_session_without_a_row_for_its_meeting_is_told_of_too(booking):
    Meeting.objects.all().delete()
    visit(booking, NOON, entered=NOON)

    assert attendance.watch(now=NOON + 5 * MINUTE) == 1
    assert Meeting.objects.get().client_waits_told_at == NOON + 5 * MINUTE


def test_number_of_queries_of_a_watch_does_not_grow_with_sessions(lesson):
    counts = []
    for name in ("Ben", "Cid", "Dora"):
        other = factories.provider(name)
        lesson.providers.add(other)
        made = factories.book_one(lesson, provider_id=other.pk, client=factories.details(name))
        visit(made, NOON, entered=NOON)
        Meeting.objects.filter(session=made.session).update(started_by_host_at=NOON)
        with CaptureQueriesContext(connection) as queries:
            attendance.watch(now=NOON + 5 * MINUTE)
        counts.append(len(queries))

    assert counts == [5, 5, 5]


@pytest.mark.django_db(transaction=True)
def test_several_sweeps_at_once_tell_once(booking):
    visit(booking, NOON, entered=NOON)

    told_by, raised = split(at_once([partial(attendance.watch, now=NOON + 3 * MINUTE)] * 6))

    assert (sum(told_by), raised) == (1, [])
    assert len(told()) == 1
