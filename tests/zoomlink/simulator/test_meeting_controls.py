import sqlite3
from datetime import datetime, timedelta

import pytest
import requests

from tests.zoomlink.simulator.process import Person

pytestmark = pytest.mark.no_database

OLENA = "olena@zoom.example"
BODY = {"topic": "Йога 🧘", "type": 2, "start_time": "2035-01-01T10:00:00Z", "duration": 5}
JOINED, LEFT = "meeting.participant_joined", "meeting.participant_left"


@pytest.fixture
def user(simulator):
    return {row["email"]: row for row in simulator.control("GET", "/users")["users"]}


@pytest.fixture
def meeting(simulator, token, receiver):
    """Olena's, made by the owner; the event of that is over."""
    made = create(simulator, token)
    receiver.events("meeting.created")
    return made


def create(simulator, token, **settings):
    body = BODY | {"settings": settings}
    return simulator.api("POST", f"/users/{OLENA}/meetings", token, json=body).json()


def names_sent(simulator, number):
    """The names of the first events after the creation."""
    simulator_events = [row["event"] for row in simulator.deliveries()]
    assert simulator_events[0] == "meeting.created"
    return simulator_events[1 : number + 1]


def is_moment(text):
    return text.endswith("Z") and datetime.fromisoformat(text).utcoffset() == timedelta(0)


# By the API


def test_creation_is_told(simulator, token, receiver, user):
    made = create(simulator, token, waiting_room=True)

    payload = receiver.payload("meeting.created")

    told = payload["object"]
    names = ("uuid", "host_id", "topic", "type", "start_time", "duration", "timezone")
    assert {name: told[name] for name in names} == {name: made[name] for name in names}
    assert (told["join_url"], told["password"]) == (made["join_url"], made["password"])
    assert told["settings"]["waiting_room"] is True
    assert payload["operation"] == "single"
    assert payload["operator_id"] == user["owner@zoom.example"]["id"]
    assert payload["account_id"] == user[OLENA]["account_id"]


def test_update_is_told_with_what_is_different(simulator, token, receiver, meeting):
    body = {"duration": 30, "topic": BODY["topic"], "settings": {"waiting_room": True}}

    simulator.api("PATCH", f"/meetings/{meeting['id']}", token, json=body)

    payload = receiver.payload("meeting.updated")
    told, old = payload["object"], payload["old_object"]
    assert int(told.pop("id")) == int(old.pop("id")) == meeting["id"]
    assert told == {"uuid": meeting["uuid"], "duration": 30, "settings": {"waiting_room": True}}
    assert old == {"uuid": meeting["uuid"], "duration": 5, "settings": {"waiting_room": False}}
    assert (payload["scope"], payload["operator"]) == ("single", "owner@zoom.example")
    assert type(payload["time_stamp"]) is int


def test_update_that_changes_nothing_is_not_told(simulator, token, meeting):
    simulator.api("PATCH", f"/meetings/{meeting['id']}", token, json={"duration": 5})

    assert [row["event"] for row in simulator.deliveries()] == ["meeting.created"]


def test_deletion_is_told(simulator, token, receiver, meeting):
    simulator.api("DELETE", f"/meetings/{meeting['id']}", token)

    payload = receiver.payload("meeting.deleted")

    assert int(payload["object"]["id"]) == meeting["id"]
    assert payload["operation"] == "single"
    assert not {"join_url", "password"} & payload["object"].keys()


def test_end_by_the_api_is_told(simulator, token, receiver, meeting):
    simulator.start_meeting(meeting["id"])

    path = f"/meetings/{meeting['id']}/status"
    simulator.api("PUT", path, token, json={"action": "end"})

    assert is_moment(receiver.payload("meeting.ended")["object"]["end_time"])


# By hand


def test_deletion_by_hand_is_the_hosts(simulator, token, receiver, meeting):
    simulator.delete_meeting(meeting["id"])

    assert receiver.payload("meeting.deleted")["operator"] == OLENA
    assert simulator.api("GET", f"/meetings/{meeting['id']}", token).status_code == 404
    assert simulator.meeting(meeting["id"])["deleted"] is True


def test_deletion_by_hand_ends_what_runs(simulator, receiver, meeting):
    simulator.start_meeting(meeting["id"])

    simulator.delete_meeting(meeting["id"])
    receiver.events("meeting.deleted")

    assert names_sent(simulator, 5) == [
        *("meeting.started", JOINED, LEFT, "meeting.ended", "meeting.deleted")
    ]


def test_change_by_hand_is_read_and_told(simulator, token, receiver, meeting):
    simulator.change_meeting(meeting["id"], start_time="2035-02-01T10:00:00Z", topic="Інша")

    now = simulator.api("GET", f"/meetings/{meeting['id']}", token).json()
    told = receiver.payload("meeting.updated")["object"]
    assert (now["start_time"], now["topic"]) == ("2035-02-01T10:00:00Z", "Інша")
    assert (told["start_time"], told["topic"]) == ("2035-02-01T10:00:00Z", "Інша")


def test_start_by_hand_brings_the_host(simulator, receiver, meeting, user):
    simulator.start_meeting(meeting["id"])

    started = receiver.payload("meeting.started")["object"]
    person = receiver.payload(JOINED)["object"]["participant"]
    assert (int(started["id"]), started["host_id"]) == (meeting["id"], user[OLENA]["id"])
    assert started["uuid"] != meeting["uuid"]
    assert is_moment(started["start_time"])
    assert (person["user_name"], person["id"]) == ("Olena Koval", user[OLENA]["id"])
    assert simulator.meeting(meeting["id"])["status"] == "started"


