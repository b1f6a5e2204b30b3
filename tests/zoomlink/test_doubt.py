"""Meetings that somebody changed or deleted at Zoom, and the last look before a start."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from booking.models import Event, Service
from tests.zoomlink import scene
from tests.zoomlink.scene import HOUR, NOW, TOMORROW
from zoomlink import actions
from zoomlink.client import MeetingSpec
from zoomlink.models import Meeting, ProviderMeeting

pytestmark = pytest.mark.django_db
LAST_LOOK = TOMORROW - timedelta(minutes=15)


def delete_at_zoom(meeting):
    actions.ask_zoom(lambda client: client.delete_meeting(meeting.zoom_id), now=NOW)


def change_at_zoom(meeting, **changes):
    given = {"topic": "Hello", "starts_at": TOMORROW, "duration_minutes": 30} | changes
    spec = MeetingSpec(agenda=meeting.agenda, **given)
    actions.ask_zoom(lambda client: client.update_meeting(meeting.zoom_id, spec), now=NOW)


def doubt(meeting):
    Meeting.objects.filter(pk=meeting.pk).update(must_verify=True)


def test_what_somebody_deleted_is_made_anew_and_noted(zoom, lesson):
    booking = scene.book(lesson)
    before = scene.sync(booking)
    delete_at_zoom(before)
    doubt(before)

    after = scene.sync(booking)

    (made,) = scene.at_zoom(zoom)
    assert (after.state, after.zoom_id) == (Meeting.READY, made["id"])
    gone = Event.objects.get(kind=Event.MEETING_GONE)
    assert (gone.session_id, gone.details) == (booking.session_id, {"zoom_id": before.zoom_id})


@pytest.mark.parametrize(
    "change",
    [
        {"starts_at": TOMORROW + 3 * HOUR},
        {"duration_minutes": 5},
        {"topic": "Something else"},
    ],
)
def test_what_somebody_changed_is_changed_back(zoom, lesson, change):
    meeting = scene.sync(scene.book(lesson))
    change_at_zoom(meeting, **change)
    doubt(meeting)

    scene.sweep()

    (made,) = scene.at_zoom(zoom)
    assert made["start_time"] == TOMORROW.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (made["topic"], made["duration"]) == ("Lesson – Ada", 30)
    assert scene.sweep() == []


def test_a_doubt_without_ground_costs_one_reading(zoom, lesson):
    meeting = scene.sync(scene.book(lesson))
    doubt(meeting)
    zoom.control("DELETE", "/requests")

    scene.sweep()

    assert scene.sweep() == []
    assert scene.calls(zoom, "get_meeting") == 1
    assert scene.calls(zoom, "update_meeting") == 0


def test_each_meeting_is_read_once_more_shortly_before_its_start(zoom, lesson):
    booking = scene.book(lesson)
    before = scene.sync(booking)
    assert scene.sweep(now=LAST_LOOK - timedelta(seconds=1)) == []
    delete_at_zoom(before)

    scene.sweep(now=LAST_LOOK)

    after = scene.meeting_of(booking)
    assert (after.state, after.zoom_id == before.zoom_id) == (Meeting.READY, False)
    assert scene.sweep(now=LAST_LOOK + timedelta(minutes=1)) == []


def test_a_running_meeting_is_not_taken_away_for_a_change_of_settings(zoom, lesson):
    scene.sync(scene.book(lesson))
    begun = TOMORROW + timedelta(minutes=5)
    scene.sweep(now=begun)

    Service.objects.update(is_online_meeting=False)
    scene.sweep(now=begun)
    actions.choose_meeting(now=begun, provider_id=scene.provider().pk, engine=ProviderMeeting.NONE)
    scene.sweep(now=begun)

    assert len(scene.at_zoom(zoom)) == 1


def test_a_host_who_is_gone_is_never_replaced_silently(zoom, lesson):
    booking = scene.book(lesson)
    scene.sync(booking)
    user = ProviderMeeting.objects.get(provider=scene.provider()).zoom_user
    user.is_missing = True
    user.save()

    scene.sweep()

    assert scene.at_zoom(zoom) == []
    assert scene.meeting_of(booking).state == Meeting.ABSENT
    assert ProviderMeeting.objects.get(provider=scene.provider()).zoom_user == user
    user.is_missing = False
    user.save()
    scene.sweep()
    assert scene.meeting_of(booking).state == Meeting.READY


@pytest.mark.django_db(transaction=True)
def test_a_doubt_that_arises_while_zoom_is_asked_is_not_lost(zoom, lesson):
    booking = scene.book(lesson)
    meeting = scene.sync(booking)
    doubt(meeting)
    zoom.control("DELETE", "/requests")
    zoom.fault("get_meeting", "hold", times=1)

    with ThreadPoolExecutor(1) as worker:
        reading = worker.submit(scene.in_a_thread, scene.sync, booking)
        scene.wait_until(lambda: zoom.held() == 1)
        doubt(meeting)
        zoom.control("DELETE", "/faults")
        reading.result()

    assert scene.calls(zoom, "get_meeting") == 2
    assert not scene.meeting_of(booking).must_verify


def test_a_doubt_outlives_a_zoom_that_does_not_answer(zoom, lesson):
    booking = scene.book(lesson)
    doubt(scene.sync(booking))
    zoom.fault("get_meeting", "error_503", times=1)
    zoom.control("DELETE", "/requests")

    assert scene.sync(booking).verified_at is None

    assert scene.sweep(now=NOW + HOUR) == [scene.meeting_of(booking).pk]
    assert scene.calls(zoom, "get_meeting") == 2


@pytest.mark.django_db(transaction=True)
def test_a_doubt_outlives_a_worker_that_dies_over_it(zoom, lesson):
    booking = scene.book(lesson)
    meeting = scene.sync(booking)
    doubt(meeting)
    zoom.fault("get_meeting", "hold", times=1)

    with ThreadPoolExecutor(1) as worker:
        reading = worker.submit(scene.in_a_thread, scene.sync, booking)
        scene.wait_until(lambda: zoom.held() == 1)
        is_still_due = actions.review(now=NOW + Meeting.LEASE) == [meeting.pk]
        zoom.control("DELETE", "/faults")
        reading.result()

    assert is_still_due  # for whoever comes when the lease is over
    assert scene.sweep() == []
