"""Deleting and switching off: nothing that was booked is lost or moved."""

import pytest
from django.contrib.messages import get_messages
from django.db.models import ProtectedError

from booking.models import (
    Booking,
    Category,
    Client,
    Label,
    Provider,
    Service,
    SpecialDay,
    TimeOff,
    User,
)
from notifications.actions import save_flexible_text, set_choices
from notifications.kinds import MESSAGES
from notifications.models import FlexibleRule
from tests import factories
from tests.web.desk.pages import provider_form, service_form

SERVICES = "/admin/booking/service/"
PROVIDERS = "/admin/booking/provider/"
CLIENTS = "/admin/booking/client/"


@pytest.fixture
def owner(as_role):
    return as_role("owner")


def delete_alone(browser, page: str, row):
    return browser.post(f"{page}{row.pk}/delete/", {"post": "yes"})


def delete_in_bulk(browser, page: str, *rows):
    ids = [row.pk for row in rows]
    form = {"action": "delete_selected", "_selected_action": ids, "post": "yes"}
    return browser.post(page, form)


def said_in(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


# --- What is needed ----------------------------------------------------------


@pytest.mark.parametrize("page", [SERVICES, PROVIDERS, CLIENTS])
def test_what_has_bookings_is_not_deleted(owner, ada, book, page):
    booking = book(ada)
    row = {SERVICES: booking.session.service, PROVIDERS: ada, CLIENTS: booking.client}[page]

    alone = delete_alone(owner, page, row)
    in_bulk = delete_in_bulk(owner, page, row)

    assert "cannot be deleted" in alone.content.decode()
    assert "Nothing was deleted" in in_bulk.content.decode()
    assert list(in_bulk.context["protected"]) == [str(row)]
    row.refresh_from_db()


def test_class_with_sessions_is_not_deleted(owner, ada):
    factories.enable("classes")
    yoga = factories.service(ada, name="Yoga", kind="class", capacity=8)
    starts_at = factories.TOMORROW_NOON
    factories.actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=starts_at, now=factories.NOW
    )

    page = delete_alone(owner, "/admin/desk/class/", yoga)

    assert "Make inactive" in page.content.decode()
    assert Service.objects.filter(pk=yoga.pk).exists()


def test_bulk_names_only_what_is_needed_and_deletes_nothing(owner, ada, book, lesson):
    book(ada)
    unused = factories.service(ada, name="Massage")

    page = delete_in_bulk(owner, SERVICES, lesson, unused)

    assert list(page.context["protected"]) == ["Lesson"]
    assert Service.objects.count() == 2


def test_booking_made_between_question_and_answer_is_no_server_error(owner, lesson, monkeypatch):
    def too_late(self, *args, **kwargs):
        raise ProtectedError("booked just now", set())

    monkeypatch.setattr(Service, "delete", too_late)

    page = delete_alone(owner, SERVICES, lesson)

    assert page.status_code == 302
    assert said_in(page) == ["Nothing was deleted: bookings were made meanwhile."]
    assert Service.objects.filter(pk=lesson.pk).exists()


def test_what_was_never_booked_is_deleted(owner, ada, lesson):
    client = factories.client()

    delete_alone(owner, SERVICES, lesson)
    delete_in_bulk(owner, PROVIDERS, ada)
    delete_in_bulk(owner, CLIENTS, client)

    assert not Service.objects.exists()
    assert not Provider.objects.filter(pk=ada.pk).exists()
    assert not Client.objects.exists()


# --- What may go -------------------------------------------------------------


def test_days_and_absences_are_deleted_and_bookings_stay(owner, ada, book):
    booking = book(ada)
    before = booking.session.starts_at
    rows = {
        "specialday": SpecialDay.objects.create(date=factories.NOW.date()),
        "timeoff": TimeOff.objects.create(
            provider=ada, starts_at=factories.NOW, ends_at=factories.TOMORROW_NOON
        ),
    }

    answers = [delete_alone(owner, f"/admin/booking/{name}/", row) for name, row in rows.items()]

    assert [answer.status_code for answer in answers] == [302, 302]
    booking.session.refresh_from_db()
    assert (booking.state, booking.session.starts_at) == (Booking.CONFIRMED, before)


def test_service_outlives_its_category(owner, lesson):
    talks = Category.objects.create(name="Talks")
    Service.objects.update(category=talks)
    address = f"/admin/booking/category/{talks.pk}/delete/"

    assert "Services that stay, without a category: 1" in owner.get(address).content.decode()
    delete_alone(owner, "/admin/booking/category/", talks)

    lesson.refresh_from_db()
    assert lesson.category is None


def test_booking_outlives_its_label(owner, ada, book):
    booking = book(ada)
    paid = Label.objects.create(name="Paid")
    Booking.objects.update(label=paid)
    form = {"action": "delete_selected", "_selected_action": [paid.pk]}

    asked = owner.post("/admin/booking/label/", form).content.decode()
    delete_in_bulk(owner, "/admin/booking/label/", paid)

    assert "Bookings that stay, without this label: 1" in asked
    booking.refresh_from_db()
    assert booking.label is None


