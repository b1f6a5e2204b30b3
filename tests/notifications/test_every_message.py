"""Every event sends exactly what is switched on, to the right person, in their words and time.

Each event happens in a company whose people differ in language and zone, once with every
message switched on, once with none, and once with each single one. What arrives at a real
mail server and a real gateway is compared with the table; nothing more, nothing less.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction

from booking import actions as booking_actions
from booking import events
from booking.memory import remembered
from booking.models import Event
from notifications import actions
from notifications.kinds import MESSAGES
from notifications.models import Message, Timing
from notifications.models.settings import LONGEST_UNDO
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from zoomlink import actions as zoomlink_actions
from zoomlink.actions import attendance
from zoomlink.models import MeetingSettings, MeetingVisit, ZoomConnection

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SETTLED = timedelta(seconds=LONGEST_UNDO)  # by then a change by staff has gone out, too
END = TOMORROW_NOON + 30 * MINUTE

# Who reads: mail address, phone, language, and their zone as their language names it.
READERS = {
    "cleo": ("cleo@client.example", "+380441234567", "uk", "Лос-Анджелес, UTC-8"),
    "dan": ("dan@client.example", "+33142685300", "en", "Paris, UTC+1"),
    "ada": ("ada@kyiv-yoga.example", "+380501112233", "en", "Kyiv, UTC+2"),
    "ben": ("ben@kyiv-yoga.example", "+380502223344", "en", "Kyiv, UTC+2"),
    "company": ("hello@kyiv-yoga.example", "+493022730000", "uk", "Берлін, UTC+1"),
}
AUDIENCE = {"cleo": "client", "dan": "client", "ada": "provider", "ben": "provider"}
ALL = ("cleo", "ada", "company")
ALWAYS_ON = [slug for slug, spec in MESSAGES.items() if spec.is_indispensable]

Told = tuple[str, str, str]  # kind, reader, channel


@pytest.fixture
def world(settings, postman, gateway):
    """A company in Berlin, two providers in Kyiv, and clients all over the world."""
    settings.EMAIL_TIMEOUT = 10
    address, phone, language, _zone = READERS["company"]
    factories.company(email=address, phone=phone, language=language, timezone="Europe/Berlin")
    ada, ben = (
        factories.provider(name.title(), email=email, phone=phone, language=language,
                           timezone="Europe/Kyiv")
        for name, (email, phone, language, _zone) in READERS.items() if name in ("ada", "ben")
    )  # fmt: skip
    connection = factories.zoom_connection()
    factories.meets_by_zoom(ada, factories.zoom_user(connection))
    for feature in ("classes", "waiting-list", "online-meetings"):
        factories.enable(feature)
    lesson = factories.service(ada, ben, is_online_meeting=False)
    yoga = factories.service(ada, name="Yoga", kind="class", capacity=1)
    return SimpleNamespace(ada=ada, ben=ben, lesson=lesson, yoga=yoga, settings=settings)


def details(name: str):
    email, phone, language, _zone = READERS[name]
    zone = {"cleo": "America/Los_Angeles", "dan": "Europe/Paris"}[name]
    return factories.details(
        name.title(), email=email, phone=phone, language=language, timezone=zone
    )


# --- What happens ------------------------------------------------------------


def book(world, at=NOW):
    world.booking = factories.book_one(
        world.lesson, provider_id=world.ada.pk, client=details("cleo"), now=at
    )


def ask(world, at=NOW):
    world.lesson.needs_approval = True
    world.lesson.save()
    book(world, at)


def hold_until_proved(world, at=NOW):
    world.booking = booking_actions.hold(
        service_id=world.lesson.pk,
        provider_id=world.ada.pk,
        starts_at=TOMORROW_NOON,
        client=details("cleo"),
        now=at,
        held_until=at + 15 * MINUTE,
        needs_proof=True,
    )


def prove(world, at):
    proof = world.booking.proof_token
    booking_actions.confirm(booking_id=world.booking.pk, proof=proof, now=at)


def approve(world, at):
    booking_actions.approve(booking_id=world.booking.pk, now=at, actor=None)


def decline(world, at):
    booking_actions.decline(booking_id=world.booking.pk, now=at, actor=None)


def expire(world, at):
    booking_actions.expire_overdue(now=at)


def move(world, at, **to):
    later = TOMORROW_NOON + 60 * MINUTE
    booking_actions.reschedule(booking_id=world.booking.pk, starts_at=later, now=at, **to)


def move_to_ben(world, at):
    move(world, at, provider_id=world.ben.pk)


def cancel(world, at):
    booking_actions.cancel(booking_id=world.booking.pk, now=at)


def schedule(world):
    world.session = booking_actions.schedule_session(
        service_id=world.yoga.pk, provider_id=world.ada.pk, starts_at=TOMORROW_NOON, now=NOW
    )


def take_the_place(world, name):
    world.booking = booking_actions.book(
        service_id=world.yoga.pk, session_id=world.session.pk, client=details(name), now=NOW
    )


def fill(world):
    """Dan has the only place."""
    schedule(world)
    take_the_place(world, "dan")


def wait(world, at=NOW, name="cleo"):
    booking_actions.join_waiting_list(session_id=world.session.pk, client=details(name), now=at)


def fill_and_wait(world):
    fill(world)
    wait(world)


def fill_and_let_dan_wait(world):
    schedule(world)
    take_the_place(world, "cleo")
    wait(world, name="dan")


def move_the_class(world, at):
    booking_actions.move_class_session(
        session_id=world.session.pk, starts_at=TOMORROW_NOON + 60 * MINUTE, now=at
    )


def cancel_the_class(world, at):
    booking_actions.cancel_session(session_id=world.session.pk, now=at)


def meet_online(world, at=NOW, *, online=True):
    world.lesson.is_online_meeting = online
    world.lesson.save()
    zoomlink_actions.announce(now=at)


def meet_elsewhere(world, at):
    meet_online(world, at, online=False)


def book_offline(world):
    book(world)
    zoomlink_actions.announce(now=NOW)


def book_online(world):
    world.lesson.is_online_meeting = True
    world.lesson.save()
    book(world)
    zoomlink_actions.announce(now=NOW)


def lose_zoom(world, at):
    ZoomConnection.objects.update(state=ZoomConnection.LOST)
    zoomlink_actions.watch_fallback(now=at)


def book_with_a_room(world):
    MeetingSettings(fallback_link="https://meet.example/studio").save()
    book_online(world)


def see_who_waits(world, at):
    MeetingVisit.objects.create(booking=world.booking, first_at=at - 4 * MINUTE, last_at=at)
    attendance.watch(now=at)


def let_time_pass(world, at):
    """Nothing but that its time comes."""


# --- What is told of it ------------------------------------------------------


@dataclass(frozen=True)
class Scene:
    """``happens`` at ``at``, after ``before`` was told to everybody; then ``tells`` is told."""

    happens: Callable
    tells: dict[str, Iterable[str]]  # kind to readers
    before: Callable = field(default=let_time_pass)
    at: datetime = NOW

    def told(self, switches: Iterable[str]) -> set[Told]:
        """What is to arrive while these messages are on, and no others."""
        on = {*switches, *ALWAYS_ON}
        return {told for told in self.everything() if switch_of(told) in on}

    def everything(self) -> set[Told]:
        return {
            (kind, reader, channel)
            for kind, readers in self.tells.items()
            for reader in readers
            for channel in ("email", "sms")
            if switch_of((kind, reader, channel)) in MESSAGES
        }


def switch_of(told: Told) -> str:
    kind, reader, channel = told
    return f"{kind}-{AUDIENCE.get(reader, 'company')}-{channel}"


def nothing(world) -> None:
    """Nothing was there before."""


SCENES = {
    "booked": Scene(book, {"confirmation": ALL}, nothing),
    "held until proved": Scene(hold_until_proved, {"proof": ["cleo"]}, nothing),
    "proved": Scene(prove, {"confirmation": ALL}, hold_until_proved),
    "never proved": Scene(expire, {}, hold_until_proved, NOW + 15 * MINUTE),
    "asked for": Scene(ask, {"requested": ALL}, nothing),
    "approved": Scene(approve, {"approved": ALL}, ask),
    "declined": Scene(decline, {"declined": ALL}, ask),
    "not decided in time": Scene(expire, {"declined": ALL}, ask, TOMORROW_NOON),
    "moved": Scene(move, {"changed": ALL}, book),
    "moved to another provider": Scene(
        move_to_ben,
        {"changed": ("cleo", "company"), "cancelled": ["ada"], "confirmation": ["ben"]},
        book,
    ),
    "cancelled": Scene(cancel, {"cancelled": ALL}, book),
    "reminded": Scene(let_time_pass, {"reminder": ALL}, book, TOMORROW_NOON - 31 * MINUTE),
    "followed up": Scene(let_time_pass, {"follow-up": ["cleo"]}, book, END + 29 * MINUTE),
    "put on the waiting list": Scene(wait, {"waiting": ["cleo"]}, fill),
    "offered a place": Scene(
        cancel, {"offered": ["cleo"], "cancelled": ("dan", "ada", "company")}, fill_and_wait
    ),
    "class moved": Scene(
        move_the_class,
        {"changed": ["cleo"], "session-moved": ("dan", "ada", "company")},
        fill_and_let_dan_wait,
    ),
    "class cancelled": Scene(
        cancel_the_class,
        {"cancelled": ["cleo"], "session-cancelled": ("dan", "ada", "company")},
        fill_and_let_dan_wait,
    ),
    "link added": Scene(meet_online, {"link-added": ALL}, book_offline),
    "link removed": Scene(meet_elsewhere, {"link-removed": ALL}, book_online),
    "meeting not ready": Scene(
        lose_zoom, {"not-ready": ALL}, book_online, TOMORROW_NOON - 5 * MINUTE
    ),
    "fallback room used": Scene(
        lose_zoom, {"fallback-used": ALL}, book_with_a_room, TOMORROW_NOON - 5 * MINUTE
    ),
    "client waits": Scene(
        see_who_waits, {"client-waits": ("ada", "company")}, book_online, TOMORROW_NOON + 3 * MINUTE
    ),
}


# --- Doing it ----------------------------------------------------------------


def switch_on(slugs: Iterable[str]) -> None:
    """Have these messages on and no others; reminders and follow-ups by a time of half an hour."""
    wanted = set(slugs)
    actions.set_switches({slug: slug in wanted for slug in MESSAGES})
    for spec in MESSAGES.values():
        of = {"kind": spec.kind, "audience": spec.audience, "channel": spec.channel}
        if not spec.is_timed or spec.slug not in wanted:
            Timing.objects.filter(**of).delete()
        elif not Timing.objects.filter(**of, minutes=30).exists():
            Timing.objects.filter(**of).delete()
            Timing.objects.create(**of, minutes=30, owed_at=NOW)


def deliver(at: datetime) -> None:
    for message_id in actions.sweep(now=at):
        with remembered():
            actions.deliver_message(message_id=message_id, now=at)


def prepare(world, scene: Scene) -> None:
    """Let everybody know how things stood, without sending it anywhere."""
    open_ways = world.settings.EMAIL_URL, world.settings.SMS_URL
    world.settings.EMAIL_URL = world.settings.SMS_URL = ""
    switch_on(MESSAGES)
    scene.before(world)
    deliver(scene.at)
    world.settings.EMAIL_URL, world.settings.SMS_URL = open_ways


def arrived(postman, gateway) -> set[tuple[Told, str, frozenset[str]]]:
    """What came, with the language and the zones that it speaks of; each of it once."""
    mails = [
        (mail["Message-ID"], mail["To"], f"{mail['Subject']}\n{words_of(mail)}")
        for mail in postman.mails
    ]
    texts = [
        (f"<{headers['Idempotency-Key']}>", body["to"], body["text"])
        for headers, body in gateway.requests
    ]
    found = [_read(*one) for one in (*mails, *texts)]
    assert len(found) == len(set(found))
    postman.mails.clear()
    gateway.requests.clear()
    return set(found)


def words_of(mail) -> str:
    return mail.get_body(("plain",)).get_content()


def _read(message_id: str, address: str, text: str):
    row = Message.objects.get(message_id=message_id)
    (reader,) = [name for name, known in READERS.items() if address in known[:2]]
    zones = frozenset(re.findall(r"\(([^()]*, UTC[^()]*)\)", text))
    return (row.kind, reader, row.channel), language_of(text), zones


def language_of(text: str) -> str:
    """Ukrainian where most letters are, links aside."""
    bare = re.sub(r"https?://\S+", "", text)
    cyrillic, latin = len(re.findall("[а-яґєії]", bare, re.I)), len(re.findall("[a-z]", bare, re.I))
    return "uk" if cyrillic > latin else "en"


def in_their_words(told: set[Told]) -> set:
    return {(one, READERS[one[1]][2], _zones(*one)) for one in told}


def _zones(kind: str, reader: str, _channel: str) -> frozenset[str]:
    """The reader's own and no other; thanks for coming tell no time."""
    return frozenset() if kind == "follow-up" else frozenset({READERS[reader][3]})


