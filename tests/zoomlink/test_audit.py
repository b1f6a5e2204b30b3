"""The daily comparison of what stands at Zoom with what we know."""

import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache

from booking import actions as booking_actions
from tests.zoomlink import scene
from tests.zoomlink.scene import HOUR, NOW, TOMORROW
from zoomlink import actions
from zoomlink.actions import signs
from zoomlink.actions.audit import KEPT, audit_is_due, run_audit
from zoomlink.actions.orphans import delete_orphans
from zoomlink.client import MeetingSpec
from zoomlink.errors import NotAnOrphan, NotConnected
from zoomlink.models import Audit, Meeting, Trial, ZoomConnection

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_at_it():
    cache.clear()


def make_at_zoom(agenda: str, *, host="olena@zoom.example", starts_at=TOMORROW) -> int:
    """A meeting that no worker of ours has made; its id."""
    host_id = ZoomConnection.objects.current().users.get(email=host).zoom_id
    spec = MeetingSpec("Lesson", starts_at, duration_minutes=30, agenda=agenda)
    return actions.ask_zoom(lambda client: client.create_meeting(host_id, spec).id, now=NOW)


def ids_at_zoom(zoom) -> set[int]:
    return {meeting["id"] for meeting in scene.at_zoom(zoom)}


def facts(found: Audit) -> tuple:
    return found.checked, found.missing, found.removed, found.orphans, found.error


def test_where_all_agree_nothing_is_changed(zoom, booking):
    make_at_zoom("Somebody's own meeting")

    found = run_audit(now=NOW)

    assert facts(found) == (1, 0, 0, [], "")
    assert Audit.objects.get().ran_at == NOW
    assert len(scene.at_zoom(zoom)) == 2
    assert not Meeting.objects.filter(must_verify=True).exists()


def test_a_second_meeting_of_one_session_is_deleted(zoom, booking):
    meeting = scene.meeting_of(booking)
    make_at_zoom(meeting.agenda)
    make_at_zoom(meeting.agenda, host="taras@zoom.example")

    found = run_audit(now=NOW)

    assert facts(found) == (3, 0, 2, [], "")
    assert ids_at_zoom(zoom) == {meeting.zoom_id}
    assert scene.meeting_of(booking).claim is None


@pytest.mark.parametrize(
    "held", [{"is_uncertain": True}, {"claim": uuid.uuid4(), "claimed_until": NOW + HOUR}]
)
def test_a_duplicate_is_left_to_the_worker_who_is_at_it(zoom, booking, held):
    meeting = scene.meeting_of(booking)
    make_at_zoom(meeting.agenda)
    Meeting.objects.update(**held)

    found = run_audit(now=NOW)

    assert found.removed == 0
    assert len(scene.at_zoom(zoom)) == 2
    assert Meeting.objects.filter(**held).exists()


def test_what_no_session_wants_any_more_is_deleted(zoom, lesson):
    booking = scene.book(lesson)
    booking_actions.cancel(booking_id=booking.pk, now=NOW)
    make_at_zoom(scene.meeting_of(booking).agenda)

    assert facts(run_audit(now=NOW)) == (1, 0, 1, [], "")
    assert scene.at_zoom(zoom) == []


def test_what_a_session_lacks_is_taken_over_instead_of_made_again(zoom, lesson):
    booking = scene.book(lesson)
    zoom_id = make_at_zoom(scene.meeting_of(booking).agenda)
    zoom.control("DELETE", "/requests")

    found = run_audit(now=NOW)
    scene.sweep()

    assert found.removed == 0
    assert scene.meeting_of(booking).zoom_id == zoom_id
    assert scene.calls(zoom, "create_meeting") == 0


def test_while_the_feature_is_off_nothing_that_may_be_wanted_is_deleted(zoom, lesson):
    booking = scene.book(lesson)
    make_at_zoom(scene.meeting_of(booking).agenda)
    booking_actions.set_feature(key="online-meetings", on=False, now=NOW)

    assert run_audit(now=NOW).removed == 0
    assert len(scene.at_zoom(zoom)) == 1


def test_an_unknown_reference_is_listed_and_left(zoom, booking):
    zoom_id = make_at_zoom(f"zustrich:{uuid.uuid4()}")
    make_at_zoom(f"zustrich:{uuid.uuid4()}", starts_at=NOW - HOUR)  # Zoom's record of the past

    found = run_audit(now=NOW)

    (orphan,) = found.orphans
    assert orphan == {
        "zoom_id": zoom_id,
        "host_id": scene.meeting_of(booking).host_id,
        "host": "olena@zoom.example",
        "topic": "Lesson",
        "starts_at": TOMORROW.isoformat(),
    }
    assert found.removed == 0
    assert zoom_id in ids_at_zoom(zoom)


def test_a_meeting_that_is_missing_is_read_by_the_next_sweep_and_made_anew(zoom, booking):
    before = scene.meeting_of(booking)
    actions.ask_zoom(lambda client: client.delete_meeting(before.zoom_id), now=NOW)

    found = run_audit(now=NOW)
    scene.sweep()

    assert facts(found) == (0, 1, 0, [], "")
    assert ids_at_zoom(zoom) == {scene.meeting_of(booking).zoom_id} != {before.zoom_id}


