"""Ten wrong passwords, and a name is locked for who tried them, and for nobody else."""

import pytest

from booking.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "a long pass phrase"
NAME = "boss@kyiv-yoga.example"
MOST = 10


@pytest.fixture(autouse=True)
def boss():
    return User.objects.create_user(NAME, PASSWORD, is_staff=True)


def try_in(client, password, username=NAME, **headers):
    form = {"username": username, "password": password}
    return client.post("/admin/login/?next=/admin/", form, **headers).status_code


def test_too_many_wrong_passwords_lock_the_name_out(client):
    before = [try_in(client, "wrong") for _time in range(MOST - 1)]

    assert set(before) == {200}
    assert try_in(client, "wrong") == 429
    assert try_in(client, PASSWORD) == 429


def test_other_capitals_are_no_further_tries(client):
    for length in range(MOST):
        try_in(client, "wrong", NAME[:length].upper() + NAME[length:])

    assert try_in(client, PASSWORD) == 429


def test_stranger_behind_the_same_proxy_locks_nobody_else_out(client, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for _time in range(MOST):
        try_in(client, "wrong", HTTP_X_FORWARDED_FOR="192.0.2.1")

    assert try_in(client, PASSWORD, HTTP_X_FORWARDED_FOR="192.0.2.1") == 429
    assert try_in(client, PASSWORD, HTTP_X_FORWARDED_FOR="192.0.2.2") == 302


def test_what_is_no_address_does_not_stop_anybody_from_signing_in(client, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    assert try_in(client, "wrong", HTTP_X_FORWARDED_FOR="unknown") == 200
    assert try_in(client, PASSWORD, HTTP_X_FORWARDED_FOR="unknown") == 302
