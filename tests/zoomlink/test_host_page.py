"""The provider's page: entering as host, early or in time, and who may."""

import time

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from booking import actions as booking_actions
from booking.models import Event, Service
from tests import factories
from tests.zoomlink import scene
from tests.zoomlink.pages import (
    AFTER,
    BEFORE,
    OWN_LINK,
    assert_nothing_of_zoom,
    at,
    host_page,
    join,
    phase,
)
from tests.zoomlink.scene import HOUR, NOW, TOMORROW
from tests.zoomlink.simulator.process import Person
from zoomlink import actions, tasks
from zoomlink.errors import CannotEnter
from zoomlink.models import Meeting, MeetingSettings, ProviderMeeting, ZoomConnection

pytestmark = pytest.mark.django_db


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


def test_while_zoom_is_down_a_host_joins_by_the_link_that_everybody_has(host, zoom, booking):
    """Zoom knows its host by the sign-in there; the meeting itself needs no answer of its API."""
    zoom.kill()
    try:
        with at(AFTER):
            refused = host.post(host_page(booking, "enter/"))
            joined = host.post(host_page(booking, "enter/"), {"as_guest": "1"})
        with at(BEFORE):
            early = host.post(host_page(booking, "enter/"), {"as_guest": "1"})
    finally:
        zoom.start()

    assert (refused.status_code, "as_guest" in refused.text) == (503, True)
    assert "/j/" in joined["Location"]
    assert early.status_code == 403


def test_a_second_click_makes_no_second_meeting(host, zoom, lesson, start):
    MeetingSettings(create_when="shortly_before", create_minutes_before=30).save()
    booking = scene.book(lesson)
    with at(NOW):
        page = host.get(host_page(booking)).text
    assert scene.sweep() == []
    assert ("Start now" in page, scene.at_zoom(zoom)) == (True, [])

    answers = [start(booking, NOW) for _click in range(2)]
    assert [answer["Location"] for answer in answers] == [host_page(booking)] * 2
    with at(NOW):
        page = host.get(host_page(booking)).text
    assert "The meeting is being prepared" in page
    assert "data-enter" in page
    assert phase(Client(), join(booking), NOW) == "not_ready"
    for _wake in range(2):
        scene.sync(booking)

    (made,) = scene.at_zoom(zoom)
    assert start(booking, NOW)["Location"].startswith(f"{zoom.url}/s/{made['id']}?zak=")
    assert phase(Client(), join(booking), NOW) == "open"
    assert len(scene.at_zoom(zoom)) == 1


@pytest.fixture
def start(host, django_capture_on_commit_callbacks):
    """Return a function that presses the host's button at a moment."""

    def press(booking, moment):
        with at(moment), django_capture_on_commit_callbacks(execute=True):
            return host.post(host_page(booking, "enter/"))

    return press


def test_the_host_reads_who_is_waiting(host, lesson):
    MeetingSettings(fallback_link="https://rooms.example/").save()
    booking = scene.book(lesson)
    path = host_page(booking)

    def note():
        with at(BEFORE):
            shown = host.get(f"{path}status/").json()["note"]
            assert f">{shown}</p>" in host.get(path).text
            return shown

    assert note() == "Zoom is not ready: you meet in the fallback room."
    scene.sync(booking)
    assert note() == ""

    opens_the_page(booking)

    assert note() == "Your client is waiting."
    assert "waiting" not in Client().get(join(booking, "status/")).json()["note"]
    with at(BEFORE):
        host.post(f"{path}enter/")
    assert note() == ""


def test_of_a_class_the_host_reads_how_many_are_waiting(host, lesson):
    yoga = factories.service(
        scene.provider(), name="Yoga", kind=Service.CLASS, capacity=3, is_online_meeting=True
    )
    session = booking_actions.schedule_session(
        service_id=yoga.pk, provider_id=scene.provider().pk, starts_at=TOMORROW, now=NOW
    )
    places = [scene.book_place(session, by=name) for name in ("Cleo", "Dan", "Eve")]

    for expected, place in enumerate(places[:2], start=1):
        opens_the_page(place)
        with at(BEFORE):
            note = host.get(host_page(place, "status/")).json()["note"]
        assert note.startswith(str(expected))


def opens_the_page(booking):
    with at(BEFORE):
        Client().get(join(booking), headers={"user-agent": "Mozilla/5.0"})


def test_a_worker_is_woken_for_a_meeting_that_is_yet_to_be_made(start, lesson, rung):
    MeetingSettings(create_when="shortly_before", create_minutes_before=30).save()
    booking = scene.book(lesson)
    Meeting.objects.update(next_attempt_at=TOMORROW)
    rung()

    start(booking, NOW)

    meeting = scene.meeting_of(booking)
    assert rung() == [(tasks.sync_meeting.name, {"meeting_id": meeting.pk})]
    assert (meeting.started_by_host_at, meeting.next_attempt_at) == (NOW, None)


def test_a_meeting_deleted_at_zoom_is_made_anew_for_the_host_who_enters(start, booking):
    old = scene.meeting_of(booking)
    actions.ask_zoom(lambda zoom: zoom.delete_meeting(old.zoom_id), now=NOW)

    assert start(booking, AFTER)["Location"] == host_page(booking)
    assert phase(Client(), join(booking), AFTER) == "not_ready"
    new = scene.sync(booking, now=AFTER)

    assert new.zoom_id not in (None, old.zoom_id)
    assert "?zak=" in start(booking, AFTER)["Location"]
    assert phase(Client(), join(booking), AFTER) == "open"
    assert Event.objects.filter(kind=Event.MEETING_GONE).count() == 1


def test_a_host_without_a_link_starts_nothing(start, booking):
    ProviderMeeting.objects.update(engine="none")

    assert start(booking, AFTER).status_code == 409
    assert scene.meeting_of(booking).started_by_host_at is None


def test_an_own_link_is_where_everybody_goes(host, booking):
    ProviderMeeting.objects.update(engine="own_link", own_link=OWN_LINK)

    with at(BEFORE):
        assert OWN_LINK not in Client().get(join(booking)).text
        assert host.post(host_page(booking, "enter/"))["Location"] == OWN_LINK
        assert Client().get(join(booking))["Location"] == OWN_LINK


def test_a_start_link_that_zoom_does_not_give_is_given_up_in_time(zoom, booking):
    ZoomConnection.objects.update(expires_at=NOW)
    zoom.fault("refresh", "hold", seconds=3)
    zoom.fault("get_meeting", "hang")
    door = actions.door_behind(booking.session.host_token, now=NOW)
    began = time.monotonic()

    with pytest.raises(CannotEnter):
        actions.enter_as_host(door, now=NOW)

    assert time.monotonic() - began < 6
