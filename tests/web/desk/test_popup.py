"""The popup of a booking and of a class session: what stands in it, and notes within it."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from booking import actions
from booking.models import Booking
from tests import factories
from tests.web.desk.yoga import come


@pytest.fixture
def owner(as_role):
    return as_role("owner")


def popup_of(browser, booking: Booking, **query):
    return browser.get(reverse("desk:booking-popup", args=[booking.pk]), query)


def roster_of(browser, session) -> str:
    return browser.get(reverse("desk:session-popup", args=[session.pk])).content.decode()


def test_popup_leads_to_the_client_and_to_their_other_booking(owner, ada, book, tomorrow):
    booking = book(ada)
    assert "This is the first" in popup_of(owner, booking).content.decode()
    other = book(ada, starts_at=tomorrow + timedelta(days=2))
    book(ada, starts_at=tomorrow + timedelta(days=1), client=factories.details("Dan"))

    page = popup_of(owner, booking).content.decode()

    assert f'href="{reverse("desk:client", args=[booking.client_id])}?next=' in page
    assert f'data-popup="{reverse("desk:booking-popup", args=[other.pk])}"' in page


def test_popup_counts_how_often_the_client_came(owner, ada, book, tomorrow):
    booking, now = book(ada), timezone.now()
    for days, attendance in ((9, "attended"), (8, "attended"), (7, "no_show")):
        at = tomorrow - timedelta(days=days)
        past = book(ada, starts_at=at, now=at - timedelta(days=1))
        actions.note_attendance(booking_id=past.pk, attendance=attendance, now=now, actor=None)

    page = popup_of(owner, booking).content.decode()

    assert "came: 2" in page
    assert "did not come: 1" in page
    assert "cancelled:" not in page


def test_junior_hears_nothing_of_the_clients_bookings_with_others(as_ada, ada, ben, book):
    booking = book(ada)
    with_ben = book(ben, starts_at=booking.session.ends_at)

    answer = popup_of(as_ada, booking)

    assert answer.context["visits"]["made"] == 1
    assert reverse("desk:booking", args=[with_ben.pk]) not in answer.content.decode()


def test_popup_of_a_cancelled_booking_says_who_when_and_why(owner, ada, book):
    booking, boss = book(ada), factories.staff(name="Olena Koval")
    actions.cancel(booking_id=booking.pk, now=timezone.now(), actor=boss, reason="Ben is ill")

    page = popup_of(owner, booking).content.decode()
    said = page.partition("z-alert z-info")[2].partition("</p>")[0]

    for words in ("Cancelled by Olena Koval", "23 November 2026, 09:00 (Kyiv", "Ben is ill"):
        assert words in said
    assert "Cancel booking" not in page


def test_viewer_finds_no_control_in_the_popup(as_role, ada, book):
    booking = book(ada)

    with time_machine.travel(booking.session.starts_at, tick=False):
        page = popup_of(as_role("viewer"), booking).content.decode()

    for words in ("<form", "<button", "/move/", booking.manage_token, booking.session.host_token):
        assert words not in page
    assert reverse("desk:client", args=[booking.client_id]) in page


@pytest.mark.parametrize(
    ("note", "fields"),
    [("label", {"label": ""}), ("comment", {"comment": "So."}), ("attendance", {})],
)
def test_note_made_within_the_popup_comes_back_to_it_and_is_said(owner, ada, book, note, fields):
    booking = book(ada)
    popup = f"{reverse('desk:booking-popup', args=[booking.pk])}?next=/admin/calendar/"

    with time_machine.travel(booking.session.starts_at, tick=False):
        answer = owner.post(
            reverse(f"desk:booking-{note}", args=[booking.pk]),
            {"attendance": "attended", **fields, "next": popup},
            follow=True,
        )

    page = answer.content.decode()
    assert answer.redirect_chain == [(popup, 302)]
    assert f"The {note} is saved." in page
    assert page.lstrip().startswith("<article")
    assert ('name="undo"' in page) is (note != "label")  # it had none before
    assert "saved." not in popup_of(owner, booking).content.decode()


def test_page_of_a_booking_stays_after_a_note_and_leads_on_as_before(owner, ada, book):
    booking = book(ada)
    page = f"{reverse('desk:booking', args=[booking.pk])}?next=%2Fadmin%2Fpending%2F"

    text = owner.get(page).content.decode()

    assert f'<input type="hidden" name="next" value="{page}">' in text
    assert '<a class="z-link" href="/admin/pending/">Back</a>' in text


def test_long_and_wild_words_are_shown_as_text(owner, ada, book):
    booking = book(
        ada,
        client=factories.details("<script>x" + "y" * 140, email="x@client.example"),
        note="<b>" + "n" * 4000,
    )
    actions.write_comment(
        booking_id=booking.pk, comment="<i>" + "c" * 4997, now=timezone.now(), actor=None
    )

    page = popup_of(owner, booking).content.decode()

    for raw in ("<script>x", "<b>n", "<i>c"):
        assert raw not in page


def test_roster_asks_who_came_once_the_session_has_begun(owner, session):
    cleo, dan = come(session, "Cleo", "Dan")
    popup = reverse("desk:session-popup", args=[session.pk])
    assert "Cleo came" not in roster_of(owner, session)

    with time_machine.travel(session.starts_at, tick=False):
        assert 'aria-label="Cleo did not come"' in roster_of(owner, session)
        for booking, attendance in ((cleo, "attended"), (dan, "no_show")):
            address = reverse("desk:booking-attendance", args=[booking.pk])
            answer = owner.post(address, {"attendance": attendance, "next": popup}, follow=True)

    assert answer.redirect_chain == [(popup, 302)]
    assert "The attendance is saved." in answer.content.decode()
    noted = Booking.objects.order_by("pk").values_list("attendance", flat=True)
    assert list(noted) == ["attended", "no_show"]


def test_viewer_is_not_asked_who_came(as_role, session):
    come(session, "Cleo")

    with time_machine.travel(session.starts_at, tick=False):
        page = roster_of(as_role("viewer"), session)

    assert "Cleo" in page
    assert "<form" not in page


@pytest.mark.parametrize("people", [["Cleo", "Dan", "Eve"]])
def test_roster_asks_as_much_for_three_as_for_one(
    owner, session, people, django_assert_num_queries, django_assert_max_num_queries
):
    come(session, "Fay")
    with django_assert_max_num_queries(25) as for_one:
        roster_of(owner, session)
    come(session, *people)

    with django_assert_num_queries(len(for_one)):
        roster_of(owner, session)


def test_popup_asks_as_much_for_a_regular_as_for_a_newcomer(
    owner, ada, book, tomorrow, django_assert_num_queries, django_assert_max_num_queries
):
    booking = book(ada)
    with django_assert_max_num_queries(32) as for_one:
        popup_of(owner, booking)
    for days in (1, 2, 3):
        book(ada, starts_at=tomorrow + timedelta(days=days))

    with django_assert_num_queries(len(for_one)):
        popup_of(owner, booking)


@pytest.mark.parametrize("ended", [actions.cancel, actions.decline])
def test_what_was_ended_stands_again(owner, lesson, ada, book, ended):
    lesson.needs_approval = ended is actions.decline
    lesson.save()
    booking, boss = book(ada), factories.staff()
    was = booking.state
    ended(booking_id=booking.pk, now=timezone.now(), actor=boss)
    address = reverse("desk:booking-restore", args=[booking.pk])
    assert f'action="{address}"' in popup_of(owner, booking).content.decode()

    page = owner.post(address, follow=True).content.decode()

    booking.refresh_from_db()
    assert booking.state == was
    assert f"Booking {booking.code} stands again." in page
    assert f'action="{address}"' not in popup_of(owner, booking).content.decode()


def test_cancellation_whose_time_is_taken_is_not_undone(owner, ada, book):
    booking = book(ada)
    actions.cancel(booking_id=booking.pk, now=timezone.now())
    book(ada, client=factories.details("Dan"))

    owner.post(reverse("desk:booking-restore", args=[booking.pk]), follow=True)

    booking.refresh_from_db()
    assert booking.state == Booking.CANCELLED


def test_what_is_over_offers_no_undoing(owner, ada, book):
    booking = book(ada)
    actions.cancel(booking_id=booking.pk, now=timezone.now())

    with time_machine.travel(booking.session.ends_at, tick=False):
        page = popup_of(owner, booking).content.decode()

    assert "/restore/" not in page


def test_undoing_a_cancellation_is_for_who_may_change_it(as_role, as_ada, ada, ben, book):
    foreign = book(ben)
    actions.cancel(booking_id=foreign.pk, now=timezone.now())
    address = reverse("desk:booking-restore", args=[foreign.pk])

    assert as_ada.post(address).status_code == 404
    assert as_ada.get(address).status_code == 405
    viewer = as_role("viewer")
    assert viewer.post(address).status_code == 403
    assert "/restore/" not in popup_of(viewer, foreign).content.decode()
    foreign.refresh_from_db()
    assert foreign.state == Booking.CANCELLED
