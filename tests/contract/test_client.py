"""Our client against the contract: what it sends, and what it makes of the answers."""

import base64
import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

import zoomlink.client
from tests.contract.local_server import Reply, local_server
from zoomlink.client import MeetingSettings, MeetingSpec, TokenEndpoint, ZoomClient, ZoomError

pytestmark = pytest.mark.no_database

HERE = Path(__file__).parent
SECRETS = {
    "client_secret": "canary-client-secret",
    "code": "canary-code_RSTLNTS-Tk-_mCVkEdZpAQ",
    "code_verifier": "canary-verifier-0123456789-0123456789-0123456789",
    "wrong_code_verifier": "canary-verifier-9876543210-9876543210-9876543210",
    "access_token": "canary-access-token",
    "refresh_token": "canary-refresh-token",
    "new_access_token": "canary-new-access-token",
    "new_refresh_token": "canary-new-refresh-token",
    "passcode": "zs4711",
    "encrypted_passcode": "canary-encrypted-passcode",
    "zak": "canary-zak",
}
VALUES = {
    **SECRETS,
    "client_id": "app-7",
    "redirect_uri": "https://bookings.example/zoom/callback/",
    "wrong_redirect_uri": "https://bookings.example/zoom/callback",
    "state": "state-1",
    "api_origin": "https://api-eu.zoom.us",
    "account_id": "q6gBJVO5TzexKYTb_I2rpg",
    "me_id": "10nPZbVUQcSQwfvJQX4ZFg",
    "me_email": "owner@zoom.example",
    "user_id": "KdYKjnimT4KPd8FFgQt9FQ",
    "user_email": "olena@zoom.example",
    "user_pmi": "4157326842",
    "unknown_user_id": "nobody-here",
    "meeting_id": 97763643886,
    "meeting_uuid": "aDYlohsHRtCd4ii1uC2+hA==",
    "unknown_meeting_id": 91111111111,
    "starts_at": "2026-12-01T09:00:00Z",
    "moved_to": "2026-12-02T15:30:00Z",
    "past": "2020-01-01T10:00:00Z",
    "now": "2026-11-22T12:00:00Z",
    "reference": "0f5c2b1e-7f2c-4a55-9a1d-5f0f3a6b9b0a",
    "topic_200": "t" * 200,
    "topic_201": "t" * 201,
    "agenda_250": "a" * 250,
    "agenda_2001": "a" * 2001,
    "next_page_token": "page-2",
    "tracking_id": "v=2.0;clid=us06;rid=WEB_1",
}
CASES = [
    pytest.param(case, id=case["name"])
    for path in sorted(HERE.glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))
]
CLIENT_CASES = [param for param in CASES if "client" in param.values[0]]


def values_of(case, origin):
    secret = "canary-wrong-secret" if "wrong client secret" in case["setup"] else None
    secret = secret or SECRETS["client_secret"]
    challenge = hashlib.sha256(VALUES["code_verifier"].encode()).digest()
    return {
        **VALUES,
        "client_secret": secret,
        "basic": base64.b64encode(f"app-7:{secret}".encode()).decode(),
        "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
        "join_url": f"{origin}/j/97763643886?pwd=canary-pwd.1",
        "start_url": f"{origin}/s/97763643886?zak={SECRETS['zak']}",
    }


def filled(value, values):
    """Put ``values`` in place of the placeholders; a lone placeholder keeps its value's type."""
    if isinstance(value, dict):
        return {key: filled(entry, values) for key, entry in value.items()}
    if isinstance(value, list):
        return [filled(entry, values) for entry in value]
    if not isinstance(value, str):
        return value
    lone = re.fullmatch(r"\{(\w+)\}", value)
    if lone:
        return values[lone[1]]
    return re.sub(r"\{(\w+)\}", lambda found: str(values[found[1]]), value)


def exchanges_of(case):
    later = [step for step in case.get("then", []) if "client" in step.get("players", ["client"])]
    return [case, *later]


def reply_for(response):
    headers = dict(response.get("headers", {}))
    body = response.get("text", "").encode()
    if "json" in response:
        headers["Content-Type"] = "application/json;charset=UTF-8"
        body = json.dumps(response["json"]).encode()
    return Reply(response["status"], headers, body)


