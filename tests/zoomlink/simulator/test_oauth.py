import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.zoomlink.simulator.process import Person, challenge_of, form_fields

pytestmark = pytest.mark.no_database

VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123456789"
OWNER, ADMIN, OLENA = "owner@zoom.example", "admin@zoom.example", "olena@zoom.example"
CONSENT = "is requesting access to your Zoom account"


def exchange(simulator, code, **changes):
    form = {"code": code, "redirect_uri": simulator.redirect_uri, "code_verifier": VERIFIER}
    return simulator.token(grant_type="authorization_code", **form | changes)


def code_in(answer):
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


# Authorise


def test_authorize_asks_who_you_are_first(simulator):
    page = Person(simulator).get("/oauth/authorize", **simulator.authorize_query())

    assert page.status_code == 200
    assert "Choose the Zoom user" in page.text
    assert form_fields(page.text)["back"].startswith("/oauth/authorize?")


def test_authorize_after_sign_in_leads_back_to_the_request(simulator):
    ada = Person(simulator)
    page = ada.get("/oauth/authorize", **simulator.authorize_query(state="& odd = state"))

    answer = ada.post("/signin", email=OWNER, back=form_fields(page.text)["back"])
    page = ada.open(simulator.url + answer.headers["Location"])

    assert CONSENT in page.text
    assert form_fields(page.text)["state"] == "& odd = state"


def test_sign_in_never_leads_elsewhere(simulator):
    answer = Person(simulator).post("/signin", email=OWNER, back="//elsewhere.example/")

    assert answer.headers["Location"] == "/"


def test_consent_page_names_app_account_scopes_and_box(simulator):
    page = Person(simulator, OWNER).get("/oauth/authorize", **simulator.authorize_query()).text

    for text in ("Zustrich", "Demo Studio", OWNER, "meeting:write:meeting:admin"):
        assert text in page
    assert "Allow this app to use my shared access permissions" in page
    assert "Sign in as another user" in page


def test_consent_is_asked_only_the_first_time(simulator):
    ada = Person(simulator, OWNER)
    first = ada.authorize(simulator.authorize_query())

    second = ada.get("/oauth/authorize", **simulator.authorize_query())

    assert (first.status_code, second.status_code) == (302, 302)
    assert code_in(first) != code_in(second)


def test_consent_is_asked_of_each_user(simulator):
    Person(simulator, OWNER).authorize(simulator.authorize_query())

    page = Person(simulator, ADMIN).get("/oauth/authorize", **simulator.authorize_query())

    assert CONSENT in page.text


@pytest.mark.parametrize("ending", ["revoked", "removed"])
def test_consent_is_asked_again_after_the_app_was_taken_away(simulator, ending):
    ada, pair = Person(simulator, OWNER), simulator.connect(OWNER)

    if ending == "revoked":
        assert simulator.revoke(pair["access_token"]).json() == {"status": "success"}
    else:
        ada.post("/user/installed/remove")
    page = ada.get("/oauth/authorize", **simulator.authorize_query())

    assert CONSENT in page.text


def test_deny_leads_back_with_an_error_and_the_state(simulator):
    answer = Person(simulator, OWNER).authorize(
        simulator.authorize_query(state="s1"), decision="deny"
    )

    assert answer.headers["Location"] == (f"{simulator.redirect_uri}?error=access_denied&state=s1")


def test_deny_leaves_no_consent(simulator):
    ada = Person(simulator, OWNER)
    ada.authorize(simulator.authorize_query(), decision="deny")

    assert CONSENT in ada.get("/oauth/authorize", **simulator.authorize_query()).text


