from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import requests

from tests.zoomlink.simulator.process import SimulatorProcess

pytestmark = pytest.mark.no_database

OLENA, BASIC = "olena@zoom.example", "basic@zoom.example"
NOT_SHARED = {
    "code": 403,
    "message": "Authenticated user has not permitted access to the targeted resource.",
}


def in_utc(**ahead):
    return (datetime.now(UTC) + timedelta(**ahead)).strftime("%Y-%m-%dT%H:%M:%SZ")


def create(simulator, token, host=OLENA, **fields):
    body = {"topic": "Quick call", "type": 2, "start_time": in_utc(days=1), "duration": 45}
    return simulator.api("POST", f"/users/{host}/meetings", token, json=body | fields)


def read(simulator, token, meeting_id):
    return simulator.api("GET", f"/meetings/{meeting_id}", token).json()


# Who may


def test_without_shared_access_only_oneself_is_reached(simulator):
    everything = simulator.connect()["access_token"]
    theirs = create(simulator, everything).json()["id"]
    simulator.control("POST", "/reset")
    token = simulator.connect(shared=False)["access_token"]

    refused = [
        simulator.api("GET", "/users", token),
        simulator.api("GET", f"/users/{OLENA}", token),
        create(simulator, token),
        simulator.api("GET", f"/users/{OLENA}/meetings", token),
    ]

    assert [(answer.status_code, answer.json()) for answer in refused] == [(403, NOT_SHARED)] * 4
    assert simulator.api("GET", f"/meetings/{theirs}", token).status_code == 404
    assert simulator.api("GET", "/users/me", token).status_code == 200
    assert create(simulator, token, host="me").status_code == 201


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_without_shared_access_another_hosts_meeting_is_refused(simulator, method):
    with_box = simulator.connect("admin@zoom.example")["access_token"]
    meeting_id = create(simulator, with_box).json()["id"]
    token = simulator.connect(shared=False)["access_token"]

    answer = simulator.api(method, f"/meetings/{meeting_id}", token, json={})

    assert (answer.status_code, answer.json()) == (403, NOT_SHARED)


def test_another_account_is_out_of_reach(simulator, token):
    meeting_id = create(simulator, token).json()["id"]
    other = simulator.connect("someone@other.example")["access_token"]

    user = simulator.api("GET", f"/users/{OLENA}", other)
    meeting = simulator.api("DELETE", f"/meetings/{meeting_id}", other)

    assert (user.status_code, user.json()["code"]) == (404, 1001)
    assert (meeting.status_code, meeting.json()["code"]) == (404, 3001)


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic x"}, {"Authorization": "Bearer"}])
def test_a_call_without_a_token_is_refused(simulator, header):
    answer = requests.get(f"{simulator.url}/v2/users/me", headers=header, timeout=5)

    assert (answer.status_code, answer.json()["code"]) == (401, 124)


def test_an_unknown_path_is_answered_in_json(simulator, token):
    answer = simulator.api("GET", "/nothing", token)

    assert (answer.status_code, answer.json()["code"]) == (404, 2300)


# Create


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("topic", "t" * 201),
        ("topic", 5),
        ("agenda", "a" * 2001),
        ("type", "2"),
        ("type", 8),
        ("start_time", "2027-01-01T10:00:00+03:00"),
        ("start_time", "2027-01-01T10:00:00.000Z"),
        ("start_time", "2027-01-01 10:00:00"),
        ("start_time", "2027-02-30T10:00:00Z"),
        ("start_time", 1795352363),
        ("duration", "45"),
        ("duration", 45.5),
        ("duration", True),
        ("duration", 0),
        ("timezone", "Europe/Kyiv"),
        ("timezone", "Mars/Base"),
        ("password", "elevenchars"),
        ("password", "with blank"),
    ],
)
def test_create_refuses_a_bad_field(simulator, token, field, value):
    answer = create(simulator, token, **{field: value})

    assert (answer.status_code, answer.json()["code"]) == (400, 300)
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert simulator.meetings() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("waiting_room", "true"), ("jbh_time", 7), ("auto_recording", "yes"), ("approval_type", True)],
)
def test_create_refuses_a_bad_setting(simulator, token, name, value):
    answer = create(simulator, token, settings={name: value})

    assert [error["field"] for error in answer.json()["errors"]] == [f"settings.{name}"]


