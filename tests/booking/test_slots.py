"""Examples of free start times, with the wall time a person of the zone would name."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.ranges import DAY, covering, minute_of, moment_of
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
    working_time,
)

pytestmark = pytest.mark.no_database

MONDAY = date(2026, 11, 23)
ALL_DAY = [(0, DAY)]
NINE_TO_FIVE = [(9 * 60, 17 * 60)]


def hours(zone, *stretches, **special):
    return Hours(ZoneInfo(zone), [list(stretches)] * 7, **special)


def rules_of(zone="UTC", **changed):
    always = Hours(ZoneInfo(zone), [ALL_DAY] * 7)
    rules = Rules(
        company=always,
        duration_minutes=60,
        grid_minutes=60,
        not_before=minute_of(datetime(2000, 1, 1, tzinfo=UTC)),
        last_day=date(2040, 1, 1),
    )
    return replace(rules, **changed)


def at(text):
    """``2026-11-23 09:00`` in UTC as an instant."""
    return minute_of(datetime.fromisoformat(text).replace(tzinfo=UTC))


def offered(rules, diary, day, last_day=None):
    """The free starts as people of the company's zone read them, with the offset."""
    starts = free_starts(rules, diary, day, last_day or day)
    return [f"{moment_of(start).astimezone(rules.company.zone):%H:%M%z}" for start in starts]


def times(rules, diary, day):
    """The same without the offset."""
    return [text[:5] for text in offered(rules, diary, day)]


# Hours, grid and buffers


def test_sessions_fit_between_opening_and_closing():
    assert times(rules_of(), Diary(hours("UTC", (540, 720))), MONDAY) == ["09:00", "10:00", "11:00"]


def test_a_session_does_not_run_into_a_break():
    diary = Diary(hours("UTC", (540, 630), (660, 720)))

    assert times(rules_of(grid_minutes=30), diary, MONDAY) == ["09:00", "09:30", "11:00"]


def test_the_grid_counts_from_midnight_and_not_from_opening():
    diary = Diary(hours("UTC", (545, 660)))

    assert times(rules_of(grid_minutes=30), diary, MONDAY) == ["09:30", "10:00"]


def test_a_grid_that_does_not_divide_a_day_starts_anew_each_midnight():
    diary = Diary(hours("UTC", *ALL_DAY))

    assert times(rules_of(grid_minutes=700), diary, MONDAY) == ["00:00", "11:40", "23:20"]


def test_weekdays_have_their_own_hours():
    week = [[(540, 600)], [], [], [], [], [], [(600, 660)]]
    diary = Diary(Hours(ZoneInfo("UTC"), week))

    assert times(rules_of(), diary, MONDAY) == ["09:00"]
    assert times(rules_of(), diary, MONDAY + timedelta(days=1)) == []
    assert times(rules_of(), diary, MONDAY - timedelta(days=1)) == ["10:00"]


def test_both_buffers_lie_inside_the_hours():
    rules = rules_of(grid_minutes=15, buffer_before_minutes=15, buffer_after_minutes=30)

    assert times(rules, Diary(hours("UTC", (540, 660))), MONDAY) == ["09:15", "09:30"]


def test_buffers_of_neighbours_add_up():
    rules = rules_of(grid_minutes=5, buffer_before_minutes=10, buffer_after_minutes=5)
    taken = rules.occupied(at("2026-11-23 10:00"))
    diary = Diary(hours("UTC", (540, 780)), busy=[taken])

    assert times(rules, diary, MONDAY)[0] == "11:15"


def test_a_session_may_begin_when_another_ends():
    diary = Diary(hours("UTC", (540, 720)), busy=[(at("2026-11-23 10:00"), at("2026-11-23 11:00"))])

    assert times(rules_of(), diary, MONDAY) == ["09:00", "11:00"]


def test_one_minute_of_overlap_is_too_much():
    diary = Diary(hours("UTC", (540, 720)), busy=[(at("2026-11-23 09:59"), at("2026-11-23 11:01"))])

    assert times(rules_of(), diary, MONDAY) == []


