"""Booking: what is written, who is chosen, and every refusal."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking import actions
from booking.errors import KeyReused, NotBookable, SlotNotOffered, SlotTaken
from booking.models import (
    Booking,
    Client,
    Consent,
    Event,
    Question,
    Session,
    TimeOff,
    WorkingHours,
)
from booking.slots import Refusal
from tests import factories
from tests.factories import NOW, TOMORROW_NOON, book_one, details, provider, service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("company")]


# --- What is written ---------------------------------------------------------


def test_booking_is_confirmed_and_takes_the_providers_time(ada):
    lesson = service(ada, buffer_before_minutes=10, buffer_after_minutes=20)

    booking = book_one(lesson, note="By the window", client=details(timezone="Asia/Tokyo"))

    session = booking.session
    assert (booking.state, booking.seats, booking.note) == ("confirmed", 1, "By the window")
    assert (booking.timezone, booking.created_at) == ("Asia/Tokyo", NOW)
    assert (session.provider, session.status) == (ada, "active")
    assert (session.capacity, session.seats_taken) == (1, 1)
    assert (session.starts_at, session.duration) == (TOMORROW_NOON, timedelta(minutes=30))
    assert TOMORROW_NOON - session.occupied_from == timedelta(minutes=10)
    assert session.occupied_until - session.ends_at == timedelta(minutes=20)


def test_booking_is_recorded_with_who_did_it_and_where(lesson):
    boss = factories.staff()

    booking = book_one(lesson, source=Booking.STAFF, actor=boss)

    event = Event.objects.get(kind=Event.BOOKED)
    assert (event.booking, event.session, event.actor) == (booking, booking.session, boss)
    assert (event.details, event.occurred_at) == ({"source": "staff"}, NOW)


def test_session_keeps_its_buffers_when_the_service_changes(lesson):
    booking = book_one(lesson)

    lesson.buffer_after_minutes = 60
    lesson.save()

    booking.session.refresh_from_db()
    assert booking.session.occupied_until == booking.session.ends_at


def test_touching_bookings_of_one_provider_are_both_made(lesson):
    book_one(lesson)

    book_one(lesson, starts_at=TOMORROW_NOON + lesson.duration)

    assert Session.objects.active().count() == 2


def test_buffers_of_neighbours_add_up(ada):
    lesson = service(ada, buffer_before_minutes=10, buffer_after_minutes=10)
    book_one(lesson)

    with pytest.raises(SlotTaken):
        book_one(lesson, starts_at=TOMORROW_NOON + timedelta(minutes=45))
    book_one(lesson, starts_at=TOMORROW_NOON + timedelta(minutes=50))


# --- Who is chosen -----------------------------------------------------------


def test_any_provider_spreads_bookings_over_those_who_are_free(ada):
    providers = [ada, provider("Ben"), provider("Cai")]
    lesson = service(*providers)

    booked = [book_one(lesson).session.provider for _ in providers]

    assert booked == providers
    with pytest.raises(SlotTaken):
        book_one(lesson)


def test_any_provider_takes_the_least_busy_of_the_day(ada):
    ben = provider("Ben")
    lesson = service(ada, ben)
    book_one(lesson, provider_id=ada.pk)

    booking = book_one(lesson, starts_at=TOMORROW_NOON + timedelta(hours=2))

    assert booking.session.provider == ben


def test_any_provider_passes_over_who_is_away(ada):
    ben = provider("Ben")
    TimeOff.objects.create(
        provider=ada, starts_at=TOMORROW_NOON, ends_at=TOMORROW_NOON + timedelta(hours=1)
    )

    assert book_one(service(ada, ben)).session.provider == ben


def test_chosen_provider_who_is_busy_is_not_replaced(ada):
    lesson = service(ada, provider("Ben"))
    book_one(lesson, provider_id=ada.pk)

    with pytest.raises(SlotTaken):
        book_one(lesson, provider_id=ada.pk)


# --- Refusals ----------------------------------------------------------------


def assert_nothing_is_written():
    assert not Session.objects.exists()
    assert not Booking.objects.exists()
    assert not Client.objects.exists()
    assert not Event.objects.filter(kind=Event.BOOKED).exists()


def refuse(of, **fields):
    """Book, expect the refusal of a rule, return which."""
    with pytest.raises(SlotNotOffered) as refusal:
        book_one(of, **fields)
    assert_nothing_is_written()
    return refusal.value.reason


def test_time_within_the_notice_is_refused(ada):
    lesson = service(ada, notice_minutes=120)

    assert refuse(lesson, starts_at=NOW + timedelta(minutes=115)) == Refusal.TOO_SOON


def test_time_beyond_the_horizon_is_refused(ada):
    lesson = service(ada, horizon_days=3)

    assert refuse(lesson, starts_at=NOW + timedelta(days=5)) == Refusal.TOO_FAR


def test_time_off_the_grid_is_refused(ada):
    lesson = service(ada, grid_minutes=15)

    assert refuse(lesson, starts_at=TOMORROW_NOON + timedelta(minutes=5)) == Refusal.OFF_GRID


def test_time_outside_the_hours_is_refused(ada):
    WorkingHours.objects.create(weekday=0, starts="09:00", ends="17:00")  # not on Tuesdays

    assert refuse(service(ada, ignores_hours=False)) == Refusal.CLOSED


def test_time_off_is_refused(ada):
    TimeOff.objects.create(
        provider=ada, starts_at=TOMORROW_NOON, ends_at=TOMORROW_NOON + timedelta(minutes=1)
    )

    assert refuse(service(ada)) == Refusal.TIME_OFF


@pytest.mark.parametrize("minutes", [-25, 0, 25])
def test_overlap_is_refused_and_leaves_the_first_alone(lesson, minutes):
    first = book_one(lesson)

    with pytest.raises(SlotTaken, match="just been taken"):
        book_one(lesson, starts_at=TOMORROW_NOON + timedelta(minutes=minutes))

    assert [first.session] == list(Session.objects.all())


def test_overlap_with_another_service_of_the_provider_is_refused(ada, lesson):
    book_one(lesson)
    talk = service(ada, name="Talk", duration_minutes=60)

    with pytest.raises(SlotTaken):
        book_one(talk, starts_at=TOMORROW_NOON - timedelta(minutes=55))


@pytest.mark.parametrize(
    "change",
    [
        lambda lesson, ada: lesson.__class__.objects.update(is_active=False),
        lambda lesson, ada: ada.__class__.objects.update(is_active=False),
        lambda lesson, ada: lesson.providers.clear(),
    ],
    ids=["service off", "provider off", "nobody gives it"],
)
def test_what_is_not_offered_is_refused(lesson, ada, change):
    change(lesson, ada)

    with pytest.raises(NotBookable):
        book_one(lesson)
    assert_nothing_is_written()


@pytest.mark.parametrize(
    "wish",
    [{"starts_at": None}, {"places": 0}, {"places": -1}, {"places": 2}, {"provider_id": 999}],
    ids=str,
)
def test_appointment_that_makes_no_sense_is_refused(lesson, wish):
    with pytest.raises(NotBookable):
        book_one(lesson, **wish)
    assert_nothing_is_written()


def test_unknown_service_is_refused():
    with pytest.raises(NotBookable):
        actions.book(service_id=999, client=details(), starts_at=TOMORROW_NOON, now=NOW)


# --- Clients -----------------------------------------------------------------


def test_client_is_known_again_by_address_and_name_whatever_the_capitals(lesson):
    first = book_one(lesson, client=details("Cleo", email="Cleo@Client.example"))

    again = book_one(
        lesson,
        starts_at=TOMORROW_NOON + timedelta(hours=1),
        client=details("CLEO", email="cleo@client.EXAMPLE"),
    )

    assert again.client == first.client
    assert first.client.email == "cleo@client.example"


def test_two_people_of_one_address_are_two_clients(lesson):
    first = book_one(lesson, client=details("Cleo", email="family@client.example"))
    second = book_one(
        lesson,
        starts_at=TOMORROW_NOON + timedelta(hours=1),
        client=details("Dan", email="family@client.example"),
    )

    assert first.client != second.client


def test_clients_without_an_address_are_never_taken_for_one_another(lesson):
    for hours in range(2):
        book_one(
            lesson,
            starts_at=TOMORROW_NOON + timedelta(hours=hours),
            client=details("Walk-in", email=""),
        )

    assert Client.objects.count() == 2


def test_known_client_stays_as_they_are_and_the_booking_keeps_what_was_given(lesson):
    factories.client("Cleo", language="uk")

    booking = book_one(lesson, client=details("Cleo", phone="+380441234567", language="en"))

    booking.client.refresh_from_db()
    assert (booking.client.phone, booking.client.language) == ("", "uk")
    assert (booking.contact_phone, booking.language) == ("+380441234567", "en")


def test_contact_phone_is_the_clients_where_none_was_given(lesson):
    factories.client("Cleo", phone="+380441234567")

    assert book_one(lesson).contact_phone == "+380441234567"


# --- Idempotency -------------------------------------------------------------


def test_same_key_gives_the_same_booking_again(lesson):
    first = book_one(lesson, idempotency_key="form-1")

    again = book_one(lesson, idempotency_key="form-1")

    assert again == first
    assert Booking.objects.count() == Event.objects.filter(kind=Event.BOOKED).count() == 1


def test_key_of_somebody_else_gives_nothing_away(lesson):
    book_one(lesson, idempotency_key="1")

    with pytest.raises(KeyReused) as refusal:
        book_one(lesson, idempotency_key="1", client=details("Mallory"))

    assert "Cleo" not in str(refusal.value)


def test_key_used_for_another_time_is_refused(lesson):
    book_one(lesson, idempotency_key="1")

    with pytest.raises(KeyReused):
        book_one(lesson, idempotency_key="1", starts_at=TOMORROW_NOON + timedelta(hours=1))

    assert Booking.objects.count() == 1


def test_key_used_for_another_service_is_refused(lesson, ada):
    book_one(lesson, idempotency_key="1")

    with pytest.raises(KeyReused):
        book_one(service(ada, name="Talk"), idempotency_key="1")


def test_refused_booking_leaves_its_key_free(lesson):
    first = book_one(lesson)
    with pytest.raises(SlotTaken):
        book_one(lesson, client=details("Dan"), idempotency_key="form-1")
    actions.cancel(booking_id=first.pk, now=NOW)

    assert book_one(lesson, client=details("Dan"), idempotency_key="form-1").pk


# --- Cost --------------------------------------------------------------------


def queries_of(captured):
    return [row["sql"] for row in captured if "SAVEPOINT" not in row["sql"]]


@pytest.mark.parametrize("count", [1, 3])
def test_booking_costs_ten_queries_for_any_number_of_providers(settings, count):
    settings.EVENT_LISTENERS = []
    WorkingHours.objects.bulk_create(
        WorkingHours(weekday=day, starts="00:00", ends="00:00") for day in range(7)
    )
    people = [provider(f"P{number}") for number in range(count)]
    lesson = service(*people, ignores_hours=False)

    with CaptureQueriesContext(connection) as captured:
        book_one(lesson, idempotency_key="form-1")

    # key, service, providers, company, timetable, (load), session, client, its row,
    # booking, event
    assert len(queries_of(captured)) == (11 if count > 1 else 10)


@pytest.mark.parametrize("asked", [1, 3])
def test_what_is_asked_adds_two_queries(settings, lesson, asked):
    settings.EVENT_LISTENERS = []
    for number in range(asked):
        Question.objects.create(service=lesson, label=f"Question {number}")
        Consent.objects.create(text=f"Box {number}", is_required=False)

    with CaptureQueriesContext(connection) as captured:
        book_one(lesson, idempotency_key="form-1")

    # key, service, questions, boxes, providers, company, session, client, its row, booking, event
    assert len(queries_of(captured)) <= 12


def test_listeners_add_seven_queries(lesson):
    with CaptureQueriesContext(connection) as captured:
        book_one(lesson)

    own = 9  # without key, hours and choice among several
    # zoomlink: session, wake a waiting meeting, meeting; notifications: company, settings,
    # messages, their ids
    assert len(queries_of(captured)) <= own + 7


def test_length_is_real_time_also_where_the_clock_goes_back(ada, lesson):
    night = datetime(2027, 10, 31, 3, 45, tzinfo=ZoneInfo("Europe/Kyiv"))

    booking = book_one(lesson, starts_at=night, now=night.astimezone(UTC) - timedelta(days=1))
    moved = actions.reschedule(
        booking_id=booking.pk,
        starts_at=night - timedelta(minutes=45),
        now=night - timedelta(days=1),
    )

    assert booking.session.duration == moved.session.duration == timedelta(minutes=30)
