"""Who signs in by password: staff, with one of their own."""

import pytest
from django.contrib.auth import get_user
from django.test import RequestFactory

from booking.backends import DEMO_PASSWORD, StaffBackend
from booking.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "a long pass phrase"


def sign_in(email, password=PASSWORD):
    return StaffBackend().authenticate(RequestFactory().post("/"), email, password)


def test_staff_sign_in_by_address_whatever_its_capitals():
    boss = User.objects.create_user("boss@kyiv-yoga.example", PASSWORD, is_staff=True)

    assert sign_in("Boss@Kyiv-Yoga.example") == boss
    assert sign_in("boss@kyiv-yoga.example", "wrong") is None


def test_staff_who_left_do_not_sign_in():
    User.objects.create_user("boss@kyiv-yoga.example", PASSWORD, is_staff=True, is_active=False)

    assert sign_in("boss@kyiv-yoga.example") is None


def test_client_never_signs_in_by_password():
    User.objects.create_user("cleo@client.example", PASSWORD)

    assert sign_in("cleo@client.example") is None


def test_user_without_a_password_does_not_sign_in_with_none():
    User.objects.create_user("cleo@client.example", is_staff=True)

    for password in ("", None, "!"):
        assert sign_in("cleo@client.example", password) is None


@pytest.mark.parametrize("is_debug", [True, False])
def test_demo_password_works_only_with_debug(settings, is_debug):
    settings.DEBUG = is_debug
    User.objects.create_user("owner@demo.example", DEMO_PASSWORD, is_staff=True)

    assert (sign_in("owner@demo.example", DEMO_PASSWORD) is not None) is is_debug


def test_client_who_came_in_by_a_code_stays_signed_in(client):
    cleo = User.objects.create_user("cleo@client.example")
    client.force_login(cleo, backend="booking.backends.StaffBackend")
    request = RequestFactory().get("/")
    request.session = client.session

    assert get_user(request) == cleo
