"""Which links may be followed: Zoom's own hosts over https, or an origin named in the settings."""

from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
LINK_DOMAINS = ("zoom.us", "zoom.com", "zoomgov.com")
API_DOMAINS = ("zoom.us",)


def origin_of(url: str) -> str:
    """Return scheme, host and port of ``url``, lower case, as ``https://zoom.us:443``.

    Empty where the text is no http(s) address or one that browsers and libraries read differently.
    """
    parts = _split(url)
    if parts is None:
        return ""
    return f"{parts.scheme}://{parts.hostname}:{parts.port or DEFAULT_PORTS[parts.scheme]}"


def is_join_link(url: str, trusted_origins: Collection[str] = ()) -> bool:
    """Say whether ``url`` leads into a meeting at Zoom or at one of ``trusted_origins``."""
    return _leads_to("/j/", url, trusted_origins)


def is_start_link(url: str, trusted_origins: Collection[str] = ()) -> bool:
    """Say whether ``url`` starts a meeting at Zoom or at one of ``trusted_origins``."""
    return _leads_to("/s/", url, trusted_origins)


def is_room_link(url: str) -> bool:
    """Say whether people may be led to ``url``, a room that the company or a provider named.

    Wherever it is: over https, and no address that browsers read in more ways than one.
    """
    if not url.isprintable() or set(url) & set(' \\"<>'):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def is_api_origin(url: str) -> bool:
    """Say whether ``url`` is a host of Zoom's that may be sent an access token."""
    return _is_https_host_of(API_DOMAINS, url)


def _leads_to(path: str, url: str, trusted_origins: Collection[str]) -> bool:
    parts = _split(url)
    if parts is None or not parts.path.startswith(path):
        return False
    return origin_of(url) in trusted_origins or _is_https_host_of(LINK_DOMAINS, url)


def _is_https_host_of(domains: Collection[str], url: str) -> bool:
    scheme, _, place = origin_of(url).partition("://")
    host, _, port = place.rpartition(":")
    known = any(host == domain or host.endswith(f".{domain}") for domain in domains)
    return scheme == "https" and port == "443" and known


def _split(url: str) -> SplitResult | None:
    # A backslash, a blank or a user name before the host is read in more ways than one.
    if not url.isascii() or not url.isprintable() or set(url) & set(' \\@"<>'):
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in DEFAULT_PORTS and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None
