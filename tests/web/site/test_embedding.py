"""The booking site in other people's pages: no cookie, who may show it, whose forms count."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.conf import settings
from django.test import Client as Browser

from booking.models import Booking, Company, WaitingEntry
from tests import factories
from tests.factories import NOW
from tests.web.site.conftest import hidden_values

pytestmark = pytest.mark.django_db

OURS = "http://testserver"
CLEO = {"name": "Cleo", "email": "cleo@client.example"}
LOOK = "zone=Europe/Paris&language=uk&colour=%23a3195b&theme=dark"
FORM = "/embed/book/lesson/details/?starts_at=2026-11-24T10:00Z"


@pytest.fixture
def frame(company):
    """A browser as it is in a frame, with Django's own check against forged forms on."""
    factories.enable("embedding")
    return Browser(enforce_csrf_checks=True)


def form_on(frame, address=FORM) -> dict[str, str]:
    page = frame.get(address).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    return {**hidden_values(page), "csrfmiddlewaretoken": token[1], **CLEO}


def send(frame, given, address=FORM, origin=OURS):
    return frame.post(address, given, headers={"Origin": origin} if origin else {})


# --- Booking without a cookie ------------------------------------------------


def test_booking_goes_through_without_any_cookie(frame, lesson):
    home = frame.get(f"/embed/?{LOOK}")
    times = frame.get(f"/embed/book/lesson/?{LOOK}")
    booked = send(frame, form_on(frame, f"{FORM}&{LOOK}"), f"{FORM}&{LOOK}")
    done = frame.get(booked["Location"])

    booking = Booking.objects.select_related("session").get()
    assert (booking.language, booking.timezone) == ("uk", "Europe/Paris")
    assert booked.status_code == 303
    path, query = urlsplit(booked["Location"])[2:4]
    assert path == f"/embed/b/{booking.manage_token}/"
    assert query == "zone=Europe%2FParis&language=uk&colour=%23a3195b&theme=dark"
    assert f'data-booked="{booking.code}"' in done.content.decode()
    assert 'lang="uk"' in done.content.decode()
    for answer in (home, times, booked, done):
        assert not answer.cookies
    assert not frame.cookies


def test_time_held_for_a_mail_is_told_as_held_and_not_as_booked(frame, lesson):
    Company.objects.update(proof_above=0)

    done = frame.get(send(frame, form_on(frame))["Location"])

    assert Booking.objects.get().state == Booking.HELD
    assert "Please look into your mail" in done.content.decode()
    held = f'data-held="{Booking.objects.get().code}" data-starts-at="2026-11-24T10:00:00+00:00"'
    assert held in done.content.decode()
    assert "data-booked" not in done.content.decode()
    assert not done.cookies


def links_on(text: str) -> list[tuple[str, str]]:
    """Each link with its address."""
    found = re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>', text)
    tags = re.findall(r"<a [^>]*>", text)
    return list(zip(tags, (link.replace("&amp;", "&") for link in found), strict=True))


def test_links_inside_the_frame_stay_there_and_carry_its_look(frame, lesson, session):
    waiting = f"/embed/book/yoga/waiting/{session.pk}/"
    for page in ("/embed/", "/embed/book/lesson/", "/embed/book/yoga/", FORM, waiting):
        text = frame.get(f"{page}{'&' if '?' in page else '?'}{LOOK}").content.decode()

        for tag, link in links_on(text):
            if 'target="_blank" rel="noopener"' in tag or not link.startswith(("/", "?")):
                continue
            kept = parse_qs(urlsplit(link).query)
            assert link.startswith(("/embed/", "?")), tag
            assert {"zone", "language", "colour", "theme"} <= set(kept), tag


def test_forms_of_choices_carry_the_look(frame, lesson):
    text = frame.get(f"/embed/book/lesson/?{LOOK}").content.decode()

    for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL):
        names = set(re.findall(r'name="(\w+)"', form))
        assert {"zone", "language", "colour", "theme"} <= names


def test_cookies_of_the_site_count_for_nothing_in_the_frame(frame, lesson):
    frame.cookies[settings.LANGUAGE_COOKIE_NAME] = "uk"
    frame.cookies[settings.SESSION_COOKIE_NAME] = "of nobody"
    frame.cookies["timezone"] = "Asia/Tokyo"

    answer = frame.get("/embed/book/lesson/")

    assert '<html lang="en"' in answer.content.decode()
    assert "in Asia/Tokyo" not in answer.content.decode()
    assert not answer.cookies


def test_waiting_list_is_joined_in_the_frame(frame, session):
    page = f"/embed/book/yoga/waiting/{session.pk}/"

    joined = send(frame, {**form_on(frame, page), "places": 1}, page)
    place = frame.get(joined["Location"])

    entry = WaitingEntry.objects.get()
    assert joined["Location"] == f"/embed/w/{entry.token}/"
    assert "<form" not in place.content.decode()
    assert f'href="/w/{entry.token}/" target="_blank" rel="noopener"' in place.content.decode()
    assert not joined.cookies
    assert not place.cookies


