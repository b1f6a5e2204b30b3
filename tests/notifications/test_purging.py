"""Texts of messages go after the time that the company sets; that they were sent stays."""

from datetime import timedelta

import pytest
import time_machine

from notifications import actions, tasks
from notifications.actions import purging
from notifications.models import Message, MessagingSettings
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
IN_A_MONTH = factories.TOMORROW_NOON + 30 * DAY


@pytest.fixture
def told(lesson) -> Message:
    """A confirmation that went out, with its reminder owed."""
    factories.book_one(lesson, starts_at=IN_A_MONTH)
    message = Message.objects.get(kind="confirmation", audience="client", channel="email")
    actions.deliver_message(message_id=message.pk, now=NOW)
    told = {"detail": "250 queued as 7", "delivery": "delivered", "delivery_detail": "in the box"}
    Message.objects.filter(pk=message.pk).update(**told)
    message.refresh_from_db()
    return message


def keep_for(days: int | None) -> None:
    MessagingSettings(keeps_texts_days=days).save()


@pytest.mark.parametrize(
    ("kept_days", "after", "is_purged"),
    [
        (None, 4000 * DAY, False),
        (30, 30 * DAY - timedelta(seconds=1), False),
        (30, 30 * DAY, True),
        (1, 1 * DAY, True),
    ],
)
def test_texts_are_kept_as_long_as_the_company_wants(told, kept_days, after, is_purged):
    keep_for(kept_days)

    actions.purge_texts(now=NOW + after)

    told.refresh_from_db()
    words = (told.subject, told.body_text, told.body_html, told.detail, told.delivery_detail)
    assert [bool(text) for text in words] == [not is_purged] * 5
    assert told.purged_at == (NOW + after if is_purged else None)
    assert (told.state, told.to_address, told.ended_at) == ("caught", "cleo@client.example", NOW)
    assert told.delivery == "delivered"


def test_nothing_owed_is_touched(told):
    keep_for(1)

    actions.purge_texts(now=NOW + 40 * DAY)

    owed = Message.objects.filter(state="owed")
    assert set(owed.values_list("purged_at", flat=True)) == {None}
    assert owed.filter(kind="reminder").exists()


def test_sign_in_codes_go_after_a_day_though_all_else_is_kept(told):
    keep_for(None)
    code = actions.owe_sign_in_code(email="c@x.example", code="XY77ZZ", language="en", now=NOW)
    actions.deliver_message(message_id=code.pk, now=NOW)

    kept = actions.purge_texts(now=NOW + DAY - timedelta(seconds=1))
    purged = actions.purge_texts(now=NOW + DAY)

    code.refresh_from_db()
    assert (kept, purged) == (0, 1)
    assert (code.subject, code.body_text, code.body_html) == ("", "", "")


def test_message_whose_text_is_gone_is_worded_anew_when_sent_again(told):
    keep_for(1)
    actions.purge_texts(now=NOW + DAY)

    again = actions.resend(message_id=told.pk, actor=factories.staff(), now=NOW + DAY)
    actions.deliver_message(message_id=again.pk, now=NOW + DAY)

    again.refresh_from_db()
    assert again.state == "caught"
    assert "Your booking is confirmed." in again.body_text


def test_many_are_purged_in_small_batches_and_once(
    told, monkeypatch, django_assert_num_queries, size
):
    keep_for(1)
    many = size(250, 5000)
    copies = [
        Message(
            key=f"copy-{number}", kind="confirmation", audience="client", channel="email",
            language="en", timezone="Europe/Kyiv", state="sent", due_at=NOW, next_attempt_at=NOW,
            ended_at=NOW, body_text="Hello",
        )
        for number in range(many)
    ]  # fmt: skip
    Message.objects.bulk_create(copies)
    monkeypatch.setattr(purging, "BATCH", 100)

    assert actions.purge_texts(now=NOW + DAY) == many + 1
    with django_assert_num_queries(3):
        assert actions.purge_texts(now=NOW + DAY) == 0


def test_clock_calls_it_every_hour(told, settings):
    keep_for(1)
    entry = settings.CELERY_BEAT_SCHEDULE["notifications-purge"]

    with time_machine.travel(NOW + DAY, tick=False):
        tasks.purge_texts(something_newer=1)

    told.refresh_from_db()
    assert (entry["task"], entry["schedule"]) == (tasks.purge_texts.name, 3600)
    assert told.purged_at is not None
