"""What can be booked, with whom and when, for programs."""

from datetime import datetime, timedelta

import pytest

from booking import actions
from booking.models import WorkingHours
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tests.web.api.conftest import NOON

pytestmark = pytest.mark.django_db

TOMORROW = {"from": "2026-11-24", "to": "2026-11-24"}


def starts_of(answer) -> list[str]:
    return [slot["starts_at"] for slot in answer.json()["slots"]]


@pytest.fixture
def by_hours(ada):
    """From nine to five, Monday to Friday, Kyiv time, every hour."""
    for weekday in range(5):
        WorkingHours.objects.create(weekday=weekday, starts="09:00", ends="17:00")
    return factories.service(ada, name="Talk", ignores_hours=False, grid_minutes=60)


@pytest.fixture
def yoga(ada):
    factories.enable("classes")
    return factories.service(ada, name="Yoga", kind="class", capacity=5, duration_minutes=60)


def schedule(yoga, ada, starts_at=TOMORROW_NOON):
    return actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=starts_at, now=NOW
    )


class TestServices:
    def test_each_is_told_in_full(self, ask, ada, yoga):
        lesson = factories.service(ada, name="Lesson", is_online_meeting=True)
        factories.enable("online-meetings")

        answer = ask("/services")

        assert answer.json() == [
            {
                "id": lesson.pk,
                "slug": "lesson",
                "name": "Lesson",
                "kind": "appointment",
                "duration_minutes": 30,
                "capacity": 1,
                "is_online_meeting": True,
                "providers": [ada.pk],
                "questions": [],
            },
            {
                "id": yoga.pk,
                "slug": "yoga",
                "name": "Yoga",
                "kind": "class",
                "duration_minutes": 60,
                "capacity": 5,
                "is_online_meeting": False,
                "providers": [ada.pk],
                "questions": [],
            },
        ]

    def test_only_active_and_listed_ones_with_active_providers(self, ask, ada):
        gone = factories.provider("Gone", is_active=False)
        factories.service(ada, gone, name="Shown")
        factories.service(ada, name="Hidden", is_listed=False)
        factories.service(ada, name="Over", is_active=False)

        services = ask("/services").json()

        assert [(row["name"], row["providers"]) for row in services] == [("Shown", [ada.pk])]

    def test_classes_and_online_meetings_only_while_the_features_are_on(self, ask, ada):
        factories.service(ada, name="Talk", is_online_meeting=True)
        factories.service(ada, name="Yoga", kind="class", capacity=5)

        without = ask("/services").json()
        factories.enable("classes")
        factories.enable("online-meetings")
        with_features = ask("/services").json()

        assert [(row["name"], row["is_online_meeting"]) for row in without] == [("Talk", False)]
        assert [(row["name"], row["is_online_meeting"]) for row in with_features] == [
            ("Talk", True),
            ("Yoga", False),
        ]

    @pytest.mark.parametrize("rows", [1, 3])
    def test_queries_do_not_grow(self, ask, company, rows, django_assert_num_queries):
        for number in range(rows):
            factories.service(
                factories.provider(f"A{number}"),
                factories.provider(f"B{number}"),
                name=f"S{number}",
            ).questions.create(label="Anything else?")

        with django_assert_num_queries(4):  # features, services, their providers and questions
            assert len(ask("/services").json()) == rows


class TestProviders:
    def test_each_is_told_with_their_zone(self, ask, ada):
        ben = factories.provider("Ben", timezone="Europe/Lisbon")
        factories.service(ada, ben)
        factories.service(ada, ben, name="Talk")

        answer = ask("/providers")

        assert answer.json() == [
            {"id": ada.pk, "name": "Ada", "timezone": "Europe/Kyiv"},
            {"id": ben.pk, "name": "Ben", "timezone": "Europe/Lisbon"},
        ]

    def test_only_active_ones_of_listed_services(self, ask, ada):
        factories.service(factories.provider("Gone", is_active=False), ada, name="Shown")
        factories.service(factories.provider("Hidden"), name="Hidden", is_listed=False)
        factories.service(factories.provider("Over"), name="Over", is_active=False)
        factories.service(factories.provider("Yogi"), name="Yoga", kind="class", capacity=5)

        assert [row["name"] for row in ask("/providers").json()] == ["Ada"]

    @pytest.mark.parametrize("rows", [1, 3])
    def test_queries_do_not_grow(self, ask, company, rows, django_assert_num_queries):
        factories.service(*[factories.provider(f"P{number}") for number in range(rows)])

        with django_assert_num_queries(3):  # company, features, providers
            assert len(ask("/providers").json()) == rows


