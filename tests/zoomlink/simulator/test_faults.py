import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

pytestmark = pytest.mark.no_database

BODY = {"topic": "Quick call", "type": 2, "start_time": "2035-01-01T10:00:00Z", "duration": 5}


@pytest.fixture
def token(simulator):
    return simulator.connect()["access_token"]


@pytest.fixture
def background(simulator):
    with ThreadPoolExecutor(4) as pool:
        yield pool.submit
        simulator.control("DELETE", "/faults")


def create(simulator, token, timeout=15):
    return simulator.api("POST", "/users/me/meetings", token, json=BODY, timeout=timeout)


def wait_until_held(simulator, number):
    deadline = time.monotonic() + 10
    while simulator.held() != number:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_hold_does_the_work_and_keeps_the_answer(simulator, token, background):
    simulator.fault("create_meeting", "hold")

    answer = background(create, simulator, token)
    wait_until_held(simulator, 1)
    made, answered = simulator.meetings(), answer.done()
    released = simulator.control("DELETE", "/faults")

    assert (len(made), answered) == (1, False)
    assert released == {"released": 1}
    assert answer.result().json()["id"] == made[0]["id"]
    assert simulator.held() == 0


def test_hold_lets_other_operations_through(simulator, token, background):
    simulator.fault("create_meeting", "hold")
    background(create, simulator, token)
    wait_until_held(simulator, 1)

    assert simulator.api("GET", "/users/me", token, timeout=5).status_code == 200


def test_hold_ends_by_itself_after_its_seconds(simulator, token):
    simulator.fault("create_meeting", "hold", seconds=0.3)

    before = time.monotonic()
    answer = create(simulator, token)

    assert answer.status_code == 201
    assert time.monotonic() - before >= 0.3


def test_fault_is_used_up_after_its_times(simulator, token):
    simulator.fault("create_meeting", "hold", times=1)

    with pytest.raises(requests.Timeout):
        create(simulator, token, timeout=0.5)

    assert create(simulator, token, timeout=5).status_code == 201


def test_hang_does_no_work_and_never_answers(simulator, token, background):
    simulator.fault("create_meeting", "hang")

    answer = background(create, simulator, token)
    wait_until_held(simulator, 1)
    simulator.control("DELETE", "/faults")

    with pytest.raises(requests.ConnectionError):
        answer.result()
    assert simulator.meetings() == []


def test_hang_of_everything_spares_pages_and_the_faults_themselves(simulator, token):
    simulator.fault("*", "hang", seconds=0.2)

    for call in (
        lambda: simulator.api("GET", "/users", token),
        lambda: simulator.refresh("any"),
        lambda: simulator.revoke("any"),
    ):
        with pytest.raises(requests.ConnectionError):
            call()
    assert requests.get(simulator.url, timeout=5).status_code == 200


def test_refresh_and_first_exchange_are_told_apart(simulator):
    pair = simulator.connect()
    simulator.fault("refresh", "hang", seconds=0.1)

    with pytest.raises(requests.ConnectionError):
        simulator.refresh(pair["refresh_token"])

    assert simulator.connect()["access_token"]


def test_held_refresh_has_rotated_the_pair(simulator):
    pair = simulator.connect()
    simulator.fault("refresh", "hold", seconds=0.1, times=1)

    new = simulator.refresh(pair["refresh_token"])

    assert new.status_code == 200
    assert simulator.refresh(pair["refresh_token"]).status_code == 400


@pytest.mark.parametrize("wrong", [{"operation": "nothing"}, {"kind": "slow"}])
def test_unknown_fault_is_refused(simulator, wrong):
    body = {"operation": "users", "kind": "hang"} | wrong

    answer = requests.post(f"{simulator.url}/simulator/faults", json=body, timeout=5)

    assert answer.status_code == 400


def test_requests_are_told_without_secrets(simulator, token):
    simulator.control("DELETE", "/requests")
    meeting = create(simulator, token).json()
    requests.get(meeting["join_url"], timeout=5)
    requests.get(meeting["start_url"], timeout=5)
    create(simulator, "zsimAT_dead")

    log = simulator.control("GET", "/requests")["requests"]

    assert [(row["operation"], row["status"]) for row in log] == [
        ("create_meeting", 201),
        ("join", 302),
        ("start", 302),
        ("create_meeting", 401),
    ]
    assert isinstance(log[0]["token_family"], int)
    assert "zsim" not in str(log)
    assert "zsim" not in simulator.log.read_text()


def test_token_family_stays_through_a_refresh(simulator):
    pair = simulator.connect()
    new = simulator.refresh(pair["refresh_token"]).json()
    simulator.api("GET", "/users/me", new["access_token"])

    log = simulator.control("GET", "/requests")["requests"]

    families = [row["token_family"] for row in log if row["operation"] != "authorize"]
    assert len(families) == 3
    assert len(set(families)) == 1


def test_meetings_are_told_with_their_host_and_without_secrets(simulator, token):
    meeting = create(simulator, token).json()
    simulator.api("PATCH", f"/meetings/{meeting['id']}", token, json={"duration": 10})
    simulator.api("DELETE", f"/meetings/{meeting['id']}", token)

    answer = simulator.control("GET", "/meetings")

    [row] = answer["meetings"]
    assert answer["created"] == 1
    assert (row["host_email"], row["deleted"], row["updates"]) == ("owner@zoom.example", True, 1)
    assert "zsim" not in str(answer)
    assert meeting["password"] not in str(answer)
