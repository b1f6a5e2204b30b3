"""The client where the contract has nothing to say: broken lines, odd answers, secrets, links."""

import json
import pickle
import socket
import time
import traceback
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.contract.local_server import Reply, local_server
from zoomlink.client import (
    Deadline,
    MeetingSpec,
    TokenEndpoint,
    Tokens,
    ZoomClient,
    ZoomInvalid,
    ZoomMeeting,
    ZoomRateLimited,
    ZoomRefused,
    ZoomUnavailable,
    ZoomUser,
    is_join_link,
    is_start_link,
    origin_of,
)

pytestmark = pytest.mark.no_database

ACCESS = "canary-access-token"
REFRESH = "canary-refresh-token"
SPEC = MeetingSpec("Quick call", datetime(2026, 12, 1, 9, tzinfo=UTC), 45)
USER = {"id": "u1", "email": "ada@zoom.example", "type": 2}
IMPATIENT = (0.3, 0.3)


def zoom(origin, **options):
    return ZoomClient(f"{origin}/v2", ACCESS, **options)


def endpoint(origin, **options):
    return TokenEndpoint("app-7", "canary-secret", origin, **options)


def as_json(body, status=200, **headers):
    return Reply(status, {"Content-Type": "application/json", **headers}, json.dumps(body).encode())


def pair(**changes):
    tokens = {"access_token": ACCESS, "refresh_token": REFRESH, "expires_in": 3599, "scope": "a b"}
    return {**tokens, **changes}


@pytest.fixture
def closed_origin():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


# --- broken lines ---------------------------------------------------------------------------------


def test_create_gives_up_on_a_hanging_zoom_and_does_not_know_the_outcome():
    started = time.monotonic()

    with local_server(hanging=True) as server, pytest.raises(ZoomUnavailable) as caught:
        zoom(server.origin, timeout=IMPATIENT).create_meeting("u1", SPEC)

    assert time.monotonic() - started < 5
    assert caught.value.outcome_unknown
    assert caught.value.is_temporary
    assert len(server.asked) == 1


def test_calls_for_one_page_share_the_time_it_has():
    started = time.monotonic()
    deadline = Deadline(0.4)

    with local_server(hanging=True) as server:
        with pytest.raises(ZoomUnavailable):
            endpoint(server.origin, deadline=deadline).refresh(REFRESH)
        with pytest.raises(ZoomUnavailable) as too_late:
            zoom(server.origin, deadline=deadline).create_meeting("u1", SPEC)

    assert 0.4 <= time.monotonic() - started < 3
    assert len(server.asked) == 1
    assert not too_late.value.outcome_unknown


def test_reading_from_a_hanging_zoom_changes_nothing():
    with local_server(hanging=True) as server, pytest.raises(ZoomUnavailable) as caught:
        zoom(server.origin, timeout=IMPATIENT).meeting(97763643886)

    assert not caught.value.outcome_unknown


@pytest.mark.parametrize(
    "ask",
    [
        lambda tokens: tokens.refresh(REFRESH),
        lambda tokens: tokens.exchange("code", "https://bookings.example/", "v" * 43),
        lambda tokens: tokens.revoke(ACCESS),
    ],
)
def test_token_endpoint_gives_up_on_a_hanging_zoom(ask):
    with local_server(hanging=True) as server, pytest.raises(ZoomUnavailable) as caught:
        ask(endpoint(server.origin, timeout=IMPATIENT))

    assert caught.value.outcome_unknown
    assert len(server.asked) == 1


def test_refused_connection_means_nothing_was_sent(closed_origin):
    with pytest.raises(ZoomUnavailable) as of_meeting:
        zoom(closed_origin).create_meeting("u1", SPEC)
    with pytest.raises(ZoomUnavailable) as of_tokens:
        endpoint(closed_origin).refresh(REFRESH)

    assert not of_meeting.value.outcome_unknown
    assert not of_tokens.value.outcome_unknown


def test_answer_cut_short_leaves_the_outcome_unknown():
    cut = as_json({"id": 97763643886}, 201, **{"Content-Length": "5000"})

    with local_server([cut]) as server, pytest.raises(ZoomUnavailable) as caught:
        zoom(server.origin).create_meeting("u1", SPEC)

    assert caught.value.outcome_unknown


def test_client_works_again_after_a_failure():
    page = Reply(503, {"Content-Type": "text/html"}, b"<html></html>")

    with local_server([page, as_json(USER)]) as server, zoom(server.origin) as client:
        with pytest.raises(ZoomUnavailable):
            client.me()
        assert client.me().id == "u1"


