"""Sent messages, and Email and SMS settings: what they show, to whom, and what they refuse."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from notifications import actions
from notifications.kinds import BOOKING_KINDS, MEETING_KINDS, MESSAGES, SESSION_KINDS, specs_of
from notifications.models import Message, MessageTemplate
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)
CLIENT_MAIL = ("confirmation-client-email", "en")


@pytest.fixture
def lesson():
    factories.company()
    return factories.service(factories.provider(), is_online_meeting=True)


def deliver_all() -> None:
    for message_id in actions.sweep(now=NOW):
        actions.deliver_message(message_id=message_id, now=NOW)


@pytest.fixture
def caught(lesson) -> Message:
    factories.book_one(lesson)
    deliver_all()
    return Message.objects.get(kind="confirmation", audience="client", channel="email")


def signed_in(client, *permissions: str, **fields):
    user = factories.staff(**fields)
    names = ["see_all_bookings", *(name.partition(".")[2] for name in permissions)]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user, backend="booking.backends.StaffBackend")
    return client


@pytest.fixture
def reader(client):
    return signed_in(client, "notifications.view_message")


@pytest.fixture
def boss(client):
    return signed_in(client, is_superuser=True)


@pytest.mark.parametrize(
    ("role", "status"),
    [("owner", 200), ("administrator", 200), ("senior", 200), ("junior", 403), ("viewer", 403)],
)
def test_roles_may_read_what_was_sent(client, lesson, role, status):
    user = factories.staff()
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user, backend="booking.backends.StaffBackend")

    assert client.get(reverse("desk:messages")).status_code == status


@pytest.mark.parametrize(
    ("name", "arguments", "method"),
    [
        ("message", [1], "get"),
        ("message-resend", [1], "post"),
        ("message-settings", [], "get"),
        ("message-switches", [], "post"),
        ("message-links", [], "post"),
        ("message-restore-all", [], "post"),
        ("message-template", CLIENT_MAIL, "get"),
        ("message-template", CLIENT_MAIL, "post"),
        ("message-restore", CLIENT_MAIL, "post"),
        ("message-preview", CLIENT_MAIL, "post"),
        ("message-test", CLIENT_MAIL, "post"),
    ],
)
def test_pages_are_closed_to_who_may_not(client, lesson, name, arguments, method):
    url = reverse(f"desk:{name}", args=arguments)
    anonymous = getattr(client, method)(url)
    signed_in(client)

    refused = getattr(client, method)(url)

    assert anonymous.status_code == 302
    assert anonymous.url.startswith(reverse("admin:login"))
    assert refused.status_code == 403


def test_ledger_says_that_a_message_was_caught(reader, caught):
    page = reader.get(reverse("desk:messages")).content.decode()

    assert "EMAIL_URL is not set" in page
    assert "Caught, not sent" in page
    assert caught.booking.code in page


@pytest.mark.parametrize("rows", [1, 3])
def test_ledger_takes_the_same_queries_whatever_its_length(
    reader, lesson, rows, django_assert_num_queries
):
    for number in range(rows):
        factories.book_one(
            lesson, starts_at=factories.TOMORROW_NOON + number * lesson.duration, now=NOW
        )
    url = reverse("desk:messages")
    reader.get(url)

    with django_assert_num_queries(9):
        reader.get(url)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 4),
        ("channel=email", 3),
        ("channel=sms&state=skipped", 1),
        ("kind=reminder", 1),
        ("words=CLEO@client", 2),
        ("words=nobody", 0),
        ("state=nonsense", 0),
    ],
)
def test_filters_narrow_the_ledger(reader, caught, query, found):
    page = reader.get(f"{reverse('desk:messages')}?{query}")

    assert page.context["page"].paginator.count == found


def test_ledger_is_found_by_booking_code(reader, caught):
    page = reader.get(reverse("desk:messages"), {"words": caught.booking.code.lower()})

    assert page.context["page"].paginator.count == 4


def test_links_are_masked_for_who_may_not_hold_them(client, caught):
    token = caught.booking.manage_token
    url = reverse("desk:message", args=[caught.pk])
    masked = signed_in(client, "notifications.view_message").get(url).content.decode()
    client.logout()

    whole = signed_in(client, email="b@x.example", is_superuser=True).get(url).content.decode()

    assert token not in masked
    assert "/b/…/" in masked
    assert token in whole


def test_links_in_a_subject_are_masked_too(client, lesson):
    actions.save_template(
        spec=MESSAGES[CLIENT_MAIL[0]], language="en", subject="See [cancel_link]", body="Hello!"
    )
    token = factories.book_one(lesson).manage_token
    deliver_all()
    row = Message.objects.get(kind="confirmation", audience="client", channel="email")
    urls = [reverse("desk:messages"), reverse("desk:message", args=[row.pk])]

    reader = signed_in(client, "notifications.view_message")
    pages = [reader.get(url).content.decode() for url in urls]

    assert token in row.subject
    assert not [page for page in pages if token in page]


@pytest.mark.parametrize("kind", "bmwc")
def test_links_of_every_kind_are_masked(client, caught, kind):
    Message.objects.filter(pk=caught.pk).update(body_text=f"See https://x.example/{kind}/a_t-ken/")

    reader = signed_in(client, "notifications.view_message")
    page = reader.get(reverse("desk:message", args=[caught.pk])).content.decode()

    assert f"https://x.example/{kind}/…/" in page
    assert "a_t-ken" not in page


def test_sign_in_code_is_shown_to_administrators_only(client, lesson):
    message = actions.owe_sign_in_code(
        email="cleo@client.example", code="XY77ZZ", language="en", now=NOW
    )
    urls = [reverse("desk:messages"), reverse("desk:message", args=[message.pk])]
    hidden = signed_in(client, "notifications.view_message")
    seen_by_reader = "".join(hidden.get(url).content.decode() for url in urls)
    client.logout()

    boss = signed_in(client, email="b@x.example", is_superuser=True)

    assert "XY77ZZ" not in seen_by_reader
    assert all("XY77ZZ" in boss.get(url).content.decode() for url in urls)


def test_mail_is_shown_in_a_sandbox(boss, caught):
    page = boss.get(reverse("desk:message", args=[caught.pk])).content.decode()

    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert 'srcdoc="&lt;!doctype html&gt;' in page


def test_send_again_owes_a_new_message(boss, caught):
    answer = boss.post(reverse("desk:message-resend", args=[caught.pk]))

    again = Message.objects.get(resend_of=caught)
    assert answer.url == reverse("desk:message", args=[again.pk])
    assert (again.state, again.requested_by.email) == ("owed", "boss@kyiv-yoga.example")
    actions.deliver_message(message_id=again.pk, now=again.due_at)
    again.refresh_from_db()
    assert again.message_id != caught.message_id
    assert again.body_text == caught.body_text


def test_send_again_refuses_what_is_on_its_way_and_codes(boss, lesson):
    booking = factories.book_one(lesson)
    owed = Message.objects.filter(booking=booking).first()
    code = actions.owe_sign_in_code(email="c@x.example", code="A", language="en", now=NOW)

    for message in (owed, code):
        boss.post(reverse("desk:message-resend", args=[message.pk]))

    assert not Message.objects.filter(resend_of__isnull=False).exists()


def test_templates_open_in_the_language_of_the_reader(boss, lesson):
    boss.cookies["django_language"] = "uk"

    page = boss.get("/admin/message-settings/").content.decode()

    assert "/uk/" in page
    assert "/en/" not in page


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize("kind", [*BOOKING_KINDS, *SESSION_KINDS, *MEETING_KINDS])
def test_every_kind_opens_changes_and_comes_back(boss, lesson, kind, language):
    factories.enable("online-meetings")
    factories.enable("classes")
    for spec in specs_of(kind):
        editor = reverse("desk:message-template", args=[spec.slug, language])
        form = boss.get(editor).context["form"]
        shipped = {name: form[name].value() for name in form.fields}

        boss.post(editor, {**shipped, "body": shipped["body"] + " [service]"})
        boss.post(reverse("desk:message-restore", args=[spec.slug, language]))

        restored = boss.get(editor).context["form"]
        assert {name: restored[name].value() for name in restored.fields} == shipped
    overview = boss.get(reverse("desk:message-settings")).content.decode()
    assert f'<th scope="row">{kind.label}<' in overview


def test_template_is_saved_in_own_words(boss, lesson):
    url = reverse("desk:message-template", args=CLIENT_MAIL)

    answer = boss.post(url, {"subject": "Yes: [event]", "body": "See you,\r\n[client_name]!"})

    assert answer.status_code == 302
    row = MessageTemplate.objects.get()
    assert (row.subject, row.body) == ("Yes: [event]", "See you,\n[client_name]!")
    factories.book_one(lesson)
    deliver_all()
    message = Message.objects.get(kind="confirmation", audience="client", channel="email")
    assert (message.subject, message.body_text) == ("Yes: Lesson", "See you,\nCleo!")


@pytest.mark.parametrize(
    ("subject", "body", "field", "error"),
    [
        (
            "S",
            "Hi\n [cliant_name]",
            "body",
            "Line 2, column 2: there is no variable [cliant_name]. Did you mean [client_name]?",
        ),
        (
            "S",
            "[online_meeting_provider_link]",
            "body",
            "Line 1, column 1: [online_meeting_provider_link] cannot be used in messages to this "
            "reader (Client). Did you mean [online_meeting_link]?",
        ),
        ("[zzz]", "Text", "subject", "Line 1, column 1: there is no variable [zzz]."),
        ("", "Text", "subject", "Write a subject."),
        ("S", "  ", "body", "Write a text."),
    ],
)
def test_template_that_cannot_be_filled_is_refused(boss, lesson, subject, body, field, error):
    url = reverse("desk:message-template", args=CLIENT_MAIL)

    answer = boss.post(url, {"subject": subject, "body": body})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [error]}
    assert answer.context["form"]["body"].value() == body
    assert not MessageTemplate.objects.exists()


def test_providers_link_is_welcome_in_the_providers_template(boss, lesson):
    url = reverse("desk:message-template", args=["confirmation-provider-email", "uk"])

    answer = boss.post(url, {"subject": "S", "body": "[online_meeting_provider_link]"})

    assert answer.status_code == 302


def test_original_words_come_back(boss, lesson):
    url = reverse("desk:message-template", args=CLIENT_MAIL)
    boss.post(url, {"subject": "S", "body": "Mine"})

    boss.post(reverse("desk:message-restore", args=CLIENT_MAIL))

    assert not MessageTemplate.objects.exists()
    assert "Your booking is confirmed." in boss.get(url).content.decode()


def test_saving_the_original_words_stores_nothing(boss, lesson):
    url = reverse("desk:message-template", args=CLIENT_MAIL)
    form = boss.get(url).context["form"]

    boss.post(url, {name: form[name].value() for name in ("subject", "body")})

    assert not MessageTemplate.objects.exists()


def test_sms_has_no_subject(boss, lesson):
    url = reverse("desk:message-template", args=["reminder-client-sms", "en"])

    assert list(boss.get(url).context["form"].fields) == ["body"]
    assert boss.post(url, {"body": "See you at [time_start]"}).status_code == 302


@pytest.mark.parametrize(
    "arguments",
    [("nonsense", "en"), ("confirmation-client-email", "xx"), ("offered-company-sms", "en")],
)
def test_unknown_template_is_not_found(boss, lesson, arguments):
    assert boss.get(reverse("desk:message-template", args=arguments)).status_code == 404


def test_meeting_variables_and_button_hide_while_the_feature_is_off(boss, lesson):
    editor = reverse("desk:message-template", args=CLIENT_MAIL)
    overview = reverse("desk:message-settings")
    off = boss.get(editor).content.decode() + boss.get(overview).content.decode()

    factories.enable("online-meetings")

    on = boss.get(editor).content.decode() + boss.get(overview).content.decode()
    assert "[online_meeting_link]" not in off
    assert "Insert the meeting link" not in off
    assert "[online_meeting_link]" in on
    assert "Insert the meeting link" in on


def test_one_click_inserts_the_meeting_link(boss, lesson):
    boss.post(reverse("desk:message-links"))

    row = MessageTemplate.objects.get(
        kind="confirmation", audience="client", channel="email", language="uk"
    )
    assert "\nОнлайн-зустріч: [online_meeting_link]\n" in row.body
    assert not MessageTemplate.objects.filter(kind="cancelled").exists()
