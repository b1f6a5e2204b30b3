"""Manage: what the forms take, and what they refuse at which field."""

from datetime import UTC, date, datetime, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import (
    Booking,
    Category,
    Company,
    Label,
    Provider,
    Service,
    ServiceHours,
    SpecialDay,
    TimeOff,
)
from tests import factories
from tests.web.desk.pages import (
    company_form,
    provider_form,
    rows_of,
    service_form,
    stretch,
    time_off_form,
)

ADD_SERVICE = "/admin/booking/service/add/"
ADD_CLASS = "/admin/desk/class/add/"
ADD_PROVIDER = "/admin/booking/provider/add/"
ADD_SPECIAL_DAY = "/admin/booking/specialday/add/"
ADD_TIME_OFF = "/admin/booking/timeoff/add/"
ADD_LABEL = "/admin/booking/label/add/"
COMPANY = "/admin/booking/company/1/change/"


@pytest.fixture
def owner(as_role):
    return as_role("owner")


def errors_of(page) -> dict[str, list[str]]:
    """Return what stands at which field of a form that came back."""
    assert page.status_code == 200, "it was accepted"
    return dict(page.context["adminform"].form.errors)


def errors_in_rows(page) -> list[dict[str, list[str]]]:
    assert page.status_code == 200, "it was accepted"
    rows, _questions = page.context["inline_admin_formsets"]
    return [dict(errors) for errors in rows.formset.errors]


# --- What is taken -----------------------------------------------------------


def test_service_has_category_maximum_approval_and_times_of_its_own(owner, ada):
    talks = Category.objects.create(name="Talks")
    form = service_form(
        category=talks.pk,
        daily_maximum=3,
        needs_approval="on",
        providers=[ada.pk],
        **rows_of("service_hours", stretch("09:00-12:00"), stretch("14:00-00:00")),
    )

    owner.post(ADD_SERVICE, form)

    massage = Service.objects.get(slug="massage")
    assert (massage.category, massage.daily_maximum, massage.needs_approval) == (talks, 3, True)
    assert [str(hours) for hours in massage.service_hours.order_by("starts")] == [
        "Monday 09:00–12:00",
        "Monday 14:00–00:00",
    ]


def test_class_has_no_rules_that_mean_nothing_for_it(owner):
    factories.enable("classes")

    form = owner.get(ADD_CLASS).context["adminform"].form

    assert {"capacity", "notice_minutes", "needs_approval"} <= set(form.fields)
    assert not {"daily_maximum", "grid_minutes", "ignores_hours"} & set(form.fields)


def test_fewer_places_in_a_class_leave_its_sessions_alone(owner, ada):
    factories.enable("classes")
    yoga = factories.service(ada, name="Yoga", kind="class", capacity=8)
    session = factories.actions.schedule_session(
        service_id=yoga.pk,
        provider_id=ada.pk,
        starts_at=factories.TOMORROW_NOON,
        now=factories.NOW,
    )

    owner.post(f"/admin/desk/class/{yoga.pk}/change/", service_form(yoga, capacity=2))

    yoga.refresh_from_db()
    session.refresh_from_db()
    assert (yoga.capacity, session.capacity) == (2, 8)


def test_provider_has_a_daily_maximum(owner, ada):
    owner.post(f"/admin/booking/provider/{ada.pk}/change/", provider_form(ada, daily_maximum=4))

    ada.refresh_from_db()
    assert ada.daily_maximum == 4


def test_lists_of_categories_and_labels_count_what_carries_them(owner, ada, book, lesson):
    lesson.category = Category.objects.create(name="Talks")
    lesson.save()
    book(ada)
    Booking.objects.update(label=Label.objects.create(name="Paid"))

    categories = owner.get("/admin/booking/category/").context["cl"].result_list
    labels = owner.get("/admin/booking/label/").context["cl"].result_list

    assert [category.services_in_it for category in categories] == [1]
    assert [label.bookings_with_it for label in labels] == [1]


