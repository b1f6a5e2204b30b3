"""The fallback room: where people meet while the meeting at Zoom is not ready."""

from datetime import timedelta

import pytest
from django.test import Client

from booking import actions as booking_actions
from booking.models import Booking, Event, Service, Session
from tests import factories
from tests.zoomlink import scene
from tests.zoomlink.pages import AFTER, BEFORE, SECOND, at, host_page, join, phase
from tests.zoomlink.scene import HOUR, NOW, TOMORROW
from zoomlink import actions
from zoomlink.models import Meeting, MeetingSettings, ProviderMeeting, ZoomConnection, ZoomUser

pytestmark = pytest.mark.django_db

ROOM = "https://rooms.example/kyiv-yoga?pwd=1&x=%20"
MINUTE = timedelta(minutes=1)
SHOWN = TOMORROW - 5 * MINUTE
HINT = "you meet in the fallback room"


@pytest.fixture
def room(lesson) -> str:
    MeetingSettings(fallback_link=ROOM, fallback_minutes=5).save()
    return ROOM


@pytest.fixture
def booking(lesson, room):
    """A booking of long ago whose meeting could not be made."""
    made = scene.book(lesson, now=NOW)
    Meeting.objects.update(state=Meeting.FAILED, last_error="Zoom is tired.")
    return made


def lost() -> None:
    ZoomConnection.objects.update(state="lost", access_token="", refresh_token="")


def made_ready(booking) -> Meeting:
    """A worker mends it after all."""
    Meeting.objects.update(next_attempt_at=None)
    return scene.sync(booking)


def destination(booking, moment) -> str:
    """Where the client is sent; "" while they wait."""
    with at(moment):
        return Client().get(join(booking)).headers.get("Location", "")


def kinds(*of) -> list[str]:
    found = Event.objects.filter(kind__startswith="fallback", **dict(of)).order_by("pk")
    return list(found.values_list("kind", flat=True))


# --- When, and where to ------------------------------------------------------


def test_at_the_time_everybody_is_led_to_exactly_the_stored_room(host, booking):
    assert phase(client := Client(), join(booking), BEFORE) == "waiting"
    with at(BEFORE):
        assert ROOM not in client.get(join(booking)).text

    assert destination(booking, TOMORROW) == ROOM
    with at(AFTER):
        assert host.post(host_page(booking, "enter/"))["Location"] == ROOM
        assert client.post(host_page(booking, "enter/"))["Location"] == ROOM


def test_the_host_reads_which_room_it_will_be_from_then_on(host, booking):
    def says(moment):
        with at(moment):
            page = host.get(host_page(booking)).text
            return HINT in page, HINT in host.get(host_page(booking, "status/")).json()["note"]

    assert says(SHOWN - SECOND) == (False, False)
    assert says(SHOWN) == (True, True)
    assert HINT not in Client().get(join(booking, "status/")).text


@pytest.mark.parametrize(
    "mend",
    [
        lambda: MeetingSettings.objects.update(fallback_link=""),
        lambda: ProviderMeeting.objects.update(engine="none"),
        lambda: Service.objects.update(is_online_meeting=False),
        lambda: Booking.objects.update(state="pending"),
        lambda: booking_actions.set_feature(key=actions.FEATURE, on=False, now=NOW),
    ],
)
def test_nobody_is_led_there_who_does_not_meet_by_zoom_now(booking, mend):
    mend()

    assert destination(booking, AFTER) == ""


def test_an_own_link_comes_before_the_room(booking):
    ProviderMeeting.objects.update(engine="own_link", own_link="https://meet.example/ada")

    assert destination(booking, AFTER) == "https://meet.example/ada"


def test_a_meeting_that_is_ready_is_where_people_meet(host, zoom, booking):
    meeting = made_ready(booking)

    assert destination(booking, AFTER) == meeting.join_url
    with at(AFTER):
        assert HINT not in host.get(host_page(booking)).text


def test_an_hour_after_the_end_the_room_is_closed_too(booking):
    end = Session.objects.get().ends_at

    assert destination(booking, end + HOUR - SECOND) == ROOM
    assert destination(booking, end + HOUR) == ""


@pytest.mark.parametrize(
    "address", ["http://rooms.example/", "https:\\\\evil.example", "//x.example"]
)
def test_a_room_at_an_address_that_browsers_read_differently_is_none(booking, address):
    MeetingSettings.objects.update(fallback_link=address)

    assert destination(booking, AFTER) == ""


