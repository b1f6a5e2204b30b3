"""What the clock rings for is there, and lets expire what is over."""

from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.utils import timezone

from booking.models import Booking
from config import tasks
from tests import factories

MINUTE = timedelta(minutes=1)


HOURLY = ("zoomlink-audit", "notifications-purge", "webhooks-clear-away")


@pytest.mark.parametrize("entry", sorted(settings.CELERY_BEAT_SCHEDULE))
def test_beat_rings_every_minute_or_hour_for_a_task_that_exists(entry):
    current_app.loader.import_default_modules()
    scheduled = settings.CELERY_BEAT_SCHEDULE[entry]

    assert scheduled["task"] in current_app.tasks
    assert scheduled["schedule"] == (3600 if entry in HOURLY else 60)


@pytest.mark.django_db
def test_holds_and_requests_expire_by_the_clock_and_newer_arguments_pass():
    now = timezone.now()
    factories.company()
    lesson = factories.service(needs_approval=True)
    noon = (now + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    booking = factories.book_one(lesson, starts_at=noon, now=now)
    kept = factories.book_one(lesson, starts_at=noon + 60 * MINUTE, now=now)
    over = noon - timedelta(days=2)
    booking.session.starts_at, booking.session.ends_at = over, over + 30 * MINUTE
    booking.session.occupied_from, booking.session.occupied_until = over, over + 30 * MINUTE
    booking.session.save()

    tasks.expire_overdue(something_newer=1)

    booking.refresh_from_db()
    kept.refresh_from_db()
    assert (booking.state, kept.state) == (Booking.EXPIRED, Booking.PENDING)
