"""What an SMS gateway is to us, and the one careful way to ask any of them."""

from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

import requests
from requests.auth import HTTPBasicAuth

from notifications.channels.errors import TemporaryError
from notifications.kinds import Reason

TIMEOUT_SECONDS = (5, 10)  # to connect, between two answers
_LONGEST_NAME = 200  # as long as ``Message.gateway_id`` may be


class WrongSettings(Exception):
    """No gateway can be made of a variable. Neither text holds what stands in it."""

    def __init__(self, variable: str, text: str, way_out: str) -> None:
        super().__init__(f"{variable}: {text}")
        self.way_out = way_out


class Gateway(Protocol):
    """Somebody who passes texts on to phones."""

    def send(self, *, to: str, text: str, reference: str) -> str:
        """Hand over a text for a number (E.164); return the gateway's name for it, if it has one.

        ``reference`` is the same at each attempt to send the same message. Raises
        PermanentError, or TemporaryError where another attempt may do.
        """


@dataclass(frozen=True)
class Report:
    """How a message fared: ``delivery`` as in ``Message.DELIVERIES``, ``detail`` in their words."""

    gateway_id: str
    delivery: str
    detail: str = ""


@dataclass(frozen=True)
class Address:
    """An address, with the credentials taken out of it, so that no error can print them."""

    url: str
    user: str
    password: str
    query: str

    @property
    def sign_in(self) -> HTTPBasicAuth | None:
        # As bytes: requests knows no letters but Latin ones.
        return HTTPBasicAuth(self.user.encode(), self.password.encode()) if self.user else None

    def __repr__(self) -> str:
        return "Address(…)"


def address_of(url: str, *, scheme: str, path: str | None = None, host: str = "") -> Address:
    """Part an address; ``path`` and ``host`` stand in where it has none. Raises WrongSettings."""
    parts = _parted(url)
    named = parts.netloc.rpartition("@")[2] or host
    if not named or not (parts.hostname or host):
        raise WrongSettings("SMS_URL", "it names no host.", "Write it as docs/operations.md shows.")
    return Address(
        url=urlunsplit((scheme, named, parts.path if path is None else path, "", "")),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        query=parts.query,
    )


def _parted(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - only asking shows that it is none; its error tells a password
    except ValueError:
        raise WrongSettings(
            "SMS_URL",
            "it cannot be read.",
            "Write what is special in a password percent-encoded, such as %2F for a slash.",
        ) from None
    return parts


def ask(method: str, url: str, **request: Any) -> requests.Response:
    """Ask a gateway, with timeouts and without following it elsewhere. Raises TemporaryError."""
    try:
        return requests.request(
            method, url, timeout=TIMEOUT_SECONDS, allow_redirects=False, **request
        )
    except requests.RequestException as error:
        # The error's own text would tell the address with all that stands in it.
        raise TemporaryError(Reason.UNREACHABLE, type(error).__name__) from None


def read(answer: requests.Response) -> object:
    """What the answer says as JSON; None where it is none."""
    try:
        return answer.json()
    except ValueError:
        return None


def as_name(found: object) -> str:
    """A gateway's name for a message as we keep it: some count, some give words."""
    is_name = isinstance(found, str | int) and not isinstance(found, bool)
    return str(found)[:_LONGEST_NAME] if is_name else ""
