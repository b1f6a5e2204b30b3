"""Zoom's secrets stay where they belong: encrypted at rest, and on no page or report.

What every test is searched for by itself (tests/leaks/plugin.py) is not asserted again:
these tests go where others do not, and look at what stays behind.
"""

import pytest
from django.db import connection as database
from django.test import Client

from tests import factories
from tests.leaks.canaries import kinds_in
from tests.leaks.files import leaks_of
from tests.zoomlink import hooks, pages, scene
from tests.zoomlink.scene import HOUR, NOW
from tests.zoomlink.test_connect import CALLBACK, authorize
from zoomlink import tasks
from zoomlink.client import Passcode
from zoomlink.models import MeetingSettings, WebhookDelivery, ZoomConnection

pytestmark = pytest.mark.django_db


def tables() -> list[str]:
    with database.cursor() as cursor:
        return database.introspection.table_names(cursor)


def tables_that_show(text: str) -> list[str]:
    return [table for table in tables() if text in _rows_of(table)]


def _rows_of(table: str) -> str:
    with database.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        return str(cursor.fetchall())


def secrets_given_by(simulator) -> list[str]:
    """The tokens in hand, and the link and the passcode of each meeting."""
    current = ZoomConnection.objects.current()
    meetings = [
        simulator.api("GET", f"/meetings/{each['id']}", current.access_token).json()
        for each in scene.at_zoom(simulator)
    ]
    of_meetings = [meeting[name] for meeting in meetings for name in ("join_url", "password")]
    return [current.access_token, current.refresh_token, *of_meetings]


@pytest.fixture
def lived(host, zoom, lesson, deliver):
    """A whole life: connected, booked, made, entered by both, told by Zoom, and refreshed."""
    MeetingSettings(passcode=Passcode.ALWAYS).save()
    booking = scene.book(lesson)
    meeting = scene.sync(booking)
    told = {"start_url": "https://zoom.us/s/1?zak=zsimZAK_x", "password": "zsimPC_123"}
    deliver(hooks.of_meeting("updated", meeting, NOW + HOUR, join_url=meeting.join_url, **told))
    with pages.at(pages.AFTER):
        assert "?zak=" in host.post(pages.host_page(booking, "enter/"))["Location"]
        assert "?pwd=" in Client().get(pages.join(booking))["Location"]
        tasks.sweep()
    assert WebhookDelivery.objects.count() == 1
    return booking


def test_nothing_stored_shows_a_secret_after_a_whole_life(zoom, lived):
    secrets = secrets_given_by(zoom)

    with database.cursor() as cursor:
        assert leaks_of(cursor, tables()) == []
    assert len(secrets) == 4
    assert [tables_that_show(secret) for secret in secrets] == [[]] * 4


def test_the_search_would_see_what_is_not_encrypted(lived):
    email = ZoomConnection.objects.current().email

    assert tables_that_show(email) == ["zoomlink_zoomconnection", "zoomlink_zoomuser"]


# --- Failures ----------------------------------------------------------------


@pytest.fixture
def failing(settings):
    """Something breaks after Zoom has answered; a developer sees it, and a mail is sent."""
    settings.EVENT_LISTENERS = [f"{__name__}.break_down"]
    settings.DEBUG = True
    return settings


def break_down(_event):
    raise RuntimeError("broken down")


def test_failure_with_fresh_tokens_in_hand_shows_none(boss, zoom, failing):
    boss.raise_request_exception = False

    report = boss.get(CALLBACK, authorize(boss, zoom))

    assert report.status_code == 500
    assert "broken down" in report.text
    assert "verifier" in report.text  # the name is shown, the secret is not
    assert kinds_in(report.text) == []


def test_failure_with_a_start_link_in_hand_shows_none(host, zoom, booking, settings):
    settings.DEBUG = True
    host.raise_request_exception = False

    with pages.at(pages.AFTER), database.execute_wrapper(refuse_the_start):
        report = host.post(pages.host_page(booking, "enter/"))

    assert report.status_code == 500
    assert "?zak=***" in report.text
    assert kinds_in(report.text) == []


def refuse_the_start(execute, sql, params, many, context):
    if "started_by_host_at" in sql and sql.startswith("UPDATE"):
        raise RuntimeError("the disk is full")
    return execute(sql, params, many, context)


# --- The address of the callback ---------------------------------------------


def test_code_goes_no_further_than_the_callback(boss, zoom):
    back = authorize(boss, zoom)
    other = Client()
    other.force_login(factories.staff("other@kyiv-yoga.example"))

    refused = boss.get(CALLBACK, back | {"state": "forged"})
    forbidden = other.get(CALLBACK, back)
    sent_to_sign_in = Client().get(CALLBACK, back)

    assert (refused.status_code, forbidden.status_code) == (400, 403)
    assert sent_to_sign_in["Location"] == f"/admin/login/?next={CALLBACK}"
    assert not [
        answer
        for answer in (refused, forbidden)
        if back["code"] in answer.text or back["state"] in answer.text
    ]