# --- odd answers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [[], "text", 7, {}, {"id": "u1"}, {**USER, "type": "x"}])
def test_answer_of_another_shape_is_unavailable(body):
    with local_server([as_json(body)]) as server, pytest.raises(ZoomUnavailable):
        zoom(server.origin).me()


@pytest.mark.parametrize("missing", ["access_token", "refresh_token", "expires_in"])
def test_refresh_without_a_whole_pair_is_unavailable(missing):
    body = pair()
    del body[missing]

    with local_server([as_json(body)]) as server, pytest.raises(ZoomUnavailable) as caught:
        endpoint(server.origin).refresh(REFRESH)

    assert caught.value.outcome_unknown


def test_refresh_keeps_no_address_that_is_not_zooms():
    elsewhere = as_json(pair(api_url="https://api-eu.zoom.us.example.org"))

    with local_server([elsewhere]) as server:
        tokens = endpoint(server.origin).refresh(REFRESH)

    assert tokens.api_url is None
    assert tokens.scopes == {"a", "b"}


def test_done_is_only_what_zoom_says_is_done():
    page = Reply(200, {"Content-Type": "text/html"}, b"<html>Sign in to the hotel's network</html>")

    with local_server([page]) as server, pytest.raises(ZoomUnavailable):
        zoom(server.origin).delete_meeting(97763643886)


def test_list_without_an_end_is_refused():
    page = as_json({"next_page_token": "again", "users": [USER]})

    with local_server([page] * 60) as server, pytest.raises(ZoomRefused):
        zoom(server.origin).users()

    assert len(server.asked) == 40


def test_list_whose_pages_overlap_has_each_row_once():
    pages = [
        as_json({"next_page_token": "more", "users": [USER]}),
        as_json({"next_page_token": "", "users": [USER, {**USER, "id": "u2"}]}),
    ]

    with local_server(pages) as server:
        users = zoom(server.origin).users()

    assert [user.id for user in users] == ["u1", "u2"]


@pytest.mark.parametrize("rows", [[{"type": 2}], ["u1"], [{"id": "u1", "email": "", "type": 2}]])
def test_list_with_a_row_that_cannot_be_read_is_no_answer(rows):
    page = as_json({"next_page_token": "", "users": rows})

    with local_server([page]) as server, pytest.raises(ZoomUnavailable):
        zoom(server.origin).users()


def test_list_keeps_a_meeting_whose_link_leads_elsewhere_without_the_link():
    rows = [{"id": 1, "join_url": "https://example.org/j/1"}, {"id": 2}]

    with local_server([as_json({"next_page_token": "", "meetings": rows})]) as server:
        meetings = zoom(server.origin).meetings_of("u1")

    assert [(meeting.id, meeting.join_url) for meeting in meetings] == [(1, ""), (2, "")]


def test_start_link_that_leads_elsewhere_is_refused():
    body = {"id": 1, "start_url": "https://example.org/s/1?zak=canary-zak"}

    with local_server([as_json(body)]) as server, pytest.raises(ZoomRefused) as caught:
        zoom(server.origin).start_url(1)

    assert "canary" not in str(caught.value)


def test_retry_after_in_seconds_is_read_against_the_time_of_the_answer():
    limited = as_json({"code": 429, "message": "Slow down"}, 429, **{"Retry-After": "90"})

    with local_server([limited]) as server, pytest.raises(ZoomRateLimited) as caught:
        zoom(server.origin).me()

    assert caught.value.retry_at == datetime(2026, 11, 22, 12, 1, 30, tzinfo=UTC)


# --- where the token goes -------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status):
    with local_server([as_json(USER)]) as elsewhere:
        away = as_json(USER, status, Location=f"{elsewhere.origin}/v2/users/me")
        with local_server([away, away]) as server:
            with pytest.raises(ZoomUnavailable):
                zoom(server.origin).me()
            with pytest.raises(ZoomUnavailable):
                endpoint(server.origin).refresh(REFRESH)

    assert elsewhere.asked == []
    assert len(server.asked) == 2


def test_netrc_does_not_replace_the_token(tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login eve password eve\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))

    with local_server([as_json(USER)]) as server:
        zoom(server.origin).me()

    assert server.asked[0].headers["Authorization"] == f"Bearer {ACCESS}"


def test_user_id_stays_one_part_of_the_path():
    with local_server([as_json(USER)]) as server:
        zoom(server.origin).user("a/b?c@zoom.example")

    assert server.asked[0].target == "/v2/users/a%2Fb%3Fc%40zoom.example"


