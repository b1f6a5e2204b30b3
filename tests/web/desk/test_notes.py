"""What staff note on a booking, and its history in words."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from booking import actions
from booking.models import Booking, Label
from tests import factories


@pytest.fixture
def owner(as_role):
    return as_role("owner")


@pytest.fixture
def booking(ada, book) -> Booking:
    return book(ada)


@pytest.fixture
def paid(company) -> Label:
    return Label.objects.create(name="Paid in cash", colour="#0f766e")


def note(browser, what, booking, **fields):
    return browser.post(reverse(f"desk:booking-{what}", args=[booking.pk]), fields)


def test_label_is_put_on_and_taken_off(owner, booking, paid):
    note(owner, "label", booking, label=paid.pk)
    booking.refresh_from_db()
    assert booking.label == paid

    note(owner, "label", booking, label="")
    booking.refresh_from_db()
    assert booking.label is None


@pytest.mark.parametrize("wrong", ["0", "x", "9" * 30, "\0"])
def test_unknown_label_is_told_at_its_field(owner, booking, paid, wrong):
    answer = note(owner, "label", booking, label=wrong)

    booking.refresh_from_db()
    assert answer.context["label_form"].errors["label"]
    assert booking.label is None


def test_label_colours_the_tile_and_is_named_in_it(owner, booking, paid, tomorrow):
    address, day = reverse("desk:calendar-feed"), {"date": tomorrow.date().isoformat()}
    [plain] = owner.get(address, day).json()
    note(owner, "label", booking, label=paid.pk)

    [tile] = owner.get(address, day).json()

    assert plain["extendedProps"]["colour"] == booking.session.provider.colour
    assert tile["extendedProps"]["colour"] == "#0f766e"
    assert tile["extendedProps"]["label"] == "Paid in cash"


@pytest.mark.parametrize("attendance", ["attended", "no_show"])
def test_attendance_is_noted_once_it_has_begun(owner, booking, attendance):
    page = reverse("desk:booking", args=[booking.pk])
    assert "Did not come" not in owner.get(page).content.decode()
    with time_machine.travel(booking.session.starts_at, tick=False):
        assert "Did not come" in owner.get(page).content.decode()
        note(owner, "attendance", booking, attendance=attendance)

    booking.refresh_from_db()
    assert booking.attendance == attendance


def test_attendance_before_the_start_is_refused(owner, booking):
    address = reverse("desk:booking-attendance", args=[booking.pk])

    page = owner.post(address, {"attendance": "attended"}, follow=True).content.decode()

    booking.refresh_from_db()
    assert "The booking has not begun yet." in page
    assert booking.attendance == Booking.UNKNOWN


def test_unknown_attendance_is_told_at_its_field(owner, booking):
    with time_machine.travel(booking.session.starts_at, tick=False):
        answer = note(owner, "attendance", booking, attendance="late")

    assert answer.context["attendance_form"].errors["attendance"]


def test_comment_is_written_for_the_staff(owner, booking, client):
    note(owner, "comment", booking, comment="Owes us a book.")

    booking.refresh_from_db()
    assert booking.comment == "Owes us a book."
    assert "Owes us" not in client.get(f"/b/{booking.manage_token}/").content.decode()


@pytest.mark.parametrize("wrong", ["zero\0byte", "x" * 5001])
def test_impossible_comment_is_told_at_its_field_and_stays_typed(owner, booking, wrong):
    answer = note(owner, "comment", booking, comment=wrong)

    booking.refresh_from_db()
    assert answer.context["comment_form"].errors["comment"]
    assert booking.comment == ""


@pytest.mark.parametrize("what", ["label", "attendance", "comment"])
def test_notes_of_a_colleagues_booking_are_not_found(as_ada, ben, book, what):
    foreign = book(ben)

    assert note(as_ada, what, foreign, comment="x", attendance="attended").status_code == 404


def lines_of(browser, booking) -> list[tuple[str, str]]:
    page = browser.get(reverse("desk:booking", args=[booking.pk]))
    return [(line.text, line.note) for line in page.context["history"]]


def test_history_tells_until_when_something_was_where_its_length_changed(
    owner, ada, book, tomorrow
):
    booking, boss, now = book(ada), factories.staff(name="Olena Koval"), timezone.now()
    for shift, minutes in ((0, 60), (60, 45)):
        actions.reschedule(
            booking_id=booking.pk,
            starts_at=tomorrow + timedelta(minutes=shift),
            duration=timedelta(minutes=minutes),
            now=now,
            actor=boss,
        )

    half_past, one, end = (f"{clock} (Kyiv, UTC+2)" for clock in ("12:30", "13:00", "13:45"))
    noon = "Tue, 24 Nov, 12:00 (Kyiv, UTC+2)"
    assert [text for text, _note in lines_of(owner, booking)[1:]] == [
        f"Length changed by Olena Koval: until {one} instead of {half_past}",
        f"Moved by Olena Koval from {noon} until {one} to Tue, 24 Nov, {one} until {end}",
    ]


def test_history_tells_of_booking_and_moves_in_order(owner, ada, ben, book, tomorrow):
    booking, boss = book(ada), factories.staff(name="Olena Koval")
    now = timezone.now()
    actions.reschedule(
        booking_id=booking.pk, starts_at=tomorrow + timedelta(hours=1), now=now, actor=boss
    )
    actions.reschedule(
        booking_id=booking.pk, starts_at=tomorrow, provider_id=ben.pk, now=now, actor=None
    )
    actions.cancel(booking_id=booking.pk, now=now, actor=boss, reason="Ben is ill")

    noon, one = "Tue, 24 Nov, 12:00 (Kyiv, UTC+2)", "Tue, 24 Nov, 13:00 (Kyiv, UTC+2)"
    assert lines_of(owner, booking) == [
        ("Booked by the client on the booking site", ""),
        (f"Moved by Olena Koval from {noon} to {one}", ""),
        (f"Moved by the client from {one} with Ada to {noon} with Ben", ""),
        ("Cancelled by Olena Koval", "Reason: Ben is ill"),
    ]


def test_history_tells_of_approval_label_attendance_and_comment(owner, lesson, ada, book, paid):
    lesson.needs_approval = True
    lesson.save()
    booking, boss, now = book(ada), factories.staff(name="Olena Koval"), timezone.now()
    by = {"booking_id": booking.pk, "actor": boss}
    actions.approve(now=now, **by)
    actions.set_label(label_id=paid.pk, now=now, **by)
    actions.set_label(label_id=None, now=now, **by)
    actions.write_comment(comment="So.", now=now, **by)
    actions.note_attendance(attendance="no_show", now=booking.session.starts_at, **by)

    assert [text for text, _note in lines_of(owner, booking)] == [
        "Asked for by the client on the booking site; waits for approval",
        "Approved by Olena Koval",
        "Label “Paid in cash” put on by Olena Koval",
        "Label taken off by Olena Koval",
        "Comment changed by Olena Koval",
        "Attendance noted by Olena Koval: Did not come",
    ]


@pytest.mark.parametrize(
    ("is_held", "text"),
    [
        (True, "Expired: it was held, but not confirmed in time"),
        (False, "Expired: nobody approved it in time"),
    ],
)
def test_history_tells_why_a_booking_expired(owner, lesson, ada, tomorrow, is_held, text):
    lesson.needs_approval = True
    lesson.save()
    wish = {
        "service_id": lesson.pk,
        "provider_id": ada.pk,
        "starts_at": tomorrow,
        "client": factories.details(),
        "now": timezone.now(),
    }
    booking = actions.hold(held_until=tomorrow, **wish) if is_held else actions.book(**wish)
    actions.expire_overdue(now=tomorrow)

    assert lines_of(owner, booking)[-1] == (text, "")


def test_history_keeps_where_a_booking_ended_when_its_class_moves_on(owner, ada, tomorrow):
    factories.enable("classes")
    yoga = factories.service(ada, name="Yoga", kind="class", capacity=2)
    first, second = (
        actions.schedule_session(
            service_id=yoga.pk, provider_id=ada.pk, starts_at=at, now=timezone.now()
        )
        for at in (tomorrow, tomorrow + timedelta(days=1))
    )
    booking = actions.book(
        service_id=yoga.pk,
        session_id=first.pk,
        client=factories.details(),
        now=timezone.now(),
    )
    now = timezone.now()
    actions.reschedule(booking_id=booking.pk, session_id=second.pk, now=now)
    actions.cancel(booking_id=booking.pk, now=now)
    later = now + timedelta(minutes=1)
    actions.move_class_session(
        session_id=second.pk, starts_at=tomorrow + timedelta(days=3), now=later
    )

    moved = lines_of(owner, booking)[1][0]

    assert moved.endswith("to Wed, 25 Nov, 12:00 (Kyiv, UTC+2)")


def test_history_shows_no_token(owner, booking):
    page = owner.get(reverse("desk:booking", args=[booking.pk])).content.decode()
    history = page.partition('class="z-history"')[2].partition("</ol>")[0]

    assert "Booked by the client" in history
    for token in (booking.manage_token, booking.join_token, booking.session.host_token):
        assert token not in history


def test_popup_asks_no_more_for_a_long_history(owner, ada, booking, django_assert_max_num_queries):
    popup, now = reverse("desk:booking-popup", args=[booking.pk]), timezone.now()
    with django_assert_max_num_queries(30) as for_one:
        owner.get(popup)
    boss = factories.staff()
    for step in (1, 2, 3):
        start = booking.session.starts_at + timedelta(hours=step)
        actions.reschedule(booking_id=booking.pk, starts_at=start, now=now, actor=boss)

    with django_assert_max_num_queries(len(for_one)):
        owner.get(popup)
