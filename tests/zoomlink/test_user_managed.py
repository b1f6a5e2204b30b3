"""An app that its user manages: only that person can host, and is named ``me`` in each path."""

from datetime import timedelta

import pytest

from booking import actions as booking_actions
from tests import factories
from tests.zoomlink import scene
from tests.zoomlink.scene import HOUR, NOW, TOMORROW
from tests.zoomlink.signing_in import CALLBACK, authorize
from tests.zoomlink.simulator.process import SimulatorProcess
from zoomlink import actions
from zoomlink.client import ZoomScopeMissing
from zoomlink.models import Meeting, ProviderMeeting, ZoomConnection

pytestmark = pytest.mark.django_db

OLENA = "olena@zoom.example"  # a member: no administrator of the Zoom account


@pytest.fixture(scope="module")
def running_simulator(tmp_path_factory):
    state = tmp_path_factory.mktemp("zoom") / "state.sqlite3"
    process = SimulatorProcess(state, arguments=["--app-kind", "user"]).start()
    yield process
    process.kill()


@pytest.fixture
def lesson(zoom, company):
    """Ada meets as the one user there is."""
    ada = factories.provider("Ada")
    factories.enable("online-meetings")
    scene.connect(zoom, email=OLENA)
    scene.meets_as(ada, OLENA)
    return factories.service(ada, is_online_meeting=True)


@pytest.mark.parametrize("shared", [True, False])
def test_any_user_may_connect_and_is_the_only_host(boss, zoom, shared):
    answer = boss.get(CALLBACK, authorize(boss, zoom, email=OLENA, shared=shared))

    assert scene.said(answer) == ["Zoom is connected: Olena Koval."]
    current = ZoomConnection.objects.current()
    assert (current.is_of_single_user, current.shares_access) == (True, False)
    assert [user.email for user in current.users.all()] == [OLENA]
    assert current.missing_scopes == []


def test_the_user_is_addressed_as_me_since_an_id_is_refused(lesson):
    current = ZoomConnection.objects.current()

    with pytest.raises(ZoomScopeMissing):
        actions.ask_zoom(lambda client: client.meetings_of(current.user_id), now=NOW)

    address = current.address_of(current.user_id)
    assert actions.ask_zoom(lambda client: client.meetings_of(address), now=NOW) == []


def test_a_meeting_is_made_moved_entered_and_deleted(zoom, lesson):
    booking = scene.book(lesson)
    made = scene.sync(booking)
    later = TOMORROW + HOUR

    booking_actions.reschedule(booking_id=booking.pk, starts_at=later, now=NOW)
    moved = scene.sync(booking)
    door = actions.door_behind(booking.session.host_token, now=NOW)
    start_link = actions.enter_as_host(door, now=NOW)
    (at_zoom,) = scene.at_zoom(zoom)
    Meeting.objects.update(started_by_host_at=None)
    booking_actions.cancel(booking_id=booking.pk, now=NOW)
    scene.sync(booking)

    assert (made.state, made.host_id) == (Meeting.READY, ZoomConnection.objects.current().user_id)
    assert moved.zoom_id == made.zoom_id == at_zoom["id"]
    assert at_zoom["start_time"] == later.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert start_link.startswith(f"{zoom.url}/s/{made.zoom_id}?zak=")
    assert scene.at_zoom(zoom) == []


def test_a_meeting_whose_answer_was_lost_is_found_again(zoom, lesson):
    booking = scene.book(lesson)
    zoom.fault("create_meeting", "lost_answer", times=1)
    assert scene.sync(booking).is_uncertain

    scene.sync(booking, now=NOW + timedelta(minutes=10))

    assert scene.meeting_of(booking).state == Meeting.READY
    assert len(scene.at_zoom(zoom)) == 1


def test_refreshing_the_users_keeps_the_one_who_connected(lesson):
    assert actions.refresh_users(now=NOW) is False

    (user,) = ZoomConnection.objects.current().users.all()
    assert (user.email, user.is_missing) == (OLENA, False)
    assert ProviderMeeting.objects.get().zoom_user == user