def test_the_last_session_of_the_day_may_skip_its_buffer_but_not_into_a_break():
    diary = Diary(hours("UTC", (540, 720), (780, 840)))
    rules = rules_of(buffer_after_minutes=30)
    skipping = replace(rules, last_may_skip_buffer_after=True)

    assert times(rules, diary, MONDAY) == ["09:00", "10:00"]
    assert times(skipping, diary, MONDAY) == ["09:00", "10:00", "13:00"]


def test_a_skipped_buffer_still_keeps_clear_of_sessions_and_time_off():
    rules = rules_of(buffer_after_minutes=30, last_may_skip_buffer_after=True)
    evening = [(at("2026-11-23 17:15"), at("2026-11-23 18:00"))]
    working = hours("UTC", (960, 1020))

    assert times(rules, Diary(working), MONDAY) == ["16:00"]
    assert times(rules, Diary(working, busy=evening), MONDAY) == []
    assert times(rules, Diary(working, time_off=evening), MONDAY) == []


def test_a_skipped_buffer_may_reach_into_the_next_day():
    rules = rules_of(buffer_after_minutes=90, last_may_skip_buffer_after=True)
    diary = Diary(hours("UTC", (0, 60), (1380, 1440 - 1)))

    assert times(replace(rules, duration_minutes=59), diary, MONDAY) == ["23:00"]


def test_stretches_that_meet_at_midnight_are_one():
    diary = Diary(hours("UTC", (0, 120), (1320, DAY)))
    rules = rules_of(duration_minutes=180)

    assert times(rules, diary, MONDAY) == ["22:00", "23:00"]


def test_a_session_longer_than_every_stretch_is_never_offered():
    rules = rules_of(duration_minutes=481)

    assert times(rules, Diary(hours("UTC", *NINE_TO_FIVE)), MONDAY) == []


def test_a_session_of_almost_a_day_crosses_midnight():
    rules = rules_of(duration_minutes=1435, buffer_after_minutes=1435, grid_minutes=720)

    assert times(rules, Diary(hours("UTC", *ALL_DAY)), MONDAY) == ["00:00", "12:00"]


# Company and provider, special days, time off


def test_provider_hours_hold_inside_company_hours():
    rules = rules_of(company=hours("UTC", (600, 720)))

    assert times(rules, Diary(hours("UTC", (540, 660))), MONDAY) == ["10:00"]


def test_a_company_day_off_closes_everyone():
    rules = rules_of(company=hours("UTC", *ALL_DAY, special={MONDAY: []}))

    assert times(rules, Diary(hours("UTC", *NINE_TO_FIVE)), MONDAY) == []


def test_the_special_day_of_a_provider_wins_over_the_company():
    rules = rules_of(company=hours("UTC", *NINE_TO_FIVE, special={MONDAY: []}))
    diary = Diary(hours("UTC", *NINE_TO_FIVE, special={MONDAY: [(1080, 1140)]}))

    assert times(rules, diary, MONDAY) == ["18:00"]


def test_the_day_off_of_a_provider_wins_over_a_special_day_of_the_company():
    rules = rules_of(company=hours("UTC", *NINE_TO_FIVE, special={MONDAY: ALL_DAY}))
    diary = Diary(hours("UTC", *NINE_TO_FIVE, special={MONDAY: []}))

    assert times(rules, diary, MONDAY) == []


def test_time_off_cuts_the_hours():
    off = [(at("2026-11-23 10:30"), at("2026-11-23 12:00"))]

    assert times(rules_of(), Diary(hours("UTC", (540, 780)), time_off=off), MONDAY) == [
        "09:00",
        "12:00",
    ]


def test_provider_and_company_may_live_in_different_zones():
    rules = rules_of(company=hours("Europe/Kyiv", (540, 1080)))
    diary = Diary(hours("America/New_York", (540, 720)))

    assert offered(rules, diary, MONDAY) == ["16:00+0200", "17:00+0200"]


def test_a_provider_a_day_away_is_offered_on_the_companys_date():
    rules = rules_of(company=hours("Pacific/Pago_Pago", *ALL_DAY))
    diary = Diary(hours("Pacific/Kiritimati", (540, 600)))

    assert offered(rules, diary, MONDAY) == ["08:00-1100"]


# The service's own hours


