"""What staff see of who came to an online meeting, who waits, and who seems not to have come."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from booking.models import Booking
from tests import factories
from zoomlink.models import Meeting, MeetingVisit, Participation

NOON = factories.TOMORROW_NOON
MINUTE = timedelta(minutes=1)
END = NOON + timedelta(minutes=30)
REPORT = "/admin/reports/online-meetings/?first=2026-11-24"


@pytest.fixture
def booking(ada, lesson, book) -> Booking:
    """A lesson by Zoom, at noon UTC less two hours: 12:00 in Kyiv."""
    factories.enable("online-meetings")
    factories.meets_by_zoom(ada, factories.zoom_user(factories.zoom_connection()))
    lesson.is_online_meeting = True
    lesson.save()
    made = book(ada)
    Meeting.objects.filter(session=made.session).update(state="ready", zoom_id=97763643886)
    return made


def visit(booking, at) -> None:
    MeetingVisit.objects.create(booking=booking, first_at=at, last_at=at, entered_at=at)


def host_stayed(booking) -> None:
    Participation.objects.create(
        meeting=booking.session.meeting, participant="1", is_host=True, joined_at=NOON
    )


def seen(browser, address, at) -> str:
    with time_machine.travel(at, tick=False):
        return " ".join(browser.get(address).content.decode().split())


def popup(booking) -> str:
    return reverse("desk:booking-popup", args=[booking.pk])


def test_popup_and_report_say_since_when_a_client_waits(as_role, booking):
    visit(booking, NOON + 2 * MINUTE)
    owner = as_role("owner")

    assert "The client has been waiting since 12:02 (Kyiv, UTC+2)" in seen(
        owner, popup(booking), NOON + 3 * MINUTE
    )
    assert "Waiting since 12:02" in seen(owner, REPORT, NOON + 3 * MINUTE)


def test_popup_and_report_say_who_came_late(as_role, booking):
    visit(booking, NOON + 7 * MINUTE)
    Meeting.objects.update(started_by_host_at=NOON)
    owner = as_role("owner")

    assert "Joined 7 minutes late" in seen(owner, popup(booking), END)
    assert "7 minutes late" in seen(owner, REPORT, END)


def test_who_seems_not_to_have_come_is_noted_by_a_button(as_role, booking):
    host_stayed(booking)
    owner = as_role("owner")
    text = "Seems not to have come"
    assert text in seen(owner, popup(booking), END)
    assert text in seen(owner, REPORT, END)

    with time_machine.travel(END, tick=False):
        owner.post(
            reverse("desk:booking-attendance", args=[booking.pk]),
            {"attendance": Booking.NO_SHOW},
        )

    booking.refresh_from_db()
    assert booking.attendance == Booking.NO_SHOW
    assert text not in seen(owner, popup(booking), END)
    assert "Did not come" in seen(owner, REPORT, END)


def test_who_only_looks_gets_no_button(as_role, booking):
    host_stayed(booking)

    page = seen(as_role("viewer"), popup(booking), END)

    assert "Seems not to have come" in page
    assert "Note that the client did not come" not in page


def test_nothing_is_shown_while_the_feature_is_off(as_role, booking):
    visit(booking, NOON)
    factories.actions.set_feature(key="online-meetings", on=False, now=factories.NOW)

    assert "waiting" not in seen(as_role("owner"), popup(booking), NOON + 3 * MINUTE)


def test_report_and_roster_of_a_class_say_of_whom(as_role, session, yoga, ada):
    factories.enable("online-meetings")
    yoga.is_online_meeting = True
    yoga.save()
    for name in ("Cleo", "Dan"):
        made = factories.actions.book(
            service_id=yoga.pk,
            session_id=session.pk,
            client=factories.details(name),
            now=factories.NOW,
        )
        if name == "Cleo":
            visit(made, session.starts_at)

    owner = as_role("owner")
    report = seen(owner, REPORT, session.ends_at)
    roster = seen(owner, reverse("desk:session", args=[session.pk]), session.ends_at)

    assert "Cleo: Joined at 12:00" in report
    assert "Dan: Seems not to have come" in report
    assert "Joined at 12:00" in roster
    assert "Seems not to have come" in roster