# --- secrets --------------------------------------------------------------------------------------


def test_reprs_hide_secrets():
    tokens = Tokens.from_json(pair())
    meeting = ZoomMeeting.from_json({"id": 1, "join_url": "https://zoom.us/j/1?pwd=canary"}, ())
    shown = f"{tokens!r} {meeting!r} {zoom('http://x')!r} {endpoint('http://x')!r}"

    assert meeting.join_url == "https://zoom.us/j/1?pwd=canary"
    assert "canary" not in shown


def test_zooms_words_are_scrubbed():
    message = f"Bad {ACCESS}: see https://zoom.us/s/1?zak=canary-zak {'canary' * 8} topic"
    answer = as_json({"code": 300, "message": message}, 400)

    with local_server([answer]) as server, pytest.raises(ZoomInvalid) as caught:
        zoom(server.origin).create_meeting("u1", SPEC)

    assert str(caught.value) == "Bad [secret]: see [link] […] topic"


def test_traceback_of_a_failure_holds_no_token():
    with local_server(hanging=True) as server, pytest.raises(ZoomUnavailable) as caught:
        zoom(server.origin, timeout=IMPATIENT).me()

    # The library's own error, which knows the request and so the token, is not shown beside it.
    assert caught.value.__cause__ is None
    assert "canary" not in "".join(traceback.format_exception(caught.value))
    assert str(caught.value) == "Zoom did not answer in time"


def test_errors_travel_between_processes_whole():
    error = ZoomRateLimited("Slow down", status=429, code=429, daily=True, outcome_unknown=False)

    copy = pickle.loads(pickle.dumps(error))

    assert (str(copy), copy.__dict__) == (str(error), error.__dict__)


# --- what is asked for ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "sent"), [(7, "2026-07-01T06:30:00Z"), (12, "2026-12-01T07:30:00Z")]
)
def test_start_is_sent_in_utc_whatever_the_season(month, sent):
    starts_at = datetime(2026, month, 1, 9, 30, 0, 999, tzinfo=ZoneInfo("Europe/Kyiv"))

    body = MeetingSpec("Quick call", starts_at, 45).as_json()

    assert body["start_time"] == sent
    assert "timezone" not in body


def test_start_without_a_zone_is_refused():
    naive = datetime(2026, 7, 1, 9, 30)  # noqa: DTZ001 (what is refused)

    with pytest.raises(ValueError, match="time zone"):
        MeetingSpec("Quick call", naive, 45)


def test_user_is_called_by_what_there_is():
    named = ZoomUser.from_json({**USER, "first_name": "Ada", "last_name": "L", "display_name": ""})

    assert named.name == "Ada L"
    assert ZoomUser.from_json(USER).name == "ada@zoom.example"


# --- links ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "link",
    [
        "https://zoom.us/j/97763643886?pwd=abc.1",
        "https://us02web.zoom.us/j/97763643886",
        "https://studio.zoom.us:443/j/97763643886",
        "http://localhost:8001/j/97763643886",
    ],
)
def test_join_links_that_may_be_followed(link):
    assert is_join_link(link, {origin_of("http://localhost:8001/v2")})


@pytest.mark.parametrize(
    "link",
    [
        "",
        "zoom.us/j/1",
        "http://zoom.us/j/1",
        "https://zoom.us/s/1?zak=x",
        "https://zoom.us/my/room",
        "https://zoom.us.example.org/j/1",
        "https://evilzoom.us/j/1",
        "https://zoom.us@example.org/j/1",
        "https://example.org\\@zoom.us/j/1",
        "https://zoom.us:8443/j/1",
        "https://zoom.us:x/j/1",
        "https://zoom.us/j/1\r\nSet-Cookie:a=b",
        "https://zоom.us/j/1",
        "https://zoom.us/j/1ё",
        "http://zoom.us:443/j/1",
        "javascript:alert(1)//zoom.us/j/1",
        "http://localhost:8002/j/1",
        "https://localhost:8001/j/1",
    ],
)
def test_join_links_that_may_not(link):
    assert not is_join_link(link, {origin_of("http://localhost:8001/v2")})


def test_start_link_is_no_join_link():
    assert is_start_link("https://zoom.us/s/1?zak=x")
    assert not is_start_link("https://zoom.us/j/1")


def test_origin_names_scheme_host_and_port():
    assert origin_of("HTTPS://Zoom.US/v2") == "https://zoom.us:443"
    assert origin_of("http://localhost:8001") == "http://localhost:8001"
    assert origin_of("ftp://zoom.us") == ""