def test_a_service_may_have_hours_of_its_own():
    rules = rules_of(service_hours=hours("UTC", (600, 780)))

    assert times(rules, Diary(hours("UTC", *NINE_TO_FIVE)), MONDAY) == ["10:00", "11:00", "12:00"]
    assert times(rules, Diary(hours("UTC", (660, 840))), MONDAY) == ["11:00", "12:00"]


def test_buffers_may_reach_past_the_hours_of_the_service():
    rules = rules_of(
        service_hours=hours("UTC", (600, 660)), buffer_before_minutes=30, buffer_after_minutes=30
    )

    assert times(rules, Diary(hours("UTC", *NINE_TO_FIVE)), MONDAY) == ["10:00"]


def test_hours_of_a_service_that_touch_are_one_stretch():
    diary = Diary(hours("UTC", *NINE_TO_FIVE))
    touching = rules_of(duration_minutes=120, service_hours=hours("UTC", (600, 660), (660, 720)))
    apart = rules_of(duration_minutes=120, service_hours=hours("UTC", (600, 660), (661, 720)))

    assert times(touching, diary, MONDAY) == ["10:00"]
    assert times(apart, diary, MONDAY) == []


def test_hours_of_a_service_meet_at_midnight():
    night = [[(1320, DAY)], [(0, 120)], [], [], [], [], []]
    rules = rules_of(duration_minutes=180, service_hours=Hours(ZoneInfo("UTC"), night))

    assert times(rules, Diary(hours("UTC", *ALL_DAY)), MONDAY) == ["22:00", "23:00"]


def test_hours_of_a_service_keep_their_wall_time_when_the_clock_changes():
    rules = rules_of("Europe/Kyiv", service_hours=hours("Europe/Kyiv", (120, 300)))
    diary = Diary(hours("Europe/Kyiv", *ALL_DAY))

    assert times(rules, diary, date(2026, 3, 29)) == ["02:00", "04:00"]
    assert times(rules, diary, date(2026, 10, 25)) == ["02:00", "03:00", "03:00", "04:00"]


def test_hours_of_a_service_of_a_company_without_any_offer_nothing():
    rules = rules_of(service_hours=hours("UTC"))

    assert times(rules, Diary(hours("UTC", *ALL_DAY)), MONDAY) == []


# Full days


def test_nothing_starts_on_a_day_on_which_the_service_has_its_maximum():
    rules = rules_of(full_days=frozenset({MONDAY}))
    diary = Diary(hours("UTC", (540, 600)))

    assert times(rules, diary, MONDAY) == []
    assert times(rules, diary, MONDAY + timedelta(days=1)) == ["09:00"]


def test_a_session_may_reach_into_a_full_day():
    rules = rules_of(full_days=frozenset({MONDAY}), duration_minutes=120)

    assert times(rules, Diary(hours("UTC", *ALL_DAY)), MONDAY - timedelta(days=1))[-1] == "23:00"


def test_a_full_day_of_a_provider_is_a_date_of_their_zone():
    diary = Diary(hours("America/New_York", *ALL_DAY), full_days=frozenset({MONDAY}))
    rules = rules_of("Europe/Kyiv")

    assert times(rules, diary, MONDAY) == [f"0{hour}:00" for hour in range(7)]
    assert times(rules, diary, MONDAY + timedelta(days=1))[0] == "07:00"


# The days


def test_free_days_are_dates_of_the_zone_asked_for():
    rules = rules_of("Europe/Kyiv", grid_minutes=1)
    diary = Diary(Hours(ZoneInfo("Europe/Kyiv"), [[(60, 180)], [], [], [], [], [], []]))
    week = MONDAY - timedelta(days=3), MONDAY + timedelta(days=3)

    assert list(days_of_any(rules, {"ada": diary}, *week, ZoneInfo("Europe/Kyiv"))) == [MONDAY]
    # One o'clock on Monday in Kyiv is Sunday in New York.
    new_york = days_of_any(rules, {"ada": diary}, *week, ZoneInfo("America/New_York"))
    assert list(new_york) == [MONDAY - timedelta(days=1)]


def test_a_day_is_free_only_where_a_window_meets_the_grid():
    rules = rules_of(grid_minutes=60, duration_minutes=5)
    diary = Diary(hours("UTC", (545, 599)))

    assert days_of_any(rules, {"ada": diary}, MONDAY, MONDAY, ZoneInfo("UTC")) == {}