def queries_of(owner, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        owner.get(f"/admin/booking/{page}/")
    return len(captured)


def add_rows(number: int) -> None:
    provider = factories.provider(f"Provider {number}")
    category = Category.objects.create(name=f"Category {number}")
    factories.service(provider, name=f"Service {number}", category=category)
    Label.objects.create(name=f"Label {number}")
    TimeOff.objects.create(
        provider=provider, starts_at=factories.NOW, ends_at=factories.TOMORROW_NOON
    )


@pytest.mark.parametrize("page", ["category", "label", "service", "provider", "timeoff"])
def test_list_takes_as_many_queries_for_many_rows(owner, page):
    add_rows(1)
    for_one = queries_of(owner, page)
    add_rows(2)
    add_rows(3)

    assert queries_of(owner, page) == for_one


# --- Wrong input -------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("duration_minutes", "4"),
        ("duration_minutes", "1436"),
        ("duration_minutes", "half an hour"),
        ("buffer_before_minutes", "-1"),
        ("buffer_before_minutes", "32768"),
        ("buffer_after_minutes", "-1"),
        ("buffer_after_minutes", "x"),
        ("grid_minutes", "0"),
        ("grid_minutes", "1441"),
        ("notice_minutes", "-1"),
        ("notice_minutes", "527041"),
        ("horizon_days", "3651"),
        ("daily_maximum", "0"),
        ("price", "-1"),
        ("price", "123456789.00"),
        ("colour", "green"),
        ("slug", "two words"),
        ("slug", "lesson"),
        ("position", "-1"),
        ("category", "4711"),
        ("providers", ["4711"]),
    ],
)
def test_service_is_refused_at_its_field(owner, lesson, field, bad):
    page = owner.post(ADD_SERVICE, service_form(**{field: bad}))

    assert list(errors_of(page)) == [field]
    assert not Service.objects.filter(slug="massage").exists()


@pytest.mark.parametrize("bad", ["0", "-1", "10001", "many"])
def test_class_is_refused_at_its_places(owner, bad):
    factories.enable("classes")

    assert list(errors_of(owner.post(ADD_CLASS, service_form(capacity=bad)))) == ["capacity"]


def test_notice_beyond_the_horizon_is_refused_at_the_notice(owner):
    page = owner.post(ADD_SERVICE, service_form(notice_minutes="4320", horizon_days="2"))

    assert errors_of(page) == {
        "notice_minutes": ["Nothing could ever be booked: bookings open only 2 days ahead."]
    }


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("daily_maximum", "0"),
        ("daily_maximum", "1441"),
        ("timezone", "Europe/Nowhere"),
        ("colour", "#12345"),
        ("position", "2147483648"),
        ("email", "ada"),
        ("phone", "12"),
        ("language", "xx"),
    ],
)
def test_provider_is_refused_at_its_field(owner, field, bad):
    assert list(errors_of(owner.post(ADD_PROVIDER, provider_form(**{field: bad})))) == [field]


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("grid_minutes", "0"),
        ("notice_minutes", "-1"),
        ("notice_minutes", "87840"),
        ("horizon_days", "3651"),
        ("horizon_days", "-1"),
        ("cancel_until_minutes", "527041"),
        ("timezone", "Mars/Olympus"),
    ],
)
def test_company_is_refused_at_its_field(owner, field, bad):
    page = owner.post(COMPANY, company_form(**{field: bad}))

    assert list(errors_of(page)) == [field]


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"name": "Paid"}, ["name"]),
        ({"colour": "red"}, ["colour"]),
        ({"position": "1000001"}, ["position"]),
    ],
)
def test_label_is_refused_at_its_field(owner, fields, errors):
    Label.objects.create(name="Paid")
    form = {"name": "Came late", "colour": "#6b7280", "position": "0"}

    assert list(errors_of(owner.post(ADD_LABEL, form | fields))) == errors


@pytest.mark.parametrize(
    ("second", "errors"),
    [
        (stretch("12:00-18:00"), {"starts": ["Overlaps 09:00–13:00."]}),
        (stretch("09:00-13:00"), {"starts": ["Overlaps 09:00–13:00."]}),
        (stretch("18:00-14:00"), {"ends": ["The end must be later than the start."]}),
        (stretch("14:00-14:00"), {"ends": ["The end must be later than the start."]}),
        (stretch("x-15:00"), {"starts": ["Enter a valid time."]}),
        (stretch("14:00:30-15:00"), {"starts": ["Give hours and minutes only."]}),
        (
            stretch("14:00-15:00", 7),
            {"weekday": ["Select a valid choice. 7 is not one of the available choices."]},
        ),
    ],
)
def test_times_of_a_service_are_refused_at_their_row_and_field(owner, second, errors):
    rows = rows_of("service_hours", stretch("09:00-13:00"), second)

    answer = owner.post(ADD_SERVICE, service_form(**rows))

    assert errors_in_rows(answer) == [{}, errors]
    assert not ServiceHours.objects.exists()


