"""Keys: what each kind opens, where it may be used, and what is refused without a hint."""

from datetime import timedelta

import pytest
import time_machine

from booking.models import Booking
from tests.factories import NOW
from tests.web.api.conftest import CLEO, NOON, PAGE
from web.keys import actions
from web.keys.models import ApiKey

pytestmark = pytest.mark.django_db

ELSEWHERE = "https://evil.example"


def bearer(secret, **more) -> dict:
    return {"Authorization": f"Bearer {secret}", **more}


def refusal(answer) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


class TestWrongKey:
    @pytest.mark.parametrize(
        "sent",
        ["", "Bearer", "Bearer ", "Bearer zk_", "Bearer {}x", "Bearer x{}", "{}", "Basic {}",
         "Bearer " + "x" * 5000, "Bearer zk_" + "a" * 32, "Bearer \xff", "Bearer {} {}"],
    )  # fmt: skip
    @pytest.mark.parametrize("path", ["/services", "/bookings", "/nothing", "/openapi.json"])
    def test_is_401_everywhere_and_gives_no_hint(self, ask, server_key, sent, path):
        answer = ask(path, headers={"Authorization": sent.format(server_key, server_key)})

        assert refusal(answer) == (401, "unauthorized")
        assert answer["WWW-Authenticate"] == 'Bearer realm="Zustrich"'
        assert answer.json()["detail"] == "This key opens nothing here."

    def test_books_nothing(self, send, lesson):
        body = {"service": lesson.pk, "starts_at": NOON, "client": CLEO}

        assert refusal(send("/bookings", body, **bearer("zk_no"))) == (401, "unauthorized")
        assert not Booking.objects.exists()

    def test_revoked_one_is_a_wrong_one(self, ask, server_key):
        assert ask("/services", headers=bearer(server_key)).status_code == 200
        actions.revoke(key_id=ApiKey.objects.get().pk, now=NOW)

        assert refusal(ask("/services", headers=bearer(server_key))) == (401, "unauthorized")

    def test_scheme_is_read_in_any_case(self, ask, server_key):
        assert (
            ask("/bookings", headers={"Authorization": f"bearer {server_key}"}).status_code == 200
        )


class TestServersKey:
    def test_books_like_anybody(self, send, lesson, server_key):
        body = {"service": lesson.pk, "starts_at": NOON, "client": CLEO}

        assert send("/bookings", body, **bearer(server_key)).status_code == 201

    @pytest.mark.parametrize("origin", [PAGE, "null", "http://testserver"])
    def test_is_refused_in_a_browser(self, ask, server_key, page_key, origin):
        answer = ask("/services", headers=bearer(server_key, Origin=origin))

        assert refusal(answer) == (403, "secret_key_in_browser")
        assert "revoke it" in answer.json()["detail"]
        assert "Access-Control-Allow-Origin" not in answer

    def test_use_costs_one_query_and_is_noted_once_a_minute(
        self, ask, server_key, django_assert_num_queries
    ):
        ask("/bookings", headers=bearer(server_key))
        for seconds, queries in ((59, 3), (60, 4)):  # key, company, bookings; that it was used
            with (
                time_machine.travel(NOW + timedelta(seconds=seconds), tick=False),
                django_assert_num_queries(queries),
            ):
                ask("/bookings", headers=bearer(server_key))

        assert ApiKey.objects.get().last_used_at == NOW + timedelta(seconds=60)

    def test_idempotency_keys_are_its_own(self, send, lesson, server_key, page_key):
        for number, headers in enumerate([{}, bearer(server_key), bearer(page_key)]):
            body = {
                "service": lesson.pk,
                "starts_at": (NOW + timedelta(days=1, hours=number)).isoformat(),
                "client": CLEO,
            }
            answers = [
                send("/bookings", body, Idempotency_Key="k", **headers) for _time in range(2)
            ]
            assert answers[0].json() == answers[1].json()

        assert Booking.objects.count() == 3


class TestPagesKey:
    def test_lets_scripts_of_its_pages_read(self, ask, page_key):
        answer = ask("/services", headers=bearer(page_key, Origin=PAGE))

        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, PAGE)
        assert "RateLimit-Remaining" in answer["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer
        assert "Origin" in answer["Vary"]

    def test_lets_them_read_refusals_too(self, ask, page_key):
        answer = ask("/slots", headers=bearer(page_key, Origin=PAGE))

        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (422, PAGE)

    @pytest.mark.parametrize(
        "origin", [ELSEWHERE, "null", PAGE.upper(), f"{PAGE}/", PAGE.replace("https", "http"), ""]
    )
    def test_is_refused_on_other_pages(self, ask, page_key, origin):
        answer = ask("/services", headers=bearer(page_key, Origin=origin))

        assert refusal(answer) == (403, "origin_not_allowed")
        assert "Access-Control-Allow-Origin" not in answer

    def test_reads_no_bookings(self, ask, page_key, booked):
        for path in ("/bookings", f"/bookings/by-code/{booked.code}"):
            answer = ask(path, headers=bearer(page_key, Origin=PAGE))

            assert refusal(answer) == (403, "forbidden")
            assert booked.code not in answer.content.decode()


def test_page_without_a_key_is_let_read_nothing(ask, page_key):
    answer = ask("/services", headers={"Origin": PAGE})

    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer
    assert "Origin" in answer["Vary"]


class TestPreflight:
    def ask(self, client, origin, path="/bookings", method="POST"):
        return client.options(
            f"/api/v1{path}",
            headers={
                "Origin": origin,
                "Access-Control-Request-Method": method,
                "Access-Control-Request-Headers": "authorization,content-type",
            },
        )

    def test_of_a_page_that_some_key_is_for(self, client, page_key, server_key):
        answer = self.ask(client, PAGE)

        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (204, PAGE)
        assert "POST" in answer["Access-Control-Allow-Methods"]
        assert {"Authorization", "Content-Type", "Idempotency-Key"} <= set(
            answer["Access-Control-Allow-Headers"].split(", ")
        )
        assert answer["Access-Control-Max-Age"] == "600"
        assert "Origin" in answer["Vary"]

    def test_of_any_other_allows_nothing(self, client, page_key):
        for origin in (ELSEWHERE, "null", "*", ""):
            assert "Access-Control-Allow-Origin" not in self.ask(client, origin)

    def test_allows_nothing_once_the_key_is_revoked(self, client, page_key):
        actions.revoke(key_id=ApiKey.objects.get().pk, now=NOW)

        assert "Access-Control-Allow-Origin" not in self.ask(client, PAGE)