def test_the_whole_calendar_may_be_asked_for_its_days():
    rules = rules_of(last_day=MONDAY, not_before=at("2026-11-22 00:00"))
    diaries = {"ada": Diary(hours("UTC", (540, 600)))}

    found = days_of_any(rules, diaries, date.min, date.max, ZoneInfo("UTC"))

    assert list(found) == [MONDAY - timedelta(days=1), MONDAY]


# Notice and horizon


def test_the_first_moment_allowed_is_offered_and_the_minute_before_is_not():
    diary = Diary(hours("UTC", *NINE_TO_FIVE))
    on_time = rules_of(not_before=at("2026-11-23 15:00"))
    late = rules_of(not_before=at("2026-11-23 15:01"))

    assert times(on_time, diary, MONDAY) == ["15:00", "16:00"]
    assert times(late, diary, MONDAY) == ["16:00"]


def test_the_last_day_is_the_companys_date():
    rules = rules_of(company=hours("Pacific/Auckland", *ALL_DAY), last_day=MONDAY)
    diary = Diary(hours("Pacific/Auckland", (1320, DAY)))

    days = (MONDAY, MONDAY + timedelta(days=9))
    assert offered(rules, diary, *days) == ["22:00+1300", "23:00+1300"]


@pytest.mark.parametrize("day", [date.min, date.max])
def test_dates_at_the_end_of_the_calendar_are_just_empty(day):
    assert times(rules_of(), Diary(hours("UTC", *ALL_DAY)), day) == []


# The clock changes

CHANGES = [
    # Kyiv goes 03:00 -> 04:00 and back 04:00 -> 03:00.
    ("Europe/Kyiv", date(2026, 3, 29), 120, 300, 60, ["02:00+0200", "04:00+0300"]),
    (
        "Europe/Kyiv",
        date(2026, 10, 25),
        120,
        300,
        60,
        ["02:00+0300", "03:00+0300", "03:00+0200", "04:00+0200"],
    ),
    # New York goes 02:00 -> 03:00 and back 02:00 -> 01:00.
    ("America/New_York", date(2026, 3, 8), 60, 240, 60, ["01:00-0500", "03:00-0400"]),
    (
        "America/New_York",
        date(2026, 11, 1),
        60,
        180,
        60,
        ["01:00-0400", "01:00-0500", "02:00-0500"],
    ),
    # Lord Howe moves by half an hour, 02:00 -> 02:30 and back 02:00 -> 01:30.
    (
        "Australia/Lord_Howe",
        date(2026, 10, 4),
        60,
        210,
        30,
        ["01:00+1030", "01:30+1030", "02:30+1100", "03:00+1100"],
    ),
    (
        "Australia/Lord_Howe",
        date(2026, 4, 5),
        60,
        180,
        30,
        ["01:00+1100", "01:30+1100", "01:30+1030", "02:00+1030", "02:30+1030"],
    ),
    # Chatham goes 02:45 -> 03:45 and back 03:45 -> 02:45.
    (
        "Pacific/Chatham",
        date(2026, 9, 27),
        120,
        240,
        15,
        ["02:00+1245", "02:15+1245", "02:30+1245", "03:45+1345"],
    ),
    (
        "Pacific/Chatham",
        date(2026, 4, 5),
        165,
        240,
        30,
        ["03:00+1345", "03:30+1345", "03:00+1245", "03:30+1245"],
    ),
    # Samoa left out the whole of 2011-12-30.
    ("Pacific/Apia", date(2011, 12, 29), 1380, 1440, 30, ["23:00-1000", "23:30-1000"]),
    ("Pacific/Apia", date(2011, 12, 30), 0, 1440, 30, []),
    ("Pacific/Apia", date(2011, 12, 31), 0, 60, 30, ["00:00+1400", "00:30+1400"]),
    # Casablanca is an hour back during Ramadan: 03:00 -> 02:00, then 02:00 -> 03:00.
    (
        "Africa/Casablanca",
        date(2026, 2, 15),
        120,
        180,
        30,
        ["02:00+0100", "02:30+0100", "02:00+0000", "02:30+0000"],
    ),
    ("Africa/Casablanca", date(2026, 3, 22), 60, 210, 30, ["01:00", "01:30", "03:00"]),
    ("UTC", date(2026, 3, 29), 120, 300, 60, ["02:00+0000", "03:00+0000", "04:00+0000"]),
]


