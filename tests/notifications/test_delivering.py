"""Sending through a real SMTP server and a real gateway: once, true, or later."""

from datetime import timedelta

import pytest
from django.utils import translation

from booking import actions as booking_actions
from booking.models import Client, Event, Provider
from notifications import actions
from notifications.actions.delivering import BACKOFF_MINUTES, LEASE
from notifications.kinds import MESSAGES, Reason
from notifications.models import Message
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tools.ports import free_ports

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


def confirmation(booking, channel="email", audience="client") -> Message:
    return Message.objects.get(
        booking=booking, kind="confirmation", channel=channel, audience=audience
    )


def deliver(message: Message, now=NOW) -> Message:
    actions.deliver_message(message_id=message.pk, now=now)
    message.refresh_from_db()
    return message


def test_mail_goes_out_with_its_words_and_headers(lesson, postman):
    message = deliver(confirmation(factories.book_one(lesson)))

    (mail,) = postman.mails
    assert message.state == "sent"
    assert mail["To"] == "cleo@client.example"
    assert mail["Reply-To"] == "hello@kyiv-yoga.example"
    assert mail["Subject"] == "Booked: Lesson, Tuesday, 24 November 2026, 12:00 (Kyiv, UTC+2)"
    assert mail["Message-ID"] == message.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert text.startswith("Hello Cleo,\n\nYour booking is confirmed.\n\nLesson with Ada\n")
    assert f"https://book.example/b/{message.booking.manage_token}/" in text
    assert "[" not in text
    html = mail.get_body(("html",)).get_content()
    assert f'<a href="https://book.example/b/{message.booking.manage_token}/"' in html


def test_mail_is_in_the_clients_language_and_zone(lesson, postman):
    details = factories.details(language="uk", timezone="America/Los_Angeles")

    deliver(confirmation(factories.book_one(lesson, client=details)))

    assert postman.mails[0]["Subject"].strip() == (
        "Заброньовано: Lesson, вівторок, 24 листопада 2026 р., 02:00 (Лос-Анджелес, UTC-8)"
    )


def test_without_a_server_mail_is_caught_and_readable(lesson):
    message = deliver(confirmation(factories.book_one(lesson)))

    assert message.state == "caught"
    assert "Your booking is confirmed." in message.body_text


def test_delivering_twice_sends_once(lesson, postman):
    message = confirmation(factories.book_one(lesson))

    deliver(message)
    deliver(message, NOW + LEASE * 2)

    assert len(postman.mails) == 1


def test_message_that_is_not_due_waits(lesson, postman):
    factories.book_one(lesson, starts_at=TOMORROW_NOON + timedelta(days=7))
    reminder = Message.objects.get(kind="reminder")

    assert deliver(reminder).state == "owed"
    assert deliver(reminder, reminder.due_at).state == "sent"
    assert len(postman.mails) == 1


@pytest.mark.parametrize("url_variable", ["client", "provider"])
def test_shipped_texts_speak_of_no_meeting(online, postman, url_variable):
    message = deliver(confirmation(factories.book_one(online), audience=url_variable))

    assert "/m/" not in message.body_text


def test_inserted_meeting_links_are_each_readers_own(online):
    assert actions.insert_meeting_links() == 36
    details = factories.details(phone="+380441234567")
    booking = factories.book_one(online, client=details)

    client = deliver(confirmation(booking))
    text = deliver(confirmation(booking, "sms"))
    provider = deliver(confirmation(booking, audience="provider"))

    join = f"https://book.example/m/{booking.join_token}/"
    host = f"https://book.example/m/{booking.session.host_token}/"
    assert f"Online meeting: {join}\n" in client.body_text
    assert f'<a href="{join}"' in client.body_html
    assert text.body_text == (
        "Kyiv Yoga: booked, Lesson, Tue, 24 Nov 12:00 (Kyiv, UTC+2). "
        f"Online meeting: {join} Code {booking.code}"
    )
    assert f"Online meeting: {host}\n" in provider.body_text
    assert join not in provider.body_text


def test_meeting_line_disappears_without_a_meeting(lesson):
    actions.insert_meeting_links()

    message = deliver(confirmation(factories.book_one(lesson)))

    assert "Online meeting" not in message.body_text
    assert "Online meeting" not in message.body_html


@pytest.mark.parametrize("body", ["Come.", "Come: [online_meeting_link]"])
def test_insert_meeting_links_puts_them_into_html_too(db, body):
    spec = MESSAGES["confirmation-client-email"]
    words = {"subject": "Hello", "body": body, "html": "<p>Come.</p>"}
    actions.save_template(spec=spec, language="en", **words)

    actions.insert_meeting_links()

    stored = actions.wording("confirmation", "client", "email", "en")
    assert stored.html == "<p>Come.</p>\n<p>Online meeting: [online_meeting_link]</p>"
    assert stored.body.count("[online_meeting_link]") == 1


