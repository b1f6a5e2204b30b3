"""OAuth with Zoom: authorise, exchange, refresh, revoke. Zoom's OAuth 2.0 guide."""

from collections.abc import Callable, Collection
from typing import Any

from authlib.integrations.requests_client import OAuth2Session
from requests import Response

from zoomlink.client.answers import Tokens
from zoomlink.client.errors import ZoomCodeRejected, ZoomError, ZoomGrantDead, ZoomUnavailable
from zoomlink.client.refusals import json_of, token_error
from zoomlink.client.transport import (
    DEFAULT_TIMEOUT,
    Deadline,
    Timeout,
    allowed,
    translated,
)

Check = Callable[[Response], Response]


class TokenEndpoint:
    """Zoom's authorisation server. One call is one request: nothing is repeated or remembered.

    Every method but ``authorize_url`` raises ZoomUnavailable (outcome unknown: the tokens in hand
    may still be good), ZoomRateLimited, ZoomAppMisconfigured or ZoomRefused beside its own. All
    calls together end by the ``deadline``.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        oauth_url: str = "https://zoom.us",
        timeout: Timeout = DEFAULT_TIMEOUT,
        deadline: Deadline | None = None,
    ) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._base = f"{oauth_url.rstrip('/')}/oauth"
        self._timeout = timeout
        self._deadline = deadline

    def __repr__(self) -> str:
        return f"TokenEndpoint({self._base!r})"

    def authorize_url(self, redirect_uri: str, state: str, code_verifier: str) -> str:
        """Return the address at Zoom to send the browser to.

        PKCE is always S256, since Zoom takes ``plain`` when nothing is said; no scope is asked
        for: the scopes are those configured on the app, and Zoom has refused the parameter.
        """
        with self._session() as session:
            address, _ = session.create_authorization_url(
                f"{self._base}/authorize",
                state=state,
                code_verifier=code_verifier,
                redirect_uri=redirect_uri,
            )
        return str(address)

    def exchange(self, code: str, redirect_uri: str, code_verifier: str) -> Tokens:
        """Buy tokens with an authorisation code. Raises ZoomCodeRejected, too."""
        check = self._check(ZoomCodeRejected, (code, code_verifier))
        with self._session(access_token_response=check) as session, translated(may_change=True):
            body = session.fetch_token(
                f"{self._base}/token",
                grant_type="authorization_code",
                code=code,
                redirect_uri=redirect_uri,
                code_verifier=code_verifier,
                **self._sending(),
            )
        return Tokens.from_json(body)

    def refresh(self, refresh_token: str) -> Tokens:
        """Swap the refresh token for a new pair; the old one is dead then.

        Raises ZoomGrantDead, too.
        """
        check = self._check(ZoomGrantDead, (refresh_token,))
        with self._session(refresh_token_response=check) as session, translated(may_change=True):
            body = session.refresh_token(
                f"{self._base}/token", refresh_token=refresh_token, **self._sending()
            )
        return Tokens.from_json(body)

    def revoke(self, access_token: str) -> None:
        """End the grant; the refresh token dies with the (living) access token.

        Raises ZoomGrantDead when the token is no longer good.
        """
        with self._session() as session, translated(may_change=True):
            response = session.revoke_token(
                f"{self._base}/revoke", token=access_token, **self._sending()
            )
        error = token_error(response, dead=ZoomGrantDead, secrets=(access_token,))
        if error:
            raise error

    def _sending(self) -> dict[str, Any]:
        return {"timeout": allowed(self._timeout, self._deadline), "allow_redirects": False}

    def _session(self, **hooks: Check) -> Any:
        session = OAuth2Session(
            client_id=self._client_id,
            client_secret=self._client_secret,
            code_challenge_method="S256",
        )
        for name, hook in hooks.items():
            session.register_compliance_hook(name, hook)
        return session

    def _check(self, dead: type[ZoomError], secrets: Collection[str]) -> Check:
        """Return a hook that looks at the answer before Authlib, which drops Zoom's ``reason``."""

        def check(response: Response) -> Response:
            hidden = (*secrets, self._client_secret)
            error = token_error(response, dead=dead, secrets=hidden) or _incomplete(response)
            if error:
                raise error
            return response

        return check


def _incomplete(response: Response) -> ZoomError | None:
    # Checked before Authlib, which fills in the old refresh token where the answer has none.
    try:
        Tokens.from_json(json_of(response))
    except (KeyError, TypeError, ValueError):
        message = "Zoom answered without a pair of tokens"
        status = response.status_code
        return ZoomUnavailable(message, status=status, outcome_unknown=True)
    return None
