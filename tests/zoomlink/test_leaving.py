"""Logging out after the meetings to come are deleted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest

from booking.models import Event
from tests import factories
from tests.concurrency.together import at_once, split
from tests.zoomlink import scene
from tests.zoomlink.scene import HOUR, NOW, TOMORROW
from tests.zoomlink.simulator.process import Person
from zoomlink import actions, tasks
from zoomlink.actions import leaving
from zoomlink.errors import AlreadyConnected, NotConnected
from zoomlink.models import Meeting, ZoomConnection

pytestmark = pytest.mark.django_db


@pytest.fixture
def bookings(lesson):
    made = [scene.book(lesson), scene.book(lesson, by="Dan", starts_at=TOMORROW + HOUR)]
    scene.sweep()
    return made


def leave(*, now=NOW, actor=None) -> int:
    return actions.begin_leaving(now=now, actor=actor)


def test_the_meetings_to_come_are_deleted_then_the_access_is_given_back(zoom, bookings):
    boss = factories.staff()
    token = ZoomConnection.objects.current().access_token

    assert leave(actor=boss) == 2
    assert not actions.finish_leaving(now=NOW)  # first the meetings
    scene.sweep()

    assert actions.finish_leaving(now=NOW)
    assert scene.at_zoom(zoom) == []
    assert zoom.api("GET", "/users/me", token).status_code == 401
    closed = ZoomConnection.objects.get()
    assert (closed.state, closed.is_current, closed.refresh_token) == ("closed", False, "")
    left = Event.objects.get(kind=Event.ZOOM_DISCONNECTED)
    assert left.actor == boss
    assert (left.details["left_behind"], left.details["is_revoked"]) == (0, True)


def test_whoever_deletes_the_last_of_them_ends_it(zoom, bookings):
    leave()
    first, last = (scene.meeting_of(booking).pk for booking in bookings)

    tasks.sync_meeting(meeting_id=first)
    assert ZoomConnection.objects.current().is_leaving
    tasks.sync_meeting(meeting_id=last)

    assert ZoomConnection.objects.current() is None
    assert Event.objects.filter(kind=Event.ZOOM_DISCONNECTED).count() == 1


def test_a_meeting_that_may_have_been_made_is_waited_for(zoom, bookings, lesson):
    late = scene.book(lesson, by="Eve", starts_at=TOMORROW + 2 * HOUR)
    zoom.fault("create_meeting", "lost_answer")
    assert scene.sync(late).is_uncertain
    zoom.control("DELETE", "/faults")
    assert leave() == 3
    for booking in bookings:
        scene.sync(booking)

    assert not actions.finish_leaving(now=NOW)
    scene.sync(late)

    assert actions.finish_leaving(now=NOW)
    assert scene.at_zoom(zoom) == []


def test_only_one_of_two_ends_it(bookings):
    leave()
    scene.sweep()
    seen_by_both = ZoomConnection.objects.current()

    assert leaving._erased(seen_by_both).is_leaving
    with pytest.raises(NotConnected):
        leaving._erased(seen_by_both)


def test_the_bookings_stay_and_nothing_new_is_made_meanwhile(zoom, lesson, bookings):
    leave()
    scene.book(lesson, by="Eve", starts_at=TOMORROW + 2 * HOUR)

    scene.sweep()

    assert scene.at_zoom(zoom) == []
    assert [b.__class__.objects.get(pk=b.pk).state for b in bookings] == ["confirmed"] * 2


def test_a_meeting_that_runs_is_left_to_those_who_sit_in_it(zoom, bookings):
    running = scene.meeting_of(bookings[0]).zoom_id

    begun = TOMORROW + timedelta(minutes=5)
    leave(now=begun)
    scene.sweep(now=begun)

    assert [made["id"] for made in scene.at_zoom(zoom)] == [running]
    assert actions.finish_leaving(now=begun)


def test_patience_has_an_end_and_what_is_left_is_told(zoom, bookings):
    leave()
    zoom.fault("delete_meeting", "hang", seconds=0)

    assert not actions.finish_leaving(now=NOW + timedelta(minutes=9))
    assert actions.finish_leaving(now=NOW + timedelta(minutes=10))

    assert Event.objects.get(kind=Event.ZOOM_DISCONNECTED).details["left_behind"] == 2
    assert ZoomConnection.objects.current() is None


def test_who_does_not_want_to_wait_logs_out_at_once(zoom, bookings):
    leave()

    assert actions.disconnect(actor=None, now=NOW)

    assert ZoomConnection.objects.current() is None
    assert not actions.finish_leaving(now=NOW)
    assert Event.objects.get(kind=Event.ZOOM_DISCONNECTED).details["left_behind"] == 2


def test_a_second_press_changes_nothing(bookings):
    assert [leave(), leave(now=NOW + HOUR)] == [2, 2]
    assert ZoomConnection.objects.current().leaving_since == NOW
    assert Event.objects.filter(kind=Event.ZOOM_LEAVING).count() == 1


def test_nobody_connects_before_it_is_cleared_away(bookings):
    leave()

    with pytest.raises(AlreadyConnected):
        actions.refuse_second_connection()


def test_there_must_be_something_to_leave(company):
    with pytest.raises(NotConnected):
        leave()


def test_a_removal_at_zoom_meanwhile_ends_it(zoom, bookings):
    leave()
    Person(zoom, "owner@zoom.example").post("/user/installed/remove", client_id=zoom.client_id)
    zoom.control("POST", "/expire_tokens")

    scene.sweep()

    assert ZoomConnection.objects.get().state == ZoomConnection.CLOSED
    assert Event.objects.filter(kind=Event.ZOOM_DISCONNECTED).count() == 1
    assert not Event.objects.filter(kind=Event.ZOOM_CONNECTION_LOST).exists()
    assert {m.state for m in Meeting.objects.all()} == {Meeting.UNLINKED}


def test_the_same_account_coming_back_makes_them_again(zoom, bookings):
    leave()
    scene.sweep()
    actions.finish_leaving(now=NOW)

    scene.connect(zoom)
    scene.sweep()

    assert len(scene.at_zoom(zoom)) == 2


def test_a_creation_whose_answer_was_lost_is_looked_for_first(zoom, lesson):
    booking = scene.book(lesson)
    zoom.fault("create_meeting", "lost_answer", times=1)
    assert scene.sync(booking).zoom_id is None

    assert leave() == 1
    assert not actions.finish_leaving(now=NOW)
    scene.sweep()

    assert scene.at_zoom(zoom) == []
    assert actions.finish_leaving(now=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_creation_under_way_is_waited_for(zoom, lesson):
    booking = scene.book(lesson)
    zoom.fault("create_meeting", "hold", times=1)

    with ThreadPoolExecutor(1) as worker:
        making = worker.submit(scene.in_a_thread, scene.sync, booking)
        scene.wait_until(lambda: zoom.held() == 1)
        assert (leave(), actions.finish_leaving(now=NOW)) == (1, False)
        zoom.control("DELETE", "/faults")
        making.result()

    assert scene.at_zoom(zoom) == []  # the worker itself saw what is wanted by then
    assert actions.finish_leaving(now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_several_workers_one_ends_it(zoom, lesson):
    leave()

    ended, raised = split(at_once([partial(actions.finish_leaving, now=NOW)] * 6))

    assert raised == []
    assert sorted(ended) == [False] * 5 + [True]
    assert Event.objects.filter(kind=Event.ZOOM_DISCONNECTED).count() == 1
