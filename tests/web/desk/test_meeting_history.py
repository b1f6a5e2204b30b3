"""What the history of a booking and of a class tells of the online meeting."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from booking import actions, events
from booking.models import Booking, Event
from tests import factories
from zoomlink.models import ProviderMeeting

MINUTE = timedelta(minutes=1)


@pytest.fixture
def owner(as_role):
    return as_role("owner")


@pytest.fixture
def booking(lesson, ada, book) -> Booking:
    lesson.is_online_meeting = True
    lesson.save()
    return book(ada)


def happens(kind: str, *, after=MINUTE, **fields) -> Event:
    with transaction.atomic():
        return events.record(kind, now=timezone.now() + after, **fields)


def lines_of(browser, booking) -> list[tuple[str, str]]:
    page = browser.get(reverse("desk:booking", args=[booking.pk]))
    return [(line.text, line.note) for line in page.context["history"]][1:]


def test_history_tells_what_happened_to_the_meeting(owner, booking):
    session = booking.session
    happens(Event.LINK_ADDED, session=session)
    happens(Event.LINK_ADDED, booking=booking)
    happens(Event.MEETING_FAILED, session=session, reason="User does not exist")
    happens(Event.MEETING_GONE, session=session, zoom_id=1)
    happens(Event.MEETING_NOT_READY, booking=booking)
    for of_what in ({"session": session}, {"booking": booking}):
        happens(Event.FALLBACK_USED, reason="Zoom did not answer.", **of_what)
    happens(Event.FALLBACK_ENDED, booking=booking)
    happens(Event.CLIENT_WAITS, session=session)
    happens(Event.MEETING_STARTED, session=session)
    happens(Event.MEETING_ENDED, session=session)
    happens(Event.LINK_REMOVED, booking=booking)

    assert lines_of(owner, booking) == [
        ("Became an online meeting: there is a link now", ""),
        ("Meeting could not be made", "Reason: User does not exist"),
        ("The meeting was deleted at Zoom; it is made anew", ""),
        ("The meeting at Zoom was not ready shortly before its start", ""),
        (
            "Links led to the fallback room: the meeting at Zoom was not ready",
            "Reason: Zoom did not answer.",
        ),
        ("Links led to the meeting at Zoom again", ""),
        ("A client waited for the provider", ""),
        ("The meeting started", ""),
        ("The meeting ended", ""),
        ("No longer an online meeting: the link is gone", ""),
    ]


def test_history_tells_what_was_decided_for_many_meetings(owner, booking, ada):
    ProviderMeeting.objects.create(provider=ada, engine=ProviderMeeting.ZOOM)
    boss = factories.staff(name="Olena Koval")
    chosen = {"provider": ada.pk, "name": "Ada", "engine": "zoom", "zoom_user": "a@zoom.example"}
    happens(Event.MEETING_CHOSEN, actor=boss, **chosen)
    happens(Event.MEETING_SETTINGS_CHANGED, actor=boss, changed=["waiting_room", "passcode"])
    of_it = {"service": booking.session.service_id, "name": "Lesson"}
    happens(Event.MEETING_SETTINGS_CHANGED, changed=["waiting_room"], **of_it)
    happens(Event.ZOOM_USER_MISSING, name="Ada Host", providers=["Ada"], coming=1)
    happens(Event.ZOOM_LEAVING, actor=boss, meetings=1)

    assert [text for text, _note in lines_of(owner, booking)] == [
        "How Ada meets online was chosen by Olena Koval: Zoom, a@zoom.example",
        "Meeting settings changed by Olena Koval: waiting room at Zoom, passcode",
        "Meeting settings of Lesson changed by the staff: waiting room at Zoom",
        "Zoom user Ada Host is no longer there",
        "Logout from Zoom begun by Olena Koval",
    ]


def test_history_leaves_out_what_concerns_others(owner, booking, ben):
    chosen = {"provider": ben.pk, "name": "Ben", "engine": "none", "zoom_user": ""}
    happens(Event.MEETING_CHOSEN, **chosen)
    happens(
        Event.MEETING_CHOSEN, after=-MINUTE, **{**chosen, "provider": booking.session.provider_id}
    )
    happens(Event.MEETING_SETTINGS_CHANGED, changed=["passcode"], service=0, name="Other")
    happens(Event.ZOOM_USER_MISSING, name="Ben Host", providers=["Ben"])
    happens(Event.ZOOM_LEAVING, meetings=1)  # Ada does not meet by Zoom

    assert lines_of(owner, booking) == []


def test_history_ends_with_the_booking(owner, booking):
    actions.cancel(booking_id=booking.pk, now=timezone.now())
    happens(Event.MEETING_GONE, session=booking.session)
    happens(Event.MEETING_SETTINGS_CHANGED, changed=["passcode"])

    assert [text for text, _note in lines_of(owner, booking)] == ["Cancelled by the client"]


def test_history_of_a_lesson_met_in_person_says_nothing_of_settings(owner, ada, book):
    booking = book(ada)
    happens(Event.MEETING_SETTINGS_CHANGED, changed=["passcode"])

    assert lines_of(owner, booking) == []


def test_history_of_a_class_tells_of_its_meeting(owner, ada, tomorrow):
    factories.enable("classes")
    yoga = factories.service(ada, name="Yoga", kind="class", capacity=2, is_online_meeting=True)
    session = actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=tomorrow, now=timezone.now()
    )
    happens(Event.LINK_ADDED, session=session)
    happens(Event.CLIENT_WAITS, session=session)
    happens(Event.MEETING_SETTINGS_CHANGED, changed=["passcode"])

    page = owner.get(reverse("desk:session", args=[session.pk]))

    assert [line.text for line in page.context["history"]][1:] == [
        "Became an online meeting: there is a link now",
        "A client waited for the provider",
        "Meeting settings changed by the staff: passcode",
    ]
