"""Zoom's events: what the simulator sends, and what we read from it, against one example each."""

import json
from pathlib import Path

import pytest

from tests.zoomlink.simulator.process import SimulatorProcess
from tests.zoomlink.simulator.receiver import receiving
from zoomlink.payloads import read_json, told_by

pytestmark = pytest.mark.no_database

OLENA, SECRET = "olena@zoom.example", "canary-hook-secret"
CASES = [
    pytest.param(case, id=case["name"])
    for case in json.loads(
        (Path(__file__).parent / "webhooks" / "events.json").read_text(encoding="utf-8")
    )
]
BODY = {"topic": "Йога", "type": 2, "start_time": "2035-01-01T10:00:00Z", "duration": 45}


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    process = SimulatorProcess(tmp_path_factory.mktemp("zoom") / "state.sqlite3").start()
    yield process
    process.kill()


@pytest.fixture
def simulator(process):
    process.control("POST", "/reset")
    return process


class Happening:
    """Does at the simulator what a case says."""

    def __init__(self, simulator):
        self.simulator = simulator
        self.token = simulator.connect()["access_token"]
        self.meeting_id = None

    def create(self):
        path = f"/users/{OLENA}/meetings"
        self.meeting_id = self.simulator.api("POST", path, self.token, json=BODY).json()["id"]

    def open_to_guests(self):
        self.simulator.change_meeting(self.meeting_id, settings={"join_before_host": True})

    STEPS = {
        "create": create,
        "change": lambda self: self.simulator.change_meeting(self.meeting_id, duration=30),
        "delete": lambda self: self.simulator.delete_meeting(self.meeting_id),
        "start": lambda self: self.simulator.start_meeting(self.meeting_id),
        "open to guests": open_to_guests,
        "join": lambda self: self.simulator.join(self.meeting_id, "Бен"),
        "end": lambda self: self.simulator.end_meeting(self.meeting_id),
        "deactivate": lambda self: self.simulator.deactivate(OLENA),
        "activate": lambda self: self.simulator.activate(OLENA),
        "delete user": lambda self: self.simulator.delete_user(OLENA),
        "rename user": lambda self: self.simulator.change_user(OLENA, last_name="Bondar"),
        "revoke": lambda self: self.simulator.revoke(self.token),
    }


def assert_like(sent, example, path="payload"):
    """The keys of the example with its types; a meeting's number may be text."""
    if not isinstance(example, dict):
        is_number = path.endswith("object.id") and str(example).isdecimal()
        assert type(sent) is type(example) or (is_number and int(sent)), path
        assert not isinstance(example, str) or bool(sent) == bool(example), path
        return
    assert sent.keys() >= example.keys(), path
    for name, value in example.items():
        assert_like(sent[name], value, f"{path}.{name}")


@pytest.mark.parametrize("case", CASES)
def test_simulator_sends_the_event(simulator, case):
    with receiving(SECRET) as receiver:
        simulator.send_events_to(receiver.url, secret=SECRET)
        happening = Happening(simulator)
        for step in case["happens"]:
            happening.STEPS[step](happening)
        [event] = receiver.events(case["delivery"]["event"])
        received = list(receiver.received)

    assert all(one.is_signed_with(SECRET) for one in received)
    assert type(event["event_ts"]) is int
    assert_like(event["payload"], case["delivery"]["payload"])


@pytest.mark.parametrize("case", CASES)
def test_we_read_the_facts(case):
    told = told_by(read_json(json.dumps(case["delivery"]).encode()))

    assert (told and told.facts) == case["facts"]
    assert told is None or told.event == case["delivery"]["event"]
