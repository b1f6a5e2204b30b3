"""How heavy the site's pages are: they are opened on phones, over networks that are slow."""

import gzip
import re
from pathlib import PurePosixPath

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

pytestmark = pytest.mark.django_db

HEAVIEST_KB = 150
PICTURES = {".webp", ".png", ".jpg"}
LINKED = re.compile(r'(?:src|href)="/static/([^"#?]+)')
IMPORTED = re.compile(r'(?:from|import) "(\.{1,2}/[^"]+)"')


def files_of(page: str) -> set[str]:
    """The static files that a page loads, and what its scripts import, without pictures."""
    waiting, found = set(LINKED.findall(page)), set()
    while waiting:
        name = waiting.pop()
        if name in found or PurePosixPath(name).suffix in PICTURES:
            continue
        found.add(name)
        if name.endswith(".js"):
            folder = PurePosixPath(name).parent
            waiting |= {str(folder / path) for path in IMPORTED.findall(content_of(name).decode())}
    return found


def content_of(name: str) -> bytes:
    path = finders.find(name)
    assert path, f"{name} is not among the static files"
    with open(path, "rb") as file:
        return file.read()


def sent(content: bytes) -> int:
    return len(gzip.compress(content, 9))


def kilobytes(page: str) -> float:
    """What a first visitor is sent: the page itself is not compressed, its files are."""
    return (len(page.encode()) + sum(sent(content_of(name)) for name in files_of(page))) / 1000


@pytest.mark.parametrize("address", ["/", "/book/lesson/"])
def test_first_page_is_light(client, lesson, address):
    assert kilobytes(client.get(address).content.decode()) <= HEAVIEST_KB


def test_weight_counts_styles_scripts_and_icons(client, lesson):
    files = files_of(client.get(reverse("site:home")).content.decode())

    assert {PurePosixPath(name).suffix for name in files} >= {".css", ".js", ".svg"}
