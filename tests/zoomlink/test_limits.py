"""Zoom's limits are told apart: some seconds, a host's day, an account's day."""

from datetime import timedelta

import pytest
from django.utils import timezone

from booking.models import Event
from tests.zoomlink import scene
from tests.zoomlink.scene import HOUR, NOW, TOMORROW
from zoomlink import actions, tasks
from zoomlink.actions import quota
from zoomlink.models import HostDay, Meeting, ZoomConnection

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(lesson):
    """A booking with each of two hosts."""
    return scene.book(lesson), scene.book(lesson, by="Dan", with_="Ben")


def host_of(booking) -> str:
    return booking.session.provider.meeting_choice.zoom_user.zoom_id


def use_up(booking, writes: int, *, now=NOW) -> None:
    HostDay.objects.create(
        connection=ZoomConnection.objects.current(),
        host_id=host_of(booking),
        day=quota.day_of(now),
        writes=writes,
    )


def test_too_many_calls_in_a_second_are_waited_for_and_blamed_on_nobody(zoom, two):
    booking, _other = two
    zoom.fault("create_meeting", "rate_limited", times=1)
    now = timezone.now()  # the answer names a second of the real clock

    refused = scene.sync(booking, now=now)

    assert (refused.attempts, refused.state) == (0, Meeting.ABSENT)
    assert not Event.objects.filter(kind=Event.MEETING_FAILED).exists()
    wait = refused.next_attempt_at - now
    assert timedelta(0) < wait < timedelta(minutes=1)
    assert scene.sync(booking, now=refused.next_attempt_at).state == Meeting.READY


def test_a_worker_rings_again_by_itself_for_a_wait_of_seconds(zoom, two, monkeypatch):
    booking, _other = two
    rung = []
    monkeypatch.setattr(tasks.sync_meeting, "apply_async", lambda **call: rung.append(call))
    zoom.fault("create_meeting", "rate_limited", times=1)

    tasks.sync_meeting(meeting_id=scene.meeting_of(booking).pk)

    (call,) = rung
    assert call["kwargs"] == {"meeting_id": scene.meeting_of(booking).pk}
    assert 0 < call["countdown"] < 60 < call["expires"]


def test_the_accounts_day_stops_everybody_until_it_is_over(zoom, two):
    booking, other = two
    zoom.fault("create_meeting", "daily_limited", times=1)

    scene.sync(booking)
    zoom.control("DELETE", "/requests")
    paused = ZoomConnection.objects.current()

    assert paused.is_paused(NOW)
    assert (paused.paused_until.hour, paused.paused_until.minute) == (0, 0)
    assert actions.review(now=NOW) == []
    assert scene.sync(other).state == Meeting.ABSENT
    assert scene.calls(zoom, "create_meeting") == 0
    scene.sweep(now=paused.paused_until + timedelta(minutes=1))
    assert scene.meeting_of(other).state == Meeting.READY


def test_zoom_saying_that_a_hosts_day_is_used_up_stops_that_host_alone(zoom, two):
    booking, other = two
    zoom.fault("create_meeting", "host_limited", times=1)

    refused = scene.sync(booking)

    assert refused.next_attempt_at.date() == quota.next_day(NOW).date()
    connection = ZoomConnection.objects.current()
    assert quota.quota_of_day(connection, NOW) == {host_of(booking): 100}
    assert scene.sync(other).state == Meeting.READY


def test_each_creation_and_change_of_a_host_is_counted(zoom, lesson):
    booking = scene.book(lesson)
    scene.sync(booking)
    scene.factories.actions.reschedule(booking_id=booking.pk, starts_at=TOMORROW + HOUR, now=NOW)
    scene.sync(booking)
    scene.factories.actions.cancel(booking_id=booking.pk, now=NOW)
    scene.sync(booking)

    connection = ZoomConnection.objects.current()
    assert quota.quota_of_day(connection, NOW) == {host_of(booking): 2}  # a deletion is free


