"""Origins as browsers write them in the header of that name (RFC 6454). Pure."""

from urllib.parse import urlsplit

_OWN_PORTS = {"http": 80, "https": 443}


def origin_of(address: str) -> str | None:
    """The origin of what somebody typed, such as ``https://www.example.com/``.

    None for what is no address of the web, or names more than where a page comes from.
    """
    try:
        parts = urlsplit(address.strip())
        host, port = _host_of(parts.hostname or ""), parts.port
    except ValueError:  # a port that is none, brackets that do not close, a host with spaces
        return None
    is_more = bool(parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in _OWN_PORTS or not host or is_more:
        return None
    shown_port = "" if port in (None, _OWN_PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{host}{shown_port}"


def _host_of(name: str) -> str:
    """As it travels: letters of other alphabets as ``xn--…``. Raises ValueError (UnicodeError)."""
    if ":" in name:
        return f"[{name}]"
    if set(name) & set("*/\\<>\"'` %"):
        raise ValueError(name)
    return name.encode("idna").decode().lower()
