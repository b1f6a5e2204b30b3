import re

import pytest
import requests

from tests.zoomlink.simulator.process import Person

pytestmark = pytest.mark.no_database

OLENA = "olena@zoom.example"


@pytest.fixture
def ada(simulator):
    return Person(simulator)


@pytest.fixture
def meeting(simulator, token):
    body = {"topic": "Quick <call>", "type": 2, "start_time": "2035-01-01T10:00:00Z"}
    return simulator.api("POST", f"/users/{OLENA}/meetings", token, json=body).json()


def send(ada, path, **form):
    """As a browser, which calls an empty form a form, too."""
    return ada.post(f"/simulator{path}", **form, button="")


def press(ada, path, **form):
    """Send a form of the page; what the page tells afterwards."""
    answer = send(ada, path, **form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/simulator/")
    return re.search(r'role="status">(.*?)</p>', ada.get("/simulator/").text)[1]


def test_page_says_what_it_is_and_keeps_secrets(simulator, ada, meeting, receiver):
    simulator.change_meeting(meeting["id"], topic="Quick <walk>", password="zsimPC_new")
    receiver.events("meeting.updated")

    page = ada.get("/simulator/").text

    assert "This is not Zoom." in page
    assert "Quick &lt;walk&gt;" in page
    assert "/signin" in page
    assert "/user/installed" in page
    assert "meeting.updated" in page
    assert "zsim" not in page
    assert "hook-secret" not in page
    assert "<script" not in page


def test_page_reads_nothing_but_its_own(simulator, ada):
    answer = ada.get("/simulator/")

    assert answer.headers["Cache-Control"] == "no-store"
    assert not re.findall(r'(?:src|href)="https?:', answer.text)


def test_every_form_of_the_page_leads_somewhere(simulator, ada, meeting, receiver):
    simulator.deactivate(OLENA)
    receiver.events("user.deactivated")
    simulator.fault("users", "error_500")
    page = ada.get("/simulator/").text

    paths = set(re.findall(r'<form method="post" action="/simulator([^"]+)"', page))

    assert {re.sub(r"\d+|[\w.]+(?:@|%40)[\w.]+", "N", path) for path in paths} == {
        *("/faults", "/faults/clear", "/grants/kill", "/account"),
        *("/meetings/N/start", "/meetings/N/join", "/meetings/N/delete"),
        *("/users/N/activate", "/users/N/deactivate", "/users/N/delete"),
        *("/users/N/licence", "/users/N/change"),
        *("/webhooks", "/webhooks/validate", "/deliveries/N/repeat"),
    }


def test_fault_is_set_and_cleared(simulator, ada, token):
    form = {"operation": "me", "kind": "error_503", "times": "2", "seconds": "", "share": ""}

    told = press(ada, "/faults", **form)
    status = simulator.api("GET", "/users/me", token).status_code
    cleared = press(ada, "/faults/clear")

    assert (told, status) == ("The fault error_503 is set for me.", 503)
    assert cleared == "There are no faults any more."
    assert simulator.api("GET", "/users/me", token).status_code == 200


def test_user_is_changed(simulator, ada, token):
    press(ada, f"/users/{OLENA}/licence", type="1")
    press(ada, f"/users/{OLENA}/change", first_name="Оля", last_name="Koval", email=OLENA)

    user = simulator.api("GET", f"/users/{OLENA}", token).json()
    assert (user["type"], user["display_name"]) == (1, "Оля Koval")


def test_meeting_is_started_joined_ended_and_deleted(simulator, ada, meeting):
    path = f"/meetings/{meeting['id']}"

    press(ada, f"{path}/start")
    press(ada, f"{path}/join", name="Ben")
    present = [person["name"] for person in simulator.meeting(meeting["id"])["participants"]]
    press(ada, f"{path}/end")
    told = press(ada, f"{path}/delete")

    assert present == ["Olena Koval", "Ben"]
    assert told == f"Meeting {meeting['id']} is deleted."
    assert simulator.meeting(meeting["id"])["deleted"] is True


def test_grant_is_killed(simulator, ada):
    pair = simulator.connect()

    told = press(ada, "/grants/kill", user="owner@zoom.example")

    assert told == "Grants that are dead now: 1."
    assert simulator.refresh(pair["refresh_token"]).status_code == 400


def test_settings_are_locked_and_freed(simulator, ada):
    press(ada, "/account", waiting_room="true", use_pmi="false", host_video="")
    locked = simulator.control("GET", "/account")
    press(ada, "/account", waiting_room="")

    assert locked == {"locked": {"waiting_room": True, "use_pmi": False}}
    assert simulator.control("GET", "/account") == {"locked": {}}


def test_webhooks_are_set_validated_repeated_and_stopped(simulator, ada, receiver, token):
    form = {"url": receiver.url, "secret": "", "events": "meeting.created, meeting.deleted"}

    press(ada, "/webhooks", **form)
    told = press(ada, "/webhooks/validate")
    simulator.api("POST", "/users/me/meetings", token, json={"topic": "Quick call"})
    [row] = simulator.delivered("meeting.created")
    repeated = press(ada, f"/deliveries/{row['n']}/repeat")
    press(ada, "/webhooks", url="", events="")

    assert told == "The answer was right."
    assert repeated == f"Delivery {row['n']} was sent again: 204."
    assert simulator.control("GET", "/webhooks")["url"] == ""


def test_what_cannot_be_done_is_told_on_a_page(simulator, ada, meeting):
    answer = send(ada, f"/meetings/{meeting['id']}/end")

    assert answer.status_code == 400
    assert "The meeting has already ended." in answer.text
    assert "<html" in answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:8000"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_page_of_another_site_changes_nothing(simulator, headers, status):
    form = {"operation": "users", "kind": "error_500"}

    answer = requests.post(
        f"{simulator.url}/simulator/faults",
        data=form,
        headers=headers,
        timeout=5,
        allow_redirects=False,
    )

    faults = simulator.control("GET", "/faults")["faults"]
    assert (answer.status_code, len(faults)) == (status, 1 if status == 303 else 0)


def test_own_origin_alone_is_enough(simulator):
    answer = requests.delete(
        f"{simulator.url}/simulator/faults", headers={"Origin": simulator.url}, timeout=5
    )

    assert answer.status_code == 200
