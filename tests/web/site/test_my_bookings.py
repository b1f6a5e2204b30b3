"""My bookings, and the way in by a mailed code."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking import actions
from booking.models import Client, User
from notifications.models import Message
from tests import factories
from tests.factories import NOW, TOMORROW_NOON

pytestmark = pytest.mark.django_db

ASK, TYPE = "/accounts/login/", "/accounts/login/code/confirm/"


def ask(client, email):
    return client.post(ASK, {"email": email}, follow=True)


def mailed_code() -> str:
    """The code in the newest message, as its reader finds it."""
    text = Message.objects.latest("pk").body_text
    found = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", text, re.MULTILINE)
    assert found
    return found[1]


def sign_in(client, email):
    ask(client, email)
    return client.post(TYPE, {"code": mailed_code()}, follow=True)


def test_signed_out_visitor_is_asked_for_the_address(client, company):
    answer = client.get("/my-bookings/")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_page_that_asks_learns_the_zone_for_the_list_behind_it(client, company):
    page = client.get(ASK).content.decode()

    assert "site/timezone." in page


def test_mailed_code_opens_my_bookings(client, booked):
    answer = sign_in(client, "CLEO@client.example")

    assert answer.redirect_chain[-1][0] == "/my-bookings/"
    assert booked.code in answer.content.decode()
    user = User.objects.get()
    assert (user.email, user.is_staff, user.has_usable_password()) == (
        "cleo@client.example",
        False,
        False,
    )
    assert Client.objects.get().user == user


def test_asking_for_a_code_makes_no_user_and_links_nobody(client, booked):
    ask(client, "cleo@client.example")

    assert not User.objects.exists()
    assert Client.objects.get().user is None


def test_every_record_of_the_address_is_linked(client, lesson, booked):
    factories.book_one(
        lesson,
        starts_at=TOMORROW_NOON + timedelta(hours=1),
        client=factories.details("Cleo's daughter", email="Cleo@client.example"),
    )

    page = sign_in(client, "cleo@client.example")

    assert len(page.context["rows"]) == 2


def test_unknown_address_is_answered_like_a_known_one(client, booked):
    known = ask(client, "cleo@client.example")
    client.cookies.clear()
    unknown = ask(client, "nobody@else.example")

    def shown(answer, email):
        text = re.sub(r'csrfmiddlewaretoken" value="\w+', "", answer.content.decode())
        return text.replace(email, "…")

    assert known.redirect_chain == unknown.redirect_chain
    assert shown(known, "cleo@client.example") == shown(unknown, "nobody@else.example")
    assert Message.objects.filter(to_address="nobody@else.example").count() == 0


@pytest.mark.parametrize(
    "fields", [{"is_staff": True}, {"is_superuser": True}, {"is_active": False}]
)
def test_code_lets_in_neither_staff_nor_the_blocked(client, booked, fields):
    """Also not where they are a client as well."""
    User.objects.create_user("cleo@client.example", "a long pass phrase", **fields)

    answer = ask(client, "cleo@client.example")

    assert answer.redirect_chain[-1][0] == TYPE
    assert not Message.objects.filter(key__startswith="sign-in:").exists()


def test_client_who_became_staff_meanwhile_is_not_let_in(client, booked):
    ask(client, "cleo@client.example")
    User.objects.create_user("cleo@client.example", "a long pass phrase", is_staff=True)

    client.post(TYPE, {"code": mailed_code()})

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("code", ["", "AAAA-AAAA", "None"])
def test_wrong_code_is_refused(client, booked, code):
    ask(client, "cleo@client.example")

    answer = client.post(TYPE, {"code": code})

    assert answer.context["form"].errors
    assert "_auth_user_id" not in client.session


def test_empty_code_does_not_open_for_an_unknown_address(client, company):
    ask(client, "nobody@else.example")

    client.post(TYPE, {"code": ""})

    assert "_auth_user_id" not in client.session
    assert not User.objects.exists()


def test_three_wrong_codes_end_the_attempt(client, booked):
    ask(client, "cleo@client.example")
    code = mailed_code()
    for _attempt in range(3):
        client.post(TYPE, {"code": "AAAA-AAAA"})

    client.post(TYPE, {"code": code})

    assert "_auth_user_id" not in client.session


def test_code_grows_old(client, booked):
    ask(client, "cleo@client.example")
    code = mailed_code()

    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        client.post(TYPE, {"code": code})

    assert "_auth_user_id" not in client.session


def test_code_works_once(client, booked):
    ask(client, "cleo@client.example")
    code = mailed_code()
    client.post(TYPE, {"code": code})
    client.post("/my-bookings/sign-out/")

    client.post(TYPE, {"code": code})

    assert "_auth_user_id" not in client.session


def test_nobody_sees_another_clients_bookings(client, lesson, booked):
    other = factories.book_one(
        lesson,
        starts_at=TOMORROW_NOON + timedelta(hours=1),
        client=factories.details("Dan"),
    )

    page = sign_in(client, "dan@client.example")

    assert [row["booking"] for row in page.context["rows"]] == [other]
    assert booked.code not in page.content.decode()


def test_bookings_stand_under_their_tab(client, lesson, booked):
    cancelled = factories.book_one(lesson, starts_at=TOMORROW_NOON + timedelta(hours=1))
    past = factories.book_one(lesson, starts_at=NOW + timedelta(minutes=5))
    actions.cancel(booking_id=cancelled.pk, now=NOW)
    sign_in(client, "cleo@client.example")

    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        shown = {
            tab: [row["booking"] for row in client.get(f"/my-bookings/?show={tab}").context["rows"]]
            for tab in ("upcoming", "past", "cancelled", "nonsense")
        }

    assert shown == {
        "upcoming": [booked],
        "past": [past],
        "cancelled": [cancelled],
        "nonsense": [booked],
    }


def test_meeting_link_stands_in_upcoming_online_bookings_only(client, lesson, booked):
    cancelled = factories.book_one(lesson, starts_at=TOMORROW_NOON + timedelta(hours=1))
    actions.cancel(booking_id=cancelled.pk, now=NOW)
    factories.enable("online-meetings")
    factories.meets_by_zoom(
        booked.session.provider, factories.zoom_user(factories.zoom_connection())
    )
    sign_in(client, "cleo@client.example")

    offline = client.get("/my-bookings/").content.decode()
    lesson.is_online_meeting = True
    lesson.save()
    online = client.get("/my-bookings/").content.decode()
    of_cancelled = client.get("/my-bookings/?show=cancelled").content.decode()

    assert "/m/" not in offline
    assert f"/m/{booked.join_token}/" in online
    assert "/m/" not in of_cancelled


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_any_number_of_bookings(
    client, lesson, rows, django_assert_num_queries
):
    for number in range(rows):
        factories.book_one(lesson, starts_at=TOMORROW_NOON + timedelta(hours=number))
    sign_in(client, "cleo@client.example")

    with django_assert_num_queries(6):  # session, user, company, how many, bookings, features
        client.get("/my-bookings/")


def test_signing_out_needs_a_form(client, booked):
    sign_in(client, "cleo@client.example")

    assert client.get("/my-bookings/sign-out/").status_code == 405
    client.post("/my-bookings/sign-out/")
    assert client.get("/my-bookings/").status_code == 302


def test_signed_in_client_finds_a_new_booking_under_another_name(client, lesson, booked):
    sign_in(client, "cleo@client.example")
    answer = client.get(f"/book/lesson/details/?starts_at={TOMORROW_NOON:%Y-%m-%dT13:00Z}")
    fields = {
        "starts_at": (TOMORROW_NOON + timedelta(hours=3)).isoformat(),
        "key": answer.context["form_key"],
        "name": "Cleo the Second",
        "email": "cleo@client.example",
    }

    client.post("/book/lesson/details/", fields)

    assert len(client.get("/my-bookings/").context["rows"]) == 2


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "logout/",
        "email/",
        "password/change/",
        "password/set/",
        "password/reset/",
        "reauthenticate/",
        "inactive/",
        "confirm-email/",
        "3rdparty/",
    ],
)
def test_other_account_pages_do_not_exist(client, company, path):
    assert client.get(f"/accounts/{path}").status_code == 404


def test_names_of_the_sign_in_pages_are_allauths():
    assert reverse("account_login") == ASK
    assert reverse("account_confirm_login_code") == TYPE


@pytest.mark.parametrize("email", ["cleo@client.example", "nobody@else.example"])
def test_an_address_gets_three_codes_a_minute_at_most(client, booked, email):
    answers = [client.post(ASK, {"email": email}, REMOTE_ADDR=f"192.0.2.{n}") for n in range(4)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert answers[3]["Retry-After"] == "60"
    assert "Too many codes were asked for" in answers[3].content.decode()
    owed = Message.objects.filter(kind="sign-in-code")
    assert owed.count() == (3 if email.startswith("cleo") else 0)


def test_program_that_fills_in_what_nobody_sees_gets_no_code(client, booked):
    spam = {"email": "cleo@client.example", "website": "https://spam.example"}

    answer = client.post(ASK, spam)

    assert answer.context["form"].has_error("website", "filled")
    assert not Message.objects.filter(kind="sign-in-code").exists()


def test_known_and_unknown_address_cost_the_same_work_and_no_mail(client, booked, settings):
    settings.EMAIL_URL = "smtp://mail.example"  # the network is closed: it would be an error
    asked = {}
    for email in ("cleo@client.example", "nobody@else.example"):
        with CaptureQueriesContext(connection) as queries:
            answer = Browser().post(ASK, {"email": email})
        work = [query["sql"][:20] for query in queries if "SAVEPOINT" not in query["sql"]]
        asked[email] = (answer.status_code, {**answer.headers}, sorted(answer.cookies), work)

    known, unknown = asked.values()
    assert known == unknown
    assert Message.objects.get(kind="sign-in-code").to_address == "cleo@client.example"


def test_people_behind_one_proxy_do_not_use_up_each_others_codes(client, company, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    def ask_from(address, name):
        form = {"email": f"{name}@client.example"}
        return client.post(ASK, form, HTTP_X_FORWARDED_FOR=address).status_code

    one_by_one = {ask_from(f"192.0.2.{number}", f"a{number}") for number in range(25)}
    from_one_place = [ask_from("192.0.2.99", f"b{number}") for number in range(21)]

    assert one_by_one == {302}
    assert from_one_place == [302] * 20 + [429]
