"""Manage > Services > Clone: a new one that begins as another stands."""

from datetime import time

import pytest

from booking.models import Service, ServiceHours
from tests import factories
from tests.web.desk.pages import rows_of, service_form, stretch

ADD = "/admin/booking/service/add/"


@pytest.fixture
def owner(as_role):
    return as_role("owner")


@pytest.fixture
def copied(lesson) -> Service:
    factories.enable("online-meetings")
    ServiceHours.objects.create(service=lesson, weekday=0, starts=time(9), ends=time(12))
    Service.objects.filter(pk=lesson.pk).update(is_online_meeting=True, price=900)
    factories.service(name="Another", slug="lesson-2")
    return lesson


def test_copy_begins_as_its_original_stands_but_not_online(owner, copied, ada, ben):
    page = owner.get(ADD, {"clone": copied.pk})

    form = page.context["adminform"].form
    assert form["name"].value() == "Lesson (copy)"
    assert form["slug"].value() == "lesson-3"
    assert (form["duration_minutes"].value(), form["price"].value()) == (30, 900)
    assert form["ignores_hours"].value() is True
    assert form["is_online_meeting"].value() is False
    assert form["providers"].value() == [ada.pk, ben.pk]
    hours, _questions = page.context["inline_admin_formsets"]
    assert [row.initial["starts"] for row in hours.formset.extra_forms] == [time(9)]
    assert Service.objects.count() == 2


def test_copied_times_are_saved_though_nobody_touched_them(owner, copied):
    form = service_form(**rows_of("service_hours", stretch("09:00-12:00")))

    owner.post(f"{ADD}?clone={copied.pk}", form)

    massage = Service.objects.get(slug="massage")
    assert [str(row) for row in massage.service_hours.all()] == ["Monday 09:00–12:00"]
    assert not massage.is_online_meeting


@pytest.mark.parametrize("clone", ["4711", "9" * 30, "lesson", ""])
def test_what_is_not_there_is_not_copied(owner, copied, clone):
    assert not owner.get(ADD, {"clone": clone}).context["adminform"].form["name"].value()


@pytest.mark.parametrize(("role", "may"), [("administrator", True), ("senior", False)])
def test_clone_is_offered_to_who_may_add(as_role, lesson, role, may):
    browser = as_role(role)

    page = browser.get(f"/admin/booking/service/{lesson.pk}/change/").content.decode()

    assert (f"?clone={lesson.pk}" in page) is may
    assert browser.get(ADD, {"clone": lesson.pk}).status_code == (200 if may else 403)


def test_new_provider_is_followed_by_what_comes_next(owner, company):
    page = owner.post(
        "/admin/booking/provider/add/",
        {"name": "Eve", "colour": "#3b6fb6", "position": 0, "is_active": "on"},
        follow=True,
    ).content.decode()

    assert "Next: enter own hours, and tick the provider in each service they give." in page
    assert "/admin/hours/" in page
