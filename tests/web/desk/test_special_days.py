"""Manage > Special days and Time off: several days at once, what lies ahead, the way back."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from booking.models import SpecialDay, TimeOff
from tests import factories
from tests.web.desk.pages import time_off_form

DAYS, ABSENCES = "/admin/booking/specialday/", "/admin/booking/timeoff/"


@pytest.fixture
def owner(as_role):
    return as_role("owner")


def test_holidays_are_closed_at_once(owner, ada):
    form = {"date": "2026-12-30", "last_day": "2027-01-02", "provider": ada.pk, "note": "Holidays"}

    owner.post(f"{DAYS}add/", form)

    closed = SpecialDay.objects.filter(provider=ada, starts=None, note="Holidays")
    days = closed.order_by("date").values_list("date", flat=True)
    assert list(days) == [date(2026, 12, 30) + timedelta(days=ahead) for ahead in range(4)]


@pytest.mark.parametrize(
    ("last_day", "told"),
    [
        ("2026-12-29", "The last day comes after the first."),
        ("2028-01-01", "At most a year at once."),
        ("2027-01-02", "Friday, 1 January 2027: This day is already closed."),
    ],
)
def test_of_several_days_none_is_saved_where_one_is_wrong(owner, company, last_day, told):
    SpecialDay.objects.create(date=date(2027, 1, 1))

    page = owner.post(f"{DAYS}add/", {"date": "2026-12-30", "last_day": last_day})

    assert page.context["adminform"].form.errors == {"last_day": [told]}
    assert SpecialDay.objects.count() == 1


def test_one_day_is_changed_alone(owner, company):
    day = SpecialDay.objects.create(date=date(2027, 1, 1))

    owner.post(f"{DAYS}{day.pk}/change/", {"date": "2027-01-01", "note": "New Year"})

    assert [day.note for day in SpecialDay.objects.all()] == ["New Year"]


def test_days_ahead_are_listed_in_words_and_the_past_on_request(owner, company):
    SpecialDay.objects.create(date=date(2026, 12, 24), starts=time(9), ends=time(12))
    SpecialDay.objects.create(date=date(2026, 8, 24))
    SpecialDay.objects.create(date=factories.NOW.date())

    def listed(**query) -> list[date]:
        return [day.date for day in owner.get(DAYS, query).context["cl"].result_list]

    assert listed() == [date(2026, 11, 23), date(2026, 12, 24)]
    assert listed(when="past") == [date(2026, 8, 24)]
    assert len(listed(when="all")) == 3
    assert "Thursday, 24 December 2026" in owner.get(DAYS).content.decode()


def test_empty_list_teaches_and_a_filtered_one_leads_back(owner, company):
    assert "Holidays, a day with other hours" in owner.get(DAYS).content.decode()
    assert "Nothing here fits" in owner.get(DAYS, {"when": "past"}).content.decode()


def test_absence_that_is_over_is_listed_on_request(owner, ada):
    def absence(days: int) -> TimeOff:
        starts_at = factories.NOW + timedelta(days=days)
        ends_at = starts_at + timedelta(hours=1)
        return TimeOff.objects.create(provider=ada, starts_at=starts_at, ends_at=ends_at)

    over, coming, now = absence(-2), absence(2), absence(0)

    assert list(owner.get(ABSENCES).context["cl"].result_list) == [now, coming]
    assert list(owner.get(ABSENCES, {"when": "past"}).context["cl"].result_list) == [over]


@pytest.mark.parametrize(
    ("asked", "filled"),
    [
        ("2026-12-01T09:00", datetime(2026, 12, 1, 7, tzinfo=UTC)),
        ("2027-03-28T03:30", None),  # the clocks skip it
        ("0001-01-01T00:00", None),
        ("tomorrow", None),
    ],
)
def test_form_begins_with_the_times_of_its_address(owner, ada, asked, filled):
    query = {"provider": ada.pk, "starts_at": asked, "ends_at": "2026-12-01T12:00"}

    form = owner.get(f"{ABSENCES}add/", query).context["adminform"].form

    assert form["provider"].initial == str(ada.pk)
    assert form["starts_at"].initial == filled
    assert not TimeOff.objects.exists()


@pytest.mark.parametrize(
    ("come_from", "leads_to"),
    [
        ("/admin/calendar/?view=week", "/admin/calendar/?view=week"),
        ("https://evil.example/", ABSENCES),
        ("", ABSENCES),
    ],
)
def test_saved_time_off_leads_back_to_where_one_came_from(owner, ada, come_from, leads_to):
    form = time_off_form("2026-12-01 09:00", "2026-12-01 12:00", provider=ada.pk)

    answer = owner.post(f"{ABSENCES}add/", form, query_params={"next": come_from})

    assert answer.url == leads_to
