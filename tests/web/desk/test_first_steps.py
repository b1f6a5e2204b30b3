"""First steps of a new company: what is done, who sees them, hiding them."""

from datetime import time

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template import Context, Template
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from booking.models import Company, User, WorkingHours
from web.desk.first_steps import progress_of

PAGE = "/admin/first-steps/"


@pytest.fixture
def owner(as_role):
    return as_role("owner")


def boss() -> User:
    return User.objects.get(email="owner@kyiv-yoga.example")


def undone() -> list[str]:
    return [str(step.title) for step in progress_of(boss()).needed if not step.is_done]


def card(user) -> str:
    """What the calendar shows above itself."""
    request = RequestFactory().get("/admin/calendar/")
    request.user = user
    return Template("{% load desk %}{% first_steps %}").render(Context({"request": request}))


def test_new_company_has_everything_to_do(owner, settings):
    Company.objects.all().delete()
    settings.EMAIL_URL = ""

    page = owner.get(PAGE).content.decode()

    assert undone() == [
        "Say who you are",
        "Enter the opening hours",
        "Add the first provider",
        "Add the first service",
        "Let mail go out",
        "Make a first booking",
    ]
    assert page.count("To do") == 6
    assert page.count("Optional") == 2


def test_steps_are_done_by_doing_them(owner, ada, book, settings):
    settings.EMAIL_URL = "smtp://localhost"
    WorkingHours.objects.create(weekday=0, starts=time(9), ends=time(18))
    assert undone() == ["Make a first booking"]

    book(ada)

    assert undone() == []
    assert card(boss()).strip() == ""


def test_service_that_nobody_gives_is_no_first_service(owner, lesson):
    lesson.providers.clear()

    assert "Add the first service" in undone()


def test_card_names_the_next_step_and_is_hidden_and_shown_again(owner, company):
    assert "Enter the opening hours." in card(boss())

    hidden = owner.post(PAGE, {"hides": "1", "next": "/admin/calendar/"})
    assert hidden.url == "/admin/calendar/"
    assert card(boss()).strip() == ""
    assert "Show this list on the calendar" in owner.get(PAGE).content.decode()

    owner.post(PAGE, {"hides": "0"})
    assert "Enter the opening hours." in card(boss())


@pytest.mark.parametrize(
    ("role", "may"), [("administrator", True), ("senior", False), ("viewer", False)]
)
def test_steps_are_for_who_may_change_the_company(as_role, company, role, may):
    browser = as_role(role)
    user = User.objects.get(email=f"{role}@kyiv-yoga.example")

    assert browser.get(PAGE).status_code == (200 if may else 403)
    assert browser.post(PAGE, {"hides": "1"}).status_code == (302 if may else 403)
    assert bool(card(user).strip()) is False  # hidden just now, or nothing of theirs
    assert Company.objects.get().hides_first_steps is may
    assert card(AnonymousUser()).strip() == ""


def test_administrator_is_not_asked_to_invite_users(as_role, company):
    as_role("administrator")

    steps = progress_of(User.objects.get(email="administrator@kyiv-yoga.example")).steps

    assert "Invite your colleagues" not in [str(step.title) for step in steps]


def test_card_asks_all_its_questions_in_one_query(owner, company):
    user = boss()
    user.has_perm("booking.change_company")

    with CaptureQueriesContext(connection) as captured:
        card(user)

    remembered = ('FROM "booking_company"', 'FROM "booking_feature"')  # by every request
    asked = [query["sql"] for query in captured]
    assert len([sql for sql in asked if not any(known in sql for known in remembered)]) == 1
