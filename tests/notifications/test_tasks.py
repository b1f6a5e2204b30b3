"""Bells, workers and claims: rung once or often, a message goes out once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from celery import current_app
from django.db import connection
from django.utils import timezone

from notifications import actions, tasks
from notifications.models import Message
from notifications.wakeups import DELIVER
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def test_booking_rings_for_what_is_due_and_not_for_the_reminder(lesson, rung):
    booking = factories.book_one(lesson)

    due = Message.objects.filter(booking=booking).exclude(kind="reminder")
    calls = [call for call in rung() if call[0] == DELIVER]
    assert calls == [(DELIVER, {"message_id": pk}) for pk in due.values_list("pk", flat=True)]


def test_bell_is_rung_for_a_task_that_exists():
    assert current_app.tasks[DELIVER] is not None


def test_sweep_rings_again_for_what_was_lost_and_keeps_nobody_waiting(lesson, rung, rung_in_bulk):
    factories.book_one(lesson)
    Message.objects.exclude(kind="reminder").update(next_attempt_at=timezone.now())
    rung()

    tasks.sweep(something_newer=1)

    waiting = Message.objects.filter(state="owed").exclude(kind="reminder")
    again = {call[1]["message_id"] for call in rung_in_bulk()}
    assert again >= set(waiting.values_list("pk", flat=True))
    assert rung() == []


def test_task_sends_and_lets_newer_arguments_pass(db, postman):
    now = timezone.now()
    message = actions.owe_sign_in_code(email="c@x.example", code="A", language="en", now=now)

    tasks.deliver_message(message_id=message.pk, something_newer=1)

    message.refresh_from_db()
    assert message.state == "sent"


def test_many_workers_send_each_message_once(lesson, postman, size):
    workers, rounds = 4, size(2, 20)
    for number in range(rounds):
        message = actions.owe_sign_in_code(
            email="c@x.example", code=f"CODE{number}", language="en", now=NOW
        )
        starting_line = Barrier(workers)

        def work(message_id=message.pk, starting_line=starting_line):
            starting_line.wait()
            try:
                actions.deliver_message(message_id=message_id, now=NOW)
            finally:
                connection.close()

        with ThreadPoolExecutor(workers) as pool:
            for done in [pool.submit(work) for _worker in range(workers)]:
                done.result()

    assert len(postman.mails) == rounds
