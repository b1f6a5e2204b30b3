"""My details, and the language that goes with a client to the next device."""

import pytest
from django.conf import settings

from booking.models import Booking, Client
from notifications.models import Message
from tests import factories
from tests.factories import TOMORROW_NOON, book_one
from tests.web.site.test_my_bookings import mailed_code, sign_in

pytestmark = pytest.mark.django_db

PAGE = "/my-bookings/details/"
COOKIE = settings.LANGUAGE_COOKIE_NAME


def wish(client: Client, **said) -> dict[str, object]:
    said = {
        "name": client.name,
        "phone": "",
        "language": "en",
        "timezone": "Europe/Kyiv",
        **said,
    }
    return {"client": client.pk, **said}


@pytest.fixture
def cleo(client, booked) -> Client:
    sign_in(client, "cleo@client.example")
    return booked.client


def test_details_are_saved_and_hold_for_what_is_owed(client, cleo, booked):
    new = {"name": " Cleo  Ann", "phone": "+380671234567", "language": "uk"}

    client.post(PAGE, wish(cleo, **new, timezone="Europe/Rome"))

    cleo.refresh_from_db()
    assert (cleo.name, cleo.phone, cleo.language) == ("Cleo Ann", "+380671234567", "uk")
    assert client.cookies[COOKIE].value == "uk"
    reminder = Message.objects.get(booking=booked, kind="reminder")
    assert (reminder.language, reminder.timezone) == ("uk", "Europe/Rome")
    assert Booking.objects.get().timezone == "Europe/Rome"


def test_each_of_a_family_has_details_of_their_own(client, cleo, lesson):
    ann = book_one(
        lesson,
        starts_at=TOMORROW_NOON.replace(hour=14),
        client=factories.details("Ann", email=cleo.email),
    ).client
    client.logout()
    sign_in(client, cleo.email)

    page = client.get(PAGE)
    refused = client.post(PAGE, wish(ann, name="cleo"))
    client.post(PAGE, wish(ann, name="Anna"))

    assert [form.client for form in page.context["forms"]] == [cleo, ann]
    assert refused.status_code == 409
    assert list(Client.objects.order_by("pk").values_list("name", flat=True)) == ["Cleo", "Anna"]


@pytest.mark.parametrize(
    ("field", "said"),
    [("name", ""), ("phone", "12"), ("language", "xx"), ("timezone", "Mars/Olympus")],
)
def test_nonsense_is_said_at_its_field(client, cleo, field, said):
    answer = client.post(PAGE, wish(cleo, **{field: said}))

    assert answer.status_code == 422
    assert list(answer.context["forms"][0].errors) == [field]


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30])
def test_record_of_somebody_else_is_none(client, cleo, number):
    dan = factories.client("Dan")

    answers = [
        client.post(PAGE, {**wish(cleo, name="Mine"), "client": which}).status_code
        for which in (dan.pk, number)
    ]

    assert answers == [404, 404]
    assert not Client.objects.filter(name="Mine").exists()


def test_choosing_a_language_is_kept_with_the_client(client, cleo, booked):
    answer = client.post("/i18n/setlang/", {"language": "uk", "next": "/my-bookings/"})

    cleo.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, "/my-bookings/")
    assert answer.cookies[COOKIE].value == "uk"
    assert cleo.language == "uk"
    assert Message.objects.get(booking=booked, kind="reminder").language == "uk"


@pytest.mark.parametrize("language", ["", "xx", "../..", "de"])
def test_language_there_is_not_is_kept_nowhere(client, cleo, language):
    client.post("/i18n/setlang/", {"language": language})

    cleo.refresh_from_db()
    assert cleo.language == ""


def test_choosing_a_language_needs_a_form_and_leads_nowhere_else(client, cleo):
    assert client.get("/i18n/setlang/?language=uk").status_code == 405
    fields = {"language": "uk", "next": "https://elsewhere.example/"}
    assert client.post("/i18n/setlang/", fields)["Location"] == "/"


def test_stranger_changes_nobodys_language(client, booked):
    client.post("/i18n/setlang/", {"language": "uk"})

    assert Client.objects.get().language == ""


@pytest.mark.parametrize(("chosen_here", "spoken"), [("", "uk"), ("en", "en")])
def test_next_device_speaks_the_language_that_was_kept(client, booked, chosen_here, spoken):
    Client.objects.update(language="uk")
    if chosen_here:
        client.cookies[COOKIE] = chosen_here
    client.post("/accounts/login/", {"email": "cleo@client.example"})

    client.post("/accounts/login/code/confirm/", {"code": mailed_code()})

    page = client.get("/my-bookings/")
    assert f'<html lang="{spoken}">' in page.content.decode()
