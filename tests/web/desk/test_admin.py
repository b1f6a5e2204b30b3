"""Manage and Settings: the pages of Django's admin."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client as Browser

from booking.models import Company, Service, TimeOff, User
from tests import factories
from tests.web.desk.pages import company_form

COMPANY = "/admin/booking/company/1/change/"


@pytest.fixture
def owner(as_role):
    return as_role("owner")


@pytest.mark.parametrize(
    "label",
    [
        "booking.Session",
        "booking.Booking",
        "booking.Event",
        "zoomlink.Meeting",
        "notifications.Message",
        "notifications.MessageTemplate",
    ],
)
def test_what_actions_write_has_no_admin_page(label):
    assert not admin.site.is_registered(apps.get_model(label))


def test_company_is_one_form_even_before_it_was_saved(owner):
    Company.objects.all().delete()
    assert owner.get(COMPANY).status_code == 200

    owner.post(COMPANY, company_form(timezone="America/New_York"))

    assert Company.objects.get().timezone == "America/New_York"
    assert owner.get("/admin/booking/company/add/").status_code == 403


def test_service_is_saved_as_an_appointment_with_its_providers(owner, ada):
    owner.post(
        "/admin/booking/service/add/",
        {
            "name": "Massage",
            "slug": "massage",
            "duration_minutes": 45,
            "buffer_before_minutes": 0,
            "buffer_after_minutes": 10,
            "currency": "UAH",
            "position": 0,
            "colour": "#2f6f4f",
            "is_active": "on",
            "providers": [ada.pk],
            "service_hours-TOTAL_FORMS": 0,
            "service_hours-INITIAL_FORMS": 0,
            "questions-TOTAL_FORMS": 0,
            "questions-INITIAL_FORMS": 0,
        },
    )

    massage = Service.objects.get(slug="massage")
    assert massage.kind == Service.APPOINTMENT
    assert list(massage.providers.all()) == [ada]


def test_services_and_classes_stand_on_pages_of_their_own(owner, lesson, ada):
    factories.enable("classes")
    yoga = factories.service(ada, name="Yoga", kind="class", capacity=8)

    services = owner.get("/admin/booking/service/").context["cl"].queryset
    classes = owner.get("/admin/desk/class/").context["cl"].queryset

    assert [service.pk for service in services] == [lesson.pk]
    assert [service.pk for service in classes] == [yoga.pk]


def test_times_are_read_in_the_companys_zone(owner, ada):
    owner.post(
        "/admin/booking/timeoff/add/",
        {
            "provider": ada.pk,
            "starts_at_0": "2026-12-01",
            "starts_at_1": "09:00",
            "ends_at_0": "2026-12-01",
            "ends_at_1": "18:00",
        },
    )

    kyiv = ZoneInfo("Europe/Kyiv")
    assert TimeOff.objects.get().starts_at == datetime(2026, 12, 1, 9, 0, tzinfo=kyiv)


def test_junior_sees_only_clients_of_own_bookings(as_ada, ada, ben, book):
    book(ada)
    foreign = book(ben, client=factories.details("Dan")).client

    shown = as_ada.get("/admin/booking/client/").context["cl"].queryset

    assert [client.name for client in shown] == ["Cleo"]
    assert as_ada.get(f"/admin/booking/client/{foreign.pk}/change/").status_code == 302


@pytest.mark.parametrize(
    ("email", "is_kept"), [("cleo@client.example", True), ("c@x.example", False)]
)
def test_client_with_another_address_no_longer_belongs_to_who_proved_the_first(
    owner, ada, book, email, is_kept
):
    cleo = book(ada).client
    cleo.user = User.objects.create_user(cleo.email)
    cleo.save()
    form = {"name": "Cleo C.", "email": email, "phone": "", "timezone": "", "language": "en"}

    owner.post(f"/admin/booking/client/{cleo.pk}/change/", form)

    cleo.refresh_from_db()
    assert (cleo.name, cleo.email, cleo.user is not None) == ("Cleo C.", email, is_kept)


def test_owner_adds_a_user_with_a_role_but_never_a_superuser(owner):
    role = Group.objects.get(name="senior")

    owner.post(
        "/admin/booking/user/add/",
        {
            "email": "Nina@kyiv-yoga.example",
            "name": "Nina",
            "usable_password": "true",
            "password1": "a long pass phrase",
            "password2": "a long pass phrase",
            "is_staff": "on",
            "is_superuser": "on",
            "groups": [role.pk],
        },
    )

    nina = User.objects.get(name="Nina")
    assert list(nina.groups.all()) == [role]
    assert nina.is_staff
    assert not nina.is_superuser


def test_owner_cannot_be_deleted(owner):
    boss = User.objects.get(email="owner@kyiv-yoga.example")

    alone = owner.post(f"/admin/booking/user/{boss.pk}/delete/", {"post": "yes"})
    in_bulk = {"action": "delete_selected", "_selected_action": [boss.pk], "post": "yes"}
    owner.post("/admin/booking/user/", in_bulk)

    assert alone.status_code == 403
    assert User.objects.filter(pk=boss.pk).exists()


def test_administrator_cannot_reach_users(as_role):
    boss = factories.staff("boss@kyiv-yoga.example")

    page = as_role("administrator").get(f"/admin/booking/user/{boss.pk}/change/")

    assert page.status_code == 403


@pytest.mark.parametrize("wrong", ["wrong password", ""])
def test_staff_sign_in_with_their_password_only(company, wrong):
    factories.staff("boss@kyiv-yoga.example")
    browser = Browser()
    known = {"username": "boss@kyiv-yoga.example"}

    refused = browser.post("/admin/login/", known | {"password": wrong})
    let_in = browser.post("/admin/login/", known | {"password": "a long pass phrase"})

    assert refused.status_code == 200
    assert let_in.status_code == 302
