"""Where webhooks may be sent. Pure.

Whoever adds an endpoint is trusted with the company's settings, and receivers such as n8n
often stand in the company's own network: private addresses are allowed, there even without
encryption. Refused are addresses by which a machine asks its cloud about itself, since the
answer would show credentials that nobody at the company's desk is meant to have.
"""

import enum
import ipaddress
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Problem(enum.StrEnum):
    """Why nothing is sent to an address."""

    UNREADABLE = "unreadable"
    NOT_HTTP = "not_http"
    CREDENTIALS = "credentials"
    FORBIDDEN = "forbidden"
    UNENCRYPTED = "unencrypted"


class AddressRefused(Exception):
    """Nothing is sent there. Its text holds no address."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


# What clouds answer by, where it is no link-local address: Azure, Alibaba, Oracle; by IPv6 AWS
# and Google.
_METADATA = {
    ipaddress.ip_address(address)
    for address in (
        "168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254",
    )
}  # fmt: skip
# Behind these an IPv4 address stands in an IPv6 one (RFC 6052).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def require_plausible(url: str) -> None:
    """Refuse what can be told from the text alone, without asking for the name's address.

    Raises AddressRefused.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise AddressRefused(Problem.UNREADABLE) from None
    if parts.scheme not in ("http", "https"):
        raise AddressRefused(Problem.NOT_HTTP)
    if not host or any(letter.isspace() or ord(letter) < 32 for letter in url):
        raise AddressRefused(Problem.UNREADABLE)
    if parts.username is not None or parts.password is not None:
        raise AddressRefused(Problem.CREDENTIALS)
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return  # a name: whose address it is, is asked when it is connected to
    require_allowed(address, is_encrypted=parts.scheme == "https")


def require_allowed(address: Address, *, is_encrypted: bool) -> None:
    """Refuse an address that is forbidden, or that wants encryption. Raises AddressRefused."""
    address = _meant_by(address)
    is_nobody = address.is_unspecified or address.is_multicast
    if address.is_link_local or is_nobody or address in _METADATA:
        raise AddressRefused(Problem.FORBIDDEN)
    if address.is_global and not is_encrypted:
        raise AddressRefused(Problem.UNENCRYPTED)


def _meant_by(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one, where there is one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
