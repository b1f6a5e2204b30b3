"""My account → Two-factor sign-in, roles that must have one, and the way out for a lost phone."""

import json

import pytest
from cryptography.fernet import Fernet
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.models import User
from notifications.models import Message
from tests import factories
from tests.factories import NOW
from tests.web.desk.two_steps import (
    ACCOUNT,
    CODE,
    PAGE,
    PASSWORD,
    App,
    code_at,
    codes_on,
    give_password,
    secret_on,
)
from web.desk.models import RequiredSecondFactor
from web.desk.second_factor import actions

CALENDAR = "/admin/calendar/"
SECURITY = "/admin/sign-in-security/"
USERS = "/admin/booking/user/"


@pytest.fixture(autouse=True)
def no_guesses_yet(company):
    cache.clear()


@pytest.fixture
def junior(ada) -> User:
    return ada.user


@pytest.fixture
def owner(company) -> User:
    user = factories.staff("owner@kyiv-yoga.example", name="Olena")
    user.groups.add(Group.objects.get(name="owner"))
    return user


def signed_in(user: User) -> Browser:
    """By password, and by a code where one is asked for."""
    browser = Browser()
    give_password(browser, user)
    return browser


def set_up(browser: Browser, *, password: str = PASSWORD, code: str = "", **fields):
    secret = secret_on(browser.get(ACCOUNT, **PAGE))
    code = code or code_at(secret, timezone.now())
    return browser.post(ACCOUNT, {"code": code, "password": password, **fields}, **PAGE)


def require(*roles: str) -> None:
    groups = Group.objects.filter(name__in=roles)
    actions.require_for(group_ids=set(groups.values_list("pk", flat=True)))


# --- Switching on and off ----------------------------------------------------


def test_second_factor_is_set_up_with_the_apps_code_and_ten_codes_for_paper(junior):
    browser = signed_in(junior)
    page = set_up(browser)

    assert len(set(codes_on(page))) == 10
    assert browser.get(CALENDAR, **PAGE).status_code == 200
    shown_again = browser.get(ACCOUNT, **PAGE)
    assert codes_on(shown_again) == []
    assert "10 left" in shown_again.content.decode()
    assert "z-key" not in shown_again.content.decode()


def test_apps_are_told_whose_account_it_is(junior, settings):
    factories.company(name="Kyiv: Yoga & Co")
    address = actions.get_adapter().build_totp_url(junior, "ABCD")

    assert address == (
        "otpauth://totp/Kyiv%20%20Yoga%20%26%20Co%3Aada%40kyiv-yoga.example"
        "?secret=ABCD&issuer=Kyiv%3A%20Yoga%20%26%20Co"
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"code": "000000"}, "This is not the code that the app shows"),
        ({"password": "wrong"}, "This is not your password"),
    ],
)
def test_wrong_entry_switches_nothing_on_and_keeps_the_key(junior, typed, said):
    browser = signed_in(junior)
    before = secret_on(browser.get(ACCOUNT))
    page = set_up(browser, **typed)

    assert (page.status_code, said in page.content.decode()) == (422, True)
    assert secret_on(page) == before
    assert not junior.authenticator_set.exists()


def test_key_of_one_session_is_not_that_of_another(junior):
    assert secret_on(signed_in(junior).get(ACCOUNT)) != secret_on(signed_in(junior).get(ACCOUNT))


def test_second_one_is_not_set_up_beside_the_first(junior):
    first, late = signed_in(junior), signed_in(junior)
    secret = secret_on(late.get(ACCOUNT))
    set_up(first)
    with pytest.raises(actions.AlreadyOn):
        actions.switch_on(user_id=junior.pk, secret=secret, code="", now=NOW)

    assert late.post(ACCOUNT, {}, **PAGE).url.startswith("/admin/login/")


def test_new_codes_take_the_place_of_the_former_ones(junior):
    browser = signed_in(junior)
    former = codes_on(set_up(browser))
    assert browser.post(f"{ACCOUNT}codes/", {"password": "wrong"}).status_code == 422

    new = codes_on(browser.post(f"{ACCOUNT}codes/", {"password": PASSWORD}))

    assert len(set(new) - set(former)) == 10
    tried = [actions.use_code(user_id=junior.pk, code=each[0], now=NOW) for each in (former, new)]
    assert [row is not None for row in tried] == [False, True]


