"""Taking all that is kept about oneself, and having it erased: no table knows the client then."""

import json
from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.models import Session as BrowserSession
from django.core.cache import cache

from booking import actions
from booking.models import Booking, Client, Event, User, WaitingEntry
from notifications.actions import deliver_message
from notifications.actions.delivering import CHANNELS
from notifications.kinds import Reason
from notifications.models import Message
from tests import factories
from tests.factories import NOW, TOMORROW_NOON, book_one
from tests.web.site.test_my_bookings import sign_in
from web.desk.models import Export
from zoomlink.actions import note_visit
from zoomlink.models import MeetingVisit

pytestmark = pytest.mark.django_db

PAGE, FILE = "/my-bookings/data/", "/my-bookings/data/file/"
EMAIL, NAME, PHONE = "zerafina@client.example", "Zerafina Quill", "+380671234599"
WORDS = ("zerafina", "quill", "671234599")
ZERAFINA = factories.details(NAME, email=EMAIL, phone=PHONE, timezone="Europe/Kyiv")


@pytest.fixture
def zerafina(client, lesson, session):
    """Somebody who has left her name in every place where one can stand, signed in."""
    factories.remind_by(minutes=60, channel="sms")
    over = book_one(lesson, starts_at=NOW + timedelta(minutes=5), client=ZERAFINA)
    at = TOMORROW_NOON + timedelta(hours=3)
    ahead = book_one(lesson, starts_at=at, client=ZERAFINA, note=f"{NAME} comes")
    entry = actions.join_waiting_list(session_id=session.pk, client=ZERAFINA, now=NOW)
    boss = factories.staff()
    off = book_one(lesson, starts_at=at + timedelta(hours=1), client=ZERAFINA)
    wish = {"reason": f"{NAME} is ill", "idempotency_key": f"cancel {EMAIL}"}
    actions.cancel(booking_id=off.pk, now=NOW, **wish)
    actions.write_comment(booking_id=over.pk, comment=f"{NAME} pays late", now=NOW, actor=boss)
    Booking.objects.filter(pk=over.pk).update(
        answers=[{"question": 1, "label": "Your dog?", "answer": f"{NAME}'s dog"}],
        agreed=[{"consent": 1, "text": "I agree to the terms."}],
        idempotency_key=EMAIL,
    )
    twin = factories.client(f"{NAME} Jr", email="", phone=PHONE)
    actions.merge_clients(kept_id=ahead.client_id, other_ids=[twin.pk], now=NOW, actor=boss)
    note_visit(over, is_let_in=True, now=NOW)
    for model, more in ((AccessAttempt, {"failures_since_start": 1}), (AccessLog, {})):
        model.objects.create(username=EMAIL, ip_address="192.0.2.1", **more)
    AccessFailureLog.objects.create(username=EMAIL, ip_address="192.0.2.1")
    LogEntry.objects.log_actions(boss.pk, [ahead.client], CHANGE)
    Export.objects.create(maker=boss, report="bookings", asked_at=NOW, query="q=Zerafina+Quill")
    for message in Message.objects.filter(due_at__lte=NOW):
        deliver_message(message_id=message.pk, now=NOW)
    sign_in(client, EMAIL)
    return {"over": over, "ahead": ahead, "off": off, "entry": entry}


