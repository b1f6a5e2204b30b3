"""Sending to a real server, which takes it, refuses it, hangs, or leads astray."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from booking import actions as booking_actions
from tests import factories
from tests.concurrency.together import at_once
from tests.contract.local_server import Reply, local_server
from tests.factories import NOW
from tests.webhooks.conftest import add, deliver_all, the_delivery
from webhooks import actions, client
from webhooks.models import Delivery
from webhooks.pauses import MOST_ATTEMPTS, PAUSES_MINUTES, SPREAD

DOC = Path(__file__).resolve().parents[2] / "docs" / "webhooks.md"
DAY = timedelta(days=1)


@pytest.fixture
def verify():
    """The function that docs/webhooks.md shows to receivers."""
    example = re.search(r"```python\n(.+?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    words = {}
    exec(example[1], words)
    return words["verified"]


def test_booking_reaches_the_receiver_once_and_proves_itself(endpoint, lesson, receiver, verify):
    receiver.replies = [Reply(204)]
    booking = factories.book_one(lesson)

    deliver_all()
    deliver_all(now=NOW + DAY)

    [asked] = receiver.asked
    told = verify(asked.body, asked.headers, endpoint.secret, now=NOW.timestamp())
    assert (asked.method, asked.target) == ("POST", "/hook")
    assert (told["type"], told["booking"]["code"]) == ("booking.created", booking.code)
    assert asked.headers["webhook-id"] == told["id"] == the_delivery().uid
    assert the_delivery().state == Delivery.SENT
    assert the_delivery().body.encode() == asked.body


@pytest.mark.parametrize("wrong", ["body", "secret", "time"])
def test_example_of_the_page_refuses_what_is_not_ours(endpoint, lesson, receiver, verify, wrong):
    factories.book_one(lesson)
    deliver_all()
    [asked] = receiver.asked
    body = asked.body + b" " if wrong == "body" else asked.body
    secret = add("https://other.example").secret if wrong == "secret" else endpoint.secret
    at = NOW + timedelta(minutes=6) if wrong == "time" else NOW

    with pytest.raises(ValueError, match=r"not ours|too old"):
        verify(body, asked.headers, secret, now=at.timestamp())


def test_what_failed_is_sent_again_with_the_same_id_and_body(endpoint, lesson, receiver):
    receiver.replies = [Reply(500, body=b"out of order"), Reply(200)]
    factories.book_one(lesson)

    deliver_all()
    first = the_delivery()
    deliver_all(now=first.next_attempt_at)

    assert (first.state, first.status, first.answer) == (Delivery.WAITING, 500, "out of order")
    assert first.reason_text == "Answered 500."
    assert timedelta(minutes=1) <= first.next_attempt_at - NOW <= timedelta(minutes=1 + SPREAD)
    assert the_delivery().state == Delivery.SENT
    assert [told["status"] for told in the_delivery().tries] == [500, 200]
    assert len({(asked.headers["webhook-id"], asked.body) for asked in receiver.asked}) == 1
    endpoint.refresh_from_db()
    assert endpoint.failures == 0


def test_it_is_given_up_after_the_last_attempt_and_the_endpoint_pauses(endpoint, lesson, receiver):
    factories.book_one(lesson)
    now = NOW

    for _attempt in range(MOST_ATTEMPTS):
        deliver_all(now=now)
        now = max(the_delivery().next_attempt_at, now + timedelta(minutes=1))

    lost = the_delivery()
    endpoint.refresh_from_db()
    assert (lost.state, lost.attempts, len(receiver.asked)) == (Delivery.FAILED, 10, 10)
    assert lost.ended_at - NOW >= timedelta(minutes=sum(PAUSES_MINUTES))
    assert endpoint.pause_reason == "failing"


def test_endpoint_that_is_gone_pauses_and_goes_on_when_resumed(endpoint, lesson, receiver):
    receiver.replies = [Reply(410), Reply(200)]
    factories.book_one(lesson)
    deliver_all()
    gone = the_delivery()
    booking_actions.cancel(booking_id=gone.booking_id, now=NOW)
    deliver_all()
    asked_while_paused = len(receiver.asked)

    resumed = actions.resume(endpoint_id=endpoint.pk)
    deliver_all()

    assert (gone.state, gone.status) == (Delivery.FAILED, 410)
    assert asked_while_paused == 1
    assert resumed
    assert json.loads(receiver.asked[1].body)["type"] == "booking.cancelled"


def test_what_waited_a_week_for_a_paused_endpoint_is_skipped(endpoint, lesson, receiver):
    receiver.replies = [Reply(410)]
    booking = factories.book_one(lesson)
    deliver_all()
    booking_actions.cancel(booking_id=booking.pk, now=NOW)

    deliver_all(now=NOW + 7 * DAY)

    skipped = Delivery.objects.get(kind="booking.cancelled")
    assert (skipped.state, skipped.reason) == (Delivery.SKIPPED, "too_old")


def test_dead_receiver_is_tried_once_a_minute_however_much_is_owed(endpoint, lesson, receiver):
    for hours in range(6):
        starts_at = factories.TOMORROW_NOON + timedelta(hours=hours)
        factories.book_one(lesson, starts_at=starts_at)

    deliver_all()
    after_first_minute = len(receiver.asked)
    deliver_all(now=NOW + timedelta(minutes=1))

    assert after_first_minute == 3
    assert len(receiver.asked) == 4
    assert Delivery.objects.filter(attempts=0).count() == 2


def test_redirect_is_not_followed(endpoint, lesson, receiver):
    receiver.replies = [Reply(302, {"Location": f"{receiver.origin}/elsewhere"})]
    factories.book_one(lesson)

    deliver_all()

    assert [asked.target for asked in receiver.asked] == ["/hook"]
    assert the_delivery().state == Delivery.WAITING
    assert "leads elsewhere" in the_delivery().reason_text


def test_receiver_that_hangs_is_left_alone_in_time(lesson, monkeypatch):
    monkeypatch.setattr(client, "READ_SECONDS", 0.05)
    with local_server(hanging=True) as server:
        add(server.origin)
        factories.book_one(lesson)
        deliver_all()

    assert (the_delivery().state, the_delivery().reason) == (Delivery.WAITING, "too_late")


def test_nobody_at_the_address_is_said_in_words(lesson):
    with local_server() as server:
        address = server.origin
    add(address)
    factories.book_one(lesson)

    deliver_all()

    assert the_delivery().reason_text == "Nobody answers at this address."


def test_answer_is_read_only_at_its_beginning(endpoint, lesson, receiver):
    receiver.replies = [Reply(200, body="є\0".encode() * 3_000_000)]
    factories.book_one(lesson)

    deliver_all()

    assert the_delivery().state == Delivery.SENT
    assert 0 < len(the_delivery().answer) <= 500
    assert set(the_delivery().answer) <= {"є", "�"}


def test_answer_that_breaks_off_counts_by_its_status(endpoint, lesson, receiver):
    receiver.replies = [Reply(200, {"Content-Length": "1000"}, b"thank y")]
    factories.book_one(lesson)

    deliver_all()

    assert (the_delivery().state, the_delivery().answer) == (Delivery.SENT, "thank y")


@pytest.mark.parametrize(
    ("switch", "reason"), [("feature", "feature_off"), ("endpoint", "endpoint_off")]
)
def test_what_is_switched_off_gets_nothing(endpoint, lesson, receiver, switch, reason):
    booking = factories.book_one(lesson)
    if switch == "feature":
        booking_actions.set_feature(key="webhooks", on=False, now=NOW)
    else:
        change(endpoint, is_active=False)

    booking_actions.cancel(booking_id=booking.pk, now=NOW)
    deliver_all()

    assert receiver.asked == []
    assert (the_delivery().state, the_delivery().reason) == (Delivery.SKIPPED, reason)


def change(endpoint, **fields):
    now_is = {
        name: getattr(endpoint, name)
        for name in ("name", "url", "events", "is_active", "sends_manage_link")
    }
    return actions.change_endpoint(endpoint_id=endpoint.pk, **now_is | fields)


def test_former_secret_signs_for_a_day_beside_the_new_one(endpoint, lesson, receiver, verify):
    receiver.replies = [Reply(200), Reply(200)]
    old = endpoint.secret
    new = actions.renew_secret(endpoint_id=endpoint.pk, now=NOW).secret
    booking = factories.book_one(lesson)
    deliver_all()
    booking_actions.cancel(booking_id=booking.pk, now=NOW)
    actions.clear_away(now=NOW + DAY)
    deliver_all(now=NOW + DAY)
    during, after = receiver.asked

    for secret in (old, new):
        assert verify(during.body, during.headers, secret, now=NOW.timestamp())
    assert verify(after.body, after.headers, new, now=(NOW + DAY).timestamp())
    with pytest.raises(ValueError, match="not ours"):
        verify(after.body, after.headers, old, now=(NOW + DAY).timestamp())
    endpoint.refresh_from_db()
    assert endpoint.former_secret == ""


def test_secret_stands_encrypted_in_the_database(endpoint, django_assert_num_queries):
    with django_assert_num_queries(1):
        [stored] = type(endpoint).objects.extra(select={"raw": "secret"}).values_list("raw")

    assert endpoint.secret.startswith("whsec_")
    assert endpoint.secret not in stored[0]


def test_secret_that_no_key_opens_sends_nothing(endpoint, lesson, receiver, settings):
    factories.book_one(lesson)
    settings.ENCRYPTION_KEYS = ["3Yy0Zlq8fJm8b1mQ6V1rJ3vT5y2Wc0o9h4k7n1p5s8A="]

    deliver_all()

    assert receiver.asked == []
    assert the_delivery().reason == "no_secret"


def test_killed_worker_leaves_what_another_takes_up(endpoint, lesson, receiver):
    factories.book_one(lesson)
    claim = Delivery.objects.all()
    claim.update(state=Delivery.SENDING, attempts=1, claimed_until=NOW + timedelta(seconds=180))
    receiver.replies = [Reply(200)]

    deliver_all(now=NOW + timedelta(seconds=179))
    asked_under_its_claim = len(receiver.asked)
    deliver_all(now=NOW + timedelta(seconds=180))

    assert asked_under_its_claim == 0
    assert (the_delivery().state, the_delivery().attempts) == (Delivery.SENT, 2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.serial
def test_workers_that_race_send_once(endpoint, lesson, receiver):
    receiver.replies = [Reply(200)] * 4
    factories.book_one(lesson)
    pk = the_delivery().pk

    raised = at_once([lambda: actions.deliver(delivery_id=pk, now=NOW)] * 4)

    assert raised == [None] * 4
    assert len(receiver.asked) == 1
    assert (the_delivery().state, the_delivery().attempts) == (Delivery.SENT, 1)


def test_test_is_tried_once_even_while_the_endpoint_is_off(endpoint, receiver):
    change(endpoint, is_active=False)
    test = actions.send_test(endpoint_id=endpoint.pk, now=NOW)

    deliver_all()

    test.refresh_from_db()
    endpoint.refresh_from_db()
    assert (test.state, test.status, endpoint.failures) == (Delivery.FAILED, 599, 0)
    assert json.loads(receiver.asked[0].body)["type"] == "test"


def test_sent_again_it_is_the_same_under_the_same_id(endpoint, lesson, receiver):
    receiver.replies = [Reply(200), Reply(200)]
    factories.book_one(lesson)
    while_waiting = actions.send_again(delivery_id=the_delivery().pk, now=NOW)
    deliver_all()

    again = actions.send_again(delivery_id=the_delivery().pk, now=NOW)
    deliver_all()

    first, second = receiver.asked
    assert (while_waiting, again) == (False, True)
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert the_delivery().state == Delivery.SENT


def test_old_deliveries_are_deleted_and_waiting_ones_kept(endpoint, lesson, receiver):
    receiver.replies = [Reply(200)]
    booking = factories.book_one(lesson)
    deliver_all()
    booking_actions.cancel(booking_id=booking.pk, now=NOW)

    before = actions.clear_away(now=NOW + 29 * DAY)
    after = actions.clear_away(now=NOW + 30 * DAY)

    assert (before, after) == (0, 1)
    assert the_delivery().kind == "booking.cancelled"


def test_commit_rings_for_what_is_owed(
    endpoint, lesson, rung_in_bulk, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        factories.book_one(lesson)

    rung = [call for call in rung_in_bulk() if call[0] == "webhooks.tasks.deliver"]
    assert rung == [("webhooks.tasks.deliver", {"delivery_id": the_delivery().pk})]
