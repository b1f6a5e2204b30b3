"""Visits: when a client's page was opened, and when it let them in."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client

from booking import actions as booking_actions
from tests.zoomlink.pages import AFTER, BEFORE, SECOND, at, host_page, join
from tests.zoomlink.scene import NOW, TOMORROW
from zoomlink.models import MeetingVisit

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)
TO_A_PAGE = {"sec-fetch-dest": "document", "sec-fetch-mode": "navigate"}


@pytest.fixture
def visit():
    """Return a function that opens a client's page on a phone at a moment."""

    def open_page(booking, moment, *, suffix="", method="get", **headers):
        told = {"user-agent": PHONE, **{k.replace("_", "-"): v for k, v in headers.items()}}
        with at(moment):
            return getattr(Client(), method)(join(booking, suffix), headers=told)

    return open_page


def noted() -> list[tuple]:
    return list(MeetingVisit.objects.values_list("first_at", "last_at", "entered_at"))


def test_a_visit_is_noted_and_when_it_led_in(visit, booking):
    visit(booking, NOW)
    assert noted() == [(NOW, NOW, None)]

    visit(booking, BEFORE, **TO_A_PAGE)
    visit(booking, TOMORROW)
    assert noted() == [(NOW, TOMORROW, TOMORROW)]

    visit(booking, TOMORROW + MINUTE)
    assert noted() == [(NOW, TOMORROW + MINUTE, TOMORROW + MINUTE)]


def test_a_page_opened_again_and_again_is_written_once_a_minute(visit, booking):
    visit(booking, NOW)

    for seconds in (15, 30, 45, 59):
        visit(booking, NOW + seconds * SECOND)
    assert noted() == [(NOW, NOW, None)]

    visit(booking, NOW + MINUTE)
    assert noted() == [(NOW, NOW + MINUTE, None)]


NOBODY = [
    {"suffix": "status/"},
    {"method": "head"},
    {"sec_purpose": "prefetch;prerender"},
    {"purpose": "prefetch"},
    {"x_moz": "prefetch"},
    {"sec_fetch_dest": "iframe"},
    {"sec_fetch_dest": "empty"},
    {"user_agent": ""},
    {"user_agent": "WhatsApp/2.23.20.0"},
    {"user_agent": "TelegramBot (like TwitterBot)"},
    {"user_agent": "facebookexternalhit/1.1"},
    {"user_agent": "Mozilla/5.0 (compatible; Slackbot-LinkExpanding 1.0)"},
    {"user_agent": "Mozilla/5.0 (Windows NT 6.1) SkypeUriPreview Preview/0.5"},
]


def test_what_nobody_looks_at_is_no_visit(visit, booking):
    for asked in NOBODY:
        for moment in (BEFORE, AFTER):
            visit(booking, moment, **asked)
            assert (asked, noted()) == (asked, [])


def test_a_page_that_leads_nowhere_and_the_hosts_own_are_no_visits(visit, host, booking):
    with at(AFTER):
        host.get(host_page(booking), headers={"user-agent": PHONE})
    booking_actions.cancel(booking_id=booking.pk, now=NOW)
    visit(booking, AFTER)

    assert noted() == []


@pytest.mark.django_db(transaction=True)
def test_a_visit_that_cannot_be_written_keeps_nobody_out(visit, booking, caplog):
    def refuse(execute, sql, *arguments):
        if "INSERT" in sql and MeetingVisit._meta.db_table in sql:
            raise OperationalError("database is locked")
        return execute(sql, *arguments)

    with connection.execute_wrapper(refuse):
        assert visit(booking, BEFORE).status_code == 200
        assert visit(booking, AFTER).status_code == 302

    assert noted() == []
    assert f"A visit of booking {booking.pk} could not be noted" in caplog.text
    assert booking.join_token not in caplog.text