@pytest.mark.parametrize(("zone", "day", "opens", "closes", "grid", "expected"), CHANGES)
def test_a_rule_keeps_its_wall_time_when_the_clock_changes(
    zone, day, opens, closes, grid, expected
):
    rules = rules_of(zone, duration_minutes=5, grid_minutes=grid)

    found = offered(rules, Diary(hours(zone, (opens, closes))), day)

    assert [text[: len(expected[0])] for text in found] == expected


def test_an_hour_that_comes_twice_gives_one_long_room():
    rules = rules_of("Europe/Kyiv", duration_minutes=240)
    diary = Diary(hours("Europe/Kyiv", (120, 300)))

    assert offered(rules, diary, date(2026, 10, 25)) == ["02:00+0300"]


def test_an_hour_that_is_left_out_is_missing_from_the_room():
    rules = rules_of("Europe/Kyiv", duration_minutes=180)
    diary = Diary(hours("Europe/Kyiv", (120, 300)))

    assert offered(rules, diary, date(2026, 3, 28)) == ["02:00+0200"]
    assert offered(rules, diary, date(2026, 3, 29)) == []


def test_nine_oclock_stays_nine_oclock_over_both_changes():
    diary = Diary(hours("Europe/Kyiv", (540, 600)))
    rules = rules_of("Europe/Kyiv")

    spring = offered(rules, diary, date(2026, 3, 28), date(2026, 3, 30))
    autumn = offered(rules, diary, date(2026, 10, 24), date(2026, 10, 26))

    assert spring == ["09:00+0200", "09:00+0300", "09:00+0300"]
    assert autumn == ["09:00+0300", "09:00+0200", "09:00+0200"]


# The check

BUSY = (at("2026-11-23 11:00"), at("2026-11-23 12:00"))
OFF = (at("2026-11-23 14:00"), at("2026-11-23 15:00"))


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("2026-11-23 08:59", Refusal.TOO_SOON),
        ("2026-11-23 10:00", None),
        ("2026-11-23 10:30", Refusal.BUSY),
        ("2026-11-23 10:31", Refusal.OFF_GRID),
        ("2026-11-23 14:00", Refusal.TIME_OFF),
        ("2026-11-23 16:00", None),
        ("2026-11-23 16:30", Refusal.CLOSED),
        ("2026-11-24 16:00", None),
        ("2026-11-25 09:00", Refusal.TOO_FAR),
        ("9999-12-31 23:59", Refusal.TOO_FAR),
        ("0001-01-01 00:00", Refusal.TOO_SOON),
    ],
)
def test_each_refusal_names_its_reason(start, reason):
    rules = rules_of(
        grid_minutes=30, not_before=at("2026-11-23 09:00"), last_day=date(2026, 11, 24)
    )
    diary = Diary(hours("UTC", *NINE_TO_FIVE), time_off=[OFF], busy=[BUSY])

    assert refusal(at(start), rules, diary) is reason


def test_the_first_of_several_reasons_is_named():
    nine_to_five, off = hours("UTC", *NINE_TO_FIVE), {"time_off": [OFF], "busy": [OFF]}
    rules = rules_of(service_hours=hours("UTC", (540, 600)))

    assert refusal(OFF[0], rules, Diary(hours("UTC"), **off)) is Refusal.CLOSED
    assert refusal(OFF[0], rules, Diary(nine_to_five, **off)) is Refusal.SERVICE_HOURS
    full = Diary(nine_to_five, **off, full_days=frozenset({MONDAY}))
    assert refusal(OFF[0], rules_of(), full) is Refusal.TIME_OFF
    assert refusal(OFF[0], rules_of(), replace(full, time_off=())) is Refusal.DAY_FULL
    assert refusal(OFF[0], rules_of(), Diary(nine_to_five, busy=[OFF])) is Refusal.BUSY


