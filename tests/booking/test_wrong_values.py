"""Wrong values that only the other fields, other rows or today's date give away."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from booking.models import (
    Category,
    Company,
    Label,
    Provider,
    Service,
    ServiceHours,
    SpecialDay,
    TimeOff,
    WorkingHours,
)
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
CHRISTMAS = date(2026, 12, 25)


@pytest.fixture(autouse=True)
def at_now():
    with time_machine.travel(NOW, tick=False):
        yield


def errors_of(row) -> dict[str, list[str]]:
    """Return what is said at which field."""
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    return refusal.value.message_dict


def fields_of(row) -> list[str]:
    return sorted(errors_of(row))


def at(hours: str) -> dict[str, time]:
    """Read ``09:00-13:00``."""
    starts, ends = map(time.fromisoformat, hours.split("-"))
    return {"starts": starts, "ends": ends}


# --- Numbers -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("duration_minutes", 1436),
        ("duration_minutes", "half an hour"),
        ("buffer_before_minutes", 32_768),
        ("capacity", 32_768),
        ("capacity", "many"),
        ("notice_minutes", "soon"),
        ("horizon_days", 3651),
        ("horizon_days", 32_768),
        ("horizon_days", "far"),
        ("daily_maximum", 0),
        ("daily_maximum", -1),
        ("daily_maximum", 32_768),
        ("price", Decimal("-0.01")),
        ("price", "free"),
        ("position", -1),
        ("position", 2_147_483_648),
    ],
)
def test_number_of_a_service_is_refused_at_its_field(field, bad):
    assert fields_of(Service(**{"name": "Lesson", "slug": "lesson", field: bad})) == [field]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (Provider(name="Ada", daily_maximum=0), "daily_maximum"),
        (Provider(name="Ada", daily_maximum=32_768), "daily_maximum"),
        (Provider(name="Ada", position=2_147_483_648), "position"),
        (Provider(name="Ada", colour="blue"), "colour"),
        (Category(name="Talks", position=2_147_483_648), "position"),
        (Label(name="Paid", position=-1), "position"),
        (Label(name="Paid", position=2_147_483_648), "position"),
        (Label(name="Paid", colour="#12345"), "colour"),
        (Company(horizon_days=3651), "horizon_days"),
        (Company(horizon_days="far"), "horizon_days"),
    ],
)
def test_number_of_anything_else_is_refused_at_its_field(row, field):
    assert fields_of(row) == [field]


def test_slug_is_one_services():
    factories.service(name="Lesson")

    assert fields_of(Service(name="Another", slug="lesson")) == ["slug"]


@pytest.mark.parametrize(
    ("own", "field"),
    [
        ({"notice_minutes": 3 * 1440, "horizon_days": 2}, "notice_minutes"),
        ({"notice_minutes": 61 * 1440}, "notice_minutes"),
        ({"horizon_days": 1}, "horizon_days"),
    ],
    ids=["both its own", "company's horizon", "company's notice"],
)
def test_notice_beyond_the_horizon_would_leave_nothing_to_book(own, field):
    factories.company(notice_minutes=2 * 1440, horizon_days=60)

    assert fields_of(Service(name="Lesson", slug="lesson", **own)) == [field]


def test_notice_may_reach_into_the_last_day():
    Service(name="Lesson", slug="lesson", notice_minutes=3 * 1440 - 1, horizon_days=2).full_clean()
    Company(notice_minutes=60, horizon_days=0).full_clean()


def test_companys_notice_beyond_its_horizon_is_refused_at_the_notice():
    assert fields_of(Company(notice_minutes=10 * 1440, horizon_days=9)) == ["notice_minutes"]


# --- Dates that nobody plans for ---------------------------------------------


@pytest.mark.parametrize("far", [date(1, 1, 1), date(2016, 1, 1), date(2037, 1, 1), date.max])
def test_special_day_far_off_is_refused_at_its_date(far):
    assert fields_of(SpecialDay(date=far)) == ["date"]


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "fields"),
    [
        (datetime(1, 1, 1, tzinfo=UTC), NOW, ["starts_at"]),
        (NOW, datetime(9999, 12, 31, 23, 59, tzinfo=UTC), ["ends_at"]),
        (
            datetime(9998, 1, 1, tzinfo=UTC),
            datetime.max.replace(tzinfo=UTC),
            ["ends_at", "starts_at"],
        ),
    ],
)
def test_time_off_far_off_is_refused_where_it_is(starts_at, ends_at, fields):
    assert fields_of(TimeOff(starts_at=starts_at, ends_at=ends_at)) == fields


# --- Overlapping stretches ---------------------------------------------------


def hours_of_ada(**fields) -> WorkingHours:
    ada = Provider.objects.first() or factories.provider("Ada")
    return WorkingHours(provider=ada, **fields)


def hours_of_company(**fields) -> WorkingHours:
    return WorkingHours(**fields)


def hours_of_lesson(**fields) -> ServiceHours:
    lesson = Service.objects.first() or factories.service()
    return ServiceHours(service=lesson, **fields)


OWNERS = pytest.mark.parametrize("make", [hours_of_ada, hours_of_company, hours_of_lesson])


@OWNERS
@pytest.mark.parametrize("second", ["09:00-13:00", "12:59-18:00", "08:00-09:01", "10:00-11:00"])
def test_stretch_that_overlaps_another_is_refused_and_names_it(make, second):
    make(weekday=0, **at("09:00-13:00")).save()

    assert errors_of(make(weekday=0, **at(second))) == {"starts": ["Overlaps 09:00–13:00."]}


@OWNERS
def test_stretch_until_midnight_overlaps_the_evening(make):
    make(weekday=0, **at("18:00-00:00")).save()

    assert fields_of(make(weekday=0, **at("23:00-23:30"))) == ["starts"]


@OWNERS
def test_stretches_that_touch_or_stand_on_other_days_are_accepted(make):
    first = make(weekday=0, **at("09:00-13:00"))
    first.save()

    make(weekday=0, **at("13:00-18:00")).full_clean()
    make(weekday=1, **at("09:00-13:00")).full_clean()
    first.full_clean()


def test_hours_of_company_and_provider_may_overlap():
    hours_of_company(weekday=0, **at("09:00-13:00")).save()

    hours_of_ada(weekday=0, **at("09:00-13:00")).full_clean()


@pytest.mark.parametrize(
    ("stored", "second", "errors"),
    [
        ("09:00-13:00", "12:00-14:00", {"starts": ["Overlaps 09:00–13:00."]}),
        ("09:00-13:00", "09:00-13:00", {"starts": ["Overlaps 09:00–13:00."]}),
        ("", "09:00-13:00", {"date": ["This day is already closed."]}),
        ("", "", {"date": ["This day is already closed."]}),
        (
            "09:00-13:00",
            "",
            {"date": ["This day already has hours: 09:00–13:00. Delete them to close it."]},
        ),
    ],
)
def test_special_day_is_told_once_and_without_contradiction(stored, second, errors):
    SpecialDay.objects.create(date=CHRISTMAS, **(at(stored) if stored else {}))

    assert errors_of(SpecialDay(date=CHRISTMAS, **(at(second) if second else {}))) == errors


def test_special_day_of_a_provider_stands_beside_the_companys():
    SpecialDay.objects.create(date=CHRISTMAS)
    ada = factories.provider("Ada")

    SpecialDay(provider=ada, date=CHRISTMAS, **at("10:00-12:00")).full_clean()


def test_time_off_without_a_note_is_called_by_its_times_with_their_zone():
    absence = TimeOff(starts_at=NOW, ends_at=NOW.replace(day=24))

    with timezone.override("Europe/Kyiv"):
        assert str(absence) == "2026-11-23 09:00–2026-11-24 09:00 EET"
    assert str(TimeOff(starts_at=NOW, ends_at=NOW, note="Holidays")) == "Holidays"