def test_language_without_shipped_texts_has_the_link_where_the_company_wrote_in_it(db):
    spec = MESSAGES["confirmation-client-email"]
    of = ("confirmation", "client", "email")
    actions.save_template(spec=spec, language="pl", subject="Witamy", body="Do zobaczenia")

    actions.insert_meeting_links()

    assert actions.wording(*of, "pl").body == "Do zobaczenia\nOnline meeting: [online_meeting_link]"
    assert actions.wording(*of, "de") == actions.wording(*of, "en")
    assert "[online_meeting_link]" in actions.wording(*of, "de").body


def test_insert_meeting_links_a_second_time_changes_nothing(db):
    actions.insert_meeting_links()

    assert actions.insert_meeting_links() == 0


def test_hostile_name_changes_nothing(online, postman):
    actions.insert_meeting_links()
    name = "[online_meeting_provider_link]<script>\u202e\nBcc: x@y.example"
    details = factories.details(name, email="cleo@client.example")
    booking = factories.book_one(online, client=details)

    message = deliver(confirmation(booking))

    (mail,) = postman.mails
    assert mail["Bcc"] is None
    assert booking.session.host_token not in mail.as_string()
    assert "<script" not in message.body_html
    assert "Hello [online_meeting_provider_link]<script> Bcc: x@y.example," in message.body_text


STILL_TRUE = [
    # what happens before it is delivered, which message of revision 1, outcome
    (None, "confirmation", "caught", ""),
    ("cancel", "confirmation", "skipped", "outdated"),
    ("move", "confirmation", "skipped", "outdated"),
    ("late", "confirmation", "skipped", "too-late"),
    ("switch off", "confirmation", "skipped", "switched-off"),
    ("no address", "confirmation", "skipped", "no-address"),
    ("cancel", "reminder", "skipped", "outdated"),
    ("late", "reminder", "skipped", "too-late"),
    (None, "reminder", "caught", ""),
]


@pytest.mark.parametrize(("happens", "kind", "state", "reason"), STILL_TRUE)
def test_only_what_is_still_true_goes_out(lesson, happens, kind, state, reason):
    starts_at = TOMORROW_NOON + timedelta(days=1)
    booking = factories.book_one(lesson, starts_at=starts_at)
    message = Message.objects.get(booking=booking, kind=kind, audience="client", channel="email")
    now = message.due_at
    if happens == "cancel":
        booking_actions.cancel(booking_id=booking.pk, now=NOW)
    elif happens == "move":
        booking_actions.reschedule(
            booking_id=booking.pk, starts_at=starts_at + timedelta(hours=1), now=NOW
        )
    elif happens == "late":
        now = starts_at + timedelta(hours=1)
    elif happens == "switch off":
        actions.set_switches({f"{kind}-client-email": False})
    elif happens == "no address":
        Client.objects.update(email="")

    deliver(message, now)

    assert (message.state, message.reason) == (state, reason)


@pytest.mark.parametrize(("happens", "reason"), [("cancel", "not-confirmed"), ("move", "outdated")])
def test_change_that_comes_between_claim_and_sending_is_seen(lesson, happens, reason):
    booking = factories.book_one(lesson)
    message = confirmation(booking)
    if happens == "cancel":
        booking_actions.cancel(booking_id=booking.pk, now=NOW)
    else:
        booking_actions.reschedule(
            booking_id=booking.pk, starts_at=TOMORROW_NOON + timedelta(hours=1), now=NOW
        )
    Message.objects.filter(pk=message.pk).update(state="owed", reason="")

    assert deliver(message).reason == reason


def test_cancellation_goes_out_and_tells_why(lesson):
    booking = factories.book_one(lesson)
    booking_actions.cancel(booking_id=booking.pk, now=NOW, reason="a burst pipe")

    message = deliver(Message.objects.get(kind="cancelled", audience="client", channel="email"))

    assert message.state == "caught"
    assert "Reason: a burst pipe" in message.body_text


def test_change_tells_both_times(lesson):
    booking = factories.book_one(lesson)
    booking_actions.reschedule(
        booking_id=booking.pk, starts_at=TOMORROW_NOON + timedelta(hours=1), now=NOW
    )

    message = deliver(Message.objects.get(kind="changed", audience="client", channel="email"))

    assert "Tuesday, 24 November 2026, 13:00 (Kyiv, UTC+2)\n" in message.body_text
    assert "Before: Tuesday, 24 November 2026, 12:00 (Kyiv, UTC+2)\n" in message.body_text


