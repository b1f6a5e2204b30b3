"""The one door for events: inside the transaction, to every listener, in order."""

import pytest
from django.conf import settings
from django.db import transaction

from booking import events
from booking.models import Event
from tests.factories import NOW, book_one

HEARD: list[tuple[str, str]] = []


def first_listener(event):
    HEARD.append(("first", event.kind))


def second_listener(event):
    HEARD.append(("second", event.kind))


def failing_listener(event):
    raise RuntimeError("a listener fell over")


@pytest.fixture
def listeners(monkeypatch):
    """Name the listeners, in order, by their functions."""
    HEARD.clear()

    def name(*functions):
        paths = [f"{function.__module__}.{function.__name__}" for function in functions]
        monkeypatch.setattr(settings, "EVENT_LISTENERS", paths)

    return name


@pytest.mark.django_db
def test_listeners_are_called_in_the_order_of_the_settings(listeners):
    listeners(second_listener, first_listener)

    events.record(Event.FEATURE_ENABLED, now=NOW, feature="classes")

    assert HEARD == [("second", "feature_enabled"), ("first", "feature_enabled")]


@pytest.mark.django_db(transaction=True)
def test_event_outside_a_transaction_is_refused(listeners):
    listeners(first_listener)

    with pytest.raises(RuntimeError, match="inside the transaction"):
        events.record(Event.FEATURE_ENABLED, now=NOW)

    assert HEARD == []
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_listener_that_fails_takes_the_change_with_it(listeners, lesson):
    listeners(failing_listener)

    with pytest.raises(RuntimeError, match="fell over"):
        book_one(lesson)

    assert not lesson.sessions.exists()
    assert not Event.objects.filter(kind=Event.BOOKED).exists()


@pytest.mark.django_db(transaction=True)
def test_details_that_are_not_json_are_refused(listeners):
    listeners()

    with pytest.raises(TypeError), transaction.atomic():
        events.record(Event.FEATURE_ENABLED, now=NOW, feature=object())

    assert not Event.objects.exists()


@pytest.mark.django_db
def test_details_come_back_as_they_were_given(listeners):
    listeners()
    given = {"reason": "хворію 🤒", "was": {"session": 7, "provider": None}, "places": [1, 2.5]}

    event = events.record(Event.CANCELLED, now=NOW, **given)

    assert Event.objects.get(pk=event.pk).details == given


@pytest.mark.django_db
def test_event_of_a_booking_belongs_to_its_session(listeners, lesson):
    listeners()

    booking = book_one(lesson)

    assert Event.objects.get(kind=Event.BOOKED).session == booking.session
