"""Book, see, move and cancel, for programs: what goes well, and every conflict."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking import actions
from booking.memory import remembered
from booking.models import Booking, Company, Event, Service, WorkingHours
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tests.web.api.conftest import CLEO, NOON

pytestmark = pytest.mark.django_db

ONE = "2026-11-24T13:00:00+02:00"


def wanted(service, **given) -> dict:
    return {"service": service.pk, "starts_at": NOON, "client": CLEO, **given}


@pytest.fixture
def yoga(ada):
    factories.enable("classes")
    return factories.service(ada, name="Yoga", kind="class", capacity=3)


@pytest.fixture
def session(yoga, ada):
    return schedule(yoga, ada)


def schedule(yoga, ada, starts_at=TOMORROW_NOON):
    return actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=starts_at, now=NOW
    )


class TestBook:
    def test_answers_the_booking_in_full(self, send, lesson, ada):
        answer = send("/bookings", wanted(lesson))

        booking = Booking.objects.get()
        assert answer.status_code == 201
        assert answer.json() == {
            "code": booking.code,
            "token": booking.manage_token,
            "state": "confirmed",
            "service": lesson.pk,
            "session": booking.session_id,
            "provider": ada.pk,
            "starts_at": NOON,
            "ends_at": "2026-11-24T12:30:00+02:00",
            "seats": 1,
            "revision": 1,
            "answers": [],
            "join_url": None,
            "manage_url": f"http://localhost:8000/b/{booking.manage_token}/",
        }

    def test_is_held_until_the_address_is_proved_above_the_companys_rate(self, send, lesson):
        Company.objects.update(proof_above=1)

        answers = [send("/bookings", wanted(lesson, starts_at=at)) for at in (NOON, ONE)]

        assert [answer.status_code for answer in answers] == [201, 201]
        assert [answer.json()["state"] for answer in answers] == ["confirmed", "held"]

    def test_keeps_what_was_given(self, send, lesson):
        client = {
            "name": "  Cleo   Smith ",
            "email": " cleo@client.example ",
            "phone": "+380 44 123 45 67",
            "timezone": "America/Los_Angeles",
            "language": "uk",
        }

        answer = send("/bookings", wanted(lesson, client=client, note="I am new."))

        booking = Booking.objects.select_related("client", "session").get()
        assert answer.json()["starts_at"] == "2026-11-24T02:00:00-08:00"
        assert booking.session.starts_at == TOMORROW_NOON
        assert (booking.client.name, booking.client.email) == ("Cleo Smith", "cleo@client.example")
        assert str(booking.phone) == "+380441234567"
        assert (booking.timezone, booking.language) == ("America/Los_Angeles", "uk")
        assert (booking.note, booking.source) == ("I am new.", "api")
        assert Event.objects.get(booking=booking).details["source"] == "api"

    @pytest.mark.parametrize(
        "starts_at", ["2026-11-24T10:00:00Z", "2026-11-24T10:00Z", "2026-11-24T02:00:00.000-08:00"]
    )
    def test_any_way_to_write_the_moment_will_do(self, send, lesson, starts_at):
        answer = send("/bookings", wanted(lesson, starts_at=starts_at))

        assert answer.json()["starts_at"] == NOON

    def test_fields_that_are_none_of_ours_change_nothing(self, send, lesson):
        foreign = {"state": "pending", "code": "MINE", "source": "staff", "comment": "x", "id": 7}

        answer = send("/bookings", wanted(lesson, **foreign))

        booking = Booking.objects.get()
        assert answer.status_code == 201
        assert (booking.state, booking.source, booking.comment) == ("confirmed", "api", "")
        assert booking.code != "MINE"

    def test_takes_the_provider_asked_for(self, send, company):
        ada, ben = factories.provider("Ada"), factories.provider("Ben")
        lesson = factories.service(ada, ben)

        answer = send("/bookings", wanted(lesson, provider=ben.pk))

        assert answer.json()["provider"] == ben.pk

    def test_service_that_is_not_listed_is_booked_by_its_id(self, send, ada):
        hidden = factories.service(ada, name="Hidden", is_listed=False)

        assert send("/bookings", wanted(hidden)).status_code == 201

    def test_service_whose_bookings_are_approved_answers_pending(self, send, ada):
        careful = factories.service(ada, name="Careful", needs_approval=True)

        answer = send("/bookings", wanted(careful))

        assert (answer.status_code, answer.json()["state"]) == (201, "pending")

    def test_places_in_a_class(self, send, yoga, session):
        answer = send(
            "/bookings", {"service": yoga.pk, "session": session.pk, "seats": 2, "client": CLEO}
        )

        session.refresh_from_db()
        assert answer.status_code == 201
        assert (answer.json()["session"], answer.json()["seats"]) == (session.pk, 2)
        assert session.seats_taken == 2

    def test_provider_of_the_session_may_be_named(self, send, yoga, session, ada):
        body = {"service": yoga.pk, "session": session.pk, "provider": ada.pk, "client": CLEO}

        assert send("/bookings", body).status_code == 201

    def test_join_url_is_there_when_the_meeting_is(self, send, lesson, ada):
        lesson.is_online_meeting = True
        lesson.save()
        factories.enable("online-meetings")
        factories.meets_by_zoom(ada, factories.zoom_user(factories.zoom_connection()))

        answer = send("/bookings", wanted(lesson))

        join_token = Booking.objects.get().join_token
        assert answer.json()["join_url"] == f"http://localhost:8000/m/{join_token}/"

    def test_pending_booking_has_no_join_url(self, send, ada):
        careful = factories.service(
            ada, name="Careful", needs_approval=True, is_online_meeting=True
        )
        factories.enable("online-meetings")
        factories.meets_by_zoom(ada, factories.zoom_user(factories.zoom_connection()))

        assert send("/bookings", wanted(careful)).json()["join_url"] is None

    @pytest.mark.parametrize("rows", [1, 3])
    def test_answering_takes_one_query_beyond_the_action(self, send, company, rows):
        lesson = factories.service(*[factories.provider(f"P{number}") for number in range(rows)])

        with CaptureQueriesContext(connection) as of_action, remembered():
            factories.book_one(lesson, client=factories.details("Dan"))
        with CaptureQueriesContext(connection) as of_request:
            send("/bookings", wanted(lesson, starts_at=ONE))

        assert len(of_request) == len(of_action) + 1  # from what rate on proof is asked

    def test_an_online_meeting_takes_thirteen_queries(self, send, lesson, ada):
        factories.enable("online-meetings")
        Service.objects.update(is_online_meeting=True, ignores_hours=False)
        WorkingHours.objects.bulk_create(
            WorkingHours(weekday=day, starts="00:00", ends="00:00") for day in range(7)
        )

        with CaptureQueriesContext(connection) as captured:
            answer = send("/bookings", wanted(lesson, provider=ada.pk))

        assert answer.status_code == 201
        asked = [query["sql"] for query in captured.captured_queries]
        assert (
            len(
                [
                    sql
                    for sql in asked
                    if not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))
                ]
            )
            == 13
        )


class TestRepeatedRequest:
    def test_books_once_and_answers_the_same(self, send, company):
        lesson = factories.service(factories.provider("Ada"), factories.provider("Ben"))

        answers = [send("/bookings", wanted(lesson), Idempotency_Key="k-1") for _time in range(2)]

        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()
        assert Booking.objects.get().idempotency_key == "api:k-1"

    def test_key_used_for_something_else_is_refused(self, send, company):
        lesson = factories.service(factories.provider("Ada"), factories.provider("Ben"))
        send("/bookings", wanted(lesson), Idempotency_Key="k-1")

        answer = send("/bookings", wanted(lesson, starts_at=ONE), Idempotency_Key="k-1")

        assert answer.status_code == 409
        assert answer.json()["code"] == "idempotency_key_reused"
        assert Booking.objects.count() == 1

    def test_keys_of_the_booking_site_are_others(self, send, company):
        lesson = factories.service(factories.provider("Ada"), factories.provider("Ben"))
        factories.book_one(lesson, idempotency_key="site:k-1")

        answer = send("/bookings", wanted(lesson), Idempotency_Key="site:k-1")

        assert answer.status_code == 201
        assert Booking.objects.count() == 2

    def test_without_a_key_the_second_is_another_booking(self, send, lesson):
        answers = [send("/bookings", wanted(lesson)) for _time in range(2)]

        assert [answer.status_code for answer in answers] == [201, 409]


class TestRepeatedChange:
    """With a key, what was changed is answered again, and nothing is changed twice."""

    def test_cancellation_is_answered_twice(self, send, booked):
        address = f"/bookings/{booked.manage_token}/cancel"

        answers = [send(address, {}, Idempotency_Key="k-1") for _time in range(2)]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].json() == answers[1].json()
        assert booked.events.filter(kind=Event.CANCELLED).count() == 1

    def test_move_is_answered_twice_also_by_its_old_revision(self, send, booked):
        address = f"/bookings/{booked.manage_token}/reschedule"
        body = {"starts_at": ONE, "revision": 1}

        answers = [send(address, body, Idempotency_Key="k-1") for _time in range(2)]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].json() == answers[1].json()
        assert booked.events.filter(kind=Event.RESCHEDULED).count() == 1

    def test_move_that_was_moved_on_is_not_moved_back(self, send, booked):
        address = f"/bookings/{booked.manage_token}/reschedule"
        later = "2026-11-24T15:00:00+02:00"
        for start, key in ((ONE, "k-1"), (later, "k-2")):
            send(address, {"starts_at": start}, Idempotency_Key=key)

        answer = send(address, {"starts_at": ONE}, Idempotency_Key="k-1")

        assert (answer.status_code, answer.json()["starts_at"]) == (200, later)

    def test_move_of_a_seat_is_answered_twice(self, send, yoga, ada, session):
        later = schedule(yoga, ada, TOMORROW_NOON + timedelta(days=1))
        made = send("/bookings", {"service": yoga.pk, "session": session.pk, "client": CLEO})
        address = f"/bookings/{made.json()['token']}/reschedule"

        answers = [send(address, {"session": later.pk}, Idempotency_Key="k") for _time in range(2)]

        assert [answer.json()["session"] for answer in answers] == [later.pk, later.pk]
        assert Event.objects.filter(kind=Event.RESCHEDULED).count() == 1

    def test_key_used_for_another_move_is_refused(self, send, booked):
        address = f"/bookings/{booked.manage_token}/reschedule"
        send(address, {"starts_at": ONE}, Idempotency_Key="k-1")

        answer = send(address, {"starts_at": NOON}, Idempotency_Key="k-1")

        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")

    def test_refusal_is_not_remembered(self, send, booked, company):
        address = f"/bookings/{booked.manage_token}/cancel"
        company.cancel_until_minutes = 3 * 24 * 60
        company.save()
        assert send(address, {}, Idempotency_Key="k-1").status_code == 409
        company.cancel_until_minutes = 0
        company.save()

        assert send(address, {}, Idempotency_Key="k-1").status_code == 200

    @pytest.mark.parametrize("change", ["cancel", "reschedule"])
    def test_keys_of_others_are_others(self, send, booked, server_key, change):
        address = f"/bookings/{booked.manage_token}/{change}"
        body = {"starts_at": ONE, "revision": 1}
        send(address, body, Idempotency_Key="k-1")

        foreign = send(address, body, Idempotency_Key="k-1", Authorization=f"Bearer {server_key}")

        assert foreign.status_code == 409


class TestConflict:
    def test_taken_time_is_answered_with_the_nearest_free(self, send, lesson, ada, booked):
        client = {**CLEO, "name": "Dan", "timezone": "UTC"}

        answer = send("/bookings", wanted(lesson, client=client))

        problem = answer.json()
        assert answer.status_code == 409
        assert answer["Content-Type"] == "application/problem+json"
        assert (problem["code"], problem["title"], problem["status"]) == (
            "slot_taken",
            "Conflict",
            409,
        )
        assert [slot["starts_at"] for slot in problem["nearest"]] == [
            "2026-11-24T09:25:00Z",
            "2026-11-24T09:30:00Z",
            "2026-11-24T10:30:00Z",
        ]
        assert problem["nearest"][0] == {
            "starts_at": "2026-11-24T09:25:00Z",
            "ends_at": "2026-11-24T09:55:00Z",
            "providers": [ada.pk],
            "seats_left": 1,
            "session": None,
        }

    def test_nearest_are_of_the_provider_asked_for(self, send, company):
        ada, ben = factories.provider("Ada"), factories.provider("Ben")
        lesson = factories.service(ada, ben, grid_minutes=30)
        factories.book_one(lesson, provider_id=ada.pk)

        answer = send("/bookings", wanted(lesson, provider=ada.pk))

        assert NOON not in [slot["starts_at"] for slot in answer.json()["nearest"]]

    @pytest.mark.parametrize(
        ("starts_at", "reason"),
        [
            (NOW - timedelta(days=1), "too_soon"),
            (NOW + timedelta(days=400), "too_far"),
            (TOMORROW_NOON + timedelta(minutes=3), "off_grid"),
        ],
    )
    def test_time_that_is_not_offered_names_the_rule(self, send, lesson, starts_at, reason):
        answer = send("/bookings", wanted(lesson, starts_at=starts_at.isoformat()))

        problem = answer.json()
        assert answer.status_code == 409
        assert (problem["code"], problem["reason"]) == ("slot_not_offered", reason)
        assert len(problem["nearest"]) == 3

    def test_full_session_is_answered_with_others(self, send, yoga, ada, session):
        later = schedule(yoga, ada, TOMORROW_NOON + timedelta(days=1))
        body = {"service": yoga.pk, "session": session.pk, "seats": 3, "client": CLEO}
        send("/bookings", body)

        answer = send("/bookings", {**body, "seats": 1, "client": {**CLEO, "name": "Dan"}})

        assert answer.status_code == 409
        assert answer.json()["code"] == "session_full"
        assert [slot["session"] for slot in answer.json()["nearest"]] == [later.pk]


class TestNotBookable:
    """What can never be had is 422 and names its field."""

    def refusal(self, answer) -> tuple:
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (422, "not_bookable")
        assert not Booking.objects.exists()
        [error] = problem["errors"]
        return error["field"], error["code"]

    def test_service_that_is_switched_off(self, send, ada):
        over = factories.service(ada, name="Over", is_active=False)

        assert self.refusal(send("/bookings", wanted(over))) == ("service", "unknown")

    def test_class_while_classes_are_off(self, send, ada):
        yoga = factories.service(ada, name="Yoga", kind="class", capacity=3)

        assert self.refusal(send("/bookings", wanted(yoga))) == ("service", "unknown")

    def test_foreign_provider(self, send, lesson):
        eve = factories.provider("Eve")

        answer = send("/bookings", wanted(lesson, provider=eve.pk))

        assert self.refusal(answer) == ("provider", "unknown")

    def test_service_that_nobody_offers(self, send, lesson, ada):
        ada.is_active = False
        ada.save()

        assert self.refusal(send("/bookings", wanted(lesson))) == ("service", "unavailable")

    def test_several_places_of_an_appointment(self, send, lesson):
        answer = send("/bookings", wanted(lesson, seats=2))

        assert self.refusal(answer) == ("seats", "out_of_range")

    def test_session_of_an_appointment(self, send, lesson):
        body = {"service": lesson.pk, "session": 1, "client": CLEO}

        assert self.refusal(send("/bookings", body)) == ("starts_at", "required")

    def test_start_of_a_class(self, send, yoga):
        assert self.refusal(send("/bookings", wanted(yoga))) == ("session", "required")

    def test_session_of_another_class(self, send, ada, session):
        other = factories.service(ada, name="Other", kind="class", capacity=3)
        body = {"service": other.pk, "session": session.pk, "client": CLEO}

        assert self.refusal(send("/bookings", body)) == ("session", "unknown")

    def test_session_of_another_provider(self, send, yoga, session):
        eve = factories.provider("Eve")
        body = {"service": yoga.pk, "session": session.pk, "provider": eve.pk, "client": CLEO}

        answer = send("/bookings", body)

        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == ["provider"]
        assert not Booking.objects.exists()


class TestSee:
    def test_booking_of_a_token(self, send, ask, lesson):
        made = send("/bookings", wanted(lesson)).json()

        assert ask(f"/bookings/{made['token']}").json() == made

    def test_unknown_token_is_404_and_not_repeated(self, ask, company):
        answer = ask("/bookings/q1W2e3R4t5Y6u7I8o9P0-_")

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert "q1W2e3R4" not in answer.content.decode()

    def test_join_and_host_tokens_open_nothing(self, ask, booked):
        for token in (booked.join_token, booked.session.host_token, booked.code):
            assert ask(f"/bookings/{token}").status_code == 404

    def test_takes_two_queries(self, ask, booked, django_assert_num_queries):
        with django_assert_num_queries(2):  # booking, company
            ask(f"/bookings/{booked.manage_token}")


class TestCancel:
    def test_frees_the_time(self, send, booked):
        answer = send(f"/bookings/{booked.manage_token}/cancel", {"reason": "I am ill."})

        booked.refresh_from_db()
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
        assert answer.json()["revision"] == booked.revision == 2
        assert booked.cancel_reason == "I am ill."
        assert send("/bookings", wanted(booked.session.service)).status_code == 201

    @pytest.mark.parametrize("body", [None, {}])
    def test_needs_no_reason(self, client, booked, body):
        address = f"/api/v1/bookings/{booked.manage_token}/cancel"

        if body is None:
            answer = client.post(address, content_type="application/json")
        else:
            answer = client.post(address, body, content_type="application/json")

        assert answer.json()["state"] == "cancelled"

    def test_second_time_is_a_conflict(self, send, booked):
        address = f"/bookings/{booked.manage_token}/cancel"

        answers = [send(address, {}) for _time in range(2)]

        assert [answer.status_code for answer in answers] == [200, 409]
        assert answers[1].json()["code"] == "booking_closed"

    def test_too_late_is_a_conflict(self, send, company, booked):
        company.cancel_until_minutes = 3 * 24 * 60
        company.save()

        answer = send(f"/bookings/{booked.manage_token}/cancel", {})

        assert (answer.status_code, answer.json()["code"]) == (409, "too_late")


class TestReschedule:
    def test_moves_to_another_start(self, send, booked):
        answer = send(f"/bookings/{booked.manage_token}/reschedule", {"starts_at": ONE})

        assert answer.status_code == 200
        assert (answer.json()["starts_at"], answer.json()["revision"]) == (ONE, 2)
        assert answer.json()["token"] == booked.manage_token

    def test_moves_to_another_provider(self, send, lesson, booked):
        ben = factories.provider("Ben")
        lesson.providers.add(ben)
        body = {"starts_at": NOON, "provider": ben.pk}

        answer = send(f"/bookings/{booked.manage_token}/reschedule", body)

        assert answer.json()["provider"] == ben.pk

    def test_moves_to_another_session(self, send, yoga, ada, session):
        later = schedule(yoga, ada, TOMORROW_NOON + timedelta(days=1))
        made = send("/bookings", {"service": yoga.pk, "session": session.pk, "client": CLEO})

        answer = send(f"/bookings/{made.json()['token']}/reschedule", {"session": later.pk})

        assert (answer.status_code, answer.json()["session"]) == (200, later.pk)

    def test_revision_that_is_old_is_a_conflict(self, send, booked):
        body = {"starts_at": ONE, "revision": 2}

        answer = send(f"/bookings/{booked.manage_token}/reschedule", body)

        assert (answer.status_code, answer.json()["code"]) == (409, "outdated")

    def test_taken_time_is_answered_with_the_nearest_free_without_its_own(
        self, send, lesson, booked
    ):
        other = factories.book_one(
            lesson,
            starts_at=TOMORROW_NOON + timedelta(minutes=30),
            client=factories.details("Dan"),
        )
        body = {"starts_at": NOON}

        answer = send(f"/bookings/{other.manage_token}/reschedule", body)

        assert (answer.status_code, answer.json()["code"]) == (409, "slot_taken")
        assert [slot["starts_at"] for slot in answer.json()["nearest"]] == [
            "2026-11-24T11:25:00+02:00",
            "2026-11-24T11:30:00+02:00",
            "2026-11-24T12:30:00+02:00",
        ]

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"session": 1}, "starts_at"),
            ({"starts_at": ONE, "provider": 10**9}, "provider"),
        ],
    )
    def test_what_can_never_be_had_names_its_field(self, send, booked, body, field):
        answer = send(f"/bookings/{booked.manage_token}/reschedule", body)

        assert (answer.status_code, answer.json()["code"]) == (422, "not_bookable")
        assert [error["field"] for error in answer.json()["errors"]] == [field]

    def test_cancelled_booking_is_a_conflict(self, send, booked):
        send(f"/bookings/{booked.manage_token}/cancel", {})

        answer = send(f"/bookings/{booked.manage_token}/reschedule", {"starts_at": ONE})

        assert (answer.status_code, answer.json()["code"]) == (409, "booking_closed")


@pytest.mark.parametrize("path", ["cancel", "reschedule"])
def test_change_of_an_unknown_token_is_404(send, company, path):
    answer = send(f"/bookings/q1W2e3R4t5Y6u7I8o9P0-_/{path}", {"starts_at": NOON})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
