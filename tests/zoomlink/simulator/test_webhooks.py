import json

import pytest
import requests

from tests.zoomlink.simulator.conftest import SECRET
from tests.zoomlink.simulator.process import free_port
from zoomlink.signature import challenge_answer

pytestmark = pytest.mark.no_database

BODY = {"topic": "Quick call", "type": 2, "start_time": "2035-01-01T10:00:00Z", "duration": 5}


def create(simulator, token, **fields):
    return simulator.api("POST", "/users/me/meetings", token, json=BODY | fields).json()


def test_delivery_is_signed_over_its_bytes(simulator, token, receiver):
    create(simulator, token, topic="Йога з Їжаком 🧘")

    told = receiver.payload("meeting.created")["object"]

    [received] = receiver.received
    assert told["topic"] == "Йога з Їжаком 🧘"
    assert received.is_signed_with(SECRET)
    assert not received.is_signed_with("another secret")
    assert received.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("ensure_ascii", [True, False])
def test_delivery_cannot_be_signed_by_writing_its_json_again(
    simulator, token, receiver, ensure_ascii
):
    create(simulator, token, topic="Йога 🧘")
    receiver.events("meeting.created")

    [received] = receiver.received
    again = json.dumps(received.event, ensure_ascii=ensure_ascii, separators=(",", ":"))
    assert again.encode() != received.body


def test_numbers_of_meetings_come_as_number_and_as_text(simulator, token, receiver):
    made = [create(simulator, token)["id"] for _call in range(4)]

    told = [event["payload"]["object"]["id"] for event in receiver.events("meeting.created", 4)]

    assert sorted(int(number) for number in told) == sorted(made)
    assert {type(number) for number in told} == {int, str}


def test_deliveries_are_kept_with_their_answer_and_without_secrets(simulator, token, receiver):
    receiver.status = 401
    meeting = create(simulator, token)

    [row] = simulator.delivered("meeting.created")

    sent = receiver.payload("meeting.created")["object"]
    assert (row["status"], row["attempts"], row["failure"]) == (401, 1, "")
    assert row["headers"]["x-zm-request-timestamp"].isdecimal()
    assert int(row["body"]["payload"]["object"]["id"]) == meeting["id"]
    assert (sent["password"], sent["join_url"]) == (meeting["password"], meeting["join_url"])
    assert "zsim" not in str(row)
    assert SECRET not in str(row) + simulator.log.read_text()
    assert "x-zm-signature" not in row["headers"]


def test_delivery_to_nobody_is_kept_and_can_be_repeated(simulator, token, receiver):
    simulator.send_events_to(f"http://127.0.0.1:{free_port()}/")
    create(simulator, token)
    [lost] = simulator.delivered("meeting.created")

    simulator.send_events_to(receiver.url)
    again = simulator.repeat_delivery(lost["n"])

    [received] = receiver.received
    assert (lost["status"], lost["failure"]) == (None, "ConnectionError")
    assert (again["status"], again["failure"], again["attempts"]) == (204, "", 2)
    assert received.is_signed_with(SECRET)


def test_repeat_with_the_same_stamp_is_the_same_delivery(simulator, token, receiver):
    create(simulator, token)
    [row] = simulator.delivered("meeting.created")

    simulator.repeat_delivery(row["n"], same_stamp=True)

    first, second = receiver.received
    assert first.body == second.body
    assert first.headers["x-zm-signature"] == second.headers["x-zm-signature"]


def test_unknown_delivery_cannot_be_repeated(simulator, receiver):
    answer = requests.post(f"{simulator.url}/simulator/deliveries/99999/repeat", timeout=5)

    assert answer.status_code == 404


def test_only_what_is_subscribed_is_sent(simulator, token, receiver):
    simulator.send_events_to(receiver.url, events=["meeting.deleted"])

    meeting = create(simulator, token)
    simulator.delete_meeting(meeting["id"])
    receiver.events("meeting.deleted")

    assert [row["event"] for row in simulator.deliveries()] == ["meeting.deleted"]


def test_account_without_the_app_is_not_told_about(simulator, token, receiver):
    meeting = create(simulator, token)
    receiver.events("meeting.created")
    simulator.revoke(token)
    receiver.events("app_deauthorized")

    simulator.delete_meeting(meeting["id"])

    sent = [row["event"] for row in simulator.deliveries()]
    assert sent == ["meeting.created", "app_deauthorized"]


def test_without_an_address_nothing_is_owed(simulator, token):
    create(simulator, token)

    assert simulator.deliveries() == []


def test_challenge_is_signed_and_its_answer_checked(simulator, receiver):
    right = simulator.validate_webhook()
    receiver.secret = "another secret"
    wrong = simulator.validate_webhook()

    plain = receiver.received[0].event["payload"]["plainToken"]
    assert (right, wrong) == (True, False)
    assert receiver.received[0].is_signed_with(SECRET)
    assert json.loads(receiver.answer(receiver.received[0].body)[1]) == challenge_answer(
        secret="another secret", plain_token=plain
    )


def test_challenge_to_nobody_is_not_answered_right(simulator):
    simulator.send_events_to(f"http://127.0.0.1:{free_port()}/", secret=SECRET)

    assert simulator.validate_webhook() is False


def test_settings_are_told_without_the_secret(simulator, receiver):
    told = simulator.control("GET", "/webhooks")

    assert told == {"url": receiver.url, "events": [], "has_secret": True}


@pytest.mark.parametrize("wrong", [{"url": "ftp://x"}, {"url": 5}, {"events": {}}, {"secret": 1}])
def test_wrong_settings_are_refused(simulator, wrong):
    answer = requests.put(f"{simulator.url}/simulator/webhooks", json=wrong, timeout=5)

    assert answer.status_code == 400
    assert simulator.control("GET", "/webhooks")["url"] == ""
