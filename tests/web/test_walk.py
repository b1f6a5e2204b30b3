"""Who holds no link finds nothing of another client, whatever address they think of.

Every address of the resolver is asked for with what a stranger could guess or count up to:
numbers of rows, booking codes, slugs. What Ben gave, and every token of his, is on none of the
answers, neither for a stranger nor for another client. That no address is left out, the test of
docs/roles.md sees to.
"""

import logging
import re
from collections.abc import Iterator
from http.cookies import SimpleCookie

import pytest
import time_machine
from django.test import Client as Browser

from booking import actions, features
from booking.models import Booking, WaitingEntry
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tests.web.everybody import undone
from tests.web.roles_page import pages
from tests.web.test_matrix import addresses
from web.site.accounts import proven_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.sqlite_only,  # what a page says does not hang on the database
    pytest.mark.timeout(300),
]
OPEN_TO_ANYBODY = {row.address for row in pages() if "anonymous" in row.opens}
SLUGS, TOKENS = {"slug", "name"}, {"token"}


@pytest.fixture
def ben(db, caplog):
    """All there is of one client: a booking, a hold to be proved, a place on a waiting list."""
    caplog.set_level(logging.CRITICAL)
    with time_machine.travel(NOW, tick=False):
        yield Planted()


class Planted:
    NAME, EMAIL, PHONE, NOTE = "Benedikt Zwölf", "b12@zwoelf.example", "+380671112233", "My knee"

    def __init__(self):
        factories.company()
        for spec in features.all_specs():
            factories.enable(spec.key)
        ada = factories.provider("Ada", user=factories.staff())
        self.lesson = factories.service(ada)
        yoga = factories.service(ada, name="Yoga", kind="class", capacity=1)
        who = factories.details(self.NAME, email=self.EMAIL, phone=self.PHONE)
        self.booking = factories.book_one(self.lesson, client=who, note=self.NOTE)
        self.held = actions.hold(
            service_id=self.lesson.pk,
            client=who,
            starts_at=TOMORROW_NOON.replace(hour=12),
            held_until=TOMORROW_NOON,
            needs_proof=True,
            now=NOW,
        )
        at = TOMORROW_NOON.replace(hour=14)
        self.session = actions.schedule_session(
            service_id=yoga.pk, provider_id=ada.pk, starts_at=at, now=NOW
        )
        of_class = {"session_id": self.session.pk, "now": NOW}
        actions.book(service_id=yoga.pk, client=factories.details("Dan"), **of_class)
        self.entry = actions.join_waiting_list(client=who, **of_class)

    @property
    def secrets(self) -> set[str]:
        bookings = list(Booking.objects.select_related("session"))
        named = ("code", "manage_token", "join_token", "proof_token")
        own = {getattr(booking, name) for booking in bookings for name in named} - {None}
        hosts = {booking.session.host_token for booking in bookings}
        words = {self.NAME, self.EMAIL, self.PHONE, self.PHONE[1:], self.NOTE}
        return own | hosts | words | {*WaitingEntry.objects.values_list("token", flat=True)}

    def guesses(self, address: str) -> Iterator[str]:
        """The address with what a stranger could put in the place of its parameters."""
        names = set(re.findall(r"<(?:\w+:)?(\w+)>", address))
        rows = (self.booking, self.held, self.session, self.entry, self.booking.client)
        numbers = {str(row.pk) for row in rows}
        if not names:
            yield address
        elif names <= TOKENS:
            codes = {self.booking.code, self.booking.code.lower()}
            yield from (self._filled(address, token=one) for one in numbers | codes)
        elif names <= SLUGS:
            slugs = {self.lesson.slug, self.session.service.slug}
            yield from (self._filled(address, slug=one, name="0" * 32) for one in slugs)
        else:
            yield from (self._filled(address, rest=one) for one in numbers)

    def _filled(self, address: str, *, rest: str = "", **values: str) -> str:
        words = {"language": "en", "url": "nowhere", "app_label": "booking", **values}
        words.setdefault("slug", self.session.service.slug)
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda name: words.get(name[1]) or rest, address)


@pytest.mark.parametrize("who", ["a stranger", "another client"])
def test_no_address_tells_anything_of_a_client(ben, who):
    cleo = None
    if who == "another client":
        factories.book_one(ben.lesson, starts_at=TOMORROW_NOON.replace(hour=16))
        cleo = proven_user("cleo@client.example")
    secrets = ben.secrets - own_of_cleo()

    ask = asking(cleo)
    told = [
        f"{method.upper()} {path}: {answer.status_code} {found}"
        for address in addresses()
        for path in ben.guesses(address)
        for method in ("get", "post")
        for answer in [ask(method, path)]
        for found in [told_in(answer, secrets, path)]
        if found or answer.status_code == 500 or enters(address, answer)
    ]

    assert not told, "\n".join(told)


def asking(user):
    """Return what asks for an address as somebody; what happens of it is undone.

    Some addresses sign out: then the session is there again for the next.
    """
    browser = Browser(raise_request_exception=False)
    if user is not None:
        browser.force_login(user)
    cookies = browser.cookies.output(header="", sep=";")

    def ask(method: str, path: str):
        browser.cookies = SimpleCookie(cookies)
        json = {"data": {}, "content_type": "application/json"}
        extra = json if method == "post" and path.startswith("/api/") else {}
        with undone():
            return getattr(browser, method)(path, **extra)

    return ask


def own_of_cleo() -> set[str]:
    rows = Booking.objects.filter(client__email="cleo@client.example").select_related("session")
    return {
        value
        for row in rows
        for value in (row.code, row.manage_token, row.join_token, row.session.host_token)
    }


def told_in(answer, secrets: set[str], path: str) -> list[str]:
    """What it tells; a page of errors repeats the address it was asked for."""
    whole = everything_in(answer)
    return [one for one in secrets if one in whole and one not in path]


def everything_in(answer) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in answer.items())
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{headers}\n{answer.cookies}\n{body.decode(errors='replace')}"


def enters(address: str, answer) -> bool:
    """Whether somebody who does not work here is shown a page of the staff's."""
    is_of_staff = address.startswith("/admin/") and address not in OPEN_TO_ANYBODY
    return is_of_staff and answer.status_code < 300
