"""Connecting an account and leaving it, through the pages, with the stand-in for Zoom."""

import logging

import pytest
from cryptography.fernet import Fernet
from django.db import connection as database
from django.urls import reverse

from booking.models import Event
from tests import factories
from tests.zoomlink import scene
from tests.zoomlink.scene import NOW
from tests.zoomlink.signing_in import CALLBACK, LOGOUT, authorize
from zoomlink import actions
from zoomlink.models import Meeting, ProviderMeeting, ZoomConnection

pytestmark = pytest.mark.django_db


def test_authorize_connects_the_account_with_all_its_users(boss, zoom):
    answer = boss.get(CALLBACK, authorize(boss, zoom))

    assert answer["Location"] == reverse("desk:online-meetings")
    assert scene.said(answer) == ["Zoom is connected: Oksana Demo."]
    current = ZoomConnection.objects.current()
    assert (current.email, current.state, current.shares_access) == (
        *("owner@zoom.example", "connected", True),
    )
    assert current.connected_by.email == "boss@kyiv-yoga.example"
    assert current.users.filter(is_missing=False).count() == 6
    assert current.missing_scopes == []
    assert Event.objects.filter(kind=Event.ZOOM_CONNECTED).count() == 1


def test_connecting_switches_no_service_on(boss, zoom):
    factories.enable("classes")
    lesson = factories.service(name="Lesson")
    yoga = factories.service(factories.provider("Ben"), name="Yoga", kind="class")

    boss.get(CALLBACK, authorize(boss, zoom))

    assert ZoomConnection.objects.current().is_connected
    for service in (lesson, yoga):
        service.refresh_from_db()
        assert service.is_online_meeting is False


def test_without_shared_access_only_the_person_who_authorised_is_listed(boss, zoom):
    boss.get(CALLBACK, authorize(boss, zoom, shared=False))

    current = ZoomConnection.objects.current()
    assert current.shares_access is False
    assert [user.email for user in current.users.all()] == ["owner@zoom.example"]
    assert actions.refresh_users(now=NOW) is False
    assert current.users.count() == 1


def test_the_users_are_read_anew_and_who_left_is_flagged(lesson):
    current = ZoomConnection.objects.current()
    current.users.filter(email="olena@zoom.example").update(zoom_id="gone", name="Olena")

    assert actions.refresh_users(now=NOW) is True

    old, new = current.users.filter(email="olena@zoom.example").order_by("pk")
    assert (old.is_missing, new.is_missing) == (True, False)
    assert ProviderMeeting.objects.get(provider=scene.provider()).zoom_user == old


def test_what_was_refused_is_tried_again_once_the_users_are_read_anew(lesson):
    """Somebody may just have given the host a licence."""
    meeting = scene.meeting_of(scene.book(lesson))
    Meeting.objects.update(next_attempt_at=scene.TOMORROW)

    actions.refresh_users(now=NOW)

    assert actions.review(now=NOW) == [meeting.pk]


def test_tokens_and_links_stand_encrypted_in_the_database(lesson):
    scene.sync(scene.book(lesson))
    current = ZoomConnection.objects.current()

    with database.cursor() as cursor:
        cursor.execute("SELECT access_token, refresh_token FROM zoomlink_zoomconnection")
        stored = cursor.fetchone()
        cursor.execute("SELECT join_url FROM zoomlink_meeting")
        stored += cursor.fetchone()

    assert current.access_token.startswith("zsimAT_")
    assert not [text for text in stored if "zsim" in text or "http" in text or not text]


def test_keys_are_rotated_by_putting_a_new_one_first(zoom, company, settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [old]
    token = scene.connect(zoom).access_token

    settings.ENCRYPTION_KEYS = [new, old]
    current = ZoomConnection.objects.current()
    assert current.access_token == token
    current.save()

    settings.ENCRYPTION_KEYS = [new]
    assert ZoomConnection.objects.current().access_token == token
    settings.ENCRYPTION_KEYS = [old]
    assert ZoomConnection.objects.current().access_token == ""


def test_a_lost_key_takes_neither_bookings_nor_pages_along(client, lesson, settings):
    booking = scene.book(lesson)
    scene.sync(booking)

    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    assert booking.pk in actions.links_for([booking], viewer=actions.CLIENT)
    assert client.get(f"/m/{booking.join_token}/").status_code == 200
    assert scene.book(lesson, by="Dan", starts_at=scene.TOMORROW + scene.HOUR).is_confirmed


def test_after_a_lost_key_authorising_again_restores_the_meetings(zoom, lesson, settings):
    booking = scene.book(lesson)
    join_url = scene.sync(booking).join_url
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    scene.sync(scene.book(lesson, by="Dan", starts_at=scene.TOMORROW + scene.HOUR))
    lost = ZoomConnection.objects.current()
    scene.connect(zoom)
    scene.sweep()

    assert (lost.state, lost.lost_reason) == (
        ZoomConnection.LOST,
        "ENCRYPTION_KEYS no longer open what Zoom gave us.",
    )
    assert scene.meeting_of(booking).join_url == join_url
    assert len(scene.at_zoom(zoom)) == 2


def test_no_secret_is_logged_on_the_way(boss, zoom, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="urllib3")  # as somebody might who looks for a fault
    boss.get(CALLBACK, authorize(boss, zoom))
    boss.post(LOGOUT)

    lines = [record.getMessage() for record in caplog.records]
    assert lines
    assert [secret for secret in scene.CANARIES if secret in "\n".join(lines)] == []
