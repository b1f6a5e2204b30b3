"""A tile put elsewhere: the server judges by the company's clocks, and says why not."""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking import actions
from booking.models import Booking, Event, Session, WorkingHours
from notifications.models import Message
from tests import factories
from tests.factories import NOW
from tests.web.desk.yoga import come

NOON = factories.TOMORROW_NOON
HOUR = timedelta(hours=1)
utc = partial(datetime, tzinfo=UTC)


def drop(browser: Browser, what: Booking | Session, *, is_quiet: bool = False, **fields):
    """Put a booking's or a class session's tile elsewhere, as the calendar does."""
    name = "booking" if isinstance(what, Booking) else "session"
    fields = {"revision": what.revision, "asks_to_tell": 1, **fields}
    if not is_quiet:
        fields["tell"] = 1
    return browser.post(
        reverse(f"desk:{name}-drop", args=[what.pk]), fields, headers={"Accept": "application/json"}
    )


def place(what: Booking | Session) -> tuple[datetime, int, str]:
    """Start, minutes and provider, as they are stored."""
    session = Session.objects.get(pk=what.session_id if isinstance(what, Booking) else what.pk)
    return session.starts_at, session.duration // timedelta(minutes=1), session.provider.name


@pytest.mark.parametrize(
    ("shift", "target"),
    [
        ({"minutes": 60}, (NOON + HOUR, 30, "Ada")),
        ({"days": 1, "minutes": -15}, (NOON + 24 * HOUR - HOUR / 4, 30, "Ada")),
        ({"end_minutes": 15}, (NOON, 45, "Ada")),
        ({"end_minutes": -10}, (NOON, 20, "Ada")),
        ({}, (NOON, 30, "Ada")),
    ],
)
def test_tile_goes_where_it_was_put(as_role, book, ada, shift, target):
    booking = book(ada)

    answer = drop(as_role("senior"), booking, **shift)

    assert answer.status_code == 200
    assert place(booking) == target


def test_tile_goes_to_another_provider(as_role, book, ada, ben):
    booking = book(ada)

    answer = drop(as_role("senior"), booking, provider=ben.pk)

    assert place(booking) == (NOON, 30, "Ben")
    assert answer.json()["said"] == (
        "Moved: Cleo, Tuesday, 24 November 2026, 12:00–12:30 (Kyiv, UTC+2). "
        "Client and provider are told in 15 seconds."
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"minutes": "soon"}, "minutes"),
        ({"days": 100000}, "days"),
        ({"end_minutes": "1e9"}, "end_minutes"),
        ({"provider": 999}, "provider"),
        ({"revision": ""}, "revision"),
    ],
)
def test_wrong_input_names_its_field(as_role, book, ada, wrong, field):
    booking = book(ada)

    answer = drop(as_role("senior"), booking, **wrong)

    assert (answer.status_code, list(answer.json()["wrong"])) == (422, [field])
    assert place(booking) == (NOON, 30, "Ada")


@pytest.mark.parametrize(
    ("role", "status"),
    [("owner", 200), ("senior", 200), ("junior", 404), ("viewer", 403), ("client", 403),
     ("anonymous", 302)],
)  # fmt: skip
def test_only_who_may_change_it_moves_a_tile(as_role, book, ada, session, role, status):
    booking = book(ada, starts_at=NOON + 2 * HOUR)
    browser = as_role(role)

    answers = [drop(browser, what, minutes=60).status_code for what in (booking, session)]

    assert answers == [status, status]
    assert (place(booking)[0] == NOON + 3 * HOUR) == (status == 200)


def test_junior_moves_own_tiles_to_own_columns_only(as_ada, book, ada, ben):
    mine, foreign = book(ada), book(ben)

    assert drop(as_ada, mine, minutes=30).status_code == 200
    assert drop(as_ada, foreign, minutes=30).status_code == 404
    mine.refresh_from_db()
    assert list(drop(as_ada, mine, provider=ben.pk).json()["wrong"]) == ["provider"]


def test_drop_needs_the_pages_token(ada, book):
    booking = book(ada)
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(ada.user, backend="booking.backends.StaffBackend")

    assert drop(browser, booking, minutes=60).status_code == 403
    assert browser.post(reverse("desk:undo"), {"undo": "x"}).status_code == 403


def test_place_in_a_class_is_no_tile(as_role, session):
    [seat] = come(session, "Cleo")

    assert drop(as_role("owner"), seat, minutes=60).status_code == 404


