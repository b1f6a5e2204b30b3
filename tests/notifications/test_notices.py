"""What those who connect Zoom are told: what is wrong, whom it concerns, what to do."""

from datetime import timedelta

import pytest
from django.db import transaction

from booking import actions as booking_actions
from booking import events
from booking.models import Event
from notifications import actions
from notifications.models import Message
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from zoomlink.models import Meeting, ZoomConnection, ZoomUser

pytestmark = pytest.mark.django_db
SETTINGS = "https://book.example/admin/online-meetings/"
INSTALLED_APPS = "https://marketplace.zoom.us/user/installed"


@pytest.fixture
def boss(online):
    return factories.staff(name="Olena Koval", is_superuser=True)


@pytest.fixture
def colleague(boss):
    return factories.staff("colleague@kyiv-yoga.example", is_superuser=True)


def happens(kind: str, **fields) -> Event:
    with transaction.atomic():
        return events.record(kind, now=NOW, **fields)


def notice(**filters) -> Message:
    return Message.objects.get(audience="staff", **filters)


def deliver(message: Message, now=NOW) -> Message:
    actions.deliver_message(message_id=message.pk, now=now)
    message.refresh_from_db()
    return message


# --- A connection that is lost -----------------------------------------------


def test_lost_connection_is_told_with_its_reason_and_the_meetings_it_concerns(boss, online):
    factories.book_one(online)
    factories.book_one(online, starts_at=TOMORROW_NOON + timedelta(days=8))
    gone = factories.book_one(online, starts_at=TOMORROW_NOON + timedelta(days=1))
    booking_actions.cancel(booking_id=gone.pk, now=NOW)

    happens(Event.ZOOM_CONNECTION_LOST, account="account-1", reason="The app was removed at Zoom.")

    text = notice(kind="connection-lost").body_text
    assert "The reason: The app was removed at Zoom.\n" in text
    assert "Booked in the next 7 days: 1\n" in text
    assert "https://book.example/admin/reports/online-meetings/" in text
    assert SETTINGS in text


def test_lost_connection_is_told_once_until_it_is_mended(boss):
    for _time in range(2):
        happens(Event.ZOOM_CONNECTION_LOST, account="account-1")
    assert Message.objects.filter(kind="connection-lost").count() == 1

    happens(Event.ZOOM_CONNECTED, account="account-1")
    happens(Event.ZOOM_CONNECTION_LOST, account="account-1")

    assert Message.objects.filter(kind="connection-lost").count() == 2


# --- A logout ----------------------------------------------------------------


def test_logout_is_told_to_the_others_with_what_is_left_to_do_at_zoom(boss, colleague):
    happens(Event.ZOOM_DISCONNECTED, actor=boss, account="x", left_behind=3, is_revoked=False)

    message = notice(kind="zoom-disconnected")
    assert message.to_address == colleague.email
    assert message.subject == "Kyiv Yoga: Zoom was disconnected"
    assert "Logged out by: Olena Koval\n" in message.body_text
    assert "can only be deleted there: 3\n" in message.body_text
    assert f"under Manage → Installed apps: {INSTALLED_APPS}\n" in message.body_text
    assert "Zoom confirmed" not in message.body_text
    assert f'<a href="{INSTALLED_APPS}"' in message.body_html


def test_logout_that_zoom_confirmed_leaves_nothing_to_do(boss, colleague):
    details = {"account": "account-1", "left_behind": 0, "is_revoked": True}
    happens(Event.ZOOM_DISCONNECTED, actor=boss, **details)

    text = notice(kind="zoom-disconnected").body_text
    assert "Zoom confirmed that our access to the account of owner@zoom.example was" in text
    assert "deleted there" not in text
    assert INSTALLED_APPS not in text


def test_logout_of_which_nothing_is_known_is_not_told_as_confirmed(boss):
    happens(Event.ZOOM_DISCONNECTED, account="account-1", reason="Invalid Token!")

    text = notice(kind="zoom-disconnected").body_text
    assert "The reason: Invalid Token!" in text
    assert "Logged out by" not in text
    assert INSTALLED_APPS in text


@pytest.mark.parametrize(("is_connected", "state"), [(False, "caught"), (True, "skipped")])
def test_logout_is_told_unless_zoom_is_connected_again(boss, is_connected, state):
    ZoomConnection.objects.update(state="connected" if is_connected else "lost")
    happens(Event.ZOOM_DISCONNECTED, account="account-1")

    assert deliver(notice(kind="zoom-disconnected")).state == state


# --- A user who vanished -----------------------------------------------------

VANISHED = {
    "name": "Ada Host",
    "email": "ada@zoom.example",
    "providers": ["Ada", "Bob"],
    "coming": 4,
}


@pytest.mark.parametrize(
    ("is_missing", "outcome"), [(True, ("caught", "")), (False, ("skipped", "settled"))]
)
def test_vanished_user_is_told_while_missing(boss, is_missing, outcome):
    ZoomUser.objects.update(is_missing=is_missing)
    happens(Event.ZOOM_USER_MISSING, **VANISHED)

    message = deliver(notice(kind="zoom-user-missing"))

    assert (message.state, message.reason) == outcome
    assert message.subject == "Kyiv Yoga: Zoom user Ada Host is no longer there"
    assert "Ada Host\nada@zoom.example\n" in message.body_text
    assert "Providers who meet clients as this user: Ada, Bob\n" in message.body_text
    assert "Meetings to come that this concerns: 4\n" in message.body_text
    assert SETTINGS in message.body_text


# --- A meeting that cannot be made -------------------------------------------


@pytest.mark.parametrize(
    ("state", "after", "outcome"),
    [
        (Meeting.FAILED, timedelta(), ("caught", "")),
        (Meeting.READY, timedelta(), ("skipped", "settled")),
        (Meeting.FAILED, timedelta(days=2), ("skipped", "too-late")),
    ],
)
def test_failed_meeting_is_told_with_what_to_do_while_it_is_missing(
    boss, online, state, after, outcome
):
    session = factories.book_one(online).session
    Meeting.objects.update_or_create(session=session, defaults={"state": state})
    happens(Event.MEETING_FAILED, session=session, reason="User does not exist")

    message = deliver(notice(kind="meeting-failed"), NOW + after)

    assert (message.state, message.reason) == outcome
    assert "What Zoom said: User does not exist" in message.body_text
    assert "What you can do: see whether the Zoom user of Ada is still there" in message.body_text
    assert SETTINGS in message.body_text


@pytest.mark.parametrize("kind", ["zoom_connection_lost", "zoom_disconnected", "zoom_user_missing"])
def test_notice_is_read_in_ukrainian_without_a_bracket_left(boss, kind):
    factories.company(language="uk")
    details = {**VANISHED, "reason": "Причина", "left_behind": 2}

    happens(kind, account="account-1", **details)

    message = notice()
    assert message.language == "uk"
    assert "[" not in message.subject + message.body_text
    assert "Zoom" in message.subject