def test_create_names_every_bad_field(simulator, token):
    errors = create(simulator, token, topic="t" * 201, duration="long").json()["errors"]

    assert [error["field"] for error in errors] == ["topic", "duration"]


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/x-www-form-urlencoded", "topic=x", 415),
        ("application/json", "{", 400),
        ("application/json", "[1]", 400),
    ],
)
def test_create_refuses_what_is_no_json_object(simulator, token, content_type, body, status):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": content_type}
    address = f"{simulator.url}/v2/users/me/meetings"

    answer = requests.post(address, data=body, headers=headers, timeout=5)

    assert (answer.status_code, answer.json()["code"]) == (status, 300)


@pytest.mark.parametrize(
    ("fields", "host", "code"),
    [
        ({"schedule_for": "taras@zoom.example"}, OLENA, 3000),
        ({"settings": {"approval_type": 1}}, BASIC, 200),
        ({"settings": {"alternative_hosts": "nobody@zoom.example"}}, OLENA, 300),
        ({"settings": {"alternative_hosts": BASIC}}, OLENA, 300),
    ],
)
def test_create_refuses_what_the_host_may_not(simulator, token, fields, host, code):
    answer = create(simulator, token, host=host, **fields)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_create_takes_local_time_of_the_zone_given(simulator, token):
    fields = {"start_time": "2027-07-01T10:00:00", "timezone": "Europe/Kiev"}

    assert create(simulator, token, **fields).json()["start_time"] == "2027-07-01T07:00:00Z"


def test_create_takes_utc_whatever_the_zone(simulator, token):
    fields = {"start_time": "2027-07-01T10:00:00Z", "timezone": "Europe/Kiev"}

    assert create(simulator, token, **fields).json()["start_time"] == "2027-07-01T10:00:00Z"


def test_create_issues_recognisable_secrets(simulator, token):
    meeting = create(simulator, token).json()

    assert meeting["password"].startswith("zsimPC_")
    assert len(meeting["password"]) == 10
    assert "zak=zsimZAK_" in meeting["start_url"]
    assert token.startswith("zsimAT_")


def test_every_answer_has_a_tracking_id(simulator, token):
    answers = [create(simulator, token), create(simulator, "dead"), simulator.refresh("dead")]

    assert len({answer.headers["x-zm-trackingid"] for answer in answers}) == 3


def test_creates_at_once_all_get_a_number_of_their_own(simulator, token):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: create(simulator, token), range(24)))

    assert [answer.status_code for answer in answers] == [201] * 24
    assert len({answer.json()["id"] for answer in answers}) == 24


def test_daily_limit_is_per_host_and_has_no_retry_after(tmp_path):
    process = SimulatorProcess(tmp_path / "state.sqlite3", arguments=["--daily-limit=2"]).start()
    token = process.connect()["access_token"]

    statuses = [create(process, token).status_code for _call in range(2)]
    refused, other = create(process, token), create(process, token, host="taras@zoom.example")
    process.kill()

    assert statuses == [201, 201]
    assert refused.status_code == 429
    assert "daily rate limit" in refused.json()["message"]
    assert not {"Retry-After", "X-RateLimit-Type"} & set(refused.headers)
    assert other.status_code == 201


# Read, change, delete


def test_get_gives_a_fresh_start_link_and_the_same_join_link(simulator, token):
    meeting = create(simulator, token).json()

    answers = [read(simulator, token, meeting["id"]) for _turn in range(2)]

    assert len({meeting["start_url"], *(answer["start_url"] for answer in answers)}) == 3
    assert {answer["join_url"] for answer in answers} == {meeting["join_url"]}


def test_update_changes_only_what_is_sent(simulator, token):
    meeting = create(simulator, token, agenda="zustrich:1").json()

    simulator.api("PATCH", f"/meetings/{meeting['id']}", token, json={"duration": 30})
    after = read(simulator, token, meeting["id"])

    same = ("topic", "agenda", "start_time", "join_url", "settings", "password")
    assert after["duration"] == 30
    assert {name: after[name] for name in same} == {name: meeting[name] for name in same}


