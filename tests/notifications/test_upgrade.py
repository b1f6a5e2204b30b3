"""What a company had switched and written stays so, where messages are told apart further."""

from importlib import import_module

import pytest
from django.apps import apps

from notifications.models import Message, MessageSetting, MessageTemplate, Timing
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _before():
    """The rows as they were until then."""
    Timing.objects.all().delete()


def upgrade() -> None:
    import_module("notifications.migrations.0005_times_of_reminders").keep(apps, None)


def switched(slug: str, is_on: bool) -> None:
    kind, audience, channel = slug.rsplit("-", 2)
    MessageSetting.objects.create(kind=kind, audience=audience, channel=channel, is_on=is_on)


def timings() -> set[str]:
    return {f"{timing} {timing.owed_at is not None}" for timing in Timing.objects.all()}


def test_a_company_that_touched_nothing_keeps_its_reminder_by_mail():
    upgrade()

    assert timings() == {"reminder-client-email 1440 True"}


def test_reminders_stay_switched_as_they_were():
    switched("reminder-client-email", False)
    switched("reminder-client-sms", True)

    upgrade()

    assert timings() == {"reminder-client-sms 1440 True"}
    assert not MessageSetting.objects.exists()


def test_a_reminder_that_is_owed_keeps_its_time():
    factories.company()
    factories.book_one(factories.service(factories.provider()), starts_at=factories.TOMORROW_NOON)
    Timing.objects.all().delete()

    upgrade()

    owed = Message.objects.filter(kind="reminder")
    assert {row.timing for row in owed} == set(Timing.objects.all())


def test_an_approval_is_switched_and_worded_as_a_confirmation_was():
    switched("confirmation-client-sms", False)
    MessageTemplate.objects.create(
        kind="confirmation",
        audience="client",
        channel="email",
        language="en",
        subject="S",
        body="B",
    )

    upgrade()

    approved = MessageTemplate.objects.get(kind="approved")
    assert (approved.subject, approved.body, str(approved)) == (
        "S",
        "B",
        "approved-client-email (en)",
    )
    assert MessageSetting.objects.get(kind="approved").is_on is False


@pytest.mark.parametrize(
    ("of_bookings", "of_classes"),
    [("changed", "session-moved"), ("cancelled", "session-cancelled")],
)
def test_news_of_a_class_stay_switched_like_those_of_its_bookings(of_bookings, of_classes):
    switched(f"{of_bookings}-company-email", True)

    upgrade()

    assert MessageSetting.objects.get(kind=of_classes, audience="company").is_on is True
