"""What staff did is taken back by a button, for ten minutes, unless it was changed again."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from booking import actions
from booking.models import Booking, Label, Session
from notifications.models import Message
from tests import factories
from tests.factories import NOW
from tests.web.desk.yoga import come

NOON = factories.TOMORROW_NOON
HOUR = timedelta(hours=1)


def word_in(answer) -> str:
    """What the button in a page's message sends."""
    shown = answer.client.get(answer["Location"])
    [message] = shown.context["messages"]
    assert f'value="{message.extra_tags}"' in shown.text
    return message.extra_tags


def undo(browser, word: str):
    return browser.post(
        reverse("desk:undo"), {"undo": word}, headers={"Accept": "application/json"}
    )


def post(browser, page: str, pk: int | None = None, **fields):
    args = [] if pk is None else [pk]
    return browser.post(reverse(f"desk:{page}", args=args), fields)


@pytest.fixture
def owner(as_role):
    return as_role("owner")


def test_move_is_undone_with_its_provider_and_length(owner, book, ada, ben):
    booking = book(ada)
    where = {"provider": ben.pk, "date": "2026-11-24", "time": "16:00", "length": 60, "revision": 1}

    answer = undo(owner, word_in(post(owner, "booking-move", booking.pk, **where)))

    session = Session.objects.get()
    assert (session.starts_at, session.duration, session.provider) == (NOON, HOUR / 2, ada)
    assert answer.json()["said"].startswith("Undone: Cleo, Tuesday, 24 November 2026, 12:00–12:30")


def test_undone_move_goes_back_where_the_rules_of_today_would_refuse(owner, book, ada, lesson):
    booking = book(ada)
    where = {"provider": ada.pk, "date": "2026-11-25", "time": "16:00", "revision": 1}
    word = word_in(post(owner, "booking-move", booking.pk, **where))
    lesson.notice_minutes = 5 * 24 * 60
    lesson.save()

    undo(owner, word)

    assert Session.objects.get().starts_at == NOON


def test_what_was_changed_again_stays(owner, book, ada):
    booking = book(ada)
    where = {"provider": ada.pk, "date": "2026-11-24", "time": "16:00", "revision": 1}
    word = word_in(post(owner, "booking-move", booking.pk, **where))
    actions.reschedule(booking_id=booking.pk, starts_at=NOON + HOUR, now=NOW)

    answer = undo(owner, word)

    assert (answer.status_code, "changed meanwhile" in answer.json()["refused"]) == (409, True)
    assert Session.objects.get().starts_at == NOON + HOUR


def test_booking_is_undone_and_nobody_hears_of_either(owner, lesson, ada):
    made = post(
        owner, "booking-new", service=lesson.pk, provider=ada.pk, date="2026-11-24", time="12:00",
        name="Dan", email="dan@client.example", language="en",
    )  # fmt: skip

    undo(owner, word_in(made))

    assert Booking.objects.get().state == Booking.CANCELLED
    assert set(Message.objects.values_list("state", "reason")) <= {
        ("skipped", "outdated"), ("owed", ""),
    }  # fmt: skip


def test_places_moved_to_another_session_are_undone(owner, series):
    [seat, _other] = come(series[0], "Cleo", "Dan")
    moved = post(owner, "booking-move", seat.pk, session=series[1].pk, revision=1)

    undo(owner, word_in(moved))

    seat.refresh_from_db()
    assert seat.session == series[0]


def test_session_is_undone_unless_somebody_booked(owner, yoga, ada):
    new = {"service": yoga.pk, "provider": ada.pk, "date": "2026-11-24", "length": 30}
    words = [word_in(post(owner, "session-new", time=clock, **new)) for clock in ("12:00", "14:00")]
    first, _second = Session.objects.order_by("starts_at")
    come(first, "Cleo")

    answers = [undo(owner, word).status_code for word in words]

    states = Session.objects.order_by("starts_at").values_list("status", flat=True)
    assert (answers, list(states)) == ([409, 200], [Session.ACTIVE, Session.CANCELLED])


def test_moved_session_is_undone_with_everybody_in_it(owner, session, ada):
    [seat] = come(session, "Cleo")
    where = {"provider": ada.pk, "date": "2026-11-24", "time": "16:00", "confirmed": "one:1"}

    undo(owner, word_in(post(owner, "session-move", session.pk, **where)))

    seat.refresh_from_db()
    assert (seat.session.starts_at, seat.revision) == (NOON, 3)