@pytest.mark.parametrize("name", SCENES)
def test_exactly_what_is_switched_on_arrives(world, postman, gateway, name):
    scene = SCENES[name]
    prepare(world, scene)
    singly = sorted({switch_of(told) for told in scene.everything()})

    for switches in (MESSAGES, (), *((slug,) for slug in singly)):
        before = transaction.savepoint()
        switch_on(switches)
        scene.happens(world, scene.at)
        deliver(scene.at + SETTLED)

        assert arrived(postman, gateway) == in_their_words(scene.told(switches)), switches
        transaction.savepoint_rollback(before)


def test_every_message_is_in_the_table():
    told = {switch_of(told) for scene in SCENES.values() for told in scene.everything()}

    assert told == set(MESSAGES)


# What no switch holds: to those who connect Zoom, and to whoever signs in.
NOTICES = {
    Event.ZOOM_CONNECTION_LOST: "connection-lost",
    Event.ZOOM_DISCONNECTED: "zoom-disconnected",
    Event.MEETING_FAILED: "meeting-failed",
    Event.FALLBACK_USED: "fallback-used",
}


def test_notices_and_codes_arrive_though_all_is_switched_off(world, postman, gateway):
    factories.staff("boss@kyiv-yoga.example", is_superuser=True)
    factories.staff("nobody-special@kyiv-yoga.example")
    switch_on(())
    fill(world)
    ZoomConnection.objects.update(state=ZoomConnection.LOST)
    with transaction.atomic():
        for kind in NOTICES:
            events.record(kind, now=NOW, session=world.session)
    actions.owe_sign_in_code(email="cleo@client.example", code="AB12CD", language="uk", now=NOW)

    deliver(NOW)

    sent = {(mail["To"], kind_of(mail)) for mail in postman.mails}
    assert sent == {("cleo@client.example", "sign-in-code")} | {
        ("boss@kyiv-yoga.example", kind) for kind in NOTICES.values()
    }
    assert {language_of(words_of(mail)) for mail in postman.mails} == {"uk"}
    assert gateway.requests == []


def kind_of(mail) -> str:
    return Message.objects.get(message_id=mail["Message-ID"]).kind
