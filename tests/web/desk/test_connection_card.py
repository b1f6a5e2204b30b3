"""What the settings page says of the connection to Zoom, in each of its states."""

from datetime import timedelta

import pytest

from booking import events
from booking.models import Event
from tests import factories
from zoomlink.models import ZoomConnection

SETTINGS = "/admin/online-meetings/"
APPS_AT_ZOOM = 'href="https://marketplace.zoom.us/user/installed"'


@pytest.fixture
def page(as_role, settings):
    settings.ZOOM_CLIENT_ID = "the app"
    factories.enable("online-meetings")
    owner = as_role("owner")
    return lambda: owner.get(SETTINGS).content.decode()


def test_connected_account_is_shown_with_who_and_when(page):
    factories.zoom_connection(
        display_name="Oksana Demo",
        connected_by=factories.staff("boss@kyiv-yoga.example"),
        checked_at=factories.NOW - timedelta(minutes=20),
        scopes=" ".join(["user:read:admin", "meeting:write:admin", "meeting:read:admin"]),
    )

    text = page()

    assert "<strong>Oksana Demo</strong> · owner@zoom.example" in text
    assert "Monday, 23 November 2026, 09:00 (Kyiv, UTC+2)</time> · boss@kyiv-yoga.example" in text
    assert "08:40 (Kyiv, UTC+2)</time> · Zoom answers" in text
    assert "Granted: every user of this Zoom account" in text
    assert "lacks permissions" not in text
    assert APPS_AT_ZOOM in text  # the way to another account stands beside Logout
    assert ">Authorize<" not in text


def test_the_box_at_zoom_is_named_before_zoom_asks(page, settings):
    assert "Allow this app to use my shared access permissions" in page()

    settings.ZOOM_CLIENT_ID = ""
    assert "Allow this app to use my shared access permissions" not in page()


def test_failed_check_is_shown(page):
    factories.zoom_connection(checked_at=factories.NOW, check_error="Zoom does not answer.")

    assert "Zoom does not answer." in page()


def test_missing_scopes_are_named_with_what_they_are_for(page):
    factories.zoom_connection(scopes="user:read:admin meeting:write:admin")

    text = page()

    assert "<code>meeting:read:meeting:admin</code> to see whether a meeting is as it" in text
    assert "<code>meeting:write:meeting:admin</code>" not in text


def test_an_app_of_one_user_is_told_from_access_that_was_not_shared(page):
    factories.zoom_connection(shares_access=False, scopes="user:read:user meeting:write:meeting")

    text = page()

    assert "The Zoom app is user-managed" in text
    assert "Update Permissions" not in text
    assert "user:read:list_users" not in text


def test_lost_connection_tells_the_reason_and_offers_authorize(page):
    factories.zoom_connection(state=ZoomConnection.LOST, lost_reason="Invalid Token!")

    text = page()

    assert "Needs reconnecting" in text
    assert "Zoom says: Invalid Token!" in text
    assert ">Authorize<" in text


def test_without_an_app_it_is_said_what_to_set(page, settings):
    settings.ZOOM_CLIENT_ID = ""

    text = page()

    assert "ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET and ZOOM_WEBHOOK_SECRET" in text
    assert ">Authorize<" not in text


@pytest.fixture
def leaving(company, ada, book):
    """Of three meetings to be deleted one is left."""
    connection = factories.zoom_connection(
        state=ZoomConnection.LEAVING, leaving_since=factories.NOW
    )
    meeting = factories.meeting(book(ada).session, connection=connection)
    events.record(Event.ZOOM_LEAVING, now=factories.NOW, account="account-1", meetings=3)
    return meeting


def test_logging_out_is_counted_and_the_page_refreshes_itself(page, leaving):
    text = page()

    assert "2 of 3 meetings are deleted at Zoom" in text
    assert '<meta http-equiv="refresh"' in text
    assert "Log out now, leave the rest" in text
    assert ">Authorize<" not in text


def test_page_of_a_connection_that_stays_does_not_refresh_itself(page):
    factories.zoom_connection()

    assert '<meta http-equiv="refresh"' not in page()


@pytest.mark.parametrize(
    ("details", "said", "unsaid"),
    [
        ({"is_revoked": True}, "confirmed by Zoom", "did not confirm"),
        ({"is_revoked": False}, "did not confirm", "confirmed by Zoom"),
        (
            {"is_revoked": True, "left_behind": 2},
            "2 meetings of coming bookings stay at Zoom.",
            "did not confirm",
        ),
        ({}, "Last logged out:", "did not confirm"),
    ],
)
def test_how_the_last_logout_ended_stays_on_show(page, details, said, unsaid):
    events.record(Event.ZOOM_DISCONNECTED, now=factories.NOW, account="account-1", **details)

    text = page()

    assert said in text
    assert unsaid not in text
