"""What models refuse: people are told at the field, the database has the last word."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from booking.models import (
    Booking,
    Client,
    Company,
    Provider,
    Service,
    Session,
    SpecialDay,
    TimeOff,
    User,
    WorkingHours,
)
from tests import factories
from tests.factories import NOW, TOMORROW_NOON, book_one

pytestmark = pytest.mark.django_db


def errors_of(row):
    """Return the fields that are refused."""
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    return sorted(refusal.value.message_dict)


def refused_by_database(write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write()
    return True


# --- Company and services ----------------------------------------------------


@pytest.mark.parametrize("zone", ["Kyiv", "Europe/Nowhere", "UTC+2", "../etc/passwd", " "])
def test_zone_that_does_not_exist_is_refused_at_its_field(zone):
    assert errors_of(Company(timezone=zone)) == ["timezone"]
    assert errors_of(Provider(name="Ada", timezone=zone)) == ["timezone"]
    assert errors_of(Client(name="Cleo", timezone=zone)) == ["timezone"]


@pytest.mark.parametrize("zone", ["Europe/Kyiv", "America/Argentina/Buenos_Aires", "UTC"])
def test_zone_of_the_iana_database_is_accepted(zone):
    Company(timezone=zone).full_clean()
    Provider(name="Ada", timezone=zone).full_clean()


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("duration_minutes", 0),
        ("duration_minutes", 4),
        ("duration_minutes", 1440),
        ("buffer_before_minutes", -1),
        ("buffer_after_minutes", -1),
        ("buffer_after_minutes", 1436),
        ("capacity", 0),
        ("grid_minutes", 0),
        ("grid_minutes", 1441),
        ("notice_minutes", -1),
        ("notice_minutes", 2_000_000_000),
        ("horizon_days", -1),
        ("colour", "green"),
        ("slug", "two words"),
    ],
)
def test_service_is_refused_at_its_field(field, bad):
    service = Service(**{"name": "Lesson", "slug": "lesson", field: bad})

    assert errors_of(service) == [field]


@pytest.mark.parametrize(
    "fields",
    [
        {"duration_minutes": 4},
        {"buffer_before_minutes": -1},
        {"capacity": 0},
        {"grid_minutes": 0},
    ],
    ids=str,
)
def test_database_refuses_the_service_too(fields):
    assert refused_by_database(
        lambda: Service.objects.create(name="Lesson", slug="lesson", **fields)
    )


def test_new_service_is_not_online():
    assert Service.objects.create(name="Lesson", slug="lesson").is_online_meeting is False


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("grid_minutes", 0),
        ("grid_minutes", 1441),
        ("notice_minutes", -1),
        ("cancel_until_minutes", 2_000_000_000),
        ("reschedule_until_minutes", 2_000_000_000),
    ],
)
def test_company_is_refused_at_its_field(field, bad):
    assert errors_of(Company(**{field: bad})) == [field]


def test_there_is_one_company():
    Company(name="First").save()
    Company(name="Second").save()

    assert Company.objects.get().name == "Second"
    assert refused_by_database(lambda: Company.objects.bulk_create([Company(pk=2)]))


def test_company_before_anybody_named_it_has_first_values(settings):
    settings.COMPANY_TIME_ZONE = "Europe/Warsaw"

    company = Company.objects.current()

    assert (company.zone.key, company.language) == ("Europe/Warsaw", settings.LANGUAGE_CODE)


# --- Hours -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "ends", "fields"),
    [
        (time(17), time(9), ["ends"]),
        (time(9), time(9), ["ends"]),
        (time(9, 0, 30), time(17), ["starts"]),
        (time(9), time(17, 0, 0, 1), ["ends"]),
    ],
)
def test_hours_are_refused_at_their_field(starts, ends, fields):
    assert errors_of(WorkingHours(weekday=0, starts=starts, ends=ends)) == fields
    assert errors_of(SpecialDay(date=date(2026, 11, 24), starts=starts, ends=ends)) == fields


def test_hours_until_midnight_are_accepted():
    hours = WorkingHours(weekday=0, starts=time(9), ends=time(0))

    hours.full_clean()

    assert hours.minutes == (540, 1440)


@pytest.mark.parametrize(
    ("given", "fields"), [({"starts": time(9)}, ["ends"]), ({"ends": time(9)}, ["starts"])]
)
def test_half_a_special_day_is_refused_where_it_lacks(given, fields):
    assert errors_of(SpecialDay(date=date(2026, 11, 24), **given)) == fields


def test_closed_day_needs_no_times():
    SpecialDay(date=date(2026, 11, 24)).full_clean()


@pytest.mark.parametrize("length", [timedelta(0), timedelta(hours=-1)])
def test_time_off_that_ends_too_early_is_refused_at_its_end(length):
    ada = factories.provider()
    absence = TimeOff(provider=ada, starts_at=NOW, ends_at=NOW + length)

    assert errors_of(absence) == ["ends_at"]
    assert refused_by_database(absence.save)


def test_database_refuses_hours_that_end_too_early():
    backwards = {"starts": time(17), "ends": time(9)}
    assert refused_by_database(lambda: WorkingHours.objects.create(weekday=0, **backwards))
    assert refused_by_database(
        lambda: WorkingHours.objects.create(weekday=7, starts=time(9), ends=time(0))
    )
    assert refused_by_database(lambda: SpecialDay.objects.create(date=NOW.date(), **backwards))


# --- Sessions and bookings ---------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"ends_at": TOMORROW_NOON},
        {"occupied_from": TOMORROW_NOON + timedelta(minutes=1)},
        {"occupied_until": TOMORROW_NOON + timedelta(minutes=1)},
        {"seats_taken": 2},
        {"capacity": 0, "seats_taken": 0},
        {"seats_taken": -1},
    ],
    ids=str,
)
def test_database_refuses_a_session_that_cannot_be(lesson, change):
    book_one(lesson)

    assert refused_by_database(lambda: Session.objects.update(**change))


@pytest.mark.parametrize(
    "change",
    [{"seats": 0}, {"state": "held"}, {"state": "cancelled"}],
    ids=["no place", "held for ever", "cancelled at no time"],
)
def test_database_refuses_a_booking_that_cannot_be(lesson, change):
    book_one(lesson)

    assert refused_by_database(lambda: Booking.objects.update(**change))


@pytest.mark.parametrize(
    ("from_minutes", "until_minutes", "is_met"),
    [(-30, 0, False), (-30, 1, True), (29, 60, True), (30, 60, False)],
)
def test_sessions_occupy_a_half_open_range(lesson, from_minutes, until_minutes, is_met):
    book_one(lesson)  # half an hour

    found = Session.objects.occupying(
        TOMORROW_NOON + timedelta(minutes=from_minutes),
        TOMORROW_NOON + timedelta(minutes=until_minutes),
    )

    assert found.exists() is is_met


@pytest.mark.parametrize("minutes", [30, 1435])
@pytest.mark.parametrize(("before_its_end", "is_met"), [(1, True), (0, False)])
def test_sessions_meet_a_half_open_range(minutes, before_its_end, is_met):
    lesson = factories.service(factories.provider(), duration_minutes=minutes, ignores_hours=True)
    session = book_one(lesson).session
    moment = session.ends_at - timedelta(minutes=before_its_end)

    assert Session.objects.meeting(moment, moment + timedelta(days=1)).exists() is is_met
    assert Session.objects.meeting(moment - timedelta(days=9), session.starts_at).exists() is False


# --- People ------------------------------------------------------------------


def test_user_is_one_whatever_the_capitals():
    user = User.objects.create_user("Ada@Client.example")

    assert user.email == "ada@client.example"
    assert User.objects.get_by_natural_key("ADA@client.example") == user
    assert refused_by_database(lambda: User(email="ADA@client.example").save())


def test_user_needs_an_address():
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("")


def test_name_and_address_are_one_client():
    factories.client("Cleo")

    assert refused_by_database(lambda: factories.client("CLEO", email="Cleo@Client.Example"))
    factories.client("Dan", email="cleo@client.example")
    assert Client.objects.count() == 2


def test_times_come_back_in_utc(lesson):
    booking = book_one(lesson, starts_at=datetime.fromisoformat("2026-11-24T12:00+02:00"))

    booking.session.refresh_from_db()
    assert booking.session.starts_at == TOMORROW_NOON
    assert booking.session.starts_at.tzinfo is UTC
