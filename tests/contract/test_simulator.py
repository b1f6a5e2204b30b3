"""The simulator against the contract: how it answers what Zoom's documentation describes."""

import base64
import json
import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from tests.zoomlink.simulator.process import Person, SimulatorProcess, challenge_of

pytestmark = pytest.mark.no_database

HERE = Path(__file__).parent
OWNER, OLENA = "owner@zoom.example", "olena@zoom.example"
EXCHANGE = json.loads((HERE / "token_exchange.json").read_text(encoding="utf-8"))[0]
SCOPES = EXCHANGE["response"]["json"]["scope"].split()
CASES = [
    pytest.param(case, id=case["name"])
    for path in sorted(HERE.glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))
    if "simulator" in case.get("players", ["simulator"])
]
CREATE = next(
    param.values[0]["request"]["json"]
    for param in CASES
    if param.id == "create_answers_the_meeting"
)
TYPES = {"int": int, "str": str, "bool": bool, "list": list, "object": dict}


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    process = SimulatorProcess(tmp_path_factory.mktemp("zoom") / "state.sqlite3").start()
    yield process
    process.kill()


@pytest.fixture
def simulator(process):
    process.control("POST", "/reset")
    yield process
    if process.arguments:  # a case that changed the app
        process.restart(arguments=[])


def in_utc(days):
    moment = datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def filled(value, values):
    """Put ``values`` in place of the placeholders that are known; the others stay."""
    if isinstance(value, dict):
        return {key: filled(entry, values) for key, entry in value.items()}
    if isinstance(value, list):
        return [filled(entry, values) for entry in value]
    if not isinstance(value, str):
        return value
    lone = re.fullmatch(r"\{(\w+)\}", value)
    if lone:
        return values.get(lone[1], value)
    return re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], found[0])), value)


