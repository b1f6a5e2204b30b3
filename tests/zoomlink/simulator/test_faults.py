import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import requests

pytestmark = pytest.mark.no_database

BODY = {"topic": "Quick call", "type": 2, "start_time": "2035-01-01T10:00:00Z", "duration": 5}


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


def test_lost_answer_does_the_work(simulator, token):
    simulator.fault("create_meeting", "lost_answer", times=1)

    with pytest.raises(requests.ConnectionError):
        create(simulator, token)

    assert len(simulator.meetings()) == 1
    assert create(simulator, token).status_code == 201


@pytest.mark.parametrize(
    ("kind", "status", "content_type"),
    [
        ("error_500", 500, "application/json"),
        ("error_503", 503, "text/html; charset=utf-8"),
        ("html", 200, "text/html; charset=utf-8"),
    ],
)
def test_failure_of_its_own_does_no_work(simulator, token, kind, status, content_type):
    simulator.fault("create_meeting", kind)

    answer = create(simulator, token)

    assert (answer.status_code, answer.headers["Content-Type"]) == (status, content_type)
    assert simulator.meetings() == []


def test_limit_per_second_names_its_type_and_end(simulator, token):
    simulator.fault("create_meeting", "rate_limited")

    answer = create(simulator, token)

    ahead = int(answer.headers["X-RateLimit-Reset"]) - time.time()
    assert (answer.status_code, answer.headers["X-RateLimit-Type"]) == (429, "QPS")
    assert answer.headers["X-RateLimit-Category"] == "Medium"
    assert -1 < ahead <= 1
    assert "Retry-After" not in answer.headers


def test_limit_of_the_account_ends_at_the_next_midnight_utc(simulator, token):
    simulator.fault("users", "daily_limited")

    answer = simulator.api("GET", "/users", token)

    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert (answer.status_code, answer.headers["X-RateLimit-Type"]) == (429, "Daily-limit")
    assert answer.headers["Retry-After"] == tomorrow.strftime("%Y-%m-%dT00:00:00Z")


def test_limit_of_the_host_has_no_headers_that_tell(simulator, token):
    simulator.fault("update_meeting", "host_limited")

    answer = simulator.api("PATCH", "/meetings/1", token, json={})

    assert answer.status_code == 429
    assert "daily rate limit (100)" in answer.json()["message"]
    assert not {"Retry-After", "X-RateLimit-Type", "X-RateLimit-Reset"} & set(answer.headers)


def test_xml_is_an_answer_of_the_token_endpoint(simulator):
    pair = simulator.connect()
    simulator.fault("refresh", "xml", times=1)

    answer = simulator.refresh(pair["refresh_token"])

    assert answer.headers["Content-Type"].startswith("application/xml")
    assert simulator.refresh(pair["refresh_token"]).status_code == 200


def test_fault_of_meetings_strikes_all_their_calls_and_no_other(simulator, token):
    simulator.fault("meetings", "error_500")

    statuses = [
        create(simulator, token).status_code,
        simulator.api("GET", "/users/me/meetings", token).status_code,
        *(
            simulator.api(method, "/meetings/1", token, json={}).status_code
            for method in ("GET", "PATCH", "DELETE")
        ),
        simulator.api("PUT", "/meetings/1/status", token, json={}).status_code,
        simulator.api("GET", "/users/me", token).status_code,
    ]

    assert statuses == [500] * 6 + [200]


def statuses_with_a_share(simulator, token, seed):
    simulator.fault("me", "error_500", share=0.3, seed=seed)
    statuses = [simulator.api("GET", "/users/me", token).status_code for _call in range(30)]
    simulator.control("DELETE", "/faults")
    return statuses


def test_share_strikes_some_and_repeats_with_its_seed(simulator, token):
    first, again = (statuses_with_a_share(simulator, token, "soak-1") for _turn in range(2))
    other = statuses_with_a_share(simulator, token, "soak-2")

    assert first == again != other
    assert 3 <= first.count(500) <= 18
    assert set(first) == {200, 500}


@pytest.mark.parametrize(("share", "status"), [(0, 200), (1, 500)])
def test_share_of_none_and_of_all(simulator, token, share, status):
    simulator.fault("me", "error_500", share=share)

    answers = [simulator.api("GET", "/users/me", token).status_code for _call in range(5)]

    assert answers == [status] * 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"operation": "nothing"},
        {"kind": "slow"},
        {"kind": "xml"},
        {"share": 1.5},
        {"share": -1},
        {"share": "some"},
        {"times": 0},
        {"seconds": -1},
    ],
)
def test_wrong_fault_is_refused(simulator, wrong):
    body = {"operation": "users", "kind": "hang"} | wrong

    answer = requests.post(f"{simulator.url}/simulator/faults", json=body, timeout=5)

    assert answer.status_code == 400
    assert simulator.control("GET", "/faults")["faults"] == []


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
