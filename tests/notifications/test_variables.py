"""Which variables may stand where, and what they become."""

from decimal import Decimal

import pytest

from notifications import actions
from notifications.defaults import Wording
from notifications.errors import TemplateRefused
from notifications.kinds import MESSAGES, Audience, Channel
from notifications.models import MessageTemplate
from notifications.variables import ALL_NAMES, names_for, offered_for, samples_for
from tests import factories

pytestmark = pytest.mark.django_db
CLIENT, PROVIDER, COMPANY = Audience.CLIENT, Audience.PROVIDER, Audience.COMPANY
MAIL, SMS = Channel.EMAIL, Channel.SMS
DOCUMENTED = {
    "online_meeting_link",
    "online_meeting_provider_link",
    "reschedule_link",
    "client_name",
    "client_phone",
    "client_email",
    "event",
    "unit",
    "code",
    "date_start",
    "time_start",
}


def save(slug: str, body: str) -> None:
    actions.save_template(spec=MESSAGES[slug], language="en", subject="S", body=body)


def test_every_documented_name_is_known():
    assert DOCUMENTED <= ALL_NAMES


@pytest.mark.parametrize(
    ("name", "audience", "channel", "may"),
    [
        ("online_meeting_link", CLIENT, SMS, True),
        ("online_meeting_link", PROVIDER, MAIL, False),
        ("online_meeting_provider_link", CLIENT, MAIL, False),
        ("online_meeting_provider_link", COMPANY, SMS, True),
        ("reschedule_link", CLIENT, SMS, True),
        ("reschedule_link", COMPANY, MAIL, False),
        ("add_to_calendar_link", CLIENT, MAIL, True),
        ("add_to_calendar_link", PROVIDER, MAIL, False),
        ("admin_link", CLIENT, MAIL, False),
        ("admin_link", PROVIDER, SMS, True),
        ("comment", CLIENT, MAIL, False),
        ("comment", COMPANY, MAIL, True),
        ("comment", COMPANY, SMS, False),
        ("service_description", CLIENT, MAIL, True),
        ("service_description", CLIENT, SMS, False),
        ("event", CLIENT, SMS, True),
    ],
)
def test_variable_stands_only_where_it_may(name, audience, channel, may):
    assert (name in names_for(audience, channel)) == may


def test_variable_without_room_in_an_sms_is_refused_there():
    with pytest.raises(TemplateRefused) as refusal:
        save("confirmation-client-sms", "Hi!\n[service_description]")

    assert str(refusal.value) == (
        "Line 2, column 1: [service_description] cannot be used in an SMS. "
        "Did you mean [service_duration]?"
    )


def test_variable_of_a_feature_that_is_off_is_accepted_but_not_offered():
    save("confirmation-client-email", "Join: [online_meeting_link]")

    assert MessageTemplate.objects.get().body == "Join: [online_meeting_link]"
    assert "online_meeting_link" not in [v.name for v in offered_for(CLIENT, MAIL)]
    factories.enable("online-meetings")
    assert "online_meeting_link" in [v.name for v in offered_for(CLIENT, MAIL)]


@pytest.fixture
def booking():
    """A client in Tokyo books what is met in Kyiv."""
    factories.company(address="1 North Street", timezone="Europe/Kyiv")
    lesson = factories.service(
        factories.provider(), description="Slow\nand quiet.", price=Decimal("99.5"), currency="EUR"
    )
    cleo = factories.details(language="uk", timezone="Asia/Tokyo")
    booking = factories.book_one(lesson, client=cleo)
    booking.comment = "Likes tea"
    return booking


@pytest.mark.parametrize(
    ("audience", "name", "value"),
    [
        (CLIENT, "service_description", "Slow and quiet."),
        (CLIENT, "price", "99.50 EUR"),
        (CLIENT, "status", "Confirmed"),
        (CLIENT, "location", "1 North Street"),
        (CLIENT, "client_timezone", "Tokyo, UTC+9"),
        (CLIENT, "time_start", "19:00 (Tokyo, UTC+9)"),
        (COMPANY, "time_start", "12:00 (Kyiv, UTC+2)"),
        (COMPANY, "time_start_client", "19:00 (Tokyo, UTC+9)"),
        (COMPANY, "date_start_client", "Tuesday, 24 November 2026"),
        (COMPANY, "comment", "Likes tea"),
        (COMPANY, "admin_link", "https://book.example/admin/bookings/{0.pk}/"),
        (CLIENT, "add_to_calendar_link", "https://book.example/b/{0.manage_token}/calendar.ics"),
    ],
)
def test_variable_becomes_what_is_known_of_the_booking(booking, audience, name, value):
    words = Wording("S", f"[{name}]", f"<p>[{name}]</p>")
    spec = MESSAGES[f"confirmation-{audience}-email"]

    message = actions.preview(actions.Trial(spec, "en", words, booking=booking, shows_links=True))

    assert message.body_text == value.format(booking)
    assert value.format(booking) in message.body_html


@pytest.mark.parametrize("audience", [CLIENT, PROVIDER, COMPANY])
@pytest.mark.parametrize("channel", [MAIL, SMS])
def test_answers_stand_in_one_line_escaped_and_are_never_read_as_variables(audience, channel):
    lesson = factories.service(factories.provider(), name="Lesson")
    size = lesson.questions.create(label="Size <[code]>")
    mat = lesson.questions.create(label="A mat?", kind="yes_no", position=1)
    said = {size.pk: "<b>[client_email]</b> http://bad.example", mat.pk: "no"}
    booking = factories.book_one(lesson, answers=said)
    words = Wording("S", "Said: [additional_fields]", "")
    spec = MESSAGES[f"confirmation-{audience}-{channel}"]

    message = actions.preview(actions.Trial(spec, "uk", words, booking=booking))

    body = message.body_text or message.body_html
    assert "[code]" in body
    assert "[client_email]" in body
    assert "A mat? Ні" in body
    assert "<b>" not in message.body_html
    assert 'href="http://bad.example' not in message.body_html


def test_line_of_answers_disappears_where_nothing_was_asked(booking):
    words = Wording("S", "Hello\nAnswers: [additional_fields]", "")
    spec = MESSAGES["confirmation-provider-email"]

    trial = actions.Trial(spec, "en", words, booking=booking)

    assert "Answers" not in actions.preview(trial).body_text


def test_place_of_an_online_meeting_is_the_readers_link(online):
    booking = factories.book_one(online)
    tokens = {"client": booking.join_token, "provider": booking.session.host_token}

    for audience, token in tokens.items():
        spec = MESSAGES[f"confirmation-{audience}-email"]
        trial = actions.Trial(spec, "en", Wording("S", "[location]"), booking, shows_links=True)
        assert f'<a href="https://book.example/m/{token}/"' in actions.preview(trial).body_html


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize("audience", [CLIENT, PROVIDER, COMPANY])
def test_every_offered_variable_has_a_sample(audience, language):
    for key in ("online-meetings", "classes", "waiting-list"):
        factories.enable(key)

    for channel in Channel:
        samples = samples_for(audience, channel, language)
        assert not [v.name for v in offered_for(audience, channel) if not samples[v.name].text]
