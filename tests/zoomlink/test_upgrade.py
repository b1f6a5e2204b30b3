"""An installation that had meetings before their settings were remembered."""

from importlib import import_module

import pytest
from django.apps import apps

from tests.zoomlink import scene
from zoomlink.models import Meeting

pytestmark = pytest.mark.django_db


def test_meetings_made_before_are_not_patched_for_it(zoom, lesson):
    booking = scene.book(lesson)
    meeting = scene.sync(booking)
    settings = meeting.sent.pop("settings")
    Meeting.objects.update(sent=meeting.sent)

    import_module("zoomlink.migrations.0003_settings_sent").remember(apps, None)

    assert scene.meeting_of(booking).sent["settings"] == settings
    assert scene.sweep() == []
