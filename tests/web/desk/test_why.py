"""The page that says why a time is free or not."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client as Browser
from django.urls import reverse

from booking.models import TimeOff
from tests import factories

pytestmark = pytest.mark.django_db
URL = "desk:why"


@pytest.fixture
def junior(ada):
    browser = Browser()
    browser.force_login(ada.user)
    return browser


@pytest.fixture
def viewer(company):
    user = factories.staff("viewer@kyiv-yoga.example")
    user.groups.add(Group.objects.get(name="viewer"))
    browser = Browser()
    browser.force_login(user)
    return browser


def ask(browser, lesson, host, **fields):
    wanted = {"service": lesson.pk, "provider": host.pk, "date": "2026-11-24", "time": "12:00"}
    return browser.get(reverse(URL), {**wanted, **fields})


def test_page_asks_first(viewer):
    answer = viewer.get(reverse(URL))

    assert answer.status_code == 200
    assert answer.context["lines"] == []


def test_free_time_is_called_free(viewer, lesson, ben):
    answer = ask(viewer, lesson, ben)

    assert "This time is free" in answer.content.decode()
    assert len(answer.context["lines"]) == 8


def test_taken_time_names_what_forbids_it(viewer, lesson, ben, book, tomorrow):
    book(ben)
    TimeOff.objects.create(starts_at=tomorrow, ends_at=tomorrow + lesson.duration, note="Holiday")

    answer = ask(viewer, lesson, ben)

    forbidding = [line.name for line in answer.context["lines"] if not line.holds]
    assert forbidding == ["Time off", "Other bookings"]
    assert "Holiday" in answer.content.decode()


def test_junior_asks_about_themself_only(junior, lesson, ada, ben):
    assert ask(junior, lesson, ada).context["lines"]

    answer = ask(junior, lesson, ben)

    assert answer.context["lines"] == []
    assert "provider" in answer.context["form"].errors


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"service": "404"}, "service"),
        ({"service": "x"}, "service"),
        ({"provider": str(2**70)}, "provider"),
        ({"date": "2026-02-30"}, "date"),
        ({"date": "9999-12-31"}, "date"),
        ({"time": "25:00"}, "time"),
        ({"time": ""}, "time"),
        ({"date": "2027-03-28", "time": "03:30"}, "time"),
    ],
)
def test_wrong_input_gets_an_error_at_its_field(viewer, lesson, ben, fields, at_fault):
    answer = ask(viewer, lesson, ben, **fields)

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [at_fault]


def test_provider_who_does_not_offer_the_service_is_named(viewer, lesson):
    stranger = factories.provider("Mallory")

    answer = ask(viewer, lesson, stranger)

    assert list(answer.context["form"].errors) == ["provider"]
