"""What lies behind the calendar's tiles: closed hours and time off."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from booking.models import SpecialDay, TimeOff, WorkingHours
from tests import factories

KYIV = ZoneInfo("Europe/Kyiv")


@pytest.fixture
def areas_of(as_role, ada, ben):
    """What is behind a day, or a week, of the owner's: texts like ``00:00-09:00 Ada: note``."""
    names = {ada.pk: "Ada", ben.pk: "Ben"}
    for day in range(5):
        WorkingHours.objects.create(weekday=day, starts=time(9), ends=time(17))
    owner = as_role("owner")

    def fetch(view="day", day="2026-11-24", kind="z-closed", **filters):
        query = {"view": view, "date": day, **filters}
        found = owner.get(reverse("desk:calendar-background"), query).json()
        return [
            f"{area['start'][8:16]}-{area['end'][11:16]} "
            f"{'+'.join(names.get(pk, str(pk)) for pk in area['resourceIds'])}"
            f"{': ' * bool(area['title'])}{area['title']}"
            for area in found
            if area["className"] == kind
        ]

    return fetch


def off(whose, starts, ends, note="", day=date(2026, 11, 24)):
    moments = [datetime.combine(day, time(hour), KYIV) for hour in (starts, ends)]
    return TimeOff.objects.create(
        provider=whose, starts_at=moments[0], ends_at=moments[1], note=note
    )


def test_day_shows_each_providers_closed_hours_in_the_companys_time(areas_of, ada, ben):
    ben.timezone = "Europe/Lisbon"  # two hours behind
    ben.save()
    WorkingHours.objects.create(provider=ben, weekday=1, starts=time(9), ends=time(12))

    assert areas_of() == [
        "24T00:00-09:00 Ada",
        "24T17:00-00:00 Ada",
        "24T00:00-11:00 Ben",
        "24T14:00-00:00 Ben",
    ]


def test_special_days_close_and_say_why(areas_of, ada):
    SpecialDay.objects.create(date=date(2026, 11, 24), note="Holiday")
    SpecialDay.objects.create(provider=ada, date=date(2026, 11, 24), starts=time(10), ends=time(12))

    assert areas_of() == [
        "24T00:00-10:00 Ada",
        "24T12:00-00:00 Ada",
        "24T00:00-00:00 Ben: Holiday",
    ]


def test_time_off_stands_in_its_column_with_its_note(areas_of, ada):
    off(ada, 13, 15, "Dentist")
    off(None, 16, 17)

    assert areas_of(kind="z-off") == [
        "24T13:00-15:00 Ada: Dentist",
        "24T16:00-17:00 Ada+Ben: Time off",
    ]


def test_day_by_service_shows_what_is_closed_for_all(areas_of, lesson, ben):
    WorkingHours.objects.create(provider=ben, weekday=1, starts=time(9), ends=time(12))

    closed = [area.split()[0] for area in areas_of("services")]

    assert closed == ["24T00:00-09:00", "24T17:00-00:00"]


def test_week_of_several_names_whose_time_off_it_is(areas_of, ada, ben):
    WorkingHours.objects.create(provider=ben, weekday=1, starts=time(9), ends=time(12))
    off(ada, 13, 15, "Dentist")
    off(None, 16, 17, "Meeting")

    assert areas_of("week", kind="z-off") == [
        "24T13:00-15:00 Ada+Ben: Ada: Dentist",
        "24T16:00-17:00 Ada+Ben: Meeting",
    ]
    assert "24T17:00-00:00 Ada+Ben" in areas_of("week")
    assert "24T12:00-00:00 Ben" in areas_of("week", provider=ben.pk)


@pytest.mark.parametrize("day", ["2026-10-25", "2027-03-28"])
def test_working_hours_stay_where_the_clock_says_when_it_changes(areas_of, day):
    WorkingHours.objects.create(weekday=6, starts=time(9), ends=time(17))

    closed = [area[3:14] for area in areas_of(day=day)]

    assert closed == ["00:00-09:00", "17:00-00:00"] * 2


def test_time_off_over_days_is_cut_at_midnight(areas_of, ada):
    starts = datetime(2026, 11, 23, 12, tzinfo=KYIV)
    TimeOff.objects.create(provider=ada, starts_at=starts, ends_at=starts + timedelta(days=2))

    assert areas_of("week", kind="z-off", provider=ada.pk) == [
        "23T12:00-00:00 Ada: Time off",
        "24T00:00-00:00 Ada: Time off",
        "25T00:00-12:00 Ada: Time off",
    ]


def test_junior_sees_only_own_time_off(as_ada, ada, ben):
    off(ben, 9, 10, "Private")

    answer = as_ada.get(reverse("desk:calendar-background"), {"date": "2026-11-24"})

    assert "Private" not in answer.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_background_takes_six_queries_besides_sign_in(
    areas_of, as_role, ada, number, django_assert_num_queries
):
    for step in range(number):
        off(factories.provider(f"Eva {step}"), 9, 10)
    viewer = as_role("viewer")

    # The company, the features, the providers; then hours, time off, notes of special days.
    with django_assert_num_queries(4 + 6):
        viewer.get(reverse("desk:calendar-background"), {"date": "2026-11-24"})


@pytest.mark.parametrize(
    ("day", "starts"),
    [
        ("2026-11-24", "09:00:00"),  # when work begins
        ("2026-11-23", "09:00:00"),  # today, at nine in the morning
        ("2026-11-28", "08:00:00"),  # closed
    ],
)
def test_page_opens_where_work_begins(areas_of, as_role, day, starts):
    page = as_role("viewer").get(reverse("desk:calendar"), {"view": "day", "date": day})

    assert page.context["settings"]["starts"] == starts
