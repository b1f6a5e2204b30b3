"""What staff write to many clients: once each, in their own facts, at a decent hour."""

from datetime import time, timedelta

import pytest

from booking.models import Booking
from notifications import actions
from notifications.actions import News, owe_news
from notifications.defaults import Wording
from notifications.kinds import Channel
from notifications.models import Message, MessagingSettings
from tests import factories
from tests.factories import NOW, TOMORROW_NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return factories.staff()


@pytest.fixture
def bookings(lesson):
    """Two of Cleo, who has a phone and lives in Lisbon; one of Dan, who has no mail."""
    cleo = factories.details("Cleo", phone="+380441234567", timezone="Europe/Lisbon")
    dan = factories.details("Dan", email="", phone="+380441234568")
    starts = [TOMORROW_NOON + timedelta(hours=hours) for hours in range(3)]
    for start, client in zip(starts, (cleo, cleo, dan), strict=True):
        factories.book_one(lesson, starts_at=start, client=client)
    return Booking.objects.with_people().order_by("session__starts_at")


def news(body: str, channel=Channel.EMAIL) -> News:
    return News(channel, Wording("News", body, ""), "some-round-1")


def owed():
    return Message.objects.filter(kind="news").order_by("pk")


def test_same_words_to_the_same_person_go_out_once(bookings, boss):
    reached = owe_news(news("We move house."), bookings, actor=boss, now=NOW)

    assert reached == 1
    assert [row.to_address for row in owed()] == ["cleo@client.example", ""]


def test_each_booking_has_its_own_facts_in_its_clients_zone(bookings, boss):
    owe_news(news("Until [time_start]."), bookings, actor=boss, now=NOW)

    assert [row.body_text for row in owed()] == [
        "Until 10:00 (Lisbon, UTC).",
        "Until 11:00 (Lisbon, UTC).",
        "Until 14:00 (Kyiv, UTC+2).",
    ]


def test_who_has_no_address_is_skipped_with_the_reason_and_the_rest_goes_out(bookings, boss):
    owe_news(news("We move house."), bookings, actor=boss, now=NOW)

    for row in owed():
        actions.deliver_message(message_id=row.pk, now=NOW)

    assert [(row.state, row.reason) for row in owed()] == [
        ("caught", ""),
        ("skipped", "no-address"),
    ]


def test_an_sms_waits_for_the_end_of_quiet_hours_also_after_the_session(bookings, boss):
    MessagingSettings(sms_quiet_from=time(20), sms_quiet_until=time(8)).save()
    night = TOMORROW_NOON + timedelta(days=1, hours=11)  # 23:00 in Kyiv
    owe_news(news("Thanks.", Channel.SMS), bookings[2:], actor=boss, now=night)

    actions.deliver_message(message_id=owed().get().pk, now=night)

    row = owed().get()
    assert (row.state, row.reason) == ("owed", "quiet")
    assert row.next_attempt_at == night + timedelta(hours=9)


def test_news_do_not_hide_what_a_client_knew_of_a_booking(bookings, boss):
    booking = bookings[0]
    [confirmation] = booking.messages.filter(
        kind="confirmation", channel="email", audience="client"
    )
    actions.deliver_message(message_id=confirmation.pk, now=NOW)
    owe_news(news("We move house."), [booking], actor=boss, now=NOW)
    actions.deliver_message(message_id=owed().get().pk, now=NOW)

    factories.actions.reschedule(
        booking_id=booking.pk, starts_at=TOMORROW_NOON + timedelta(days=1), now=NOW, actor=boss
    )

    change = booking.messages.get(kind="changed", channel="email", audience="client")
    actions.deliver_message(message_id=change.pk, now=change.due_at)
    change.refresh_from_db()
    assert "10:00 (Lisbon, UTC)" in change.body_text
    assert change.state == "caught"
