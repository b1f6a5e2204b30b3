"""Tokens that have expired: renewed once, whoever asks, or given up for good."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from booking.models import Event
from tests.zoomlink import scene
from tests.zoomlink.scene import HOUR, NOW
from zoomlink import actions, oauth
from zoomlink.client import ZoomUnavailable
from zoomlink.errors import ConnectionLost, RefreshUnderWay
from zoomlink.models import Meeting, ZoomConnection

pytestmark = pytest.mark.django_db


def ask(*, now=NOW):
    return actions.ask_zoom(lambda client: client.me().email, now=now)


def expire() -> ZoomConnection:
    ZoomConnection.objects.update(expires_at=NOW - HOUR)
    return ZoomConnection.objects.current()


def test_a_living_token_is_used_as_it_is(zoom, lesson):
    assert ask() == "owner@zoom.example"
    assert scene.calls(zoom, "refresh") == 0


def test_a_token_is_renewed_before_it_dies_and_kept(zoom, lesson):
    before = ZoomConnection.objects.current()
    nearly = before.expires_at - timedelta(minutes=4)

    ask(now=nearly)
    ask(now=nearly)

    after = ZoomConnection.objects.current()
    assert scene.calls(zoom, "refresh") == 1
    assert after.token_version == before.token_version + 1
    assert after.access_token != before.access_token
    assert after.refresh_token != before.refresh_token
    assert after.expires_at > nearly + timedelta(minutes=50)
    assert after.refresh_claimed_until is None


def test_a_token_that_zoom_calls_expired_is_renewed_once_and_asked_again(zoom, lesson):
    zoom.control("POST", "/expire_tokens")

    assert ask() == "owner@zoom.example"
    assert (scene.calls(zoom, "refresh"), scene.calls(zoom, "me")) == (1, 3)


@pytest.mark.django_db(transaction=True)
def test_twenty_workers_with_an_expired_token_refresh_it_once(zoom, lesson, size):
    for _round in range(size(1, 20)):
        zoom.control("POST", "/expire_tokens")
        expire()
        zoom.control("DELETE", "/requests")

        with ThreadPoolExecutor(20) as workers:
            answers = [workers.submit(scene.in_a_thread, ask) for _number in range(20)]
        errors = [answer.exception() for answer in answers if answer.exception()]

        # Whoever waited too long comes back later; nobody asks a second time.
        assert {type(error) for error in errors} <= {RefreshUnderWay}
        assert len(errors) < 20
        assert scene.calls(zoom, "refresh") == 1
        assert ZoomConnection.objects.current().is_connected


@pytest.mark.django_db(transaction=True)
def test_nobody_asks_while_another_worker_refreshes(zoom, lesson):
    stale = expire()
    zoom.fault("refresh", "hold", times=1)

    with ThreadPoolExecutor(1) as slow:
        first = slow.submit(scene.in_a_thread, oauth.refresh, stale, now=NOW)
        scene.wait_until(lambda: zoom.held() == 1)
        with pytest.raises(RefreshUnderWay):
            oauth.refresh(stale, now=NOW)
        zoom.control("DELETE", "/faults")

        assert first.result().token_version == stale.token_version + 1
    assert oauth.refresh(stale, now=NOW).token_version == stale.token_version + 1
    assert scene.calls(zoom, "refresh") == 1


@pytest.mark.django_db(transaction=True)
def test_a_logout_during_a_refresh_stays_a_logout(zoom, lesson):
    stale = expire()
    zoom.fault("refresh", "hold", times=1)

    with ThreadPoolExecutor(1) as slow:
        refresh = slow.submit(scene.in_a_thread, oauth.refresh, stale, now=NOW)
        scene.wait_until(lambda: zoom.held() == 1)
        ZoomConnection.objects.update(expires_at=NOW + HOUR)
        actions.disconnect(actor=None, now=NOW)
        zoom.control("DELETE", "/faults")

        assert isinstance(refresh.exception(), ConnectionLost)
    closed = ZoomConnection.objects.get()
    assert (closed.state, closed.access_token, closed.refresh_token) == ("closed", "", "")


def test_a_refresh_without_an_answer_keeps_the_tokens_and_frees_the_claim(zoom, lesson):
    stale = expire()
    zoom.fault("refresh", "hang", times=1)

    with pytest.raises(ZoomUnavailable):
        ask()
    zoom.control("DELETE", "/faults")

    kept = ZoomConnection.objects.current()
    assert (kept.refresh_token, kept.refresh_claimed_until) == (stale.refresh_token, None)
    assert ask() == "owner@zoom.example"


def test_a_refresh_whose_answer_was_lost_asks_for_a_new_sign_in(zoom, lesson):
    expire()
    zoom.fault("refresh", "hold", times=1)
    with pytest.raises(ZoomUnavailable):
        ask()
    zoom.control("DELETE", "/faults")

    with pytest.raises(ConnectionLost):
        ask()

    assert ZoomConnection.objects.current().state == ZoomConnection.LOST


def test_a_dead_grant_unlinks_the_meetings_and_is_told_once(zoom, lesson):
    booking = scene.book(lesson)
    scene.sync(booking)
    current = expire()
    assert zoom.revoke(current.access_token).status_code == 200

    for _attempt in range(2):
        with pytest.raises(ConnectionLost):
            ask()

    assert ZoomConnection.objects.current().state == ZoomConnection.LOST
    assert scene.meeting_of(booking).state == Meeting.UNLINKED
    assert Event.objects.filter(kind=Event.ZOOM_CONNECTION_LOST).count() == 1


def test_a_refused_old_token_is_no_news_once_a_newer_pair_is_stored(zoom, lesson):
    stale = ZoomConnection.objects.current()
    oauth.refresh(stale, now=NOW)

    assert oauth.refresh(stale, now=NOW).token_version == stale.token_version + 1
    assert scene.calls(zoom, "refresh") == 1


def test_a_lost_connection_found_late_does_not_undo_a_reconnection(zoom, lesson):
    stale = expire()
    zoom.revoke(stale.access_token)
    with pytest.raises(ConnectionLost):
        ask()
    scene.connect(zoom, now=NOW + HOUR)

    actions.connection.mark_lost(stale, reason="late", now=NOW + HOUR)

    assert ZoomConnection.objects.current().is_connected