def test_authorize_refuses_a_member_of_the_account(simulator):
    page = Person(simulator, OLENA).get("/oauth/authorize", **simulator.authorize_query())

    assert page.status_code == 403
    assert "Account admin is required" in page.text


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"client_id": "somebody-else"}, "4,702"),
        ({"redirect_uri": "http://localhost:8000/zoom/callback"}, "4,709"),
        ({"redirect_uri": "http://localhost:8000/zoom/callback/?a=1"}, "4,709"),
        ({"redirect_uri": ""}, "4,709"),
        ({"response_type": "token"}, "response_type"),
        ({"scope": "meeting:write:meeting"}, "Invalid scope"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "code_challenge"),
        ({"code_challenge": "a" * 43, "code_challenge_method": "S512"}, "code_challenge_method"),
        ({"code_challenge_method": "S256"}, "code_challenge"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_authorize_refuses_on_a_page(simulator, changes, text, method):
    ada, query = Person(simulator, OWNER), simulator.authorize_query(**changes)

    page = getattr(ada, method)("/oauth/authorize", **query)

    assert page.status_code == 400
    assert "Location" not in page.headers
    assert text in page.text


# The token endpoint


def test_exchange_takes_a_plain_challenge_where_no_method_is_said(simulator):
    query = simulator.authorize_query(code_challenge=VERIFIER)

    code = code_in(Person(simulator, OWNER).authorize(query))

    assert exchange(simulator, code).status_code == 200


def test_exchange_refuses_a_code_without_its_verifier(simulator):
    code = simulator.authorize(challenge=challenge_of(VERIFIER))

    answer = exchange(simulator, code, code_verifier="")

    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"


def test_exchange_uses_a_code_up_even_when_it_refuses(simulator):
    code = simulator.authorize(challenge=challenge_of(VERIFIER))
    exchange(simulator, code, code_verifier="x" * 43)

    answer = exchange(simulator, code)

    assert answer.status_code == 400
    assert answer.json()["reason"].startswith("Invalid authorization code")


def test_token_refuses_a_grant_in_the_address(simulator):
    address = "/oauth/token?grant_type=authorization_code&code=whatever"

    answer = simulator._basic(address, {}, None)

    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_token_refuses_credentials_in_the_body(simulator):
    answer = Person(simulator).post(
        "/oauth/token",
        grant_type="refresh_token",
        refresh_token=simulator.connect()["refresh_token"],
        client_id=simulator.client_id,
        client_secret=simulator.client_secret,
    )

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_refresh_can_be_repeated_with_each_new_token(simulator):
    pair = simulator.connect()

    for _turn in range(3):
        pair = simulator.refresh(pair["refresh_token"]).json()

    assert simulator.api("GET", "/users/me", pair["access_token"]).status_code == 200


def test_refresh_refuses_a_reused_token_and_leaves_the_new_pair_alive(simulator):
    old = simulator.connect()
    new = simulator.refresh(old["refresh_token"]).json()

    answer = simulator.refresh(old["refresh_token"])

    assert answer.status_code == 400
    assert answer.json() == {"reason": "Invalid Token!", "error": "invalid_grant"}
    assert simulator.refresh(new["refresh_token"]).status_code == 200


def test_refresh_works_when_the_access_token_has_expired(simulator):
    pair = simulator.connect()
    simulator.control("POST", "/expire_tokens")

    assert simulator.api("GET", "/users/me", pair["access_token"]).status_code == 401
    assert simulator.refresh(pair["refresh_token"]).status_code == 200


def test_revoke_kills_both_tokens(simulator):
    pair = simulator.connect()

    simulator.revoke(pair["access_token"])

    assert simulator.api("GET", "/users/me", pair["access_token"]).json()["code"] == 124
    assert simulator.refresh(pair["refresh_token"]).json()["error"] == "invalid_grant"


def test_revoke_refuses_an_expired_access_token(simulator):
    pair = simulator.connect()
    simulator.control("POST", "/expire_tokens")

    assert simulator.revoke(pair["access_token"]).status_code == 400


def test_two_users_have_tokens_of_their_own(simulator):
    owner, admin = simulator.connect(OWNER), simulator.connect(ADMIN)

    emails = [
        simulator.api("GET", "/users/me", pair["access_token"]).json()["email"]
        for pair in (owner, admin)
    ]

    assert emails == [OWNER, ADMIN]


# Installed apps


def test_installed_apps_can_be_searched_and_removed(simulator):
    ada, pair = Person(simulator, OWNER), simulator.connect(OWNER, shared=False)

    assert "Shared access: not allowed" in ada.get("/user/installed").text
    assert "Remove" in ada.get("/user/installed", q="zustr").text
    assert "No installed app matches" in ada.get("/user/installed", q="other").text
    ada.post("/user/installed/remove")

    assert "No apps are installed." in ada.get("/user/installed").text
    assert simulator.refresh(pair["refresh_token"]).json()["error"] == "invalid_grant"


def test_installed_apps_are_those_of_the_person(simulator):
    simulator.connect(OWNER)

    assert "No apps are installed." in Person(simulator, ADMIN).get("/user/installed").text


def test_installed_apps_need_a_sign_in(simulator):
    pair = simulator.connect(OWNER)

    page = Person(simulator).post("/user/installed/remove")

    assert "Choose the Zoom user" in page.text
    assert simulator.refresh(pair["refresh_token"]).status_code == 200


def test_home_names_accounts_and_users(simulator):
    page = Person(simulator).get("/").text

    assert re.findall(r"<h2>(.*?)</h2>", page) == ["Demo Studio", "Other Company"]
    assert page.count("@zoom.example") == 6
    assert "someone@other.example" in page
    assert "/user/installed" in page