def test_switching_off_wants_the_password_and_takes_the_codes_along(junior):
    browser = signed_in(junior)
    set_up(browser)
    assert browser.post(f"{ACCOUNT}off/", {"password": "wrong"}).status_code == 422
    assert browser.get(f"{ACCOUNT}off/").status_code == 405
    assert junior.authenticator_set.count() == 2

    assert browser.post(f"{ACCOUNT}off/", {"password": PASSWORD}).url == ACCOUNT

    assert not junior.authenticator_set.exists()
    assert give_password(Browser(), junior).url == "/admin/"


def test_password_is_not_guessed_there_either(junior):
    browser = signed_in(junior)
    answers = [set_up(browser, password="wrong").status_code for _time in range(10)]

    assert answers == [422] * 9 + [429]


@pytest.mark.parametrize("url", [ACCOUNT, f"{ACCOUNT}codes/", f"{ACCOUNT}off/"])
def test_account_is_for_staff_of_every_role_and_for_nobody_else(as_role, url):
    status = {"viewer": 200, "client": 403, "anonymous": 302}
    if url != ACCOUNT:
        status["viewer"] = 302  # they have none: back to the page

    ask = {role: as_role(role).get if url == ACCOUNT else as_role(role).post for role in status}

    assert {role: ask[role](url).status_code for role in status} == status


def test_user_hears_of_it_by_mail(junior, owner):
    browser = signed_in(junior)
    set_up(browser)
    browser.post(f"{ACCOUNT}off/", {"password": PASSWORD})
    App(junior, NOW)
    actions.switch_off(user_id=junior.pk, now=NOW, actor=owner)

    told = Message.objects.filter(kind="second-factor").order_by("pk")
    said = [row.body_text.partition("\n\n")[0] for row in told]
    assert {row.to_address for row in told} == {junior.email}
    on = f"Two-factor sign-in is now switched on for {junior.email}."
    off = f"Two-factor sign-in is now switched off for {junior.email}, "
    off += "so the password alone is asked for."
    assert said == [on, off, on, f"{off}\nReset by: Olena"]


# --- Secrets -----------------------------------------------------------------


def test_secret_stands_encrypted_in_rows_and_sessions_and_in_no_log(junior, caplog):
    browser = signed_in(junior)
    secret = secret_on(browser.get(ACCOUNT))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        codes = codes_on(set_up(browser))
        browser.post(CODE, {"code": codes[0]})

    kept = json.dumps([*junior.authenticator_set.values_list("data", flat=True)])
    session = json.dumps(dict(browser.session.items()))
    everywhere = [kept, session, caplog.text, *(query["sql"] for query in asked.captured_queries)]
    for text in everywhere:
        assert secret not in text
        assert not [code for code in codes if code in text]


def test_axes_keeps_no_code_that_was_typed(junior):
    app = App(junior, NOW)
    browser = Browser()
    give_password(browser, junior)
    with CaptureQueriesContext(connection) as asked:
        browser.post(CODE, {"code": f"{app.recovery_codes[0]}7"})

    assert not [query for query in asked.captured_queries if app.recovery_codes[0] in query["sql"]]


def test_new_key_reads_and_rewrites_second_factors(junior, settings, capsys):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [old]
    app = App(junior, NOW)

    settings.ENCRYPTION_KEYS = [new, old]
    call_command("reencrypt_secrets")
    settings.ENCRYPTION_KEYS = [new]

    assert "2  written anew" in capsys.readouterr().out
    for code in (app.code(), app.recovery_codes[0]):
        assert actions.use_code(user_id=junior.pk, code=code, now=NOW)


def test_lost_key_lets_nobody_in_and_breaks_no_page(junior, settings, caplog):
    app = App(junior, NOW)
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    assert actions.use_code(user_id=junior.pk, code=app.code(), now=NOW) is None
    assert "No key of ENCRYPTION_KEYS opens the second factor of user" in caplog.text
    with pytest.raises(CommandError, match="2 were left as they are"):
        call_command("reencrypt_secrets")