# --- Whose forms count -------------------------------------------------------


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver:81", None])
def test_form_of_another_origin_is_refused(frame, lesson, origin):
    answer = send(frame, form_on(frame), origin=origin)

    assert answer.status_code == 403
    assert "Nothing was booked" in answer.content.decode()
    assert not answer.cookies
    assert not Booking.objects.exists()


def test_form_without_a_token_or_with_anothers_is_refused(frame, lesson, ada):
    factories.service(ada, name="Other")
    others = form_on(frame, FORM.replace("lesson", "other"))["csrfmiddlewaretoken"]
    for token in ("", "made-up", others, "ї"):
        answer = send(frame, {**form_on(frame), "csrfmiddlewaretoken": token})

        assert answer.status_code == 403, token
    assert not Booking.objects.exists()


def test_form_left_open_for_too_long_is_sent_once_more_with_all_that_was_typed(frame, lesson):
    given = {**form_on(frame), "note": "Two\r\n<lines> & more"}
    with time_machine.travel(NOW + timedelta(hours=12, seconds=1), tick=False):
        foreign = send(frame, given, origin="https://evil.example")
        late = send(frame, given)
        assert not Booking.objects.exists()
        page = late.content.decode()
        inputs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
        again = send(frame, {name: unescape(value) for name, value in inputs})

    assert (foreign.status_code, late.status_code, again.status_code) == (403, 422, 303)
    assert Booking.objects.get().note == "Two\r\n<lines> & more"
    assert Booking.objects.get().client.name == "Cleo"


def test_form_left_open_for_hours_is_taken(frame, lesson):
    given = form_on(frame)
    with time_machine.travel(NOW + timedelta(hours=11, minutes=59), tick=False):
        assert send(frame, given).status_code == 303


def test_the_sites_own_forms_are_guarded_as_ever(frame, lesson):
    given = form_on(frame)

    answer = send(frame, given, FORM.removeprefix("/embed"))

    assert answer.status_code == 403
    assert not Booking.objects.exists()


# --- Who may show it ---------------------------------------------------------


def ancestors_of(answer) -> str:
    policy = answer["Content-Security-Policy"]
    return re.search(r"frame-ancestors ([^;]*)", policy)[1]


def test_listed_origins_may_show_the_frame_and_nothing_else(frame, lesson):
    before = frame.get("/embed/")
    Company.objects.update(embed_origins="https://a.example\nhttps://*.b.example")

    for page in ("/embed/", "/embed/book/lesson/", "/embed/book/gone/"):
        answer = frame.get(page)

        assert ancestors_of(answer) == "'self' https://a.example https://*.b.example"
        assert "X-Frame-Options" not in answer
    assert ancestors_of(before) == "'self'"


@pytest.mark.parametrize("page", ["/", "/book/lesson/", "/my-bookings/", "/embed.js"])
def test_other_pages_are_shown_in_no_frame(frame, lesson, page):
    Company.objects.update(embed_origins="https://a.example")

    answer = frame.get(page)

    assert ancestors_of(answer) == "'none'"
    assert answer["X-Frame-Options"] == "DENY"


def test_everything_is_missing_while_the_feature_is_off(client, lesson, booked):
    token = booked.manage_token
    for page in ("/embed.js", "/embed/", "/embed/book/lesson/", f"/embed/b/{token}/", FORM):
        answer = client.get(page)

        assert answer.status_code == 404, page
        assert answer["X-Frame-Options"] == "DENY"
    assert send(client, CLEO).status_code == 404


def test_what_is_not_in_the_flow_is_not_in_the_frame(frame, booked):
    assert frame.get("/embed/my-bookings/").status_code == 404
    for page in ("cancel/", "reschedule/", "confirm/", "calendar.ics"):
        assert frame.get(f"/embed/b/{booked.manage_token}/{page}").status_code == 404


# --- The script, and the look ------------------------------------------------


def test_script_is_for_every_page_and_asked_for_again_soon(frame):
    answer = frame.get("/embed.js")
    again = frame.get("/embed.js", headers={"If-None-Match": answer["ETag"]})

    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert '})({"en": {"title": "Book a time"' in answer.content.decode()
    assert again.status_code == 304
    assert not answer.cookies


@pytest.mark.parametrize(
    ("theme", "told"), [("dark", "dark"), ("light", "light"), ("auto", "auto"), ("x", "light")]
)
def test_theme_is_one_of_three(frame, theme, told):
    page = frame.get(f"/embed/?theme={theme}").content.decode()

    assert f'data-bs-theme="{told}"' in page
    assert ("theme.js" in page) == (told == "auto")


@pytest.mark.parametrize(
    ("colour", "used"), [("%23A3195B", "a3195b"), ("red", "1d6b57"), ("%23a3195b%0A", "1d6b57")]
)
def test_colour_is_the_one_asked_for_or_the_companys(frame, colour, used):
    page = frame.get(f"/embed/?colour={colour}").content.decode()

    assert f"/colours/{used}.css" in page
