"""A mail scanner opens every link of every message before its reader does, and changes nothing."""

import re
from html import unescape

import pytest
import time_machine
from django.apps import apps
from django.db import transaction
from django.test import Client as Browser

from booking import events
from notifications import actions
from notifications.kinds import MESSAGES, Kind
from notifications.models import Message
from tests import factories
from tests.factories import NOW
from tests.notifications import test_every_message as scenes
from zoomlink.models import MeetingVisit, ZoomConnection

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.sqlite_only,  # what a page writes does not hang on the database
    pytest.mark.timeout(300),
]
world = scenes.world
# Noted of whoever opens a meeting page: a row with first_at and last_at, and nothing elsewhere.
NOTED = (MeetingVisit,)
MOST_REDIRECTS = 5


def everything() -> dict[str, list]:
    """Every row of every table; but for what is merely noted."""
    return {
        model._meta.label: list(model.objects.order_by("pk").values())
        for model in apps.get_models()
        if model not in NOTED
    }


def links_in(messages) -> set[str]:
    texts = [unescape(f"{one.body_text}\n{one.body_html}") for one in messages]
    found = re.findall(r"https?://[^\s\"'<>\])]+", "\n".join(texts))
    return {link.rstrip(".,;") for link in found}


def scan(link: str, site: str) -> list[int]:
    """Open a link as a scanner does, wherever it leads inside our site."""
    statuses = []
    for method in ("head", "get"):
        browser, url = Browser(), link
        for _redirect in range(MOST_REDIRECTS):
            if not url.startswith((site, "/")):
                break
            answer = getattr(browser, method)(url.removeprefix(site) or "/")
            statuses.append(answer.status_code)
            if "Location" not in answer:
                break
            url = answer["Location"]
    return statuses


def notices(world) -> None:
    """What no scene brings about: to those who connect Zoom, and to whoever signs in."""
    factories.staff("boss@kyiv-yoga.example", is_superuser=True)
    scenes.fill(world)
    ZoomConnection.objects.update(state=ZoomConnection.LOST)
    with transaction.atomic():
        for kind in scenes.NOTICES:
            events.record(kind, now=NOW, session=world.session)
    actions.owe_sign_in_code(email="cleo@client.example", code="AB12CD", language="en", now=NOW)


def happened(world):
    """Let everything happen in turn, from the beginning each time; give the moment it is told."""
    for scene in scenes.SCENES.values():
        yield scene.at + scenes.SETTLED, lambda scene=scene: play(world, scene)
    yield NOW, lambda: notices(world)


def play(world, scene) -> None:
    scene.before(world)
    scenes.deliver(scene.at)  # some are written only to whoever knows how things stood
    scene.happens(world, scene.at)


def test_opening_every_link_of_every_message_changes_nothing(world, settings):
    settings.EMAIL_URL = settings.SMS_URL = ""  # caught, and read where they are kept
    scenes.switch_on(MESSAGES)
    site, told, opened = settings.SITE_URL, set(), set()
    for at, begin in happened(world):
        savepoint = transaction.savepoint()
        begin()
        scenes.deliver(at)
        messages = list(Message.objects.exclude(body_text=""))
        before = everything()
        with time_machine.travel(at, tick=False):
            statuses = {link: scan(link, site) for link in links_in(messages)}

        assert everything() == before
        assert not [link for link, found in statuses.items() if 500 in found]
        told |= {message.kind for message in messages}
        opened |= {re.sub(r"[\w-]{22}|\d+", "…", link.removeprefix(site)) for link in statuses}
        transaction.savepoint_rollback(savepoint)
        world.lesson.refresh_from_db()

    assert told >= {spec.kind for spec in MESSAGES.values()} | {Kind.SIGN_IN_CODE}
    assert opened >= {"/b/…/", "/c/…/", "/w/…/", "/m/…/", "/my-bookings/", "/admin/bookings/…/"}