# --- What lets people wait for Zoom a little longer ---------------------------


def test_what_was_just_booked_first_has_its_chance_at_zoom(lesson, room):
    booked_at = TOMORROW - MINUTE
    booking = scene.book(lesson, now=booked_at)

    assert phase(Client(), join(booking), TOMORROW) == "not_ready"
    assert phase(Client(), join(booking), booked_at + 2 * MINUTE - SECOND) == "not_ready"
    assert destination(booking, booked_at + 2 * MINUTE) == ROOM


def test_what_was_just_moved_first_has_its_chance_at_zoom(booking):
    moved_at = TOMORROW - MINUTE
    booking_actions.reschedule(booking_id=booking.pk, starts_at=TOMORROW + MINUTE * 5, now=moved_at)
    start = TOMORROW + MINUTE * 5
    assert destination(booking, start) == ROOM

    booking_actions.reschedule(booking_id=booking.pk, starts_at=TOMORROW, now=moved_at)

    assert destination(booking, TOMORROW) == ""
    assert destination(booking, moved_at + 2 * MINUTE) == ROOM


def test_what_was_deleted_at_zoom_first_has_its_chance_to_be_made_anew(zoom, booking):
    meeting = made_ready(booking)
    actions.ask_zoom(lambda client: client.delete_meeting(meeting.zoom_id), now=NOW)
    Meeting.objects.update(must_verify=True, noted_at=None)
    zoom.fault("create_meeting", "error_500", times=1)

    scene.sync(booking, now=BEFORE)

    assert phase(Client(), join(booking), AFTER) == "not_ready"
    assert destination(booking, BEFORE + 2 * MINUTE) == ROOM


@pytest.mark.parametrize(
    "hopeless", [lost, lambda: ZoomUser.objects.update(is_missing=True)], ids=["lost", "no user"]
)
def test_where_zoom_cannot_make_it_nobody_waits_in_vain(lesson, room, hopeless):
    booking = scene.book(lesson, now=TOMORROW - MINUTE)
    hopeless()

    assert phase(Client(), join(booking), BEFORE) == "waiting"
    assert destination(booking, TOMORROW) == ROOM


def test_started_early_it_waits_for_zoom_and_then_goes_to_the_room(host, booking):
    early = TOMORROW - HOUR
    with at(early):
        answer = host.post(host_page(booking, "enter/"))
        assert answer["Location"] == host_page(booking)
        assert "The meeting is being prepared" in host.get(host_page(booking)).text
    assert phase(Client(), join(booking), early) == "not_ready"

    later = early + 2 * MINUTE
    assert destination(booking, later) == ROOM
    with at(later):
        assert host.post(host_page(booking, "enter/"))["Location"] == ROOM


def test_started_early_without_a_connection_it_is_the_room_at_once(host, booking):
    lost()

    with at(TOMORROW - HOUR):
        assert host.post(host_page(booking, "enter/"))["Location"] == ROOM
    assert destination(booking, TOMORROW - HOUR) == ROOM


def test_a_grant_that_dies_as_the_host_enters_costs_no_meeting(host, zoom, lesson, room):
    booking = scene.book(lesson)
    scene.sync(booking)
    ZoomConnection.objects.update(expires_at=NOW - HOUR, refresh_token="used up")

    with at(AFTER):
        assert host.post(host_page(booking, "enter/"))["Location"] == ROOM

    assert ZoomConnection.objects.get().state == "lost"
    assert destination(booking, AFTER) == ROOM


# --- Back to Zoom ------------------------------------------------------------


def test_once_the_meeting_is_ready_people_meet_there_again(booking):
    assert destination(booking, AFTER) == ROOM

    meeting = made_ready(booking)

    assert destination(booking, AFTER) == meeting.join_url


def test_everybody_follows_a_host_who_went_to_the_room(host, booking):
    with at(BEFORE):
        host.post(host_page(booking, "enter/"))

    made_ready(booking)

    assert destination(booking, AFTER) == ROOM
    with at(AFTER):
        assert host.post(host_page(booking, "enter/"))["Location"] == ROOM
    booking_actions.reschedule(booking_id=booking.pk, starts_at=TOMORROW + HOUR, now=BEFORE)
    meeting = scene.sync(booking)
    assert destination(booking, TOMORROW + HOUR) == meeting.join_url


