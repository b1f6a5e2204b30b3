"""The test of the connection: a meeting made, read, changed and deleted for real."""

from datetime import timedelta

import pytest

from tests import factories
from tests.zoomlink import scene
from tests.zoomlink.scene import HOUR, NOW
from zoomlink import actions
from zoomlink.actions import trial as trials
from zoomlink.actions.quota import quota_of_day
from zoomlink.client import MeetingSpec
from zoomlink.errors import NotConnected, TrialUnderWay
from zoomlink.models import Trial, ZoomConnection

pytestmark = pytest.mark.django_db

ALL_STEPS = ["create", "read", "change", "reread", "delete", "gone"]


@pytest.fixture
def connected(zoom, company):
    return scene.connect(zoom)


def run(*, now=NOW) -> Trial:
    """Ask for a test, and be the worker."""
    begun = trials.begin_trial(now=now, actor=None)
    trials.run_trial(trial_id=begun.pk, now=now)
    begun.refresh_from_db()
    return begun


def names(trial: Trial) -> list[str]:
    return [step["name"] for step in trial.steps]


def failed(trial: Trial) -> list[str]:
    return [step["name"] for step in trial.steps if step["error"]]


def test_all_steps_are_taken_and_nothing_is_left(zoom, connected):
    boss = factories.staff()
    begun = trials.begin_trial(now=NOW, actor=boss)

    trials.run_trial(trial_id=begun.pk, now=NOW)

    begun.refresh_from_db()
    assert (names(begun), failed(begun)) == (ALL_STEPS, [])
    assert (begun.started_by, begun.begun_at, begun.zoom_id) == (boss, NOW, None)
    assert begun.finished_at >= NOW
    assert all(step["seconds"] >= 0 for step in begun.steps)
    (made,) = zoom.meetings()
    assert made["deleted_at"] is not None
    assert (made["topic"], made["host_email"]) == (trials.TOPIC, "owner@zoom.example")
    assert made["agenda"] == begun.agenda
    assert quota_of_day(connected, NOW) == {connected.user_id: 2}


@pytest.mark.parametrize(
    ("operation", "taken"),
    [
        ("create_meeting", ["create"]),
        ("get_meeting", ["create", "read", "delete", "gone"]),
        ("update_meeting", ["create", "read", "change", "delete", "gone"]),
    ],
)
def test_what_fails_ends_the_test_but_the_meeting_is_deleted(zoom, connected, operation, taken):
    zoom.fault(operation, "error_500", times=1)

    done = run()

    assert names(done) == taken
    assert len(failed(done)) == 1
    assert done.finished_at is not None
    assert (scene.at_zoom(zoom), done.zoom_id) == ([], None)


def test_a_creation_whose_answer_is_lost_is_looked_for_and_deleted(zoom, connected):
    zoom.fault("create_meeting", "lost_answer", times=1)

    done = run()

    assert (names(done), failed(done)) == (["create", "delete", "gone"], ["create"])
    assert scene.at_zoom(zoom) == []


def test_what_could_not_be_deleted_is_deleted_by_a_later_sweep(zoom, connected):
    zoom.fault("delete_meeting", "error_500")
    done = run()
    assert failed(done) == ["delete"]
    assert done.zoom_id is not None

    trials.clear_trials(now=NOW)
    assert len(scene.at_zoom(zoom)) == 1
    zoom.clear_faults()
    trials.clear_trials(now=NOW)

    assert scene.at_zoom(zoom) == []
    assert Trial.objects.get().zoom_id is None


def test_a_worker_killed_in_the_middle_is_noted_and_cleared_up_after(zoom, connected):
    done = run()
    spec = MeetingSpec("Left", NOW + 48 * HOUR, 15, agenda=done.agenda)
    left = actions.ask_zoom(lambda client: client.create_meeting("me", spec).id, now=NOW)
    Trial.objects.update(finished_at=None, zoom_id=left, steps=done.steps[:1])

    trials.clear_trials(now=NOW + timedelta(seconds=119))
    assert len(scene.at_zoom(zoom)) == 1  # it may still be at work
    trials.clear_trials(now=NOW + timedelta(seconds=120))

    after = Trial.objects.get()
    assert (names(after), failed(after)) == (["create", "stopped"], ["stopped"])
    assert (after.finished_at, after.zoom_id) == (NOW + timedelta(seconds=120), None)
    assert scene.at_zoom(zoom) == []


def test_a_second_test_is_refused_while_one_is_under_way(zoom, connected):
    begun = trials.begin_trial(now=NOW, actor=None)

    with pytest.raises(TrialUnderWay):
        trials.begin_trial(now=NOW + timedelta(minutes=9), actor=None)
    trials.run_trial(trial_id=begun.pk, now=NOW)

    assert trials.begin_trial(now=NOW, actor=None).pk != begun.pk


def test_a_test_that_no_worker_took_up_is_given_up(zoom, connected):
    begun = trials.begin_trial(now=NOW, actor=None)
    later = NOW + timedelta(minutes=10)

    trials.clear_trials(now=later)
    trials.run_trial(trial_id=begun.pk, now=later)

    begun.refresh_from_db()
    assert (names(begun), begun.begun_at) == (["stopped"], None)
    assert zoom.meetings() == []
    trials.begin_trial(now=later, actor=None)


def test_a_test_is_done_once_whoever_hears_the_bell(zoom, connected):
    done = run()

    trials.run_trial(trial_id=done.pk, now=NOW)

    assert scene.calls(zoom, "create_meeting") == 1


def test_without_a_working_connection_there_is_nothing_to_test(zoom, connected):
    ZoomConnection.objects.update(state=ZoomConnection.LOST)

    with pytest.raises(NotConnected):
        trials.begin_trial(now=NOW, actor=None)
    assert not Trial.objects.exists()


def test_a_used_up_day_is_told_and_not_exceeded(zoom, connected):
    connected.days.create(host_id=connected.user_id, day=NOW.date(), writes=80)

    done = run()

    assert names(done) == failed(done) == ["create"]
    assert "100 meetings" in done.steps[0]["error"]
    assert zoom.meetings() == []


def test_the_last_thirty_tests_are_kept(connected):
    Trial.objects.bulk_create(Trial(started_at=NOW - HOUR, finished_at=NOW) for _n in range(40))

    newest = trials.begin_trial(now=NOW, actor=None)

    assert Trial.objects.count() == trials.KEPT
    assert Trial.objects.latest() == newest
