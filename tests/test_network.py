"""The block of the network is itself tested: without it every other promise is weaker."""

import http.client
import socket

import pytest

from tests.network import NetworkRefused, is_loopback

pytestmark = pytest.mark.no_database
ELSEWHERE = "192.0.2.1"  # reserved for documentation, RFC 5737


def test_connection_beyond_this_machine_is_refused():
    with socket.socket() as sock, pytest.raises(NetworkRefused, match=ELSEWHERE):
        sock.connect((ELSEWHERE, 80))


def test_http_call_by_name_is_refused_before_the_name_is_looked_up():
    connection = http.client.HTTPConnection("zoom.us", timeout=1)

    with pytest.raises(NetworkRefused, match=r"zoom\.us"):
        connection.request("GET", "/")


def test_datagram_beyond_this_machine_is_refused():
    with (
        socket.socket(type=socket.SOCK_DGRAM) as sock,
        pytest.raises(NetworkRefused, match=ELSEWHERE),
    ):
        sock.sendto(b"?", (ELSEWHERE, 53))


def test_connection_to_this_machine_is_allowed():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=1) as client,
    ):
        assert client.getpeername() == server.getsockname()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", b"localhost", None])
def test_this_machine_is_known_by_all_its_names(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["zoom.us", "10.0.0.1", "2001:db8::1", "localhost.example"])
def test_other_machines_are_not_taken_for_this_one(host):
    assert not is_loopback(host)
