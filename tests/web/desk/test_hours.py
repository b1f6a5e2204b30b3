"""Manage > Opening hours: the company's week and each provider's, saved as a whole."""

from datetime import time

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from booking.models import User, WorkingHours
from tests import factories
from tests.web.desk.pages import week_form

PAGE = "/admin/hours/"
DAY = "09:00-13:00 14:00-18:00"


@pytest.fixture
def owner(as_role):
    return as_role("owner")


@pytest.fixture
def monday(company) -> WorkingHours:
    """All the hours there are: the company's of Monday."""
    return WorkingHours.objects.create(weekday=0, starts=time(9), ends=time(18))


MONDAY = "0:09:00-18:00"


def kept(provider=None) -> list[str]:
    rows = WorkingHours.objects.filter(provider=provider).order_by("weekday", "starts")
    return [str(row) for row in rows]


def errors_in(page) -> dict[int, list[dict[str, str]]]:
    """The errors of each row of a day, for the days that have any."""
    days = [day for day, _behind in page.context["rows"]]
    found = {day.weekday: [row.errors for row in day.rows] for day in days}
    return {weekday: errors for weekday, errors in found.items() if any(errors)}


# --- Saving ------------------------------------------------------------------


def test_week_is_saved_as_a_whole_and_what_stays_is_left_alone(owner, monday):
    hours = {0: "09:00-18:00", 1: "08:00-12:00 13:00-00:00"}

    answer = owner.post(PAGE, week_form(hours, shown=MONDAY))

    assert answer.url == PAGE
    assert kept() == ["Monday 09:00–18:00", "Tuesday 08:00–12:00", "Tuesday 13:00–00:00"]
    assert WorkingHours.objects.filter(pk=monday.pk).exists()
    assert LogEntry.objects.get().user.email == "owner@kyiv-yoga.example"


def test_blank_rows_are_no_hours_and_a_day_without_any_is_closed(owner, monday):
    owner.post(PAGE, {"shown": MONDAY, "starts-0": ["", ""], "ends-0": ["", ""]})

    assert kept() == []


@pytest.mark.parametrize(
    ("stretches", "errors"),
    [
        ("09:00-13:00 12:00-15:00", [{}, {"starts": "Overlaps 09:00–13:00."}]),
        ("18:00-09:00", [{"ends": "The end must be later than the start."}]),
        ("09:00-", [{"ends": "This field is required."}]),
        ("-18:00", [{"starts": "This field is required."}]),
        ("nine-18:00", [{"starts": "Enter a valid time."}]),
        ("09:00:30-18:00", [{"starts": "Give hours and minutes only."}]),
    ],
)
def test_wrong_times_stand_at_their_row_and_nothing_is_saved(owner, monday, stretches, errors):
    page = owner.post(PAGE, week_form({1: DAY, 4: stretches}, shown=MONDAY))

    assert page.status_code == 422
    assert errors_in(page) == {4: errors}
    assert kept() == ["Monday 09:00–18:00"]
    assert 'aria-invalid="true"' in page.content.decode()


def test_hours_that_somebody_changed_meanwhile_are_replaced_only_on_purpose(owner, monday):
    stale = week_form({2: DAY}, shown="")

    page = owner.post(PAGE, stale)
    owner.post(PAGE, stale | {"shown": page.context["shown"]})

    assert "Somebody else changed these hours meanwhile." in page.content.decode()
    assert kept() == ["Wednesday 09:00–13:00", "Wednesday 14:00–18:00"]


# --- A provider's ------------------------------------------------------------


def test_provider_without_hours_shows_the_companys_until_own_ones_are_saved(owner, ada, monday):
    page = f"{PAGE}{ada.pk}/"

    inherited = owner.get(page).content.decode()
    begun = owner.get(page, {"own": "1"}).content.decode()

    assert "Ada uses the company's opening hours." in inherited
    assert 'name="starts-0"' not in inherited
    assert 'name="starts-0" value="09:00"' in begun
    assert kept(ada) == []
    owner.post(page, week_form({1: DAY}))
    assert kept(ada) == ["Tuesday 09:00–13:00", "Tuesday 14:00–18:00"]
    assert kept() == ["Monday 09:00–18:00"]


