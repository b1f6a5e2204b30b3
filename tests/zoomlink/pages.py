"""The pages behind meeting links, and moments around the start of a meeting."""

from datetime import timedelta

import time_machine

from booking.models import Session
from tests.zoomlink import scene
from tests.zoomlink.scene import TOMORROW

SECOND = timedelta(seconds=1)
BEFORE, AFTER = TOMORROW - SECOND, TOMORROW + SECOND
OWN_LINK = "https://meet.example/ada"


def join(booking, suffix=""):
    return f"/m/{booking.join_token}/{suffix}"


def host_page(booking, suffix=""):
    return f"/m/{Session.objects.get(pk=booking.session_id).host_token}/{suffix}"


def at(moment):
    return time_machine.travel(moment, tick=False)


def phase(client, path, moment):
    with at(moment):
        return client.get(f"{path}status/").json()["phase"]


def assert_nothing_of_zoom(answer, booking, simulator):
    meeting = scene.meeting_of(booking)
    secrets = [simulator.url, "zoom.us", str(meeting.zoom_id), meeting.join_url, *scene.CANARIES]
    assert [secret for secret in secrets if secret in answer.text] == []
