"""`booking.slots` against a reference that walks minute by minute.

The reference knows neither intervals nor offsets: it asks each zone what its clock on the wall
shows at a minute, and of each minute a session would occupy whether that minute is allowed.
"""

import os
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from booking.ranges import DAY
from booking.slots import (
    Diary,
    Hours,
    Refusal,
    Rules,
    broken_rules,
    days_of_any,
    free_starts,
    refusal,
    starts_of_any,
)

CASES = 20_000 if os.environ.get("SOAK") == "1" else 180
pytestmark = [pytest.mark.no_database, pytest.mark.soak, pytest.mark.timeout(7200)]
walking = settings(
    max_examples=CASES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# Around these dates the clocks of these zones do something worth meeting.
MOMENTS = [
    ("Europe/Kyiv", date(2026, 3, 29)),
    ("Europe/Kyiv", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Chatham", date(2026, 4, 5)),
    ("Pacific/Chatham", date(2026, 9, 27)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("Africa/Casablanca", date(2026, 3, 22)),
    ("UTC", date(2026, 3, 29)),
]
ZONES = sorted({zone for zone, _ in MOMENTS})


# The reference


@cache
def wall(zone, minute):
    """The date and the minutes since midnight a clock of the zone shows."""
    shown = datetime.fromtimestamp(minute * 60, ZoneInfo(zone))
    return shown.date(), shown.hour * 60 + shown.minute


def within(minute, stretches):
    return any(start <= minute < end for start, end in stretches)


def is_open(minute, rules, diary):
    day, shown = wall(diary.hours.zone.key, minute)
    if day in diary.hours.special:
        return within(shown, diary.hours.special[day])
    company_day, company_shown = wall(rules.company.zone.key, minute)
    usual = rules.company.weekly[company_day.weekday()]
    company = rules.company.special.get(company_day, usual)
    return within(company_shown, company) and within(shown, diary.hours.weekly[day.weekday()])


class Walk:
    """One provider under some rules, asked minute by minute."""

    def __init__(self, rules, diary):
        self.rules, self.diary = rules, diary
        self.open = cache(lambda minute: is_open(minute, rules, diary))

    def is_free(self, start):
        return not any(self.broken_rules(start))

    def broken_rules(self, start):
        rules, diary = self.rules, self.diary
        day, shown = wall(rules.company.zone.key, start)
        begin, end = start - rules.buffer_before_minutes, start + rules.duration_minutes
        until = end + rules.buffer_after_minutes
        if start < rules.not_before:
            yield Refusal.TOO_SOON
        if day > rules.last_day:
            yield Refusal.TOO_FAR
        if shown % rules.grid_minutes:
            yield Refusal.OFF_GRID
        if not self.all_open(begin, end) or not self.buffer_after_fits(end, until):
            yield Refusal.CLOSED
        if not all(self.is_time_of_the_service(minute) for minute in range(start, end)):
            yield Refusal.SERVICE_HOURS
        if any(within(minute, diary.time_off) for minute in range(begin, until)):
            yield Refusal.TIME_OFF
        if day in rules.full_days or wall(diary.hours.zone.key, start)[0] in diary.full_days:
            yield Refusal.DAY_FULL
        if any(within(minute, diary.busy) for minute in range(begin, until)):
            yield Refusal.BUSY

    def all_open(self, begin, end):
        return all(self.open(minute) for minute in range(begin, end))

    def is_time_of_the_service(self, minute):
        hours = self.rules.service_hours
        if hours is None:
            return True
        day, shown = wall(hours.zone.key, minute)
        return within(shown, hours.weekly[day.weekday()])

    def buffer_after_fits(self, end, until):
        closed = [minute for minute in range(end, until) if not self.open(minute)]
        if not closed:
            return True
        return self.rules.last_may_skip_buffer_after and self.is_end_of_day(closed[0])

    def is_end_of_day(self, closing):
        zone = self.diary.hours.zone.key
        today = wall(zone, closing - 1)[0]
        rest = (minute for minute in range(closing, closing + 2 * DAY))
        return not any(self.open(m) for m in rest if wall(zone, m)[0] == today)

    def free_starts(self, first_day, last_day):
        return [
            minute
            for minute in minutes_around(first_day, last_day)
            if first_day <= wall(self.rules.company.zone.key, minute)[0] <= last_day
            and self.is_free(minute)
        ]


def minutes_around(first_day, last_day):
    midnight = int(datetime(first_day.year, first_day.month, first_day.day, tzinfo=UTC).timestamp())
    days = (last_day - first_day).days
    return range(midnight // 60 - DAY, midnight // 60 + (days + 2) * DAY)


# What it is asked


@st.composite
def stretches(draw):
    """Up to three stretches; they may touch, overlap, begin or end at midnight."""
    marks = st.sampled_from([0, 60, 105, 120, 150, 165, 180, 225, 240, 540, 720, 1080, 1380, DAY])
    points = draw(st.lists(marks | st.integers(0, DAY), max_size=6))
    pairs = zip(points[::2], points[1::2], strict=False)
    return [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]


def days_around(anchor, reach=3):
    return st.integers(-reach, reach).map(lambda days: anchor + timedelta(days=days))


@st.composite
def hours(draw, zone, anchor):
    long = st.sampled_from([[(0, DAY)], [(0, 720), (780, DAY)], [(60, 1380)]])
    same = st.one_of(long, long, stretches()).map(lambda day: [day] * 7)
    week = st.lists(long | stretches(), min_size=7, max_size=7)
    special = st.dictionaries(days_around(anchor), long | stretches(), max_size=3)
    return Hours(ZoneInfo(zone), draw(same | week), draw(special | st.just({})))


@st.composite
def service_hours(draw, zone):
    """Mostly long enough to leave something, so that the other rules are met as well."""
    long = st.sampled_from([[(0, DAY)], [(0, 720), (720, DAY)], [(90, 1410)]])
    week = st.lists(long | stretches(), min_size=7, max_size=7)
    return Hours(ZoneInfo(zone), draw(long.map(lambda day: [day] * 7) | week))


def full_days(anchor):
    return st.just(frozenset()) | st.frozensets(days_around(anchor, 2), max_size=2)


@st.composite
def ranges(draw, anchor):
    around = minutes_around(anchor, anchor)
    starts = draw(st.lists(st.sampled_from(around), max_size=4))
    return [(start, start + draw(st.integers(1, 300))) for start in starts]


@st.composite
def diaries(draw, zone, anchor):
    its_zone = draw(st.just(zone) | st.sampled_from(ZONES))
    off = draw(ranges(anchor))
    return Diary(
        draw(hours(its_zone, anchor)), off[:2], draw(ranges(anchor)), draw(full_days(anchor))
    )


@st.composite
def rules(draw, zone, anchor):
    buffers = st.one_of(st.just(0), st.integers(0, 30), st.integers(0, 90), st.integers(0, 1435))
    around = minutes_around(anchor, anchor)
    return Rules(
        company=draw(hours(zone, anchor)),
        duration_minutes=draw(
            st.one_of(st.integers(5, 60), st.integers(5, 180), st.integers(5, 1435))
        ),
        grid_minutes=draw(st.sampled_from([1, 5, 7, 10, 15, 20, 30, 45, 60, 700])),
        not_before=draw(
            st.one_of(
                st.just(around[0] - 2 * DAY), st.sampled_from(around[:DAY]), st.sampled_from(around)
            )
        ),
        last_day=anchor + timedelta(days=draw(st.sampled_from([0, 1, 9, 9]))),
        buffer_before_minutes=draw(buffers),
        buffer_after_minutes=draw(buffers),
        last_may_skip_buffer_after=draw(st.booleans()),
        service_hours=draw(st.none() | service_hours(zone)),
        full_days=draw(full_days(anchor)),
    )


@st.composite
def questions(draw):
    """Rules, a diary, and the one or two dates asked for."""
    zone, anchor = draw(st.sampled_from(MOMENTS))
    first_day = draw(days_around(anchor, 1))
    last_day = first_day + timedelta(days=draw(st.integers(0, 1)))
    return draw(rules(zone, anchor)), draw(diaries(zone, anchor)), first_day, last_day


# The promises


@walking
@given(questions())
def test_the_list_is_what_the_reference_finds(question):
    asked, diary, first_day, last_day = question

    expected = Walk(asked, diary).free_starts(first_day, last_day)

    assert free_starts(asked, diary, first_day, last_day) == expected


@walking
@given(questions(), st.data())
def test_the_check_agrees_with_the_list_at_every_minute(question, data):
    asked, diary, first_day, last_day = question
    offered = set(free_starts(asked, diary, first_day, last_day))
    zone = asked.company.zone.key
    asked_for = [
        minute
        for minute in minutes_around(first_day, last_day)
        if first_day <= wall(zone, minute)[0] <= last_day
    ]
    assume(asked_for)
    some = data.draw(st.lists(st.sampled_from(asked_for), max_size=60)) + sorted(offered)[::7]

    accepted = {minute for minute in some if refusal(minute, asked, diary) is None}

    assert accepted == offered.intersection(some)


@walking
@given(questions(), st.data())
def test_the_check_names_the_rules_the_reference_names(question, data):
    asked, diary, first_day, last_day = question
    walk = Walk(asked, diary)

    for minute in data.draw(
        st.lists(st.sampled_from(minutes_around(first_day, last_day)), max_size=10)
    ):
        expected = list(walk.broken_rules(minute))
        assert list(broken_rules(minute, asked, diary)) == expected
        assert refusal(minute, asked, diary) is next(iter(expected), None)


@walking
@given(questions(), st.sampled_from(ZONES), st.data())
def test_free_days_are_the_days_of_the_free_starts_in_any_zone(question, zone, data):
    asked, diary, first_day, last_day = question
    others = data.draw(st.lists(diaries(asked.company.zone.key, first_day), max_size=1))
    everyone = dict(enumerate([diary, *others]))
    around = first_day - timedelta(days=3), last_day + timedelta(days=3)
    starts = Counter(wall(zone, start)[0] for start in starts_of_any(asked, everyone, *around))

    found = days_of_any(asked, everyone, first_day, last_day, ZoneInfo(zone))

    expected = {day: starts[day] for day in sorted(starts) if first_day <= day <= last_day}
    assert list(found.items()) == list(expected.items())


@walking
@given(questions(), st.data())
def test_any_provider_is_the_union_of_each(question, data):
    asked, diary, first_day, last_day = question
    zone = asked.company.zone.key
    others = data.draw(st.lists(diaries(zone, first_day), max_size=3))
    everyone = dict(enumerate([diary, *others]))

    found = starts_of_any(asked, everyone, first_day, last_day)

    assert list(found) == sorted(found)
    for key, one in everyone.items():
        its_own = [start for start, keys in found.items() if key in keys]
        assert its_own == free_starts(asked, one, first_day, last_day)


@walking
@given(questions(), st.data())
def test_booking_what_is_offered_leaves_only_what_does_not_touch_it(question, data):
    asked, diary, first_day, last_day = question
    before = free_starts(asked, diary, first_day, last_day)
    assume(before)
    taken = asked.occupied(data.draw(st.sampled_from(before)))

    booked = replace(diary, busy=[*diary.busy, taken])
    after = free_starts(asked, booked, first_day, last_day)

    begin, end = taken
    clear = [s for s in before if asked.occupied(s)[1] <= begin or end <= asked.occupied(s)[0]]
    assert after == clear