def test_host_starts_once(simulator, receiver, meeting):
    for _turn in range(2):
        simulator.start_meeting(meeting["id"])

    assert len(simulator.meeting(meeting["id"])["participants"]) == 1
    assert len(receiver.events(JOINED)) == 1


def test_guest_waits_untold_until_the_host_starts(simulator, receiver, meeting):
    simulator.join(meeting["id"], "Ben")
    before = simulator.meeting(meeting["id"])

    simulator.start_meeting(meeting["id"])

    joined = receiver.events(JOINED, 2)
    names = {event["payload"]["object"]["participant"]["user_name"] for event in joined}
    assert (before["status"], before["participants"][0]["state"]) == ("waiting", "waiting")
    assert names == {"Olena Koval", "Ben"}
    assert names_sent(simulator, 3) == ["meeting.started", JOINED, JOINED]


def test_guest_is_told_without_id_and_address(simulator, token, receiver):
    made = create(simulator, token, join_before_host=True)

    simulator.join(made["id"], "Бен")

    person = receiver.payload(JOINED)["object"]["participant"]
    assert (person["user_name"], person["id"], person["email"]) == ("Бен", "", "")
    assert person["user_id"].isdecimal()
    assert len(person["participant_uuid"]) == 36
    assert is_moment(person["join_time"])


def test_meeting_ends_with_the_last_who_leaves(simulator, receiver, meeting):
    simulator.start_meeting(meeting["id"])
    simulator.join(meeting["id"], "Ben")

    simulator.leave(meeting["id"], "Olena Koval")
    between = simulator.meeting(meeting["id"])["status"]
    simulator.leave(meeting["id"], "Ben")

    left = receiver.payload(LEFT)["object"]["participant"]
    assert between == "started"
    assert simulator.meeting(meeting["id"])["status"] == "waiting"
    assert len(receiver.events("meeting.ended")) == 1
    assert is_moment(left["leave_time"])


def test_each_time_it_is_held_it_has_another_uuid(simulator, receiver, meeting):
    for _turn in range(2):
        simulator.start_meeting(meeting["id"])
        simulator.end_meeting(meeting["id"])

    started, ended = (
        [event["payload"]["object"]["uuid"] for event in receiver.events(name, 2)]
        for name in ("meeting.started", "meeting.ended")
    )
    assert len(set(started)) == 2
    assert sorted(ended) == sorted(started)


@pytest.mark.parametrize(
    ("what", "body", "status"),
    [
        ("end", {}, 400),
        ("join", {"role": "boss"}, 400),
        ("leave", {"name": "Nobody"}, 404),
        ("change", {"topic": "t" * 201}, 400),
        ("explode", {}, 404),
    ],
)
def test_wrong_change_by_hand_is_refused(simulator, meeting, what, body, status):
    address = f"{simulator.url}/simulator/meetings/{meeting['id']}/{what}"

    answer = requests.post(address, json=body, timeout=5)

    assert answer.status_code == status
    assert [row["event"] for row in simulator.deliveries()] == ["meeting.created"]


def test_meeting_that_does_not_exist_cannot_be_changed(simulator):
    answer = requests.post(f"{simulator.url}/simulator/meetings/1/start", json={}, timeout=5)

    assert (answer.status_code, answer.json()["code"]) == (404, 3001)


# On the meeting's own page


def test_what_happens_on_the_pages_is_told(simulator, receiver, meeting):
    ben, olena = Person(simulator), Person(simulator)
    ben.open(meeting["join_url"])
    host = olena.open(meeting["start_url"])
    receiver.events(JOINED, 2)

    olena.post(host.url.removeprefix(simulator.url) + "/end")
    receiver.events("meeting.ended")

    expected = ["meeting.started", JOINED, JOINED, LEFT, LEFT, "meeting.ended"]
    assert names_sent(simulator, 6) == expected


def test_leaving_on_the_page_is_told(simulator, receiver, meeting):
    olena = Person(simulator)
    page = olena.open(meeting["start_url"])

    olena.post(page.url.removeprefix(simulator.url) + "/leave")

    assert receiver.payload(LEFT)["object"]["participant"]["user_name"] == "Olena Koval"
    assert len(receiver.events("meeting.ended")) == 1


def test_closed_browser_is_noticed_and_told(simulator, receiver, meeting):
    Person(simulator).open(meeting["start_url"])
    with sqlite3.connect(simulator.state) as db:
        db.execute("UPDATE participants SET seen_at = seen_at - 61")
    db.close()

    assert receiver.payload(LEFT)["object"]["participant"]["user_name"] == "Olena Koval"
    assert int(receiver.payload("meeting.ended")["object"]["id"]) == meeting["id"]


def test_signed_in_participant_is_told_with_the_id(simulator, receiver, meeting, user):
    simulator.start_meeting(meeting["id"])

    Person(simulator, "taras@zoom.example").open(meeting["join_url"])

    people = [e["payload"]["object"]["participant"]["id"] for e in receiver.events(JOINED, 2)]
    assert user["taras@zoom.example"]["id"] in people
