"""What is read out of Zoom's events, and what of it is kept."""

import json
from datetime import UTC, datetime

import pytest

from zoomlink.payloads import MalformedDelivery, told_by

pytestmark = pytest.mark.no_database

AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
STAMP = int(AT.timestamp() * 1000)
MEETING = {
    "id": "97763643886",
    "uuid": "4444AAAiAAAAAiAiAiiAii==",
    "host_id": "olena",
    "topic": "Lesson – Ada",
    "join_url": "https://zoom.us/j/97763643886?pwd=secret",
    "password": "secret",
}
PERSON = {
    "user_id": "16778240",
    "participant_uuid": "UUID==",
    "id": "olena",
    "user_name": "Olena Host",
    "email": "olena@zoom.example",
}


def delivery(event="meeting.deleted", stamp=STAMP, account="account-1", **fields):
    payload = {"account_id": account, "object": {**MEETING, **fields}}
    return {"event": event, "event_ts": stamp, "payload": payload}


def joined(**changes):
    person = {**PERSON, **changes}
    return delivery("meeting.participant_joined", participant=person)


def removal(**changes):
    payload = {
        "account_id": "account-1",
        "user_id": "olena",
        "client_id": "our-app",
        "deauthorization_time": "2026-11-24T09:59:58.123Z",
        "signature": "of no use",
        "user_data_retention": None,
    }
    return {"event": "app_deauthorized", "event_ts": STAMP, "payload": payload} | changes


def test_only_what_is_acted_upon_is_kept():
    told = told_by(delivery())

    assert (told.event, told.event_at) == ("meeting.deleted", AT)
    assert told.facts == {"account": "account-1", "meeting": 97763643886}


def test_of_a_person_only_ids_of_the_stay_are_kept():
    host, guest = told_by(joined()), told_by(joined(id=""))

    assert host.facts["participant"] == "UUID==:16778240"
    assert (host.facts["is_host"], guest.facts["is_host"]) == (True, False)
    kept = json.dumps([host.facts, guest.facts])
    assert not [word for word in ("Olena", "@", "secret", "Lesson") if word in kept]


def test_of_a_removal_and_of_a_user_the_ids_are_kept():
    user = told_by(delivery("user.deleted", id="olena", email="olena@zoom.example"))

    assert user.facts == {"account": "account-1", "user": "olena"}
    assert told_by(removal()).facts == {
        "account": "account-1",
        "user": "olena",
        "client": "our-app",
        "removed_at": "2026-11-24T09:59:58.123000+00:00",
    }


def test_numbers_may_come_as_text_and_text_as_numbers():
    as_text = told_by(joined(user_id="16778240"))
    as_number = told_by(joined(user_id=16778240))

    assert as_text == as_number
    assert told_by(delivery(id=97763643886)) == told_by(delivery(stamp=str(STAMP)))


def test_the_stamp_of_a_removal_may_stand_inside():
    inside = removal()
    inside["payload"]["event_ts"] = inside.pop("event_ts")

    assert told_by(inside) == told_by(removal())


def test_key_is_that_of_the_event_and_no_other():
    keys = {
        told_by(each).key
        for each in (
            delivery(),
            delivery("meeting.updated"),
            delivery(stamp=STAMP + 1),
            delivery(id=97763643887),
            delivery(account="account-2"),
            joined(),
            joined(user_id="16778241"),
        )
    }

    assert len(keys) == 7
    assert told_by(delivery()).key == told_by(delivery(topic="In other words")).key


@pytest.mark.parametrize("event", ["meeting.created", "recording.completed", "Meeting.deleted"])
def test_other_events_are_not_looked_into(event):
    assert told_by({"event": event, "payload": "whatever"}) is None


@pytest.mark.parametrize(
    "wrong",
    [
        delivery(id=None),
        delivery(id="one"),
        delivery(id="١٢٣"),
        delivery(id=-1),
        delivery(id=True),
        delivery(id=1.5),
        delivery(id=2**63),
        delivery(id="9" * 5000),
        delivery(stamp=None),
        delivery(stamp="now"),
        delivery(stamp=float("inf")),
        delivery(stamp=10**18),
        delivery(account=None),
        delivery(account=""),
        delivery(account="a" * 65),
        delivery(account="account\x00"),
        delivery(account="\ud800"),
        delivery("user.deleted", id=["olena"]),
        delivery("meeting.participant_joined"),
        joined(participant_uuid="", user_id=None),
        removal(event_ts=None),
        {"event": "meeting.deleted", "event_ts": STAMP, "payload": {"account_id": "a"}},
        {"event": "meeting.deleted", "event_ts": STAMP, "payload": []},
        {"event": "meeting.deleted", "event_ts": STAMP},
        {"event": 1},
        {},
    ],
)
def test_what_lacks_something_is_refused(wrong):
    with pytest.raises(MalformedDelivery):
        told_by(wrong)