@pytest.mark.parametrize("role", ["senior", "owner"])
def test_taken_time_is_refused_with_who_stands_there(as_role, book, ada, role):
    booking = book(ada)
    book(ada, starts_at=NOON + HOUR, client=factories.details("Dan"))

    answer = drop(as_role(role), booking, minutes=45, override=(NOON + HOUR).isoformat())

    said = answer.json()
    assert answer.status_code == 409
    assert said["refused"] == "Another session is in the way, or the time kept free around it."
    assert said["because"] == ["Lesson, Dan: Tuesday, 24 November 2026, 13:00–13:30 (Kyiv, UTC+2)"]
    assert said["override"] == ""
    assert "time=12%3A45" in said["others"]
    assert len(said["nearest"]) == 3
    assert place(booking)[0] == NOON


def test_rule_gives_way_only_to_who_may_set_rules_aside(as_role, book, ada, lesson):
    lesson.ignores_hours = False
    lesson.save()
    WorkingHours.objects.create(provider=None, weekday=1, starts=time(9), ends=time(18))
    booking = book(ada)
    senior, owner = as_role("senior"), as_role("owner")
    late = (NOON + 7 * HOUR).isoformat()

    refused, offered = (drop(one, booking, minutes=420).json() for one in (senior, owner))
    if not refused["override"]:
        assert drop(senior, booking, minutes=420, override=late).status_code == 403
    assert offered["override"] == late
    assert drop(owner, booking, minutes=420, override=late).status_code == 200

    assert "09:00–18:00" in refused["because"][0]
    assert place(booking)[0] == NOON + 7 * HOUR


def test_tile_that_changed_meanwhile_stays(as_role, book, ada):
    booking = book(ada)
    actions.reschedule(booking_id=booking.pk, starts_at=NOON + HOUR, now=NOW)

    answer = drop(as_role("senior"), booking, minutes=60)

    assert (answer.status_code, "changed meanwhile" in answer.json()["refused"]) == (409, True)
    assert place(booking)[0] == NOON + HOUR


def test_past_and_foreign_service_are_refused_in_words(as_role, book, session, ada, ben):
    owner = as_role("owner")

    past = drop(owner, session, days=-3)
    foreign = drop(owner, session, provider=ben.pk)

    assert past.json()["refused"] == "This time has passed."
    assert foreign.json()["refused"] == "Ben does not give Yoga."


# The clocks of Kyiv: put forward on 28 March 2027 at 03:00, back on 31 October 2027 at 04:00.
@pytest.mark.parametrize(
    ("begins", "shift", "target"),
    [
        (utc(2027, 3, 27, 10), {"days": 1}, utc(2027, 3, 28, 9)),
        (utc(2027, 3, 27, 1, 30), {"days": 1}, None),  # 03:30 does not exist
        (utc(2027, 10, 30, 9), {"days": 1}, utc(2027, 10, 31, 10)),
        # 03:30 comes twice: the first, unless it comes from the second.
        (utc(2027, 10, 31, 3), {"minutes": -90}, utc(2027, 10, 31, 0, 30)),
        (utc(2027, 10, 31, 1), {"minutes": 15}, utc(2027, 10, 31, 1, 15)),
        (utc(2027, 10, 31, 0), {"minutes": 15}, utc(2027, 10, 31, 0, 15)),
    ],
)
def test_wall_time_is_what_moves_across_a_clock_change(as_role, book, ada, begins, shift, target):
    booking = book(ada, starts_at=begins)

    answer = drop(as_role("owner"), booking, **shift)

    if target is None:
        assert "does not exist" in answer.json()["refused"]
        target = begins
    assert place(booking) == (target, 30, "Ada")


def test_class_with_people_asks_before_they_are_told(as_role, session):
    come(session, "Cleo", "Dan")
    owner = as_role("owner")

    asked = drop(owner, session, minutes=60).json()
    stale = drop(owner, session, minutes=60, confirmed="one:1")
    done = drop(owner, session, minutes=60, confirmed=asked["confirms"])

    assert asked["asks"] == "2 clients are told of the move. Go on?"
    assert (stale.status_code, done.status_code) == (409, 200)
    assert place(session)[0] == NOON + HOUR


