"""Who may go to Zoom, and whose way back is believed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from tests import factories
from tests.zoomlink import scene
from tests.zoomlink.signing_in import (
    AUTHORIZE,
    CALLBACK,
    LOGOUT,
    asked_of,
    authorize,
    press_authorize,
)
from tests.zoomlink.simulator.process import challenge_of
from zoomlink.models import ZoomConnection
from zoomlink.oauth import STATE_KEY

pytestmark = pytest.mark.django_db

WRITES = [("post", AUTHORIZE), ("get", CALLBACK), ("post", LOGOUT)]


@pytest.fixture
def nothing_asked(zoom):
    """Zoom's API and token endpoint are not asked for anything, and nothing is stored."""
    yield
    assert asked_of(zoom) == []
    assert not ZoomConnection.objects.exists()


# --- Who may ------------------------------------------------------------------


@pytest.mark.parametrize("path", [AUTHORIZE, LOGOUT])
def test_get_changes_nothing(boss, path):
    assert boss.get(path).status_code == 405


@pytest.mark.parametrize(("method", "path"), [*WRITES, ("get", AUTHORIZE), ("get", LOGOUT)])
def test_staff_without_the_permission_are_refused(client, zoom, company, method, path):
    client.force_login(factories.staff())

    assert getattr(client, method)(path).status_code == 403


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_strangers_are_sent_to_sign_in(client, zoom, company, method, path):
    answer = getattr(client, method)(path)

    assert answer["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("path", [AUTHORIZE, LOGOUT])
def test_a_post_without_its_token_is_refused(zoom, company, path):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(factories.staff(is_superuser=True))

    assert careful.post(path).status_code == 403


def test_a_second_administrator_may_connect_as_well(boss, client, zoom):
    second = factories.staff("second@kyiv-yoga.example")
    second.user_permissions.add(Permission.objects.get(codename="manage_online_meetings"))
    client.force_login(second)

    client.get(CALLBACK, authorize(client, zoom))

    assert ZoomConnection.objects.current().connected_by == second


# --- The way there ------------------------------------------------------------


def test_the_address_at_zoom_holds_what_it_must_and_no_more(boss, zoom):
    address = press_authorize(boss, zoom)

    query = dict(parse_qsl(urlsplit(address).query))
    begun = boss.session[STATE_KEY]
    assert query == {
        "response_type": "code",
        "client_id": zoom.client_id,
        "redirect_uri": "http://localhost:8000/zoom/callback/",
        "state": begun["state"],
        "code_challenge": challenge_of(begun["verifier"]),
        "code_challenge_method": "S256",
    }
    assert len(begun["state"]) >= 43
    assert 43 <= len(begun["verifier"]) <= 128


def test_each_press_makes_a_state_and_a_verifier_of_its_own(boss, zoom):
    press_authorize(boss, zoom)
    first = boss.session[STATE_KEY]
    press_authorize(boss, zoom)
    second = boss.session[STATE_KEY]

    assert not {first["state"], first["verifier"]} & {second["state"], second["verifier"]}


def test_a_verifier_that_does_not_belong_to_the_challenge_is_refused(boss, zoom):
    back = authorize(boss, zoom)
    browser = boss.session
    browser[STATE_KEY] |= {"verifier": "v" * 64}
    browser.save()

    answer = boss.get(CALLBACK, back)

    assert scene.said(answer) == [
        "Zoom did not accept the sign-in any more. Please press Authorize again."
    ]
    assert not ZoomConnection.objects.exists()


# --- The way back -------------------------------------------------------------


def test_the_state_works_once(boss, zoom):
    back = authorize(boss, zoom)
    boss.get(CALLBACK, back)
    zoom.control("DELETE", "/requests")

    answer = boss.get(CALLBACK, back)

    assert answer.status_code == 400
    assert asked_of(zoom) == []
    assert ZoomConnection.objects.current().is_connected


@pytest.mark.django_db(transaction=True)
def test_the_state_is_used_up_while_zoom_is_still_asked(boss, zoom):
    back = authorize(boss, zoom)
    twin = Client()
    twin.cookies = SimpleCookie(boss.cookies.output(header=""))
    zoom.fault("token", "hold", times=1)

    with ThreadPoolExecutor(1) as slow:
        first = slow.submit(scene.in_a_thread, boss.get, CALLBACK, back)
        scene.wait_until(lambda: zoom.held() == 1)
        again = twin.get(CALLBACK, back)
        zoom.clear_faults()

        assert again.status_code == 400
        assert first.result().status_code == 302
    assert ZoomConnection.objects.current().is_connected


@pytest.mark.parametrize("state", [{"state": "forged"}, {"state": "підробка"}, {"state": ""}, {}])
def test_a_forged_or_missing_state_is_refused(boss, zoom, nothing_asked, state):
    back = {"code": authorize(boss, zoom)["code"], **state}
    zoom.control("DELETE", "/requests")

    answer = boss.get(CALLBACK, back)

    assert answer.status_code == 400
    assert "does not belong to a sign-in of this browser" in answer.text
    assert "Please press Authorize again" in answer.text


def test_a_forged_state_does_not_end_the_sign_in_under_way(boss, zoom):
    back = authorize(boss, zoom)
    boss.get(CALLBACK, {"code": "forged", "state": "forged"})

    boss.get(CALLBACK, back)

    assert ZoomConnection.objects.current().is_connected


def test_a_state_of_another_browser_is_refused(boss, zoom, nothing_asked):
    back = authorize(boss, zoom)
    zoom.control("DELETE", "/requests")
    other = Client()
    other.force_login(factories.staff("other@kyiv-yoga.example", is_superuser=True))

    assert other.get(CALLBACK, back).status_code == 400
    press_authorize(other, zoom)
    assert other.get(CALLBACK, back).status_code == 400


def test_of_two_tabs_the_one_begun_last_connects(boss, zoom):
    first = authorize(boss, zoom)
    second = authorize(boss, zoom)

    refused = boss.get(CALLBACK, first)
    taken = boss.get(CALLBACK, second)

    assert refused.status_code == 400
    assert scene.said(taken) == ["Zoom is connected: Oksana Demo."]


@pytest.mark.parametrize(("minutes", "status"), [(9, 302), (11, 400)])
def test_a_sign_in_may_take_ten_minutes(boss, zoom, minutes, status):
    back = authorize(boss, zoom)

    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        answer = boss.get(CALLBACK, back)

    assert answer.status_code == status
    assert ("took too long" in answer.text) is (status == 400)
    assert ZoomConnection.objects.exists() is (status == 302)


def test_whoever_was_signed_out_meanwhile_is_told_to_begin_again(boss, zoom, nothing_asked):
    back = authorize(boss, zoom)
    zoom.control("DELETE", "/requests")
    boss.logout()

    to_sign_in = boss.get(CALLBACK, back)
    boss.force_login(factories.staff("boss2@kyiv-yoga.example", is_superuser=True))
    answer = boss.get(CALLBACK, back)

    assert to_sign_in["Location"].startswith("/admin/login/")
    assert answer.status_code == 400
    assert "Please press Authorize again" in answer.text


def test_signing_in_again_takes_no_sign_in_at_zoom_along(boss, zoom, nothing_asked):
    back = authorize(boss, zoom)
    zoom.control("DELETE", "/requests")
    boss.force_login(factories.staff("other@kyiv-yoga.example", is_superuser=True))

    assert boss.get(CALLBACK, back).status_code == 400


def test_the_refusal_is_kept_out_of_caches_and_referrers(boss, zoom):
    answer = boss.get(CALLBACK, {"code": "a code", "state": "forged"})

    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
