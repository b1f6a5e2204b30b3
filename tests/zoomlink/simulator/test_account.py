from datetime import UTC, datetime, timedelta

import pytest
import requests

from tests.zoomlink.simulator.process import SimulatorProcess

pytestmark = pytest.mark.no_database

OLENA, TARAS = "olena@zoom.example", "taras@zoom.example"


def create(simulator, token, host=OLENA, **fields):
    start_time = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = {"topic": "Quick call", "type": 2, "start_time": start_time, "duration": 45}
    return simulator.api("POST", f"/users/{host}/meetings", token, json=body | fields)


def read(simulator, token, meeting_id):
    return simulator.api("GET", f"/meetings/{meeting_id}", token).json()


# Settings


def test_waiting_room_switches_joining_before_the_host_off(simulator, token):
    settings = {"waiting_room": True, "join_before_host": True}

    meeting = create(simulator, token, settings=settings).json()

    assert meeting["settings"]["waiting_room"] is True
    assert meeting["settings"]["join_before_host"] is False


def test_waiting_room_that_comes_later_does_so_too(simulator, token):
    meeting = create(simulator, token, settings={"join_before_host": True}).json()

    body = {"settings": {"waiting_room": True}}
    simulator.api("PATCH", f"/meetings/{meeting['id']}", token, json=body)

    assert meeting["settings"]["join_before_host"] is True
    assert read(simulator, token, meeting["id"])["settings"]["join_before_host"] is False


def test_locked_setting_is_kept_without_a_word(simulator, token):
    simulator.lock_settings(waiting_room=True)

    made = create(simulator, token, settings={"waiting_room": False, "mute_upon_entry": True})
    path, body = f"/meetings/{made.json()['id']}", {"settings": {"waiting_room": False}}
    changed = simulator.api("PATCH", path, token, json=body)

    settings = read(simulator, token, made.json()["id"])["settings"]
    assert (made.status_code, changed.status_code) == (201, 204)
    assert made.json()["settings"]["waiting_room"] is True
    assert (settings["waiting_room"], settings["mute_upon_entry"]) == (True, True)


def test_setting_that_is_locked_no_more_can_be_changed(simulator, token):
    simulator.lock_settings(waiting_room=True)
    simulator.lock_settings()

    made = create(simulator, token, settings={"waiting_room": False}).json()

    assert simulator.control("GET", "/account") == {"locked": {}}
    assert made["settings"]["waiting_room"] is False


@pytest.mark.parametrize("wrong", [{"nothing": True}, {"waiting_room": "yes"}, []])
def test_wrong_lock_is_refused(simulator, wrong):
    answer = requests.post(f"{simulator.url}/simulator/account", json={"locked": wrong}, timeout=5)

    assert (answer.status_code, answer.json()["code"]) == (400, 300)


def test_meeting_can_be_without_a_passcode(simulator, token):
    meeting = create(simulator, token, default_password=False).json()

    assert meeting["password"] == ""
    assert "?" not in meeting["join_url"]
    assert requests.get(meeting["join_url"], timeout=5).status_code == 200


def test_passcode_given_is_kept_whatever_the_default(simulator, token):
    meeting = create(simulator, token, default_password=False, password="mine").json()

    assert meeting["password"] == "mine"
    assert "?pwd=" in meeting["join_url"]


# An app that users manage for themselves


@pytest.fixture(scope="module")
def user_app(tmp_path_factory):
    state = tmp_path_factory.mktemp("zoom") / "state.sqlite3"
    process = SimulatorProcess(state, arguments=["--app-kind=user"]).start()
    yield process
    process.kill()


@pytest.fixture
def own_token(user_app):
    """Of a plain member of the account."""
    return user_app.connect(TARAS)["access_token"]


def test_member_may_add_a_users_app(user_app):
    pair = user_app.connect(TARAS)

    assert "meeting:write:meeting" in pair["scope"].split()
    assert ":admin" not in pair["scope"]
    assert "list_users" not in pair["scope"]


def test_users_app_works_with_me(user_app, own_token):
    made = create(user_app, own_token, host="me")
    path = f"/meetings/{made.json()['id']}"

    assert made.json()["host_email"] == TARAS
    assert user_app.api("GET", "/users/me", own_token).status_code == 200
    assert user_app.api("GET", "/users/me/meetings", own_token).json()["total_records"] == 1
    assert user_app.api("PATCH", path, own_token, json={"duration": 5}).status_code == 204
    assert user_app.api("DELETE", path, own_token).status_code == 204


@pytest.mark.parametrize("name", [OLENA, TARAS, "AAAAAAAAAAAAAAAAAAAAAA"])
def test_users_app_knows_nobody_by_name(user_app, own_token, name):
    answers = [
        user_app.api("GET", f"/users/{name}", own_token),
        create(user_app, own_token, host=name),
        user_app.api("GET", f"/users/{name}/meetings", own_token),
    ]

    found = [(answer.status_code, answer.json()["code"]) for answer in answers]
    assert found == [(400, 4700)] * 3


def test_users_app_cannot_list_users(user_app, own_token):
    answer = user_app.api("GET", "/users", own_token)

    assert (answer.status_code, answer.json()["code"]) == (400, 4711)
    assert "user:read:list_users:admin" in answer.json()["message"]


def test_users_app_does_not_reach_another_hosts_meeting(user_app, own_token):
    theirs = create(user_app, user_app.connect(OLENA)["access_token"], host="me").json()

    answer = user_app.api("GET", f"/meetings/{theirs['id']}", own_token)

    assert (answer.status_code, answer.json()["code"]) == (403, 403)
