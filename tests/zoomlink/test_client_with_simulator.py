"""The real client and the stand-in for Zoom, face to face over HTTP."""

import secrets
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from tests.zoomlink.simulator.process import Person, SimulatorProcess
from zoomlink.client import (
    MeetingSettings,
    MeetingSpec,
    TokenEndpoint,
    ZoomAccessNotShared,
    ZoomAppMisconfigured,
    ZoomClient,
    ZoomCodeRejected,
    ZoomGrantDead,
    ZoomInvalid,
    ZoomMeetingGone,
    ZoomTokenExpired,
    ZoomUnavailable,
    ZoomUserUnknown,
    is_join_link,
    is_start_link,
    origin_of,
)

pytestmark = pytest.mark.no_database

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
SPEC = MeetingSpec(
    topic="Quick call: Ada",
    starts_at=SOON,
    duration_minutes=45,
    agenda="zustrich:1",
    settings=MeetingSettings(waiting_room=True, join_before_host=False),
)


@pytest.fixture(scope="module")
def running_simulator(tmp_path_factory):
    process = SimulatorProcess(tmp_path_factory.mktemp("zoom") / "zoom.sqlite3").start()
    yield process
    process.kill()


@pytest.fixture
def simulator(running_simulator):
    running_simulator.control("POST", "/reset")
    return running_simulator


@pytest.fixture
def endpoint(simulator):
    return TokenEndpoint(simulator.client_id, simulator.client_secret, simulator.url)


def authorised_code(simulator, endpoint, verifier, *, email="owner@zoom.example", shared=True):
    """Walk through the consent page at the client's own address, as a browser does."""
    address = endpoint.authorize_url(simulator.redirect_uri, "state-1", verifier)
    query = dict(parse_qsl(urlsplit(address).query))
    answer = Person(simulator, email).authorize(query, shared=shared)
    back = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert back["state"] == ["state-1"]
    return back["code"][0]


def connect(simulator, endpoint, **options):
    verifier = secrets.token_urlsafe(48)
    code = authorised_code(simulator, endpoint, verifier, **options)
    return endpoint.exchange(code, simulator.redirect_uri, verifier)


@pytest.fixture
def tokens(simulator, endpoint):
    return connect(simulator, endpoint)


@pytest.fixture
def zoom(simulator, tokens):
    with ZoomClient(f"{simulator.url}/v2", tokens.access_token) as client:
        yield client


def user_id_of(zoom, email):
    return next(user.id for user in zoom.users() if user.email == email)


def test_a_meeting_from_beginning_to_end(zoom, simulator):
    olena = user_id_of(zoom, "olena@zoom.example")

    made = zoom.create_meeting(olena, SPEC)
    moved = MeetingSpec("Moved", SOON + timedelta(hours=1), 30, "zustrich:1")
    zoom.update_meeting(made.id, moved)
    read = zoom.meeting(made.id)
    listed = [meeting.id for meeting in zoom.meetings_of(olena)]
    start_url = zoom.start_url(made.id)
    zoom.delete_meeting(made.id)
    zoom.delete_meeting(made.id)

    assert (made.topic, made.starts_at, made.duration_minutes) == ("Quick call: Ada", SOON, 45)
    assert (read.topic, read.starts_at, read.duration_minutes) == ("Moved", moved.starts_at, 30)
    assert (read.host_id, read.agenda, read.status) == (olena, "zustrich:1", "waiting")
    assert made.id in listed
    assert is_join_link(made.join_url, {origin_of(simulator.url)})
    assert is_start_link(start_url, {origin_of(simulator.url)})
    with pytest.raises(ZoomMeetingGone):
        zoom.meeting(made.id)


def test_refresh_answers_a_new_pair_and_ends_the_old_one(simulator, endpoint, tokens):
    renewed = endpoint.refresh(tokens.refresh_token)

    with ZoomClient(f"{simulator.url}/v2", renewed.access_token) as zoom:
        assert zoom.me().email == "owner@zoom.example"
    old = ZoomClient(f"{simulator.url}/v2", tokens.access_token)
    with old, pytest.raises(ZoomTokenExpired):
        old.me()
    with pytest.raises(ZoomGrantDead):
        endpoint.refresh(tokens.refresh_token)


def test_revoke_ends_both_tokens(simulator, endpoint, tokens, zoom):
    endpoint.revoke(tokens.access_token)

    with pytest.raises(ZoomTokenExpired):
        zoom.me()
    with pytest.raises(ZoomGrantDead):
        endpoint.refresh(tokens.refresh_token)


def test_wrong_redirect_is_a_matter_of_the_app(simulator, endpoint):
    verifier = secrets.token_urlsafe(48)
    code = authorised_code(simulator, endpoint, verifier)

    with pytest.raises(ZoomAppMisconfigured):
        endpoint.exchange(code, simulator.redirect_uri.rstrip("/"), verifier)


def test_wrong_secret_is_a_matter_of_the_app(simulator, tokens):
    with pytest.raises(ZoomAppMisconfigured):
        TokenEndpoint(simulator.client_id, "wrong", simulator.url).refresh(tokens.refresh_token)


def test_wrong_verifier_and_used_code_reject_the_code(simulator, endpoint):
    verifier = secrets.token_urlsafe(48)
    code = authorised_code(simulator, endpoint, verifier)
    used = authorised_code(simulator, endpoint, verifier)
    endpoint.exchange(used, simulator.redirect_uri, verifier)

    with pytest.raises(ZoomCodeRejected):
        endpoint.exchange(code, simulator.redirect_uri, secrets.token_urlsafe(48))
    with pytest.raises(ZoomCodeRejected):
        endpoint.exchange(used, simulator.redirect_uri, verifier)


def test_topic_of_201_characters_is_invalid(zoom):
    with pytest.raises(ZoomInvalid) as caught:
        zoom.create_meeting("me", MeetingSpec("t" * 201, SOON, 45))

    assert caught.value.fields == ("topic",)


def test_unknown_user_is_unknown(zoom):
    with pytest.raises(ZoomUserUnknown):
        zoom.create_meeting("nobody", SPEC)


def test_expired_token_is_expired(simulator, zoom):
    simulator.control("POST", "/expire_tokens")

    with pytest.raises(ZoomTokenExpired):
        zoom.create_meeting("me", SPEC)


def test_access_not_shared_says_so(simulator, endpoint):
    alone = connect(simulator, endpoint, shared=False)

    with ZoomClient(f"{simulator.url}/v2", alone.access_token) as zoom:
        with pytest.raises(ZoomAccessNotShared):
            zoom.users()
        assert zoom.me().email == "owner@zoom.example"


def test_answer_that_is_held_leaves_a_meeting_behind(simulator, tokens, zoom):
    held = MeetingSpec("Held", SOON, 45, "zustrich:held")
    simulator.fault("create_meeting", "hold", seconds=20, times=1)
    impatient = ZoomClient(f"{simulator.url}/v2", tokens.access_token, timeout=(1, 0.5))

    with impatient, pytest.raises(ZoomUnavailable) as caught:
        impatient.create_meeting("me", held)
    simulator.control("DELETE", "/faults")

    assert caught.value.outcome_unknown
    assert [meeting.topic for meeting in zoom.meetings_of("me")] == ["Held"]
