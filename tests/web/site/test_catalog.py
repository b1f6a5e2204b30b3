"""The front page, and the page of days and times."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from booking import actions
from booking.models import Category, ServiceHours, SpecialDay, WorkingHours
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tests.web.site.conftest import instants_behind, times_on
from web.site import picker

pytestmark = pytest.mark.django_db


def names_on_shelves(page) -> dict[str | None, list[str]]:
    """The names of services by category, in the order of the page."""
    return {
        shelf.category and shelf.category.name: [service.name for service in shelf.services]
        for shelf in page.context["shelves"]
    }


def free_days_on(page) -> list[str]:
    return re.findall(r'id="day-(2\d{3}-\d\d-\d\d)" href=', page.content.decode())


@pytest.fixture
def office_hours(company):
    """From nine to five, Monday to Friday, Kyiv time."""
    for weekday in range(5):
        WorkingHours.objects.create(weekday=weekday, starts="09:00", ends="17:00")


@pytest.fixture
def by_hours(ada, office_hours):
    return factories.service(ada, name="Talk", ignores_hours=False, grid_minutes=60)


def test_home_lists_active_listed_services(client, ada):
    factories.service(ada, name="Shown")
    factories.service(ada, name="Hidden", is_listed=False)
    factories.service(ada, name="Gone", is_active=False)

    page = client.get("/")

    assert names_on_shelves(page) == {None: ["Shown"]}


def test_home_groups_services_by_category_in_order(client, ada):
    talks = Category.objects.create(name="Talks", position=2)
    yoga = Category.objects.create(name="Yoga", position=1)
    Category.objects.create(name="Empty")
    factories.service(ada, name="Loose")
    factories.service(ada, name="Second", category=talks, position=2)
    factories.service(ada, name="First", category=talks, position=1)
    factories.service(ada, name="Hatha", category=yoga)

    page = client.get("/")

    assert names_on_shelves(page) == {
        "Yoga": ["Hatha"],
        "Talks": ["First", "Second"],
        None: ["Loose"],
    }
    assert list(names_on_shelves(page)) == ["Yoga", "Talks", None]
    shelves = page.content.decode().partition('<section class="mt-4" aria-labelledby="team"')[0]
    assert re.findall(r"<h([23])[^>]*>(?:<a[^>]*>)?([^<]+)", shelves) == [
        ("2", "Yoga"),
        ("3", "Hatha"),
        ("2", "Talks"),
        ("3", "First"),
        ("3", "Second"),
        ("2", "Other services"),
        ("3", "Loose"),
    ]


def test_home_without_categories_has_no_headings_of_them(client, ada):
    factories.service(ada, name="Loose")

    page = client.get("/").content.decode()

    assert "Other services" not in page
    assert re.findall(r"<h2[^>]*><a[^>]*>([^<]+)", page) == ["Loose"]


def test_picture_of_a_service_is_lazy_and_keeps_its_room(client, ada):
    factories.service(ada, name="Plain")
    factories.service(ada, name="Shown", picture="services/shown.jpg")

    home = client.get("/").content.decode()
    page = client.get("/book/shown/").content.decode()

    assert re.findall(r"<img[^>]*>", home) == [
        '<img class="site-thumbnail" src="/media/services/shown.jpg" width="112" height="112"'
        ' loading="lazy" decoding="async" alt="">'
    ]
    assert '<img class="site-picture" src="/media/services/shown.jpg" width="640"' in page
    assert "<img" not in client.get("/book/plain/").content.decode()


def test_home_without_services_says_so(client, company):
    page = client.get("/")

    assert "Nothing can be booked online at present" in page.content.decode()


def test_home_names_a_service_online_only_while_the_feature_is_on(client, ada):
    factories.service(ada, name="Talk", is_online_meeting=True)

    without = client.get("/").content.decode()
    factories.enable("online-meetings")
    with_meetings = client.get("/").content.decode()

    assert "icon-video" not in without
    assert "icon-video" in with_meetings


def test_home_shows_classes_only_while_the_feature_is_on(client, ada):
    factories.service(ada, name="Yoga", kind="class", capacity=5)

    without = client.get("/")
    factories.enable("classes")
    with_classes = client.get("/")

    assert names_on_shelves(without) == {}
    assert names_on_shelves(with_classes) == {None: ["Yoga"]}


@pytest.mark.parametrize("rows", [1, 3])
def test_home_takes_the_same_queries_for_any_number_of_services(
    client, company, rows, django_assert_num_queries
):
    factories.service(*[factories.provider(f"P{n}", picture="p.webp") for n in range(rows)])
    for number in range(rows):
        WorkingHours.objects.create(weekday=number, starts="09:00", ends="17:00")
        SpecialDay.objects.create(date=f"2026-12-0{number + 1}")
    for number in range(rows - 1):
        category = Category.objects.create(name=f"Category {number}")
        fields = {"category": category, "picture": f"services/{number}.jpg"}
        factories.service(factories.provider(f"Q{number}"), name=f"Other {number}", **fields)

    with django_assert_num_queries(6):  # company, features, services, team, hours, special days
        client.get("/")


@pytest.fixture
def busy(company, office_hours, rows):
    """A service with as many providers as rows and bookings, and with every rule there is."""
    providers = [factories.provider(f"P{n}", daily_maximum=9) for n in range(rows)]
    fields = {"ignores_hours": False, "daily_maximum": 9, "grid_minutes": 60}
    busy = factories.service(*providers, name="Busy", **fields)
    for weekday in range(1, rows + 1):
        ServiceHours.objects.create(service=busy, weekday=weekday, starts="09:00", ends="17:00")
    for number in range(rows):
        factories.book_one(busy, starts_at=TOMORROW_NOON + timedelta(hours=number))
    return busy


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("query", ["day=2026-11-24", "month=2026-12", ""])
def test_day_page_takes_the_same_queries_for_any_number_of_rows(
    client, busy, query, django_assert_num_queries
):
    with django_assert_num_queries(4):
        page = client.get(f"/book/busy/?{query}")

    assert times_on(page)


@pytest.mark.parametrize("rows", [1, 3])
def test_picker_asks_little_of_availability(company, busy, rf, django_assert_max_num_queries):
    """Four queries for the days of a month, three for the times of a day."""
    search = picker.Search(
        service=busy,
        providers=list(busy.providers.all()),
        company=company,
        zone=company.zone,
        now=NOW,
        carried={},
        lead_to=lambda slot: "",
    )

    with django_assert_max_num_queries(4 + 3):
        page = picker.pick(search, rf.get("/", {"month": "2026-12"}).GET)

    assert page.times


@pytest.mark.parametrize("slug", ["nothing-of-ours", "gone", "yoga"])
def test_service_page_of_what_is_not_offered_is_404(client, ada, slug):
    factories.service(ada, name="Gone", is_active=False)
    factories.service(ada, name="Yoga", kind="class", capacity=5)

    assert client.get(f"/book/{slug}/").status_code == 404


def test_unlisted_service_is_reached_by_its_link(client, ada):
    hidden = factories.service(ada, name="Hidden", is_listed=False)

    assert client.get(hidden.get_absolute_url()).status_code == 200


def test_day_page_offers_the_free_times(client, by_hours):
    factories.book_one(by_hours, starts_at=TOMORROW_NOON)

    page = client.get("/book/talk/?day=2026-11-24")

    assert times_on(page) == ["09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00"]


def test_month_marks_the_days_that_have_free_times(client, by_hours):
    SpecialDay.objects.create(date="2026-11-25")

    page = client.get("/book/talk/?month=2026-11")

    assert free_days_on(page) == [f"2026-11-{day}" for day in (23, 24, 26, 27, 30)]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati"])
def test_days_marked_are_those_of_the_visitors_own_calendar(client, by_hours, zone):
    month = client.get(f"/book/talk/?month=2026-12&zone={zone}")

    with_times = [
        day
        for day in (f"2026-12-{number:02}" for number in range(1, 32))
        if times_on(client.get(f"/book/talk/?day={day}&zone={zone}"))
    ]

    assert free_days_on(month) == with_times


def test_first_free_day_is_chosen_by_itself(client, by_hours):
    page = client.get("/book/talk/")

    assert page.context["picker"].day.isoformat() == "2026-11-23"


def test_month_without_free_times_gives_way_to_the_next(client, by_hours):
    for day in range(23, 31):
        SpecialDay.objects.create(date=f"2026-11-{day}")

    page = client.get("/book/talk/")

    assert page.context["picker"].day.isoformat() == "2026-12-01"


def test_named_month_without_free_times_names_the_nearest(client, by_hours):
    for day in range(23, 31):
        SpecialDay.objects.create(date=f"2026-11-{day}")

    page = client.get("/book/talk/?month=2026-11")

    assert times_on(page) == []
    assert page.context["picker"].next_free_url == "?day=2026-12-01"


def test_full_day_names_the_next_free_time(client, by_hours):
    page = client.get("/book/talk/?day=2026-11-28")

    assert times_on(page) == []
    assert page.context["picker"].next_free_url == "?day=2026-11-30"


def test_service_nobody_gives_says_so(client, by_hours):
    by_hours.providers.clear()

    page = client.get("/book/talk/")

    assert "There are no free times at present" in page.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "day=2026-02-30",
        "day=x",
        "month=x",
        "month=9999-12",
        "day=0001-01-01",
        "day=9999-12-31",
        "provider=x",
        "provider=99999",
        "zone=Moon/Base",
        "zone=../etc/passwd",
        "hour=25",
    ],
)
def test_nonsense_in_the_address_is_as_if_not_there(client, by_hours, query):
    assert client.get(f"/book/talk/?{query}").status_code == 200


def test_chosen_provider_alone_is_asked(client, company, office_hours):
    ada, ben = factories.provider("Ada"), factories.provider("Ben")
    talk = factories.service(ada, ben, name="Talk", ignores_hours=False, grid_minutes=60)
    factories.book_one(talk, starts_at=TOMORROW_NOON, provider_id=ada.pk)

    of_any = client.get("/book/talk/?day=2026-11-24")
    of_ada = client.get(f"/book/talk/?day=2026-11-24&provider={ada.pk}")

    assert "12:00" in times_on(of_any)
    assert "12:00" not in times_on(of_ada)
    assert f"provider={ada.pk}" in of_ada.content.decode()


def test_client_in_los_angeles_sees_the_same_instants(client, by_hours):
    kyiv = client.get("/book/talk/?day=2026-11-25")
    los_angeles = client.get("/book/talk/?day=2026-11-25&zone=America/Los_Angeles")

    assert times_on(kyiv)[0] == "09:00"
    # Their Wednesday holds the company's Wednesday from ten and Thursday's first hour.
    assert times_on(los_angeles) == [f"{hour:02}:00" for hour in (*range(7), 23)]
    assert instants_behind(los_angeles)[0] == datetime(2026, 11, 25, 8, tzinfo=UTC)
    assert instants_behind(los_angeles)[-1] == datetime(2026, 11, 26, 7, tzinfo=UTC)
    assert "America/Los_Angeles" in los_angeles.content.decode()


def test_zone_of_the_browser_comes_by_cookie(client, by_hours):
    client.cookies["timezone"] = "America/New_York"

    page = client.get("/book/talk/?day=2026-11-24")

    assert times_on(page)[0] == "02:00"


def test_zone_under_its_old_name_is_shown_under_todays(client, by_hours):
    client.cookies["timezone"] = "Europe/Kiev"

    page = client.get("/book/talk/")

    assert page.context["zone"].key == "Europe/Kyiv"


def test_day_with_very_many_times_is_shown_by_the_hour(client, ada):
    factories.service(ada, name="Quick", grid_minutes=1, duration_minutes=5)

    first = client.get("/book/quick/?day=2026-11-24")
    at_two = client.get("/book/quick/?day=2026-11-24&hour=14%2B0200")

    assert times_on(first) == [f"00:{minute:02}" for minute in range(60)]
    assert times_on(at_two) == [f"14:{minute:02}" for minute in range(60)]


def test_class_lists_sessions_with_places_left(client, ada):
    factories.enable("classes")
    yoga = factories.service(ada, name="Yoga", kind="class", capacity=2)
    full = actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=TOMORROW_NOON, now=NOW
    )
    free = actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=TOMORROW_NOON + timedelta(days=1), now=NOW
    )
    for session, places in ((full, 2), (free, 1)):
        actions.book(
            service_id=yoga.pk,
            session_id=session.pk,
            places=places,
            client=factories.details(),
            now=NOW,
        )

    page = client.get(reverse("site:service", args=["yoga"]))

    assert [time.starts_at for time in page.context["sessions"]] == [free.starts_at]
    assert "Last place" in page.content.decode()


def test_names_are_written_as_text(client, company):
    evil = factories.provider("<script>alert(1)</script>")
    factories.service(evil, factories.provider("Ben"), name="<b>Bold</b>", slug="bold")

    page = client.get("/book/bold/").content.decode()

    assert "<script>alert" not in page
    assert "<b>Bold" not in page
