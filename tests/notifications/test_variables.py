"""Which variables may stand where, and what they become."""

import pytest

from notifications import actions
from notifications.errors import TemplateRefused
from notifications.kinds import MESSAGES, Audience, Channel
from notifications.models import MessageTemplate
from notifications.variables import ALL_NAMES, names_for, offered_for
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
