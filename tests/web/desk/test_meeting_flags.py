"""What staff are told where coming online bookings have no meeting."""

from datetime import timedelta

import pytest
from django.urls import reverse

from booking import actions
from booking.models import Booking, Session
from tests import factories
from zoomlink.models import MeetingSettings, ProviderMeeting, ZoomConnection

PAGES = (
    "/admin/calendar/",
    "/admin/features/",
    "/admin/reports/bookings/",
    "/admin/booking/service/",
    "/admin/booking/company/1/change/",
)
NOT_CONNECTED = "Zoom is not connected: online bookings are kept, but without a meeting."
NO_LINK = "No link at present"


@pytest.fixture
def feature(company):
    factories.enable("online-meetings")


@pytest.fixture
def booking(feature, lesson, ada, book) -> Booking:
    """Ada meets by Zoom, which is not connected yet."""
    lesson.is_online_meeting = True
    lesson.save()
    return book(ada)


@pytest.fixture
def connection(booking, ada) -> ZoomConnection:
    connection = factories.zoom_connection()
    factories.meets_by_zoom(ada, factories.zoom_user(connection))
    return connection


def leave(**fields) -> None:
    """Bring the connection into another state."""
    ZoomConnection.objects.update(access_token="", refresh_token="", **fields)


def log_out() -> None:
    leave(is_current=False, state=ZoomConnection.CLOSED)


@pytest.mark.parametrize("page", PAGES)
def test_banner_stands_on_every_page_and_leads_to_where_it_is_mended(as_role, booking, page):
    text = as_role("owner").get(page).content.decode()

    assert NOT_CONNECTED in text
    assert 'href="/admin/online-meetings/">Open the settings</a>' in text


@pytest.mark.parametrize(
    ("state", "to_administrators", "to_others"),
    [
        (
            ZoomConnection.LOST,
            "Zoom needs reconnecting",
            "Online meetings are not available at present; an administrator has been told.",
        ),
        (
            ZoomConnection.LEAVING,
            "Zoom is being logged out",
            "Online meetings are not available at present.",
        ),
    ],
)
def test_banner_tells_each_what_they_need(as_role, connection, state, to_administrators, to_others):
    leave(state=state)

    assert to_administrators in as_role("owner").get("/admin/calendar/").content.decode()
    page = as_role("viewer").get("/admin/calendar/").content.decode()
    assert to_others in page
    assert "Open the settings" not in page


def test_banner_tells_of_the_fallback_room_only_those_who_can_mend_it(as_role, connection):
    leave(state=ZoomConnection.LOST)
    MeetingSettings.objects.create(fallback_link="https://meet.jit.si/studio")

    page = as_role("owner").get("/admin/calendar/").content.decode()

    assert "Their people are led to the fallback room." in page
    viewer = as_role("viewer").get("/admin/calendar/").content.decode()
    assert "not available at present" not in viewer


def test_banner_is_absent_while_zoom_works(as_role, connection):
    assert "without a meeting" not in as_role("owner").get("/admin/calendar/").content.decode()


def test_banner_is_absent_where_nothing_needs_zoom(as_role, booking, lesson, ada):
    owner = as_role("owner")
    assert NOT_CONNECTED in owner.get("/admin/calendar/").content.decode()
    ProviderMeeting.objects.create(
        provider=ada, engine=ProviderMeeting.OWN_LINK, own_link="https://meet.example/ada"
    )
    assert NOT_CONNECTED not in owner.get("/admin/calendar/").content.decode()
    ProviderMeeting.objects.all().delete()
    lesson.is_online_meeting = False
    lesson.save()
    assert NOT_CONNECTED not in owner.get("/admin/calendar/").content.decode()


def test_banner_is_absent_without_coming_bookings_or_the_feature(as_role, booking):
    owner = as_role("owner")
    actions.set_feature(key="online-meetings", on=False, now=factories.NOW)
    assert NOT_CONNECTED not in owner.get("/admin/calendar/").content.decode()
    factories.enable("online-meetings")
    actions.cancel(booking_id=booking.pk, now=factories.NOW)

    assert NOT_CONNECTED not in owner.get("/admin/calendar/").content.decode()


