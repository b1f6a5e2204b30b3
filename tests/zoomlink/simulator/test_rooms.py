import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.zoomlink.simulator.process import Person

pytestmark = pytest.mark.no_database

OLENA = "olena@zoom.example"


def create(simulator, token, **settings):
    start_time = (datetime.now(UTC) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = {"topic": "Quick <call>", "type": 2, "start_time": start_time, "settings": settings}
    return simulator.api("POST", f"/users/{OLENA}/meetings", token, json=body).json()


def state_of(page):
    return re.search(r'data-state="(\w+)"', page.text)[1]


def people_in(page):
    return re.findall(r"<strong>(.*?)</strong>", page.text)


def test_participant_waits_until_the_host_is_there(simulator, token):
    meeting, ben = create(simulator, token), Person(simulator)
    waiting = ben.open(meeting["join_url"])

    host = Person(simulator).open(meeting["start_url"])
    together = ben.open(waiting.url)

    assert (state_of(waiting), state_of(host), state_of(together)) == ("waiting", "in", "in")
    assert "You are in the meeting as host" in host.text
    assert "You are in the meeting as participant" in together.text
    assert "Olena Koval" in people_in(together)
    assert len(people_in(together)) == 2


def test_participant_comes_in_first_where_that_is_allowed(simulator, token):
    meeting = create(simulator, token, join_before_host=True)

    page = Person(simulator).open(meeting["join_url"])

    assert state_of(page) == "in"
    assert simulator.meetings()[0]["status"] == "started"


def test_waiting_room_overrules_joining_before_the_host(simulator, token):
    meeting = create(simulator, token, join_before_host=True, waiting_room=True)
    ben = Person(simulator)

    before = ben.open(meeting["join_url"])
    Person(simulator).open(meeting["start_url"])

    assert (state_of(before), state_of(ben.open(before.url))) == ("waiting", "in")


def test_the_same_browser_is_the_same_person(simulator, token):
    meeting, ben = create(simulator, token, join_before_host=True), Person(simulator)

    pages = [ben.open(meeting["join_url"]) for _turn in range(2)]

    assert pages[0].url == pages[1].url
    assert len(people_in(pages[1])) == 1


def test_names_and_topics_are_escaped(simulator, token):
    page = Person(simulator).open(create(simulator, token)["join_url"])

    assert "Quick &lt;call&gt;" in page.text
    assert "Quick <call>" not in page.text


def test_no_secret_stays_on_the_page(simulator, token):
    meeting = create(simulator, token)

    pages = [Person(simulator).open(meeting[name]) for name in ("join_url", "start_url")]

    for page in pages:
        assert "zsim" not in page.text + page.url
        assert meeting["password"] not in page.text


def test_leave_and_come_back(simulator, token):
    meeting, ben = create(simulator, token, join_before_host=True), Person(simulator)
    page = ben.open(meeting["join_url"])

    ben.post(page.url.removeprefix(simulator.url) + "/leave")

    assert state_of(ben.open(page.url)) == "left"
    assert simulator.meetings()[0]["status"] == "waiting"
    assert state_of(ben.open(meeting["join_url"])) == "in"


def test_host_ends_it_for_everybody(simulator, token):
    meeting, ben, olena = create(simulator, token), Person(simulator), Person(simulator)
    host, page = olena.open(meeting["start_url"]), ben.open(meeting["join_url"])

    olena.post(host.url.removeprefix(simulator.url) + "/end")

    assert [state_of(olena.open(host.url)), state_of(ben.open(page.url))] == ["ended", "ended"]
    assert simulator.meetings()[0]["status"] == "waiting"


def test_participant_cannot_end_it(simulator, token):
    meeting, ben = create(simulator, token, join_before_host=True), Person(simulator)
    page = ben.open(meeting["join_url"])

    answer = ben.post(page.url.removeprefix(simulator.url) + "/end")

    assert answer.status_code == 403
    assert state_of(ben.open(page.url)) == "in"


@pytest.mark.parametrize("query", ["", "?pwd=zsimPWD_wrong", "?pwd=%D0%B6"])
def test_wrong_passcode_is_told(simulator, token, query):
    address = create(simulator, token)["join_url"].partition("?")[0] + query

    page = Person(simulator).open(address)

    assert page.status_code == 403
    assert "Invalid meeting passcode" in page.text


@pytest.mark.parametrize("link", ["join_url", "start_url"])
def test_deleted_meeting_does_not_exist(simulator, token, link):
    meeting = create(simulator, token)
    simulator.api("DELETE", f"/meetings/{meeting['id']}", token)

    page = Person(simulator).open(meeting[link])

    assert page.status_code == 404
    assert "This meeting does not exist (3,001)" in page.text


def test_start_link_dies(simulator, token):
    meeting = create(simulator, token)
    simulator.control("POST", "/expire_start_links")

    page = Person(simulator).open(meeting["start_url"])

    assert page.status_code == 403
    assert "This start link is not valid" in page.text


def test_start_link_of_another_host_is_refused(simulator, token):
    meeting = create(simulator, token)
    mine = simulator.api("POST", "/users/me/meetings", token, json={"topic": "Mine"}).json()
    zak = mine["start_url"].partition("?")[2]

    page = Person(simulator).open(meeting["start_url"].partition("?")[0] + "?" + zak)

    assert page.status_code == 403


def test_join_link_makes_nobody_host(simulator, token):
    meeting = create(simulator, token, join_before_host=True)

    page = Person(simulator, OLENA).open(meeting["join_url"])

    assert "You are in the meeting as participant" in page.text
    assert people_in(page) == ["Olena Koval"]


def test_link_of_a_personal_room_leads_to_the_meeting(simulator, token):
    meeting = create(simulator, token, use_pmi=True, join_before_host=True)

    page = Person(simulator).open(meeting["join_url"])

    assert f"/j/{meeting['id']}" not in meeting["join_url"]
    assert f"Meeting {meeting['id']}" in page.text


def test_unknown_room_is_not_found(simulator):
    assert Person(simulator).get("/room/nobody").status_code == 404
