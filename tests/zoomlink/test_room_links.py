"""Where people may be led that is not Zoom: to a room somebody named, and to nothing else."""

import pytest

from zoomlink.client import is_room_link

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    "address",
    [
        "https://meet.example/ada",
        "https://meet.example:8443/ada?key=a%20b#here",
        "https://teams.example/l/19%3ameeting@thread.v2/0",
        "https://зустріч.укр/кімната",
    ],
)
def test_an_address_over_https_is_a_room(address):
    assert is_room_link(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://meet.example/ada",
        "javascript:alert(1)",
        "data:text/html,hello",
        "//meet.example/ada",
        "/m/ada/",
        "https:meet.example",
        "https:///meet.example",
        "https://meet.example@evil.example/",
        "https://ada:secret@meet.example/",
        "https://meet.example\\@evil.example/",
        "https:\\\\evil.example/",
        "https://meet.example/a b",
        "https://meet.example/\r\nSet-Cookie: a=b",
        "https://[::1/",
        'https://meet.example/"><script>',
    ],
)
def test_what_browsers_may_read_otherwise_is_no_room(address):
    assert not is_room_link(address)
