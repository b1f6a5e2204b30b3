"""Getting in at Zoom: the way there and back, and live tokens for every worker.

Zoom's documentation: "OAuth 2.0", "Refreshing an access token". Each refresh token
works once, so refreshing is claimed: one worker asks, the others read its answer.
"""

import hmac
import secrets
import time
from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from zoomlink.client import (
    Deadline,
    TokenEndpoint,
    Tokens,
    ZoomClient,
    ZoomError,
    ZoomGrantDead,
    origin_of,
)
from zoomlink.errors import ConnectionLost, RefreshUnderWay, SignInRefused
from zoomlink.models import ZoomConnection

STATE_KEY = "zoom_authorize"
STATE_LIVES = timedelta(minutes=10)
# Refreshed this long before the end, so that no request sets out with a dying token.
MARGIN = timedelta(minutes=5)
CLAIM = timedelta(seconds=30)
WAITS = (0.2, 0.4, 0.8)  # seconds, for the worker that refreshes
PAGE_SECONDS = 5.0  # so long at most a page of staff waits for Zoom


def endpoint(deadline: Deadline | None = None) -> TokenEndpoint:
    return TokenEndpoint(
        settings.ZOOM_CLIENT_ID,
        settings.ZOOM_CLIENT_SECRET,
        settings.ZOOM_OAUTH_URL,
        deadline=deadline,
    )


def trusted_origins() -> set[str]:
    """Origins besides Zoom's own hosts that links may lead to: those of the settings."""
    if not settings.ZOOM_URLS_ARE_FIXED:
        return set()
    return {origin_of(settings.ZOOM_OAUTH_URL), origin_of(settings.ZOOM_API_URL)}


def redirect_uri() -> str:
    return f"{settings.SITE_URL}/zoom/callback/"


def begin(browser: MutableMapping[str, Any], *, now: datetime) -> str:
    """Remember a new state and verifier in the browser's session; return Zoom's address."""
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    browser[STATE_KEY] = {"state": state, "verifier": verifier, "at": now.isoformat()}
    return endpoint().authorize_url(redirect_uri(), state, verifier)


def redeem(browser: MutableMapping[str, Any], state: str, *, now: datetime) -> str:
    """Return the verifier that belongs to ``state``, which then is used up.

    Raises SignInRefused for a state that is missing, foreign, used or old. A foreign one leaves
    the sign-in that this browser is in the middle of alone.
    """
    begun = browser.get(STATE_KEY)
    if begun is None or not hmac.compare_digest(begun["state"].encode(), state.encode()):
        raise SignInRefused(
            _("This answer from Zoom does not belong to a sign-in of this browser.")
        )
    del browser[STATE_KEY]
    if now - datetime.fromisoformat(begun["at"]) > STATE_LIVES:
        raise SignInRefused(_("The sign-in at Zoom took too long."))
    return begun["verifier"]


def client_with(tokens: Tokens, deadline: Deadline | None = None) -> ZoomClient:
    return _client(tokens.api_url, tokens.access_token, deadline)


def client_of(connection: ZoomConnection, deadline: Deadline | None = None) -> ZoomClient:
    return _client(connection.api_url, connection.access_token, deadline)


def _client(regional: str | None, access_token: str, deadline: Deadline | None) -> ZoomClient:
    return ZoomClient(
        api_base(regional), access_token, trusted_origins=trusted_origins(), deadline=deadline
    )


def api_base(regional: str | None) -> str:
    """The REST base: the region Zoom named, unless the settings name the addresses."""
    return (
        settings.ZOOM_API_URL if settings.ZOOM_URLS_ARE_FIXED else regional or settings.ZOOM_API_URL
    )


def live(
    connection: ZoomConnection, *, now: datetime, deadline: Deadline | None = None
) -> ZoomConnection:
    """Return the connection with a token that lives; raises what ``refresh`` raises.

    Tokens that cannot be read any more, since their key is gone, are a dead grant.
    """
    if not (connection.access_token and connection.refresh_token):
        raise ZoomGrantDead(_("ENCRYPTION_KEYS no longer open what Zoom gave us."))
    if connection.expires_at is None or connection.expires_at - MARGIN <= now:
        return refresh(connection, now=now, deadline=deadline)
    return connection


def refresh(
    connection: ZoomConnection, *, now: datetime, deadline: Deadline | None = None
) -> ZoomConnection:
    """Fetch a new pair of tokens, unless somebody did since ``connection`` was read.

    Returns the connection as it stands afterwards. Raises RefreshUnderWay when another
    worker takes too long, ConnectionLost when it was given up meanwhile, ZoomGrantDead
    when Zoom refuses the grant for good, or another ZoomError with the tokens kept. Where
    the answer was lost, the old token is tried once more by whoever comes next: if Zoom had
    changed the pair, it says so then, and the grant is dead.
    """
    if not _claim(connection, now):
        return _refreshed_by_another(connection)
    try:
        tokens = endpoint(deadline).refresh(connection.refresh_token)
    except ZoomError as error:
        # Only a failure gives the claim back by itself: were it free before the new pair is
        # stored, the next worker would ask with the token that is used up.
        lost = {"refresh_is_uncertain": True} if error.outcome_unknown else {}
        _claims_of(connection).update(refresh_claimed_until=None, **lost)
        if isinstance(error, ZoomGrantDead) and (fresh := _newer_than(connection)):
            return fresh
        raise
    _store(connection, tokens, now=now)
    return _current(connection)


def _claims_of(connection: ZoomConnection) -> QuerySet[ZoomConnection]:
    return ZoomConnection.objects.filter(
        pk=connection.pk, is_current=True, token_version=connection.token_version
    )


def _claim(connection: ZoomConnection, now: datetime) -> bool:
    free = Q(refresh_claimed_until__isnull=True) | Q(refresh_claimed_until__lte=now)
    return bool(_claims_of(connection).filter(free).update(refresh_claimed_until=now + CLAIM))


def _refreshed_by_another(connection: ZoomConnection) -> ZoomConnection:
    """Wait briefly for the worker that holds the claim, and read what it stored."""
    for seconds in (0, *WAITS):
        time.sleep(seconds)
        if fresh := _newer_than(connection):
            return fresh
    raise RefreshUnderWay


def _newer_than(connection: ZoomConnection) -> ZoomConnection | None:
    """The connection as it stands, if a newer pair has been stored meanwhile."""
    fresh = _current(connection)
    return None if fresh.token_version == connection.token_version else fresh


def _current(connection: ZoomConnection) -> ZoomConnection:
    fresh = ZoomConnection.objects.filter(pk=connection.pk, is_current=True).first()
    if fresh is None or not fresh.is_usable:
        raise ConnectionLost
    return fresh


def _store(connection: ZoomConnection, tokens: Tokens, *, now: datetime) -> None:
    _claims_of(connection).update(**stored(tokens, now=now), token_version=F("token_version") + 1)


def stored(tokens: Tokens, *, now: datetime) -> dict[str, object]:
    """The columns of a connection that hold a pair of tokens."""
    return {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_at": now + timedelta(seconds=tokens.expires_in),
        "scopes": " ".join(sorted(tokens.scopes)),
        "api_url": tokens.api_url or "",
        "refreshed_at": now,
        "refresh_claimed_until": None,
        "refresh_is_uncertain": False,
    }
