"""All bookings, for servers of the company: which, in which order, and what is told of each."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking import actions
from booking.models import Booking, Service
from tests import factories
from tests.factories import NOW, TOMORROW_NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask_all(ask, server_key):
    def get(path="/bookings", **query):
        return ask(path, headers={"Authorization": f"Bearer {server_key}"}, **query)

    return get


@pytest.fixture
def book(lesson):
    def booked(number, **fields):
        starts_at = TOMORROW_NOON + timedelta(days=number)
        who = factories.details(f"Client {number}", email=f"c{number}@client.example")
        return factories.book_one(lesson, starts_at=starts_at, client=who, **fields)

    return booked


def codes(answer) -> list[str]:
    return [one["code"] for one in answer.json()["bookings"]]


def test_booking_is_told_with_its_client(ask_all, lesson, ada):
    who = factories.details(
        "Cleo", phone="+380441234567", timezone="America/New_York", language="uk"
    )
    booking = factories.book_one(lesson, client=who, note="I am new.")
    Booking.objects.update(
        answers=[{"question": 7, "label": "Your level?", "answer": "B1"}],
        agreed=[{"consent": 3, "text": "The terms"}],
    )

    answer = ask_all()

    assert answer.json() == {
        "timezone": "Europe/Kyiv",
        "next": None,
        "bookings": [
            {
                "code": booking.code,
                "state": "confirmed",
                "service": lesson.pk,
                "session": booking.session_id,
                "provider": ada.pk,
                "starts_at": "2026-11-24T12:00:00+02:00",
                "ends_at": "2026-11-24T12:30:00+02:00",
                "seats": 1,
                "revision": 1,
                "join_url": None,
                "client": {
                    "name": "Cleo",
                    "email": booking.client.email,
                    "phone": "+380441234567",
                    "timezone": "America/New_York",
                    "language": "uk",
                },
                "note": "I am new.",
                "answers": [{"question": 7, "label": "Your level?", "answer": "B1"}],
                "agreed_to": [{"consent": 3, "text": "The terms"}],
                "source": "site",
                "attendance": "unknown",
                "created_at": "2026-11-23T09:00:00+02:00",
                "updated_at": "2026-11-23T09:00:00+02:00",
                "cancelled_at": None,
                "cancel_reason": "",
            }
        ],
    }
    one = ask_all(f"/bookings/by-code/{booking.code.lower()}")
    assert one.json() == answer.json()["bookings"][0]
    for secret in (booking.manage_token, booking.join_token, booking.session.host_token):
        assert secret not in answer.content.decode()


def test_join_url_is_there_when_the_meeting_is(ask_all, lesson, ada, booked):
    Service.objects.update(is_online_meeting=True)
    factories.enable("online-meetings")
    factories.meets_by_zoom(ada, factories.zoom_user(factories.zoom_connection()))

    [told] = ask_all().json()["bookings"]

    assert told["join_url"] == f"http://localhost:8000/m/{booked.join_token}/"


def test_each_filter_leaves_out_the_others(ask_all, book, lesson, company):
    ben = factories.provider("Ben")
    other = factories.service(ben, name="Other")
    first, second, third = book(0), book(1), book(2)
    elsewhere = factories.book_one(other, client=factories.details("Dan"))
    actions.cancel(booking_id=second.pk, now=NOW + timedelta(hours=1))

    def found(**query):
        return codes(ask_all(**query))

    assert found() == [first.code, second.code, third.code, elsewhere.code]
    assert found(service=other.pk) == found(provider=ben.pk) == [elsewhere.code]
    assert found(state="cancelled") == [second.code]
    assert found(state=["cancelled", "held"]) == [second.code]
    assert found(**{"from": "2026-11-25", "to": "2026-11-25"}) == [second.code]
    assert found(**{"from": "2026-11-26"}) == [third.code]
    assert found(to="2026-11-24") == [first.code, elsewhere.code]
    assert found(updated_since="2026-11-23T07:00:01Z") == [second.code]
    assert found(updated_since="2026-11-23T09:00:00+02:00") == found()


def test_days_are_the_companys(ask_all, lesson, company):
    late = TOMORROW_NOON.replace(hour=22)  # UTC: past midnight in Kyiv
    booking = factories.book_one(lesson, starts_at=late)

    assert codes(ask_all(**{"from": "2026-11-24", "to": "2026-11-24"})) == []
    assert codes(ask_all(**{"from": "2026-11-25", "to": "2026-11-25"})) == [booking.code]
    told = ask_all(timezone="UTC").json()
    assert (told["timezone"], told["bookings"][0]["starts_at"]) == ("UTC", "2026-11-24T22:00:00Z")


def test_pages_lead_on_to_the_end_also_while_bookings_come_and_move(ask_all, book):
    rows = [book(number) for number in range(3)]
    first = ask_all(limit=2)
    actions.reschedule(booking_id=rows[2].pk, starts_at=TOMORROW_NOON - timedelta(hours=3), now=NOW)
    rows.append(book(4))

    second = ask_all(limit=2, cursor=first.json()["next"])

    assert codes(first) + codes(second) == [row.code for row in rows]
    assert (first.json()["next"], second.json()["next"]) == (rows[1].code, None)


@pytest.mark.parametrize("with_links", [False, True])
def test_takes_as_many_queries_for_one_as_for_three(ask_all, book, ada, with_links):
    if with_links:
        Service.objects.update(is_online_meeting=True)
        factories.enable("online-meetings")
        factories.meets_by_zoom(ada, factories.zoom_user(factories.zoom_connection()))
    book(0)
    ask_all()

    def queries():
        with CaptureQueriesContext(connection) as captured:
            ask_all()
        return len(captured)

    for_one = queries()
    book(1)
    book(2)

    assert queries() == for_one


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("from", "x"), ("to", "2026-02-30"), ("service", "0"), ("provider", "x"),
        ("state", "gone"), ("updated_since", "2026-11-24"), ("updated_since", "0001-01-01T00:00Z"),
        ("cursor", "NOBODYS"), ("cursor", "\0"), ("limit", "0"), ("limit", "201"),
        ("timezone", "Moon/Base"),
    ],
)  # fmt: skip
def test_wrong_question_is_named(ask_all, company, name, value):
    answer = ask_all(**{name: value})

    assert answer.status_code == 422
    assert [error["field"].partition(".")[0] for error in answer.json()["errors"]] == [name]


@pytest.mark.parametrize("code", ["NOBODYS", "%00", "x" * 300])
def test_unknown_code_is_404(ask_all, company, code):
    assert ask_all(f"/bookings/by-code/{code}").status_code == 404


@pytest.mark.parametrize("path", ["/bookings", "/bookings/by-code/{}"])
def test_without_a_key_nobody_is_told_anything(ask, booked, path):
    answer = ask(path.format(booked.code))

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert booked.client.email not in answer.content.decode()
