"""Manage > Outside the rules, and the warning after a change that puts bookings there."""

from datetime import time, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse

from booking.models import Booking, Service, SpecialDay, TimeOff, WorkingHours
from tests import factories
from tests.web.desk.pages import (
    company_form,
    rows_of,
    service_form,
    stretch,
    time_off_form,
    week_form,
)

PAGE = "/admin/outside-rules/"
TUESDAY = 1  # of TOMORROW_NOON
DAILY = " ".join(f"{weekday}:08:00-20:00" for weekday in range(7))


@pytest.fixture
def owner(as_role):
    return as_role("owner")


@pytest.fixture
def open_daily(company):
    """The company is open from eight to eight; returns Tuesday's hours."""
    WorkingHours.objects.bulk_create(
        WorkingHours(weekday=weekday, starts=time(8), ends=time(20)) for weekday in range(7)
    )
    return WorkingHours.objects.get(weekday=TUESDAY)


@pytest.fixture
def lesson(ada, ben, open_daily) -> Service:
    """A lesson within the working hours."""
    return factories.service(ada, ben, ignores_hours=False)


@pytest.fixture
def outside(ada, book) -> Booking:
    """A booking on a day that was closed afterwards."""
    booking = book(ada)
    SpecialDay.objects.create(date=factories.TOMORROW_NOON.date())
    return booking


def warnings_in(response) -> list[str]:
    return [
        str(message)
        for message in get_messages(response.wsgi_request)
        if message.level_tag == "warning"
    ]


# --- The page ----------------------------------------------------------------


def test_page_teaches_while_every_booking_follows_the_rules(owner, ada, book):
    booking = book(ada)

    page = owner.get(PAGE).content.decode()

    assert "Every booking follows the rules" in page
    assert booking.code not in page


def test_booking_outside_is_listed_with_why_when_and_its_page(owner, outside):
    page = owner.get(PAGE).content.decode()

    assert reverse("desk:booking", args=[outside.pk]) in page
    why = "This time lies outside the working hours."
    for told in (why, "12:00", "Kyiv, UTC+2", "Lesson", "Ada", "Cleo"):
        assert told in page


@pytest.mark.parametrize("is_over", [True, False], ids=["over", "cancelled"])
def test_what_is_over_or_cancelled_is_not_listed(owner, outside, is_over):
    if not is_over:
        factories.actions.cancel(booking_id=outside.pk, now=factories.NOW)

    with time_machine.travel(factories.NOW + timedelta(days=2 if is_over else 0)):
        page = owner.get(PAGE).content.decode()

    assert outside.code not in page


def test_junior_finds_own_bookings_only(as_ada, ada, ben, book):
    own, foreign = book(ada), book(ben, client=factories.details("Dan"))
    SpecialDay.objects.create(date=factories.TOMORROW_NOON.date())

    page = as_ada.get(PAGE).content.decode()

    assert own.code in page
    assert foreign.code not in page


def test_page_leads_on_to_the_next_one(owner, ada, book, tomorrow):
    codes = [
        book(ada, starts_at=tomorrow + timedelta(days=day), client=factories.details("Cleo")).code
        for day in range(3)
    ]
    WorkingHours.objects.all().delete()

    first = owner.get(PAGE).content.decode()

    assert [first.index(code) for code in codes] == sorted(first.index(code) for code in codes)
    assert "3 rows" in first


def test_class_outside_is_listed_with_its_bookings_and_leads_to_its_session(owner, ada):
    factories.enable("classes")
    yoga = factories.service(ada, name="Yoga", kind="class", capacity=8)
    session = factories.actions.schedule_session(
        service_id=yoga.pk,
        provider_id=ada.pk,
        starts_at=factories.TOMORROW_NOON,
        now=factories.NOW,
    )
    for name in ("Cleo", "Dan"):
        client = factories.details(name)
        factories.actions.book(
            service_id=yoga.pk, session_id=session.pk, client=client, now=factories.NOW
        )
    Service.objects.filter(pk=yoga.pk).update(is_active=False)

    page = owner.get(PAGE).content.decode()

    assert reverse("desk:session", args=[session.pk]) in page
    for told in ("2 bookings", "The service is not active."):
        assert told in page


def queries_of(owner, django_assert_max_num_queries) -> int:
    with django_assert_max_num_queries(40) as captured:
        owner.get(PAGE)
    return len(captured)