def test_times_of_a_service_are_compared_as_they_will_be(owner, lesson):
    """Two rows change places and a third one makes room."""
    first, second, third = (
        ServiceHours.objects.create(service=lesson, weekday=0, starts=starts, ends=ends)
        for starts, ends in [(time(9), time(12)), (time(13), time(15)), (time(16), time(18))]
    )
    rows = rows_of(
        "service_hours",
        stretch("13:00-16:30", id=first.pk),
        stretch("09:00-12:00", id=second.pk),
        stretch("16:00-18:00", id=third.pk, DELETE="on"),
        stretch("09:00-12:00", weekday=1),
        stored=3,
    )

    owner.post(f"/admin/booking/service/{lesson.pk}/change/", service_form(lesson, **rows))

    kept = lesson.service_hours.order_by("weekday", "starts")
    assert [str(hours) for hours in kept] == [
        "Monday 09:00–12:00",
        "Monday 13:00–16:30",
        "Tuesday 09:00–12:00",
    ]


@pytest.mark.parametrize(
    ("form", "errors"),
    [
        ({"date": "9999-12-31"}, {"date": ["Choose a date within ten years from today."]}),
        ({"date": "0001-01-01"}, {"date": ["Choose a date within ten years from today."]}),
        ({"date": "2026-02-30"}, {"date": ["Enter a valid date."]}),
        (
            {"date": "2026-12-25", "starts": "09:00"},
            {"ends": ["Give both times, or neither to close the whole day."]},
        ),
        (
            {"date": "2026-12-25", "starts": "18:00", "ends": "09:00"},
            {"ends": ["The end must be later than the start."]},
        ),
        ({"date": "2026-12-24"}, {"date": ["This day is already closed."]}),
        (
            {"date": "2026-12-24", "starts": "09:00", "ends": "12:00"},
            {"date": ["This day is already closed."]},
        ),
        (
            {"date": "2026-12-23", "starts": "11:00", "ends": "14:00"},
            {"starts": ["Overlaps 09:00–12:00."]},
        ),
        (
            {"date": "2026-12-23"},
            {"date": ["This day already has hours: 09:00–12:00. Delete them to close it."]},
        ),
    ],
)
def test_special_day_is_refused_at_its_field(owner, form, errors):
    SpecialDay.objects.create(date=date(2026, 12, 24))
    SpecialDay.objects.create(date=date(2026, 12, 23), starts=time(9), ends=time(12))

    assert errors_of(owner.post(ADD_SPECIAL_DAY, form)) == errors


# --- Time off ----------------------------------------------------------------

FAR = ["Choose a date within ten years from today."]
SKIPPED = ["The clocks are put forward then: this time does not exist."]


@pytest.mark.parametrize(
    ("starts", "ends", "errors"),
    [
        (
            "2026-12-02 09:00",
            "2026-12-01 09:00",
            {"ends_at": ["The end must be later than the start."]},
        ),
        ("0001-01-01 00:00", "2026-12-01 09:00", {"starts_at": FAR}),
        ("2026-12-01 09:00", "9999-12-31 23:59", {"ends_at": FAR}),
        ("2027-03-28 03:30", "2027-03-28 09:00", {"starts_at": SKIPPED}),
        ("2027-03-27 09:00", "2027-03-28 03:00", {"ends_at": SKIPPED}),
        ("2026-12-01 25:00", "2026-12-02 09:00", {"starts_at": ["Enter a valid time."]}),
    ],
)
def test_time_off_is_refused_at_its_field(owner, ada, starts, ends, errors):
    form = time_off_form(starts, ends, provider=ada.pk)

    assert errors_of(owner.post(ADD_TIME_OFF, form)) == errors


def test_hour_that_comes_twice_is_taken_off_whole(owner, ada):
    form = time_off_form("2027-10-31 03:15", "2027-10-31 03:45", provider=ada.pk)

    owner.post(ADD_TIME_OFF, form)

    absence = TimeOff.objects.get()
    assert absence.starts_at == datetime(2027, 10, 31, 0, 15, tzinfo=UTC)
    assert absence.ends_at == datetime(2027, 10, 31, 1, 45, tzinfo=UTC)
    page = f"/admin/booking/timeoff/{absence.pk}/change/"
    owner.post(page, form | {"note": "Clocks"})
    again = TimeOff.objects.get()
    assert (again.note, again.starts_at, again.ends_at) == (
        "Clocks",
        absence.starts_at,
        absence.ends_at,
    )