class TestSlots:
    def test_free_times_of_a_day_in_the_companys_zone(self, ask, by_hours, ada):
        answer = ask("/slots", service=by_hours.pk, **TOMORROW)

        assert answer.json()["timezone"] == "Europe/Kyiv"
        assert starts_of(answer) == [f"2026-11-24T{hour:02d}:00:00+02:00" for hour in range(9, 17)]
        assert answer.json()["slots"][3] == {
            "starts_at": NOON,
            "ends_at": "2026-11-24T12:30:00+02:00",
            "providers": [ada.pk],
            "seats_left": 1,
            "session": None,
        }

    def test_times_are_told_in_the_zone_asked_for_and_dates_stay_the_companys(self, ask, by_hours):
        answer = ask("/slots", service=by_hours.pk, timezone="America/Los_Angeles", **TOMORROW)

        assert answer.json()["timezone"] == "America/Los_Angeles"
        assert starts_of(answer)[0] == "2026-11-23T23:00:00-08:00"

    def test_both_dates_are_included(self, ask, by_hours):
        query = {"from": "2026-11-24", "to": "2026-11-25"}

        days = {start[:10] for start in starts_of(ask("/slots", service=by_hours.pk, **query))}

        assert days == {"2026-11-24", "2026-11-25"}

    def test_one_entry_names_everybody_who_is_free(self, ask, company):
        ada, ben = factories.provider("Ada"), factories.provider("Ben")
        lesson = factories.service(ada, ben, grid_minutes=30)
        factories.book_one(lesson, provider_id=ada.pk)

        slots = ask("/slots", service=lesson.pk, **TOMORROW).json()["slots"]

        assert {slot["starts_at"]: slot["providers"] for slot in slots}[NOON] == [ben.pk]
        assert slots[0]["providers"] == [ada.pk, ben.pk]

    def test_of_one_provider(self, ask, company):
        ada, ben = factories.provider("Ada"), factories.provider("Ben")
        lesson = factories.service(ada, ben, grid_minutes=30)
        factories.book_one(lesson, provider_id=ada.pk)

        of_ada = ask("/slots", service=lesson.pk, provider=ada.pk, **TOMORROW)
        of_ben = ask("/slots", service=lesson.pk, provider=ben.pk, **TOMORROW)

        assert NOON not in starts_of(of_ada)
        assert NOON in starts_of(of_ben)

    def test_sessions_of_a_class_with_the_places_left(self, ask, yoga, ada):
        session = schedule(yoga, ada)
        actions.book(
            service_id=yoga.pk,
            session_id=session.pk,
            places=2,
            client=factories.details("Dan"),
            now=NOW,
        )

        answer = ask("/slots", service=yoga.pk, **TOMORROW)

        assert answer.json()["slots"] == [
            {
                "starts_at": NOON,
                "ends_at": "2026-11-24T13:00:00+02:00",
                "providers": [ada.pk],
                "seats_left": 3,
                "session": session.pk,
            }
        ]

    def test_service_that_is_not_listed_is_reached_by_its_id(self, ask, ada):
        hidden = factories.service(ada, name="Hidden", is_listed=False)

        assert ask("/slots", service=hidden.pk, **TOMORROW).json()["slots"]

    def test_day_when_the_clock_goes_back_tells_both_hours_apart(self, ask, by_hours):
        by_hours.ignores_hours = True
        by_hours.save()
        query = {"from": "2027-10-31", "to": "2027-10-31"}

        starts = starts_of(ask("/slots", service=by_hours.pk, **query))

        assert [start for start in starts if "T03:" in start] == [
            "2027-10-31T03:00:00+03:00",
            "2027-10-31T03:00:00+02:00",
        ]
        assert starts == sorted(starts, key=datetime.fromisoformat)

    def test_62_days_may_be_asked_for_at_once(self, ask, by_hours):
        query = {"from": "2026-11-24", "to": "2027-01-24"}

        assert ask("/slots", service=by_hours.pk, **query).status_code == 200

    @pytest.mark.parametrize("last_day", ["2026-11-24", "2026-12-23"])
    @pytest.mark.parametrize("rows", [1, 3])
    def test_queries_do_not_grow(self, ask, company, rows, last_day, django_assert_num_queries):
        for weekday in range(7):
            WorkingHours.objects.create(weekday=weekday, starts="09:00", ends="17:00")
        people = [factories.provider(f"P{number}") for number in range(rows)]
        lesson = factories.service(*people, ignores_hours=False)
        for number in range(rows):
            factories.book_one(lesson, starts_at=TOMORROW_NOON + timedelta(hours=number))
        query = {"service": lesson.pk, "from": "2026-11-24", "to": last_day, "timezone": "UTC"}

        # The service with the company, the providers, and all that tells when they are free.
        with django_assert_num_queries(3):
            ask("/slots", **query)