def spec_of(args):
    settings = MeetingSettings(**args.pop("settings"))
    starts_at = datetime.fromisoformat(args.pop("starts_at"))
    return MeetingSpec(**args, starts_at=starts_at, settings=settings)


def call(case, origin, values):
    """Make the call the case names, on the class that has it."""
    wish = filled(case["client"], values)
    args = wish.get("args", {})
    if "spec" in args:
        args["spec"] = spec_of(args["spec"])
    if hasattr(TokenEndpoint, wish["call"]):
        endpoint = TokenEndpoint(values["client_id"], values["client_secret"], origin)
        return getattr(endpoint, wish["call"])(**args)
    with ZoomClient(f"{origin}/v2", values["access_token"]) as zoom:
        return getattr(zoom, wish["call"])(**args)


def plain(value):
    if isinstance(value, datetime):
        assert value.tzinfo is UTC
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value


def assert_answer(answer, expected):
    if isinstance(expected, list):
        assert len(answer) == len(expected)
        for one, wanted in zip(answer, expected, strict=True):
            assert_answer(one, wanted)
    elif isinstance(expected, dict):
        assert {name: plain(getattr(answer, name)) for name in expected} == expected
    else:
        assert answer == expected


def assert_sent(asked, request):
    target = urlsplit(asked.target)
    body = asked.body.decode()
    assert asked.method == request["method"]
    assert unquote(target.path) == request["path"]
    assert dict(parse_qsl(target.query)) == request.get("query", {})
    assert {name: asked.headers.get(name) for name in request["headers"]} == request["headers"]
    if "json" in request:
        assert json.loads(body) == request["json"]
    else:
        assert dict(parse_qsl(body)) == request.get("form", {})


def assert_keeps_secrets(error, values):
    shown = f"{error} {error!r}"
    for name in [*SECRETS, "basic", "join_url", "start_url"]:
        assert str(values[name]) not in shown


@pytest.mark.parametrize("case", CLIENT_CASES)
def test_client_keeps_the_contract(case):
    with local_server() as server:
        values = values_of(case, server.origin)
        if case["client"]["call"] == "authorize_url":
            assert_authorize_url(call(case, server.origin, values), case, values, server.origin)
            return
        exchanges = filled(exchanges_of(case), values)
        server.replies.extend(reply_for(step["response"]) for step in exchanges)

        assert_outcome(case, server.origin, values)

    assert len(server.asked) == len(exchanges)
    for asked, step in zip(server.asked, exchanges, strict=True):
        assert_sent(asked, step["request"])


def assert_outcome(case, origin, values):
    wish = filled(case["client"], values)
    if "raises" not in wish:
        assert_answer(call(case, origin, values), wish["returns"])
        return
    with pytest.raises(ZoomError) as caught:
        call(case, origin, values)
    error = caught.value
    expected = wish.get("attributes", {})
    if expected.get("retry_at") == "next midnight UTC":
        expected["retry_at"] = "2026-11-23T00:00:00Z"
    assert type(error).__name__ == wish["raises"]
    assert str(error)
    assert {name: plain(getattr(error, name)) for name in expected} == expected
    assert_keeps_secrets(error, values)


def assert_authorize_url(address, case, values, origin):
    request = filled(case["request"], values)
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}" == origin
    assert parts.path == request["path"]
    assert dict(parse_qsl(parts.query)) == request["query"]


@pytest.mark.parametrize("case", CASES)
def test_case_is_complete(case):
    readme = (HERE / "README.md").read_text(encoding="utf-8")

    assert {"name", "fact", "source", "section", "setup", "request", "response"} <= set(case)
    assert "client" in case or case.get("players") == ["simulator"]
    for step in case["setup"]:
        named = re.sub(r"^scope missing: .*", "scope missing: S", step)
        named = re.sub(r"^fault: .*", "fault: K", named)
        assert f"`{named}`" in readme, f"say in the README what {step!r} means"


def test_case_names_are_unique():
    names = [param.id for param in CASES]

    assert sorted(names) == sorted(set(names))


def test_every_error_class_has_a_case():
    classes = {name for name in zoomlink.client.__all__ if is_concrete_error(name)}

    assert {param.values[0]["client"].get("raises") for param in CLIENT_CASES} - {None} == classes


def is_concrete_error(name):
    found = getattr(zoomlink.client, name)
    return isinstance(found, type) and issubclass(found, ZoomError) and found is not ZoomError