def test_own_hours_are_given_up_after_a_question(owner, ada, monday):
    WorkingHours.objects.create(provider=ada, weekday=1, starts=time(9), ends=time(12))
    assert "Delete own hours" in owner.get(f"{PAGE}{ada.pk}/").content.decode()

    assert owner.get(f"{PAGE}{ada.pk}/forget/").status_code == 405
    owner.post(f"{PAGE}{ada.pk}/forget/")

    assert kept(ada) == []
    assert kept() == ["Monday 09:00–18:00"]


def test_provider_is_not_left_without_hours_as_if_that_meant_never(owner, ada):
    WorkingHours.objects.create(provider=ada, weekday=1, starts=time(9), ends=time(12))

    page = owner.post(f"{PAGE}{ada.pk}/", week_form({}, shown="1:09:00-12:00"))

    assert "Without any hours a provider works the company" in page.content.decode()
    assert kept(ada) == ["Tuesday 09:00–12:00"]


@pytest.mark.parametrize(
    ("zone", "told"),
    [("", "Times are the company's: Kyiv, UTC+2"), ("America/New_York", "New York, UTC-5")],
)
def test_page_names_the_zone_of_its_times(owner, ada, zone, told):
    ada.timezone = zone
    ada.save()

    assert told in owner.get(f"{PAGE}{ada.pk}/").content.decode()


# --- Who may -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("owner", True),
        ("administrator", True),
        ("senior", True),
        ("junior", False),
        ("viewer", False),
        ("client", False),
    ],
)
def test_hours_are_changed_by_those_who_may_and_read_by_all_staff(as_role, ada, monday, role, may):
    WorkingHours.objects.create(provider=ada, weekday=1, starts=time(9), ends=time(12))
    browser = as_role(role)

    companys = browser.post(PAGE, week_form({2: DAY}, shown=MONDAY))
    forgotten = browser.post(f"{PAGE}{ada.pk}/forget/")

    allowed = (302, 302) if may else (403, 403)
    assert (companys.status_code, forgotten.status_code) == allowed
    assert bool(kept(ada)) is not may
    if role != "client":
        assert ('name="starts-0"' in browser.get(PAGE).content.decode()) is may


def test_junior_reads_own_hours_and_nobody_elses(as_ada, ada, ben, monday):
    own = as_ada.get(f"{PAGE}{ada.pk}/").content.decode()

    assert "09:00–18:00" in own
    assert "Ben" not in own
    assert as_ada.get(f"{PAGE}{ben.pk}/").status_code == 404
    assert as_ada.post(f"{PAGE}{ben.pk}/forget/").status_code == 403


VERBS = ("add", "change", "delete")


@pytest.mark.parametrize("missing", VERBS)
def test_whole_week_takes_every_permission_over_hours(company, browser_of, missing):
    user = factories.staff("half@kyiv-yoga.example")
    held = {"view_booking", *(f"{verb}_workinghours" for verb in VERBS if verb != missing)}
    user.user_permissions.set(Permission.objects.filter(codename__in=held))

    answer = browser_of(user).post(PAGE, week_form({2: DAY}))

    assert answer.status_code == 403
    assert kept() == []


def test_week_from_another_site_is_refused(as_role, company):
    as_role("owner")
    strict = Browser(enforce_csrf_checks=True)
    boss = User.objects.get(email="owner@kyiv-yoga.example")
    strict.force_login(boss, backend="booking.backends.StaffBackend")

    assert strict.post(PAGE, week_form({2: DAY})).status_code == 403
    assert kept() == []


def queries_of(browser, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        browser.get(page)
    return len(captured)


def test_page_takes_as_many_queries_for_many_providers_and_hours(owner, ada, monday):
    page = f"{PAGE}{ada.pk}/"
    for_one = queries_of(owner, page)
    for name in ("Eve", "Finn"):
        factories.provider(name)
    for weekday in range(7):
        for provider in (None, ada):
            WorkingHours.objects.create(
                provider=provider, weekday=weekday, starts=time(19), ends=time(20)
            )

    assert queries_of(owner, page) <= for_one