def test_update_of_the_passcode_changes_the_join_link(simulator, token):
    meeting = create(simulator, token).json()

    simulator.api("PATCH", f"/meetings/{meeting['id']}", token, json={"password": "new1"})

    assert read(simulator, token, meeting["id"])["join_url"] != meeting["join_url"]


def test_update_of_one_setting_keeps_the_others(simulator, token):
    meeting = create(simulator, token, settings={"waiting_room": True}).json()

    body = {"settings": {"mute_upon_entry": True}}
    simulator.api("PATCH", f"/meetings/{meeting['id']}", token, json=body)
    settings = read(simulator, token, meeting["id"])["settings"]

    assert (settings["waiting_room"], settings["mute_upon_entry"]) == (True, True)


def test_a_deleted_meeting_can_be_recovered(simulator, token):
    path = f"/meetings/{create(simulator, token).json()['id']}"
    simulator.api("DELETE", path, token)
    gone = simulator.api("GET", path, token).status_code

    answer = simulator.api("PUT", f"{path}/status", token, json={"action": "recover"})

    assert (gone, answer.status_code) == (404, 204)
    assert simulator.api("GET", path, token).status_code == 200


def test_end_of_a_meeting_that_does_not_run_is_refused(simulator, token):
    path = f"/meetings/{create(simulator, token).json()['id']}/status"

    answer = simulator.api("PUT", path, token, json={"action": "end"})

    assert (answer.status_code, answer.json()["code"]) == (400, 3007)


def test_list_has_pages_in_order_of_start(simulator, token):
    made = [create(simulator, token, start_time=in_utc(days=day)).json() for day in (3, 1, 2)]
    path, query = f"/users/{OLENA}/meetings", {"page_size": "2"}

    first = simulator.api("GET", path, token, params=query).json()
    query["next_page_token"] = first["next_page_token"]
    second = simulator.api("GET", path, token, params=query).json()

    rows = first["meetings"] + second["meetings"]
    assert [row["id"] for row in rows] == [made[index]["id"] for index in (1, 2, 0)]
    assert [first["total_records"], second["next_page_token"]] == [3, ""]


def test_list_rows_carry_no_passcode(simulator, token):
    meeting = create(simulator, token).json()

    [row] = simulator.api("GET", f"/users/{OLENA}/meetings", token).json()["meetings"]

    assert row["join_url"] == meeting["join_url"].partition("?")[0]
    assert "password" not in row


def test_list_of_upcoming_leaves_out_what_is_over(simulator, token):
    create(simulator, token, start_time=in_utc(hours=-2), duration=30)
    coming = create(simulator, token).json()["id"]
    path = f"/users/{OLENA}/meetings"

    listed = {
        kind: [
            row["id"]
            for row in simulator.api("GET", path, token, params={"type": kind}).json()["meetings"]
        ]
        for kind in ("scheduled", "upcoming", "live")
    }

    assert len(listed["scheduled"]) == 2
    assert listed["upcoming"] == [coming]
    assert listed["live"] == []


@pytest.mark.parametrize(
    "query", [{"page_size": "301"}, {"page_size": "0"}, {"page_size": "x"}, {"type": "past"}]
)
def test_list_refuses_a_bad_query(simulator, token, query):
    answer = simulator.api("GET", f"/users/{OLENA}/meetings", token, params=query)

    assert (answer.status_code, answer.json()["code"]) == (400, 300)


def test_page_token_is_good_for_its_own_list_only(simulator, token):
    users = simulator.api("GET", "/users", token, params={"page_size": "2"}).json()

    query = {"next_page_token": users["next_page_token"]}
    answer = simulator.api("GET", f"/users/{OLENA}/meetings", token, params=query)

    assert (answer.status_code, answer.json()["code"]) == (400, 300)


def test_more_users_than_a_page(tmp_path):
    process = SimulatorProcess(tmp_path / "state.sqlite3", arguments=["--extra-users=310"]).start()
    token = process.connect()["access_token"]

    first = process.api("GET", "/users", token, params={"page_size": "300"}).json()
    query = {"page_size": "300", "next_page_token": first["next_page_token"]}
    second = process.api("GET", "/users", token, params=query).json()
    process.kill()

    assert (len(first["users"]), len(second["users"])) == (300, 16)
    assert first["total_records"] == 316
