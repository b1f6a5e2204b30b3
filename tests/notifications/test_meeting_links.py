"""Meeting links in messages: optional, each reader's own, ours, and never in the wrong hands."""

import pytest

from booking.models import Booking
from notifications import actions
from notifications.defaults import LANGUAGES, shipped
from notifications.errors import TemplateRefused
from notifications.kinds import BOOKING_KINDS, MESSAGES, Audience, MessageSpec
from notifications.models import Message, MessageTemplate
from tests import factories
from tests.factories import NOW
from tools.ports import free_ports
from zoomlink.actions import sync_meeting
from zoomlink.models import Meeting

pytestmark = pytest.mark.django_db

FOR_CLIENT, FOR_PROVIDER = "[online_meeting_link]", "[online_meeting_provider_link]"
SPECS = list(MESSAGES.values())
OF_BOOKINGS = [spec for spec in SPECS if spec.kind in BOOKING_KINDS]
TO_CLIENTS = [spec for spec in SPECS if spec.audience == Audience.CLIENT]
TO_OUR_SIDE = [spec for spec in SPECS if spec.audience != Audience.CLIENT]


def save(spec: MessageSpec, body: str, language: str = "en") -> None:
    actions.save_template(spec=spec, language=language, subject="[service]", body=body)


def sent(audience: str, booking: Booking, channel: str = "email") -> Message:
    message = Message.objects.get(
        booking=booking, kind="confirmation", audience=audience, channel=channel
    )
    actions.deliver_message(message_id=message.pk, now=message.due_at)
    message.refresh_from_db()
    return message


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("spec", OF_BOOKINGS, ids=lambda spec: spec.slug)
def test_shipped_text_of_a_booking_holds_no_meeting_variable(spec, language):
    words = shipped(spec.kind, spec.audience, spec.channel, language)

    assert "online_meeting" not in words.subject + words.body


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.slug)
def test_shipped_text_holds_only_what_its_editor_accepts(spec, language):
    words = shipped(spec.kind, spec.audience, spec.channel, language)

    actions.save_template(spec=spec, language=language, subject=words.subject, body=words.body)

    assert not MessageTemplate.objects.exists()


@pytest.mark.parametrize("spec", TO_CLIENTS, ids=lambda spec: spec.slug)
def test_clients_template_takes_the_clients_link_and_refuses_the_providers(spec):
    save(spec, FOR_CLIENT)

    with pytest.raises(TemplateRefused):
        save(spec, FOR_PROVIDER)


@pytest.mark.parametrize("spec", TO_OUR_SIDE, ids=lambda spec: spec.slug)
def test_our_sides_template_takes_the_providers_link_and_refuses_the_clients(spec):
    save(spec, FOR_PROVIDER)

    with pytest.raises(TemplateRefused):
        save(spec, FOR_CLIENT)


def test_providers_link_that_stands_in_a_clients_template_all_the_same_becomes_nothing(online):
    MessageTemplate.objects.create(
        kind="confirmation",
        audience="client",
        channel="email",
        language="en",
        subject=f"Hello {FOR_PROVIDER}",
        body=f"Here: {FOR_CLIENT}\nThere: {FOR_PROVIDER}",
    )
    booking = factories.book_one(online)

    message = sent("client", booking)

    assert message.body_text == f"Here: https://book.example/m/{booking.join_token}/"
    everything = message.subject + message.body_text + message.body_html
    assert booking.session.host_token not in everything


@pytest.mark.parametrize("source", [Booking.SITE, Booking.STAFF, Booking.API])
def test_both_sides_get_their_links_however_it_was_booked(online, source):
    actions.insert_meeting_links()
    boss = factories.staff() if source == Booking.STAFF else None
    booking = factories.book_one(online, source=source, actor=boss)

    client, provider = sent("client", booking), sent("provider", booking)

    assert f"https://book.example/m/{booking.join_token}/" in client.body_text
    assert f"https://book.example/m/{booking.session.host_token}/" in provider.body_text
    assert booking.join_token != booking.session.host_token


@pytest.mark.parametrize(
    ("channel", "address"), [("email", "hello@kyiv-yoga.example"), ("sms", "+380441234567")]
)
def test_company_gets_the_providers_link_where_it_is_told_instead(online, channel, address):
    factories.company(phone="+380441234567")
    spec = MESSAGES[f"confirmation-company-{channel}"]
    save(spec, f"Join: {FOR_PROVIDER}")
    actions.set_switches({"confirmation-provider-email": False, spec.slug: True})
    booking = factories.book_one(online)

    company = sent("company", booking, channel)

    assert company.to_address == address
    assert f"https://book.example/m/{booking.session.host_token}/" in company.body_text
    assert booking.join_token not in company.body_text + company.body_html
    assert not Message.objects.filter(booking=booking, audience="provider").exists()


def test_mail_holds_its_link_while_zoom_is_down(online, settings):
    settings.ZOOM_API_URL = f"http://127.0.0.1:{free_ports(1)[0]}/v2"
    settings.ZOOM_OAUTH_URL = settings.ZOOM_API_URL
    actions.insert_meeting_links()
    booking = factories.book_one(online)
    meeting = Meeting.objects.get(session=booking.session)
    sync_meeting(meeting_id=meeting.pk, now=NOW)
    meeting.refresh_from_db()

    message = sent("client", booking)

    assert (meeting.zoom_id, meeting.attempts) == (None, 1)
    assert f"Online meeting: https://book.example/m/{booking.join_token}/\n" in message.body_text
    assert "[" not in message.subject + message.body_text + message.body_html