def kept_in_database(*words: str) -> set[str]:
    """Where any of the words stand, whatever their capitals: table and column."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            for value in model.objects.values_list(field.attname, flat=True):
                text = str(value).lower()
                if any(word in text for word in words):
                    found.add(f"{model._meta.db_table}.{field.column}")
    for visit in BrowserSession.objects.all():
        if any(word in json.dumps(visit.get_decoded()).lower() for word in words):
            found.add("django_session")
    return found


def test_after_erasing_no_table_knows_the_client(client, zerafina):
    planted = kept_in_database(*WORDS)
    page = client.get(PAGE).content.decode()

    answer = client.post(PAGE, {"email": EMAIL.upper()}, follow=True)

    assert planted >= {
        *("axes_accessattempt.username", "axes_accesslog.username"),
        *("axes_accessfailurelog.username", "booking_booking.answers"),
        *("booking_booking.cancel_reason", "booking_booking.comment", "booking_booking.note"),
        *("booking_booking.idempotency_key", "booking_booking.phone", "booking_client.email"),
        *("booking_client.name", "booking_client.phone", "booking_event.details"),
        *("booking_user.email", "booking_user.name", "booking_waitingentry.phone"),
        *("desk_export.query", "django_admin_log.object_repr", "django_session"),
        *("notifications_message.body_html", "notifications_message.body_text"),
        "notifications_message.to_address",
    }
    assert kept_in_database(*WORDS) == set()
    assert page.count("15:00–15:30") == 1  # what is going to be cancelled is named
    assert "Your data is erased" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_erasing_cancels_what_is_ahead_and_tells_our_side_alone(client, zerafina):
    later = NOW + timedelta(minutes=10)
    with time_machine.travel(later, tick=False):
        client.post(PAGE, {"email": EMAIL})

    states = {name: row.__class__.objects.get(pk=row.pk).state for name, row in zerafina.items()}
    assert states == {
        "over": Booking.CONFIRMED,
        "ahead": Booking.CANCELLED,
        "off": Booking.CANCELLED,
        "entry": WaitingEntry.LEFT,
    }
    about = Message.objects.filter(booking=zerafina["ahead"], kind="cancelled")
    for message in about:
        deliver_message(message_id=message.pk, now=later)
    told = {row.audience: (row.state, row.reason) for row in about.filter(channel="email")}
    assert told["client"] == (Message.SKIPPED, Reason.ERASED)
    assert told["provider"] == (Message.CAUGHT, "")
    assert kept_in_database(*WORDS) == set()
    assert not MeetingVisit.objects.exists()
    to_her = Message.objects.filter(audience="client", booking__client__name=Client.NAMELESS)
    assert not to_her.filter(state=Message.OWED).exists()


def test_erasing_leaves_everybody_else_alone(client, zerafina):
    dan = User.objects.create_user("dan@client.example")
    BrowserSession.objects.create(
        session_key="dans", session_data="", expire_date=NOW + timedelta(days=1)
    )
    other = factories.client("Dan", email=dan.email, user=dan, phone="+380501111111")
    sent = Message.objects.exclude(booking__client__name=NAME).values("pk", "body_text")
    before = list(sent.filter(booking__client__name="Cleo").order_by("pk"))

    client.post(PAGE, {"email": EMAIL})

    other.refresh_from_db()
    assert (other.name, other.user, other.erased_at) == ("Dan", dan, None)
    assert BrowserSession.objects.filter(session_key="dans").exists()
    assert list(sent.filter(booking__client__name="Cleo").order_by("pk")) == before
    assert Event.objects.filter(kind=Event.CLIENT_ERASED).count() == 1


@pytest.mark.parametrize("typed", ["", "cleo@client.example"])
def test_nothing_is_erased_without_certainty(client, zerafina, typed):
    answer = client.post(PAGE, {"email": typed})

    assert answer.status_code == 422
    assert Client.objects.filter(erased_at=None, email=EMAIL).exists()
    assert "_auth_user_id" in client.session


def test_message_that_is_being_sent_meanwhile_keeps_no_words(client, zerafina):
    """Whoever sends has the words in hand, and writes down how it went afterwards."""
    reminder = Message.objects.get(
        booking=zerafina["ahead"], kind="reminder", channel="email", state=Message.OWED
    )
    due = reminder.due_at

    from_here = []

    def send_after_erasing(message):
        from_here.append(message.body_text)
        client.post(PAGE, {"email": EMAIL})
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(CHANNELS, "email", send_after_erasing)
        deliver_message(message_id=reminder.pk, now=due)

    reminder.refresh_from_db()
    assert NAME in from_here[0]
    assert (reminder.state, reminder.body_text, reminder.to_address) == (Message.SENT, "", "")


def test_file_has_all_of_ones_own_and_nothing_of_anybody_else(client, zerafina, session):
    answer = client.get(FILE)

    told = json.loads(answer.content)
    text = answer.content.decode()
    assert answer["Content-Disposition"] == 'attachment; filename="my-data-2026-11-23.json"'
    assert answer["Cache-Control"] == "no-store"
    assert told["signs_in_as"] == EMAIL
    assert [record["name"] for record in told["records"]] == [NAME]
    assert {booking["code"] for booking in told["bookings"]} == {
        zerafina[name].code for name in ("over", "ahead", "off")
    }
    over, ahead, off = sorted(told["bookings"], key=lambda booking: booking["starts_at"])
    assert over["answers"] == [{"question": "Your dog?", "answer": f"{NAME}'s dog"}]
    assert over["agreed_to"] == ["I agree to the terms."]
    assert over["comment_of_the_staff"] == f"{NAME} pays late"
    assert [event["what"] for event in over["history"]] == ["booked", "commented"]
    assert ahead["note"] == f"{NAME} comes"
    assert off["history"][-1]["reason"] == f"{NAME} is ill"
    assert [entry["service"] for entry in told["waiting_lists"]] == ["Yoga"]
    assert {message["to"] for message in told["messages"]} <= {EMAIL, PHONE, ""}
    assert "sign-in-code" not in {message["what"] for message in told["messages"]}
    assert "cleo" not in text.lower()
    assert session.host_token not in text


def test_taking_the_file_changes_nothing_and_is_counted(client, zerafina, settings):
    settings.RATE_LIMIT_PER_MINUTE = 2
    cache.clear()  # of signing in

    answers = [client.get(FILE).status_code for _time in range(3)]

    assert answers == [200, 200, 429]
    assert client.get(PAGE).status_code == 200


def test_staff_erase_no_client_by_having_the_same_address(client, company):
    """Theirs was typed by somebody, and proved by nobody."""
    other = factories.client("Zerafina", email=EMAIL)
    client.force_login(factories.staff(EMAIL))

    client.post(PAGE, {"email": EMAIL})

    other.refresh_from_db()
    assert (other.user, other.erased_at) == (None, None)


@pytest.mark.parametrize("rows", [1, 3])
def test_file_takes_the_same_queries_for_any_number_of_bookings(
    client, lesson, rows, django_assert_num_queries
):
    for number in range(rows):
        starts_at = TOMORROW_NOON + timedelta(hours=number)
        book_one(lesson, starts_at=starts_at, client=ZERAFINA)
    sign_in(client, EMAIL)

    # session, user, company, records, bookings, events, waiting, messages
    with django_assert_num_queries(8):
        client.get(FILE)


@pytest.mark.parametrize("path", [PAGE, FILE, "/my-bookings/details/", "/my-bookings/messages/"])
def test_stranger_is_asked_to_sign_in(client, company, path):
    answer = client.get(path)

    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/code/?next={path}")
    assert client.post(path).status_code in (302, 405)