# --- Required by role --------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "/admin/",
        CALENDAR,
        "/admin/bookings/new/",
        "/admin/booking/client/",
        "/admin/booking/client/add/",
        "/admin/password_change/",
        "/admin/search/?s=a",
        "/admin/no-such-page/",
        "/zoom/authorize/",
    ],
)
def test_required_second_factor_stands_before_every_page(junior, url):
    require("junior")
    browser = signed_in(junior)
    page = browser.get(url, **PAGE)

    assert page.status_code == 302
    assert page.url.startswith(f"{ACCOUNT}?next=%2F")
    assert browser.get(url, HTTP_ACCEPT="application/json").status_code == 403


def test_required_second_factor_stands_before_every_change_and_feed(junior, book, ada):
    booking = book(ada)
    require("junior")
    browser = signed_in(junior)

    move = browser.post(f"/admin/bookings/{booking.pk}/cancel/", {}, **PAGE)
    feed = browser.get("/admin/calendar/feed/?start=2026-11-23&end=2026-11-30")

    booking.refresh_from_db()
    assert (move.status_code, move.url, booking.is_confirmed) == (302, f"{ACCOUNT}?", True)
    assert feed.status_code == 403
    assert browser.post("/admin/logout/").status_code == 200


def test_required_second_factor_is_set_up_at_once_and_leads_on(junior):
    require("junior")
    browser = Browser()
    form = {"username": junior.email, "password": PASSWORD, "next": "/admin/pending/"}
    page = browser.post("/admin/login/", form, follow=True, **PAGE)
    assert page.redirect_chain[-1][0] == f"{ACCOUNT}?next=%2Fadmin%2Fpending%2F"
    assert "Your role requires two-factor sign-in" in page.content.decode()

    done = set_up(browser, next="/admin/pending/")

    assert 'href="/admin/pending/"' in done.content.decode()
    assert browser.get("/admin/pending/", **PAGE).status_code == 200


def test_required_second_factor_that_is_missing_makes_nobody_of_one_elsewhere(junior, book, ada):
    """The host's page takes staff for hosts; signed in by a password alone they are not."""
    browser = signed_in(junior)
    assert browser.get("/").wsgi_request.user == junior

    require("junior")

    assert not browser.get("/").wsgi_request.user.is_authenticated


def test_only_people_of_the_role_are_asked(junior, owner):
    require("junior", "viewer")

    assert signed_in(owner).get(CALENDAR, **PAGE).status_code == 200
    assert signed_in(factories.staff("x@kyiv-yoga.example")).get(ACCOUNT).status_code == 200


@pytest.mark.parametrize(("role", "status"), [("owner", 302), ("administrator", 200)])
def test_superuser_stands_where_owners_do(company, role, status):
    require(role)
    superuser = factories.staff(is_superuser=True)

    assert signed_in(superuser).get(CALENDAR, **PAGE).status_code == status


def test_switched_off_where_required_is_set_up_anew(junior):
    require("junior")
    browser = signed_in(junior)
    set_up(browser)
    browser.post(f"{ACCOUNT}off/", {"password": PASSWORD})

    assert browser.get(CALENDAR, **PAGE).url.startswith(ACCOUNT)
    set_up(browser)
    assert browser.get(CALENDAR, **PAGE).status_code == 200


def test_no_page_costs_a_query_more_for_it(as_ada):
    with CaptureQueriesContext(connection) as asked:
        as_ada.get(CALENDAR, **PAGE)

    named = [query["sql"] for query in asked.captured_queries if "mfa_auth" in query["sql"]]
    assert [sql.startswith('SELECT "booking_user"."id"') for sql in named] == [True]


# --- Settings → Sign-in and security -----------------------------------------