def test_page_of_time_off_names_the_companys_zone(owner):
    assert "Europe/Kyiv" in owner.get(ADD_TIME_OFF).content.decode()


def test_senior_takes_the_whole_company_off(as_role):
    as_role("senior").post(ADD_TIME_OFF, time_off_form("2026-12-24 00:00", "2026-12-27 00:00"))

    assert TimeOff.objects.get().provider is None


def test_junior_takes_only_themselves_off(as_ada, ada, ben):
    days = ("2026-12-24 00:00", "2026-12-27 00:00")

    for_all = as_ada.post(ADD_TIME_OFF, time_off_form(*days))
    for_ben = as_ada.post(ADD_TIME_OFF, time_off_form(*days, provider=ben.pk))
    as_ada.post(ADD_TIME_OFF, time_off_form(*days, provider=ada.pk))

    assert list(errors_of(for_all)) == ["provider"]
    assert list(errors_of(for_ben)) == ["provider"]
    assert [absence.provider for absence in TimeOff.objects.all()] == [ada]


@pytest.mark.parametrize("verb", ["change", "delete"])
def test_junior_reaches_no_time_off_but_their_own(as_ada, ben, verb):
    period = {"starts_at": factories.NOW, "ends_at": factories.TOMORROW_NOON}
    rows = [TimeOff.objects.create(provider=whose, **period) for whose in (ben, None)]

    for absence in rows:
        address = reverse(f"admin:booking_timeoff_{verb}", args=[absence.pk])
        form = time_off_form("2026-12-24 00:00", "2026-12-27 00:00", post="yes")
        assert as_ada.get(address).status_code == 302
        assert as_ada.post(address, form).status_code == 302

    assert list(as_ada.get("/admin/booking/timeoff/").context["cl"].queryset) == []
    assert TimeOff.objects.filter(starts_at=factories.NOW).count() == 2


def test_time_off_of_everybody_is_listed_as_the_companys(owner):
    TimeOff.objects.create(starts_at=factories.NOW, ends_at=factories.TOMORROW_NOON)

    assert "The whole company" in owner.get("/admin/booking/timeoff/").content.decode()


def test_company_has_a_face_on_the_booking_site(owner):
    texts = {"booked_text": "Second door.\r\nRing.", "policy": "Come in time."}
    page = owner.get(COMPANY).content.decode()
    owner.post(COMPANY, company_form(site_colour="#ccff00", proof_above="5", **texts))

    found = Company.objects.get()
    assert (found.site_colour, found.proof_above, found.shows_hours) == ("#ccff00", 5, False)
    assert (found.booked_text, found.policy) == ("Second door.\r\nRing.", "Come in time.")
    for heading in ("Booking site", "Against misuse"):
        assert heading in page
    assert "embed_origins" not in page


@pytest.mark.parametrize(
    ("field", "bad", "error"),
    [
        (
            "site_colour",
            "green",
            "Write a colour as # and six hexadecimal digits, such as #2f6f4f.",
        ),
        ("proof_above", "-1", "Ensure this value is greater than or equal to 0."),
        ("proof_minutes", "4", "Ensure this value is greater than or equal to 5."),
    ],
)
def test_face_of_the_company_is_refused_at_its_field(owner, field, bad, error):
    assert errors_of(owner.post(COMPANY, company_form(**{field: bad}))) == {field: [error]}


def test_refused_company_does_not_pass_for_the_kept_one(owner):
    page = owner.post(COMPANY, company_form(name="Mistyped", grid_minutes="0"))

    assert list(errors_of(page)) == ["grid_minutes"]
    assert "Kyiv Yoga" in page.content.decode()  # under the product's name


def test_company_says_how_long_a_place_is_offered_while_there_are_waiting_lists(owner):
    factories.enable("classes")
    assert "offer_minutes" not in owner.get(COMPANY).context["adminform"].form.fields
    factories.enable("waiting-list")

    owner.post(COMPANY, company_form(offer_minutes="45"))

    assert Company.objects.current().offer_minutes == 45


def test_company_may_be_saved_as_it_is(owner):
    owner.post(COMPANY, company_form(name="Kyiv Stretching"))

    assert Company.objects.current().name == "Kyiv Stretching"


def test_provider_may_be_added_without_hours(owner):
    owner.post(ADD_PROVIDER, provider_form())

    assert Provider.objects.get().name == "Eve"
