"""Whom and what the calendar shows: its filters, kept in the address."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from booking import actions
from tests import factories
from tests.web.desk.yoga import come


@pytest.fixture
def titles_of(as_role, tomorrow):
    """The titles of the owner's tiles of tomorrow under filters."""
    owner = as_role("owner")

    def fetch(**filters):
        day = {"date": tomorrow.date().isoformat(), **filters}
        return [tile["title"] for tile in owner.get(reverse("desk:calendar-feed"), day).json()]

    return fetch


@pytest.fixture
def of_every_state(ada, ben, book, tomorrow):
    """Tomorrow: Cleo has booked, Dan asks, Eva cancelled, Fay was declined."""
    now, asks = timezone.now(), factories.service(ben, name="Talk", needs_approval=True)
    book(ada)
    at = [tomorrow + timedelta(hours=hour) for hour in range(4)]
    factories.book_one(asks, starts_at=at[1], now=now, client=factories.details("Dan"))
    cancelled = book(ada, starts_at=at[2], client=factories.details("Eva"))
    actions.cancel(booking_id=cancelled.pk, now=now)
    declined = factories.book_one(asks, starts_at=at[3], now=now, client=factories.details("Fay"))
    actions.decline(booking_id=declined.pk, now=now, actor=ada.user)


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        (None, ["Cleo", "Dan"]),
        ("nonsense", ["Cleo", "Dan"]),
        ("pending", ["Dan"]),
        ("confirmed", ["Cleo"]),
        ("cancelled", ["Eva", "Fay"]),
        ("all", ["Cleo", "Dan", "Eva", "Fay"]),
    ],
)
def test_status_chooses_bookings(of_every_state, titles_of, status, shown):
    assert titles_of(**({"status": status} if status else {})) == shown


def test_cancelled_bookings_say_so(of_every_state, as_role, tomorrow):
    day = {"date": tomorrow.date().isoformat(), "status": "cancelled"}

    owner = as_role("owner")
    tiles = owner.get(reverse("desk:calendar-feed"), day).json()
    page = owner.get(reverse("desk:calendar"), {**day, "view": "list"}).content.decode()

    assert [tile["className"] for tile in tiles] == ["z-called-off"] * 2
    assert [tile["extendedProps"]["state"] for tile in tiles] == ["Cancelled", "Declined"]
    assert page.count('class="z-struck"') == 2


def test_cancelled_class_is_shown_when_asked_for(session, titles_of):
    come(session, "Cleo")
    actions.cancel_session(session_id=session.pk, now=timezone.now())

    assert titles_of() == []
    assert titles_of(status="cancelled") == ["Yoga 0/8"]


def test_class_waits_for_approval_when_anybody_in_it_does(yoga, session, titles_of):
    come(session, "Cleo")
    assert titles_of(status="pending") == []

    yoga.needs_approval = True
    yoga.save()
    come(session, "Dan")

    assert titles_of(status="pending") == titles_of(status="confirmed") == ["Yoga 2/8"]


def test_provider_filter_narrows_bookings_and_columns(ada, ben, book, as_role, titles_of, tomorrow):
    book(ada)
    book(ben, client=factories.details("Dan"))

    page = as_role("viewer").get(reverse("desk:calendar"), {"provider": ben.pk})

    assert titles_of(provider=ben.pk) == ["Dan"]
    assert titles_of(provider=[ada.pk, ben.pk]) == ["Cleo", "Dan"]
    columns = page.context["settings"]["resources"]
    assert [column["title"] for column in columns] == ["Ben"]


def test_junior_sees_no_colleague_by_any_filter(ada, ben, book, as_ada, tomorrow):
    book(ben)
    day = {"date": tomorrow.date().isoformat(), "provider": ben.pk, "status": "all"}

    page = as_ada.get(reverse("desk:calendar"), day)

    assert as_ada.get(reverse("desk:calendar-feed"), day).json() == []
    assert "Ben" not in page.content.decode()


def test_online_only_is_offered_while_the_feature_is_on(ada, ben, book, as_role, titles_of):
    book(ada)
    talk = factories.service(ben, name="Talk", is_online_meeting=True)
    factories.book_one(talk, now=timezone.now(), client=factories.details("Dan"))
    viewer, offer = as_role("viewer"), 'name="online"'

    assert titles_of(online=1) == ["Cleo", "Dan"]
    assert offer not in viewer.get(reverse("desk:calendar")).content.decode()
    factories.enable("online-meetings")

    assert titles_of(online=1) == ["Dan"]
    assert offer in viewer.get(reverse("desk:calendar")).content.decode()


@pytest.mark.parametrize("view", ["day", "services", "week", "month", "list"])
def test_filters_stay_in_every_way_on(as_role, ada, ben, lesson, view):
    factories.enable("online-meetings")
    kept = f"service={lesson.pk}&provider={ada.pk}&provider={ben.pk}&status=all&online=1"
    address = f"{reverse('desk:calendar')}?view={view}&date=2026-11-25&{kept}&column={ben.pk}"

    page = as_role("owner").get(address).context

    assert page["place"].url == address
    links = [page[name] for name in ("earlier", "later", "today", "as_list")]
    links += [way["url"] for way in (*page["views"], *page["columns"])]
    assert all(link.endswith(f"{kept}&column={ben.pk}") for link in links)
    assert page["unfiltered"] == f"/admin/calendar/?view={view}&date=2026-11-25&column={ben.pk}"


def test_clearing_is_offered_only_where_something_is_hidden(as_role, lesson):
    owner, clear = as_role("owner"), "Clear filters"

    filtered = owner.get(reverse("desk:calendar"), {"view": "list", "status": "pending"})

    assert clear in filtered.content.decode()
    assert "Nothing in these days matches the filters" in filtered.content.decode()
    assert clear not in owner.get(reverse("desk:calendar"), {"view": "list"}).content.decode()


@pytest.mark.parametrize(("column", "shown"), [("ben", "Ben"), (None, "Ada"), ("cleo", "Ada")])
def test_narrow_screen_shows_the_chosen_provider_or_the_first(
    ada, ben, as_role, lesson, column, shown
):
    ids = {"ben": ben.pk, "cleo": 999}
    query = {"view": "day", **({"column": ids[column]} if column else {})}

    assert as_role("owner").get(reverse("desk:calendar"), query).context["column"].name == shown
