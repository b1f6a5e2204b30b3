"""The way onto a waiting list: a class's page, a form that comes too late, joining."""

from datetime import timedelta

import pytest
from django.test import Client as Browser

from booking import actions
from booking.models import Client, WaitingEntry
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tests.web.site.conftest import hidden_values
from tests.web.site.full_class import (
    book,
    free_places,
    join_page,
    my_page,
    scheduled,
    switch_off,
    wait,
)
from web.site.accounts import proven_user

pytestmark = pytest.mark.django_db

DAN = {"name": "Dan", "email": "dan@client.example"}


def send(client, session, **given):
    """Fill in the form and send it; ``given`` replaces what the page says."""
    fields = hidden_values(client.get(join_page(session)).content.decode())
    return client.post(join_page(session), {**fields, **DAN, "places": "1", **given})


class TestClassPage:
    def test_shows_full_sessions_with_the_way_to_wait(self, client, session, yoga):
        free = scheduled(yoga, days=1)

        page = client.get("/book/yoga/?zone=Europe/Paris")

        shown = page.context["sessions"]
        assert [time.starts_at for time in shown] == [session.starts_at, free.starts_at]
        assert shown[0].url == f"{join_page(session)}?zone=Europe%2FParis"
        text = page.content.decode()
        assert text.count(">Full</span>") == 1
        assert text.count(">Join the waiting list</span>") == 1

    def test_shows_only_free_ones_while_the_feature_is_off(self, client, session):
        switch_off()

        page = client.get("/book/yoga/")

        assert page.context["sessions"] == []
        assert "waiting" not in page.content.decode()

    def test_leaves_out_full_ones_that_could_not_be_booked_anyhow(self, client, yoga, session):
        yoga.notice_minutes = 2 * 1440
        yoga.save()

        assert client.get("/book/yoga/").context["sessions"] == []

    def test_place_held_no_longer_is_free(self, client, yoga):
        found = scheduled(yoga)
        actions.hold(
            service_id=yoga.pk,
            session_id=found.pk,
            places=3,
            client=factories.details(),
            now=NOW - timedelta(minutes=9),
            held_until=NOW,
        )

        [shown] = client.get("/book/yoga/").context["sessions"]

        assert shown.seats_left == 3

    @pytest.mark.parametrize("rows", [1, 3])
    def test_takes_the_same_queries_for_any_number(
        self, client, yoga, rows, django_assert_num_queries
    ):
        for number in range(rows):
            book(scheduled(yoga, days=number))

        # features, service with company, providers, free sessions, full sessions
        with django_assert_num_queries(5):
            page = client.get("/book/yoga/")

        assert len(page.context["sessions"]) == rows

    def test_choosing_another_time_offers_no_full_session(self, client, session, yoga):
        booking = book(scheduled(yoga, days=1), 1, name="Eve")

        page = client.get(f"/b/{booking.manage_token}/reschedule/")

        assert page.context["sessions"] == []


class TestDetails:
    def test_full_session_offers_to_wait_for_it(self, client, session):
        page = client.get(f"/book/yoga/details/?session={session.pk}")

        assert page.status_code == 409
        assert join_page(session) in page.content.decode()

    def test_session_that_fills_up_meanwhile_offers_to_wait_for_it(self, client, yoga):
        found = scheduled(yoga)
        form = hidden_values(client.get(f"/book/yoga/details/?session={found.pk}").content.decode())
        book(found)

        answer = client.post("/book/yoga/details/", {**form, **DAN, "places": "1"})

        assert answer.status_code == 409
        assert join_page(found) in answer.content.decode()

    def test_offers_nothing_of_it_while_the_feature_is_off(self, client, session):
        switch_off()

        page = client.get(f"/book/yoga/details/?session={session.pk}")

        assert page.status_code == 409
        assert "waiting" not in page.content.decode()

    def test_session_too_near_offers_nothing_of_it(self, client, yoga, session):
        yoga.notice_minutes = 2 * 1440
        yoga.save()

        page = client.get(f"/book/yoga/details/?session={session.pk}")

        assert "waiting" not in page.content.decode()


