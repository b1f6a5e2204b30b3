"""One POST to somebody else's server: timeouts, no redirects, a short look at the answer. Pure."""

import enum
import ipaddress
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from webhooks.addresses import AddressRefused, require_allowed, require_plausible

CONNECT_SECONDS, READ_SECONDS = 3.05, 10.0
LONGEST_EXCERPT = 500  # characters of an answer that are kept
_MOST_BYTES = 4 * LONGEST_EXCERPT  # as many as they can take
_USER_AGENT = "Zustrich-Webhooks/1"


class Trouble(enum.StrEnum):
    """Why there is no answer."""

    UNREACHABLE = "unreachable"
    TOO_LATE = "too_late"
    CERTIFICATE = "certificate"
    BROKE_OFF = "broke_off"


class NoAnswer(Exception):
    """Nothing came back; what was sent may have arrived. Its text holds no address."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True)
class Answer:
    """What came back; the excerpt is text as far as it can be read."""

    status: int
    excerpt: str


class _Checked:
    """Looks at whom it is connected to before a byte is sent: names change their addresses."""

    is_encrypted = False

    def _new_conn(self) -> socket.socket:
        connected: socket.socket = super()._new_conn()  # type: ignore[misc]
        try:
            peer = ipaddress.ip_address(connected.getpeername()[0].partition("%")[0])
            require_allowed(peer, is_encrypted=self.is_encrypted)
        except (AddressRefused, OSError):
            connected.close()
            raise
        return connected


class _Plain(_Checked, HTTPConnection):
    pass


class _Encrypted(_Checked, HTTPSConnection):
    is_encrypted = True


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _EncryptedPool(HTTPSConnectionPool):
    ConnectionCls = _Encrypted


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _EncryptedPool}


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send JSON and return what was answered, whatever its status.

    No proxy is used and no ``.netrc`` read. Raises AddressRefused, NoAnswer.
    """
    require_plausible(url)
    with requests.Session() as session:
        session.trust_env = False
        for scheme in ("http://", "https://"):
            session.mount(scheme, _Adapter())
        try:
            return _asked(session, url, body, headers)
        except (requests.RequestException, HTTPError, OSError) as error:
            # Not chained: the library's error tells the address, which may hold a secret.
            raise NoAnswer(_trouble(error)) from None


def _asked(session: requests.Session, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    said = {
        "Content-Type": "application/json",
        "User-Agent": _USER_AGENT,
        "Accept-Encoding": "identity",  # nothing is unpacked that might be a thousand times as long
        **headers,
    }
    timeout = (CONNECT_SECONDS, READ_SECONDS)
    with session.post(
        url, data=body, headers=said, timeout=timeout, allow_redirects=False, stream=True
    ) as answer:
        return Answer(answer.status_code, _excerpt(answer))


def _excerpt(answer: requests.Response) -> str:
    """The beginning of the answer, as much as comes within the time."""
    until, read = time.monotonic() + READ_SECONDS, b""
    try:
        while len(read) < _MOST_BYTES and time.monotonic() < until:
            piece = answer.raw.read1(_MOST_BYTES - len(read), decode_content=False)
            if not piece:
                break
            read += piece
    except (HTTPError, OSError):
        pass  # the status counts, and that is known
    return read.decode(errors="replace").replace("\0", "")[:LONGEST_EXCERPT]


def _trouble(error: Exception) -> Trouble:
    if isinstance(error, requests.exceptions.SSLError):
        return Trouble.CERTIFICATE
    if isinstance(error, requests.Timeout | TimeoutError):
        return Trouble.TOO_LATE
    is_cut = "aborted" in str(error) or "reset" in str(error)
    return Trouble.BROKE_OFF if is_cut else Trouble.UNREACHABLE
