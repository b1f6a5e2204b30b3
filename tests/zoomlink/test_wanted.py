"""When a session has a meeting, and when its people have links."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from booking import actions as booking_actions
from booking import features
from booking.models import Booking, Service
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from zoomlink import actions
from zoomlink.models import ProviderMeeting, ZoomConnection
from zoomlink.wanted import Conditions, SessionFacts, Verdict, WantedMeeting, wanted

START = datetime(2026, 11, 24, 10, tzinfo=UTC)
BEFORE = START - timedelta(hours=3)
FACTS = SessionFacts("Lesson", START, START + timedelta(minutes=30), True, True)
ALL_HOLD = Conditions(True, True, True, "a host")
TRUTH_TABLE = list(itertools.product([True, False], repeat=4))


@pytest.mark.no_database
@pytest.mark.parametrize(("is_on", "is_online", "by_zoom", "has_host"), TRUTH_TABLE)
def test_only_all_conditions_together_want_a_meeting(is_on, is_online, by_zoom, has_host):
    verdict = wanted(
        FACTS, Conditions(is_on, is_online, by_zoom, "a host" if has_host else ""), now=BEFORE
    )

    if all((is_on, is_online, by_zoom, has_host)):
        assert verdict == WantedMeeting("a host", "Lesson", START, 30)
    else:
        assert verdict is (Verdict.NO_MEETING if is_on else Verdict.LEAVE_ALONE)


@pytest.mark.no_database
@pytest.mark.parametrize("is_on", [True, False])
@pytest.mark.parametrize("missing", ["is_active", "has_confirmed_booking"])
def test_what_nobody_comes_to_is_deleted_whatever_the_feature_says(missing, is_on):
    conditions = replace(ALL_HOLD, is_feature_on=is_on)

    assert wanted(replace(FACTS, **{missing: False}), conditions, now=BEFORE) is Verdict.NO_MEETING


@pytest.mark.no_database
def test_a_long_topic_is_cut_to_what_zoom_takes():
    assert len(wanted(replace(FACTS, topic="я" * 300), ALL_HOLD, now=BEFORE).topic) == 200


@pytest.mark.no_database
def test_a_session_that_runs_gets_a_meeting_that_starts_now():
    now = START + timedelta(minutes=5, microseconds=7)

    spec = wanted(FACTS, ALL_HOLD, now=now).spec("zustrich:1", now=now)

    assert spec.starts_at == now.replace(microsecond=0)


@pytest.fixture
def booking(db):
    factories.company()
    ada = factories.provider()
    lesson = factories.service(ada, is_online_meeting=True)
    factories.enable(actions.FEATURE)
    factories.meets_by_zoom(ada, factories.zoom_user(factories.zoom_connection()))
    return factories.book_one(lesson)


def both_links(booking) -> set[str]:
    """The addresses that the client and the provider get for one booking."""
    fresh = Booking.objects.with_people().get(pk=booking.pk)
    found = [actions.links_for([fresh], viewer=who) for who in (actions.CLIENT, actions.PROVIDER)]
    return {link.url for links in found for link in links.values()}


@pytest.mark.parametrize(("is_on", "is_online", "is_connected", "is_mapped"), TRUTH_TABLE)
def test_only_all_conditions_together_give_links(
    booking, settings, is_on, is_online, is_connected, is_mapped
):
    booking_actions.set_feature(key=actions.FEATURE, on=is_on, now=NOW)
    Service.objects.update(is_online_meeting=is_online)
    if not is_connected:
        ZoomConnection.objects.update(state=ZoomConnection.LOST)
    if not is_mapped:
        ProviderMeeting.objects.update(zoom_user=None)
    features.forget()

    expected = {
        f"{settings.SITE_URL}/m/{booking.join_token}/",
        f"{settings.SITE_URL}/m/{booking.session.host_token}/",
    }
    assert both_links(booking) == (
        expected if all((is_on, is_online, is_connected, is_mapped)) else set()
    )


def test_an_own_link_needs_no_zoom(booking):
    ProviderMeeting.objects.update(engine="own_link", own_link="https://meet.example/ada")
    ZoomConnection.objects.update(
        is_current=False, state="closed", access_token="", refresh_token=""
    )

    assert len(both_links(booking)) == 2


@pytest.mark.parametrize("state", ["held", "pending", "cancelled", "declined", "expired"])
def test_a_booking_that_is_not_confirmed_has_no_link(booking, state):
    Booking.objects.update(state=state, held_until=NOW, cancelled_at=NOW)

    assert both_links(booking) == set()


def test_links_take_one_query_for_any_number_of_bookings(booking, django_assert_num_queries):
    for number in range(1, 10):
        factories.book_one(
            booking.session.service,
            starts_at=TOMORROW_NOON + number * timedelta(hours=1),
            client=factories.details(f"Client{number}"),
        )
    bookings = list(Booking.objects.with_people())

    with django_assert_num_queries(1):
        assert len(actions.links_for(bookings[:1], viewer=actions.CLIENT)) == 1
    with django_assert_num_queries(1):
        assert len(actions.links_for(bookings, viewer=actions.CLIENT)) == 10
    with django_assert_num_queries(1):
        assert len(actions.host_links_for([one.session for one in bookings])) == 10
