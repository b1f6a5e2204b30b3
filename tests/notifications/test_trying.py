"""Words tried before they are saved; and words that mean harm, wherever they are shown."""

from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from notifications import actions
from notifications.defaults import Wording
from notifications.errors import NotForAnotherTime, TemplateRefused, TooManyTests
from notifications.kinds import MESSAGES
from notifications.models import Message, MessageTemplate
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
MAIL, SMS = MESSAGES["confirmation-client-email"], MESSAGES["confirmation-client-sms"]
WORDS = Wording("For [client_name]", "[client_name] at [time_start]")


@pytest.fixture
def boss(lesson):
    return factories.staff(email="boss@kyiv-yoga.example")


def send(trial: actions.Trial, actor, now=NOW) -> Message:
    return actions.send_test(trial, to_address=actor.email, actor=actor, now=now)


def test_sample_needs_no_booking(lesson):
    message = actions.preview(actions.Trial(MAIL, "uk", WORDS))

    assert "[" not in message.subject + message.body_text
    assert not Message.objects.exists()


def test_sample_is_of_the_company_itself(lesson):
    words = replace(WORDS, body="[company_name], [company_email]\nPhone: [company_phone]")

    message = actions.preview(actions.Trial(MAIL, "en", words))

    assert message.body_text == "Kyiv Yoga, hello@kyiv-yoga.example"


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (replace(WORDS, body="[zzz]"), "Line 1, column 1"),
        (replace(WORDS, html="<p>\n [comment]</p>"), "Line 2, column 2"),
    ],
)
def test_words_that_cannot_be_saved_are_not_tried(boss, words, place):
    with pytest.raises(TemplateRefused, match=place):
        send(actions.Trial(MAIL, "en", words), boss)

    assert not Message.objects.exists()


def test_links_are_samples_for_who_may_not_hold_them(online):
    booking = factories.book_one(online)
    words = replace(WORDS, body="[online_meeting_link] [cancel_link] [location] [code]")
    trial = actions.Trial(MAIL, "en", words, booking)

    hidden, shown = actions.preview(trial), actions.preview(replace(trial, shows_links=True))

    assert booking.code in hidden.body_text
    assert booking.join_token not in hidden.body_text + hidden.body_html
    assert booking.manage_token not in hidden.body_text + hidden.body_html
    assert shown.body_text.count(booking.join_token) == 2


def test_test_goes_out_whatever_the_switches_and_the_booking_say(boss, lesson):
    booking = factories.book_one(lesson)
    actions.set_switches({MAIL.slug: False})

    owed = send(actions.Trial(MAIL, "en", WORDS, booking), boss)
    actions.deliver_message(message_id=owed.pk, now=NOW)

    owed.refresh_from_db()
    assert (owed.state, owed.is_test, owed.to_address) == ("caught", True, boss.email)
    assert (owed.subject, owed.body_text[:8]) == ("[Test] For Cleo", "Cleo at ")
    assert not MessageTemplate.objects.exists()


def test_test_of_a_meeting_kind_needs_no_meeting(boss):
    owed = send(actions.Trial(MESSAGES["link-added-client-email"], "en", WORDS), boss)

    actions.deliver_message(message_id=owed.pk, now=NOW)

    owed.refresh_from_db()
    assert owed.state == "caught"


def test_test_is_nobodys_news(boss, lesson):
    booking = factories.book_one(lesson)
    owed = send(actions.Trial(MAIL, "en", WORDS, booking), boss)
    actions.deliver_message(message_id=owed.pk, now=NOW)

    assert owed not in actions.messages_for(booking)
    assert (owed.booking, owed.session, owed.event) == (None, None, None)
    with pytest.raises(NotForAnotherTime):
        actions.resend(message_id=owed.pk, actor=boss, now=NOW)


def test_tests_are_ten_a_minute_for_each(boss):
    trial = actions.Trial(MAIL, "en", WORDS)
    for _number in range(10):
        send(trial, boss)

    with pytest.raises(TooManyTests):
        send(trial, boss)

    send(trial, factories.staff(email="other@kyiv-yoga.example"))
    send(trial, boss, now=NOW + timedelta(seconds=60))
    assert Message.objects.filter(is_test=True).count() == 12


# --- Words that mean harm ----------------------------------------------------

NAME = "[online_meeting_provider_link]<script>alert(1)</script>"
HOSTILE = (
    "[[ ]] [Y] <b onclick=alert(1)>[client_name]</b> 😀 \u05e9\u05dc\u05d5\u05dd \u202e"
    "<img src=x onerror=alert(1)> {{ settings }} {% now %} %s\r\n"
)
FULL = (HOSTILE * 200)[:10_000]


@pytest.mark.parametrize("html", ["", FULL, "<p>" + FULL])
def test_hostile_words_and_names_do_no_harm(online, postman, html):
    words = {"subject": HOSTILE[:200], "body": FULL, "html": html}
    for spec in (MAIL, SMS):
        actions.save_template(spec=spec, language="en", **words)
    named = factories.details(NAME, email="cleo@client.example", phone="+380441234567")
    booking = factories.book_one(online, client=named)

    for message_id in actions.sweep(now=NOW):
        actions.deliver_message(message_id=message_id, now=NOW)

    mail, sms = (
        booking.messages.get(kind="confirmation", audience="client", channel=channel)
        for channel in ("email", "sms")
    )
    everything = mail.subject + mail.body_text + mail.body_html + sms.body_text
    assert NAME in mail.body_text
    assert booking.session.host_token not in everything
    assert len(mail.subject.splitlines()) == len(sms.body_text.splitlines()) == 1
    page = BeautifulSoup(mail.body_html, "html.parser")
    assert not page.find_all(["script", "iframe", "object", "form"])
    attributes = {name for tag in page.find_all(True) for name in tag.attrs}
    assert not [name for name in attributes if name.startswith("on")]
    assert mail.state == "sent"
