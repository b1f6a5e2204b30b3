"""A class session is cancelled with everybody in it, and put back."""

from datetime import timedelta

import pytest

from booking import actions as booking_actions
from notifications import actions
from notifications.models import Message
from tests import factories
from tests.factories import NOW, TOMORROW_NOON, details

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session(lesson, ada):
    """A class of two: Cleo and Dan are in it, Eve waits."""
    factories.enable("classes")
    factories.enable("waiting-list")
    yoga = factories.service(ada, name="Yoga", kind="class", capacity=2)
    session = booking_actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=TOMORROW_NOON, now=NOW
    )
    for name in ("Cleo", "Dan"):
        booking_actions.book(
            service_id=yoga.pk, session_id=session.pk, client=details(name), now=NOW
        )
    booking_actions.join_waiting_list(session_id=session.pk, client=details("Eve"), now=NOW)
    deliver(NOW)
    return session


def deliver(now) -> list[str]:
    """Send what is due; who was told what of it by mail."""
    before = set(Message.objects.exclude(state="owed").values_list("pk", flat=True))
    for pk in actions.sweep(now=now):
        actions.deliver_message(message_id=pk, now=now)
    sent = Message.objects.filter(state="caught", channel="email").exclude(pk__in=before)
    return sorted(f"{row.to_address.split('@')[0]} {row.kind}" for row in sent)


@pytest.mark.parametrize("is_heard", [True, False])
def test_class_that_is_put_back_is_told_to_those_who_heard_that_it_was_off(session, is_heard):
    boss = factories.staff()
    booking_actions.cancel_session(session_id=session.pk, now=NOW + MINUTE, actor=boss)
    at, told = NOW + MINUTE, []
    if is_heard:
        at += MINUTE
        told = deliver(at)

    booking_actions.restore_session(session_id=session.pk, now=at, actor=boss)

    back = deliver(at + MINUTE)
    if not is_heard:
        assert back == []
        return
    of_eve = Message.objects.get(kind="session-moved", audience="client", channel="email")
    assert told == [
        *("ada session-cancelled", "cleo cancelled", "dan cancelled", "eve session-cancelled")
    ]
    assert back == [
        *("ada session-moved", "cleo confirmation", "dan confirmation", "eve session-moved")
    ]
    assert "Before" not in of_eve.body_text