def test_page_takes_as_many_queries_for_many_rows(
    owner, ada, ben, outside, book, tomorrow, django_assert_max_num_queries
):
    for_one = queries_of(owner, django_assert_max_num_queries)
    SpecialDay.objects.all().delete()
    book(ben, client=factories.details("Dan"))
    book(ada, starts_at=tomorrow + timedelta(hours=1), client=factories.details("Eve"))
    SpecialDay.objects.create(date=factories.TOMORROW_NOON.date())

    assert queries_of(owner, django_assert_max_num_queries) == for_one


# --- The warning -------------------------------------------------------------

ONE = "1 booking now lies outside the rules."


def test_deleting_hours_says_how_many_bookings_are_outside(owner, ada, book, open_daily):
    booking = book(ada)

    answer = owner.post("/admin/hours/", week_form({}, shown=DAILY))

    (warning,) = warnings_in(answer)
    assert warning.startswith(ONE)
    assert PAGE in warning
    booking.refresh_from_db()
    assert (booking.state, booking.session.starts_at) == (
        Booking.CONFIRMED,
        factories.TOMORROW_NOON,
    )


def changes(lesson, ada) -> dict[str, tuple[str, dict[str, object]]]:
    """Every way to leave the booking of tomorrow noon outside the rules."""
    tomorrow = "2026-11-24"
    afternoon = {TUESDAY: "14:00-18:00"}
    own_times = rows_of("service_hours", stretch("14:00-18:00", TUESDAY))
    return {
        "hours shortened": ("/admin/hours/", week_form(afternoon, shown=DAILY)),
        "special day": ("/admin/booking/specialday/add/", {"date": tomorrow}),
        "time off": (
            "/admin/booking/timeoff/add/",
            time_off_form(f"{tomorrow} 09:00", f"{tomorrow} 18:00", provider=ada.pk),
        ),
        "time off of everybody": (
            "/admin/booking/timeoff/add/",
            time_off_form(f"{tomorrow} 09:00", f"{tomorrow} 18:00"),
        ),
        "hours of the provider": (f"/admin/hours/{ada.pk}/", week_form(afternoon)),
        "times of the service": (
            f"/admin/booking/service/{lesson.pk}/change/",
            service_form(lesson, **own_times),
        ),
        "zone of the company": (
            "/admin/booking/company/1/change/",
            company_form(timezone="Pacific/Auckland"),
        ),
    }


@pytest.mark.parametrize(
    "change",
    [
        "hours shortened",
        "special day",
        "time off",
        "time off of everybody",
        "hours of the provider",
        "times of the service",
        "zone of the company",
    ],
)
def test_every_change_of_a_rule_is_followed_by_the_warning(
    owner, ada, book, lesson, open_daily, change
):
    booking = book(ada)
    address, form = changes(lesson, ada)[change]

    answer = owner.post(address, form)

    assert answer.status_code == 302
    assert [warning[: len(ONE)] for warning in warnings_in(answer)] == [ONE]
    booking.session.refresh_from_db()
    assert booking.session.starts_at == factories.TOMORROW_NOON


def test_change_that_is_refused_or_touches_nothing_warns_of_nothing(owner, outside):
    refused = owner.post("/admin/booking/specialday/add/", {"date": "9999-12-31"})
    elsewhere = owner.post("/admin/booking/specialday/add/", {"date": "2026-12-25"})

    assert refused.status_code == 200
    assert elsewhere.status_code == 302
    assert warnings_in(refused) == warnings_in(elsewhere) == []


def test_junior_is_warned_of_own_bookings(as_ada, ada, ben, book):
    book(ada)
    book(ben, client=factories.details("Dan"))
    form = time_off_form("2026-11-24 09:00", "2026-11-24 18:00", provider=ada.pk)

    answer = as_ada.post("/admin/booking/timeoff/add/", form)

    assert [warning[: len(ONE)] for warning in warnings_in(answer)] == [ONE]
    assert TimeOff.objects.get().provider == ada


def test_looking_at_a_page_of_rules_asks_nothing_of_the_rules(
    owner, outside, open_daily, django_assert_max_num_queries
):
    with django_assert_max_num_queries(40) as captured:
        owner.get("/admin/hours/")

    assert not [query for query in captured if 'FROM "booking_session"' in query["sql"]]
