"""A meeting follows the life of a booking: none until it is confirmed, none after its end."""

import pytest

from booking import actions as booking_actions
from booking.models import Booking, Service
from tests import factories
from tests.zoomlink import scene
from tests.zoomlink.scene import HOUR, NOW, TOMORROW
from zoomlink import actions
from zoomlink.models import Meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db):
    return factories.staff()


@pytest.fixture
def asked(lesson) -> Booking:
    """A booking that waits for approval."""
    lesson.needs_approval = True
    lesson.save()
    return scene.book(lesson)


def client_link(booking) -> str | None:
    fresh = Booking.objects.with_people().get(pk=booking.pk)
    link = actions.links_for([fresh], viewer=actions.CLIENT).get(booking.pk)
    return link.url if link else None


def approve(booking, staff) -> Meeting:
    booking_actions.approve(booking_id=booking.pk, now=NOW, actor=staff)
    return scene.sync(booking)


def test_a_request_has_no_meeting_until_it_is_approved(zoom, asked, staff):
    assert scene.sweep() == []
    assert (scene.at_zoom(zoom), client_link(asked)) == ([], None)

    meeting = approve(asked, staff)

    assert [made["id"] for made in scene.at_zoom(zoom)] == [meeting.zoom_id]
    assert client_link(asked).endswith(f"/m/{asked.join_token}/")


def test_a_held_time_has_no_meeting_until_it_is_confirmed(zoom, lesson):
    held = booking_actions.hold(
        service_id=lesson.pk,
        starts_at=TOMORROW,
        client=factories.details(),
        held_until=NOW + HOUR,
        now=NOW,
    )
    assert scene.sweep() == []

    booking_actions.confirm(booking_id=held.pk, now=NOW)

    assert scene.sync(held).state == Meeting.READY


@pytest.mark.parametrize("end", ["decline", "expire"])
def test_a_request_that_comes_to_nothing_has_its_meeting_deleted(zoom, asked, staff, end):
    """The meeting is that of the booking before its client moved it, not yet deleted."""
    approve(asked, staff)
    booking_actions.reschedule(booking_id=asked.pk, starts_at=TOMORROW + HOUR, now=NOW)
    Meeting.objects.update(next_attempt_at=TOMORROW + 9 * HOUR)  # had Zoom been down

    if end == "decline":
        booking_actions.decline(booking_id=asked.pk, now=NOW, actor=staff)
        meeting = scene.sync(asked)
    else:
        booking_actions.expire_overdue(now=TOMORROW + HOUR)
        meeting = scene.sync(asked, now=TOMORROW + HOUR)

    assert scene.at_zoom(zoom) == []
    assert meeting.state == Meeting.ABSENT


def test_a_booking_its_client_moves_gets_another_meeting_behind_the_same_link(zoom, asked, staff):
    before = approve(asked, staff).zoom_id
    link = client_link(asked)

    booking_actions.reschedule(booking_id=asked.pk, starts_at=TOMORROW + HOUR, now=NOW)
    scene.sync(asked)
    assert (scene.at_zoom(zoom), client_link(asked)) == ([], None)
    after = approve(asked, staff).zoom_id

    (made,) = scene.at_zoom(zoom)
    assert made["id"] == after != before
    assert made["start_time"] == (TOMORROW + HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert client_link(asked) == link


@pytest.fixture
def yoga(lesson) -> Service:
    return factories.service(
        scene.provider(), name="Yoga", kind=Service.CLASS, capacity=3, is_online_meeting=True
    )


def test_a_class_that_moves_keeps_its_meeting_at_the_new_time(zoom, yoga, staff):
    session = booking_actions.schedule_session(
        service_id=yoga.pk, provider_id=scene.provider().pk, starts_at=TOMORROW, now=NOW
    )
    booking = scene.book_place(session)
    before = scene.sync(booking).zoom_id

    booking_actions.move_class_session(
        session_id=session.pk, starts_at=TOMORROW + HOUR, now=NOW, actor=staff
    )
    scene.sync(booking)

    (made,) = scene.at_zoom(zoom)
    assert made["id"] == before
    assert made["start_time"] == (TOMORROW + HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_meeting_becomes_as_long_as_its_session_and_remembers_that_it_was_started(
    zoom, lesson, staff
):
    booking = scene.book(lesson)
    before = scene.sync(booking).zoom_id
    Meeting.objects.update(started_by_host_at=NOW)

    booking_actions.reschedule(
        booking_id=booking.pk, starts_at=TOMORROW, duration=2 * HOUR, now=NOW, actor=staff
    )
    meeting = scene.sync(booking)

    (made,) = scene.at_zoom(zoom)
    assert (made["id"], made["duration"]) == (before, 120)
    assert meeting.started_by_host_at == NOW

    booking_actions.reschedule(booking_id=booking.pk, starts_at=TOMORROW + HOUR, now=NOW)
    assert scene.meeting_of(booking).started_by_host_at is None


def test_a_class_has_a_meeting_from_its_first_confirmed_booking_to_its_last(zoom, yoga, staff):
    yoga.needs_approval = True
    yoga.save()
    session = booking_actions.schedule_session(
        service_id=yoga.pk, provider_id=scene.provider().pk, starts_at=TOMORROW, now=NOW
    )
    first, second = (scene.book_place(session, by=name) for name in ("Cleo", "Dan"))
    assert scene.sweep() == []

    approve(first, staff)
    assert len(scene.at_zoom(zoom)) == 1
    booking_actions.decline(booking_id=second.pk, now=NOW, actor=staff)
    scene.sync(first)
    assert len(scene.at_zoom(zoom)) == 1

    booking_actions.cancel(booking_id=first.pk, now=NOW)
    scene.sync(first)
    assert scene.at_zoom(zoom) == []


@pytest.mark.parametrize("is_swept", [True, False])
def test_a_booking_that_is_restored_has_its_meeting_again_behind_the_same_link(
    zoom, lesson, staff, is_swept
):
    booking = scene.book(lesson)
    before = scene.sync(booking).zoom_id
    link = client_link(booking)
    booking_actions.cancel(booking_id=booking.pk, now=NOW, actor=staff)
    if is_swept:
        scene.sync(booking)
        assert (scene.at_zoom(zoom), client_link(booking)) == ([], None)

    booking_actions.restore(booking_id=booking.pk, now=NOW, actor=staff)
    meeting = scene.sync(booking)

    assert [made["id"] for made in scene.at_zoom(zoom)] == [meeting.zoom_id]
    assert (meeting.zoom_id == before) is not is_swept
    assert client_link(booking) == link


def test_a_class_that_is_restored_has_its_meeting_again(zoom, yoga, staff):
    session = booking_actions.schedule_session(
        service_id=yoga.pk, provider_id=scene.provider().pk, starts_at=TOMORROW, now=NOW
    )
    booking = scene.book_place(session)
    scene.sync(booking)
    booking_actions.cancel_session(session_id=session.pk, now=NOW, actor=staff)
    scene.sync(booking)

    booking_actions.restore_session(session_id=session.pk, now=NOW, actor=staff)
    scene.sync(booking)

    assert len(scene.at_zoom(zoom)) == 1
