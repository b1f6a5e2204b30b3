"""The page behind a meeting link: it waits, and lets the right people in at the right time."""

import logging
from functools import partial

import pytest
from django.test import Client

from booking import actions as booking_actions
from booking.models import Booking, Service, Session
from tests import factories
from tests.zoomlink import scene
from tests.zoomlink.pages import (
    AFTER,
    BEFORE,
    OWN_LINK,
    SECOND,
    assert_nothing_of_zoom,
    at,
    host_page,
    join,
    phase,
)
from tests.zoomlink.scene import HOUR, NOW, TOMORROW
from tests.zoomlink.simulator.process import Person
from zoomlink import actions
from zoomlink.models import Meeting, MeetingSettings, ProviderMeeting, ZoomConnection

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("moment", [NOW, BEFORE])
def test_before_its_time_a_client_waits_and_sees_nothing_of_zoom(client, zoom, booking, moment):
    with at(moment):
        answer = client.get(join(booking))

    assert answer.status_code == 200
    assert "The meeting has not begun yet" in answer.text
    assert "Lesson" in answer.text
    assert "Ada" in answer.text
    assert_nothing_of_zoom(answer, booking, zoom)
    assert phase(client, join(booking), moment) == "waiting"


def test_who_comes_days_before_is_asked_to_come_back(client, host, booking):
    for path in (join(booking), host_page(booking)):
        with at(TOMORROW - 13 * HOUR):
            assert "Come back by the same link then" in client.get(path).text
        with at(TOMORROW - 11 * HOUR):
            assert "Leave this page open" in client.get(path).text


@pytest.mark.parametrize("moment", [TOMORROW, AFTER])
def test_at_its_time_a_client_is_sent_into_the_meeting(client, zoom, booking, moment):
    with at(moment):
        answer = client.get(join(booking))

    assert answer.status_code == 302
    assert answer["Location"] == scene.meeting_of(booking).join_url
    assert "Lesson" in Person(zoom).open(answer["Location"]).text
    assert phase(client, join(booking), moment) == "open"


def test_no_answer_is_kept_indexed_or_told_to_others(client, booking):
    for path in (join(booking), join(booking, "status/")):
        for moment in (BEFORE, AFTER):
            with at(moment):
                answer = client.get(path)
            assert answer["Referrer-Policy"] == "no-referrer"
            assert answer["X-Robots-Tag"] == "noindex"
            assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("path", ["", "status/"])
def test_an_unknown_token_and_the_feature_off_give_404(client, booking, path):
    assert client.get(f"/m/{'x' * 22}/{path}").status_code == 404
    assert client.get(f"/m/%00/{path}").status_code == 404
    assert client.get(join(booking, path)).status_code == 200

    booking_actions.set_feature(key=actions.FEATURE, on=False, now=NOW)

    for page in (join(booking, path), host_page(booking, path)):
        assert client.get(page).status_code == 404


def test_the_manage_token_opens_no_meeting(client, booking):
    assert client.get(f"/m/{booking.manage_token}/").status_code == 404


@pytest.mark.parametrize(
    ("make_so", "expected"),
    [
        (lambda b: booking_actions.cancel(booking_id=b.pk, now=NOW), "This meeting is cancelled"),
        (
            lambda b: Booking.objects.update(state="pending"),
            "Your booking is not confirmed yet",
        ),
        (
            lambda b: Service.objects.update(is_online_meeting=False),
            "This is no longer an online meeting",
        ),
        (lambda b: actions.disconnect(actor=None, now=NOW), "There is no link at present"),
        (
            lambda b: ProviderMeeting.objects.update(engine="none"),
            "There is no link at present",
        ),
        (
            lambda b: Meeting.objects.update(state=Meeting.FAILED, zoom_id=None, join_url=""),
            "The meeting is being prepared",
        ),
    ],
)
def test_a_page_that_leads_nowhere_says_why(client, booking, make_so, expected):
    make_so(booking)

    with at(AFTER):
        answer = client.get(join(booking))

    assert answer.status_code == 200
    assert expected in answer.text


@pytest.mark.parametrize("suffix", ["", "enter/"])
def test_a_cancelled_meeting_cannot_be_entered_by_its_host(host, booking, suffix):
    booking_actions.cancel(booking_id=booking.pk, now=NOW)
    ask = host.post if suffix else host.get

    with at(AFTER):
        answer = ask(host_page(booking, suffix))

    assert answer.status_code == (409 if suffix else 200)
    assert "This meeting is cancelled" in answer.text
    assert "Enter as host" not in answer.text