class TestJoining:
    def test_page_tells_how_it_works(self, client, session):
        page = client.get(join_page(session)).content.decode()

        assert "When a place comes free, we keep it for you for 2 h and write to you." in page

    def test_leads_to_ones_own_page(self, client, session):
        answer = send(client, session, places="2", phone="+380441234567", zone="Europe/Paris")

        entry = WaitingEntry.objects.get()
        assert (answer.status_code, answer["Location"]) == (303, my_page(entry))
        assert (entry.client.name, entry.client.email) == ("Dan", "dan@client.example")
        assert (entry.session, entry.seats, entry.state) == (session, 2, WaitingEntry.WAITING)
        assert (entry.phone, entry.timezone) == ("+380441234567", "Europe/Paris")

    def test_opening_the_page_changes_nothing(self, client, session):
        assert client.get(join_page(session)).status_code == 200
        assert not WaitingEntry.objects.exists()

    def test_knows_who_is_signed_in_and_what_they_wait_for(self, client, session):
        client.force_login(proven_user("dan@client.example"))

        page = client.get(join_page(session))
        send(client, session)

        assert page.context["form"]["email"].value() == "dan@client.example"
        assert Client.objects.get(name="Dan").user.email == "dan@client.example"

    def test_only_place_is_not_asked_for(self, client, yoga):
        yoga.capacity = 1
        yoga.save()
        found = scheduled(yoga)
        book(found, 1)

        answer = send(client, found)

        assert answer.status_code == 303
        assert WaitingEntry.objects.get().seats == 1

    def test_who_waits_already_is_told_so_and_gets_no_link_of_anybodys(self, client, session):
        entry = wait(session)

        answer = send(client, session)

        page = answer.content.decode()
        assert answer.status_code == 409
        assert "You are on the waiting list of this session already." in page
        assert entry.token not in page
        assert WaitingEntry.objects.count() == 1

    def test_session_with_places_left_leads_to_the_booking(self, client, yoga):
        found = scheduled(yoga)

        answer = client.get(f"{join_page(found)}?zone=Europe/Paris")

        assert answer.status_code == 302
        assert answer["Location"] == (f"/book/yoga/details/?zone=Europe%2FParis&session={found.pk}")

    def test_place_that_came_free_meanwhile_is_to_be_booked(self, client, session):
        form = hidden_values(client.get(join_page(session)).content.decode())
        free_places()

        answer = client.post(join_page(session), {**form, **DAN, "places": "1"})

        assert answer.status_code == 409
        assert f"/book/yoga/details/?session={session.pk}" in answer.content.decode()
        assert not WaitingEntry.objects.exists()

    def test_session_too_near_is_refused_before_anybody_types(self, client, session, yoga):
        yoga.notice_minutes = 2 * 1440
        yoga.save()

        page = client.get(join_page(session))

        assert page.status_code == 409
        assert 'name="email"' not in page.content.decode()
        assert send(client, session).status_code == 409
        assert not WaitingEntry.objects.exists()

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            *[("name", value) for value in ("", " \t ", "x" * 151, "a\0b")],
            *[("email", value) for value in ("", "dan", "a\0@client.example")],
            *[("phone", value) for value in ("12", "call me", "\0")],
            *[("places", value) for value in ("x", "-1", "0", "1.5", "4", "9" * 30, "\0")],
            *[("zone", value) for value in ("Moon/Base", "\0")],
            ("website", "https://spam.example"),
        ],
    )
    def test_field_at_fault_is_named(self, client, session, field, value):
        answer = send(client, session, **{field: value})

        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]
        assert str(answer.context["form"].errors[field][0]) in answer.content.decode()
        assert not WaitingEntry.objects.exists()

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_is_not_found_while_the_feature_is_off(self, client, session, method):
        switch_off()

        assert getattr(client, method)(join_page(session), DAN).status_code == 404

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_other_sessions_are_not_found(self, client, session, yoga, lesson, ada, method):
        factories.service(ada, name="Dance", kind="class")
        appointment = factories.book_one(lesson, starts_at=TOMORROW_NOON + timedelta(hours=5))
        cancelled = scheduled(yoga, days=1)
        actions.cancel_session(session_id=cancelled.pk, now=NOW)

        for path in (
            f"/book/dance/waiting/{session.pk}/",
            f"/book/lesson/waiting/{appointment.session_id}/",
            f"/book/yoga/waiting/{cancelled.pk}/",
            "/book/yoga/waiting/0/",
            f"/book/yoga/waiting/{10**30}/",
        ):
            assert getattr(client, method)(path, DAN).status_code == 404, path
        assert not WaitingEntry.objects.exists()

    def test_needs_the_token_against_forgery(self, session):
        browser = Browser(enforce_csrf_checks=True)

        assert browser.post(join_page(session), DAN).status_code == 403

    def test_too_many_forms_are_told_when_to_come_back(self, client, session, settings):
        settings.RATE_LIMIT_PER_MINUTE = 1

        answers = [client.post(join_page(session), {}).status_code for _time in range(2)]

        assert answers == [422, 429]
