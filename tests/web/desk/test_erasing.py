"""Erasing a client from the staff side: who may, what is said, and what stays to be seen."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.urls import reverse

from booking.actions import erase_clients
from booking.models import Booking, Client, Event
from tests import factories


@pytest.fixture
def booking(ada, book) -> Booking:
    return book(ada)


def page_of(client: Client, name: str = "client-erase") -> str:
    return reverse(f"desk:{name}", args=[client.pk])


def test_client_is_erased_once_it_is_certain(as_role, booking):
    owner = as_role("owner")

    asked = owner.get(page_of(booking.client))
    assert list(asked.context["ahead"]) == [booking]
    assert Client.objects.known().exists()
    answer = owner.post(page_of(booking.client), follow=True)

    text = answer.content.decode()
    assert answer.redirect_chain == [(page_of(booking.client, "client"), 302)]
    assert "Erased client" in text
    assert "Cleo" not in text
    event = Event.objects.get(kind=Event.CLIENT_ERASED)
    assert event.actor is not None
    history = owner.get(reverse("desk:booking", args=[booking.pk])).content.decode()
    assert f"Data of the client erased by {event.actor}" in history
    assert "Cleo" not in history


def test_what_is_erased_is_neither_changed_nor_erased_again(as_role, booking):
    owner = as_role("owner")
    owner.post(page_of(booking.client))

    text = owner.get(page_of(booking.client, "client")).content.decode()

    assert owner.post(page_of(booking.client)).status_code == 404
    assert page_of(booking.client) not in text
    assert reverse("admin:booking_client_change", args=[booking.client_id]) not in text


@pytest.mark.parametrize("role", ["senior", "viewer", "junior"])
def test_others_may_not(as_role, booking, role):
    answer = as_role(role).post(page_of(booking.client))

    assert answer.status_code == 403
    assert Client.objects.known().exists()


def test_whoever_sees_only_some_of_the_bookings_may_not(as_ada, ada, ben, book, tomorrow):
    """Ben's booking would be cancelled by somebody who does not see it."""
    ada.user.user_permissions.add(Permission.objects.get(codename="delete_client"))
    own = book(ada, client=factories.details("Dan"), starts_at=tomorrow + timedelta(hours=2))
    shared = book(ada).client
    book(ben)

    answers = [as_ada.post(page_of(one)).status_code for one in (shared, own.client)]

    assert answers == [404, 302]


def test_nothing_more_is_offered_for_who_was_erased(as_role, booking):
    owner, client = as_role("owner"), booking.client
    owner.post(page_of(client))
    known = factories.client("—— Dan ——")

    again = owner.get(reverse("desk:booking-new"), {"client": client.pk}).context["form"]
    merge = owner.get(reverse("desk:client-merge"), {"client": [client.pk, known.pk]})
    found = owner.get(reverse("admin:booking_client_changelist"), {"q": "—"}).content.decode()

    assert "name" not in again.initial
    assert merge.status_code == 302
    assert "Dan" in found
    assert "Erased client" not in found
    assert not owner.get(reverse("desk:booking", args=[booking.pk])).context["may_restore"]


@pytest.mark.parametrize(
    "address",
    [
        "/admin/calendar/feed/?date=2026-11-24",
        "/admin/reports/bookings/",
        "/admin/reports/bookings/export/",
        "/admin/search/?q={code}",
    ],
)
def test_what_was_booked_is_an_erased_clients_wherever_it_is_seen(as_role, booking, address):
    with time_machine.travel(booking.session.ends_at, tick=False):
        erase_clients(client_ids=[booking.client_id], now=booking.session.ends_at)
        answer = as_role("owner").get(address.format(code=booking.code))

    assert "Erased client" in answer.getvalue().decode("utf-8-sig")
