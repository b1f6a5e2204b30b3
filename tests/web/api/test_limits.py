"""How many requests a minute one sender may make, and what they are told of it."""

import pytest
from django.urls import reverse

from tests.web.api.conftest import CLEO, NOON, PAGE
from web.keys.models import ApiKey

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_a_minute(settings):
    settings.RATE_LIMIT_PER_MINUTE = 2


def counts(answer) -> tuple[int, ...]:
    names = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
    return tuple(int(answer[name]) for name in names)


def bearer(secret) -> dict:
    return {"Authorization": f"Bearer {secret}"}


def test_too_many_changes_are_told_when_to_come_back(client, send, ask, lesson):
    answers = [send("/bookings", {}) for _time in range(3)]
    on_the_site = client.post(reverse("site:details", args=["lesson"]), CLEO)
    other = client.post(
        "/api/v1/bookings", {}, content_type="application/json", REMOTE_ADDR="192.0.2.7"
    )

    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert answers[2].json()["code"] == "too_many_requests"
    assert answers[2]["Content-Type"] == "application/problem+json"
    assert answers[2]["Retry-After"] == "60"
    assert [counts(answer) for answer in answers] == [(2, 1, 60), (2, 0, 60), (2, 0, 60)]
    assert on_the_site.status_code == 429
    assert other.status_code == 422
    assert ask("/services").status_code == 200


def test_reading_has_ten_times_as_much(ask, company):
    answers = [ask("/services") for _time in range(21)]

    assert [answer.status_code for answer in answers[19:]] == [200, 429]
    assert counts(answers[0]) == (20, 19, 60)
    assert answers[20]["Retry-After"] == "60"


def test_what_is_not_changed_is_counted_too(ask, company):
    headers = {"If-None-Match": ask("/services")["ETag"]}

    known = ask("/services", headers=headers)

    assert (known.status_code, counts(known)) == (304, (20, 18, 60))


@pytest.mark.parametrize("path", ["cancel", "reschedule"])
def test_changes_of_a_booking_count_too(send, booked, settings, path):
    settings.RATE_LIMIT_PER_MINUTE = 1
    address = f"/bookings/{booked.manage_token}/{path}"

    answers = [send(address, {"starts_at": NOON}).status_code for _time in range(2)]

    assert answers == [200, 429]


def test_no_limit_when_it_is_zero(send, ask, company, settings):
    settings.RATE_LIMIT_PER_MINUTE = 0

    answers = [send("/bookings", {}) for _time in range(5)]

    assert {answer.status_code for answer in answers} == {422}
    assert "RateLimit-Limit" not in ask("/services")


def test_servers_key_is_counted_by_itself_from_wherever_it_comes(client, send, server_key):
    def ask_from(address):
        return client.post(
            "/api/v1/bookings", {}, "application/json",
            headers=bearer(server_key), REMOTE_ADDR=address,
        ).status_code  # fmt: skip

    assert [send("/bookings", {}).status_code for _time in range(3)] == [422, 422, 429]
    assert [ask_from(f"192.0.2.{number}") for number in range(3)] == [422, 422, 429]


def test_key_of_a_page_gives_each_of_its_visitors_as_much(client, page_key):
    def ask_from(address):
        return client.post(
            "/api/v1/bookings", {}, "application/json",
            headers=bearer(page_key) | {"Origin": PAGE}, REMOTE_ADDR=address,
        )  # fmt: skip

    answers = [ask_from("192.0.2.1") for _time in range(3)]

    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert answers[2]["Access-Control-Allow-Origin"] == PAGE
    assert ask_from("192.0.2.2").status_code == 422


@pytest.mark.parametrize("of_installation", [2, 0])
def test_limit_of_a_key_holds_in_place_of_the_installations(
    send, ask, server_key, settings, of_installation
):
    settings.RATE_LIMIT_PER_MINUTE = of_installation
    ApiKey.objects.update(requests_per_minute=3)

    answers = [
        send("/bookings", {}, Authorization=f"Bearer {server_key}").status_code
        for _time in range(4)
    ]

    assert answers == [422, 422, 422, 429]
    assert counts(ask("/bookings", headers=bearer(server_key))) == (30, 29, 60)


def test_wrong_keys_are_counted_for_the_address(ask, company):
    answers = [ask("/services", headers=bearer("zk_no")).status_code for _time in range(21)]

    assert answers == [401] * 20 + [429]
