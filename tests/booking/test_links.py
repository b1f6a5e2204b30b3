"""The secrets that stand for a right, and the code that people read out."""

import re

import pytest
from django.db.models import Field

from booking import links
from booking.models import Booking, Session
from tests.factories import book_one


def test_token_is_22_characters_safe_in_an_address_and_never_the_same():
    tokens = {links.new_token() for _ in range(2000)}

    assert len(tokens) == 2000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", token) for token in tokens)


def test_code_is_8_characters_that_nobody_mistakes():
    codes = {links.new_code() for _ in range(2000)}

    assert len(codes) == 2000
    assert all(re.fullmatch(r"[2-9A-HJ-NP-Z]{8}", code) for code in codes)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (Session, "host_token"),
        (Booking, "join_token"),
        (Booking, "manage_token"),
        (Booking, "code"),
    ],
)
def test_token_is_unique_and_in_no_form(model, name):
    field: Field = model._meta.get_field(name)

    assert (field.unique, field.editable) == (True, False)


@pytest.mark.django_db
def test_every_right_of_a_booking_has_its_own_token(lesson):
    booking = book_one(lesson)

    tokens = {booking.join_token, booking.manage_token, booking.session.host_token}
    assert len(tokens) == 3


def test_addresses_are_absolute(settings):
    settings.SITE_URL = "https://book.kyiv-yoga.example"

    assert links.meeting_url("TOKEN") == "https://book.kyiv-yoga.example/m/TOKEN/"
    assert links.manage_url("TOKEN") == "https://book.kyiv-yoga.example/b/TOKEN/"
