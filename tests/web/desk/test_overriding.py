"""Booking and moving outside the rules, by those who may; never over another session."""

from datetime import UTC, timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from booking import actions
from booking.models import Booking, WorkingHours
from tests import factories

NEW = "/admin/bookings/new/"


@pytest.fixture
def filled(lesson, ada, tomorrow) -> dict[str, object]:
    return {
        "service": lesson.pk,
        "provider": ada.pk,
        "date": tomorrow.date().isoformat(),
        "time": "12:00",
        "name": "Cleo",
        "email": "cleo@client.example",
        "language": "en",
    }


def _hours(lesson):
    lesson.ignores_hours = False
    for weekday in range(7):
        WorkingHours.objects.create(weekday=weekday, starts="15:00", ends="17:00")


def _notice(lesson):
    lesson.notice_minutes = 7 * 1440


def _horizon(lesson):
    lesson.horizon_days = 0


def _grid(lesson):
    lesson.grid_minutes = 1440


RULES = {"closed": _hours, "too_soon": _notice, "too_far": _horizon, "off_grid": _grid}


@pytest.fixture
def breaking(lesson):
    """Make the lesson's rules refuse tomorrow's noon, by one of them."""

    def apply(rule: str) -> None:
        RULES[rule](lesson)
        lesson.save()

    return apply


def pressed(response) -> dict[str, str]:
    """What the button beside the refusal posts."""
    return {"override": response.context["way_out"].start}


@pytest.mark.parametrize("rule", RULES)
def test_rule_is_overridden_by_the_button_and_the_history_says_so(as_role, filled, breaking, rule):
    breaking(rule)
    senior = as_role("senior")

    refused = senior.post(NEW, filled)
    assert "Book anyway" in refused.content.decode()
    assert not Booking.objects.exists()
    senior.post(NEW, filled | pressed(refused))

    booking = Booking.objects.get()
    page = senior.get(reverse("desk:booking", args=[booking.pk])).content.decode()
    assert booking.events.get().details["overridden"] == rule
    assert "Outside the rules: " in page


def test_junior_hears_the_reason_and_the_nearest_times_only(as_ada, ada, filled, breaking):
    breaking("closed")

    answer = as_ada.post(NEW, filled)

    page = answer.content.decode()
    assert "This time lies outside the working hours." in page
    assert "Book anyway" not in page
    assert answer.context["nearest"]


def test_permission_is_asked_by_the_server(as_ada, ada, filled, breaking, tomorrow):
    breaking("closed")

    answer = as_ada.post(NEW, filled | {"override": tomorrow.isoformat()})

    assert answer.status_code == 403
    assert not Booking.objects.exists()


def test_button_holds_for_the_time_it_was_offered_for(as_role, filled, breaking):
    breaking("closed")
    senior = as_role("senior")
    button = pressed(senior.post(NEW, filled))

    answer = senior.post(NEW, filled | button | {"time": "13:00"})

    assert not Booking.objects.exists()
    assert "Book anyway" in answer.content.decode()


def test_overlap_is_never_offered_nor_done(as_role, filled, ada, book, tomorrow):
    book(ada, client=factories.details("Dan"))
    senior = as_role("senior")

    answer = senior.post(NEW, filled)
    assert "Two sessions never overlap." in answer.content.decode()
    assert "Book anyway" not in answer.content.decode()
    senior.post(NEW, filled | {"override": tomorrow.astimezone(UTC).isoformat()})

    assert Booking.objects.count() == 1


def test_own_buffers_may_give_way(as_role, filled, lesson, ada, book, tomorrow):
    book(ada, client=factories.details("Dan"), starts_at=tomorrow + timedelta(minutes=30))
    lesson.buffer_after_minutes = 15
    lesson.save()
    senior = as_role("senior")

    refused = senior.post(NEW, filled)
    assert "Only the time kept free before or after it is taken." in refused.content.decode()
    senior.post(NEW, filled | pressed(refused))

    assert Booking.objects.filter(client__name="Cleo").exists()


def test_any_provider_is_offered_while_one_of_them_has_time(as_role, filled, ada, book, breaking):
    book(ada, client=factories.details("Dan"))
    breaking("closed")
    senior = as_role("senior")

    refused = senior.post(NEW, filled | {"provider": ""})
    senior.post(NEW, filled | {"provider": ""} | pressed(refused))

    assert Booking.objects.get(client__name="Cleo").session.provider.name == "Ben"


def move_form(booking, provider, starts_at) -> dict[str, object]:
    return {
        "provider": provider.pk,
        "date": starts_at.date().isoformat(),
        "time": f"{starts_at:%H:%M}",
        "revision": booking.revision,
    }


def test_booking_is_moved_anyway(as_role, ada, book, breaking, tomorrow):
    booking = book(ada)
    breaking("closed")
    senior, later = as_role("senior"), tomorrow + timedelta(hours=1)
    address = reverse("desk:booking-move", args=[booking.pk])

    refused = senior.post(address, move_form(booking, ada, later))
    assert "Move anyway" in refused.content.decode()
    senior.post(address, move_form(booking, ada, later) | pressed(refused))

    booking.refresh_from_db()
    assert booking.session.starts_at == later


def test_nearest_free_time_is_offered_for_a_move_and_taken_by_its_button(
    as_role, ada, book, tomorrow
):
    booking, later = book(ada), tomorrow + timedelta(hours=3)
    book(ada, starts_at=later, client=factories.details("Dan"))
    senior, address = as_role("senior"), reverse("desk:booking-move", args=[booking.pk])

    nearest = senior.post(address, move_form(booking, ada, later)).context["nearest"][0]
    pick = {"pick": nearest.starts_at.isoformat()}
    senior.post(address, move_form(booking, ada, later) | pick)

    booking.refresh_from_db()
    assert booking.session.starts_at == nearest.starts_at


def test_move_anyway_is_refused_without_the_permission(as_ada, ada, book, breaking, tomorrow):
    booking = book(ada)
    breaking("closed")
    later = tomorrow + timedelta(hours=1)
    form = move_form(booking, ada, later) | {"override": later.isoformat()}

    answer = as_ada.post(reverse("desk:booking-move", args=[booking.pk]), form)

    booking.refresh_from_db()
    assert answer.status_code == 403
    assert booking.session.starts_at == tomorrow


def test_client_is_added_to_a_class_session_past_the_notice(as_role, ada, tomorrow):
    factories.enable("classes")
    yoga = factories.service(ada, name="Yoga", kind="class", capacity=2, notice_minutes=7 * 1440)
    session = actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=tomorrow, now=timezone.now()
    )
    senior, address = as_role("senior"), reverse("desk:session-book", args=[session.pk])
    client = {"name": "Dan", "language": "en", "places": 1}

    refused = senior.post(address, client)
    senior.post(address, client | pressed(refused))

    session.refresh_from_db()
    assert session.seats_taken == 1


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1999-01-01", "2101-01-01"])
def test_impossible_year_is_refused_at_its_field_whatever_is_overridden(as_role, filled, day):
    answer = as_role("senior").post(NEW, filled | {"date": day, "override": f"{day}T12:00:00"})

    assert list(answer.context["form"].errors) == ["date"]
    assert not Booking.objects.exists()


def test_enter_in_a_field_presses_none_of_the_buttons_beside_the_refusal(as_role, filled, breaking):
    breaking("closed")

    page = BeautifulSoup(as_role("senior").post(NEW, filled).content, "html.parser")

    buttons = page.select("#content form.z-card button")
    assert buttons[0].get("name") is None
    assert {button.get("name") for button in buttons} == {None, "pick", "override"}
