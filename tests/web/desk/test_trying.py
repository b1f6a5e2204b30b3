"""The editor's preview and test: of unsaved words, for whom, and what they refuse."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from notifications import actions
from notifications.kinds import MESSAGES
from notifications.models import Message, MessageTemplate
from tests import factories

pytestmark = pytest.mark.django_db
MAIL, SMS = ("confirmation-client-email", "en"), ("confirmation-client-sms", "en")
WORDS = {"subject": "For [client_name]", "body": "Come: [cancel_link]\n[code]"}
HARM = "[online_meeting_provider_link]<script>alert(1)</script>"


@pytest.fixture
def lesson():
    factories.company()
    return factories.service(factories.provider())


def signed_in(client, *permissions: str, **fields):
    user = factories.staff(**fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user, backend="booking.backends.StaffBackend")
    return client


@pytest.fixture
def boss(client, lesson):
    return signed_in(client, is_superuser=True)


def preview(client, place=MAIL, **words):
    return client.post(reverse("desk:message-preview", args=place), {**WORDS, **words})


def send_test(client, place=MAIL, **words):
    return client.post(reverse("desk:message-test", args=place), {**WORDS, **words})


def test_preview_shows_unsaved_words_and_stores_nothing(boss):
    answer = preview(boss, html="<p>Dear [client_name]</p>")

    assert answer.status_code == 200
    assert answer.context["message"].subject == "For Ben Booker"
    page = answer.content.decode()
    assert "<p>Dear Ben Booker</p>" in answer.context["message"].body_html
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="&lt;!doctype' in page
    assert not Message.objects.exists()
    assert not MessageTemplate.objects.exists()
    assert boss.get(reverse("desk:message-preview", args=MAIL)).status_code == 405


def test_preview_alone_is_a_part_of_the_editor(boss):
    page = preview(boss, fragment="1").content.decode()

    assert "<html" not in page
    assert "For Ben Booker" in page


@pytest.mark.parametrize(
    ("words", "field", "error"),
    [
        ({"body": "[zzz]"}, "Text", "Line 1, column 1: there is no variable [zzz]."),
        ({"html": "<p>[zzz]"}, "HTML", "Line 1, column 4: there is no variable [zzz]."),
        ({"booking": "NOBODY"}, "Booking", "There is no such booking."),
    ],
)
def test_preview_names_what_is_wrong(boss, words, field, error):
    answer = preview(boss, **words)

    assert answer.status_code == 422
    assert f"<strong>{field}</strong>: {error}" in answer.content.decode()


def test_preview_of_an_sms_is_one_line_and_counted(boss):
    page = preview(boss, SMS, body="Hi\n[service]’s").content.decode()

    assert "Hi Consultation’s" in page
    assert "SMS: 1 (17 characters, UCS-2) · Outside the plain alphabet of SMS: ’" in page


@pytest.mark.parametrize("may_hold_links", [True, False])
def test_preview_with_a_booking_shows_links_only_to_who_may_hold_them(
    client, lesson, may_hold_links
):
    booking = factories.book_one(lesson)
    links = ["view_message_links"] if may_hold_links else []
    rights = ["change_messagetemplate", "view_booking", "see_all_bookings", *links]

    page = preview(signed_in(client, *rights), booking=booking.code).content.decode()

    assert booking.code in page
    assert (booking.manage_token in page) == may_hold_links


def test_nobody_tries_words_with_a_booking_they_may_not_see(client, lesson):
    booking = factories.book_one(lesson)
    stranger = signed_in(client, "change_messagetemplate", "view_booking")
    editor = stranger.get(reverse("desk:message-template", args=MAIL)).content.decode()

    answer = preview(stranger, booking=booking.code)

    assert booking.code not in editor
    assert answer.status_code == 422


@pytest.mark.parametrize("rows", [1, 3])
def test_editor_takes_the_same_queries_however_many_bookings(
    boss, lesson, rows, django_assert_num_queries
):
    for number in range(rows):
        starts_at = factories.TOMORROW_NOON + timedelta(hours=number)
        code = factories.book_one(lesson, starts_at=starts_at).code
    url = reverse("desk:message-template", args=MAIL)
    assert f'<option value="{code}"' in boss.get(url).content.decode()

    with django_assert_num_queries(10):
        boss.get(url)


def test_test_goes_to_whoever_asks_and_is_saved_nowhere_else(boss):
    boss.cookies["django_language"] = "uk"

    answer = send_test(boss)

    owed = Message.objects.get()
    assert answer.status_code == 200
    assert owed.to_address == owed.requested_by.email == "boss@kyiv-yoga.example"
    assert owed.subject.endswith("] For Ben Booker")
    assert not MessageTemplate.objects.exists()
    actions.deliver_message(message_id=owed.pk, now=owed.due_at)
    owed.refresh_from_db()
    assert owed.state == "caught"
    assert boss.get(reverse("desk:message", args=[owed.pk])).status_code == 200


@pytest.mark.parametrize(
    ("own", "typed", "address"),
    [
        ("+380441234567", "", "+380441234567"),
        ("+380441234567", "+380447654321", "+380441234567"),
        ("", "+380447654321", "+380447654321"),
        ("", "12", None),
        ("", "", None),
    ],
)
def test_sms_goes_to_the_own_phone_else_to_the_typed_one(boss, own, typed, address):
    user = factories.User.objects.get()
    factories.provider("Me", user=user, phone=own)

    answer = send_test(boss, SMS, phone=typed)

    sent = Message.objects.first()
    assert (sent.to_address if sent else None) == address
    assert answer.status_code == (200 if address else 422)


def test_too_many_tests_are_refused_in_words(boss):
    for _number in range(10):
        send_test(boss)

    answer = send_test(boss)

    assert answer.status_code == 422
    assert "You have sent many tests just now." in answer.content.decode()


def test_hostile_words_do_no_harm_on_any_page(boss, lesson):
    cleo = factories.details(HARM, email="cleo@client.example", phone="+380441234567")
    booking = factories.book_one(lesson, client=cleo)
    text = ("[[<script>alert(1)</script> [client_name] 😀 \u05e9\u05dc\u05d5\u05dd " * 250)[:10_000]
    words = {"subject": text[:200], "body": text, "booking": booking.code}
    pages = [preview(boss, MAIL, **words, html=text), preview(boss, SMS, **words)]
    for slug, language in (MAIL, SMS):
        actions.save_template(
            spec=MESSAGES[slug], language=language, subject=text[:200], body=text, html=text
        )
    for row in booking.messages.filter(kind="confirmation", audience="client"):
        actions.deliver_message(message_id=row.pk, now=row.due_at)
        pages.append(boss.get(reverse("desk:message", args=[row.pk])))
    pages += [boss.get(reverse("desk:message-template", args=place)) for place in (MAIL, SMS)]
    pages.append(boss.get(reverse("desk:messages")))

    assert [page.status_code for page in pages] == [200] * 7
    assert not [page for page in pages if "<script>alert" in page.content.decode()]