def test_banner_is_absent_where_nobody_has_signed_in(client, booking):
    assert NOT_CONNECTED not in client.get("/admin/login/").content.decode()


def tile_of(browser, booking) -> dict:
    day = {"date": booking.session.starts_at.date().isoformat()}
    [tile] = browser.get(reverse("desk:calendar-feed"), day).json()
    return tile["extendedProps"]


def test_tile_of_a_session_without_a_link_says_so(as_role, connection, booking):
    owner = as_role("owner")
    assert "hasNoLink" not in tile_of(owner, booking)
    log_out()

    tile = tile_of(owner, booking)

    assert (tile["isOnline"], tile["hasNoLink"]) == (True, True)
    listed = {"view": "list", "date": booking.session.starts_at.date().isoformat()}
    assert NO_LINK in owner.get("/admin/calendar/", listed).content.decode()


def test_tile_of_what_is_over_or_offline_is_not_flagged(as_role, booking, lesson):
    owner = as_role("owner")
    before = factories.NOW - timedelta(hours=1)
    Session.objects.update(
        starts_at=before, ends_at=factories.NOW, occupied_from=before, occupied_until=factories.NOW
    )
    booking.session.refresh_from_db()
    assert "hasNoLink" not in tile_of(owner, booking)
    lesson.is_online_meeting = False
    lesson.save()

    assert "hasNoLink" not in tile_of(owner, booking)


@pytest.mark.parametrize("role", ["owner", "viewer"])
def test_report_flags_a_coming_session_without_a_link(as_role, connection, role):
    browser = as_role(role)
    assert NO_LINK not in rows_of_report(browser)
    log_out()

    assert NO_LINK in rows_of_report(browser)


def rows_of_report(browser) -> str:
    """The report's table; the filter above it has the same words."""
    page = browser.get("/admin/reports/online-meetings/").content.decode()
    return page.partition("<tbody>")[2]


def popup(browser, booking) -> str:
    address = reverse("desk:booking-popup", args=[booking.pk])
    return browser.get(address).content.decode()


@pytest.mark.parametrize("role", ["owner", "viewer"])
def test_popup_says_that_there_is_no_link_and_why(as_role, connection, booking, role):
    browser = as_role(role)
    assert NO_LINK not in popup(browser, booking)
    log_out()

    text = popup(browser, booking)

    assert f"{NO_LINK}. {NOT_CONNECTED}" in text
    assert ("Open the settings" in text) == (role == "owner")


def test_popup_names_the_provider_who_cannot_be_met_online(as_role, connection, booking):
    owner = as_role("owner")
    ProviderMeeting.objects.update(engine=ProviderMeeting.NONE)
    assert "It is not chosen yet how Ada meets clients online." in popup(owner, booking)
    ProviderMeeting.objects.update(engine=ProviderMeeting.ZOOM, zoom_user=None)

    assert "No Zoom user is chosen for Ada." in popup(owner, booking)
    ProviderMeeting.objects.update(zoom_user=connection.users.get())
    connection.users.update(is_missing=True)

    assert "The Zoom user of Ada is no longer at Zoom." in popup(owner, booking)


def test_popup_of_a_class_says_so_too(as_role, feature, session):
    owner = as_role("owner")
    address = reverse("desk:session-popup", args=[session.pk])
    assert NO_LINK not in owner.get(address).content.decode()
    session.service.is_online_meeting = True
    session.service.save()

    assert NO_LINK in owner.get(address).content.decode()


def test_open_meeting_opens_a_new_tab(as_role, connection, booking):
    text = popup(as_role("owner"), booking)

    link = f'href="http://testserver/m/{booking.session.host_token}/" target="_blank"'
    assert link.replace("http://testserver", "") in text.replace("http://localhost:8000", "")