def test_former_provider_reads_of_the_former_place_and_gets_no_link(online, ada):
    bob = factories.provider("Bob")
    online.providers.add(bob)
    actions.insert_meeting_links()
    spec = MESSAGES["cancelled-provider-email"]
    actions.save_template(
        spec=spec,
        language="en",
        subject="Off",
        body="[unit] [date_start] [time_start]\nLink: [online_meeting_provider_link]",
    )
    booking = factories.book_one(online, provider_id=ada.pk)
    booking_actions.reschedule(
        booking_id=booking.pk,
        starts_at=TOMORROW_NOON + timedelta(hours=1),
        provider_id=bob.pk,
        now=NOW,
    )

    message = deliver(Message.objects.get(kind="cancelled", audience="provider"))

    assert message.state == "caught"
    assert message.body_text == "Ada Tuesday, 24 November 2026 12:00 (Kyiv, UTC+2)"


def test_provider_who_has_the_booking_is_not_told_it_is_off(lesson):
    booking = factories.book_one(lesson)
    booking_actions.cancel(booking_id=booking.pk, now=NOW)
    message = Message.objects.get(kind="cancelled", audience="provider")
    booking.refresh_from_db()
    booking.state, booking.cancelled_at = "confirmed", None
    booking.save()

    assert deliver(message).reason == "not-cancelled"


def test_address_is_the_one_of_today(lesson, postman):
    message = confirmation(factories.book_one(lesson))
    Client.objects.update(email="new@client.example")

    deliver(message)

    assert postman.mails[0]["To"] == "new@client.example"


def test_server_down_is_tried_again_until_it_is_up(lesson, postman, settings):
    message = confirmation(factories.book_one(lesson))
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_ports(1)[0]

    deliver(message)
    assert (message.state, message.next_attempt_at) == ("owed", NOW + MINUTE)
    assert (message.reason, message.detail) == ("unreachable", "ConnectionRefusedError")
    settings.EMAIL_PORT = port
    deliver(message, NOW + 59 * timedelta(seconds=1))
    assert message.state == "owed"
    deliver(message, NOW + MINUTE)

    assert message.state == "sent"
    assert len(postman.mails) == 1


