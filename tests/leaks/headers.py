"""The headers of an answer: the one place where an address may carry somebody into a meeting.

Needs no settings: also those who only look at a running product read them.
"""

from collections.abc import Collection, Iterable

from tests.leaks.canaries import note
from zoomlink.client import is_join_link, is_start_link

# What may stand in the address that takes somebody into a meeting at Zoom, and nowhere else.
PASSCODE, HOST = "zsimPWD_…", "zsimZAK_…"


def read_headers(
    headers: Iterable[tuple[str, str]], status: int, where: str, origins: Collection[str]
) -> None:
    """Search headers; ``origins`` beside Zoom's own are where meetings take place."""
    for name, content in headers:
        leads_on = status == 302 and name.lower() == "location"
        note(content, f"{name} of {where}", but=belongs_into(content, origins) if leads_on else "")


def belongs_into(address: str, origins: Collection[str]) -> str:
    """The kind of secret that an address at Zoom has to carry, if any."""
    if is_join_link(address, origins):
        return PASSCODE
    return HOST if is_start_link(address, origins) else ""
