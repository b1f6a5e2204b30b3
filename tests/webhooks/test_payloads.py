"""What a webhook tells of a booking's life, and what it never does."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from booking import actions as booking_actions
from booking import events
from booking.models import Event
from tests import factories
from tests.contract.local_server import Reply
from tests.factories import NOW, TOMORROW_NOON
from tests.webhooks.conftest import add, deliver_all
from tests.webhooks.test_delivering import DOC
from webhooks import actions
from webhooks.actions import delivering
from webhooks.kinds import EVENT_TYPES
from webhooks.models import Delivery

HOUR = timedelta(hours=1)


def told(receiver):
    """Everything the receiver was told, in order."""
    return [json.loads(asked.body) for asked in receiver.asked]


@pytest.fixture
def taking(receiver):
    receiver.replies = [Reply(200)] * 20
    return receiver


@pytest.fixture
def online(lesson):
    factories.enable("online-meetings")
    user = factories.zoom_user(factories.zoom_connection())
    factories.meets_by_zoom(lesson.providers.get(), user)
    return lesson


def test_payload_carries_the_booking_with_its_meeting_link(endpoint, online, taking):
    given = replace(factories.details(), phone="+380441234567", language="uk")
    booking = factories.book_one(online, client=given, note="Bring a mat")

    deliver_all()

    provider = booking.session.provider
    assert told(taking) == [
        {
            "id": Delivery.objects.get().uid,
            "type": "booking.created",
            "version": 1,
            "occurred_at": "2026-11-23T09:00:00+02:00",
            "company": {"name": "Kyiv Yoga", "timezone": "Europe/Kyiv"},
            "booking": {
                "code": booking.code,
                "state": "confirmed",
                "starts_at": "2026-11-24T12:00:00+02:00",
                "ends_at": "2026-11-24T12:30:00+02:00",
                "timezone": "Europe/Kyiv",
                "seats": 1,
                "revision": 1,
                "service": {"id": online.pk, "name": "Lesson", "slug": "lesson"},
                "provider": {"id": provider.pk, "name": "Ada", "email": "ada@kyiv-yoga.example"},
                "client": {
                    "id": booking.client_id,
                    "name": "Cleo",
                    "email": "cleo@client.example",
                    "phone": "+380441234567",
                    "language": "uk",
                    "timezone": booking.timezone,
                },
                "note": "Bring a mat",
                "answers": [],
                "label": None,
                "source": "site",
                "cancel_reason": "",
                "join_url": f"https://book.example/m/{booking.join_token}/",
            },
        }
    ]


def test_link_that_opens_nothing_is_left_out_and_the_hosts_never_stands_there(
    endpoint, lesson, taking
):
    booking = factories.book_one(lesson)

    deliver_all()

    assert told(taking)[0]["booking"]["join_url"] is None
    body = taking.asked[0].body.decode()
    tokens = (booking.session.host_token, booking.manage_token, booking.join_token)
    assert not [token for token in tokens if token in body]


def test_clients_own_link_is_sent_only_where_it_was_chosen(lesson, taking):
    add(taking.origin, sends_manage_link=True)
    booking = factories.book_one(lesson)

    deliver_all()

    address = f"https://book.example/b/{booking.manage_token}/"
    assert told(taking)[0]["booking"]["manage_url"] == address


def test_link_made_before_the_first_attempt_is_in_it(endpoint, lesson, taking):
    factories.book_one(lesson)
    factories.enable("online-meetings")
    user = factories.zoom_user(factories.zoom_connection())
    factories.meets_by_zoom(lesson.providers.get(), user)

    deliver_all()

    assert told(taking)[0]["booking"]["join_url"]


def test_move_tells_what_was_before(endpoint, lesson, taking):
    booking = factories.book_one(lesson)
    boss = factories.staff()
    booking_actions.reschedule(
        booking_id=booking.pk, starts_at=TOMORROW_NOON + HOUR, now=NOW, actor=boss
    )

    deliver_all()

    moved = told(taking)[1]
    assert (moved["type"], moved["booking"]["revision"]) == ("booking.changed", 2)
    assert moved["booking"]["starts_at"] == "2026-11-24T13:00:00+02:00"
    assert moved["previous"] == {
        "starts_at": "2026-11-24T12:00:00+02:00",
        "ends_at": "2026-11-24T12:30:00+02:00",
        "provider": moved["booking"]["provider"],
    }


def test_request_tells_its_whole_life(endpoint, taking):
    lesson = factories.service(name="Talk", needs_approval=True)
    boss = factories.staff()
    booking = factories.book_one(lesson)
    booking_actions.approve(booking_id=booking.pk, now=NOW, actor=boss)
    booking_actions.cancel(booking_id=booking.pk, now=NOW, actor=boss, reason="ill")
    booking_actions.restore(booking_id=booking.pk, now=NOW, actor=boss)

    deliver_all()

    assert [one["type"] for one in told(taking)] == [
        "booking.requested",
        "booking.approved",
        "booking.cancelled",
        "booking.restored",
    ]


def test_what_is_merely_held_is_told_to_nobody(endpoint, lesson):
    held = booking_actions.hold(
        service_id=lesson.pk,
        starts_at=TOMORROW_NOON,
        client=factories.details(),
        held_until=NOW + HOUR,
        now=NOW,
    )

    booking_actions.cancel(booking_id=held.pk, now=NOW)

    assert not Delivery.objects.exists()


def test_meeting_that_starts_is_told_of_each_booking(endpoint, taking):
    factories.enable("classes")
    yoga = factories.service(name="Yoga", kind="class", capacity=3)
    session = booking_actions.schedule_session(
        service_id=yoga.pk,
        provider_id=yoga.providers.get().pk,
        starts_at=TOMORROW_NOON,
        now=NOW,
    )
    for name in ("Cleo", "Dan"):
        booking_actions.book(
            service_id=yoga.pk, session_id=session.pk, client=factories.details(name), now=NOW
        )
    Delivery.objects.all().delete()

    _record(Event.MEETING_STARTED, session=session)
    deliver_all()

    names = [(one["type"], one["booking"]["client"]["name"]) for one in told(taking)]
    assert names == [("meeting.started", "Cleo"), ("meeting.started", "Dan")]


def _record(kind, **about):
    with transaction.atomic():
        return events.record(kind, now=NOW, **about)


def test_endpoint_hears_only_what_it_asked_for(lesson, taking):
    add(taking.origin, events=["booking.cancelled"])
    booking = factories.book_one(lesson)

    booking_actions.cancel(booking_id=booking.pk, now=NOW)

    assert [row.kind for row in Delivery.objects.all()] == ["booking.cancelled"]


def test_erased_client_is_forgotten_in_what_was_sent(endpoint, lesson, taking):
    booking = factories.book_one(lesson)
    factories.book_one(lesson, client=factories.details("Dan"), starts_at=TOMORROW_NOON + HOUR)
    deliver_all()

    booking_actions.erase_clients(client_ids=[booking.client_id], now=NOW)
    deliver_all()

    sent = Delivery.objects.get(kind="booking.created", booking=booking)
    others = Delivery.objects.get(kind="booking.created", booking__client__name="Dan")
    assert (sent.state, sent.body, sent.erased_at) == (Delivery.SENT, "", NOW)
    assert "Dan" in others.body
    cancelled, erased = told(taking)[2:]
    assert (cancelled["type"], cancelled["booking"]["client"]["email"]) == ("booking.cancelled", "")
    assert (erased["type"], erased["client"]["id"]) == ("client.erased", booking.client_id)
    assert (erased["client"]["email"], erased["client"]["phone"]) == ("", "")


@pytest.mark.parametrize("moment", ["body_of", "post"])
def test_client_erased_while_it_is_sent_leaves_no_words(
    endpoint, lesson, taking, monkeypatch, moment
):
    """Whoever sends has the words in hand, and writes down how it went afterwards."""
    booking = factories.book_one(lesson)
    real = getattr(delivering, moment)

    def erase_meanwhile(*given):
        found = real(*given)
        booking_actions.erase_clients(client_ids=[booking.client_id], now=NOW)
        return found

    monkeypatch.setattr(delivering, moment, erase_meanwhile)
    deliver_all()
    monkeypatch.undo()
    deliver_all(NOW + delivering.LEASE)

    sent = Delivery.objects.get(kind="booking.created")
    assert (sent.state, sent.answer) == (Delivery.SENT, "")
    assert "cleo" not in sent.body.lower()


def test_test_has_every_field_of_a_real_one(endpoint, lesson, taking):
    factories.book_one(lesson)
    actions.send_test(endpoint_id=endpoint.pk, now=NOW)

    deliver_all()

    real, test = told(taking)
    assert real.keys() == test.keys()
    assert real["booking"].keys() == test["booking"].keys()
    assert real["booking"]["client"].keys() == test["booking"]["client"].keys()


def test_page_for_receivers_lists_every_kind():
    text = DOC.read_text(encoding="utf-8")

    listed = {name for name in EVENT_TYPES if f"| `{name}` |" in text}

    assert listed == set(EVENT_TYPES)


def test_what_was_told_of_a_client_goes_with_them_into_a_merged_record(endpoint, lesson, taking):
    kept = factories.book_one(lesson).client
    other = factories.book_one(
        lesson, client=factories.details("Dan"), starts_at=TOMORROW_NOON + HOUR
    ).client
    booking_actions.change_client(client_id=other.pk, values={"language": "uk"}, now=NOW)

    booking_actions.merge_clients(
        kept_id=kept.pk, other_ids=[other.pk], now=NOW, actor=factories.staff()
    )

    assert Delivery.objects.get(kind="client.changed").client == kept
