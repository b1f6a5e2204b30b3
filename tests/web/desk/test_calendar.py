"""The calendar's page and feed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from booking import actions
from booking.models import WaitingEntry
from tests import factories

KYIV = ZoneInfo("Europe/Kyiv")


@pytest.fixture
def feed_of(as_role, tomorrow):
    """What the feed gives the owner for tomorrow, with further parameters."""
    owner = as_role("owner")

    def fetch(**parameters):
        day = {"date": tomorrow.date().isoformat(), **parameters}
        return owner.get(reverse("desk:calendar-feed"), day).json()

    return fetch


def test_feed_gives_wall_times_of_the_company(ada, book, feed_of, tomorrow):
    book(ada)

    [tile] = feed_of()

    day = tomorrow.date().isoformat()
    assert (tile["start"], tile["end"]) == (f"{day}T12:00:00", f"{day}T12:30:00")
    assert tile["title"] == "Cleo"
    assert tile["resourceId"] == ada.pk
    assert tile["extendedProps"]["time"] == "12:00–12:30"
    assert tile["extendedProps"]["service"] == "Lesson"


def test_feed_follows_the_company_through_the_clock_change(ada, book, as_role):
    starts_at = datetime(2027, 3, 29, 12, 0, tzinfo=KYIV)  # the day after clocks go forward
    book(ada, starts_at=starts_at)

    [tile] = as_role("owner").get(reverse("desk:calendar-feed"), {"date": "2027-03-29"}).json()

    assert tile["start"] == "2027-03-29T12:00:00"


def test_feed_leaves_out_cancelled_bookings(ada, book, feed_of):
    booking = book(ada)
    actions.cancel(booking_id=booking.pk, now=timezone.now())

    assert feed_of() == []


def test_feed_shows_only_the_chosen_services(ada, ben, book, feed_of, tomorrow):
    book(ada)
    massage = factories.service(ben, name="Massage")
    factories.book_one(massage, starts_at=tomorrow, now=timezone.now())

    assert [tile["title"] for tile in feed_of()] == ["Cleo", "Cleo"]
    assert [tile["extendedProps"]["service"] for tile in feed_of(service=massage.pk)] == ["Massage"]
    assert feed_of(service="0") == []


def test_feed_shows_a_class_as_one_tile_with_its_places(ada, feed_of, tomorrow):
    factories.enable("classes")
    session = yoga_session(ada, tomorrow)
    for name, places in (("Cleo", 1), ("Dan", 2)):
        actions.book(
            service_id=session.service_id,
            session_id=session.pk,
            places=places,
            client=factories.details(name),
            now=timezone.now(),
        )

    [tile] = feed_of()

    assert tile["title"] == "Yoga 3/8"
    assert tile["extendedProps"]["popup"] == reverse("desk:session-popup", args=[session.pk])


def test_class_tile_counts_who_waits_for_a_place(ada, feed_of, tomorrow):
    factories.enable("classes")
    session = yoga_session(ada, tomorrow, capacity=1)
    where = {"service_id": session.service_id, "session_id": session.pk, "now": timezone.now()}
    actions.book(**where, client=factories.details("Cleo"))
    for name in ("Dan", "Eva"):
        WaitingEntry.objects.create(session=session, client=factories.client(name))

    titles = [[tile["title"], tile["extendedProps"].get("waiting")] for tile in feed_of()]
    factories.enable("waiting-list")

    assert titles == [["Yoga 1/1", None]]
    assert [tile["extendedProps"]["waiting"] for tile in feed_of()] == ["+2 waiting"]


def yoga_session(provider, starts_at, capacity=8):
    yoga = factories.service(provider, name="Yoga", kind="class", capacity=capacity)
    return actions.schedule_session(
        service_id=yoga.pk, provider_id=provider.pk, starts_at=starts_at, now=timezone.now()
    )


@pytest.mark.parametrize("number", [1, 3])
def test_feed_takes_three_queries_besides_sign_in(
    ada, book, as_role, tomorrow, number, django_assert_num_queries
):
    for step in range(number):
        book(ada, starts_at=tomorrow + timedelta(hours=step))
    owner = as_role("owner")

    # The session and its user, the permissions of the person and of their groups; then
    # the company, the features, the sessions.
    with django_assert_num_queries(4 + 3):
        response = owner.get(reverse("desk:calendar-feed"), {"date": tomorrow.date().isoformat()})

    assert len(response.json()) == number


@pytest.mark.parametrize("start", ["yesterday", "9999-99-99", ""])
def test_feed_answers_nonsense_with_the_day_on_show(ada, book, feed_of, start):
    book(ada)

    assert len(feed_of(start=start, end=start)) == 1


def test_page_keeps_view_date_and_services_in_its_links(as_role, lesson):
    place = {"view": "week", "date": "2026-11-25", "service": lesson.pk}

    context = as_role("owner").get(reverse("desk:calendar"), place).context

    kept = f"service={lesson.pk}"
    assert context["later"] == f"/admin/calendar/?view=week&date=2026-12-02&{kept}"
    assert context["earlier"] == f"/admin/calendar/?view=week&date=2026-11-18&{kept}"
    assert [view["url"] for view in context["views"]] == [
        f"/admin/calendar/?view={view}&date=2026-11-25&{kept}"
        for view in ("day", "week", "month", "list")
    ]


def test_several_services_can_be_chosen_and_stay_chosen(ada, ben, book, as_role, lesson, tomorrow):
    massage, talk = (factories.service(ben, name=name) for name in ("Massage", "Talk"))
    for hour, service in enumerate((massage, talk)):
        starts_at = tomorrow + timedelta(hours=hour)
        factories.book_one(service, starts_at=starts_at, now=timezone.now())
    book(ada)
    owner, chosen = as_role("owner"), [lesson.pk, talk.pk]
    place = {"view": "week", "date": tomorrow.date().isoformat(), "service": chosen}

    tiles = owner.get(reverse("desk:calendar-feed"), place).json()
    page = owner.get(reverse("desk:calendar"), place)

    assert {tile["extendedProps"]["service"] for tile in tiles} == {"Lesson", "Talk"}
    kept = "&".join(f"service={pk}" for pk in chosen)
    ways_on = [page.context[name] for name in ("earlier", "later", "today")]
    for url in [*ways_on, *(view["url"] for view in page.context["views"])]:
        assert url.endswith(kept)
    for pk in chosen:
        assert f'name="service" value="{pk}" checked' in page.content.decode()
    assert f'name="service" value="{massage.pk}">' in page.content.decode()


def test_page_names_the_companys_zone(as_role, lesson):
    assert "Kyiv, UTC+" in as_role("owner").get(reverse("desk:calendar")).content.decode()


@pytest.mark.parametrize(
    "query", ["?date=0001-01-01", "?date=9999-12-31&view=week", "?view=no&service=x&date=no"]
)
def test_page_opens_at_impossible_addresses(as_role, lesson, query):
    assert as_role("owner").get(reverse("desk:calendar") + query).status_code == 200


def test_page_without_a_view_shows_the_last_one(as_role, lesson):
    owner = as_role("owner")
    address = reverse("desk:calendar")

    assert owner.get(address).context["place"].view == "day"
    owner.get(address, {"view": "list"})
    assert owner.get(address).context["place"].view == "list"
    assert owner.get(address, {"view": "week"}).context["place"].view == "week"
    owner.cookies["calendar_view"] = "nonsense"
    assert owner.get(address).context["place"].view == "day"


@pytest.mark.parametrize("view", ["day", "services", "week", "month", "list"])
def test_page_takes_as_many_queries_for_three_bookings_as_for_one(
    ada, ben, book, as_role, tomorrow, view
):
    owner, place = as_role("owner"), {"view": view, "date": tomorrow.date().isoformat()}
    counts = []
    for step in (0, 1, 2):
        book(ben, starts_at=tomorrow + timedelta(hours=step))
        factories.provider(f"Eva {step}")
        with CaptureQueriesContext(connection) as queries:
            owner.get(reverse("desk:calendar"), place)
        counts.append(len(queries))

    assert counts[0] == counts[1] == counts[2]


def test_day_by_service_has_a_column_for_each_service(ada, ben, book, as_role, feed_of, lesson):
    massage = factories.service(ben, name="Massage")
    book(ada)

    page = as_role("viewer").get(reverse("desk:calendar"), {"view": "services"})
    [tile] = feed_of(view="services")

    columns = [column["title"] for column in page.context["settings"]["resources"]]
    assert columns == ["Lesson", "Massage"]
    assert tile["resourceId"] == lesson.pk != massage.pk
    assert tile["extendedProps"]["provider"] == "Ada"


def test_day_keeps_the_column_of_a_provider_who_left_but_has_bookings(
    ada, ben, book, as_role, tomorrow
):
    book(ben)
    ben.is_active = False
    ben.save()

    def columns_on(day):
        page = as_role("owner").get(reverse("desk:calendar"), {"date": day.isoformat()})
        return [column["title"] for column in page.context["settings"]["resources"]]

    assert columns_on(tomorrow.date()) == ["Ada", "Ben"]


def test_list_shows_the_weeks_bookings_as_links(ada, book, as_role, tomorrow):
    booking = book(ada)

    page = as_role("owner").get(
        reverse("desk:calendar"), {"view": "list", "date": tomorrow.date().isoformat()}
    )

    assert reverse("desk:booking-popup", args=[booking.pk]) in page.content.decode()


def test_roster_lists_everybody_in_the_session(ada, as_role, tomorrow):
    factories.enable("classes")
    session = yoga_session(ada, tomorrow)
    actions.book(
        service_id=session.service_id,
        session_id=session.pk,
        client=factories.details("Dan"),
        now=timezone.now(),
    )

    popup = as_role("owner").get(reverse("desk:session-popup", args=[session.pk]))

    assert [booking.client.name for booking in popup.context["roster"]] == ["Dan"]
