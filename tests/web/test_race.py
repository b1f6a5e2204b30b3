"""``manage.py doctor --race``: on the operator's own database, and gone without a trace."""

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from booking import actions
from booking.actions.scratch import SCRATCH_SLUG, scratch_provider, scratch_service
from booking.guards import install_guards
from booking.models import Booking, Client, Event, Provider, Service, Session
from notifications.models import Message
from tests import factories
from tests.concurrency.servers import ROOT, database_url
from tests.factories import NOW, TOMORROW_NOON
from web.doctor import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serial]
OURS = (Booking, Client, Event, Message, Provider, Service, Session)
CROWD = 8


def race_now(crowd: int = CROWD) -> list[str]:
    out = io.StringIO()
    call_command("doctor", race=crowd, stdout=out, no_color=True)
    return out.getvalue().splitlines()


def rows() -> dict[str, set[int]]:
    return {model.__name__: set(model.objects.values_list("pk", flat=True)) for model in OURS}


@pytest.fixture
def company():
    """A company at work, with a lesson that is booked."""
    factories.company()
    factories.enable("classes")
    factories.book_one(factories.service())


@pytest.fixture
def unfinished(company) -> Session:
    """What a race leaves behind that is killed after its first booking."""
    service = scratch_service(scratch_provider())
    booking = factories.book_one(service, client=client_of_a_race())
    Message.objects.filter(booking=booking).delete()
    return booking.session


def client_of_a_race():
    return factories.details("Scratch", email="client-0@zustrich-scratch.invalid")


def test_race_says_who_won_and_leaves_nothing(company):
    before = rows()

    lines = race_now()

    assert lines[:6] == [
        "ok       One time of one provider: 8 at once, 1 won, lost: slot_taken 7.",
        "ok       One time, any of 3 providers: 8 at once, 3 won, lost: slot_taken 5.",
        lines[2],
        "ok       Moves to a time that others book: 8 at once, 1 won, lost: slot_taken 7.",
        lines[4],
        "ok       The last 5 places of a class: 8 at once, 5 won, lost: session_full 3.",
    ]
    assert lines[2].startswith("ok       Services that overlap with their buffers: 8 at once, ")
    assert lines[4].startswith("ok       A day that takes 3 bookings: 8 at once, 3 won, lost: ")
    assert lines[6:8] == [
        "ok       No two sessions of a provider overlap.",
        "ok       No session has more clients than places.",
    ]
    assert lines[8].startswith("ok       Of 48 calls, 99 in a hundred took ")
    assert rows() == before


def test_race_for_places_needs_classes(db):
    factories.company()

    assert not [line for line in race_now(2) if "places of a class" in line]


def test_nobody_is_told_of_a_race_but_of_everything_after_it(company, settings):
    listeners, messages = list(settings.EVENT_LISTENERS), Message.objects.count()

    race_now(2)

    assert Message.objects.count() == messages
    assert listeners == settings.EVENT_LISTENERS


def test_race_of_one_is_refused(company):
    with pytest.raises(CommandError):
        race_now(1)


@pytest.mark.parametrize("options", [{}, {"race": 2}])
def test_what_a_killed_race_left_is_removed_at_the_next_start(unfinished, options):
    out = io.StringIO()

    with contextlib.suppress(CommandError):  # of what else is missing here
        call_command("doctor", stdout=out, no_color=True, **options)

    assert "An earlier race was killed: its 7 rows are removed now." in out.getvalue()
    assert not Provider.objects.filter(name="Scratch").exists()
    assert Booking.objects.count() == 1


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_killed_race_leaves_nothing_that_lasts(company, tmp_path, how):
    before = rows()
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": database_url(),
    }
    command = [sys.executable, "manage.py", "doctor", "--race", "20"]
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, preexec_fn=heed_interrupts
    ) as racing:
        wait_for_first_booking()
        racing.send_signal(how)
        racing.wait(60)

    assert racing.returncode != 0
    if how == signal.SIGKILL:
        assert rows() != before
        race_now(2)
    assert rows() == before


def heed_interrupts() -> None:
    """As in a terminal: what a shell starts in the background ignores them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_for_first_booking() -> None:
    give_up = time.monotonic() + 60
    while not Booking.objects.filter(client__name="Scratch").exists():
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_listed_service_of_that_address_is_not_taken_for_scratch(company):
    kept = factories.service(slug=f"{SCRATCH_SLUG}not", name="Scratch pad")

    race_now(2)

    assert Service.objects.filter(pk=kept.pk).exists()


def book_lesson(visitor):
    lesson = Service.objects.get(name="Lesson")
    factories.book_one(lesson, starts_at=TOMORROW_NOON + timedelta(hours=1), client=visitor)


def wait_for_yoga(visitor):
    factories.enable("waiting-list")
    yoga = factories.service(name="Yoga", kind="class", capacity=1)
    session = actions.schedule_session(
        service_id=yoga.pk,
        provider_id=yoga.providers.get().pk,
        starts_at=TOMORROW_NOON,
        now=NOW,
    )
    actions.book(service_id=yoga.pk, session_id=session.pk, client=factories.details(), now=NOW)
    actions.join_waiting_list(session_id=session.pk, client=visitor, now=NOW)


@pytest.mark.parametrize(("come", "has"), [(book_lesson, (1, 0)), (wait_for_yoga, (0, 1))])
def test_visitor_with_an_address_of_that_domain_stays(unfinished, come, has):
    come(factories.details("Eve", email="eve@zustrich-scratch.invalid"))

    lines = race_now(2)

    eve = Client.objects.get(email__endswith="@zustrich-scratch.invalid")
    assert (eve.name, eve.bookings.count(), eve.waiting.count()) == ("Eve", *has)
    assert "An earlier race was killed: its 7 rows are removed now." in lines[0]
    assert not Provider.objects.filter(name="Scratch").exists()


# --- Whoever judges sees what is wrong ----------------------------------------

WITHOUT_GUARD = {
    "sqlite": [
        "DROP TRIGGER session_provider_overlap_insert",
        "DROP TRIGGER session_provider_overlap_update",
    ],
    "postgresql": ["ALTER TABLE booking_session DROP CONSTRAINT session_provider_overlap"],
}


@pytest.fixture
def _no_guard(db):
    with connection.cursor() as cursor:
        for statement in WITHOUT_GUARD[connection.vendor]:
            cursor.execute(statement)
    yield
    Session.objects.update(status=Session.CANCELLED)
    install_guards()


@pytest.mark.usefixtures("_no_guard")
def test_sessions_that_overlap_are_seen(unfinished):
    twin = Session.objects.get(pk=unfinished.pk)
    twin.pk, twin.host_token = None, "another"
    twin.starts_at += timedelta(minutes=10)
    twin.save(force_insert=True)

    assert [finding.text for finding in race.collisions() if finding.level == "problem"] == [
        "Sessions that overlap: 1."
    ]


def test_sessions_that_are_overfull_are_seen(unfinished):
    Booking.objects.filter(session=unfinished).update(seats=2)

    assert [finding.text for finding in race.collisions() if finding.level == "problem"] == [
        "Sessions with more clients than places: 1."
    ]


def test_sessions_of_others_are_not_judged(company):
    Booking.objects.update(seats=2)

    assert {finding.level for finding in race.collisions()} == {"ok"}
    assert Session.objects.get().starts_at == TOMORROW_NOON > NOW
