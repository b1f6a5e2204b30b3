"""Connecting an account and leaving it, through the pages, with the stand-in for Zoom."""

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.db import connection as database
from django.urls import reverse

from booking.models import Event
from tests import factories
from tests.zoomlink import scene
from tests.zoomlink.scene import HOUR, NOW
from zoomlink import actions
from zoomlink.errors import AlreadyConnected
from zoomlink.models import ProviderMeeting, ZoomConnection

pytestmark = pytest.mark.django_db

AUTHORIZE, CALLBACK, LOGOUT = "/zoom/authorize/", "/zoom/callback/", "/zoom/logout/"


def authorize(browser, simulator, **options):
    """Press *Authorize* and walk through Zoom's pages; the way back, not yet gone."""
    answer = browser.post(AUTHORIZE)
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{simulator.url}/oauth/authorize?")
    return scene.code_at_zoom(simulator, answer["Location"], **options)


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


@pytest.mark.parametrize("path", [AUTHORIZE, LOGOUT])
def test_get_changes_nothing(boss, path):
    assert boss.get(path).status_code == 405


@pytest.mark.parametrize(
    ("method", "path"), [("post", AUTHORIZE), ("get", CALLBACK), ("post", LOGOUT)]
)
def test_staff_without_the_permission_are_refused(client, zoom, company, method, path):
    client.force_login(factories.staff())

    assert getattr(client, method)(path).status_code == 403


@pytest.mark.parametrize(
    ("method", "path"), [("post", AUTHORIZE), ("get", CALLBACK), ("post", LOGOUT)]
)
def test_strangers_are_sent_to_sign_in(client, zoom, company, method, path):
    answer = getattr(client, method)(path)

    assert answer["Location"].startswith("/admin/login/")


def test_the_state_works_once(boss, zoom):
    back = authorize(boss, zoom)
    boss.get(CALLBACK, back)

    answer = boss.get(CALLBACK, back)

    assert answer.status_code == 400
    assert ZoomConnection.objects.current().is_connected


@pytest.mark.parametrize("state", [{"state": "forged"}, {"state": "підробка"}, {}])
def test_a_forged_or_missing_state_is_refused_and_stores_nothing(boss, zoom, state):
    back = {"code": authorize(boss, zoom)["code"], **state}

    answer = boss.get(CALLBACK, back)

    assert answer.status_code == 400
    assert "does not belong to a sign-in of this browser" in answer.text
    assert not ZoomConnection.objects.exists()


def test_a_state_of_another_browser_is_refused(boss, zoom):
    back = authorize(boss, zoom)
    boss.cookies.clear()
    other = factories.staff("other@kyiv-yoga.example", is_superuser=True)
    boss.force_login(other)

    assert boss.get(CALLBACK, back).status_code == 400
    assert not ZoomConnection.objects.exists()


def test_a_sign_in_that_took_too_long_is_refused(boss, zoom):
    back = authorize(boss, zoom)

    with time_machine.travel(NOW + HOUR):
        answer = boss.get(CALLBACK, back)

    assert answer.status_code == 400
    assert "took too long" in answer.text
    assert not ZoomConnection.objects.exists()


def test_whoever_denies_at_zoom_comes_back_with_a_message(boss, zoom):
    back = authorize(boss, zoom, decision="deny")

    answer = boss.get(CALLBACK, back)

    assert answer["Location"] == reverse("desk:online-meetings")
    assert scene.said(answer) == ["Zoom was not connected: the access was not allowed there."]
    assert not ZoomConnection.objects.exists()


def test_a_second_account_is_refused_and_the_first_left_alone(boss, zoom):
    waiting = authorize(boss, zoom, email="someone@other.example")
    scene.connect(zoom)

    answer = boss.get(CALLBACK, waiting)

    assert scene.said(answer) == ["A Zoom account is already connected. Log out of it first."]
    (current,) = ZoomConnection.objects.all()
    assert (current.email, current.is_connected) == ("owner@zoom.example", True)
    assert actions.refresh_users(now=NOW) is True


def test_while_connected_authorize_is_refused(boss, zoom):
    scene.connect(zoom)

    answer = boss.post(AUTHORIZE)

    assert answer["Location"] == reverse("desk:online-meetings")
    assert scene.said(answer) == ["A Zoom account is already connected. Log out of it first."]


@pytest.mark.django_db(transaction=True)
def test_an_account_that_came_first_by_a_moment_stays(zoom, company):
    zoom.fault("users", "hold", times=1)

    with ThreadPoolExecutor(1) as slow:
        second = slow.submit(scene.in_a_thread, scene.connect, zoom, email="someone@other.example")
        scene.wait_until(lambda: zoom.held() == 1)
        scene.connect(zoom)
        zoom.control("DELETE", "/faults")

        assert isinstance(second.exception(), AlreadyConnected)
    assert ZoomConnection.objects.get().email == "owner@zoom.example"


@pytest.mark.parametrize(
    ("setting", "wrong", "text"),
    [
        ("ZOOM_CLIENT_SECRET", "wrong", "Zoom does not know our app. Check ZOOM_CLIENT_ID and "
         "ZOOM_CLIENT_SECRET."),
        ("ZOOM_OAUTH_URL", "http://127.0.0.1:9", "Zoom does not answer at present. Nothing was "
         "changed; please try again later."),
    ],
)  # fmt: skip
def test_what_goes_wrong_at_zoom_is_told_plainly(boss, zoom, settings, setting, wrong, text):
    back = authorize(boss, zoom)
    setattr(settings, setting, wrong)

    answer = boss.get(CALLBACK, back)

    assert scene.said(answer) == [text]
    assert not ZoomConnection.objects.exists()


def test_a_code_that_zoom_refuses_is_told_plainly(boss, zoom):
    back = authorize(boss, zoom)
    zoom.control("POST", "/expire_codes")

    answer = boss.get(CALLBACK, back)

    assert scene.said(answer) == [
        "Zoom did not accept the sign-in any more. Please press Authorize again."
    ]


def test_without_an_app_authorize_says_what_is_missing(boss, settings):
    settings.ZOOM_CLIENT_ID = ""

    assert scene.said(boss.post(AUTHORIZE)) == ["Give ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET first."]


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
    boss.get(CALLBACK, authorize(boss, zoom))
    boss.post(LOGOUT)

    lines = [record.getMessage() for record in caplog.records]
    assert lines
    assert [secret for secret in scene.CANARIES if secret in "\n".join(lines)] == []
