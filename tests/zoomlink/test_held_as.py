"""How and when meetings are made: the company's settings, and a service's own."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from booking import actions as booking_actions
from booking.models import Event
from tests import factories
from tests.zoomlink import scene
from tests.zoomlink.scene import HOUR, NOW, TOMORROW
from zoomlink import actions
from zoomlink.client import MeetingSpec
from zoomlink.models import Meeting, MeetingSettings

pytestmark = pytest.mark.django_db

SHORTLY_BEFORE = {"create_when": MeetingSettings.SHORTLY_BEFORE, "create_minutes_before": 30}
HALF_AN_HOUR_BEFORE = TOMORROW - timedelta(minutes=30)


def wish(**changes):
    return actions.save_settings(changes=changes, now=NOW, actor=None)


def wish_of(service, **changes):
    return actions.save_service_settings(
        service_id=service.pk, changes=changes, now=NOW, actor=None
    )


def settings_at(zoom):
    (made,) = scene.at_zoom(zoom)
    return made["settings"]


def test_a_meeting_is_held_as_zoom_and_we_had_it_before_anybody_chose(zoom, lesson):
    scene.sync(scene.book(lesson))

    held = settings_at(zoom)
    assert (held["waiting_room"], held["join_before_host"]) == (False, True)
    assert held["auto_recording"] == "none"  # the host's own default at Zoom, not sent
    assert (held["use_pmi"], held["email_notification"]) == (False, False)


def test_the_settings_of_the_company_are_sent(zoom, lesson):
    wish(waiting_room=True, auto_recording="cloud")

    scene.sync(scene.book(lesson))

    held = settings_at(zoom)
    assert (held["waiting_room"], held["auto_recording"]) == (True, "cloud")
    assert not held["join_before_host"]  # a waiting room rules it out


def test_a_service_may_want_it_otherwise(zoom, lesson):
    wish(waiting_room=True, auto_recording="cloud")
    wish_of(lesson, waiting_room=False, auto_recording="none")

    scene.sync(scene.book(lesson))

    held = settings_at(zoom)
    assert (held["waiting_room"], held["auto_recording"]) == (False, "none")
    assert held["join_before_host"]


def test_a_changed_setting_patches_the_coming_meetings_once(zoom, lesson):
    scene.sync(scene.book(lesson))

    wish(auto_recording="local")
    scene.sweep()
    scene.sweep()

    assert settings_at(zoom)["auto_recording"] == "local"
    assert scene.calls(zoom, "update_meeting") == 1


def test_a_setting_left_to_the_host_again_patches_nothing_at_zoom(zoom, lesson):
    wish(auto_recording="local")
    scene.sync(scene.book(lesson))

    wish(auto_recording="zoom")
    scene.sweep()

    assert settings_at(zoom)["auto_recording"] == "local"  # nobody knows what the host had
    assert scene.sweep() == []


@pytest.mark.parametrize(
    ("passcode", "sent"),
    [("zoom", set()), ("always", {"password"}), ("never", {"default_password"})],
)
def test_a_passcode_is_decided_at_the_creation_only(lesson, passcode, sent):
    wish(passcode=passcode)
    booking = scene.book(lesson)
    session = actions.conditions.coming_sessions(NOW).get(pk=booking.session_id)
    connection = scene.ZoomConnection.objects.current()

    spec = actions.conditions.wish_for(session, connection, now=NOW).spec("zustrich:1", now=NOW)

    assert set(spec.passcode.as_json()) == sent
    assert not {"password", "default_password"} & set(spec.as_json())


def test_a_passcode_of_ours_opens_the_meeting_by_its_link(zoom, lesson):
    wish(passcode="always")

    meeting = scene.sync(scene.book(lesson))

    assert "pwd=" in meeting.join_url


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"auto_recording": "everything"}, "auto_recording"),
        ({"create_when": "never"}, "create_when"),
        ({"create_minutes_before": 5}, "create_minutes_before"),
        ({"create_minutes_before": 1441}, "create_minutes_before"),
        ({"fallback_minutes": 0}, "fallback_minutes"),
        ({"fallback_link": "http://meet.example/room"}, "fallback_link"),
        ({"fallback_link": "javascript:alert(1)"}, "fallback_link"),
        ({"fallback_link": "https://zoom.us@evil.example/"}, "fallback_link"),
        ({**SHORTLY_BEFORE, "fallback_minutes": 30}, "create_minutes_before"),
    ],
)
def test_a_wrong_setting_is_refused_at_its_field_and_nothing_kept(company, changes, field):
    with pytest.raises(ValidationError) as refusal:
        wish(waiting_room=True, **changes)

    assert field in refusal.value.message_dict
    assert not MeetingSettings.objects.exists()
    assert not Event.objects.filter(kind=Event.MEETING_SETTINGS_CHANGED).exists()


def test_what_changed_is_in_the_audit_trail_and_no_change_is_not(lesson):
    boss = factories.staff()
    for _time in range(2):
        actions.save_settings(changes={"waiting_room": True}, now=NOW, actor=boss)
    wish_of(lesson, passcode="always")

    of_company, of_service = Event.objects.filter(kind=Event.MEETING_SETTINGS_CHANGED)
    assert (of_company.actor, of_company.details) == (boss, {"changed": ["waiting_room"]})
    assert of_service.details == {
        "changed": ["passcode"],
        "service": lesson.pk,
        "name": lesson.name,
    }


class TestShortlyBefore:
    @pytest.fixture(autouse=True)
    def _shortly_before(self, lesson):
        wish(**SHORTLY_BEFORE)

    def test_nothing_stands_at_zoom_before(self, zoom, lesson):
        booking = scene.book(lesson)

        assert scene.sweep(now=HALF_AN_HOUR_BEFORE - timedelta(seconds=1)) == []
        assert scene.at_zoom(zoom) == []
        assert scene.meeting_of(booking).state == Meeting.ABSENT

    def test_it_is_made_in_time(self, zoom, lesson):
        booking = scene.book(lesson)

        scene.sweep(now=HALF_AN_HOUR_BEFORE)

        assert scene.meeting_of(booking).state == Meeting.READY
        assert scene.sweep(now=TOMORROW) != []  # the last look
        assert scene.sweep(now=TOMORROW) == []

    def test_a_booking_for_very_soon_has_it_at_once(self, zoom, lesson):
        booking = scene.book(lesson)
        booking_actions.reschedule(
            booking_id=booking.pk, starts_at=TOMORROW - HOUR, now=TOMORROW - 1.4 * HOUR
        )

        assert scene.sync(booking, now=TOMORROW - 1.4 * HOUR).state == Meeting.READY

    def test_moved_away_it_is_deleted_until_its_time_comes(self, zoom, lesson):
        booking = scene.book(lesson)
        scene.sweep(now=HALF_AN_HOUR_BEFORE)

        booking_actions.reschedule(
            booking_id=booking.pk, starts_at=TOMORROW + 5 * HOUR, now=HALF_AN_HOUR_BEFORE
        )
        scene.sweep(now=HALF_AN_HOUR_BEFORE)

        assert scene.at_zoom(zoom) == []

    def test_a_host_who_starts_early_has_it_made(self, zoom, lesson):
        booking = scene.book(lesson)

        Meeting.objects.filter(session=booking.session).update(started_by_host_at=NOW)
        scene.sweep()

        assert len(scene.at_zoom(zoom)) == 1


def test_changing_over_deletes_what_is_far_and_makes_it_again_when_changed_back(zoom, lesson):
    near, far = scene.book(lesson), scene.book(lesson, by="Dan", starts_at=TOMORROW + 2 * HOUR)
    scene.sweep()
    now = HALF_AN_HOUR_BEFORE

    wish(**SHORTLY_BEFORE)
    scene.sweep(now=now)
    assert [made["id"] for made in scene.at_zoom(zoom)] == [scene.meeting_of(near).zoom_id]

    wish(create_when=MeetingSettings.AT_BOOKING)
    scene.sweep(now=now)
    assert scene.meeting_of(far).state == Meeting.READY


class TestLocked:
    """Settings that the account at Zoom does not let us decide."""

    @pytest.fixture(autouse=True)
    def locked(self, zoom):
        zoom.control("POST", "/account", json={"locked": {"waiting_room": True}})

    def doubt_and_sweep(self):
        """As after an event of our own change that Zoom stamps after we have read it."""
        Meeting.objects.update(must_verify=True)
        return scene.sweep()

    def test_they_are_not_sent_again_at_each_reading(self, zoom, lesson):
        scene.sync(scene.book(lesson))

        for _event in range(3):
            self.doubt_and_sweep()

        assert scene.calls(zoom, "update_meeting") == 0
        assert scene.sweep() == []

    def test_each_other_wish_is_sent_once(self, zoom, lesson):
        scene.sync(scene.book(lesson))
        self.doubt_and_sweep()

        wish(waiting_room=True)
        self.doubt_and_sweep()
        wish(waiting_room=False)
        for _event in range(3):
            self.doubt_and_sweep()

        assert scene.calls(zoom, "update_meeting") == 2
        assert scene.sweep() == []

    def test_what_the_host_changes_besides_is_still_changed_back(self, zoom, lesson):
        meeting = scene.sync(scene.book(lesson))
        spec = MeetingSpec("Hello", TOMORROW, 30, agenda=meeting.agenda)
        actions.ask_zoom(lambda client: client.update_meeting(meeting.zoom_id, spec), now=NOW)

        self.doubt_and_sweep()

        (made,) = scene.at_zoom(zoom)
        assert made["topic"] == "Lesson – Ada"