def test_every_rule_that_is_broken_is_told():
    rules = rules_of(
        not_before=at("2026-11-24 00:00"),
        last_day=MONDAY - timedelta(days=1),
        service_hours=hours("UTC"),
        full_days=frozenset({MONDAY}),
    )
    diary = Diary(hours("UTC"), time_off=[OFF], busy=[OFF])

    assert list(broken_rules(OFF[0] + 1, rules, diary)) == list(Refusal)


# Any provider


def test_any_provider_names_who_is_free_in_the_given_order():
    diaries = {
        "olena": Diary(hours("UTC", (600, 720))),
        "taras": Diary(hours("UTC", (540, 660))),
    }

    found = starts_of_any(rules_of(), diaries, MONDAY, MONDAY)

    assert list(found.items()) == [
        (at("2026-11-23 09:00"), ["taras"]),
        (at("2026-11-23 10:00"), ["olena", "taras"]),
        (at("2026-11-23 11:00"), ["olena"]),
    ]


def test_nobody_is_free_when_there_is_nobody():
    assert starts_of_any(rules_of(), {}, MONDAY, MONDAY) == {}


# Wrong input


@pytest.mark.parametrize("stretch", [(600, 540), (600, 600), (-1, 60), (1380, 1441)])
def test_a_stretch_that_leaves_its_day_or_runs_backwards_is_refused(stretch):
    with pytest.raises(ValueError, match="not a stretch of one day"):
        hours("UTC", stretch)
    with pytest.raises(ValueError, match="not a stretch of one day"):
        hours("UTC", special={MONDAY: [stretch]})


def test_a_week_of_six_days_is_refused():
    with pytest.raises(ValueError, match="seven days"):
        Hours(ZoneInfo("UTC"), [[]] * 6)


@pytest.mark.parametrize(
    "wrong",
    [
        {"duration_minutes": 0},
        {"grid_minutes": 0},
        {"buffer_before_minutes": -1},
        {"buffer_after_minutes": -1},
    ],
)
def test_rules_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=r"at least one minute|not negative"):
        rules_of(**wrong)


def test_an_instant_is_an_aware_whole_minute():
    moment = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    assert moment_of(minute_of(moment)) == moment
    for wrong in (moment.replace(tzinfo=None), moment.replace(second=1)):
        with pytest.raises(ValueError, match="not an aware whole minute"):
            minute_of(wrong)


def test_covering_rounds_outwards():
    begin = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    assert covering(
        begin + timedelta(seconds=59), begin + timedelta(minutes=1, microseconds=1)
    ) == (
        minute_of(begin),
        minute_of(begin) + 2,
    )


@pytest.mark.parametrize(
    ("hours_of_provider", "works"),
    [
        (
            hours("Europe/Kyiv", (8 * 60, 12 * 60), (13 * 60, 20 * 60)),
            ["09:00–12:00", "13:00–17:00"],
        ),
        # In Lisbon it is two hours earlier: ten to eight there.
        (hours("Europe/Lisbon", (10 * 60, 20 * 60)), ["12:00–17:00"]),
        # A special day counts whatever the company's hours are.
        (hours("Europe/Kyiv", *NINE_TO_FIVE, special={MONDAY: [(18 * 60, DAY)]}), ["18:00–00:00"]),
        (hours("Europe/Kyiv", *NINE_TO_FIVE, special={MONDAY: []}), []),
    ],
)
def test_provider_works_inside_the_companys_hours(hours_of_provider, works):
    company = hours("Europe/Kyiv", *NINE_TO_FIVE)

    found = working_time(company, hours_of_provider, MONDAY, MONDAY)

    assert [wall_times(stretch, company.zone) for stretch in found] == works


@pytest.mark.parametrize(("day", "hours_long"), [(date(2026, 10, 25), 25), (date(2027, 3, 28), 23)])
def test_working_day_is_as_long_as_the_clocks_make_it(day, hours_long):
    company = hours("Europe/Kyiv", *ALL_DAY)

    [(start, end)] = working_time(company, company, day, day)

    assert end - start == hours_long * 60


def wall_times(stretch, zone):
    return "–".join(f"{moment_of(minute).astimezone(zone):%H:%M}" for minute in stretch)