def test_a_host_who_comes_when_zoom_is_ready_reads_who_may_sit_in_the_room(host, booking):
    def says() -> bool:
        with at(AFTER + MINUTE):
            page = host.get(host_page(booking))
        return "may still be there" in page.text and ROOM.replace("&", "&amp;") in page.text

    actions.watch_fallback(now=TOMORROW)
    assert not says()  # it is where the host goes, too
    made_ready(booking)
    assert not says()  # nobody went

    Meeting.objects.update(state=Meeting.FAILED)
    with at(AFTER):
        Client().get(join(booking), headers={"user-agent": "Mozilla/5.0 (Android 15)"})
    Meeting.objects.update(state=Meeting.READY)
    assert says()
    with at(AFTER + MINUTE):
        assert "may still be there" not in Client().get(host_page(booking)).text


# --- Links -------------------------------------------------------------------


@pytest.mark.parametrize(
    "break_it",
    [
        lost,
        lambda: ZoomUser.objects.update(is_missing=True),
        lambda: ZoomUser.objects.all().delete(),
    ],
    ids=["lost", "missing", "none"],
)
def test_without_zoom_there_is_a_link_only_where_there_is_a_room(booking, break_it):
    def links():
        fresh = Booking.objects.with_people().get()
        return len(actions.links_for([fresh], viewer=actions.CLIENT))

    assert links() == 1
    break_it()
    assert links() == 1
    assert phase(Client(), join(booking), BEFORE) == "waiting"

    MeetingSettings.objects.update(fallback_link="")

    assert links() == 0
    assert phase(Client(), join(booking), BEFORE) == "no_link"


# --- Telling people ----------------------------------------------------------


def test_people_are_told_once_that_they_meet_in_the_room(booking):
    assert actions.watch_fallback(now=SHOWN - SECOND) == 0
    assert actions.watch_fallback(now=SHOWN) == 1
    assert actions.watch_fallback(now=SHOWN + MINUTE) == 0

    for_provider, for_client = Event.objects.filter(kind=Event.FALLBACK_USED).order_by("pk")
    assert (for_provider.booking, for_provider.session_id) == (None, booking.session_id)
    assert for_provider.details == {"reason": "Zoom is tired."}
    assert (for_client.booking_id, for_client.session_id) == (booking.pk, booking.session_id)


def test_people_are_told_once_that_they_meet_at_zoom_after_all(booking):
    actions.watch_fallback(now=SHOWN)
    made_ready(booking)

    assert [actions.watch_fallback(now=SHOWN + n * MINUTE) for n in (1, 2)] == [1, 0]

    assert kinds() == ["fallback_used"] * 2 + ["fallback_ended"] * 2
    Meeting.objects.update(state=Meeting.UNLINKED)
    assert actions.watch_fallback(now=SHOWN + 3 * MINUTE) == 0


def test_at_another_time_people_are_told_anew(booking):
    actions.watch_fallback(now=SHOWN)

    booking_actions.reschedule(booking_id=booking.pk, starts_at=TOMORROW + HOUR, now=SHOWN)

    assert actions.watch_fallback(now=SHOWN + MINUTE) == 0
    assert actions.watch_fallback(now=SHOWN + HOUR) == 1
    assert kinds() == ["fallback_used"] * 4


@pytest.mark.parametrize(
    "ends",
    [
        lambda b: booking_actions.cancel(booking_id=b.pk, now=SHOWN),
        lambda b: MeetingSettings.objects.update(fallback_link=""),
        lambda b: Service.objects.update(is_online_meeting=False),
        lambda b: Meeting.objects.update(fallback_entered_at=SHOWN, state="ready"),
    ],
    ids=["cancelled", "no room", "offline", "host is there"],
)
def test_nobody_is_told_of_zoom_who_does_not_meet_there(booking, ends):
    actions.watch_fallback(now=SHOWN)

    ends(booking)

    assert actions.watch_fallback(now=SHOWN + MINUTE) == 0


def test_a_class_is_told_place_by_place_and_needs_no_row_before(lesson, room):
    yoga = factories.service(
        scene.provider(), name="Yoga", kind=Service.CLASS, capacity=3, is_online_meeting=True
    )
    session = booking_actions.schedule_session(
        service_id=yoga.pk, provider_id=scene.provider().pk, starts_at=TOMORROW, now=NOW
    )
    places = [scene.book_place(session, by=name) for name in ("Cleo", "Dan", "Eve")]
    booking_actions.cancel(booking_id=places[2].pk, now=NOW)
    Meeting.objects.all().delete()

    actions.watch_fallback(now=SHOWN)

    told = Event.objects.filter(kind=Event.FALLBACK_USED).values_list("booking", flat=True)
    assert set(told) == {None, places[0].pk, places[1].pk}
    assert Meeting.objects.get().fallback_told_at == SHOWN


