"""What Zoom, or somebody who was faster, says on the way back: each time nothing is left half."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests import factories
from tests.zoomlink import scene
from tests.zoomlink.scene import NOW
from tests.zoomlink.signing_in import CALLBACK, asked_of, authorize
from zoomlink import actions
from zoomlink.client import ZoomUnavailable
from zoomlink.errors import AlreadyConnected
from zoomlink.models import ZoomConnection

pytestmark = pytest.mark.django_db

NO_ANSWER = "Zoom does not answer at present. Nothing was changed; please try again later."
AGAIN = "Zoom did not accept the sign-in any more. Please press Authorize again."
FIRST = "A Zoom account is already connected. Log out of it first."
REDIRECT = "the redirect URL of the app is exactly http://localhost:8000/zoom/callback/"


# --- What the person did --------------------------------------------------------


@pytest.mark.parametrize("answer", [{"error": "access_denied"}, {}, {"code": ""}])
def test_whoever_denies_at_zoom_comes_back_with_a_message(boss, zoom, answer):
    state = authorize(boss, zoom, decision="deny")["state"]
    zoom.control("DELETE", "/requests")

    answer = boss.get(CALLBACK, {"state": state, **answer})

    assert answer["Location"] == reverse("desk:online-meetings")
    assert scene.said(answer) == ["Zoom was not connected: the access was not allowed there."]
    assert asked_of(zoom) == []
    assert not ZoomConnection.objects.exists()


def test_without_an_app_authorize_says_what_is_missing(boss, settings):
    settings.ZOOM_CLIENT_ID = ""

    assert scene.said(boss.post("/zoom/authorize/")) == [
        "Give ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET first."
    ]


# --- What Zoom refuses ----------------------------------------------------------


def test_a_wrong_secret_names_the_settings(boss, zoom, settings):
    back = authorize(boss, zoom)
    settings.ZOOM_CLIENT_SECRET = "wrong"

    answer = boss.get(CALLBACK, back)

    assert scene.said(answer) == [
        "Zoom does not accept our app: Invalid client_id or client_secret. Check ZOOM_CLIENT_ID "
        f"and ZOOM_CLIENT_SECRET, and that {REDIRECT}"
    ]
    assert not ZoomConnection.objects.exists()


def test_a_redirect_address_that_changed_meanwhile_is_named(boss, zoom, settings):
    back = authorize(boss, zoom)
    settings.SITE_URL = "https://elsewhere.example"

    (text,) = scene.said(boss.get(CALLBACK, back))

    assert text.startswith("Zoom does not accept our app: Redirect URI mismatch.")
    assert text.endswith("exactly https://elsewhere.example/zoom/callback/")
    assert not ZoomConnection.objects.exists()


def test_a_code_that_zoom_refuses_is_told_plainly(boss, zoom):
    back = authorize(boss, zoom)
    zoom.control("POST", "/expire_codes")

    assert scene.said(boss.get(CALLBACK, back)) == [AGAIN]
    assert not ZoomConnection.objects.exists()


def test_a_code_that_was_used_elsewhere_is_refused(boss, zoom):
    used = authorize(boss, zoom)
    verifier = boss.session["zoom_authorize"]["verifier"]
    actions.connect(code=used["code"], verifier=verifier, actor=None, now=NOW)
    actions.disconnect(actor=None, now=NOW)

    assert scene.said(boss.get(CALLBACK, used)) == [AGAIN]
    assert ZoomConnection.objects.current() is None


# --- What fails at Zoom ---------------------------------------------------------


@pytest.mark.parametrize("operation", ["token", "me", "users"])
@pytest.mark.parametrize("kind", ["error_500", "error_503", "html", "lost_answer"])
def test_a_failure_of_zooms_own_stores_nothing(boss, zoom, operation, kind):
    back = authorize(boss, zoom)
    zoom.fault(operation, kind)

    answer = boss.get(CALLBACK, back)

    assert answer["Location"] == reverse("desk:online-meetings")
    assert scene.said(answer) == [NO_ANSWER]
    assert not ZoomConnection.objects.exists()


@pytest.mark.parametrize("operation", ["me", "users"])
@pytest.mark.parametrize("kind", ["rate_limited", "daily_limited"])
def test_too_many_calls_are_told_apart(boss, zoom, operation, kind):
    back = authorize(boss, zoom)
    zoom.fault(operation, kind)

    (text,) = scene.said(boss.get(CALLBACK, back))

    assert text.startswith("Zoom takes no more calls from this account at present.")
    assert not ZoomConnection.objects.exists()


def test_the_page_answers_within_five_seconds_though_zoom_dawdles_and_hangs(boss, zoom):
    back = authorize(boss, zoom)
    zoom.fault("token", "hold", seconds=1.5)
    zoom.fault("me", "hold", seconds=1.5)
    zoom.fault("users", "hang")
    zoom.fault("revoke", "hang")
    began = time.monotonic()

    answer = boss.get(CALLBACK, back)

    assert time.monotonic() - began < 6
    assert scene.said(answer) == [NO_ANSWER]
    assert not ZoomConnection.objects.exists()


@pytest.mark.parametrize("kind", ["error_500", "html", "lost_answer"])
def test_refreshing_the_users_says_what_to_do_where_zoom_fails(boss, zoom, kind):
    scene.connect(zoom)
    zoom.fault("users", kind)

    answer = boss.post(reverse("desk:meeting-users-refresh"))

    assert scene.said(answer) == [NO_ANSWER]


def test_refreshing_the_users_gives_up_in_time(lesson, zoom):
    ZoomConnection.objects.update(expires_at=NOW)
    zoom.fault("refresh", "hold", seconds=3)
    zoom.fault("users", "hang")
    began = time.monotonic()

    with pytest.raises(ZoomUnavailable):
        actions.refresh_users(now=NOW)

    assert time.monotonic() - began < 6


def test_logging_out_gives_up_in_time(boss, lesson, zoom):
    ZoomConnection.objects.update(expires_at=NOW)
    zoom.fault("refresh", "hold", seconds=3)
    zoom.fault("revoke", "hang")
    began = time.monotonic()

    boss.post("/zoom/logout/")

    assert time.monotonic() - began < 6
    assert ZoomConnection.objects.current() is None


@pytest.mark.parametrize("operation", ["me", "users"])
def test_a_grant_that_is_not_kept_is_given_back(boss, zoom, operation):
    back = authorize(boss, zoom)
    zoom.fault(operation, "error_500")
    zoom.control("DELETE", "/requests")

    boss.get(CALLBACK, back)

    last = zoom.control("GET", "/requests")["requests"][-1]
    assert (last["operation"], last["status"]) == ("revoke", 200)


# --- Who was faster -------------------------------------------------------------


def test_while_connected_authorize_is_refused(boss, zoom):
    scene.connect(zoom)

    answer = boss.post("/zoom/authorize/")

    assert answer["Location"] == reverse("desk:online-meetings")
    assert scene.said(answer) == [FIRST]


@pytest.mark.parametrize("email", ["someone@other.example", "owner@zoom.example"])
def test_while_connected_a_code_is_not_even_exchanged(boss, zoom, email):
    waiting = authorize(boss, zoom, email=email)
    scene.connect(zoom)
    zoom.control("DELETE", "/requests")

    answer = boss.get(CALLBACK, waiting)

    assert scene.said(answer) == [FIRST]
    assert asked_of(zoom) == []
    (current,) = ZoomConnection.objects.all()
    assert (current.email, current.is_connected) == ("owner@zoom.example", True)
    assert actions.refresh_users(now=NOW) is True


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("email", ["someone@other.example", "admin@zoom.example"])
def test_an_account_that_came_first_by_a_moment_stays(zoom, company, email):
    zoom.fault("users", "hold", times=1)

    with ThreadPoolExecutor(1) as slow:
        second = slow.submit(scene.in_a_thread, scene.connect, zoom, email=email)
        scene.wait_until(lambda: zoom.held() == 1)
        scene.connect(zoom)
        zoom.control("DELETE", "/faults")

        assert isinstance(second.exception(), AlreadyConnected)
    assert ZoomConnection.objects.get().email == "owner@zoom.example"
    assert actions.refresh_users(now=NOW) is True


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_is_connected_and_the_other_told(zoom, company):
    zoom.fault("users", "hold")
    emails = ["owner@zoom.example", "someone@other.example"]

    with ThreadPoolExecutor(2) as both:
        tries = [both.submit(scene.in_a_thread, scene.connect, zoom, email=who) for who in emails]
        scene.wait_until(lambda: zoom.held() == 2)
        zoom.control("DELETE", "/faults")
        failed = [attempt.exception() for attempt in tries]

    assert sorted(type(error) for error in failed if error) == [AlreadyConnected]
    (current,) = ZoomConnection.objects.all()
    assert current.email == emails[failed.index(None)]
    assert actions.refresh_users(now=NOW) is True


def test_the_database_keeps_one_connection_in_force(company):
    factories.zoom_connection()

    with pytest.raises(IntegrityError), transaction.atomic():
        factories.zoom_connection(account_id="account-2")
    closed = {"access_token": "", "refresh_token": "", "state": ZoomConnection.CLOSED}
    factories.zoom_connection(account_id="account-3", is_current=False, **closed)
    assert ZoomConnection.objects.filter(is_current=True).count() == 1


def test_the_database_keeps_no_tokens_of_an_account_that_was_left(company):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.zoom_connection(is_current=False)