def test_where_nothing_comes_any_more_a_client_may_book_again(client, host, booking):
    again = f'href="{booking.session.service.get_absolute_url()}"'
    assert again not in client.get(join(booking)).text
    booking_actions.cancel(booking_id=booking.pk, now=NOW)

    assert again in client.get(join(booking)).text
    assert again not in host.get(host_page(booking)).text
    Service.objects.update(is_active=False)
    assert again not in client.get(join(booking)).text


def test_an_hour_after_its_end_it_is_over(client, booking):
    end = Session.objects.get().ends_at

    with at(end + HOUR - SECOND):
        assert client.get(join(booking)).status_code == 302
    with at(end + HOUR):
        answer = client.get(join(booking))

    assert answer.status_code == 200
    assert "This meeting is over" in answer.text


def test_a_moved_booking_keeps_its_link_at_the_new_time(client, booking):
    booking_actions.reschedule(booking_id=booking.pk, starts_at=TOMORROW + HOUR, now=NOW)

    assert phase(client, join(booking), AFTER) == "waiting"
    assert phase(client, join(booking), TOMORROW + HOUR) == "open"


def test_times_are_in_the_visitors_zone_with_the_companys_beside_it(client, booking):
    client.cookies["timezone"] = "America/New_York"
    with at(NOW):
        abroad = client.get(join(booking)).text
        client.cookies["timezone"] = "no/such_zone"
        at_home = client.get(join(booking)).text
        client.cookies["timezone"] = "Europe/Kiev"
        by_an_older_name = client.get(join(booking)).text

    assert "New York" in abroad
    assert "Company’s time" in abroad
    assert "Company’s time" not in at_home
    assert "Kyiv" in at_home
    assert "Europe/Kiev" not in by_an_older_name


def test_the_page_moves_on_without_scripts_too(client, booking):
    with at(BEFORE):
        page = client.get(join(booking)).text

    assert f'content="15; url={join(booking)}"' in page
    assert "<script>" not in page
    assert " style=" not in page.partition("<main")[2]


def test_where_scripts_fail_the_page_comes_again_just_after_the_start(client, host, booking):
    def refresh(path, moment):
        with at(moment):
            return client.get(path).headers.get("Refresh")

    assert refresh(join(booking), TOMORROW - 3 * HOUR) == f"{3 * 3600 + 5}"
    assert refresh(join(booking), BEFORE) == "6"
    assert refresh(join(booking), TOMORROW - 90 * 24 * HOUR) == f"{24 * 3600}"
    assert refresh(host_page(booking), BEFORE) is None  # only the script enters as host
    Meeting.objects.update(state=Meeting.FAILED)
    assert refresh(join(booking), AFTER) == "15"
    booking_actions.cancel(booking_id=booking.pk, now=NOW)
    assert refresh(join(booking), AFTER) is None


@pytest.mark.parametrize(
    "address",
    [
        "https://zoom.example/j/1",
        "https://zoom.us.example/j/1",
        "http://zoom.us/j/1",
        "https://zoom.us@evil.example/j/1",
        "https://zoom.us/signin",
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_zooms(client, booking, address):
    meeting = scene.meeting_of(booking)
    meeting.join_url = address
    meeting.save()

    with at(AFTER):
        answer = client.get(join(booking))

    assert answer.status_code == 200
    assert address not in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//evil.example/",
        "http://meet.example/ada",
        "https://meet.example@evil.example/",
        "https:\\\\evil.example/",
    ],
)
def test_nobody_is_sent_to_an_own_link_that_may_be_read_otherwise(host, booking, address):
    ProviderMeeting.objects.update(engine="own_link", own_link=address)

    with at(AFTER):
        page, answer = host.get(join(booking)), host.post(host_page(booking, "enter/"))

    assert page.status_code == 200
    assert address not in page.text
    assert answer["Location"] == host_page(booking)


def test_an_own_link_is_followed_to_the_letter(client, booking):
    own_link = "https://teams.example/l/19%3ameeting@thread.v2/0?a=%5B%22%5D"
    ProviderMeeting.objects.update(engine="own_link", own_link=own_link)

    with at(AFTER):
        assert client.get(join(booking))["Location"] == own_link


