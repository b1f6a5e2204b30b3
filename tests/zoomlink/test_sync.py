"""Zoom agrees with the sessions, whatever happens in between."""

import threading
from datetime import timedelta

import pytest

from booking import actions as booking_actions
from booking.models import Event, Service
from tests import factories
from tests.zoomlink import scene
from tests.zoomlink.scene import HOUR, NOW, TOMORROW
from zoomlink import actions
from zoomlink.errors import CannotEnter
from zoomlink.models import Meeting, ProviderMeeting

pytestmark = pytest.mark.django_db


def test_a_booking_gets_one_meeting_with_its_host_time_and_reference(zoom, lesson):
    booking = scene.book(lesson)

    meeting = scene.sync(booking)

    (made,) = scene.at_zoom(zoom)
    assert (meeting.state, meeting.zoom_id) == (Meeting.READY, made["id"])
    assert made["host_email"] == "olena@zoom.example"
    assert made["topic"] == "Lesson – Ada"
    assert made["start_time"] == TOMORROW.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert made["duration"] == 30
    assert made["agenda"] == f"zustrich:{meeting.reference}"
    assert f"/j/{made['id']}?pwd=" in meeting.join_url


def test_syncing_twice_asks_zoom_once(zoom, lesson):
    booking = scene.book(lesson)

    scene.sync(booking)
    scene.sync(booking)

    assert scene.calls(zoom, "create_meeting") == 1
    assert scene.sweep() == []