def test_watching_takes_as_many_queries_for_one_session_as_for_three(
    lesson, room, django_assert_num_queries
):
    scene.book(lesson)
    actions.watch_fallback(now=TOMORROW + HOUR / 4)
    with django_assert_num_queries(4):
        actions.watch_fallback(now=TOMORROW + HOUR / 4)

    scene.book(lesson, by="Dan", with_="Ben")
    scene.book(lesson, by="Eve", starts_at=TOMORROW + HOUR / 2)
    actions.watch_fallback(now=TOMORROW + HOUR / 2 - MINUTE)
    with django_assert_num_queries(4):
        actions.watch_fallback(now=TOMORROW + HOUR / 2 - MINUTE)


# --- Where there is no room ---------------------------------------------------


@pytest.fixture
def missed(booking):
    """The same booking in a company without a room; its client knows of the link."""
    MeetingSettings.objects.update(fallback_link="")
    actions.announce(now=NOW)
    return booking


def not_ready() -> list[tuple[int | None, str]]:
    rows = Event.objects.filter(kind=Event.MEETING_NOT_READY).order_by("pk")
    return [(row.booking_id, row.details["reason"]) for row in rows]


def test_without_a_room_people_are_told_once_that_the_meeting_is_not_ready(missed):
    moments = (SHOWN - SECOND, SHOWN, SHOWN + MINUTE)

    assert [actions.watch_fallback(now=moment) for moment in moments] == [0, 1, 0]
    assert not_ready() == [(None, "Zoom is tired."), (missed.pk, "Zoom is tired.")]


def test_that_it_is_not_ready_is_told_anew_of_another_time_or_provider(missed):
    actions.watch_fallback(now=SHOWN)

    booking_actions.reschedule(booking_id=missed.pk, starts_at=TOMORROW + HOUR, now=SHOWN)

    assert actions.watch_fallback(now=SHOWN + MINUTE) == 0
    assert actions.watch_fallback(now=SHOWN + HOUR) == 1
    assert len(not_ready()) == 4


def test_a_room_that_is_set_after_that_is_told_too(missed):
    actions.watch_fallback(now=SHOWN)
    MeetingSettings.objects.update(fallback_link=ROOM)

    assert [actions.watch_fallback(now=SHOWN + n * MINUTE) for n in (1, 2)] == [1, 0]
    assert kinds() == ["fallback_used"] * 2


@pytest.mark.parametrize(
    "ends",
    [
        lambda b: booking_actions.cancel(booking_id=b.pk, now=SHOWN - MINUTE),
        lambda b: ProviderMeeting.objects.update(
            engine="own_link", own_link="https://meet.example/ada"
        ),
        lambda b: ProviderMeeting.objects.update(engine="none"),
        lambda b: Service.objects.update(is_online_meeting=False),
        lambda b: booking_actions.set_feature(key=actions.FEATURE, on=False, now=NOW),
        lambda b: Meeting.objects.update(state="ready"),
        lambda b: Meeting.objects.update(started_at=SHOWN),
        lambda b: Meeting.objects.update(link_announced=False),
        lambda b: Meeting.objects.update(noted_at=TOMORROW),
    ],
    ids=[
        *("cancelled", "own link", "not met online", "offline", "feature off"),
        *("ready", "running", "told of no link", "has its chance"),
    ],
)
def test_nobody_is_told_that_a_meeting_is_not_ready_that_they_do_not_miss(missed, ends):
    ends(missed)

    assert actions.watch_fallback(now=TOMORROW) == 0


def test_that_it_is_not_ready_is_news_of_its_start_only(missed):
    assert actions.watch_fallback(now=TOMORROW + 5 * MINUTE) == 0


def test_watching_without_a_room_takes_as_many_queries_for_one_session_as_for_three(
    lesson, django_assert_num_queries
):
    def watch(moment):
        actions.announce(now=moment)
        actions.watch_fallback(now=moment)
        with django_assert_num_queries(4):
            actions.watch_fallback(now=moment)

    scene.book(lesson)
    watch(TOMORROW)

    scene.book(lesson, by="Dan", with_="Ben")
    scene.book(lesson, by="Eve", starts_at=TOMORROW + HOUR / 2)
    watch(TOMORROW + HOUR / 2 - MINUTE)