def test_owner_chooses_the_roles_and_is_told_where_it_is_their_own(owner, junior):
    browser = signed_in(owner)
    group = {name: Group.objects.get(name=name).pk for name in ("owner", "junior")}
    page = browser.get(SECURITY)
    assert "Not set up by: ada@kyiv-yoga.example" in page.content.decode()
    assert "Your own role: it holds for you at once." in page.content.decode()

    browser.post(SECURITY, {"role": [group["junior"], "999", "x", "9" * 30]})
    assert [row.group.name for row in RequiredSecondFactor.objects.all()] == ["junior"]
    assert browser.get(SECURITY, **PAGE).status_code == 200

    told = browser.post(SECURITY, {"role": [group["owner"]]}, follow=True, **PAGE)
    assert "This holds for you, too: set yours up now." in told.content.decode()
    assert told.redirect_chain[-1][0].startswith(ACCOUNT)
    assert [row.group.name for row in RequiredSecondFactor.objects.all()] == ["owner"]


def test_only_who_may_change_users_decides(as_role):
    statuses = {role: as_role(role).post(SECURITY).status_code for role in ("administrator",)}
    statuses |= {role: as_role(role).get(SECURITY).status_code for role in ("viewer", "anonymous")}

    assert statuses == {"administrator": 403, "viewer": 403, "anonymous": 302}
    assert "sign-in-security" not in as_role("senior").get(CALENDAR).content.decode()


def test_list_of_roles_costs_the_same_for_many_people(owner):
    browser = signed_in(owner)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            browser.get(SECURITY)
        return len(asked)

    few = queries()
    for number in range(3):
        user = factories.staff(f"{number}@kyiv-yoga.example")
        user.groups.add(Group.objects.get(name="viewer"))
    assert queries() == few


# --- A lost phone ------------------------------------------------------------


def reset(browser: Browser, *users: User):
    ticked = {"action": "reset_second_factor", "_selected_action": [user.pk for user in users]}
    return browser.post(USERS, ticked, follow=True, **PAGE)


def test_owner_resets_what_others_cannot_show_any_more(owner, junior):
    App(junior, NOW)
    browser = signed_in(owner)
    page = reset(browser, junior, owner)

    assert "Two-factor sign-in is reset for 1 user." in page.content.decode()
    assert "Your own stays" in page.content.decode()
    assert give_password(Browser(), junior).url == "/admin/"
    assert LogEntry.objects.get().object_repr == str(junior)
    assert Message.objects.filter(kind="second-factor", to_address=junior.email).count() == 2


def test_nobody_resets_what_they_may_not_change(as_role, junior, owner):
    App(junior, NOW)
    superuser = factories.staff("root@kyiv-yoga.example", is_superuser=True)
    App(superuser, NOW)

    assert reset(as_role("administrator"), junior).status_code == 403
    reset(signed_in(owner), superuser)

    assert junior.authenticator_set.exists()
    assert superuser.authenticator_set.exists()


def test_list_of_users_says_who_has_one(owner, junior):
    App(junior, NOW)
    page = signed_in(owner).get(USERS)

    shown = {user.email: user.has_second_factor for user in page.context["cl"].result_list}
    assert shown == {junior.email: True, owner.email: False}


def test_command_lets_an_owner_in_who_lost_the_phone(owner, capsys):
    App(owner, NOW)
    call_command("reset_second_factor", "OWNER@kyiv-yoga.example")

    assert "signs in by password alone now" in capsys.readouterr().out
    assert give_password(Browser(), owner).url == "/admin/"
    for email in (owner.email, "nobody@kyiv-yoga.example"):
        with pytest.raises(CommandError):
            call_command("reset_second_factor", email)


def test_changed_password_ends_the_other_sessions(junior):
    stolen, browser = signed_in(junior), signed_in(junior)
    new = {"old_password": PASSWORD, "new_password1": "quite another 1", "new_password2": ""}
    browser.post("/admin/password_change/", new | {"new_password2": "quite another 1"})

    assert browser.get(CALENDAR, **PAGE).status_code == 200
    assert stolen.get(CALENDAR, **PAGE).status_code == 302


def test_second_factors_are_nobodys_to_edit(as_role, owner):
    browser = Browser()
    browser.force_login(
        factories.staff("root@kyiv-yoga.example", is_superuser=True),
        backend="booking.backends.StaffBackend",
    )
    assert browser.get("/admin/mfa/authenticator/").status_code == 404
