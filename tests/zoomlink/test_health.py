"""The connection is looked after before a client would notice."""

from datetime import timedelta

import pytest

from booking.models import Event
from tests.zoomlink import scene
from tests.zoomlink.scene import HOUR, NOW
from zoomlink import actions
from zoomlink.models import Meeting, ZoomConnection

pytestmark = pytest.mark.django_db


def current() -> ZoomConnection:
    return ZoomConnection.objects.current()


def test_zoom_is_asked_once_an_hour(zoom, lesson):
    zoom.control("DELETE", "/requests")

    asked = [actions.check_health(now=NOW + minutes * HOUR / 60) for minutes in (1, 59, 60, 61)]

    assert asked == [False, False, True, False]
    assert scene.calls(zoom, "me") == 1
    assert (current().checked_at, current().check_error) == (NOW + HOUR, "")


def test_a_quiet_company_renews_its_grant_all_the_same(zoom, lesson):
    before = current()

    actions.check_health(now=NOW + timedelta(days=6))

    assert current().token_version == before.token_version + 1
    assert current().refreshed_at == NOW + timedelta(days=6)


def test_a_removal_that_nobody_told_us_of_is_found(zoom, lesson):
    meeting = scene.sync(scene.book(lesson))
    zoom.revoke(current().access_token)

    actions.check_health(now=NOW + HOUR)

    assert current().state == ZoomConnection.LOST
    assert current().lost_reason
    assert Event.objects.filter(kind=Event.ZOOM_CONNECTION_LOST).count() == 1
    meeting.refresh_from_db()
    assert meeting.state == Meeting.UNLINKED
    assert not actions.check_health(now=NOW + 2 * HOUR)  # nobody to ask


def test_a_zoom_that_is_down_is_asked_again_each_time_and_loses_nothing(zoom, lesson):
    zoom.kill()
    try:
        actions.check_health(now=NOW + timedelta(minutes=50))
        actions.check_health(now=NOW + HOUR)
    finally:
        zoom.start()
    assert current().is_connected
    assert current().check_error == "Zoom could not be reached"

    assert actions.check_health(now=NOW + HOUR + timedelta(minutes=1))
    assert current().check_error == ""


def test_a_lost_answer_is_tried_once_more_and_found_dead_by_the_next_sweep(zoom, lesson):
    ZoomConnection.objects.update(expires_at=NOW, checked_at=NOW - HOUR)
    zoom.fault("refresh", "hold", times=1)

    actions.check_health(now=NOW)
    assert (current().state, current().refresh_is_uncertain) == (ZoomConnection.CONNECTED, True)
    zoom.control("DELETE", "/faults")
    actions.check_health(now=NOW + timedelta(minutes=1))

    assert current().state == ZoomConnection.LOST
    assert scene.calls(zoom, "refresh") == 2


def test_a_request_that_never_arrived_is_tried_once_more_and_all_is_well(zoom, lesson):
    ZoomConnection.objects.update(expires_at=NOW, checked_at=NOW - HOUR)
    zoom.fault("refresh", "hang", times=1, seconds=0)

    actions.check_health(now=NOW)
    actions.check_health(now=NOW + timedelta(minutes=1))

    assert (current().state, current().refresh_is_uncertain) == (ZoomConnection.CONNECTED, False)
    assert current().check_error == ""


def test_reconnecting_restores_every_mapping_and_meeting(zoom, lesson):
    bookings = [scene.book(lesson), scene.book(lesson, by="Dan", starts_at=scene.TOMORROW + HOUR)]
    scene.sweep()
    ids = {made["id"] for made in scene.at_zoom(zoom)}
    links = {b.pk: b.join_token for b in bookings}
    zoom.revoke(current().access_token)
    actions.check_health(now=NOW + HOUR)

    scene.connect(zoom, now=NOW + HOUR)
    scene.sweep(now=NOW + HOUR)

    assert {made["id"] for made in scene.at_zoom(zoom)} == ids
    assert {scene.meeting_of(b).state for b in bookings} == {Meeting.READY}
    assert {b.pk: type(b).objects.get(pk=b.pk).join_token for b in bookings} == links


def test_the_name_at_zoom_is_kept_up_to_date(zoom, lesson):
    ZoomConnection.objects.update(display_name="Old", email="old@zoom.example")

    actions.check_health(now=NOW + HOUR)

    assert (current().display_name, current().email) == ("Oksana Demo", "owner@zoom.example")
