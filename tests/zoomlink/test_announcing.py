"""People are told of a link that came, or went, after they had been told otherwise."""

import pytest

from booking import actions as booking_actions
from booking.models import Event, Service
from tests import factories
from tests.zoomlink import scene
from tests.zoomlink.pages import OWN_LINK
from tests.zoomlink.scene import HOUR, NOW, TOMORROW
from zoomlink import actions
from zoomlink.models import ProviderMeeting, ZoomConnection

pytestmark = pytest.mark.django_db
ADDED, REMOVED = Event.LINK_ADDED, Event.LINK_REMOVED


def announce() -> list[tuple[str, int, int | None]]:
    """What is recorded by this look: the kind, the session, the booking."""
    before = list(Event.objects.values_list("pk", flat=True))
    actions.announce(now=NOW)
    fresh = Event.objects.exclude(pk__in=before).order_by("pk")
    return [(event.kind, event.session_id, event.booking_id) for event in fresh]


def both(kind, booking):
    return [(kind, booking.session_id, None), (kind, booking.session_id, booking.pk)]


def online(is_online: bool):
    Service.objects.update(is_online_meeting=is_online)


def choose(engine, **more):
    actions.choose_meeting(now=NOW, provider_id=scene.provider().pk, engine=engine, **more)


def test_a_new_booking_is_told_by_its_confirmation_alone(lesson):
    scene.book(lesson)

    assert announce() == announce() == []


def test_a_service_switched_online_adds_a_link_and_offline_removes_it(lesson):
    online(False)
    booking = scene.book(lesson)
    assert announce() == []

    online(True)
    assert announce() == both(ADDED, booking)
    assert announce() == []

    online(False)
    assert announce() == both(REMOVED, booking)
    assert announce() == []


def test_a_connection_made_later_adds_a_link(zoom, lesson):
    actions.disconnect(actor=None, now=NOW)
    booking = scene.book(lesson)
    assert announce() == []

    scene.connect(zoom)

    assert announce() == both(ADDED, booking)


def test_a_lost_connection_removes_nothing_and_adds_nothing_when_mended(zoom, lesson):
    scene.book(lesson)
    announce()

    actions.disconnect(actor=None, now=NOW)
    assert announce() == []
    scene.connect(zoom)
    assert announce() == []


def test_another_account_that_is_mapped_anew_is_the_same_link(zoom, lesson):
    scene.book(lesson)
    announce()
    actions.disconnect(actor=None, now=NOW)

    scene.connect(zoom, email="someone@other.example")
    assert announce() == []
    scene.meets_as(scene.provider(), "someone@other.example")
    assert announce() == []


def test_a_provider_who_no_longer_meets_online_removes_it_and_an_own_link_adds_it(lesson):
    booking = scene.book(lesson)
    announce()

    choose(ProviderMeeting.NONE)
    assert announce() == both(REMOVED, booking)

    choose(ProviderMeeting.OWN_LINK, own_link=OWN_LINK)
    assert announce() == both(ADDED, booking)


def test_the_feature_off_says_nothing_and_on_again_is_as_before(lesson):
    told = scene.book(lesson)
    announce()
    booking_actions.set_feature(key=actions.FEATURE, on=False, now=NOW)
    untold = scene.book(lesson, by="Dan", starts_at=TOMORROW + HOUR)
    online(False)
    assert announce() == []

    online(True)
    booking_actions.set_feature(key=actions.FEATURE, on=True, now=NOW)
    news = announce()

    assert both(ADDED, untold) == news
    assert told.session_id not in {session for _kind, session, _booking in news}


def test_a_class_tells_its_provider_once_and_each_client(lesson):
    online(False)
    yoga = factories.service(
        scene.provider(), name="Yoga", kind=Service.CLASS, capacity=3, is_online_meeting=False
    )
    session = booking_actions.schedule_session(
        service_id=yoga.pk, provider_id=scene.provider().pk, starts_at=TOMORROW, now=NOW
    )
    places = [scene.book_place(session, by=name) for name in ("Cleo", "Dan")]
    cancelled = scene.book_place(session, by="Eve")
    booking_actions.cancel(booking_id=cancelled.pk, now=NOW)

    online(True)

    told = {booking for _kind, _session, booking in announce()}
    assert told == {None, *(place.pk for place in places)}


def test_who_books_a_class_anew_after_all_left_is_not_told_of_what_others_knew(lesson):
    yoga = factories.service(
        scene.provider(), name="Yoga", kind=Service.CLASS, capacity=3, is_online_meeting=True
    )
    session = booking_actions.schedule_session(
        service_id=yoga.pk, provider_id=scene.provider().pk, starts_at=TOMORROW, now=NOW
    )
    first = scene.book_place(session)
    announce()
    booking_actions.cancel(booking_id=first.pk, now=NOW)
    announce()
    online(False)

    scene.book_place(session, by="Dan")

    assert announce() == []


def test_who_joins_a_class_while_its_link_is_gone_is_told_when_it_is_back(zoom, lesson):
    yoga = factories.service(
        scene.provider(), name="Yoga", kind=Service.CLASS, capacity=3, is_online_meeting=True
    )
    session = booking_actions.schedule_session(
        service_id=yoga.pk, provider_id=scene.provider().pk, starts_at=TOMORROW, now=NOW
    )
    knowing = scene.book_place(session)
    assert announce() == []
    actions.disconnect(actor=None, now=NOW)
    assert announce() == []

    untold = scene.book_place(session, by="Dan")
    assert announce() == []
    scene.connect(zoom)

    places = [(ADDED, session.pk, booking) for booking in (None, knowing.pk, untold.pk)]
    assert announce() == places
    assert announce() == []


def test_nobody_is_told_of_what_is_over_or_asked_for_only(lesson):
    lesson.needs_approval = True
    lesson.save()
    online(False)
    scene.book(lesson)
    online(True)

    assert announce() == []


def test_two_sweeps_at_once_tell_once(lesson):
    online(False)
    booking = scene.book(lesson)
    online(True)
    session = actions.conditions.coming_sessions(NOW).get(pk=booking.session_id)

    told = [
        actions.announcing._tell(session, actions.announcing.News.ADDED, NOW) for _sweep in range(2)
    ]

    assert told == [True, False]


def test_the_number_of_queries_does_not_grow_with_the_sessions(lesson, django_assert_num_queries):
    def queries():
        announce()
        with django_assert_num_queries(100, exact=False) as counted:
            actions.announce(now=NOW)
        return len(counted)

    scene.book(lesson)
    few = queries()
    for number in (1, 2):
        scene.book(lesson, by=f"Client{number}", starts_at=TOMORROW + number * HOUR)

    assert queries() == few
    assert ZoomConnection.objects.current().is_connected
