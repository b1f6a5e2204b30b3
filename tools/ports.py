"""Free and taken ports of this machine."""

import socket


class PortTaken(Exception):
    """Another program listens there; the text is one line for the person at the terminal."""


def is_taken(host: str, port: int) -> bool:
    """Return whether a server could not be started on ``host`` and ``port``."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return _answers_on_ipv6(port)


def _answers_on_ipv6(port: int) -> bool:
    """A server on ::1 alone would be the one that browsers reach as localhost."""
    try:
        with socket.create_connection(("::1", port), timeout=0.5):
            return True
    except OSError:
        return False


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback address that nobody uses at this moment."""
    servers = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [server.getsockname()[1] for server in servers]
    finally:
        for server in servers:
            server.close()