def test_class_moved_quietly_asks_nothing_and_tells_nobody(as_role, session):
    come(session, "Cleo")

    answer = drop(as_role("owner"), session, minutes=60, is_quiet=True)

    assert answer.json()["said"].endswith("Nobody is told.")
    assert not Message.objects.filter(kind="changed").exists()


def test_session_of_a_series_is_moved_alone_once_that_was_said(as_role, series):
    owner = as_role("owner")

    asked = drop(owner, series[0], minutes=60).json()
    drop(owner, series[0], minutes=60, confirmed=asked["confirms"])

    assert asked["asks"] == "This session is one of a series. Move it alone?"
    assert "scope=rest" in asked["rest"]
    assert [place(one)[0].hour for one in series] == [11, 10, 10]


def test_move_is_told_to_nobody_when_that_is_chosen_in_time(as_role, book, ada):
    booking = book(ada, now=NOW - HOUR)
    owner = as_role("owner")
    moved = drop(owner, booking, minutes=60).json()

    stale = owner.post(moved["hush"], {"revision": 1})
    chosen = owner.post(moved["hush"], {"revision": moved["revision"]})
    again = owner.post(moved["hush"], {"revision": moved["revision"]})

    assert [stale.status_code, chosen.status_code, again.status_code] == [409, 200, 409]
    changed = Message.objects.filter(kind="changed")
    assert set(changed.values_list("state", "reason")) == {("skipped", "silenced")}
    assert Message.objects.filter(kind="reminder", state="owed").exists()


def test_tiles_say_where_they_are_dropped_only_to_who_may(as_role, book, ada, session):
    booking = book(ada, starts_at=NOON + 2 * HOUR)
    query = {"view": "day", "date": "2026-11-24"}

    seen, movable = (
        as_role(role).get(reverse("desk:calendar-feed"), query).json()
        for role in ("viewer", "senior")
    )

    assert [tile["extendedProps"].get("drop") for tile in seen] == [None, None]
    assert [tile.get("editable") for tile in seen + movable] == [None, None, True, True]
    assert [tile["extendedProps"]["drop"] for tile in movable] == [
        reverse("desk:session-drop", args=[session.pk]),
        reverse("desk:booking-drop", args=[booking.pk]),
    ]


def test_events_of_a_drop_say_who_dragged(as_role, book, ada):
    booking = book(ada)

    drop(as_role("senior"), booking, minutes=60)

    event = Event.objects.filter(kind=Event.RESCHEDULED).get()
    assert (event.actor.email, event.booking) == ("senior@kyiv-yoga.example", booking)


def test_forms_begin_with_what_was_dragged(as_role, book, ada, session):
    booking, owner = book(ada, starts_at=NOON + 2 * HOUR), as_role("owner")
    query = {"date": "2026-11-25", "time": "15:45", "length": "50"}

    pages = [
        owner.get(reverse(name, args=args), query)
        for name, args in (
            ("desk:booking-move", [booking.pk]),
            ("desk:session-move", [session.pk]),
            ("desk:booking-new", []),
            ("desk:session-new", []),
        )
    ]

    for page in pages:
        form = page.context["form"]
        assert [form[name].value() for name in query] == list(query.values())


def test_form_gives_an_appointment_another_length(as_role, book, ada, lesson):
    booking, owner = book(ada), as_role("owner")
    move = {"provider": ada.pk, "date": "2026-11-24", "time": "12:00", "revision": 1}

    owner.post(reverse("desk:booking-move", args=[booking.pk]), {**move, "length": 50})
    new = {"service": lesson.pk, "name": "Dan", "email": "dan@client.example", "language": "en"}
    owner.post(reverse("desk:booking-new"), {**move, **new, "time": "15:00", "length": 20})

    lengths = Session.objects.order_by("starts_at")
    assert [session.duration for session in lengths] == [timedelta(minutes=50), HOUR / 3]


def test_form_gives_a_class_session_another_length(as_role, session, yoga, ada):
    owner = as_role("owner")
    where = {"provider": ada.pk, "date": date(2026, 11, 24), "time": "12:00"}

    owner.post(reverse("desk:session-move", args=[session.pk]), {**where, "length": 90})
    new = {**where, "service": yoga.pk, "time": "16:00", "length": 15}
    owner.post(reverse("desk:session-new"), new)

    lengths = Session.objects.order_by("starts_at")
    assert [one.duration for one in lengths] == [1.5 * HOUR, HOUR / 4]
