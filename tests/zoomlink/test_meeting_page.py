"""The page behind a meeting link: it waits, and lets the right people in at the right time."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client

from booking import actions as booking_actions
from booking.models import Booking, Service, Session
from tests import factories
from tests.zoomlink import scene
from tests.zoomlink.scene import HOUR, NOW, TOMORROW
from tests.zoomlink.simulator.process import Person
from zoomlink import actions
from zoomlink.models import Meeting, ProviderMeeting, ZoomConnection

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
BEFORE, AFTER = TOMORROW - SECOND, TOMORROW + SECOND
OWN_LINK = "https://meet.example/ada"


@pytest.fixture
def booking(lesson):
    """A booking whose meeting is ready."""
    made = scene.book(lesson)
    scene.sync(made)
    return made


@pytest.fixture
def host(client, lesson):
    """Ada, signed in."""
    user = factories.staff("ada@kyiv-yoga.example")
    ada = scene.provider()
    ada.user = user
    ada.save()
    client.force_login(user)
    return client


def join(booking, suffix=""):
    return f"/m/{booking.join_token}/{suffix}"


def host_page(booking, suffix=""):
    return f"/m/{Session.objects.get(pk=booking.session_id).host_token}/{suffix}"


def at(moment):
    return time_machine.travel(moment, tick=False)


def phase(client, path, moment):
    with at(moment):
        return client.get(f"{path}status/").json()["phase"]


def assert_nothing_of_zoom(answer, booking, simulator):
    meeting = scene.meeting_of(booking)
    secrets = [simulator.url, "zoom.us", str(meeting.zoom_id), meeting.join_url, *scene.CANARIES]
    assert [secret for secret in secrets if secret in answer.text] == []


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


# --- The provider's page ------------------------------------------------------------------


def test_the_provider_enters_as_host_by_a_fresh_link_that_is_kept_nowhere(host, zoom, booking):
    with at(AFTER):
        page = host.get(host_page(booking))
        answers = [host.post(host_page(booking, "enter/")) for _click in range(2)]

    assert "Enter as host" in page.text
    assert_nothing_of_zoom(page, booking, zoom)
    links = [answer["Location"] for answer in answers]
    number = scene.meeting_of(booking).zoom_id
    assert all(link.startswith(f"{zoom.url}/s/{number}?zak=") for link in links)
    assert len(set(links)) == 2
    assert "Lesson" in Person(zoom).open(links[0]).text
    assert "zak" not in str(Meeting.objects.values().get())
    assert len(zoom.meetings()) == 1


def test_an_early_start_lets_the_waiting_clients_in(host, booking):
    guest = Client()
    assert phase(guest, join(booking), BEFORE) == "waiting"

    with at(BEFORE):
        assert "Start now" in host.get(host_page(booking)).text
        assert host.post(host_page(booking, "enter/")).status_code == 302
        assert guest.get(join(booking)).status_code == 302

    booking_actions.reschedule(booking_id=booking.pk, starts_at=TOMORROW + HOUR, now=NOW)
    assert phase(guest, join(booking), BEFORE) == "waiting"


def test_signed_out_the_host_link_waits_and_then_leads_in_as_a_guest(client, zoom, booking):
    with at(BEFORE):
        early = client.get(host_page(booking))
        refused = client.post(host_page(booking, "enter/"))
    with at(AFTER):
        page = client.get(host_page(booking))
        answer = client.post(host_page(booking, "enter/"))

    assert "Start now" not in early.text
    assert f"/admin/login/?next={host_page(booking)}" in early.text
    assert refused.status_code == 403
    assert page.status_code == 200
    assert "Join the meeting" in page.text
    assert "Enter as host" not in page.text
    assert_nothing_of_zoom(page, booking, zoom)
    assert answer["Location"] == scene.meeting_of(booking).join_url


def test_a_clients_link_never_makes_a_host(host, booking):
    with at(BEFORE):
        assert host.post(join(booking, "enter/")).status_code == 403
    with at(AFTER):
        answer = host.post(join(booking, "enter/"))

    assert answer["Location"] == scene.meeting_of(booking).join_url
    assert scene.meeting_of(booking).started_by_host_at is None


@pytest.mark.parametrize(
    ("permissions", "may_enter"),
    [
        ([], False),
        (["change_booking"], False),
        (["see_all_bookings"], False),
        (["change_booking", "see_all_bookings"], True),
    ],
)
def test_only_staff_who_may_change_any_booking_enter_for_another(
    client, booking, permissions, may_enter
):
    user = factories.staff("ben@kyiv-yoga.example")
    ben = scene.provider("Ben")
    ben.user = user
    ben.save()
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)

    with at(BEFORE):
        page = client.get(host_page(booking)).text
        answer = client.post(host_page(booking, "enter/"))

    assert (answer.status_code == 302) is may_enter
    assert ("Start now" in page) is may_enter
    assert ("is not the host of this meeting" in page) is not may_enter


def test_a_provider_who_no_longer_has_the_booking_has_no_way_in(host, booking):
    old_page = host_page(booking)
    booking_actions.reschedule(
        booking_id=booking.pk, starts_at=TOMORROW, provider_id=scene.provider("Ben").pk, now=NOW
    )

    assert host.get(old_page).status_code == 404
    assert host.post(host_page(booking, "enter/")).status_code in (302, 403)
    assert scene.meeting_of(booking).started_by_host_at is None


def test_an_empty_class_says_so(host, lesson):
    yoga = factories.service(
        scene.provider(), name="Yoga", kind=Service.CLASS, capacity=3, is_online_meeting=True
    )
    session = booking_actions.schedule_session(
        service_id=yoga.pk, provider_id=scene.provider().pk, starts_at=TOMORROW, now=NOW
    )

    with at(AFTER):
        assert "Nobody has booked yet" in host.get(f"/m/{session.host_token}/").text
        assert host.post(f"/m/{session.host_token}/enter/").status_code == 409


def test_while_zoom_is_down_the_host_is_told_and_nothing_has_started(host, zoom, booking):
    zoom.kill()
    try:
        with at(BEFORE):
            answer = host.post(host_page(booking, "enter/"))
    finally:
        zoom.start()

    assert answer.status_code == 503
    assert "cannot be opened at present" in answer.text
    assert scene.meeting_of(booking).started_by_host_at is None


def test_an_own_link_is_where_everybody_goes(host, booking):
    ProviderMeeting.objects.update(engine="own_link", own_link=OWN_LINK)

    with at(BEFORE):
        assert OWN_LINK not in Client().get(join(booking)).text
        assert host.post(host_page(booking, "enter/"))["Location"] == OWN_LINK
        assert Client().get(join(booking))["Location"] == OWN_LINK


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


@pytest.mark.parametrize(("suffix", "most"), [("", 9), ("status/", 6)])
def test_a_waiting_page_asks_the_database_little(
    client, booking, django_assert_max_num_queries, suffix, most
):
    for path in (join(booking, suffix), host_page(booking, suffix)):
        with at(BEFORE), django_assert_max_num_queries(most):
            client.get(path)


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
