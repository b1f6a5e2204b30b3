"""What all public pages have in common."""

import re

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(lesson, booked):
    token = booked.manage_token
    return [
        "/",
        "/book/lesson/",
        "/book/lesson/details/?starts_at=2026-11-25T10:00Z",
        f"/b/{token}/",
        f"/b/{token}/cancel/",
        f"/b/{token}/reschedule/",
        "/accounts/login/",
        "/no-such-page/",
    ]


def test_pages_hold_no_inline_script_or_style(client, pages):
    for address in pages:
        page = client.get(address).content.decode()
        assert re.findall(r"<script(?![^>]*\bsrc=)", page) == [], address
        assert re.findall(r"<style|\sstyle=|\son\w+=", page) == [], address


def test_pages_load_nothing_from_elsewhere(client, pages):
    for address in pages:
        page = client.get(address).content.decode()
        assert re.findall(r'(?:src|<link[^>]*href)="(?:https?:)?//[^"]*"', page) == [], address


def test_pages_carry_the_content_security_policy(client, lesson):
    policy = client.get("/")["Content-Security-Policy"]

    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]


def test_language_is_chosen_by_a_form(client, lesson):
    client.post(reverse("set_language"), {"language": "uk", "next": "/"})

    page = client.get("/").content.decode()

    assert '<html lang="uk">' in page


def test_wrong_address_has_a_page_of_our_own(client, company):
    answer = client.get("/no-such-page/")

    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


def test_private_pages_let_the_browser_name_their_own_origin(client, pages):
    """With no-referrer alone a browser sends "Origin: null", and every form is refused."""
    for address in pages:
        answer = client.get(address)
        if answer.headers.get("Referrer-Policy") == "no-referrer":
            assert '<meta name="referrer" content="same-origin">' in answer.content.decode()
