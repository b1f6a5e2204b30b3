"""Places in the sessions of a class: booked, moved, and never more than there are."""

from datetime import timedelta

import pytest

from booking import actions
from booking.errors import NotBookable, SessionFull, SlotNotOffered
from booking.slots import Refusal
from tests.factories import NOW, details, service

pytestmark = pytest.mark.django_db


def book_class(yoga, session=None, **fields):
    session = session or yoga.sessions.get()
    fields.setdefault("client", details())
    return actions.book(service_id=yoga.pk, session_id=session.pk, now=NOW, **fields)


def test_places_of_a_class_are_taken_until_it_is_full(yoga):
    book_class(yoga, places=7)
    book_class(yoga, places=3, client=details("Dan"))

    assert yoga.sessions.get().seats_taken == 10
    with pytest.raises(SessionFull):
        book_class(yoga, client=details("Eve"))
    assert yoga.sessions.get().seats_taken == 10


@pytest.mark.parametrize("places", [11, 40_000, 10**20])
def test_more_places_than_a_class_has_are_refused(yoga, places):
    with pytest.raises(SessionFull):
        book_class(yoga, places=places)


@pytest.mark.parametrize("places", [0, -3])
def test_no_places_are_refused(yoga, places):
    with pytest.raises(NotBookable):
        book_class(yoga, places=places)
    assert yoga.sessions.get().seats_taken == 0


def test_class_is_refused_while_classes_are_off(yoga):
    actions.set_feature(key="classes", on=False, now=NOW)

    with pytest.raises(NotBookable):
        book_class(yoga)


def test_class_within_its_notice_is_refused(yoga):
    yoga.notice_minutes = 60
    yoga.save()
    session = yoga.sessions.get()

    with pytest.raises(SlotNotOffered) as refusal:
        actions.book(
            service_id=yoga.pk,
            session_id=session.pk,
            client=details(),
            now=session.starts_at - timedelta(minutes=59),
        )

    assert refusal.value.reason == Refusal.TOO_SOON


def test_session_of_another_service_is_refused(yoga, ada):
    other = service(ada, name="Pilates", kind="class", capacity=10)

    with pytest.raises(NotBookable):
        book_class(other, yoga.sessions.get())


def test_cancelled_session_is_refused(yoga):
    session = yoga.sessions.get()
    actions.cancel_session(session_id=session.pk, now=NOW)

    with pytest.raises(NotBookable):
        book_class(yoga, session)


def test_same_key_gives_the_same_places_again_in_a_full_class(yoga):
    first = book_class(yoga, places=10, idempotency_key="form-1")

    assert book_class(yoga, places=10, idempotency_key="form-1") == first
    assert yoga.sessions.get().seats_taken == 10
