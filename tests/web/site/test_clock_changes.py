"""The nights on which clocks change: every instant once, and never two that read alike."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from icalendar import Calendar

from booking.models import Booking
from tests import factories
from tests.web.site.conftest import (
    hidden_values,
    hours_on,
    instants_behind,
    names_of_times_on,
    times_on,
)

pytestmark = pytest.mark.django_db

HALF_PAST_THREE = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)  # summer time, Kyiv; again at 1:30


@pytest.fixture
def night(company, ada):
    """A service every half hour round the clock, of a company in Kyiv."""
    return factories.service(ada, name="Night", grid_minutes=30, duration_minutes=15)


def open_day(client, company, day, *, zone="", at_home="Europe/Kyiv", hour=""):
    """The page of a day, seen from ``zone``, some days before."""
    company.timezone = at_home
    company.save()
    some_days_before = datetime.fromisoformat(f"{day}T12:00Z") - timedelta(days=4)
    with time_machine.travel(some_days_before, tick=False):
        return client.get("/book/night/", {"day": day, "zone": zone or at_home, "hour": hour})


@pytest.mark.parametrize(
    ("at_home", "zone", "day", "twice"),
    [
        (
            "Europe/Kyiv",
            "Europe/Kyiv",
            "2027-10-31",
            ["03:00 (UTC+3)", "03:30 (UTC+3)", "03:00 (UTC+2)", "03:30 (UTC+2)"],
        ),
        (
            "America/New_York",
            "America/New_York",
            "2026-11-01",
            ["01:00 (UTC−4)", "01:30 (UTC−4)", "01:00 (UTC−5)", "01:30 (UTC−5)"],
        ),
        (
            "Australia/Lord_Howe",
            "Australia/Lord_Howe",
            "2027-04-04",
            ["01:30 (UTC+11)", "01:30 (UTC+10:30)"],
        ),
        (  # the company's clock does not change that night
            "Europe/Kyiv",
            "America/New_York",
            "2026-11-01",
            ["01:00 (UTC−4)", "01:30 (UTC−4)", "01:00 (UTC−5)", "01:30 (UTC−5)"],
        ),
        ("Europe/Kyiv", "America/New_York", "2027-10-30", []),  # the visitor's does not
        ("Europe/Kyiv", "Asia/Tokyo", "2027-10-31", []),
    ],
)
def test_time_that_comes_twice_is_offered_once_an_instant_with_its_offset(
    client, company, night, at_home, zone, day, twice
):
    page = open_day(client, company, day, at_home=at_home, zone=zone)

    times, instants = times_on(page), instants_behind(page)
    assert [time for time in times if "UTC" in time] == twice
    assert len(set(times)) == len(times) == len(set(instants))
    assert instants == sorted(instants)


@pytest.mark.parametrize(
    ("zone", "day", "around", "missing"),
    [
        ("Europe/Kyiv", "2027-03-28", ["02:30", "04:00"], "03:"),
        ("America/New_York", "2027-03-14", ["01:30", "03:00"], "02:"),
        ("Australia/Lord_Howe", "2027-10-03", ["01:30", "02:30"], "02:0"),
    ],
)
def test_time_that_does_not_exist_is_not_offered(
    client, company, night, zone, day, around, missing
):
    times = times_on(open_day(client, company, day, at_home=zone))

    first = times.index(around[0])
    assert times[first : first + 2] == around
    assert not [time for time in times if time.startswith(missing)]


def test_button_says_day_time_and_offset_to_a_screen_reader(client, company, night):
    names = names_of_times_on(open_day(client, company, "2027-10-31"))

    assert names[6:10] == [
        "03:00 (UTC+3), Sunday, 31 October 2027",
        "03:30 (UTC+3), Sunday, 31 October 2027",
        "03:00 (UTC+2), Sunday, 31 October 2027",
        "03:30 (UTC+2), Sunday, 31 October 2027",
    ]


@pytest.mark.parametrize(
    ("zone", "day", "hours", "key", "first"),
    [
        (
            "Europe/Kyiv",
            "2027-10-31",
            ["02:00–02:59", "03:00–03:59 (UTC+3)", "03:00–03:59 (UTC+2)", "04:00–04:59"],
            "03+0200",
            "03:00 (UTC+2)",
        ),
        (
            "Australia/Lord_Howe",
            "2027-04-04",
            ["00:00–00:59", "01:00–01:59 (UTC+11)", "01:00–01:59 (UTC+10:30)", "02:00–02:59"],
            "01+1030",
            "01:30 (UTC+10:30)",
        ),
    ],
)
def test_hour_that_comes_twice_is_offered_twice(
    client, company, night, zone, day, hours, key, first
):
    night.grid_minutes = 1
    night.save()

    page = open_day(client, company, day, at_home=zone, hour=key)

    where = hours_on(page).index(hours[0])
    assert hours_on(page)[where : where + 4] == hours
    assert times_on(page)[0] == first


@pytest.mark.parametrize(
    ("hours_later", "offset"), [(0, "UTC+3"), (1, "UTC+2")], ids=["summer", "winter"]
)
def test_chosen_instant_is_told_from_its_twin_on_every_further_page(
    client, night, hours_later, offset
):
    starts_at = HALF_PAST_THREE + timedelta(hours=hours_later)
    written = f"Sunday, 31 October 2027, 03:30–03:45 (Kyiv, {offset})"

    asked = client.get(f"/book/night/details/?starts_at={starts_at:%Y-%m-%dT%H:%MZ}")
    form = {**hidden_values(asked.content.decode()), "name": "Cleo", "email": "c@client.example"}
    shown = client.post("/book/night/details/", form, follow=True)
    booking = Booking.objects.select_related("session").get()
    file = client.get(f"/b/{booking.manage_token}/calendar.ics").content

    assert written in asked.content.decode()
    assert written in shown.content.decode()
    assert booking.session.starts_at == starts_at
    assert Calendar.from_ical(file).walk("VEVENT")[0].decoded("DTSTART") == starts_at


def test_visitor_elsewhere_reads_the_companys_ambiguous_time_with_its_offset(client, night):
    page = client.get(
        f"/book/night/details/?starts_at={HALF_PAST_THREE:%Y-%m-%dT%H:%MZ}&zone=America/New_York"
    ).content.decode()

    assert "Saturday, 30 October 2027, 20:30–20:45 (New York, UTC−4)" in page
    assert "Company’s time: Sunday, 31 October 2027, 03:30–03:45 (Kyiv, UTC+3)" in page


def test_companys_time_is_shown_where_clocks_part_before_the_end(client, company, ada):
    """Chisinau changes its clock an hour before Kyiv does."""
    factories.service(ada, name="Night", grid_minutes=30, duration_minutes=60)

    page = client.get(
        "/book/night/details/?starts_at=2027-10-30T23:30Z&zone=Europe/Chisinau"
    ).content.decode()

    assert "Company’s time" in page
