"""Logout by its page: coming meetings first, or at once."""

import pytest

from booking.models import Event
from tests.zoomlink import scene
from tests.zoomlink.scene import HOUR, NOW
from zoomlink import actions
from zoomlink.models import Meeting, ZoomConnection

pytestmark = pytest.mark.django_db

ASKS = "/admin/online-meetings/logout/"
SETTINGS = "/admin/online-meetings/"
LOGOUT = "/zoom/logout/"
DELETE = {"meetings": "delete"}


def test_the_page_counts_the_coming_meetings_and_deletes_them_unless_told_otherwise(boss, booking):
    scene.sync(scene.book(booking.session.service, starts_at=scene.TOMORROW + HOUR))

    page = boss.get(ASKS).content.decode()

    assert '<input type="checkbox" name="meetings" value="delete" checked>' in page
    assert "Delete the 2 coming meetings at Zoom first" in page
    assert 'href="https://marketplace.zoom.us/user/installed"' in page
    assert ZoomConnection.objects.current().is_connected


def test_the_page_offers_no_deletion_where_there_is_none(boss, lesson):
    assert 'name="meetings"' not in boss.get(ASKS).content.decode()


def test_the_page_of_a_lost_connection_says_what_stays_at_zoom(boss, booking):
    ZoomConnection.objects.update(state=ZoomConnection.LOST)

    page = boss.get(ASKS).content.decode()

    assert 'name="meetings"' not in page
    assert "1 coming meeting stays at Zoom" in page


def test_coming_meetings_are_deleted_before_the_access_is_given_back(boss, booking, zoom):
    answer = boss.post(LOGOUT, DELETE)

    said = ["Logging out: 1 coming meeting is deleted at Zoom first."]
    assert scene.said(answer) == said
    assert "0 of 1 meetings are deleted at Zoom" in boss.get(SETTINGS).content.decode()
    assert boss.get(ASKS).url == SETTINGS
    scene.sweep()
    assert scene.at_zoom(zoom) == []
    assert actions.finish_leaving(now=NOW)

    page = boss.get(SETTINGS).content.decode()

    assert ">Authorize<" in page
    assert "confirmed by Zoom" in page
    assert Event.objects.get(kind=Event.ZOOM_DISCONNECTED).actor == answer.wsgi_request.user


def test_whoever_does_not_want_to_wait_leaves_the_rest_at_zoom(boss, booking, zoom):
    boss.post(LOGOUT, DELETE)

    answer = boss.post(LOGOUT, {"meetings": "keep"})

    assert scene.said(answer)[-1] == "Logged out. Zoom has withdrawn our access."
    assert ZoomConnection.objects.current() is None
    assert len(scene.at_zoom(zoom)) == 1
    assert "1 meeting of a coming booking stays at Zoom." in boss.get(SETTINGS).content.decode()


def test_with_nothing_to_delete_logout_is_done_at_once(boss, lesson, zoom):
    answer = boss.post(LOGOUT, DELETE)

    assert scene.said(answer) == ["Logged out. Zoom has withdrawn our access."]
    assert ZoomConnection.objects.current() is None


def test_a_lost_connection_can_be_left_though_nothing_can_be_deleted(boss, booking):
    ZoomConnection.objects.update(state=ZoomConnection.LOST, access_token="", refresh_token="")

    answer = boss.post(LOGOUT, DELETE)

    assert scene.said(answer) == [actions.revoke_failed_text()]
    assert ZoomConnection.objects.current() is None


def test_logout_leaves_bookings_and_service_flags_as_they_are(boss, booking, zoom):
    boss.post(LOGOUT, {"meetings": "keep"})

    booking.refresh_from_db()
    service = booking.session.service
    service.refresh_from_db()
    assert (booking.is_confirmed, service.is_online_meeting) == (True, True)
    assert scene.meeting_of(booking).state == Meeting.UNLINKED
