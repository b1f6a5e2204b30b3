"""What happens at Zoom arrives here by its own webhooks, and is acted upon."""

from datetime import timedelta

import pytest

from booking.models import Event
from tests.zoomlink import hooks, scene
from tests.zoomlink.scene import NOW
from tests.zoomlink.simulator.process import Person
from zoomlink import tasks
from zoomlink.models import Participation, WebhookDelivery, ZoomConnection, ZoomUser

pytestmark = pytest.mark.django_db(transaction=True)

# On the grid of the service, and near enough for a host to start early.
SOON = NOW.replace(minute=NOW.minute // 5 * 5, second=0) + timedelta(minutes=30)


@pytest.fixture
def told(zoom, settings, live_server):
    """Zoom, which tells our page of everything; a worker hears it at once."""
    settings.ZOOM_WEBHOOK_SECRET = hooks.SECRET
    tasks.sweep.app.conf.task_always_eager = True
    zoom.send_events_to(f"{live_server.url}{hooks.PATH}", secret=hooks.SECRET)
    yield zoom
    zoom.send_events_to("")
    tasks.sweep.app.conf.task_always_eager = False


@pytest.fixture
def soon(lesson, told):
    booking = scene.book(lesson, starts_at=SOON)
    assert scene.meeting_of(booking).state == "ready"
    return booking


def test_zoom_accepts_our_page(told, company):
    assert told.validate_webhook() is True


def test_what_is_deleted_there_is_made_anew(told, soon):
    first = scene.meeting_of(soon).zoom_id

    told.delete_meeting(first)

    assert [each["status"] for each in told.delivered("meeting.deleted")] == [204]
    assert scene.meeting_of(soon).zoom_id not in (None, first)
    assert Event.objects.filter(kind=Event.MEETING_GONE).count() == 1


def test_what_is_changed_there_is_changed_back_and_our_echo_costs_nothing(told, soon):
    meeting = scene.meeting_of(soon)
    writes = scene.calls(told, "update_meeting")

    told.change_meeting(meeting.zoom_id, topic="Something else")

    told.delivered("meeting.updated", number=2)  # theirs, and the echo of ours
    assert told.meeting(meeting.zoom_id)["topic"] == "Lesson – Ada"
    assert scene.calls(told, "update_meeting") == writes + 1
    reads = scene.calls(told, "get_meeting")
    scene.wait_until(lambda: not WebhookDelivery.objects.filter(handled_at=None).exists())
    assert scene.calls(told, "get_meeting") == reads
    assert scene.meeting_of(soon).must_verify is False


def test_who_was_there_is_known_however_often_it_is_told(told, soon, client):
    zoom_id = scene.meeting_of(soon).zoom_id
    told.start_meeting(zoom_id)
    told.delivered("meeting.participant_joined")
    assert client.get(f"/m/{soon.join_token}/status/").json()["phase"] == "open"
    told.join(zoom_id, "Cleo")
    told.leave(zoom_id, "Cleo")
    told.end_meeting(zoom_id)
    told.delivered("meeting.participant_left", number=2)
    told.delivered("meeting.ended")

    known = list(Participation.objects.order_by("pk").values())
    meeting = scene.meeting_of(soon)
    for each in told.deliveries():
        told.repeat_delivery(each["n"])

    scene.wait_until(lambda: all(row["status"] for row in told.deliveries()))
    assert list(Participation.objects.order_by("pk").values()) == known
    assert [row["is_host"] for row in known] == [True, False]
    assert all(row["joined_at"] and row["left_at"] for row in known)
    assert meeting.started_at <= meeting.ended_at
    kinds = Event.objects.filter(kind__in=[Event.MEETING_STARTED, Event.MEETING_ENDED])
    assert kinds.count() == 2


def test_users_who_go_come_back_and_change_are_followed(told, soon):
    olena = ZoomUser.objects.get(email="olena@zoom.example")

    told.deactivate("olena@zoom.example")
    told.delivered("user.deactivated")
    gone = ZoomUser.objects.get(pk=olena.pk).is_missing
    told.activate("olena@zoom.example")
    told.delivered("user.activated")
    told.change_user("olena@zoom.example", email="olha@zoom.example", first_name="Olha")
    told.delivered("user.updated")

    olena.refresh_from_db()
    assert (gone, olena.is_missing) == (True, False)
    assert olena.email == "olha@zoom.example"
    assert olena.name.startswith("Olha")
    assert Event.objects.get(kind=Event.ZOOM_USER_MISSING).details["coming"] == 1


def test_a_removed_app_is_known_at_once(told, soon):
    Person(told, "owner@zoom.example").post("/user/installed/remove")

    assert [each["status"] for each in told.delivered("app_deauthorized")] == [204]
    scene.wait_until(lambda: ZoomConnection.objects.current().state == "lost")
    assert Event.objects.filter(kind=Event.ZOOM_CONNECTION_LOST).count() == 1
