"""One entry in everybody's calendar through invitation, change and cancellation.

Mails go through a real SMTP server; each file is read by two parsers (tests/calendars.py).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from django.db import transaction

from booking import actions as booking_actions
from booking import events
from booking.models import Booking, Event
from notifications import actions
from notifications.models import Message, MessagingSettings
from tests import factories
from tests.calendars import PersonalCalendar, Seen, files_to, seen
from tests.factories import NOW, TOMORROW_NOON
from zoomlink.models import ProviderMeeting, ZoomConnection

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IN_A_WEEK = TOMORROW_NOON + 7 * DAY
CLEO, ADA, BEN = "cleo@client.example", "ada@kyiv-yoga.example", "ben@kyiv-yoga.example"
OFFICE = "hello@kyiv-yoga.example"


@pytest.fixture
def boss(db):
    return factories.staff()


@pytest.fixture
def ben(lesson):
    ben = factories.provider("Ben")
    lesson.providers.add(ben)
    return ben


@pytest.fixture
def yoga(lesson, ada):
    factories.enable("classes")
    return factories.service(ada, name="Yoga", kind="class", capacity=10)


@pytest.fixture
def sent(postman) -> Callable[..., list[Seen]]:
    """Send what is due, of what staff did just now too; the entries that came to one address."""

    def send(to: str, now: datetime = NOW) -> list[Seen]:
        before, now = len(postman.mails), now + timedelta(seconds=15)
        for message in Message.objects.claimable(now).order_by("pk"):
            actions.deliver_message(message_id=message.pk, now=now)
        return [
            seen(file) for file in files_to([m for m in postman.mails[before:] if m["To"] == to])
        ]

    return send


def scheduled(yoga, ada, starts_at=IN_A_WEEK):
    return booking_actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=starts_at, now=NOW
    )


def join(session, name: str) -> Booking:
    return booking_actions.book(
        service_id=session.service_id,
        session_id=session.pk,
        client=factories.details(name),
        now=NOW,
    )


def move(booking: Booking, starts_at=None, now=NOW, **fields) -> None:
    booking_actions.reschedule(booking_id=booking.pk, starts_at=starts_at, now=now, **fields)


def happens(kind: str, **fields) -> None:
    with transaction.atomic():
        events.record(kind, now=NOW, **fields)


def summary(entries: list[Seen]) -> list[tuple[str, str]]:
    return [(entry.method, entry.status) for entry in entries]


@pytest.mark.parametrize(
    ("zone", "before", "clocks"),
    [
        ("Europe/Kyiv", "2027-03-26T08:00Z", ("2027-03-26 10:00", "2027-03-29 11:00")),
        ("America/New_York", "2027-03-12T15:00Z", ("2027-03-12 10:00", "2027-03-15 11:00")),
        ("Australia/Lord_Howe", "2027-04-02T00:00Z", ("2027-04-02 11:00", "2027-04-05 10:30")),
    ],
)
def test_clients_entry_lives_through_a_clock_change_and_goes(
    online, boss, sent, postman, zone, before, clocks
):
    starts_at = datetime.fromisoformat(before)
    details = factories.details(language="uk", timezone=zone)

    booking = factories.book_one(online, starts_at=starts_at, client=details)
    invited = sent(CLEO)
    move(booking, starts_at + 3 * DAY, actor=boss)
    changed = sent(CLEO, NOW + HOUR)
    booking_actions.cancel(booking_id=booking.pk, now=NOW + 2 * HOUR, actor=boss)
    cancelled = sent(CLEO, NOW + 2 * HOUR)

    first, second, third = [*invited, *changed, *cancelled]
    link = f"https://book.example/m/{booking.join_token}/"
    assert summary([first, second, third]) == [
        ("REQUEST", "CONFIRMED"),
        ("REQUEST", "CONFIRMED"),
        ("CANCEL", "CANCELLED"),
    ]
    assert [first.clock, second.clock] == [f"{clock} {zone}" for clock in clocks]
    assert {entry.uid for entry in (first, second, third)} == {f"{booking.code}@book.example"}
    assert first.sequence < second.sequence < third.sequence
    assert (first.location, third.location) == (link, "")
    assert first.description.startswith(f"Приймає Ada. Бронювання {booking.code}.\n")
    assert first.url == f"https://book.example/b/{booking.manage_token}/"
    assert (first.organizer, first.attendees) == (f"mailto:{OFFICE}", (f"mailto:{CLEO}",))

    files = files_to(postman.to(CLEO))
    assert PersonalCalendar().take(*files[:2]).times == [starts_at + 3 * DAY]
    for order in permutations(files):
        assert PersonalCalendar().take(*order, *order).entries == []


def test_link_that_comes_and_goes_changes_the_entry_without_a_new_revision(online, sent):
    booking = factories.book_one(online)
    (invited,) = sent(CLEO)

    ProviderMeeting.objects.update(engine=ProviderMeeting.NONE)
    happens(Event.LINK_REMOVED, booking=booking)
    (removed,) = sent(CLEO, NOW + HOUR)
    ProviderMeeting.objects.update(engine=ProviderMeeting.ZOOM)
    happens(Event.LINK_ADDED, booking=booking)
    (added,) = sent(CLEO, NOW + 2 * HOUR)

    assert summary([removed, added]) == [("REQUEST", "CONFIRMED")] * 2
    assert [invited.sequence, removed.sequence, added.sequence] == [1, 2, 3]
    assert [bool(entry.location) for entry in (invited, removed, added)] == [True, False, True]


def test_providers_entry_goes_from_one_calendar_to_the_other(online, ben, boss, sent, postman):
    factories.meets_by_zoom(ben, factories.zoom_user(ZoomConnection.objects.get(), "Ben"))
    booking = factories.book_one(online, client=factories.details("Cleo 🧘 " * 12, email=CLEO))
    (adas,) = sent(ADA)
    host_link = f"https://book.example/m/{booking.session.host_token}/"

    move(booking, IN_A_WEEK, provider_id=ben.pk, actor=boss)
    sent(BEN)
    booking_actions.cancel(booking_id=booking.pk, now=NOW, actor=boss)
    sent(BEN)

    taken, (given, cancelled) = files_to(postman.to(ADA))[1], files_to(postman.to(BEN))
    booking.session.refresh_from_db()
    assert (adas.location, adas.url) == (host_link, "")
    assert adas.summary == f"Lesson · {'Cleo 🧘 ' * 12}".strip()
    assert (seen(taken).method, seen(taken).starts_at) == ("CANCEL", TOMORROW_NOON)
    assert seen(given).location == f"https://book.example/m/{booking.session.host_token}/"
    assert PersonalCalendar().take(files_to(postman.to(ADA))[0], taken).entries == []
    assert PersonalCalendar().take(given).times == [IN_A_WEEK]
    assert PersonalCalendar().take(given, cancelled).entries == []
    # Both may read the same mailbox: what is taken from one is not lost for the other.
    assert PersonalCalendar().take(given, taken).times == [IN_A_WEEK]
    assert PersonalCalendar().take(taken, given).times == [IN_A_WEEK]
    for token in (booking.session.host_token, booking.join_token, booking.manage_token):
        assert token.encode() not in taken


def test_class_is_one_entry_of_its_provider_however_many_book(yoga, ada, boss, sent, postman):
    session = scheduled(yoga, ada)
    bookings = [join(session, name) for name in ("Cleo", "Dan")]
    invited = sent(ADA)
    booking_actions.cancel(booking_id=bookings[0].pk, now=NOW)
    assert sent(ADA) == []
    assert summary([seen(files_to(postman.to(CLEO))[-1])]) == [("CANCEL", "CANCELLED")]

    booking_actions.move_class_session(
        session_id=session.pk, starts_at=IN_A_WEEK + HOUR, now=NOW, actor=boss
    )
    moved = sent(ADA, NOW + HOUR)
    dans = [seen(file) for file in files_to(postman.to("dan@client.example"))]
    files = files_to(postman.to(ADA))
    booking_actions.cancel_session(session_id=session.pk, now=NOW, actor=boss)
    cancelled = sent(ADA, NOW + 2 * HOUR)

    assert summary([*invited, *moved]) == [("REQUEST", "CONFIRMED")] * 3
    assert summary(cancelled) == [("CANCEL", "CANCELLED")]
    assert (moved[0].summary, moved[0].description) == ("Yoga · Kyiv Yoga", "With Ada.")
    assert [entry.starts_at for entry in dans] == [IN_A_WEEK, IN_A_WEEK + HOUR]
    assert PersonalCalendar().take(*files).times == [IN_A_WEEK + HOUR]
    for order in permutations(files_to(postman.to(ADA))):
        assert PersonalCalendar().take(*order).entries == []


def test_place_on_a_waiting_list_stands_in_no_calendar(yoga, ada, boss, sent, postman):
    factories.enable("waiting-list")
    yoga.capacity = 1
    yoga.save()
    session = scheduled(yoga, ada)
    join(session, "Cleo")
    booking_actions.join_waiting_list(
        session_id=session.pk, client=factories.details("Dan"), now=NOW
    )

    booking_actions.move_class_session(
        session_id=session.pk, starts_at=IN_A_WEEK + HOUR, now=NOW, actor=boss
    )
    sent(CLEO)

    assert postman.to("dan@client.example")
    assert files_to(postman.to("dan@client.example")) == []


def test_seat_that_goes_to_another_providers_class_leaves_both_classes_in_place(
    yoga, ada, ben, sent
):
    yoga.providers.add(ben)
    booking = join(scheduled(yoga, ada), "Cleo")
    other = scheduled(yoga, ben, IN_A_WEEK + DAY)
    sent(ADA)

    move(booking, session_id=other.pk)

    assert Message.objects.filter(kind="cancelled", provider=ada).count() == 1
    assert sent(ADA) == []


def test_class_given_to_another_provider_leaves_the_formers_calendar(yoga, ada, ben, boss, sent):
    yoga.providers.add(ben)
    session = scheduled(yoga, ada)
    join(session, "Cleo")
    (invited,) = sent(ADA)

    booking_actions.move_class_session(
        session_id=session.pk, starts_at=IN_A_WEEK, provider_id=ben.pk, now=NOW, actor=boss
    )
    (taken,) = sent(ADA)

    assert (taken.method, taken.uid) == ("CANCEL", invited.uid)
    assert taken.sequence > invited.sequence


def test_request_stands_in_no_calendar_until_it_was_confirmed(lesson, boss, sent, postman):
    lesson.needs_approval = True
    lesson.save()
    booking = factories.book_one(lesson, starts_at=IN_A_WEEK)
    assert sent(CLEO) == []

    booking_actions.approve(booking_id=booking.pk, now=NOW, actor=boss)
    approved = sent(CLEO)
    move(booking, IN_A_WEEK + DAY)
    asked_again = sent(CLEO)
    booking_actions.decline(booking_id=booking.pk, now=NOW, actor=boss)
    declined = sent(CLEO)

    assert summary([*approved, *asked_again, *declined]) == [
        ("REQUEST", "CONFIRMED"),
        ("REQUEST", "TENTATIVE"),
        ("CANCEL", "CANCELLED"),
    ]
    assert asked_again[0].starts_at == IN_A_WEEK + DAY
    for address in (CLEO, ADA):
        assert PersonalCalendar().take(*files_to(postman.to(address))).entries == []


@pytest.mark.parametrize("ends", ["declined", "cancelled"])
def test_request_that_was_never_confirmed_takes_nothing_out(lesson, boss, sent, postman, ends):
    lesson.needs_approval = True
    lesson.save()
    booking = factories.book_one(lesson, starts_at=IN_A_WEEK)

    if ends == "declined":
        booking_actions.decline(booking_id=booking.pk, now=NOW, actor=boss)
    else:
        booking_actions.cancel(booking_id=booking.pk, now=NOW)
    sent(CLEO)

    assert [message.kind for message in Message.objects.filter(state="sent", provider=None)]
    assert files_to(postman.mails) == []


def test_reminder_and_mails_of_a_company_that_wants_none_have_no_file(lesson, sent, postman):
    booking = factories.book_one(lesson, starts_at=IN_A_WEEK)
    sent(CLEO)
    assert sent(CLEO, IN_A_WEEK - DAY) == []
    assert postman.to(CLEO)[-1]["Subject"].startswith("Reminder")

    MessagingSettings(attaches_calendar_files=False).save()
    move(booking, IN_A_WEEK + DAY)

    assert sent(CLEO) == []
    assert postman.to(CLEO)[-1].get_content_type() == "multipart/alternative"


def test_test_of_a_mail_puts_nothing_into_a_calendar(lesson, sent, postman):
    factories.book_one(lesson, starts_at=IN_A_WEEK)
    Message.objects.update(is_test=True)

    assert sent(CLEO) == []
    assert postman.to(CLEO)


def test_mail_that_is_sent_again_brings_the_entry_of_today(lesson, boss, sent):
    factories.book_one(lesson, starts_at=IN_A_WEEK)
    (first,) = sent(CLEO)
    message = Message.objects.get(kind="confirmation", audience="client", channel="email")

    actions.resend(message_id=message.pk, actor=boss, now=NOW + HOUR)
    (again,) = sent(CLEO, NOW + HOUR)

    assert (again.uid, again.sequence) == (first.uid, first.sequence)
    assert again.stamp == first.stamp + HOUR


def test_company_is_the_organizer_of_everybody_but_itself(lesson, sent, settings):
    settings.DEFAULT_FROM_EMAIL = "Kyiv Yoga <no-reply@book.example>"
    actions.set_switches({"confirmation-company-email": True})

    booking = factories.book_one(lesson, starts_at=IN_A_WEEK)
    (entry,) = sent(OFFICE)

    assert (entry.organizer, entry.attendees) == (
        "mailto:no-reply@book.example",
        (f"mailto:{OFFICE}",),
    )
    assert entry.uid == f"session-{booking.session_id}@book.example"


def test_company_without_an_address_invites_in_the_senders_name(lesson, sent, settings):
    settings.DEFAULT_FROM_EMAIL = "no-reply@book.example"
    factories.company(email="")
    factories.book_one(lesson, starts_at=IN_A_WEEK)

    assert [entry.organizer for entry in sent(CLEO)] == ["mailto:no-reply@book.example"]


def test_file_from_the_site_is_the_entry_that_came_by_mail(online, sent, client):
    booking = factories.book_one(online, client=factories.details(timezone="America/New_York"))
    (mailed,) = sent(CLEO)

    answer = client.get(f"/b/{booking.manage_token}/calendar.ics")

    taken = seen(answer.content)
    assert (taken.method, taken.attendees) == ("PUBLISH", ())
    for name in ("uid", "sequence", "clock", "ends_at", "summary", "location", "description"):
        assert getattr(taken, name) == getattr(mailed, name)
