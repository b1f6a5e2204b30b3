import pytest
import requests

from tests.zoomlink.simulator.process import Person

pytestmark = pytest.mark.no_database

OWNER, OLENA, BASIC = "owner@zoom.example", "olena@zoom.example", "basic@zoom.example"
BODY = {"topic": "Quick call", "type": 2, "start_time": "2035-01-01T10:00:00Z", "duration": 5}


def create(simulator, token, host=OLENA, **fields):
    return simulator.api("POST", f"/users/{host}/meetings", token, json=BODY | fields)


def listed(simulator, token, **query):
    answer = simulator.api("GET", "/users", token, params=query)
    return [row["email"] for row in answer.json()["users"]]


# The grant


def test_killed_grant_refreshes_no_more_and_nobody_is_told(simulator, receiver):
    pair = simulator.connect()

    killed = simulator.kill_grants()

    access = simulator.api("GET", "/users/me", pair["access_token"])
    refreshed = simulator.refresh(pair["refresh_token"])
    assert killed == 1
    assert (access.status_code, access.json()["code"]) == (401, 124)
    assert (refreshed.status_code, refreshed.json()["error"]) == (400, "invalid_grant")
    assert simulator.deliveries() == []


def test_killed_grant_of_one_user_leaves_the_others(simulator):
    owner, admin = simulator.connect(OWNER), simulator.connect("admin@zoom.example")

    simulator.kill_grants(OWNER)

    assert simulator.refresh(owner["refresh_token"]).status_code == 400
    assert simulator.refresh(admin["refresh_token"]).status_code == 200


def test_killed_grant_can_be_given_anew(simulator):
    simulator.connect()
    simulator.kill_grants()

    pair = simulator.connect()

    assert simulator.api("GET", "/users/me", pair["access_token"]).status_code == 200


# Deactivate, activate, delete


def test_deactivated_user_is_not_listed_and_hosts_nothing(simulator, token):
    simulator.deactivate(OLENA)

    refused = create(simulator, token)

    user = simulator.api("GET", f"/users/{OLENA}", token).json()
    assert (refused.status_code, refused.json()["code"]) == (404, 1001)
    assert OLENA not in listed(simulator, token)
    assert listed(simulator, token, status="inactive") == [OLENA]
    assert user["status"] == "inactive"


def test_meetings_of_a_deactivated_user_can_still_be_deleted(simulator, token):
    meeting = create(simulator, token).json()
    simulator.deactivate(OLENA)

    answer = simulator.api("DELETE", f"/meetings/{meeting['id']}", token)

    assert answer.status_code == 204


def test_activated_user_is_as_before(simulator, token):
    meeting = create(simulator, token).json()
    simulator.deactivate(OLENA)

    simulator.activate(OLENA)

    assert OLENA in listed(simulator, token)
    assert simulator.api("GET", f"/meetings/{meeting['id']}", token).status_code == 200


def test_grant_of_a_deactivated_user_is_dead_while_it_lasts(simulator):
    pair = simulator.connect(OWNER)
    simulator.deactivate(OWNER)

    refused = simulator.api("GET", "/users/me", pair["access_token"])
    refreshed = simulator.refresh(pair["refresh_token"])
    simulator.activate(OWNER)

    assert (refused.status_code, refused.json()["code"]) == (401, 124)
    assert (refreshed.status_code, refreshed.json()["error"]) == (400, "invalid_grant")
    assert simulator.refresh(pair["refresh_token"]).status_code == 200


def test_deactivated_user_cannot_sign_in(simulator):
    simulator.deactivate(OWNER)

    answer = Person(simulator).post("/signin", email=OWNER, back="/")

    assert answer.status_code == 400


def test_deleted_user_is_gone_with_all_meetings(simulator, token):
    meeting = create(simulator, token).json()

    simulator.delete_user(OLENA)

    answers = [
        simulator.api("GET", f"/users/{OLENA}", token),
        create(simulator, token),
        simulator.api("GET", f"/meetings/{meeting['id']}", token),
    ]
    found = [(answer.status_code, answer.json()["code"]) for answer in answers]
    assert found == [(404, 1001), (404, 1001), (404, 3001)]
    assert OLENA not in listed(simulator, token) + listed(simulator, token, status="inactive")


@pytest.mark.parametrize(
    ("change", "event"),
    [
        ("deactivate", "user.deactivated"),
        ("activate", "user.activated"),
        ("delete_user", "user.deleted"),
    ],
)
def test_what_happens_to_a_user_is_told(simulator, token, receiver, change, event):
    users = {row["email"]: row for row in simulator.control("GET", "/users")["users"]}

    getattr(simulator, change)(OLENA)

    names = ("id", "first_name", "last_name", "email", "type")
    assert receiver.payload(event) == {
        "account_id": users[OWNER]["account_id"],
        "operator": OWNER,
        "operator_id": users[OWNER]["id"],
        "object": {name: users[OLENA][name] for name in names},
    }


# Licence and names


def test_licence_taken_away_forbids_registration(simulator, token):
    simulator.set_licence(OLENA, 1)

    refused = create(simulator, token, settings={"approval_type": 0})

    assert (refused.status_code, refused.json()["code"]) == (400, 200)
    assert simulator.api("GET", f"/users/{OLENA}", token).json()["type"] == 1


def test_licence_given_allows_it(simulator, token):
    simulator.set_licence(BASIC, 2)

    assert create(simulator, token, BASIC, settings={"approval_type": 0}).status_code == 201


def test_changed_user_is_told_with_what_is_different(simulator, token, receiver):
    simulator.change_user(OLENA, last_name="Ковальчук", email="olena.k@zoom.example")

    payload = receiver.payload("user.updated")
    user = simulator.api("GET", "/users/olena.k@zoom.example", token).json()
    new = {"last_name": "Ковальчук", "email": "olena.k@zoom.example"}
    assert payload["object"] == {"id": user["id"]} | new
    assert payload["old_object"] == {"id": user["id"], "last_name": "Koval", "email": OLENA}
    assert user["display_name"] == "Olena Ковальчук"
    assert simulator.api("GET", f"/users/{OLENA}", token).status_code == 404


def test_user_that_stays_the_same_is_not_told(simulator, token, receiver):
    simulator.set_licence(OLENA, 2)

    assert simulator.deliveries() == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("nobody@zoom.example/delete", {}, 404),
        (f"{OLENA}/promote", {}, 404),
        (f"{OLENA}/licence", {"type": 3}, 400),
        (f"{OLENA}/licence", {}, 400),
        (f"{OLENA}/change", {"role": "0"}, 400),
        (f"{OLENA}/change", {"email": OWNER}, 409),
    ],
)
def test_wrong_change_is_refused(simulator, path, body, status):
    before = simulator.control("GET", "/users")

    answer = requests.post(f"{simulator.url}/simulator/users/{path}", json=body, timeout=5)

    assert answer.status_code == status
    assert simulator.control("GET", "/users") == before
