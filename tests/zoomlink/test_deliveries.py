"""What follows from Zoom's events: once, in any order, also late, and tried again."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from booking.models import Event
from tests import factories
from tests.zoomlink import hooks, scene
from tests.zoomlink.scene import HOUR, NOW, TOMORROW
from zoomlink import actions
from zoomlink.models import Meeting, Participation, WebhookDelivery, ZoomConnection, ZoomUser

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def number_of(kind):
    return Event.objects.filter(kind=kind).count()


# --- Once, and tried again ---------------------------------------------------


def test_an_event_that_comes_again_changes_nothing(deliver, booking):
    started = hooks.of_meeting("started", scene.meeting_of(booking), TOMORROW)

    answers = [deliver(started).status_code for _repeat in range(3)]

    assert answers == [204, 204, 204]
    delivery = WebhookDelivery.objects.get()
    assert (delivery.attempts, delivery.error) == (1, "")
    assert delivery.handled_at is not None
    assert number_of(Event.MEETING_STARTED) == 1


def test_a_row_keeps_no_link_passcode_name_or_topic(deliver, booking):
    meeting = scene.meeting_of(booking)
    deliver(hooks.of_meeting("started", meeting, TOMORROW))
    deliver(hooks.of_person("joined", meeting, TOMORROW, who="cleo"))

    kept = str(list(WebhookDelivery.objects.values()) + list(Participation.objects.values()))

    assert [word for word in ("zsim", "http", "Cleo", "@", "Lesson") if word in kept] == []


def test_events_of_another_account_change_nothing(deliver, booking):
    meeting = scene.meeting_of(booking)
    deleted = hooks.of_meeting("deleted", meeting, NOW + HOUR)
    deleted["payload"]["account_id"] = "another"

    assert deliver(deleted).status_code == 204

    assert scene.meeting_of(booking).must_verify is False
    assert WebhookDelivery.objects.get().handled_at is not None


def test_events_of_foreign_meetings_change_nothing(deliver, booking):
    meeting = scene.meeting_of(booking)
    meeting.zoom_id += 1
    for what in ("started", "ended", "updated", "deleted"):
        assert deliver(hooks.of_meeting(what, meeting, TOMORROW)).status_code == 204
    for what in ("joined", "left"):
        assert deliver(hooks.of_person(what, meeting, TOMORROW, who="cleo")).status_code == 204

    assert scene.meeting_of(booking).started_at is None
    assert not Participation.objects.exists()


def test_a_failure_is_kept_and_tried_again_with_patience(booking):
    delivery = WebhookDelivery.objects.create(
        key="1",
        event="user.updated",
        event_at=NOW,
        received_at=NOW,
        facts={"account": scene.meeting_of(booking).connection.account_id},  # user is missing
    )
    times = []
    for minute in (*range(70), *range(230, 250), *range(710, 730), *range(1430, 1450), 9999):
        now = NOW + minute * MINUTE
        for pk in actions.deliveries_due(now=now):
            times.append(minute)
            actions.apply_delivery(delivery_id=pk, now=now)

    delivery.refresh_from_db()
    assert times == [1, 5, 20, 60, 240, 720, 1440]
    assert (delivery.handled_at, delivery.error) == (None, "KeyError: 'user'")


def test_the_sweep_applies_what_no_task_heard(booking):
    told = hooks.as_kept(hooks.of_meeting("started", scene.meeting_of(booking), TOMORROW))
    pk = actions.keep_delivery(told, now=NOW)

    assert actions.deliveries_due(now=NOW) == []
    assert actions.deliveries_due(now=NOW + MINUTE) == [pk]
    actions.apply_delivery(delivery_id=pk, now=NOW + MINUTE)

    assert actions.deliveries_due(now=NOW + HOUR) == []
    assert scene.meeting_of(booking).started_at == TOMORROW


def test_what_is_old_is_cleared_away_in_batches(booking):
    meeting = scene.meeting_of(booking)
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(key=str(n), event="x", event_at=NOW, received_at=NOW) for n in range(600)
    )
    Participation.objects.create(meeting=meeting, participant="1", joined_at=TOMORROW)
    days = timedelta(days=1)

    assert actions.clear_away(now=NOW + 29 * days) == 0
    assert [actions.clear_away(now=NOW + 31 * days) for _sweep in range(3)] == [500, 100, 0]
    assert actions.clear_away(now=TOMORROW + 90 * days) == 0
    assert actions.clear_away(now=TOMORROW + 91 * days) == 1


@pytest.mark.django_db(transaction=True)
def test_of_an_event_that_comes_twice_at_one_moment_one_is_kept(zoom, company):
    lesson = scene.online_lesson(zoom)
    booking = scene.book(lesson)
    meeting = scene.sync(booking)
    told = hooks.as_kept(hooks.of_meeting("started", meeting, TOMORROW))
    together = threading.Barrier(4)

    def hear(_number):
        together.wait()
        pk = actions.keep_delivery(told, now=NOW)
        known = WebhookDelivery.objects.get().pk
        together.wait()
        actions.apply_delivery(delivery_id=known, now=NOW)
        return pk

    with ThreadPoolExecutor(4) as workers:
        kept = list(workers.map(lambda number: scene.in_a_thread(hear, number), range(4)))

    assert len([pk for pk in kept if pk is not None]) == 1
    assert number_of(Event.MEETING_STARTED) == 1
    assert scene.meeting_of(booking).started_at == TOMORROW


# --- Changed or deleted by somebody ------------------------------------------


def test_a_meeting_deleted_at_zoom_is_made_anew(deliver, booking, zoom):
    meeting = scene.meeting_of(booking)
    token = ZoomConnection.objects.current().access_token
    zoom.api("DELETE", f"/meetings/{meeting.zoom_id}", token)

    deliver(hooks.of_meeting("deleted", meeting, meeting.verified_at + MINUTE))

    again = scene.meeting_of(booking)
    assert again.zoom_id not in (None, meeting.zoom_id)
    assert (again.state, again.must_verify) == ("ready", False)
    assert number_of(Event.MEETING_GONE) == 1


def test_a_meeting_changed_at_zoom_is_patched_back(deliver, booking, zoom):
    meeting = scene.meeting_of(booking)
    token = ZoomConnection.objects.current().access_token
    zoom.api("PATCH", f"/meetings/{meeting.zoom_id}", token, json={"topic": "Mine now"})

    deliver(hooks.told("meeting.updated", meeting.verified_at + MINUTE,
                       id=meeting.zoom_id, topic="Mine now"))  # fmt: skip

    (at_zoom,) = scene.at_zoom(zoom)
    assert at_zoom["topic"] == "Lesson – Ada"
    assert scene.meeting_of(booking).zoom_id == meeting.zoom_id


@pytest.mark.parametrize("what", ["updated", "deleted"])
def test_what_was_read_since_costs_no_call(deliver, booking, zoom, what):
    meeting = scene.meeting_of(booking)
    calls = len(zoom.control("GET", "/requests")["requests"])

    deliver(hooks.of_meeting(what, meeting, meeting.verified_at))

    assert len(zoom.control("GET", "/requests")["requests"]) == calls
    assert scene.meeting_of(booking).must_verify is False


def test_the_echo_of_our_own_deletion_costs_no_call(deliver, booking, zoom):
    meeting = scene.meeting_of(booking)
    factories.actions.cancel(booking_id=booking.pk, now=NOW)
    assert scene.sync(booking).zoom_id is None
    calls = len(zoom.control("GET", "/requests")["requests"])

    deliver(hooks.of_meeting("deleted", meeting, NOW + HOUR))

    assert len(zoom.control("GET", "/requests")["requests"]) == calls
    assert number_of(Event.MEETING_GONE) == 0


# --- Started, ended, and who was there ---------------------------------------


def test_an_early_start_at_zoom_lets_waiting_clients_in(client, deliver, booking):
    from_page = f"/m/{booking.join_token}/status/"
    early = TOMORROW - 10 * MINUTE

    deliver(hooks.of_meeting("started", scene.meeting_of(booking), early))

    meeting = scene.meeting_of(booking)
    assert (meeting.started_at, meeting.started_by_host_at) == (early, early)
    assert number_of(Event.MEETING_STARTED) == 1
    assert client.get(from_page).json()["phase"] == "open"


@pytest.mark.parametrize("before", [timedelta(minutes=61), timedelta(hours=20), timedelta(0)])
def test_another_start_is_not_taken_for_the_hosts(deliver, booking, before):
    """Much too early it was for something else; from the time on clients may start it, too."""
    deliver(hooks.of_meeting("started", scene.meeting_of(booking), TOMORROW - before))

    meeting = scene.meeting_of(booking)
    assert meeting.started_at == TOMORROW - before
    assert meeting.started_by_host_at is None


@pytest.mark.parametrize(
    "held_as", [{"join_before_host": False}, {"join_before_host": True, "waiting_room": True}]
)
def test_only_the_host_can_start_where_nobody_joins_before(deliver, booking, held_as):
    meeting = scene.meeting_of(booking)
    Meeting.objects.filter(pk=meeting.pk).update(sent={**meeting.sent, "settings": held_as})

    deliver(hooks.of_meeting("started", meeting, TOMORROW + MINUTE))

    assert scene.meeting_of(booking).started_by_host_at == TOMORROW + MINUTE


def test_only_the_host_can_start_where_the_account_locks_the_waiting_room(deliver, zoom, lesson):
    zoom.control("POST", "/account", json={"locked": {"waiting_room": True}})
    booking = scene.book(lesson)
    meeting = scene.sync(booking)

    deliver(hooks.of_meeting("started", meeting, TOMORROW + MINUTE))

    assert scene.meeting_of(booking).started_by_host_at == TOMORROW + MINUTE


def test_people_are_known_by_when_they_came_and_left(deliver, booking):
    meeting = scene.meeting_of(booking)
    deliver(hooks.of_person("joined", meeting, TOMORROW, who="ada", is_host=True))
    deliver(hooks.of_person("joined", meeting, TOMORROW + MINUTE, who="cleo"))
    deliver(hooks.of_person("left", meeting, TOMORROW + 9 * MINUTE, who="cleo"))

    stays = Participation.objects.order_by("joined_at").values_list(
        "is_host", "joined_at", "left_at"
    )
    assert list(stays) == [
        (True, TOMORROW, None),
        (False, TOMORROW + MINUTE, TOMORROW + 9 * MINUTE),
    ]
    assert scene.meeting_of(booking).started_by_host_at == TOMORROW


def history(meeting):
    """A meeting that breaks down once, with two people, one of whom comes back."""
    return [
        hooks.of_meeting("started", meeting, TOMORROW - 2 * MINUTE),
        hooks.of_person("joined", meeting, TOMORROW - 2 * MINUTE, who="ada", is_host=True),
        hooks.of_person("joined", meeting, TOMORROW, who="cleo"),
        hooks.of_person("left", meeting, TOMORROW + 5 * MINUTE, who="cleo"),
        hooks.of_meeting("ended", meeting, TOMORROW + 6 * MINUTE),
        hooks.of_meeting("started", meeting, TOMORROW + 7 * MINUTE),
        hooks.of_person("joined", meeting, TOMORROW + 8 * MINUTE, who="cleo-again"),
    ]


def state_of(booking):
    meeting = scene.meeting_of(booking)
    stays = Participation.objects.order_by("participant")
    return (
        (meeting.started_at, meeting.ended_at, meeting.started_by_host_at),
        list(stays.values_list("participant", "is_host", "joined_at", "left_at")),
        number_of(Event.MEETING_STARTED),
        number_of(Event.MEETING_ENDED),
    )


def test_disorder_and_repetition_lead_to_the_same_end(booking, size):
    """Of all 5,040 orders every so many, each with repetitions at its end."""
    meeting = scene.meeting_of(booking)
    told = [hooks.as_kept(event) for event in history(meeting)]
    ends = set()
    for order in itertools.islice(itertools.permutations(told), 0, None, size(193, 7)):
        forget_all(meeting)
        for each in (*order, *order[:3]):
            pk = actions.keep_delivery(each, now=NOW)
            if pk is not None:
                actions.apply_delivery(delivery_id=pk, now=NOW)
        ends.add(str(state_of(booking)))

    assert len(ends) == 1
    assert state_of(booking)[0] == (TOMORROW + 7 * MINUTE, None, TOMORROW - 2 * MINUTE)


def forget_all(meeting):
    Participation.objects.all().delete()
    WebhookDelivery.objects.all().delete()
    Event.objects.filter(kind__in=[Event.MEETING_STARTED, Event.MEETING_ENDED]).delete()
    Meeting.objects.filter(pk=meeting.pk).update(
        started_at=None, ended_at=None, started_by_host_at=None
    )


# --- Users of the account ----------------------------------------------------


@pytest.fixture
def olena(booking):
    return ZoomUser.objects.get(email="olena@zoom.example")


def user_event(what, user, at=NOW + HOUR, **fields):
    names = {"first_name": "Olena", "last_name": "Host", "email": user.email, "type": 2}
    return hooks.told(f"user.{what}", at, id=user.zoom_id, **{**names, **fields})


@pytest.mark.parametrize("what", ["deactivated", "deleted", "disassociated"])
def test_a_user_who_is_gone_is_flagged_and_told_of_once(deliver, olena, what):
    scene.book(scene.Service.objects.get(), starts_at=TOMORROW + HOUR, by="Dan")

    deliver(user_event(what, olena))
    deliver(user_event(what, olena, NOW + 2 * HOUR))

    olena.refresh_from_db()
    assert olena.is_missing is True
    event = Event.objects.get(kind=Event.ZOOM_USER_MISSING)
    assert event.details == {
        "name": olena.name,
        "email": "olena@zoom.example",
        "providers": ["Ada"],
        "coming": 2,
    }


def test_a_user_who_hosts_nobody_is_flagged_silently(deliver, booking):
    user = ZoomUser.objects.filter(providers=None).first()

    deliver(user_event("deleted", user))

    user.refresh_from_db()
    assert user.is_missing is True
    assert number_of(Event.ZOOM_USER_MISSING) == 0


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_user_who_came_back_is_there_whatever_is_heard_first(deliver, olena, order):
    told = [user_event("deactivated", olena), user_event("activated", olena, NOW + 2 * HOUR)]

    for place in order:
        deliver(told[place])

    olena.refresh_from_db()
    assert olena.is_missing is False


def test_what_is_told_late_does_not_overrule_a_newer_list_of_users(deliver, olena):
    before_connecting = ZoomConnection.objects.current().connected_at - HOUR

    deliver(user_event("deactivated", olena, before_connecting))

    olena.refresh_from_db()
    assert olena.is_missing is False
    assert number_of(Event.ZOOM_USER_MISSING) == 0


def test_a_changed_user_is_read_anew(deliver, olena, zoom):
    ZoomUser.objects.filter(pk=olena.pk).update(name="Old", email="old@zoom.example")

    deliver(user_event("updated", olena, last_name="New"))

    assert ZoomUser.objects.get(pk=olena.pk).email == "olena@zoom.example"
    assert ZoomUser.objects.get(pk=olena.pk).name == olena.name


def test_our_own_user_is_asked_after_at_once(deliver, booking, zoom):
    connection = ZoomConnection.objects.current()
    ZoomConnection.objects.update(checked_at=NOW)
    me = connection.users.get(zoom_id=connection.user_id)

    deliver(user_event("deactivated", me))

    assert ZoomConnection.objects.current().checked_at > NOW
    assert scene.calls(zoom, "me") >= 1
