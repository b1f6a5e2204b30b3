"""Every address × everybody × own and others' things × GET and POST, as docs/roles.md says."""

import logging
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.http import HttpResponse
from django.urls import URLPattern, get_resolver, resolve

from tests import factories
from tests.web.everybody import EVERYBODY, NARROW, NOBODY, UNLINKED, Company, Things
from tests.web.roles_page import STAFF, Row, pages, public, readable

SIGN_IN, START = "/admin/login/?next=", "/admin/"
DONE = {200, 302, 400, 409, 422}
# What an address says beside the number of a thing.
WORDS = {
    "slug": "requested-client-email",
    "language": "en",
    "key": "classes",
    "url": "nowhere",
    "app_label": "booking",
}
# Of which kind of thing the number is, by the beginning of the address; else as the admin has it.
KINDS = {
    "/admin/api-keys/": "api/apikey",
    "/admin/bookings/": "booking",
    "/admin/clients/": "booking/client",
    "/admin/sessions/": "session",
    "/admin/reports/online-meetings/": "session",
    "/admin/reports/exports/": "export",
    "/admin/sent-messages/": "message",
    "/admin/message-settings/times/": "timing",
    "/admin/flexible-notifications/": "booking/service",
    "/admin/webhooks/deliveries/": "delivery",
    "/admin/webhooks/": "endpoint",
    "/admin/hours/": "booking/provider",
    "/admin/r/": "booking/service",
}
# Hears of everybody's bookings, so it is nobody's own.
OF_ALL = "/admin/webhooks/"
ROWS = pages()


def addresses(patterns=None, before: str = "") -> Iterator[str]:
    """Every address of the product, by its pattern."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        whole = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield readable(whole)
        else:
            yield from addresses(pattern.url_patterns, whole)


@pytest.fixture
def company(db, caplog) -> Iterator[Company]:
    caplog.set_level(logging.ERROR)  # a refusal is told with its whole trace
    with time_machine.travel(factories.NOW, tick=False):
        yield Company()


def test_every_address_stands_in_the_tables_and_nothing_else_does():
    listed = [row.address for row in ROWS] + [*public()]
    has_no_switch = {row.address for row in ROWS if row.address.endswith("/deactivate/")}

    missing = set(addresses()) - set(listed)
    too_many = set(listed) - set(addresses()) - has_no_switch

    assert not missing, f"give these a row in docs/roles.md: {sorted(missing)}"
    assert not too_many, f"no such address: {sorted(too_many)}"
    assert len(listed) == len(set(listed)), "listed twice"


@pytest.mark.timeout(300)  # some hundred pages
@pytest.mark.sqlite_only  # who may does not hang on the database
@pytest.mark.parametrize("who", EVERYBODY)
def test_addresses_answer_as_their_rows_say(company, who):
    known = set(addresses())

    wrong = [
        f"{method.upper()} {row.address} ({whose}): {told}"
        for row in ROWS
        if row.address in known
        for method, allowed in (("get", row.opens), ("post", row.sends))
        for whose, told in _asked(company, row, method, allowed, who)
    ]

    assert not wrong, "\n".join(wrong)


def _asked(company: Company, row: Row, method: str, allowed, who: str) -> Iterator[tuple[str, str]]:
    """What was answered otherwise than the row says, and of whose thing."""
    role = {UNLINKED: "junior", NARROW: "owner"}.get(who, who)
    for whose, things in _things(company, row, who):
        answer, written = company.ask(who, method, _filled(row.address, things))
        sees_own = row.is_own and who in ("junior", UNLINKED, NARROW)
        is_hidden = whose == "others" and (row.is_private or sees_own)
        if role not in allowed:
            is_refused = _is_refused(answer, who, nobody_may=not allowed)
            is_right = (is_refused or (is_hidden and _is_hidden(answer))) and not written
        elif is_hidden:
            is_right = _is_hidden(answer) and not written
        else:
            is_right = _is_done(answer) and (method == "post" or not written)
        if not is_right:
            yield whose, f"{answer.status_code} {answer.get('Location', '')} {written}"


def _things(company: Company, row: Row, who: str) -> Iterator[tuple[str, Things]]:
    is_of_all = row.address.startswith(OF_ALL)
    if "<" in row.address and who in company.own and not is_of_all:
        yield "own", company.shared | company.own[who]
    yield "others", company.others


def _filled(address: str, things: Things) -> str:
    """The address with the ids of ``things`` in the place of its parameters."""
    begins = next((begin for begin in KINDS if address.startswith(begin)), None)
    kind = KINDS[begins] if begins else "/".join(address.split("/")[2:4])

    def value(found: re.Match) -> str:
        return str(WORDS.get(found[1]) or things.get(found[1]) or things.get(kind))

    path = re.sub(r"<(?:\w+:)?(\w+)>", value, address)
    is_of_service = address.startswith("/admin/flexible-notifications/")
    return f"{path}?service={things[kind]}" if is_of_service else path


def _is_refused(answer: HttpResponse, who: str, *, nobody_may: bool) -> bool:
    finds_nothing = nobody_may or who == NOBODY
    if finds_nothing and (answer.status_code == 405 or _is_hidden(answer)):
        return True
    is_led_to_sign_in = answer.status_code == 302 and answer.url.startswith(SIGN_IN)
    if who in ("anonymous", "client") and is_led_to_sign_in:
        return True
    return answer.status_code == 403 and who != "anonymous"


def _is_hidden(answer: HttpResponse) -> bool:
    return answer.status_code == 404 or (answer.status_code == 302 and answer.url == START)


def _is_done(answer: HttpResponse) -> bool:
    is_led_away = answer.status_code == 302 and answer.url.startswith(SIGN_IN)
    return answer.status_code in DONE and not is_led_away


@pytest.mark.timeout(300)
@pytest.mark.sqlite_only
@pytest.mark.parametrize("who", [*STAFF, UNLINKED])
def test_no_link_or_button_leads_where_one_may_not_go(company, who):
    role = {UNLINKED: "junior"}.get(who, who)
    known = {row.address: row for row in ROWS}
    things = company.shared | company.own.get(who, {} if who == UNLINKED else company.others)

    wrong = {
        f"{row.address} offers {method} {address}"
        for row in ROWS
        if role in row.opens and _is_within(row.address, things)
        for method, address in _ways_on(company, who, _filled(row.address, things))
        if address in known and role not in getattr(known[address], method)
    }

    assert not wrong, "\n".join(sorted(wrong))


def _is_within(address: str, things: Things) -> bool:
    """Whether the address asks for nothing but what this person has."""
    return "None" not in _filled(address, things)


def _ways_on(company: Company, who: str, page: str) -> Iterator[tuple[str, str]]:
    """Where the links and the buttons of a page lead, as ("opens" or "sends", pattern)."""
    answer, _written = company.ask(who, "get", page)
    text = "" if answer.streaming else answer.content.decode()
    for opening in re.findall(r"<(?:a|form)\b[^>]*>", text):
        found = re.search(r'(?:href|action)="(/[^"?#]*)', opening)
        if found:
            is_sent = 'method="post"' in opening
            yield "sends" if is_sent else "opens", readable(resolve(found[1]).route)
