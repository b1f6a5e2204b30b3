"""Finding clients and bookings by a few words: names, phones, e-mails, codes.

Letters count whatever their case, in every alphabet; a phone counts however it is written.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from booking.links import CODE_LENGTH
from booking.models import Booking, Client, User
from web.desk.access import SEE_CLIENTS, visible_bookings, visible_clients

LONGEST_SEARCH, SHORTEST_SEARCH = 100, 2
_LONGEST_TERMS = 6
# Fewer digits than these say nothing of a phone, and fewer letters nothing of a code.
_FEWEST_DIGITS, _FEWEST_OF_A_CODE = 3, 4
_NUMERIC = re.compile(r"[+()./\-\d]*\d[+()./\-\d]*")


@dataclass(frozen=True)
class Term:
    """One word as typed, or a phone number with its blanks; ``digits`` are those of a phone.

    They lack leading zeros, since a phone written for its own country begins with one
    that its international form may not have.
    """

    text: str
    digits: str = ""


@dataclass(frozen=True)
class Found:
    """Clients by name, each with ``next_booking``; bookings, those to come first."""

    clients: list[Client]
    bookings: list[Booking]
    has_more: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.clients or self.bookings)


def terms_in(text: str) -> list[Term]:
    """Split at blanks, but keep the groups of a phone number together."""
    words = text.replace("\0", "").split()
    terms: list[Term] = []
    group: list[str] = []
    for word in [*words, ""]:
        if _NUMERIC.fullmatch(word):
            group.append(word)
            continue
        if group:
            terms.append(_number(" ".join(group)))
        group = []
        if word:
            terms.append(Term(word))
    return terms[:_LONGEST_TERMS]


def _number(text: str) -> Term:
    digits = re.sub(r"\D", "", text).lstrip("0")
    return Term(text, digits if len(digits) >= _FEWEST_DIGITS else "")


def clients_like(terms: Iterable[Term], clients: QuerySet[Client]) -> QuerySet[Client]:
    """Those of ``clients`` whom every term fits, by name, e-mail, or any phone they gave."""
    for term in terms:
        clients = clients.filter(_is_of_client(term))
    return clients


def bookings_like(terms: Iterable[Term], bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    """Those of ``bookings`` that every term fits, by the code or by the client."""
    for term in terms:
        # The clients first, once: their names are not read again for each of their bookings.
        fits = Q(client__in=Client.objects.filter(_is_of_client(term)).values("pk"))
        if _FEWEST_OF_A_CODE <= len(term.text) <= CODE_LENGTH:
            fits |= Q(code__startswith=term.text.upper())
        bookings = bookings.filter(fits)
    return bookings


def find(user: User, text: str, *, now: datetime, most: int) -> Found:
    """Up to ``most`` clients and bookings of each, among those that ``user`` may see."""
    terms = terms_in(text[:LONGEST_SEARCH])
    if len(text.strip()) < SHORTEST_SEARCH or not terms:
        return Found([], [])
    clients = []
    if user.has_perm(SEE_CLIENTS):
        found = clients_like(terms, visible_clients(user))
        clients = list(found.order_by("name", "pk")[: most + 1])
    bookings = _upcoming_first(bookings_like(terms, visible_bookings(user)), now, most + 1)
    has_more = len(clients) > most or len(bookings) > most
    return Found(_with_next(clients[:most], user, now), bookings[:most], has_more)


def _upcoming_first(rows: QuerySet[Booking], now: datetime, most: int) -> list[Booking]:
    """What is to come, soonest first, then what was, latest first."""
    rows = rows.with_people()
    coming = rows.filter(session__ends_at__gt=now).order_by("session__starts_at", "pk")
    past = rows.filter(session__ends_at__lte=now).order_by("-session__starts_at", "-pk")
    return [*coming[:most], *past[:most]][:most]


def _with_next(clients: list[Client], user: User, now: datetime) -> list[Client]:
    coming = visible_bookings(user).filter(client__in=clients).coming(now)
    nearest: dict[int, Booking] = {}
    for booking in coming.select_related("session"):
        nearest.setdefault(booking.client_id, booking)
    for client in clients:
        client.next_booking = nearest.get(client.pk)  # type: ignore[attr-defined]
    return clients


def _is_of_client(term: Term) -> Q:
    # What stands in the place of an erased name is nobody's.
    fits = _contains("name", term.text) & Q(erased_at=None) | Q(email__icontains=term.text)
    if term.digits:
        # What was given with a booking stands there: a client's record is not changed by it.
        gave = Booking.objects.filter(phone__contains=term.digits)
        fits |= Q(phone__contains=term.digits) | Q(pk__in=gave.values("client"))
    return fits


def _contains(field: str, text: str) -> Q:
    """Whether a field has the text in it, in capitals or small letters of any alphabet."""
    if text.isascii():
        return Q(**{f"{field}__icontains": text})
    # SQLite's LIKE knows only the English letters' cases; its regular expressions are Python's.
    return Q(**{f"{field}__iregex": re.escape(text)})
