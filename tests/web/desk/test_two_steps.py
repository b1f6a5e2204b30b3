"""Signing in by a password and a code: who gets in, and who does not."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client as Browser

from booking.models import User
from tests import factories
from tests.factories import NOW
from tests.web.desk.two_steps import ACCOUNT, CODE, PAGE, SIGN_IN, App, give_password

CALENDAR = "/admin/calendar/"


@pytest.fixture(autouse=True)
def no_guesses_yet(company):
    cache.clear()


@pytest.fixture
def boss() -> User:
    return factories.staff(is_superuser=True)


@pytest.fixture
def app(boss) -> App:
    return App(boss, NOW)


@pytest.fixture
def halfway(client, app, boss) -> Browser:
    """A browser in which the right password was given."""
    assert give_password(client, boss).url == CODE
    return client


def give_code(browser: Browser, code: str):
    return browser.post(CODE, {"code": code}, **PAGE)


def is_in(browser: Browser) -> bool:
    return browser.get(CALENDAR, **PAGE).status_code == 200


# --- Getting in --------------------------------------------------------------


def test_without_a_second_factor_the_password_lets_in(client, boss):
    assert give_password(client, boss, next="/admin/sessions/").url == "/admin/sessions/"
    assert is_in(client)


def test_password_alone_signs_nobody_in_who_has_a_second_factor(halfway):
    assert not is_in(halfway)
    assert "_auth_user_id" not in halfway.session
    for url in ("/admin/booking/user/", ACCOUNT, "/admin/password_change/"):
        assert halfway.get(url, **PAGE).url.startswith(SIGN_IN)


def test_code_lets_in_to_where_one_wanted(client, app, boss):
    give_password(client, boss, next="/admin/reports/bookings/?page=2")

    assert give_code(client, app.code()).url == "/admin/reports/bookings/?page=2"
    assert is_in(client)


@pytest.mark.parametrize(
    "typed", [lambda code: f"{code[:3]} {code[3:]}", lambda code: f" {code[:3]}-{code[3:]} "]
)
def test_blanks_and_dashes_in_a_code_do_not_matter(halfway, app, typed):
    assert give_code(halfway, typed(app.code())).status_code == 302


@pytest.mark.parametrize(("seconds", "status"), [(-60, 200), (-30, 200), (30, 302), (60, 200)])
def test_clock_of_the_phone_may_be_off_by_one_code(halfway, app, seconds, status):
    """Half a minute before is the code that set it up."""
    assert give_code(halfway, app.code(seconds=seconds)).status_code == status


def test_next_leads_to_no_other_site(client, app, boss):
    for foreign in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        browser = Browser()
        give_password(browser, boss, next=foreign)
        assert browser.session["halfway_in"]["next"] == "/admin/"


def test_recovery_code_lets_in_once(halfway, app, boss):
    code = app.recovery_codes[3]
    page = halfway.post(CODE, {"code": code}, follow=True, **PAGE)
    assert "You used a recovery code; 9 are left." in page.content.decode()

    again = Browser()
    give_password(again, boss)
    assert give_code(again, code).status_code == 200
    assert not is_in(again)


def test_same_code_of_the_app_lets_in_once(halfway, app, boss):
    code = app.code()
    give_code(halfway, code)
    again = Browser()
    give_password(again, boss)

    for seconds in (0, 20, 45):  # also after a cache would have forgotten it
        with time_machine.travel(NOW + timedelta(seconds=seconds), tick=False):
            assert give_code(again, code).status_code == 200

    assert not is_in(again)


# --- What does not let in ----------------------------------------------------


@pytest.mark.parametrize("code", ["000000", "", "1" * 41, "١٢٣٤٥٦", "\0", "00000000", "' OR 1"])
def test_wrong_code_is_refused_in_one_and_the_same_way(halfway, app, code):
    page = give_code(halfway, code)

    assert page.status_code == 200
    assert not is_in(halfway)
    assert not code or f'value="{code}"' not in page.content.decode()


def test_code_needs_a_password_first(client, app):
    assert client.get(CODE).url == SIGN_IN
    assert give_code(client, app.code()).url == SIGN_IN
    assert not is_in(client)


def test_somebody_elses_code_is_wrong(halfway):
    other = App(factories.staff("ada@kyiv-yoga.example"), NOW)

    assert give_code(halfway, other.recovery_codes[0]).status_code == 200


def test_waiting_for_the_code_ends_after_ten_minutes(halfway, app):
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        assert give_code(halfway, app.code()).url == SIGN_IN


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_staff": False}, {"password": "x"}])
def test_whoever_may_no_longer_sign_in_does_not_wait_on(halfway, app, boss, fields):
    User.objects.filter(pk=boss.pk).update(**fields)

    assert give_code(halfway, app.code()).url == SIGN_IN


def test_session_has_a_new_key_after_the_password_and_after_the_code(client, app, boss):
    session = client.session
    session["planted"] = True
    session.save()
    keys = [session.session_key]
    give_password(client, boss)
    keys.append(client.session.session_key)
    give_code(client, app.code())
    keys.append(client.session.session_key)

    assert len(set(keys)) == 3
    assert "halfway_in" not in client.session


def test_both_steps_want_the_token_of_their_form(app, boss):
    browser = Browser(enforce_csrf_checks=True)
    assert give_password(browser, boss).status_code == 403

    give_password(relaxed := Browser(), boss)
    browser.cookies = relaxed.cookies
    assert give_code(browser, app.code()).status_code == 403


def test_page_of_the_code_suits_phones_and_is_not_kept(halfway):
    page = halfway.get(CODE)

    for said in ('autocomplete="one-time-code"', 'inputmode="numeric"', "autofocus"):
        assert said in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_mailed_code_asks_for_no_second_factor_and_lets_no_staff_in(client, app, boss):
    factories.client("Boss", email=boss.email)
    client.post("/accounts/login/", {"email": boss.email})

    assert not boss.clients.exists()
    assert client.get("/my-bookings/").status_code == 302


# --- Guessing ----------------------------------------------------------------


def test_too_many_wrong_codes_are_refused_wherever_they_come_from(app, boss):
    for number in range(5):
        browser = Browser(REMOTE_ADDR=f"192.0.2.{number}")
        give_password(browser, boss)
        assert "This code is wrong" in give_code(browser, "000000").content.decode()

    fresh = Browser(REMOTE_ADDR="192.0.2.99")
    give_password(fresh, boss)
    assert "Too many wrong codes" in give_code(fresh, app.code()).content.decode()
    with time_machine.travel(NOW + timedelta(minutes=5, seconds=1), tick=False):
        assert give_code(fresh, app.code()).status_code == 302


def test_wrong_codes_and_wrong_passwords_lock_the_name_out_together(client, app, boss):
    for _time in range(6):
        give_password(client, boss, "wrong")
    give_password(client, boss)
    answers = [give_code(client, "000000").status_code for _time in range(4)]

    assert answers == [200, 200, 200, 429]
    assert give_code(client, app.code()).status_code == 429
    assert give_password(client, boss).status_code == 429


def test_right_password_does_not_take_wrong_codes_back(client, app, boss):
    for times in (4, 4, 2):
        give_password(client, boss)
        answers = [give_code(client, "000000").status_code for _time in range(times)]
        cache.clear()

    assert answers == [200, 429]


# --- Sessions ----------------------------------------------------------------


def test_session_from_before_the_second_factor_is_ended(client, boss):
    client.force_login(boss, backend="booking.backends.StaffBackend")
    assert is_in(client)

    App(boss, NOW)

    assert client.get(CALENDAR, **PAGE).url == f"{SIGN_IN}?next={CALENDAR}"
    assert "_auth_user_id" not in client.session


def test_session_that_showed_a_former_second_factor_is_ended(halfway, app, boss):
    give_code(halfway, app.code())
    app.user.authenticator_set.all().delete()
    assert is_in(halfway)

    App(boss, NOW)

    assert not is_in(halfway)


def test_page_to_sign_in_leads_on_who_is_in(halfway, app):
    give_code(halfway, app.code())

    assert halfway.get(SIGN_IN).url == "/admin/"