class Scene:
    """Makes true what a case's ``setup`` says, and remembers the values it meets."""

    def __init__(self, simulator, case):
        self.simulator = simulator
        self.setup = case["setup"]
        self.person = Person(simulator, OWNER)
        users = {row["email"]: row for row in simulator.control("GET", "/users")["users"]}
        self.values = {
            "client_id": simulator.client_id,
            "basic": self.basic(simulator.client_secret),
            "redirect_uri": simulator.redirect_uri,
            "wrong_redirect_uri": simulator.redirect_uri.rstrip("/"),
            "state": secrets.token_urlsafe(16),
            "code_verifier": secrets.token_urlsafe(48),
            "wrong_code_verifier": secrets.token_urlsafe(48),
            "api_origin": simulator.url,
            "account_id": users[OWNER]["account_id"],
            "me_id": users[OWNER]["id"],
            "me_email": OWNER,
            "user_id": users[OLENA]["id"],
            "user_email": OLENA,
            "user_pmi": users[OLENA]["pmi"],
            "unknown_user_id": "AAAAAAAAAAAAAAAAAAAAAA",
            "unknown_meeting_id": 91111111111,
            "starts_at": in_utc(2),
            "moved_to": in_utc(3),
            "past": in_utc(-1),
            "reference": "0f5c2b1e-7f2c-4a55-9a1d-5f0f3a6b9b0a",
            "topic_200": "t" * 200,
            "topic_201": "t" * 201,
            "agenda_250": "a" * 250,
            "agenda_2001": "a" * 2001,
        }
        self.values["code_challenge"] = challenge_of(self.values["code_verifier"])
        for step in self.setup:
            name, _colon, argument = step.partition(": ")
            self.STEPS[name](self, *([argument] if argument else []))

    def basic(self, secret):
        pair = f"{self.simulator.client_id}:{secret}"
        return base64.b64encode(pair.encode()).decode()

    def nothing(self):
        """Made so by another step, or when the request is sent."""

    def give_consent(self):
        assert self.person.authorize(self.simulator.authorize_query()).status_code == 302

    def issue_code(self):
        challenge = self.values["code_challenge"]
        self.values["code"] = self.simulator.authorize(challenge=challenge)

    def use_code(self):
        form = {name: self.values[name] for name in ("code", "redirect_uri", "code_verifier")}
        answer = self.simulator.token(grant_type="authorization_code", **form)
        assert answer.status_code == 200

    def expire_code(self):
        assert self.simulator.control("POST", "/expire_codes")["expired"] == 1

    def authorise(self):
        shared = "shared access not granted" not in self.setup
        pair = self.simulator.connect(OWNER, shared=shared)
        self.values |= {name: pair[name] for name in ("access_token", "refresh_token")}

    def authorise_again(self):
        self.simulator.connect(OWNER)

    def expire_access_token(self):
        assert self.simulator.control("POST", "/expire_tokens")["expired"] == 1

    def use_unknown_token(self):
        self.values["access_token"] = "zsimAT_never_issued"

    def use_refresh_token(self):
        assert self.simulator.refresh(self.values["refresh_token"]).status_code == 200

    def revoke(self):
        assert self.simulator.revoke(self.values["access_token"]).status_code == 200

    def use_wrong_secret(self):
        self.values["basic"] = self.basic("another secret")

    def take_scope_away(self, scope):
        assert self.person.post("/user/installed/remove").status_code == 302
        kept = [f"--scope={name}" for name in SCOPES if name != scope]
        assert len(kept) == len(SCOPES) - 1
        self.simulator.restart(arguments=kept)
        self.authorise()

    def create(self, **changes):
        body = filled(CREATE, self.values) | changes
        answer = self.api("POST", f"/users/{self.values['user_id']}/meetings", json=body)
        assert answer.status_code == 201, answer.text
        meeting = answer.json()
        names = {"meeting_id": "id", "meeting_uuid": "uuid"}
        names |= {"join_url": "join_url", "start_url": "start_url"}
        self.values |= {name: meeting[key] for name, key in names.items()}

    def create_with_long_agenda(self):
        self.create(agenda="a" * 2000)

    def create_instant(self):
        self.create(type=1)

    def delete(self):
        answer = self.api("DELETE", f"/meetings/{self.values['meeting_id']}")
        assert answer.status_code == 204

    def start(self):
        assert "as host" in Person(self.simulator).open(self.values["start_url"]).text

    def kill_grant(self):
        assert self.simulator.kill_grants() == 1

    def become_users_app(self):
        self.simulator.restart(arguments=["--app-kind=user"])

    def deactivate_user(self):
        self.simulator.deactivate(OLENA)

    def delete_user(self):
        self.simulator.delete_user(OLENA)

    def lock_waiting_room(self):
        self.simulator.lock_settings(waiting_room=True)

    def set_fault(self, kind):
        operation = "refresh" if kind == "xml" else "*"
        self.simulator.fault(operation, kind)

    def use_daily_limit_up(self):
        for _call in range(100 - self.simulator.control("GET", "/meetings")["created"]):
            meeting_id = self.values.get("meeting_id")
            self.create()
            if meeting_id:
                self.values["meeting_id"] = meeting_id

    def api(self, method, path, **arguments):
        return self.simulator.api(method, path, self.values["access_token"], **arguments)

    STEPS = {
        "signed in at Zoom": nothing,
        "consent given before": give_consent,
        "consent denied": nothing,
        "code issued": issue_code,
        "code used": use_code,
        "code expired": expire_code,
        "authorised": authorise,
        "shared access granted": nothing,
        "shared access not granted": nothing,
        "authorised again": authorise_again,
        "access token expired": expire_access_token,
        "unknown access token": use_unknown_token,
        "refresh token used": use_refresh_token,
        "grant revoked": revoke,
        "grant dead": kill_grant,
        "app of a user": become_users_app,
        "wrong client secret": use_wrong_secret,
        "scope missing": take_scope_away,
        "meeting exists": create,
        "meeting with an agenda of 2000 characters exists": create_with_long_agenda,
        "instant meeting exists": create_instant,
        "meeting deleted": delete,
        "meeting started": start,
        "user deactivated": deactivate_user,
        "user deleted": delete_user,
        "waiting room locked": lock_waiting_room,
        "fault": set_fault,
        "daily limit of the host used up": use_daily_limit_up,
    }


