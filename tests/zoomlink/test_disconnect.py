"""Leaving Zoom, being thrown out there, and coming back."""

import pytest

from booking.models import Event
from tests.zoomlink import scene
from tests.zoomlink.scene import HOUR, NOW
from tests.zoomlink.simulator.process import Person
from zoomlink import actions
from zoomlink.errors import ConnectionLost, NotConnected
from zoomlink.models import Meeting, ProviderMeeting, ZoomConnection

pytestmark = pytest.mark.django_db

LOGOUT = "/zoom/logout/"


def test_logout_erases_the_tokens_and_revokes_them_at_zoom(boss, lesson, zoom):
    meeting = scene.sync(scene.book(lesson))
    token = ZoomConnection.objects.current().access_token

    answer = boss.post(LOGOUT)

    assert scene.said(answer) == ["Logged out. Zoom has withdrawn our access."]
    assert zoom.api("GET", "/users/me", token).status_code == 401
    assert ZoomConnection.objects.current() is None
    closed = ZoomConnection.objects.get()
    assert (closed.state, closed.access_token, closed.refresh_token) == ("closed", "", "")
    meeting.refresh_from_db()
    assert (meeting.state, bool(meeting.zoom_id)) == (Meeting.UNLINKED, True)
    assert Event.objects.filter(kind=Event.ZOOM_DISCONNECTED).count() == 1
    with pytest.raises(NotConnected):
        actions.refresh_users(now=NOW)


def test_logout_with_an_expired_token_still_revokes(boss, lesson, zoom):
    ZoomConnection.objects.update(expires_at=NOW - HOUR)

    assert scene.said(boss.post(LOGOUT)) == ["Logged out. Zoom has withdrawn our access."]


def test_logout_says_when_zoom_did_not_confirm(boss, lesson, zoom):
    zoom.kill()
    try:
        answer = boss.post(LOGOUT)
    finally:
        zoom.start()

    assert scene.said(answer) == [
        "Zoom did not confirm that our access was withdrawn. Remove the app yourself at Zoom, "
        "under Manage → Installed apps."
    ]
    assert ZoomConnection.objects.current() is None


def test_logout_without_a_connection_says_so(boss):
    assert scene.said(boss.post(LOGOUT)) == ["Zoom is not connected. Press Authorize first."]


def test_the_same_account_comes_back_with_its_mapping_and_its_meetings(lesson, zoom):
    booking = scene.book(lesson)
    before = scene.sync(booking)
    actions.disconnect(actor=None, now=NOW)
    assert actions.links_for([booking], viewer=actions.CLIENT) == {}
    assert scene.sweep() == []

    scene.connect(zoom)
    scene.sweep()

    assert ProviderMeeting.objects.filter(zoom_user__email="olena@zoom.example").exists()
    after = scene.meeting_of(booking)
    assert (after.state, after.zoom_id) == (Meeting.READY, before.zoom_id)
    assert len(zoom.meetings()) == 1


def test_a_meeting_removed_while_logged_out_is_made_anew(lesson, zoom):
    booking = scene.book(lesson)
    before = scene.sync(booking)
    tokens = ZoomConnection.objects.current().access_token
    zoom.api("DELETE", f"/meetings/{before.zoom_id}", tokens)
    actions.disconnect(actor=None, now=NOW)

    scene.connect(zoom)
    scene.sweep()

    (made,) = scene.at_zoom(zoom)
    assert scene.meeting_of(booking).zoom_id == made["id"] != before.zoom_id


def test_another_account_clears_the_mapping_and_makes_its_own_meetings(lesson, zoom):
    booking = scene.book(lesson)
    scene.sync(booking)
    actions.disconnect(actor=None, now=NOW)

    scene.connect(zoom, email="someone@other.example")
    scene.sweep()
    assert not ProviderMeeting.objects.exclude(zoom_user=None).exists()
    assert scene.meeting_of(booking).zoom_id is None

    scene.meets_as(scene.provider(), "someone@other.example")
    scene.sweep()
    mine = [made for made in zoom.meetings() if made["host_email"] == "someone@other.example"]
    assert [made["id"] for made in mine] == [scene.meeting_of(booking).zoom_id]


def test_removing_the_app_at_zoom_is_noticed_and_told_once(lesson, zoom):
    booking = scene.book(lesson)
    scene.sync(booking)
    person = Person(zoom, "owner@zoom.example")
    assert person.post("/user/installed/remove", client_id=zoom.client_id).status_code < 400

    for _attempt in range(2):
        with pytest.raises(ConnectionLost):
            actions.refresh_users(now=NOW)

    current = ZoomConnection.objects.current()
    assert (current.state, current.access_token) == ("lost", "")
    assert current.lost_reason
    assert scene.meeting_of(booking).state == Meeting.UNLINKED
    assert Event.objects.filter(kind=Event.ZOOM_CONNECTION_LOST).count() == 1
    assert actions.links_for([booking], viewer=actions.CLIENT) == {}
    assert actions.disconnect(actor=None, now=NOW) is False


def test_a_lost_connection_is_taken_over_by_its_own_account(lesson, zoom):
    current = ZoomConnection.objects.current()
    actions.note_removal(
        account_id=current.account_id, user_id=current.user_id, removed_at=NOW + HOUR, now=NOW
    )

    again = scene.connect(zoom)

    assert again.pk == current.pk
    assert ZoomConnection.objects.current().is_connected
    assert actions.refresh_users(now=NOW) is True
