"""Booking through the pages: what goes well, and every refusal."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client as Browser

from booking import actions
from booking.models import Booking, Client
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tests.web.site.conftest import hidden_values

pytestmark = pytest.mark.django_db

CLEO = {"name": "Cleo", "email": "cleo@client.example"}


def open_form(client, service, starts_at=TOMORROW_NOON, **query):
    wanted = urlencode({"starts_at": starts_at.strftime("%Y-%m-%dT%H:%MZ"), **query})
    return client.get(f"/book/{service.slug}/details/?{wanted}")


def send(client, service, **given):
    """Fill in the form of a time and send it; ``given`` replaces what the page says."""
    fields = hidden_values(open_form(client, service).content.decode())
    return client.post(f"/book/{service.slug}/details/", {**fields, **CLEO, **given})


def test_booking_leads_to_its_own_page(client, lesson):
    answer = send(client, lesson, phone="+380441234567", note="I am new.")

    booking = Booking.objects.select_related("client", "session").get()
    assert answer.status_code == 303
    assert answer["Location"] == f"/b/{booking.manage_token}/"
    assert booking.session.starts_at == TOMORROW_NOON
    assert (booking.state, booking.source, booking.note) == ("confirmed", "site", "I am new.")
    assert (booking.client.name, booking.client.email) == ("Cleo", "cleo@client.example")
    assert str(booking.client.phone) == "+380441234567"
    assert (booking.language, booking.timezone) == ("en", "Europe/Kyiv")


def test_booking_keeps_the_zone_it_was_shown_in(client, lesson):
    page = open_form(client, lesson, zone="America/Los_Angeles")
    fields = hidden_values(page.content.decode())

    client.post("/book/lesson/details/", {**fields, **CLEO})

    booking = Booking.objects.select_related("session").get()
    assert booking.timezone == "America/Los_Angeles"
    assert booking.session.starts_at == TOMORROW_NOON
    assert "02:00–02:30 (Los Angeles, UTC−8)" in page.content.decode()
    assert "Company’s time: Tuesday, 24 November 2026, 12:00–12:30" in page.content.decode()


def test_chosen_provider_is_booked(client, company):
    ada, ben = factories.provider("Ada"), factories.provider("Ben")
    lesson = factories.service(ada, ben)

    send(client, lesson, provider=ben.pk)

    assert Booking.objects.get().session.provider == ben


def test_form_sent_twice_books_once(client, company):
    lesson = factories.service(factories.provider("Ada"), factories.provider("Ben"))
    fields = {**hidden_values(open_form(client, lesson).content.decode()), **CLEO}

    answers = [client.post("/book/lesson/details/", fields) for _time in range(2)]

    assert Booking.objects.count() == 1
    assert answers[0]["Location"] == answers[1]["Location"]


def test_form_sent_again_with_other_details_books_nothing_and_says_so(client, company):
    lesson = factories.service(factories.provider("Ada"), factories.provider("Ben"))
    fields = {**hidden_values(open_form(client, lesson).content.decode()), **CLEO}
    client.post("/book/lesson/details/", fields)

    answer = client.post("/book/lesson/details/", {**fields, "name": "Dan"})
    page = answer.content.decode()
    once_more = client.post("/book/lesson/details/", {**hidden_values(page), **CLEO, "name": "Dan"})

    assert answer.status_code == 409
    assert "already used for another booking" in page
    assert hidden_values(page)["key"] != fields["key"]
    assert once_more.status_code == 303
    assert [row.client.name for row in Booking.objects.order_by("pk")] == ["Cleo", "Dan"]


@pytest.mark.parametrize("key", ["", "a", "a" * 22, "site:x"])
def test_form_without_a_key_of_ours_books_nothing(client, lesson, key):
    answer = send(client, lesson, key=key)

    assert answer.status_code == 422
    assert not Booking.objects.exists()
    assert hidden_values(answer.content.decode())["key"] not in ("", key)


def test_taken_time_is_answered_with_the_nearest_free_and_nothing_is_lost(client, lesson):
    fields = {**hidden_values(open_form(client, lesson).content.decode()), **CLEO, "note": "Hi!"}
    factories.book_one(lesson, client=factories.details("Dan"))

    answer = client.post("/book/lesson/details/", fields)
    page = answer.content.decode()
    chosen = answer.context["alternatives"][0].starts_at
    again = client.post(
        "/book/lesson/details/",
        {**CLEO, **hidden_values(page), "note": "Hi!", "starts_at": chosen.isoformat()},
    )

    assert answer.status_code == 409
    assert [slot.starts_at for slot in answer.context["alternatives"]] == [
        TOMORROW_NOON + timedelta(minutes=minutes) for minutes in (-35, -30, 30)
    ]
    assert 'value="Cleo"' in page
    assert "Hi!" in page
    assert again.status_code == 303
    assert Booking.objects.get(client__name="Cleo").session.starts_at == chosen


def test_taken_time_is_said_before_anybody_types(client, lesson):
    factories.book_one(lesson)

    answer = open_form(client, lesson)

    assert answer.status_code == 409
    assert "has just been taken" in answer.content.decode()
    assert 'name="email"' not in answer.content.decode()


@pytest.mark.parametrize(
    "starts_at",
    [
        TOMORROW_NOON + timedelta(minutes=3),  # off the grid
        NOW - timedelta(days=1),
        NOW + timedelta(days=400),
        datetime(9998, 12, 31, 23, 55, tzinfo=UTC),
        datetime(2, 1, 1, tzinfo=UTC),
    ],
)
def test_forged_time_is_refused(client, lesson, starts_at):
    answer = send(client, lesson, starts_at=starts_at.isoformat())

    assert answer.status_code == 409
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    "starts_at",
    [
        "",
        "soon",
        "2026-11-24T12:00",
        "2026-11-24T10:00:30Z",
        "2026-99-99T10:00Z",
        "9999-12-31T23:55Z",
        "0001-01-01T00:00Z",
    ],
)
def test_time_that_is_none_is_refused(client, lesson, starts_at):
    answer = send(client, lesson, starts_at=starts_at)

    assert answer.status_code in (409, 422)
    assert not Booking.objects.exists()


@pytest.mark.parametrize("query", ["", "?starts_at=soon", "?session=1"])
def test_form_without_a_time_goes_back_to_choose_one(client, lesson, query):
    answer = client.get(f"/book/lesson/details/{query}")

    assert (answer.status_code, answer["Location"]) == (302, "/book/lesson/")


def test_service_switched_off_meanwhile_is_404(client, lesson):
    fields = {**hidden_values(open_form(client, lesson).content.decode()), **CLEO}
    lesson.is_active = False
    lesson.save()

    assert client.post("/book/lesson/details/", fields).status_code == 404
    assert client.post("/book/unknown/details/", fields).status_code == 404
    assert not Booking.objects.exists()


def test_provider_who_left_meanwhile_is_not_replaced_without_a_word(client, company):
    ada, ben = factories.provider("Ada"), factories.provider("Ben")
    lesson = factories.service(ada, ben)
    page = open_form(client, lesson, provider=ada.pk)
    fields = hidden_values(page.content.decode())
    ada.is_active = False
    ada.save()

    answer = client.post("/book/lesson/details/", {**fields, **CLEO})

    assert answer.status_code == 409
    assert not Booking.objects.exists()


def test_foreign_provider_is_not_booked(client, lesson):
    stranger = factories.provider("Eve")

    answer = send(client, lesson, provider=stranger.pk)

    assert answer.status_code == 409
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 151),
        ("email", ""),
        ("email", "cleo at home"),
        ("phone", "12"),
        ("phone", "call me"),
        ("note", "x" * 2001),
        ("zone", "Moon/Base"),
        ("website", "https://spam.example"),
    ],
)
def test_wrong_field_is_said_at_the_field_and_nothing_is_lost(client, lesson, field, value):
    answer = send(client, lesson, **{"note": "Kept.", field: value})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Booking.objects.exists()
    assert field == "note" or "Kept." in answer.content.decode()


def test_form_needs_the_token_against_forgery(lesson):
    browser = Browser(enforce_csrf_checks=True)

    answer = send(browser, lesson)

    assert answer.status_code == 403
    assert not Booking.objects.exists()


def test_opening_the_form_changes_nothing(client, lesson):
    open_form(client, lesson)

    assert not Booking.objects.exists()
    assert not Client.objects.exists()


def test_too_many_forms_are_told_when_to_come_back(client, lesson, settings):
    settings.RATE_LIMIT_PER_MINUTE = 2

    answers = [client.post("/book/lesson/details/", CLEO) for _time in range(3)]
    other = client.post("/book/lesson/details/", CLEO, REMOTE_ADDR="192.0.2.7")
    reading = client.get("/book/lesson/")

    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert answers[2]["Retry-After"] == "60"
    assert "60 seconds" in answers[2].content.decode()
    assert other.status_code == 422
    assert reading.status_code == 200


def test_no_limit_of_forms_when_it_is_zero(client, lesson, settings):
    settings.RATE_LIMIT_PER_MINUTE = 0

    answers = {client.post("/book/lesson/details/", CLEO).status_code for _time in range(5)}

    assert answers == {422}


def test_without_a_working_cache_forms_are_taken(client, lesson, settings):
    settings.RATE_LIMIT_PER_MINUTE = 1
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1",
        }
    }

    answers = {client.post("/book/lesson/details/", CLEO).status_code for _time in range(3)}

    assert answers == {422}


def test_forwarded_address_counts_only_behind_our_proxy(client, lesson, settings):
    settings.RATE_LIMIT_PER_MINUTE = 1

    def send_as(address):
        return client.post("/book/lesson/details/", CLEO, HTTP_X_FORWARDED_FOR=address).status_code

    assert [send_as("192.0.2.1"), send_as("192.0.2.2")] == [422, 429]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert [send_as("9.9.9.9, 192.0.2.3"), send_as("8.8.8.8, 192.0.2.3")] == [422, 429]


class TestClass:
    @pytest.fixture
    def session(self, ada):
        factories.enable("classes")
        yoga = factories.service(ada, name="Yoga", kind="class", capacity=3)
        return actions.schedule_session(
            service_id=yoga.pk, provider_id=ada.pk, starts_at=TOMORROW_NOON, now=NOW
        )

    def send(self, client, session, **given):
        page = client.get(f"/book/yoga/details/?session={session.pk}").content.decode()
        return client.post("/book/yoga/details/", {**hidden_values(page), **CLEO, **given})

    def test_places_are_booked(self, client, session):
        answer = self.send(client, session, places=2)

        assert answer.status_code == 303
        session.refresh_from_db()
        assert session.seats_taken == Booking.objects.get().seats == 2

    @pytest.mark.parametrize(("places", "status"), [(0, 422), ("x", 422), (4, 422)])
    def test_wrong_number_of_places_is_refused(self, client, session, places, status):
        answer = self.send(client, session, places=places)

        assert answer.status_code == status
        assert not Booking.objects.exists()

    def test_last_place_is_booked(self, client, session):
        actions.book(
            service_id=session.service_id,
            session_id=session.pk,
            places=2,
            client=factories.details("Dan"),
            now=NOW,
        )

        assert self.send(client, session).status_code == 303

    def test_full_session_is_said_before_anybody_types(self, client, session):
        self.send(client, session, places=3)

        answer = client.get(f"/book/yoga/details/?session={session.pk}")

        assert answer.status_code == 409
        assert "not enough places left" in answer.content.decode()

    def test_session_that_began_is_refused(self, client, session):
        with time_machine.travel(TOMORROW_NOON + timedelta(minutes=1), tick=False):
            answer = client.get(f"/book/yoga/details/?session={session.pk}")

        assert answer.status_code == 409

    def test_session_of_another_service_is_not_booked(self, client, session, ada):
        other = factories.service(ada, name="Other", kind="class", capacity=3)
        page = client.get(f"/book/yoga/details/?session={session.pk}").content.decode()

        client.post(f"/book/{other.slug}/details/", {**hidden_values(page), **CLEO})

        assert not Booking.objects.exists()