def send(scene, request):
    """The request as written; a page is opened by the person who is signed in."""
    wanted = filled(request, scene.values)
    if wanted["path"] == "/oauth/authorize":
        if "consent denied" in scene.setup:
            return scene.person.authorize(wanted["query"], decision="deny")
        return scene.person.get(wanted["path"], **wanted["query"])
    return requests.request(
        wanted["method"],
        scene.simulator.url + wanted["path"],
        headers=wanted["headers"],
        params=wanted.get("query"),
        data=wanted.get("form"),
        json=wanted.get("json"),
        timeout=15,
        allow_redirects=False,
    )


def assert_answered(answer, case, scene):
    expected = filled(case["response"], scene.values)
    assert answer.status_code == expected["status"], answer.text
    for name in case["response"].get("headers", {}):
        assert answer.headers[name]
    if "location" in expected:
        assert_redirected(answer.headers["Location"], expected)
    if expected.get("body_empty"):
        assert answer.content == b""
    for text in expected.get("body_contains", []):
        assert text in re.sub(r"(?<=\d),(?=\d)", "", answer.text)
    if "json" in expected:
        assert_body(answer.json(), case, expected["json"], scene.values)


def assert_redirected(location, expected):
    address, _question_mark, query = location.partition("?")
    sent = dict(parse_qsl(query))
    assert address == expected["location"]
    assert sent.keys() == expected["location_query"].keys()
    for name, value in expected["location_query"].items():
        assert sent[name] == value or value == f"{{{name}}}"


def assert_body(body, case, example, values):
    assert_fields(body, case)
    for name in case.get("compare", []):
        assert body[name] == example[name], name
    for name, text in filled(case.get("contains", {}), values).items():
        assert text in body[name]
    for name, text in filled(case.get("starts_with", {}), values).items():
        assert body[name].startswith(text)
    for name, entries in case.get("has", {}).items():
        assert entries.items() <= body[name].items()
    for name, value in filled(case.get("differs_from", {}), values).items():
        assert body[name] != value
    if "error_fields" in case:
        assert [error["field"] for error in body["errors"]] == case["error_fields"]
    for name, checks in case.get("rows", {}).items():
        assert body[name]
        for row in body[name]:
            assert_fields(row, checks)


def assert_fields(row, checks):
    assert set(checks.get("required_fields", [])) <= row.keys()
    for name, kind in checks.get("types", {}).items():
        if name in row:
            assert is_of_type(row[name], kind), (name, row[name])
    assert not row.keys() & set(checks.get("absent_fields", []))
    for name, length in checks.get("lengths", {}).items():
        assert len(row[name]) == length


def is_of_type(value, kind):
    if kind == "datetime":
        return bool(datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC))
    return type(value) is TYPES[kind]


@pytest.mark.parametrize("case", CASES)
def test_simulator_keeps_the_contract(simulator, case):
    scene = Scene(simulator, case)

    answer = send(scene, case["request"])
    assert_answered(answer, case, scene)
    for step in case.get("then", []):
        if "simulator" in step.get("players", ["simulator"]):
            if "next_page_token" in answer.text:
                scene.values["next_page_token"] = answer.json()["next_page_token"]
            answer = send(scene, step["request"])
            assert_answered(answer, step, scene)


def test_pages_of_a_list_have_every_row_once(simulator):
    access_token = simulator.connect()["access_token"]
    found, query = [], {"page_size": "4"}

    while query.get("next_page_token") != "":
        page = simulator.api("GET", "/users", access_token, params=query).json()
        found += [row["email"] for row in page["users"]]
        query["next_page_token"] = page["next_page_token"]

    assert len(found) == len(set(found)) == page["total_records"] == 6


def test_links_are_of_the_address_the_caller_uses(simulator):
    access_token = simulator.connect()["access_token"]
    body = {"topic": "Quick call", "type": 2, "start_time": in_utc(1)}

    meeting = simulator.api("POST", "/users/me/meetings", access_token, json=body).json()

    number = meeting["id"]
    assert meeting["join_url"].startswith(f"{simulator.url}/j/{number}?pwd=zsimPWD_")
    assert meeting["start_url"].startswith(f"{simulator.url}/s/{number}?zak=zsimZAK_")
    assert urlsplit(meeting["join_url"]).scheme == "http"