def test_the_last_calls_of_a_day_are_for_what_begins_soon(zoom, lesson):
    soon = scene.book(lesson, starts_at=TOMORROW)
    late = scene.book(lesson, by="Dan", starts_at=TOMORROW + timedelta(days=5))
    use_up(soon, 80)
    now = TOMORROW - 5 * HOUR
    HostDay.objects.update(day=quota.day_of(now))

    waiting, made = scene.sync(late, now=now), scene.sync(soon, now=now)

    assert made.state == Meeting.READY
    assert waiting.next_attempt_at.date() == quota.next_day(now).date()
    assert waiting.attempts == 0
    assert scene.sync(late, now=waiting.next_attempt_at).state == Meeting.READY


def test_a_meeting_that_cannot_be_made_before_its_start_is_told_at_once(zoom, lesson):
    booking = scene.book(lesson, starts_at=TOMORROW)
    now = TOMORROW - HOUR
    use_up(booking, 100, now=now)

    refused = scene.sync(booking, now=now)

    assert refused.state == Meeting.FAILED
    failed = Event.objects.get(kind=Event.MEETING_FAILED)
    assert "100 meetings" in failed.details["reason"]


def test_an_outage_uses_up_nobodys_day(zoom, lesson):
    booking = scene.book(lesson)
    now, day = NOW, quota.day_of(NOW)
    zoom.kill()
    try:
        for _attempt in range(4):
            now = scene.sync(booking, now=now).next_attempt_at
    finally:
        zoom.start()

    assert not HostDay.objects.filter(day=day, writes__gt=0).exists()
    assert scene.sync(booking, now=now).state == Meeting.READY


@pytest.mark.parametrize("operation", ["create_meeting", "update_meeting"])
def test_what_zoom_turns_away_for_a_second_does_not_count(zoom, lesson, operation):
    booking = scene.book(lesson)
    if operation == "update_meeting":
        scene.sync(booking)
        scene.factories.actions.reschedule(
            booking_id=booking.pk, starts_at=TOMORROW + HOUR, now=NOW
        )
    HostDay.objects.all().delete()
    zoom.fault(operation, "rate_limited", times=2)
    now = timezone.now()  # the answer names a second of the real clock

    for _attempt in range(2):
        now = scene.sync(booking, now=now).next_attempt_at
    scene.sync(booking, now=now)

    assert sum(HostDay.objects.values_list("writes", flat=True)) == 1


def test_a_creation_whose_answer_was_lost_counts(zoom, lesson):
    booking = scene.book(lesson)
    zoom.fault("create_meeting", "lost_answer", times=1)

    scene.sync(booking)

    assert HostDay.objects.get().writes == 1


def test_what_was_moved_while_it_was_refused_is_tried_again_soon(zoom, lesson):
    booking = scene.book(lesson, starts_at=TOMORROW)
    use_up(booking, 100)
    began = NOW - timedelta(seconds=2)  # the worker, before the booking was noted again

    refused = scene.sync(booking, now=began)

    assert refused.next_attempt_at <= NOW + timedelta(seconds=10)
    assert scene.sync(booking, now=NOW + HOUR).next_attempt_at >= quota.next_day(NOW)


def test_a_change_that_cannot_be_read_back_is_made_once(zoom, lesson):
    booking = scene.book(lesson)
    scene.sync(booking)
    scene.factories.actions.reschedule(booking_id=booking.pk, starts_at=TOMORROW + HOUR, now=NOW)
    zoom.control("DELETE", "/requests")
    zoom.fault("get_meeting", "error_503", times=1)

    now = scene.sync(booking, now=NOW).next_attempt_at
    scene.sweep(now=now)

    assert scene.calls(zoom, "update_meeting") == 1
    (made,) = scene.at_zoom(zoom)
    assert made["start_time"] == (TOMORROW + HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert scene.meeting_of(booking).last_error == ""


def test_a_change_does_not_wait_for_a_reading_that_fails(zoom, lesson):
    booking = scene.book(lesson)
    scene.sync(booking)
    Meeting.objects.update(must_verify=True)
    zoom.fault("get_meeting", "error_503")
    scene.sync(booking)

    scene.factories.actions.reschedule(booking_id=booking.pk, starts_at=TOMORROW + HOUR, now=NOW)
    scene.sync(booking)

    (made,) = scene.at_zoom(zoom)
    assert made["start_time"] == (TOMORROW + HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")