def test_provider_outlives_their_sign_in(owner, ada, book):
    book(ada)
    address = f"/admin/booking/user/{ada.user_id}/delete/"

    asked = owner.get(address).content.decode()
    owner.post(address, {"post": "yes"})

    assert "Providers that stay, but no longer sign in: 1" in asked
    ada.refresh_from_db()
    assert ada.user is None
    assert ada.is_active


def test_who_did_something_is_not_deleted_but_kept_out(owner, ada, book):
    """Without them a history would say that the client did it."""
    book(ada, actor=ada.user)
    address = f"/admin/booking/user/{ada.user_id}/delete/"

    asked = owner.get(address).content.decode()
    owner.post(address, {"post": "yes"})

    assert "Take “may sign in” away instead" in asked
    assert User.objects.filter(pk=ada.user_id).exists()


def test_refusal_to_delete_an_owner_names_them(owner):
    boss = User.objects.get(email="owner@kyiv-yoga.example")

    page = delete_in_bulk(owner, "/admin/booking/user/", boss)

    assert "An owner cannot be deleted" in page.content.decode()
    assert list(page.context["protected"]) == [str(boss)]


@pytest.mark.parametrize("page", [SERVICES, PROVIDERS])
def test_rules_of_messages_go_with_what_they_were_for_and_it_is_said(owner, ada, lesson, page):
    row = {SERVICES: lesson, PROVIDERS: ada}[page]
    of = {"service_id": lesson.pk, "provider_id": ada.pk}
    save_flexible_text(
        spec=MESSAGES["confirmation-client-email"], language="en", subject="S", body="B", **of
    )
    set_choices(
        {"changed-client-sms": "mute"}, service_id=None, provider_id=factories.provider("Eve").pk
    )

    asked = owner.get(f"{page}{row.pk}/delete/").content.decode()
    delete_alone(owner, page, row)

    assert "Flexible notifications: 1" in asked
    assert "Flexible notification: Booking confirmed, Client, E-mail" in asked
    assert FlexibleRule.objects.get().is_muted


# --- Switching off -----------------------------------------------------------


@pytest.mark.parametrize("page", [SERVICES, PROVIDERS])
def test_refused_deletion_offers_to_switch_off(owner, ada, book, page):
    booking = book(ada)
    row = {SERVICES: booking.session.service, PROVIDERS: ada}[page]
    assert "Make inactive" in owner.get(f"{page}{row.pk}/delete/").content.decode()

    answer = owner.post(f"{page}{row.pk}/deactivate/")

    row.refresh_from_db()
    booking.refresh_from_db()
    assert (row.is_active, booking.state) == (False, Booking.CONFIRMED)
    success, warning, *_rest = said_in(answer)
    assert success == f"“{row}” is no longer offered."
    assert warning.startswith(f"1 future booking of “{row}” stays.")
    assert "reports/bookings/?" in warning


def test_client_has_no_switch_to_offer(owner, ada, book):
    cleo = book(ada).client

    page = owner.get(f"{CLIENTS}{cleo.pk}/delete/").content.decode()

    assert "cannot be deleted" in page
    assert "nactive" not in page


@pytest.mark.parametrize(("page", "form"), [(SERVICES, service_form), (PROVIDERS, provider_form)])
def test_switching_off_in_the_form_says_what_stays(owner, ada, book, lesson, page, form):
    booking = book(ada)
    row = {SERVICES: lesson, PROVIDERS: ada}[page]
    switched_off = {name: entry for name, entry in form(row).items() if name != "is_active"}

    answer = owner.post(f"{page}{row.pk}/change/", switched_off)

    row.refresh_from_db()
    booking.refresh_from_db()
    assert (row.is_active, booking.state) == (False, Booking.CONFIRMED)
    assert any(said.startswith(f"1 future booking of “{row}” stays.") for said in said_in(answer))


def test_link_to_what_stays_finds_it(owner, ada, book, lesson):
    booking = book(ada)

    report = owner.get("/admin/reports/bookings/", {"service": lesson.pk, "state": "open"})

    assert booking.code in report.content.decode()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("owner", 302),
        ("administrator", 302),
        ("senior", 403),
        ("junior", 403),
        ("viewer", 403),
        ("client", 302),
        ("anonymous", 302),
    ],
)
def test_only_who_may_change_a_service_switches_it_off(as_role, lesson, role, status):
    answer = as_role(role).post(f"{SERVICES}{lesson.pk}/deactivate/")

    lesson.refresh_from_db()
    assert answer.status_code == status
    assert lesson.is_active is (role not in ("owner", "administrator"))


def test_switching_off_is_a_post(owner, lesson):
    assert owner.get(f"{SERVICES}{lesson.pk}/deactivate/").status_code == 405
    assert owner.post(f"{SERVICES}4711/deactivate/").status_code == 302
    lesson.refresh_from_db()
    assert lesson.is_active
