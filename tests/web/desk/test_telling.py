"""Whoever changes something is asked whether to tell people; a box left alone tells them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from booking import actions
from booking.models import Booking, Event
from tests import factories

BOX = '<input type="checkbox" name="tell" value="1" checked>'
ASKED = {"asks_to_tell": "1"}


@pytest.fixture
def owner(as_role):
    return as_role("owner")


@pytest.fixture
def places(ada, book, session, lesson, tomorrow):
    """Where each change is asked for, where it is posted, and with what."""
    booking = book(ada, starts_at=tomorrow + timedelta(hours=4))
    actions.book(
        service_id=session.service_id,
        session_id=session.pk,
        client=factories.details("Dan"),
        now=timezone.now(),
    )
    lesson.needs_approval = True
    lesson.save()
    asked = book(ada, starts_at=tomorrow + timedelta(hours=2), client=factories.details("Eve"))
    later = tomorrow + timedelta(days=1)

    def address(name, about):
        return reverse(f"desk:{name}", args=[about.pk])

    who = {"name": "Fay", "email": "fay@client.example", "language": "en"}
    when = {"provider": ada.pk, "date": f"{later:%Y-%m-%d}"}
    new = {"service": lesson.pk, **when, "time": "15:00", **who}
    moved = {**when, "time": "16:00", "revision": booking.revision}
    popup, class_popup = address("booking-popup", booking), address("session-popup", session)
    new_booking, add = reverse("desk:booking-new"), address("session-book", session)
    move, move_class = address("booking-move", booking), address("session-move", session)
    pending, decide = reverse("desk:pending"), reverse("desk:pending-decide")
    several = {"booking": [asked.pk]}
    return {
        "book": (new_booking, new_booking, new),
        "add to class": (add, add, {"places": 1, **who}),
        "move": (move, move, moved),
        "move class": (move_class, move_class, {**when, "time": "17:00"}),
        "cancel": (popup, address("booking-cancel", booking), {}),
        "cancel class": (class_popup, address("session-cancel", session), {}),
        "approve": (pending, address("booking-approve", asked), {}),
        "decline": (address("booking", asked), address("booking-decline", asked), {}),
        "approve several": (pending, decide, {**several, "decision": "approve"}),
        "decline several": (pending, decide, {**several, "decision": "decline"}),
    }


CHANGES = [
    *("book", "add to class", "move", "move class", "cancel", "cancel class"),
    *("approve", "decline", "approve several", "decline several"),
]


def silences(user_email="owner@kyiv-yoga.example") -> set[bool]:
    """Whether the events of the owner's were quiet."""
    events = Event.objects.filter(actor__email=user_email).exclude(kind__startswith="feature")
    return {event.details.get("is_quiet", False) for event in events}


@pytest.mark.parametrize("change", CHANGES)
def test_box_is_there_ticked_and_once_taken_out_nobody_is_told(owner, places, change):
    page, action, form = places[change]
    drawn = owner.get(page).content.decode()

    answer = owner.post(action, {**form, **ASKED}, follow=True)

    assert BOX in drawn
    assert silences() == {True}
    assert "Nobody is told." in answer.content.decode()


@pytest.mark.parametrize("change", ["book", "cancel"])
@pytest.mark.parametrize("told", [{}, {**ASKED, "tell": "1"}])
def test_people_are_told_by_a_box_left_ticked_and_by_a_form_without_one(
    owner, places, change, told
):
    _page, action, form = places[change]

    answer = owner.post(action, {**form, **told}, follow=True)

    assert silences() == {False}
    assert "Nobody is told." not in answer.content.decode()


def test_box_stays_as_it_was_when_the_form_is_refused(owner, places):
    _page, action, form = places["book"]

    refused = owner.post(action, {**form, "email": "nobody", **ASKED}).content.decode()

    assert BOX not in refused
    assert BOX.replace(" checked", "") in refused


def test_quiet_move_of_a_class_asks_no_question(owner, places, session):
    _page, action, form = places["move class"]

    assert "client is told of the move" in owner.post(action, form).content.decode()
    owner.post(action, {**form, **ASKED})

    session.refresh_from_db()
    assert session.revision == 2


def test_history_says_that_nobody_was_told(owner, places):
    _page, action, form = places["cancel"]
    owner.post(action, {**form, **ASKED})
    booking = Booking.objects.get(state=Booking.CANCELLED)

    page = owner.get(reverse("desk:booking", args=[booking.pk])).content.decode()

    assert "Nobody was told" in page
    assert not booking.messages.filter(kind="cancelled").exists()
