"""Keeps a test run on this machine: whatever it calls elsewhere is a mistake."""

import ipaddress
import sys


class NetworkRefused(RuntimeError):
    """A test tried to reach another machine."""


def is_loopback(host: str | bytes | None) -> bool:
    """Return whether ``host`` is this machine. None and "" mean "any address of ours"."""
    name = host.decode() if isinstance(host, bytes) else host
    if not name or name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _refuse(event: str, arguments: tuple) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        if isinstance(address, tuple) and not is_loopback(address[0]):
            raise NetworkRefused(f"{event} to {address[0]}")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname") and not is_loopback(arguments[0]):
        raise NetworkRefused(f"{event} of {arguments[0]}")


def block() -> None:
    """Refuse every connection and name look-up beyond this machine, from now on."""
    sys.addaudithook(_refuse)