def test_forms_may_lead_to_zoom_and_nowhere_else(host, zoom, booking):
    def form_action():
        with at(BEFORE):
            policy = host.get(host_page(booking))["Content-Security-Policy"]
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        return rules["form-action"].split()

    assert form_action() == [
        *("'self'", "https://zoom.us", "https://*.zoom.us", "https://*.zoom.com"),
        *("https://*.zoomgov.com", zoom.url),
    ]
    MeetingSettings(fallback_link="https://rooms.example/").save()
    assert form_action() == ["'self'", "https:"]
    MeetingSettings.objects.update(fallback_link="")
    ProviderMeeting.objects.update(engine="own_link", own_link=OWN_LINK)
    assert form_action() == ["'self'", "https:"]


def test_entering_needs_the_pages_own_form(host, booking):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = host.cookies

    with at(BEFORE):
        assert strict.post(host_page(booking, "enter/")).status_code == 403
        assert host.get(host_page(booking, "enter/")).status_code == 405
    assert scene.meeting_of(booking).started_by_host_at is None


def test_reading_changes_nothing(host, booking):
    before = list(Meeting.objects.values())

    with at(AFTER):
        for path in (join(booking), host_page(booking), join(booking, "status/")):
            host.get(path)
            host.head(path)

    assert list(Meeting.objects.values()) == before


@pytest.fixture
def yoga(lesson):
    """A class of Ada's, tomorrow and an hour later, with its sessions."""
    service = factories.service(
        scene.provider(), name="Yoga", kind=Service.CLASS, capacity=3, is_online_meeting=True
    )
    schedule = partial(
        booking_actions.schedule_session,
        service_id=service.pk,
        provider_id=scene.provider().pk,
        now=NOW,
    )
    return [schedule(starts_at=TOMORROW + hours * HOUR) for hours in (0, 1)]


def test_each_place_of_a_class_has_a_link_of_its_own_into_one_meeting(client, zoom, yoga):
    places = [scene.book_place(yoga[0], by=name) for name in ("Cleo", "Dan", "Eve")]
    meeting = scene.sync(places[0])

    booking_actions.cancel(booking_id=places[1].pk, now=NOW)
    scene.sync(places[0])

    assert len({place.join_token for place in places}) == 3
    assert [made["id"] for made in scene.at_zoom(zoom)] == [meeting.zoom_id]
    with at(AFTER):
        cleo, dan, eve = (client.get(join(place)) for place in places)
    assert cleo["Location"] == eve["Location"] == meeting.join_url
    assert "This meeting is cancelled" in dan.text


def test_two_sessions_of_a_class_have_two_meetings(client, zoom, yoga):
    places = [scene.book_place(session) for session in yoga]
    links = {scene.sync(place).join_url for place in places}

    with at(TOMORROW + HOUR):
        sent_to = {client.get(join(place))["Location"] for place in places}

    assert sent_to == links
    assert len(links) == len(scene.at_zoom(zoom)) == 2


@pytest.mark.parametrize(
    ("path_to", "moment", "page", "status"),
    [
        (join, TOMORROW - 2 * HOUR, 4, 3),
        (join, BEFORE, 5, 4),
        (join, AFTER, 4, 4),
        (host_page, TOMORROW - 2 * HOUR, 6, 4),
        (host_page, BEFORE, 10, 9),
        (host_page, AFTER, 10, 9),
    ],
)
def test_a_page_and_its_script_ask_the_database_little(
    client, booking, django_assert_num_queries, path_to, moment, page, status
):
    for suffix, queries in (("", page), ("status/", status)):
        path = path_to(booking, suffix)
        with at(moment), django_assert_num_queries(queries):
            client.get(path)


def test_the_script_never_waits_for_zoom(client, host, zoom, booking):
    ZoomConnection.objects.update(expires_at=NOW - HOUR)
    zoom.control("DELETE", "/requests")

    for moment in (BEFORE, AFTER):
        for path in (join(booking, "status/"), host_page(booking, "status/"), host_page(booking)):
            with at(moment):
                assert host.get(path).status_code == 200

    assert zoom.control("GET", "/requests")["requests"] == []


def test_no_secret_is_logged_on_the_way_in(host, zoom, booking, caplog):
    caplog.set_level(logging.DEBUG)

    with at(AFTER):
        host.post(host_page(booking, "enter/"))
        host.get(join(booking))
    ZoomConnection.objects.update(expires_at=NOW - HOUR)
    zoom.fault("get_meeting", "hang", times=1, seconds=0)
    with at(AFTER):
        assert host.post(host_page(booking, "enter/")).status_code == 503

    lines = "\n".join(record.getMessage() for record in caplog.records)
    assert lines
    assert [secret for secret in scene.CANARIES if secret in lines] == []