def test_backoff_grows_and_ends(lesson, settings, postman):
    (settings.EMAIL_PORT,) = free_ports(1)
    message = confirmation(factories.book_one(lesson, starts_at=TOMORROW_NOON + 9 * MINUTE * 1440))

    waits = []
    now = NOW
    while deliver(message, now).state == "owed":
        waits.append((message.next_attempt_at - now) // MINUTE)
        now = message.next_attempt_at

    assert waits == list(BACKOFF_MINUTES)
    assert (message.state, message.reason) == ("failed", "gave-up")
    assert message.detail == "ConnectionRefusedError"


@pytest.mark.parametrize(
    ("address", "state", "reason", "detail"),
    [
        ("nobody@x.example", "failed", "refused", "550 no such person"),
        ("busy@x.example", "owed", "not-taken", "451 come back later"),
    ],
)
def test_refusal_for_good_stops_at_once(lesson, postman, address, state, reason, detail):
    details = factories.details(email=address)

    message = deliver(confirmation(factories.book_one(lesson, client=details)))

    assert (message.state, message.reason, message.detail) == (state, reason, detail)


def test_reason_is_read_in_the_readers_language_and_old_words_as_they_are():
    message = Message(reason=Reason.GAVE_UP)

    with translation.override("uk"):
        in_ukrainian = message.reason_text
    message.reason = "The mail server refused it: 550 no such person"  # kept by an older release

    assert in_ukrainian != Reason.GAVE_UP.label == "It was tried too many times."
    assert message.reason_text == "The mail server refused it: 550 no such person"


@pytest.mark.parametrize("address", ["a@x.example\nBcc: b@x.example", "@"])
def test_impossible_address_fails_for_good(lesson, postman, address):
    details = factories.details(email=address)

    message = deliver(confirmation(factories.book_one(lesson, client=details)))

    assert (message.state, message.reason) == ("failed", "wrong-address")
    assert postman.mails == []


def test_hanging_server_is_given_up_in_time(lesson, postman):
    details = factories.details(email="slow@x.example")

    message = deliver(confirmation(factories.book_one(lesson, client=details)))

    assert (message.state, message.reason) == ("owed", "unreachable")


def test_connection_broken_after_the_data_is_sent_again_under_the_same_id(lesson, postman):
    message = confirmation(factories.book_one(lesson))
    postman.closes_after_data = True
    deliver(message)
    postman.closes_after_data = False

    deliver(message, NOW + MINUTE)

    assert message.state == "sent"
    assert [mail["Message-ID"] for mail in postman.mails] == [message.message_id] * 2


def test_lost_wake_up_is_found_by_the_sweep(lesson, postman):
    message = confirmation(factories.book_one(lesson))

    woken = actions.sweep(now=NOW)

    assert message.pk in woken
    assert Message.objects.filter(pk__in=woken).count() == len(woken)


def test_sweep_leaves_what_is_not_due_or_being_sent(lesson):
    factories.book_one(lesson, starts_at=TOMORROW_NOON + timedelta(days=7))
    Message.objects.exclude(kind="reminder").update(
        state="sending", claimed_until=NOW + LEASE, attempts=1
    )

    assert actions.sweep(now=NOW) == []


def test_killed_workers_message_is_sent_after_the_lease(lesson, postman):
    message = confirmation(factories.book_one(lesson))
    Message.objects.filter(pk=message.pk).update(
        state="sending", claimed_until=NOW + LEASE, attempts=1
    )

    assert deliver(message, NOW + LEASE / 2).state == "sending"
    assert message.pk in actions.sweep(now=NOW + LEASE)
    assert deliver(message, NOW + LEASE).state == "sent"
    assert len(postman.mails) == 1


def test_message_that_kills_every_worker_is_given_up(lesson):
    message = confirmation(factories.book_one(lesson))
    Message.objects.filter(pk=message.pk).update(
        state="sending", claimed_until=NOW, attempts=len(BACKOFF_MINUTES) + 1
    )

    assert message.pk not in actions.sweep(now=NOW)
    message.refresh_from_db()
    assert (message.state, message.reason) == ("failed", "gave-up")


def test_sms_reaches_the_gateway(lesson, gateway):
    details = factories.details(phone="+380441234567")

    message = deliver(confirmation(factories.book_one(lesson, client=details), "sms"))

    (headers, body) = gateway.requests[0]
    assert message.state == "sent"
    assert body == {"to": "+380441234567", "text": message.body_text}
    assert headers["Authorization"].startswith("Basic ")
    assert headers["Idempotency-Key"] == message.message_id.strip("<>")


@pytest.mark.parametrize(
    ("status", "state"),
    [(400, "failed"), (401, "owed"), (302, "owed"), (429, "owed"), (503, "owed")],
)
def test_gateways_answer_decides(lesson, gateway, status, state):
    gateway.status = status
    details = factories.details(phone="+380441234567")

    message = deliver(confirmation(factories.book_one(lesson, client=details), "sms"))

    assert (message.state, message.detail) == (state, f"HTTP {status}")


def test_gateway_out_of_reach_is_told_without_its_credentials(lesson, settings, caplog):
    settings.SMS_URL = f"http://user:pass-word@127.0.0.1:{free_ports(1)[0]}/send?key=hidden"
    details = factories.details(phone="+380441234567")

    message = deliver(confirmation(factories.book_one(lesson, client=details), "sms"))

    assert (message.reason, message.detail) == ("unreachable", "ConnectionError")
    assert "pass-word" not in caplog.text + message.detail


@pytest.mark.parametrize("phone", ["", "12345"])
def test_missing_or_impossible_number_is_a_skip_that_can_be_read(lesson, phone):
    details = factories.details(phone=phone)

    message = deliver(confirmation(factories.book_one(lesson, client=details), "sms"))

    assert (message.state, message.reason) == ("skipped", "no-address")


def test_provider_without_address_is_skipped(lesson):
    Provider.objects.update(email="")

    message = deliver(confirmation(factories.book_one(lesson), audience="provider"))

    assert (message.state, message.reason) == ("skipped", "no-address")


def test_sign_in_code_is_sent_while_it_works(db, postman):
    message = actions.owe_sign_in_code(
        email="cleo@client.example", code="ABC123", language="uk", now=NOW
    )

    deliver(message)

    assert postman.mails[0]["Subject"] == "ABC123 – ваш код для входу"
    assert "протягом 10 хв" in message.body_text


def test_expired_sign_in_code_is_not_sent(db, postman):
    message = actions.owe_sign_in_code(
        email="cleo@client.example", code="ABC123", language="en", now=NOW
    )

    deliver(message, NOW + timedelta(minutes=10))

    assert (message.state, message.reason) == ("skipped", "expired")
    assert postman.mails == []


def test_lost_connection_that_is_mended_is_not_told(online, postman):
    factories.staff(is_superuser=True)
    event = Event.objects.create(kind=Event.ZOOM_CONNECTION_LOST, occurred_at=NOW)
    actions.owe_connection_lost(event)
    message = Message.objects.get(event=event)

    assert deliver(message).reason == "solved"
