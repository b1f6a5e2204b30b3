"""What staff note on a booking changes nothing of what was agreed."""

import pytest

from booking import actions
from booking.errors import BookingClosed, TooEarly, WrongValue
from booking.models import Booking, Event, Label
from tests import factories
from tests.factories import NOW, book_one

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return factories.staff()


@pytest.fixture
def booked(lesson):
    return book_one(lesson)


def test_label_is_given_and_taken_off(booked, boss):
    paid = Label.objects.create(name="Paid")

    for label_id in (paid.pk, paid.pk, None):
        actions.set_label(booking_id=booked.pk, label_id=label_id, now=NOW, actor=boss)

    noted = Event.objects.filter(kind=Event.LABELLED).order_by("pk")
    assert [event.details["label"] for event in noted] == ["Paid", ""]
    booked.refresh_from_db()
    assert (booked.label, booked.revision) == (None, 1)


def test_unknown_label_is_refused(booked, boss):
    with pytest.raises(WrongValue):
        actions.set_label(booking_id=booked.pk, label_id=404, now=NOW, actor=boss)


def test_attendance_is_noted_once_it_has_begun(booked, boss):
    wish = {"booking_id": booked.pk, "attendance": Booking.NO_SHOW, "actor": boss}

    with pytest.raises(TooEarly):
        actions.note_attendance(now=NOW, **wish)
    actions.note_attendance(now=booked.session.starts_at, **wish)

    booked.refresh_from_db()
    assert booked.attendance == Booking.NO_SHOW
    assert Event.objects.get(kind=Event.ATTENDANCE_NOTED).details == {"attendance": "no_show"}


def test_attendance_of_a_cancelled_booking_is_not_noted(booked, boss):
    actions.cancel(booking_id=booked.pk, now=NOW)

    with pytest.raises(BookingClosed):
        actions.note_attendance(
            booking_id=booked.pk,
            attendance=Booking.ATTENDED,
            now=booked.session.starts_at,
            actor=boss,
        )


def test_unknown_attendance_is_refused(booked, boss):
    with pytest.raises(WrongValue):
        actions.note_attendance(
            booking_id=booked.pk, attendance="late", now=booked.session.starts_at, actor=boss
        )


def test_comment_is_kept(booked, boss):
    for _twice in range(2):
        actions.write_comment(booking_id=booked.pk, comment="Knee hurts", now=NOW, actor=boss)

    booked.refresh_from_db()
    assert booked.comment == "Knee hurts"
    assert Event.objects.filter(kind=Event.COMMENTED).count() == 1


def test_endless_comment_is_refused(booked, boss):
    with pytest.raises(WrongValue):
        actions.write_comment(booking_id=booked.pk, comment="x" * 5001, now=NOW, actor=boss)
