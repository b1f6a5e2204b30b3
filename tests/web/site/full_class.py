"""A class that is full, and people who wait for it."""

from datetime import timedelta

from booking import actions, features
from booking.models import Booking
from tests import factories
from tests.factories import NOW, TOMORROW_NOON


def scheduled(yoga, provider=None, *, days=0):
    return actions.schedule_session(
        service_id=yoga.pk,
        provider_id=(provider or yoga.providers.get()).pk,
        starts_at=TOMORROW_NOON + timedelta(days=days),
        now=NOW,
    )


def book(session, places=3, *, name="Cleo"):
    return actions.book(
        service_id=session.service_id,
        session_id=session.pk,
        places=places,
        client=factories.details(name),
        now=NOW,
    )


def wait(session, name="Dan", *, places=1, now=NOW):
    return actions.join_waiting_list(
        session_id=session.pk, client=factories.details(name), places=places, now=now
    )


def switch_off():
    actions.set_feature(key="waiting-list", on=False, now=NOW)
    features.forget()


def free_places():
    booking = Booking.objects.confirmed().get(client__name="Cleo")
    actions.cancel(booking_id=booking.pk, now=NOW)


def join_page(session):
    return f"/book/{session.service.slug}/waiting/{session.pk}/"


def my_page(entry, rest=""):
    return f"/w/{entry.token}/{rest}"
