"""The provider's link in both reports."""

import pytest

from tests import factories

BOOKINGS = "/admin/reports/bookings/"
MEETINGS = "/admin/reports/online-meetings/"


@pytest.fixture
def online(ada, ben, lesson, book, tomorrow):
    """A booking of an online service, beside one of a service that is not."""
    factories.enable("online-meetings")
    factories.meets_by_zoom(ada, factories.zoom_user(factories.zoom_connection()))
    lesson.is_online_meeting = True
    lesson.save()
    hall = factories.service(ben, name="In the hall")
    factories.book_one(
        hall, starts_at=tomorrow, provider_id=ben.pk, client=factories.details("Dan")
    )
    return book(ada)


def opened_from(page) -> list[str]:
    """Where *Open meeting* leads, row by row."""
    return [row.split('"')[0] for row in page.content.decode().split('class="z-link" href="')[1:]]


def link_of(booking) -> str:
    return f"/m/{booking.session.host_token}/"


def test_booking_details_carry_the_link_of_online_bookings_only(as_role, online):
    page = as_role("owner").get(BOOKINGS)

    links = {row.booking.client.name: row.link for row in page.context["rows"]}
    assert links["Dan"] is None
    assert links["Cleo"].url.endswith(link_of(online))
    assert [each for each in opened_from(page) if "/m/" in each] == [links["Cleo"].url]


def test_online_video_meetings_list_online_bookings_only_each_with_its_link(as_role, online):
    page = as_role("owner").get(MEETINGS)

    assert [row.session for row in page.context["rows"]] == [online.session]
    assert link_of(online) in page.content.decode()


@pytest.mark.parametrize("address", [BOOKINGS, MEETINGS])
def test_a_viewer_finds_no_way_in(as_role, online, address):
    assert "/m/" not in as_role("viewer").get(address).content.decode()


def test_both_are_silent_while_the_feature_is_off(as_role, online):
    factories.actions.set_feature(key="online-meetings", on=False, now=factories.NOW)
    owner = as_role("owner")

    assert "/m/" not in owner.get(BOOKINGS).content.decode()
    assert owner.get(MEETINGS).status_code == 404
