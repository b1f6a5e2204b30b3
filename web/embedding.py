"""Which other people's pages may show the booking site: origins, one a line."""

import re
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FEATURE = "embedding"
MOST_ORIGINS = 100
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\Z")
# ``*.com`` would be half the world.
_WILDCARD = re.compile(rf"\*(?:\.{_LABEL}){{2,}}\Z")
_THIS_MACHINE = ("localhost", "127.0.0.1")
_USUAL_PORTS = {"https": 443, "http": 80}


def origins_in(text: str) -> list[str]:
    """Return the origins of a text, each once and as browsers write it.

    Whole addresses count by their origin. ``https://*.example.com`` means every host below
    it. Raises ValidationError, fit for people, for the first line that is none.
    """
    lines = (line.strip() for line in text.splitlines())
    origins = list(dict.fromkeys(_origin(line) for line in lines if line))
    if len(origins) > MOST_ORIGINS:
        raise ValidationError(
            _("These are more than %(most)d."), params={"most": MOST_ORIGINS}, code="too_many"
        )
    return origins


def _origin(line: str) -> str:
    try:
        parts = urlsplit(line)
        host, port = _host(parts), parts.port
    except ValueError:
        host, port = "", None
    if not host or not _is_safe(parts.scheme, host):
        raise ValidationError(
            _("“%(line)s” is not an address such as https://www.example.com."),
            params={"line": line[:100]},
            code="no_origin",
        )
    shown_port = "" if port in (None, _USUAL_PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{host}{shown_port}"


def _host(parts: SplitResult) -> str:
    """The host in ASCII; empty for what is none, or comes with a name and password."""
    name = (parts.hostname or "").rstrip(".")
    wildcard, rest = ("*.", name[2:]) if name.startswith("*.") else ("", name)
    host = wildcard + rest.encode("idna").decode("ascii")
    is_host = _WILDCARD.match(host) if wildcard else _HOST.match(host)
    return host if is_host and "@" not in parts.netloc else ""


def _is_safe(scheme: str, host: str) -> bool:
    """Encrypted, or on the machine that looks: a page on the way could be changed."""
    return scheme == "https" or (scheme == "http" and host in _THIS_MACHINE)
