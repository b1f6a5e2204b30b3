"""Tokens cannot be tried through: a wrong one says nothing, and few can be tried in a minute.

Every address of the resolver that takes a token is asked with every kind of wrong one: made up,
cut short, of another kind, of somebody erased, or replaced by a newer one.
"""

import re
from datetime import timedelta
from html import escape
from urllib.parse import quote

import pytest
import time_machine
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from booking import actions, features
from booking.links import new_token
from booking.models import Booking, Provider, WaitingEntry
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tests.web.everybody import undone
from tests.web.test_matrix import addresses

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]

WITH_TOKEN = sorted(address for address in addresses() if ":token>" in address)
# Which of the world's tokens opens what is below an address.
KINDS = {
    "/b/": {"manage"},
    "/c/": {"proof"},
    "/m/": {"join", "host"},
    "/w/": {"waiting"},
    "/api/v1/bookings/": {"manage"},
}
BODIES = {
    "/cancel": {"reason": "No time"},
    "/reschedule": {"starts_at": "2026-11-24T15:00:00+02:00"},
}
# Not of base64: only /c/ lets them through to its view.
MALFORMED = ("x" * 500, "a.b~c", "ї" * 22, "100%-of", "x OR 1=1", "\x00" * 22)


class World:
    """A token of every kind, the like of somebody erased, and one that was replaced."""

    def __init__(self):
        factories.company()
        for spec in features.all_specs():
            factories.enable(spec.key)
        self.ada, self.ben = factories.provider("Ada"), factories.provider("Ben")
        self.lesson = factories.service(self.ada, self.ben)
        self.yoga = factories.service(self.ada, name="Yoga", kind="class", capacity=1)
        erased = self._all_of("Dan", TOMORROW_NOON + timedelta(days=1))
        dan = Booking.objects.filter(client__name="Dan")
        actions.erase_clients(client_ids={*dan.values_list("client", flat=True)}, now=NOW)
        self.tokens = self._all_of("Cleo", TOMORROW_NOON)
        moved = factories.book_one(self.lesson, starts_at=TOMORROW_NOON + timedelta(days=2))
        replaced = moved.session.host_token
        other = Provider.objects.exclude(pk=moved.session.provider_id).get()
        actions.reschedule(
            booking_id=moved.pk, starts_at=moved.session.starts_at, provider_id=other.pk, now=NOW
        )
        self.gone = {*erased.values()} - {erased["host"]} | {replaced}

    def _all_of(self, name: str, at) -> dict[str, str]:
        who = factories.details(name)
        booked = factories.book_one(self.lesson, starts_at=at, client=who)
        held = actions.hold(
            service_id=self.lesson.pk,
            client=who,
            starts_at=at + timedelta(hours=2),
            held_until=at,
            needs_proof=True,
            now=NOW,
        )
        session = actions.schedule_session(
            service_id=self.yoga.pk,
            provider_id=self.ada.pk,
            starts_at=at + timedelta(hours=4),
            now=NOW,
        )
        of_class = {"session_id": session.pk, "now": NOW}
        other = factories.details(f"Before {name}")
        actions.book(service_id=self.yoga.pk, client=other, **of_class)
        entry = actions.join_waiting_list(client=who, **of_class)
        return {
            "manage": booked.manage_token,
            "join": booked.join_token,
            "host": booked.session.host_token,
            "proof": held.proof_token,
            "waiting": entry.token,
        }

    def right(self, address: str) -> str:
        return self.tokens[min(kinds_of(address))]

    def wrong(self, address: str) -> set[str]:
        others = {token for kind, token in self.tokens.items() if kind not in kinds_of(address)}
        right = self.right(address)
        return others | self.gone | {new_token(), right[:-1], f"{right}A", right.swapcase()}


def kinds_of(address: str) -> set[str]:
    path = address.removeprefix("/embed")
    return next(kinds for place, kinds in KINDS.items() if path.startswith(place))


def ask(method: str, address: str, token: str, **extra):
    path = re.sub(r"<\w+:token>", quote(token, safe=""), address)
    path = re.sub(r"<\w+:name>", "google", path)
    if method == "post" and path.startswith("/api/"):
        body = next((body for end, body in BODIES.items() if path.endswith(end)), {})
        return Browser().post(path, body, content_type="application/json", **extra)
    return getattr(Browser(), method)(path, **extra)


