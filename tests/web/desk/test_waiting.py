"""Who waits for a place in a class session: on its page, in the list, and off it again."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from booking import actions, features
from booking.models import Booking, WaitingEntry
from tests import factories
from tests.web.desk.yoga import weekly

CHANGERS = ("owner", "administrator", "senior")


@pytest.fixture
def full(session):
    """A session whose eight places Cleo has taken."""
    factories.enable("waiting-list")
    take_all(session)
    return session


def take_all(session):
    actions.book(
        service_id=session.service_id,
        session_id=session.pk,
        places=session.capacity,
        client=factories.details(),
        now=timezone.now(),
    )


def wait(session, name="Dan", places=1, **minutes):
    return actions.join_waiting_list(
        session_id=session.pk,
        client=factories.details(name),
        places=places,
        now=timezone.now() - timedelta(**minutes),
    )


def free_places():
    booking = Booking.objects.confirmed().get(client__name="Cleo")
    actions.cancel(booking_id=booking.pk, now=timezone.now())


def page_of(browser, session):
    return browser.get(reverse("desk:session", args=[session.pk]))


def remove(browser, session, entry, **form):
    return browser.post(reverse("desk:waiting-remove", args=[session.pk, entry.pk]), form)


def state_of(entry):
    entry.refresh_from_db()
    return entry.state


def switch_off():
    actions.set_feature(key="waiting-list", on=False, now=timezone.now())
    features.forget()


# --- Reading --------------------------------------------------------------------


@pytest.mark.parametrize("name", ["desk:session", "desk:session-popup"])
def test_session_lists_who_waits_in_turn(as_role, full, name):
    wait(full, "Dan", places=2)
    wait(full, "Eve", minutes=5)

    page = as_role("owner").get(reverse(name, args=[full.pk]))

    assert [entry.client.name for entry in page.context["waiting"]] == ["Eve", "Dan"]
    text = page.content.decode()
    assert "since Monday, 23 November 2026, 08:55 (Kyiv, UTC+2)" in text
    assert text.count("2 places</span>") == 1


def test_session_says_until_when_a_place_is_offered(as_role, full):
    wait(full)
    free_places()

    page = page_of(as_role("owner"), full).content.decode()

    assert "offered until Monday, 23 November 2026, 11:00 (Kyiv, UTC+2)" in page
    assert "/remove/" not in page


def test_session_lists_nobody_who_left_or_has_answered(as_role, full):
    actions.leave_waiting_list(entry_id=wait(full, "Dan").pk, now=timezone.now())
    taken = wait(full, "Eve")
    free_places()
    taken.refresh_from_db()
    actions.confirm(booking_id=taken.booking_id, now=timezone.now())

    assert page_of(as_role("owner"), full).context["waiting"] == []


def test_list_counts_who_waits(as_role, full):
    wait(full, "Dan")
    wait(full, "Eve")
    actions.leave_waiting_list(entry_id=wait(full, "Fay").pk, now=timezone.now())

    page = as_role("owner").get(reverse("desk:sessions")).content.decode()

    assert "2 waiting" in page


def test_nothing_is_shown_while_the_feature_is_off(as_role, full):
    wait(full)
    switch_off()
    owner = as_role("owner")

    assert "waiting" not in owner.get(reverse("desk:sessions")).content.decode()
    assert page_of(owner, full).context["waiting"] == []


def test_session_asks_no_more_for_three_who_wait_than_for_one(
    as_role, full, django_assert_max_num_queries
):
    owner = as_role("owner")
    wait(full, "Dan")
    with django_assert_max_num_queries(30) as for_one:
        page_of(owner, full)
    wait(full, "Eve")
    wait(full, "Fay")

    with django_assert_max_num_queries(len(for_one)):
        page = page_of(owner, full)

    assert len(page.context["waiting"]) == 3


def test_list_asks_no_more_for_three_sessions_than_for_one(
    as_role, full, yoga, ada, django_assert_max_num_queries
):
    owner = as_role("owner")
    wait(full)
    with django_assert_max_num_queries(30) as for_one:
        owner.get(reverse("desk:sessions"))
    for session in weekly(yoga, ada)[:2]:
        take_all(session)
        wait(session)

    with django_assert_max_num_queries(len(for_one)):
        page = owner.get(reverse("desk:sessions"))

    assert [row.people_waiting for row in page.context["page"]] == [1, 1, 1, 0]


# --- Removing -------------------------------------------------------------------


@pytest.mark.parametrize("role", CHANGERS)
def test_who_changes_bookings_removes_somebody(as_role, full, role):
    entry = wait(full)

    answer = remove(as_role(role), full, entry, next="/admin/sessions/")

    assert answer["Location"] == "/admin/sessions/"
    assert state_of(entry) == WaitingEntry.LEFT


def test_history_tells_who_joined_left_and_was_removed(as_role, full):
    owner = as_role("owner")
    actions.leave_waiting_list(entry_id=wait(full, "Dan").pk, now=timezone.now())
    remove(owner, full, wait(full, "Eve"))

    history = page_of(owner, full).context["history"]

    assert [line.text.partition(" by ")[0] for line in history[-4:]] == [
        "Dan joined the waiting list",
        "Dan left the waiting list",
        "Eve joined the waiting list",
        "Eve was taken off the waiting list",
    ]
    assert history[-1].text.endswith(" by owner@kyiv-yoga.example")


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("client", 403), ("anonymous", 302)])
def test_others_remove_nobody(as_role, full, role, status):
    entry = wait(full)

    assert remove(as_role(role), full, entry).status_code == status
    assert state_of(entry) == WaitingEntry.WAITING


def test_viewer_finds_no_button(as_role, full):
    wait(full)

    page = page_of(as_role("viewer"), full).content.decode()

    assert "Dan" in page
    assert "/remove/" not in page


def test_junior_removes_from_own_session_but_not_from_a_colleagues(as_ada, full, yoga, ben):
    yoga.providers.add(ben)
    foreign = weekly(yoga, ben)[0]
    take_all(foreign)
    entries = wait(full), wait(foreign)

    answers = [remove(as_ada, entry.session, entry).status_code for entry in entries]

    assert answers == [302, 404]
    assert [state_of(entry) for entry in entries] == [WaitingEntry.LEFT, WaitingEntry.WAITING]


def test_entry_of_another_session_is_not_found(as_role, full, yoga, ada):
    entry = wait(full)
    other = weekly(yoga, ada)[0]

    assert remove(as_role("owner"), other, entry).status_code == 404
    assert state_of(entry) == WaitingEntry.WAITING


def test_removing_needs_a_form(as_role, full):
    entry = wait(full)

    address = reverse("desk:waiting-remove", args=[full.pk, entry.pk])

    assert as_role("owner").get(address).status_code == 405
    assert state_of(entry) == WaitingEntry.WAITING


def test_who_was_offered_a_place_meanwhile_is_not_removed(as_role, full):
    entry = wait(full)
    free_places()

    answer = as_role("owner").post(
        reverse("desk:waiting-remove", args=[full.pk, entry.pk]), follow=True
    )

    assert "They have been offered a place" in answer.content.decode()
    assert state_of(entry) == WaitingEntry.OFFERED


def test_removing_is_not_found_while_the_feature_is_off(as_role, full):
    entry = wait(full)
    switch_off()

    assert remove(as_role("owner"), full, entry).status_code == 404