def test_a_moved_appointment_is_patched_and_keeps_its_meeting(zoom, lesson):
    booking = scene.book(lesson)
    before = scene.sync(booking)

    booking_actions.reschedule(booking_id=booking.pk, starts_at=TOMORROW + HOUR, now=NOW)
    after = scene.sync(booking)

    (made,) = scene.at_zoom(zoom)
    assert made["start_time"] == (TOMORROW + HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (after.zoom_id, after.state) == (before.zoom_id, Meeting.READY)
    assert scene.calls(zoom, "update_meeting") == 1


def test_a_cancelled_booking_has_its_meeting_deleted(zoom, lesson):
    booking = scene.book(lesson)
    scene.sync(booking)

    booking_actions.cancel(booking_id=booking.pk, now=NOW)
    meeting = scene.sync(booking)

    assert scene.at_zoom(zoom) == []
    assert (meeting.state, meeting.zoom_id, meeting.join_url) == (Meeting.ABSENT, None, "")


def test_another_provider_means_another_meeting_at_the_new_host(zoom, lesson):
    booking = scene.book(lesson)
    before = scene.sync(booking)

    booking_actions.reschedule(
        booking_id=booking.pk, starts_at=TOMORROW, provider_id=scene.provider("Ben").pk, now=NOW
    )
    after = scene.sync(booking)

    (made,) = scene.at_zoom(zoom)
    assert made["host_email"] == "taras@zoom.example"
    assert after.zoom_id == made["id"] != before.zoom_id


def test_a_seat_moved_to_another_session_makes_one_and_deletes_the_other(zoom, lesson):
    yoga = factories.service(
        scene.provider(), name="Yoga", kind=Service.CLASS, capacity=3, is_online_meeting=True
    )
    first, second = (
        booking_actions.schedule_session(
            service_id=yoga.pk, provider_id=scene.provider().pk, starts_at=starts_at, now=NOW
        )
        for starts_at in (TOMORROW, TOMORROW + HOUR)
    )
    booking = scene.book_place(first)
    scene.sync(booking)

    booking_actions.reschedule(booking_id=booking.pk, session_id=second.pk, now=NOW)
    scene.sweep()

    (made,) = scene.at_zoom(zoom)
    assert made["start_time"] == (TOMORROW + HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_class_has_one_meeting_and_each_client_a_link_of_their_own(zoom, lesson):
    yoga = factories.service(
        scene.provider(), name="Yoga", kind=Service.CLASS, capacity=9, is_online_meeting=True
    )
    session = booking_actions.schedule_session(
        service_id=yoga.pk, provider_id=scene.provider().pk, starts_at=TOMORROW, now=NOW
    )
    assert scene.sweep() == []  # an empty class has none

    bookings = [scene.book_place(session, by=name) for name in ("Cleo", "Dan", "Eve")]
    scene.sweep()
    links = actions.links_for(bookings, viewer=actions.CLIENT)

    assert len(scene.at_zoom(zoom)) == 1
    assert len({link.url for link in links.values()}) == 3
    for booking in bookings:
        booking_actions.cancel(booking_id=booking.pk, now=NOW)
    scene.sweep()
    assert scene.at_zoom(zoom) == []


def test_the_feature_off_leaves_meetings_but_still_deletes_what_is_cancelled(zoom, lesson):
    kept, cancelled = scene.book(lesson), scene.book(lesson, by="Dan", starts_at=TOMORROW + HOUR)
    scene.sweep()
    booking_actions.set_feature(key=actions.FEATURE, on=False, now=NOW)
    scene.book(lesson, by="Eve", starts_at=TOMORROW + 2 * HOUR)

    booking_actions.cancel(booking_id=cancelled.pk, now=NOW)
    scene.sweep()

    assert [made["id"] for made in scene.at_zoom(zoom)] == [scene.meeting_of(kept).zoom_id]
    factories.enable(actions.FEATURE)
    scene.sweep()
    assert len(scene.at_zoom(zoom)) == 2


def test_a_service_switched_offline_loses_its_meetings_and_gets_new_ones_back(zoom, lesson):
    scene.book(lesson)
    scene.sweep()

    Service.objects.update(is_online_meeting=False)
    scene.sweep()
    assert scene.at_zoom(zoom) == []

    Service.objects.update(is_online_meeting=True)
    scene.sweep()
    assert len(scene.at_zoom(zoom)) == 1


def test_a_provider_who_no_longer_meets_by_zoom_loses_the_meetings(zoom, lesson):
    scene.book(lesson)
    scene.sweep()

    actions.choose_meeting(now=NOW, provider_id=scene.provider().pk, engine=ProviderMeeting.NONE)
    scene.sweep()

    assert scene.at_zoom(zoom) == []


def test_what_was_deleted_at_zoom_is_made_anew_when_the_appointment_moves(zoom, lesson):
    booking = scene.book(lesson)
    before = scene.sync(booking)
    delete_at_zoom(before.zoom_id)

    booking_actions.reschedule(booking_id=booking.pk, starts_at=TOMORROW + HOUR, now=NOW)
    after = scene.sync(booking)

    assert [made["id"] for made in scene.at_zoom(zoom)] == [after.zoom_id] != [before.zoom_id]


def delete_at_zoom(zoom_id):
    actions.ask_zoom(lambda client: client.delete_meeting(zoom_id), now=NOW)


def test_a_meeting_deleted_at_zoom_cannot_be_entered_and_comes_back(zoom, lesson):
    booking = scene.book(lesson)
    before = scene.sync(booking)
    delete_at_zoom(before.zoom_id)
    door = actions.door_behind(booking.session.host_token, now=TOMORROW)

    with pytest.raises(CannotEnter):
        actions.enter_as_host(door, now=TOMORROW)
    scene.sweep()

    assert scene.meeting_of(booking).zoom_id == scene.at_zoom(zoom)[0]["id"]


def test_a_creation_whose_answer_was_lost_is_found_again(zoom, lesson):
    booking = scene.book(lesson)
    zoom.fault("create_meeting", "hold", times=1)

    lost = scene.sync(booking)
    zoom.control("DELETE", "/faults")
    assert (lost.state, lost.is_uncertain, lost.zoom_id) == (Meeting.ABSENT, True, None)

    found = scene.sync(booking, now=NOW + HOUR)
    (made,) = zoom.meetings()
    assert (found.state, found.zoom_id, found.is_uncertain) == (Meeting.READY, made["id"], False)
    assert "pwd=" in found.join_url


def test_a_creation_that_never_reached_zoom_is_made_after_looking(zoom, lesson):
    booking = scene.book(lesson)
    zoom.fault("create_meeting", "hang", times=1)

    scene.sync(booking)
    zoom.control("DELETE", "/faults")
    assert zoom.meetings() == []

    scene.sync(booking, now=NOW + HOUR)
    assert scene.calls(zoom, "list_meetings") == 1
    assert len(zoom.meetings()) == 1


def test_a_lost_creation_of_a_host_who_left_zoom_does_not_stop_the_next_host(zoom, lesson):
    booking = scene.book(lesson)
    meeting = scene.meeting_of(booking)
    current = scene.ZoomConnection.objects.current()
    uncertain = {"is_uncertain": True, "host_id": "nobody-any-more", "connection": current}
    Meeting.objects.filter(pk=meeting.pk).update(**uncertain)

    scene.sync(booking)

    assert [made["host_email"] for made in scene.at_zoom(zoom)] == ["olena@zoom.example"]


def test_a_claim_is_respected_and_taken_over_after_its_lease(zoom, lesson):
    booking = scene.book(lesson)
    meeting = scene.meeting_of(booking)
    Meeting.objects.filter(pk=meeting.pk).update(
        claim=meeting.reference, claimed_until=NOW + Meeting.LEASE
    )

    scene.sync(booking, now=NOW + Meeting.LEASE - timedelta(seconds=1))
    assert (zoom.meetings(), actions.review(now=NOW)) == ([], [])

    scene.sync(booking, now=NOW + Meeting.LEASE)
    assert len(zoom.meetings()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_overran_its_lease_stores_nothing(zoom, lesson):
    booking = scene.book(lesson)
    zoom.fault("create_meeting", "hold", times=1, seconds=2)

    slow = threading.Thread(target=scene.in_a_thread, args=(scene.sync, booking))
    slow.start()
    scene.wait_until(lambda: zoom.held() == 1)
    scene.sync(booking, now=NOW + Meeting.LEASE)
    taken_over = scene.meeting_of(booking)
    slow.join()

    (made,) = scene.at_zoom(zoom)
    assert (taken_over.state, taken_over.zoom_id) == (Meeting.READY, made["id"])
    after = scene.meeting_of(booking)
    assert (after.zoom_id, after.claim, after.attempts) == (made["id"], None, 0)


@pytest.mark.django_db(transaction=True)
def test_workers_woken_together_make_one_meeting(zoom, lesson):
    booking = scene.book(lesson)

    workers = [
        threading.Thread(target=scene.in_a_thread, args=(scene.sync, booking))
        for _number in range(8)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(zoom.meetings()) == 1


def test_failures_wait_longer_each_time_and_are_told_once(zoom, lesson):
    booking = scene.book(lesson)
    zoom.kill()
    waits, now = [], NOW
    try:
        for _attempt in range(5):
            meeting = scene.sync(booking, now=now)
            waits.append((meeting.next_attempt_at - now).total_seconds())
            now = meeting.next_attempt_at
    finally:
        zoom.start()

    assert waits == [30, 60, 300, 900, 3600]
    assert meeting.state == Meeting.FAILED
    assert meeting.last_error == "Zoom could not be reached"
    failed = Event.objects.get(kind=Event.MEETING_FAILED)
    assert failed.session_id == booking.session_id


def test_nothing_is_tried_before_its_time_but_a_change_is_tried_at_once(zoom, lesson):
    booking = scene.book(lesson)
    later = NOW + HOUR
    Meeting.objects.update(next_attempt_at=later)

    scene.sync(booking, now=later - timedelta(seconds=1))
    assert (zoom.meetings(), actions.review(now=NOW)) == ([], [])

    booking_actions.reschedule(booking_id=booking.pk, starts_at=TOMORROW + HOUR, now=NOW)
    scene.sync(booking)
    assert len(zoom.meetings()) == 1


def test_a_host_zoom_does_not_know_fails_once_and_a_new_choice_is_tried_at_once(zoom, lesson):
    booking = scene.book(lesson)
    ada = ProviderMeeting.objects.get(provider=scene.provider()).zoom_user
    type(ada).objects.filter(pk=ada.pk).update(zoom_id="nobody-any-more")

    meeting = scene.sync(booking)
    assert (meeting.state, meeting.is_uncertain) == (Meeting.FAILED, False)
    assert Event.objects.filter(kind=Event.MEETING_FAILED).count() == 1

    scene.meets_as(scene.provider(), "iryna@zoom.example")
    scene.sweep()
    assert scene.meeting_of(booking).state == Meeting.READY


def test_the_daily_limit_of_a_host_is_waited_for(zoom, lesson, tmp_path, settings):
    limited = scene.SimulatorProcess(tmp_path / "zoom.sqlite3", arguments=["--daily-limit", "1"])
    limited.start()
    settings.ZOOM_OAUTH_URL, settings.ZOOM_API_URL = limited.url, f"{limited.url}/v2"
    try:
        actions.disconnect(actor=None, now=NOW)
        scene.connect(limited)
        bookings = [scene.book(lesson), scene.book(lesson, by="Dan", starts_at=TOMORROW + HOUR)]
        meetings = [scene.sync(booking) for booking in bookings]
    finally:
        limited.kill()

    assert [meeting.state for meeting in meetings] == [Meeting.READY, Meeting.ABSENT]
    until = meetings[1].next_attempt_at
    assert (until.hour, until.minute) == (0, 0)  # and some seconds, not to come all at once
    assert NOW < until <= NOW + timedelta(days=2)


def test_a_running_session_that_becomes_online_gets_a_meeting_from_now_on(zoom, lesson):
    soon = (NOW + timedelta(minutes=10)).replace(second=0)
    soon -= timedelta(minutes=soon.minute % 5)
    Service.objects.update(is_online_meeting=False)
    booking = scene.book(lesson, starts_at=soon)
    Service.objects.update(is_online_meeting=True)
    begun = soon + timedelta(minutes=5)

    scene.sweep(now=begun)

    (made,) = scene.at_zoom(zoom)
    assert made["start_time"] == begun.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert scene.meeting_of(booking).state == Meeting.READY
    assert scene.sweep(now=begun) == []


def test_a_session_that_is_over_is_left_alone(zoom, lesson):
    scene.book(lesson)

    assert scene.sweep(now=TOMORROW + HOUR) == []
    assert zoom.meetings() == []


@pytest.mark.parametrize("moment", ["before", "after"])
def test_review_asks_the_database_as_often_for_one_session_as_for_many(
    zoom, lesson, django_assert_num_queries, moment
):
    def queries():
        with django_assert_num_queries(1000, exact=False) as counted:
            actions.review(now=NOW)
        return len(counted)

    def prepare(number):
        scene.book(lesson, by=f"Client{number}", starts_at=TOMORROW + number * HOUR)
        if moment == "before":
            Meeting.objects.all().delete()

    prepare(0)
    few = queries()
    for number in range(1, 20):
        prepare(number)
    assert queries() == few


def test_the_soonest_meeting_comes_first(zoom, lesson):
    late = scene.book(lesson, starts_at=TOMORROW + HOUR)
    soon = scene.book(lesson, by="Dan")

    assert actions.review(now=NOW) == [scene.meeting_of(soon).pk, scene.meeting_of(late).pk]