def test_one_host_who_cannot_be_read_does_not_keep_the_others_from_it(zoom, booking):
    ben = scene.book(booking.session.service, by="Dan", with_="Ben")
    scene.sync(ben)
    make_at_zoom(scene.meeting_of(booking).agenda)
    make_at_zoom(scene.meeting_of(ben).agenda, host="taras@zoom.example")
    zoom.fault("list_meetings", "error_500", times=1)

    found = run_audit(now=NOW)

    failed, _reason = found.error.split(": ", 1)
    assert found.removed == (2 if failed == "owner@zoom.example" else 1)
    assert found.missing == 0
    assert audit_is_due(now=NOW)


def test_an_audit_that_could_not_ask_says_so(zoom, booking):
    ZoomConnection.objects.update(state=ZoomConnection.LOST)

    found = run_audit(now=NOW)

    assert "reconnect" in found.error
    assert (found.checked, found.missing) == (0, 0)


def test_a_paused_account_is_not_asked(zoom, booking):
    ZoomConnection.objects.update(paused_until=NOW + HOUR)
    zoom.control("DELETE", "/requests")

    assert "no more calls" in run_audit(now=NOW).error
    assert scene.calls(zoom, "list_meetings") == 0


def test_without_a_connection_there_is_nothing_to_compare(db):
    with pytest.raises(NotConnected):
        run_audit(now=NOW)

    assert not audit_is_due(now=NOW)
    assert not signs.audit_is_running()


def test_a_day_passes_between_audits_and_the_last_thirty_are_kept(zoom, lesson):
    assert audit_is_due(now=NOW)
    run_audit(now=NOW)

    assert not audit_is_due(now=NOW + timedelta(hours=23))
    assert audit_is_due(now=NOW + timedelta(hours=24))
    account = ZoomConnection.objects.current()
    Audit.objects.bulk_create(
        Audit(connection=account, ran_at=NOW - day * timedelta(days=1))
        for day in range(1, KEPT + 5)
    )
    run_audit(now=NOW + HOUR)
    assert Audit.objects.count() == KEPT
    assert Audit.objects.latest().ran_at == NOW + HOUR


def test_two_audits_do_not_run_at_once(zoom, lesson):
    signs.begin_audit()

    assert signs.audit_is_running()
    assert run_audit(now=NOW) is None
    assert not Audit.objects.exists()


@pytest.mark.parametrize(("age", "is_deleted"), [(timedelta(), False), (HOUR, True)])
def test_what_a_test_of_the_connection_left_is_deleted(zoom, lesson, age, is_deleted):
    trial = Trial.objects.create(started_at=NOW - age, begun_at=NOW - age)
    make_at_zoom(trial.agenda, host="owner@zoom.example")

    found = run_audit(now=NOW)

    assert (found.removed, found.orphans) == (int(is_deleted), [])
    assert (scene.at_zoom(zoom) == []) is is_deleted


def test_a_leftover_of_somebody_elses_test_is_an_orphan(zoom, lesson):
    zoom_id = make_at_zoom(f"zustrich:test:{uuid.uuid4()}", host="owner@zoom.example")

    assert [orphan["zoom_id"] for orphan in run_audit(now=NOW).orphans] == [zoom_id]


def test_orphans_are_deleted_when_a_person_says_so(zoom, booking):
    first, second = (make_at_zoom(f"zustrich:{uuid.uuid4()}") for _number in range(2))
    run_audit(now=NOW)

    delete_orphans([first], now=NOW)

    assert ids_at_zoom(zoom) == {scene.meeting_of(booking).zoom_id, second}
    assert [orphan["zoom_id"] for orphan in Audit.objects.get().orphans] == [second]
    actions.ask_zoom(lambda client: client.delete_meeting(second), now=NOW)
    delete_orphans([second], now=NOW)  # gone already is as good
    assert Audit.objects.get().orphans == []


def test_what_the_latest_audit_does_not_list_is_never_deleted(zoom, booking):
    orphan = make_at_zoom(f"zustrich:{uuid.uuid4()}")
    run_audit(now=NOW)
    listed_no_more = make_at_zoom("Somebody's own meeting")

    for zoom_id in (scene.meeting_of(booking).zoom_id, listed_no_more, 1):
        with pytest.raises(NotAnOrphan):
            delete_orphans([zoom_id], now=NOW)

    assert len(scene.at_zoom(zoom)) == 3
    assert orphan in ids_at_zoom(zoom)


def test_an_orphan_that_became_somebodys_is_not_deleted(zoom, booking):
    orphan = make_at_zoom(f"zustrich:{uuid.uuid4()}")
    ours = make_at_zoom(f"zustrich:{uuid.uuid4()}")
    run_audit(now=NOW)
    spec = MeetingSpec("Mine now", TOMORROW, duration_minutes=30, agenda="My own meeting")
    actions.ask_zoom(lambda client: client.update_meeting(orphan, spec), now=NOW)
    reference = actions.ask_zoom(lambda client: client.meeting(ours).agenda, now=NOW)[9:]
    Meeting.objects.update(reference=reference)

    for zoom_id in (orphan, ours):
        with pytest.raises(NotAnOrphan, match="changed"):
            delete_orphans([zoom_id], now=NOW)

    assert {orphan, ours} <= ids_at_zoom(zoom)