def test_cancelled_booking_stands_again(owner, book, ada):
    booking = book(ada)

    undo(owner, word_in(post(owner, "booking-cancel", booking.pk, reason="ill")))

    booking.refresh_from_db()
    assert (booking.state, booking.session.is_active) == (Booking.CONFIRMED, True)


def test_cancelled_session_stands_again_with_everybody_in_it(owner, session):
    [seat] = come(session, "Cleo")

    undo(owner, word_in(post(owner, "session-cancel", session.pk)))

    seat.refresh_from_db()
    assert (seat.state, seat.session.seats_taken) == (Booking.CONFIRMED, 1)


def test_what_ended_a_second_time_stays_ended(owner, book, ada, session):
    """A word used before, or left in another window, restores nothing that its client gave up."""
    booking = book(ada, starts_at=NOON + 2 * HOUR)
    for page, pk in (("booking-cancel", booking.pk), ("session-cancel", session.pk)):
        word = word_in(post(owner, page, pk))
        undone = undo(owner, word)
        if page == "booking-cancel":
            actions.cancel(booking_id=pk, now=NOW)
        else:
            actions.cancel_session(session_id=pk, now=NOW, actor=ada.user)

        assert (undone.status_code, undo(owner, word).status_code) == (200, 409)

    booking.refresh_from_db()
    session.refresh_from_db()
    assert (booking.state, session.status) == (Booking.CANCELLED, Session.CANCELLED)


def test_session_that_somebody_moved_meanwhile_stays(owner, yoga, ada):
    new = {"service": yoga.pk, "provider": ada.pk, "date": "2026-11-24", "time": "12:00"}
    word = word_in(post(owner, "session-new", length=30, **new))
    made = Session.objects.get()
    actions.move_class_session(session_id=made.pk, starts_at=NOON + HOUR, now=NOW, actor=ada.user)

    assert undo(owner, word).status_code == 409
    assert Session.objects.get().is_active


@pytest.mark.parametrize(
    ("name", "field", "is_now"),
    [("booking-label", "label", ""), ("booking-comment", "comment", "Rings twice"),
     ("booking-attendance", "attendance", "no_show")],
)  # fmt: skip
def test_note_is_as_before_unless_noted_again(owner, book, ada, name, field, is_now):
    paid = Label.objects.create(name="Paid")
    booking = book(ada, starts_at=NOW + HOUR)
    boss = {"actor": ada.user, "now": NOW + 1.1 * HOUR}
    with time_machine.travel(NOW + 1.1 * HOUR, tick=False):
        actions.set_label(booking_id=booking.pk, label_id=paid.pk, **boss)
        booking.refresh_from_db()
        was = getattr(booking, field)

        word = word_in(post(owner, name, booking.pk, **{field: is_now}))
        undone, again = undo(owner, word), undo(owner, word)

    booking.refresh_from_db()
    assert getattr(booking, field) == was
    assert (undone.status_code, again.status_code) == (200, 409)


def test_what_changed_nothing_offers_no_undo(owner, book, ada):
    booking = book(ada)

    answer = post(owner, "booking-comment", booking.pk, comment="")

    [message] = owner.get(answer["Location"]).context["messages"]
    assert message.extra_tags == ""


def test_undo_is_for_who_did_it_and_for_ten_minutes(as_role, owner, book, ada):
    booking = book(ada)
    word = word_in(post(owner, "booking-comment", booking.pk, comment="Rings twice"))

    answers = [undo(as_role("senior"), word).status_code, undo(owner, f"{word}x").status_code]
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        answers.append(undo(owner, word).status_code)

    booking.refresh_from_db()
    assert (answers, booking.comment) == ([409, 409, 409], "Rings twice")


def test_undo_stops_where_a_person_may_see_it_no_more(as_ada, ada, ben, book):
    booking = book(ada)
    word = word_in(post(as_ada, "booking-comment", booking.pk, comment="Rings twice"))
    actions.reschedule(booking_id=booking.pk, provider_id=ben.pk, starts_at=NOON, now=NOW)

    assert undo(as_ada, word).status_code == 404


def test_button_of_a_message_leads_back_to_its_page(owner, book, ada):
    booking = book(ada)
    word = word_in(post(owner, "booking-comment", booking.pk, comment="Rings twice"))

    answer = owner.post(reverse("desk:undo"), {"undo": word, "next": "/admin/pending/"})

    assert answer["Location"] == "/admin/pending/"
    assert "Undone: the comment is as before." in owner.get(answer["Location"]).text
    assert owner.get(reverse("desk:undo")).status_code == 405