def told(answer, token: str) -> str:
    """What an answer says, but for the path itself, the form's mark and the page's nonce."""
    headers = {name: text for name, text in answer.items() if name != "Content-Length"}
    whole = f"{answer.status_code}\n{headers}\n{sorted(answer.cookies)}\n{answer.content.decode()}"
    for said in (quote(token, safe=""), quote(token), escape(token), token):
        whole = whole.replace(said, "…")
    whole = re.sub(r'csrfmiddlewaretoken" value="\w+', "", whole)
    return re.sub(r"nonce(-|=\")[\w+/=-]+", "", whole)


@pytest.fixture
def world(db, settings):
    settings.RATE_LIMIT_PER_MINUTE = 0
    with time_machine.travel(NOW, tick=False):
        yield World()


def test_every_wrong_token_is_answered_alike(world):
    for address in WITH_TOKEN:
        for method in ("get", "post"):
            with undone():
                found = ask(method, address, world.right(address))
            is_refused_anyhow = found.status_code in {403, 405}
            wrong = world.wrong(address) | (set() if is_refused_anyhow else {*MALFORMED})
            answers = {token: ask(method, address, token) for token in wrong}

            said = {told(answer, token) for token, answer in answers.items()}
            statuses = {answer.status_code for answer in answers.values()}
            assert len(said) == 1, (method, address, statuses)
            assert statuses == {found.status_code if is_refused_anyhow else 404}, (method, address)
            assert found.status_code != 404, (method, address)


def test_wrong_token_is_looked_up_by_a_unique_column_and_nowhere_else(world):
    unique = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.fields
        if field.unique
    }
    for address in WITH_TOKEN:
        for method in ("get", "post"):
            token = new_token()
            with CaptureQueriesContext(connection) as asked:
                if ask(method, address, token).status_code != 404:
                    continue
            naming = [query["sql"] for query in asked if token in query["sql"]]
            columns = [re.findall(rf"\"(\w+)\".\"(\w+)\" = '{token}'", sql) for sql in naming]

            assert len(naming) == len(kinds_of(address)), address
            assert all(len(found) == 1 and {*found} <= unique for found in columns), naming


PLACES = ("/b/<slug:token>/", "/m/<slug:token>/", "/c/<str:token>/", "/w/<slug:token>/")
OF_API = "/api/v1/bookings/<slug:token>"


@pytest.fixture
def two_a_minute(world, settings):
    settings.RATE_LIMIT_PER_MINUTE = 2
    cache.clear()
    yield world
    cache.clear()


@pytest.mark.parametrize("address", [*PLACES, OF_API])
def test_misses_anywhere_close_every_page_with_a_token_for_the_minute(two_a_minute, address):
    missed = [ask("get", address, new_token()).status_code for _time in range(2)]
    pages = [ask("get", one, two_a_minute.right(one)) for one in PLACES]
    wrong = [ask("post", address, new_token()), ask("get", address, new_token())]
    api = ask("get", OF_API, two_a_minute.right(OF_API))

    assert missed == [404, 404]
    assert {answer.status_code for answer in [*pages, *wrong, api]} == {429}
    assert {answer["Retry-After"] for answer in [*pages, *wrong, api]} == {"60"}
    assert {answer["Referrer-Policy"] for answer in [*pages, *wrong, api]} == {"no-referrer"}
    assert "60 seconds" in pages[0].content.decode()
    assert api.json()["code"] == "too_many_requests"
    assert Browser().get("/").status_code == 200
    right = two_a_minute.right(address)
    assert ask("get", address, right, REMOTE_ADDR="192.0.2.7").status_code in {200, 302}
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        assert ask("get", address, right).status_code in {200, 302}


def test_right_tokens_are_never_counted_as_misses(two_a_minute):
    answers = {ask("get", PLACES[0], two_a_minute.tokens["manage"]).status_code for _ in range(5)}

    assert answers == {200}
    assert WaitingEntry.objects.filter(token=two_a_minute.tokens["waiting"]).exists()


def test_any_number_of_misses_where_there_is_no_limit(world):
    assert {ask("get", PLACES[0], new_token()).status_code for _time in range(5)} == {404}
