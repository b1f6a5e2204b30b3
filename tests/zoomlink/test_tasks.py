"""What the sweep puts into the queue, and for how long."""

from datetime import datetime, timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.utils import timezone
from kombu import Queue

from tests import factories
from zoomlink import tasks
from zoomlink.models import Audit, Meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting():
    """Return a function that takes the calls waiting in the queue of the broker in memory."""

    def take():
        with current_app.connection_for_read() as broker:
            return list(iter(Queue("celery")(broker.default_channel).get, None))

    take()
    return take


def test_sweep_rings_for_what_differs_until_the_next_sweep(db, waiting):
    factories.company()
    ada = factories.provider("Ada")
    factories.enable("online-meetings")
    factories.meets_by_zoom(ada, factories.zoom_user(factories.zoom_connection()))
    lesson = factories.service(ada, is_online_meeting=True)
    tomorrow = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    booking = factories.book_one(lesson, starts_at=tomorrow, now=timezone.now())
    waiting()

    tasks.sweep(something_newer=1)

    (call,) = waiting()
    meeting = Meeting.objects.get(session=booking.session_id)
    assert call.headers["task"] == tasks.sync_meeting.name
    assert call.decode()[1] == {"meeting_id": meeting.pk}
    fades_in = datetime.fromisoformat(call.headers["expires"]) - timezone.now()
    assert timedelta() < fades_in <= timedelta(seconds=settings.SWEEP_SECONDS)


def test_the_daily_audit_is_run_when_it_is_due_and_only_then(zoom, lesson):
    tasks.audit_daily(something_newer=1)
    tasks.audit_daily()

    assert Audit.objects.count() == 1


def test_an_audit_without_a_connection_ends_quietly(db):
    tasks.audit()
    tasks.audit_daily()

    assert not Audit.objects.exists()


def test_what_beat_rings_exists():
    current_app.loader.import_default_modules()
    rung = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert rung <= set(current_app.tasks)
