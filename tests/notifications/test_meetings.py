"""What is told of online meetings: links that come and go, a fallback room, a client who waits."""

import re
from datetime import timedelta

import pytest
from django.db import transaction

from booking import actions as booking_actions
from booking import events
from booking.models import Event
from notifications import actions
from notifications.errors import NotForAnotherTime
from notifications.models import Message
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from zoomlink import actions as zoomlink_actions
from zoomlink.models import Meeting, MeetingSettings, Participation, ProviderMeeting

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
OFFICE = {"email": "hello@kyiv-yoga.example", "sms": "+380441234567"}
BY_PROVIDER_TOO = ["link-added-provider-email", "link-removed-provider-email"]


@pytest.fixture
def booking(lesson):
    """A booking whose confirmation went out before it was an online meeting."""
    booking = factories.book_one(lesson)
    Message.objects.update(state=Message.SENT)
    return booking


@pytest.fixture
def linked(booking, online):
    return booking


@pytest.fixture
def yoga(lesson, ada):
    factories.enable("classes")
    return factories.service(ada, name="Yoga", kind="class", capacity=9, is_online_meeting=True)


@pytest.fixture
def full(yoga, ada, online):
    """An online session of yoga with two clients."""
    session = booking_actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=TOMORROW_NOON, now=NOW
    )
    for name in ("Cleo", "Dan"):
        booking_actions.book(
            service_id=yoga.pk, session_id=session.pk, client=factories.details(name), now=NOW
        )
    Message.objects.update(state=Message.SENT)
    return session


def happens(kind: str, *, now=NOW, **fields) -> Event:
    with transaction.atomic():
        return events.record(kind, now=now, **fields)


def meet(engine: str) -> None:
    ProviderMeeting.objects.update(engine=engine)


def told(**filters) -> set[str]:
    """What is owed of meetings, by slug."""
    rows = Message.objects.filter(state=Message.OWED, **filters)
    return {row.slug for row in rows if row.kind not in ("confirmation", "reminder")}


def deliver(now=NOW, **filters) -> Message:
    message = Message.objects.get(**filters)
    actions.deliver_message(message_id=message.pk, now=now)
    message.refresh_from_db()
    return message


def outcome(**filters) -> tuple[str, str]:
    row = Message.objects.get(**filters)
    return row.state, row.reason


def mail(kind: str, audience: str = "client", **filters) -> dict:
    return {"kind": kind, "audience": audience, "channel": "email", **filters}


# --- A link that came or went ------------------------------------------------


def test_added_link_is_told_to_the_client_by_mail_with_their_own_link(linked):
    happens(Event.LINK_ADDED, booking=linked)

    assert told() == {"link-added-client-email"}
    message = deliver(**mail("link-added"))
    assert message.state == "caught"
    assert message.subject.startswith("Online meeting: Lesson, Tuesday, 24 November 2026, 12:00")
    assert f"/m/{linked.join_token}/" in message.body_text
    assert linked.session.host_token not in message.body_text + message.body_html


def test_added_link_is_told_to_the_provider_only_if_they_want_it(linked):
    happens(Event.LINK_ADDED, session=linked.session)
    assert told() == set()

    actions.set_switches({"link-added-provider-email": True, "link-added-provider-sms": True})
    happens(Event.LINK_ADDED, session=linked.session)

    assert told() == {"link-added-provider-email", "link-added-provider-sms"}
    message = deliver(**mail("link-added", "provider"))
    assert f"/m/{linked.session.host_token}/" in message.body_text
    assert "Client: Cleo" in message.body_text
    assert linked.join_token not in message.body_text + message.body_html


def test_added_link_of_a_class_is_told_to_its_provider_once(full):
    actions.set_switches(dict.fromkeys(BY_PROVIDER_TOO, True))
    happens(Event.LINK_ADDED, session=full)
    for booking in full.bookings.all():
        happens(Event.LINK_ADDED, booking=booking)

    message = deliver(**mail("link-added", "provider"))

    assert Message.objects.filter(kind="link-added", audience="client").count() == 2
    assert message.state == "caught"
    assert "Yoga with Ada\nTuesday, 24 November 2026, 12:00 (Kyiv, UTC+2)" in message.body_text
    assert f"/m/{full.host_token}/" in message.body_text
    assert "Cleo" not in message.body_text
    assert "[" not in message.body_text


def test_removed_link_is_told_while_the_booking_stands(linked):
    meet(ProviderMeeting.NONE)

    happens(Event.LINK_REMOVED, booking=linked)

    message = deliver(**mail("link-removed"))
    assert message.state == "caught"
    assert "Your booking stands, but it is no longer an online meeting." in message.body_text
    assert "Your host will tell you how you meet." in message.body_text
    assert "/m/" not in message.body_text


@pytest.mark.parametrize("kind", [Event.LINK_ADDED, Event.LINK_REMOVED])
def test_booking_whose_confirmation_is_still_owed_is_told_by_it(online, kind):
    booking = factories.book_one(online)

    happens(kind, booking=booking)

    assert told() == set()


@pytest.mark.parametrize("kind", [Event.LINK_ADDED, Event.LINK_REMOVED])
def test_request_whose_approval_is_still_owed_is_told_by_it(online, kind):
    online.needs_approval = True
    online.save()
    booking = factories.book_one(online)
    booking_actions.approve(booking_id=booking.pk, now=NOW, actor=factories.staff())

    happens(kind, booking=booking)

    assert Message.objects.filter(kind="approved", state="owed").exists()
    assert not Message.objects.filter(kind__startswith="link", audience="client").exists()


def test_link_switched_off_and_on_by_mistake_is_told_to_nobody(linked):
    happens(Event.LINK_REMOVED, booking=linked)
    happens(Event.LINK_ADDED, booking=linked, now=NOW + MINUTE)

    assert told() == set()
    assert outcome(kind="link-removed") == ("skipped", "undone")
    assert not Message.objects.filter(kind="link-added").exists()


def test_link_switched_on_and_off_by_mistake_is_told_to_nobody(linked):
    happens(Event.LINK_ADDED, booking=linked)
    happens(Event.LINK_REMOVED, booking=linked, now=NOW + MINUTE)

    assert told() == set()
    assert outcome(kind="link-added") == ("skipped", "undone")


def test_link_that_comes_back_after_its_end_was_told_is_told_again(linked):
    meet(ProviderMeeting.NONE)
    happens(Event.LINK_REMOVED, booking=linked)
    deliver(**mail("link-removed"))
    meet(ProviderMeeting.ZOOM)

    happens(Event.LINK_ADDED, booking=linked, now=NOW + MINUTE)

    assert told() == {"link-added-client-email"}
    assert deliver(now=NOW + MINUTE, **mail("link-added")).state == "caught"


def test_who_was_written_the_link_already_is_not_told_of_it_when_others_are(full):
    actions.set_switches(dict.fromkeys(BY_PROVIDER_TOO, True))
    knowing, untold = full.bookings.order_by("pk")
    about = {"booking": knowing, "kind": "confirmation", "channel": "email"}
    for audience, token in (("client", knowing.join_token), ("provider", full.host_token)):
        confirmed = Message.objects.filter(audience=audience, **about)
        confirmed.update(body_text=f"Online meeting: https://book.example/m/{token}/")

    happens(Event.LINK_ADDED, session=full)
    for booking in (knowing, untold):
        happens(Event.LINK_ADDED, booking=booking)

    rows = Message.objects.filter(kind="link-added")
    assert [(row.booking, row.audience) for row in rows] == [(untold, "client")]


def test_news_after_news_that_nobody_was_told_is_measured_by_what_they_know(linked):
    happens(Event.LINK_ADDED, booking=linked)
    happens(Event.LINK_REMOVED, booking=linked, now=NOW + MINUTE)
    happens(Event.LINK_ADDED, booking=linked, now=NOW + 2 * MINUTE)
    assert told() == {"link-added-client-email"}

    happens(Event.LINK_ADDED, booking=linked, now=NOW + 3 * MINUTE)

    assert Message.objects.filter(kind="link-added", state="owed").count() == 1


def test_removal_of_a_link_that_was_gone_before_it_was_told_is_not_told(linked):
    happens(Event.LINK_ADDED, booking=linked)
    meet(ProviderMeeting.NONE)
    assert deliver(**mail("link-added")).reason == "no-link"

    happens(Event.LINK_REMOVED, booking=linked, now=NOW + MINUTE)

    assert told() == set()


def test_each_way_is_measured_by_itself(linked):
    actions.set_switches({"link-added-client-sms": True, "link-removed-client-sms": True})
    happens(Event.LINK_REMOVED, booking=linked)
    Message.objects.filter(kind="link-removed", channel="email").update(state=Message.SENT)

    happens(Event.LINK_ADDED, booking=linked, now=NOW + MINUTE)

    assert told() == {"link-added-client-email"}


@pytest.mark.parametrize(
    ("kind", "what", "reason"),
    [
        ("link-added", "provider none", "no-link"),
        ("link-added", "cancel", "not-confirmed"),
        ("link-added", "late", "too-late"),
        ("link-added", "switch off", "switched-off"),
        ("link-removed", "nothing", "has-link"),
        ("link-removed", "cancel", "not-confirmed"),
        ("link-removed", "late", "too-late"),
    ],
)
def test_news_of_a_link_that_no_longer_hold_are_not_told(linked, kind, what, reason):
    happens(kind.replace("-", "_"), booking=linked)
    now = NOW
    if what == "provider none":
        meet(ProviderMeeting.NONE)
    elif what == "cancel":
        booking_actions.cancel(booking_id=linked.pk, now=NOW)
    elif what == "switch off":
        actions.set_switches({f"{kind}-client-email": False})
    elif what == "late":
        now = linked.session.ends_at

    message = deliver(now=now, **mail(kind))

    assert (message.state, message.reason) == ("skipped", reason)


def test_news_of_a_link_outlive_a_move_and_tell_the_new_time(linked):
    happens(Event.LINK_ADDED, booking=linked)
    booking_actions.reschedule(
        booking_id=linked.pk, starts_at=TOMORROW_NOON + timedelta(hours=1), now=NOW
    )

    message = deliver(**mail("link-added"))

    assert message.state == "caught"
    assert "13:00 (Kyiv, UTC+2)" in message.subject


def test_news_of_a_link_are_not_told_to_a_provider_who_lost_the_session(linked, online, ada):
    bob = factories.provider("Bob")
    online.providers.add(bob)
    actions.set_switches(dict.fromkeys(BY_PROVIDER_TOO, True))
    happens(Event.LINK_ADDED, session=linked.session)
    booking_actions.reschedule(
        booking_id=linked.pk, starts_at=TOMORROW_NOON, provider_id=bob.pk, now=NOW
    )

    assert deliver(**mail("link-added", "provider")).reason == "outdated"


def test_news_of_a_link_of_a_class_without_bookings_are_not_told(full):
    actions.set_switches(dict.fromkeys(BY_PROVIDER_TOO, True))
    happens(Event.LINK_ADDED, session=full)
    for booking in full.bookings.all():
        booking_actions.cancel(booking_id=booking.pk, now=NOW)

    assert deliver(**mail("link-added", "provider")).reason == "not-confirmed"


def test_decision_of_the_staff_reaches_the_client_as_it_stands_at_the_sweep(online, ada):
    booking = factories.book_one(online)
    zoomlink_actions.announce(now=NOW)
    Message.objects.update(state=Message.SENT)
    for engine, minutes in (("none", 1), ("own_link", 2), ("none", 3)):
        zoomlink_actions.choose_meeting(
            provider_id=ada.pk, engine=engine, own_link="https://meet.example/ada", now=NOW
        )
        zoomlink_actions.announce(now=NOW + minutes * MINUTE)

    assert told() == {"link-removed-client-email"}
    message = deliver(now=NOW + 3 * MINUTE, **mail("link-removed", state="owed"))
    assert message.state == "caught"
    assert message.booking == booking


# --- The fallback room -------------------------------------------------------


def fall_back(session) -> None:
    """What is recorded when people meet elsewhere: for the session, and for each booking."""
    happens(Event.FALLBACK_USED, session=session, reason="Zoom did not answer.")
    for booking in session.bookings.all():
        happens(Event.FALLBACK_USED, booking=booking)


def test_fallback_is_told_to_client_provider_and_staff(linked):
    boss = factories.staff(is_superuser=True)

    fall_back(linked.session)

    assert told() == {
        "fallback-used-client-email",
        "fallback-used-client-sms",
        "fallback-used-provider-email",
        "fallback-used-staff-email",
    }
    client = deliver(**mail("fallback-used"))
    provider = deliver(**mail("fallback-used", "provider"))
    staff = deliver(**mail("fallback-used", "staff"))
    assert "Your link stays the same and takes you there:\nhttps://" in client.body_text
    assert f"/m/{linked.join_token}/" in client.body_text
    assert f"/m/{linked.session.host_token}/" in provider.body_text
    assert staff.to_address == boss.email
    assert "The reason: Zoom did not answer." in staff.body_text
    assert "/m/" not in staff.body_text
    assert {client.state, provider.state, staff.state} == {"caught"}


def test_fallback_of_a_class_is_told_to_each_client_and_once_to_the_provider(full):
    fall_back(full)

    rows = Message.objects.filter(state="owed", channel="email")
    assert sorted((row.audience, row.kind) for row in rows) == [
        ("client", "fallback-used"),
        ("client", "fallback-used"),
        ("provider", "fallback-used"),
    ]


def test_end_of_the_fallback_tells_nobody_and_sets_aside_what_was_owed(linked):
    fall_back(linked.session)
    before = Message.objects.count()

    happens(Event.FALLBACK_ENDED, session=linked.session)

    assert Message.objects.count() == before
    rows = Message.objects.filter(kind="fallback-used")
    assert {(row.state, row.reason) for row in rows} == {("skipped", "settled")}


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("ended", "settled"),
        ("late", "too-late"),
        ("move", "outdated"),
        ("cancel", "not-confirmed"),
    ],
)
def test_fallback_that_no_longer_holds_is_not_told(linked, what, reason):
    fall_back(linked.session)
    now = NOW
    if what == "ended":
        happens(Event.FALLBACK_ENDED, session=linked.session)
        Message.objects.filter(kind="fallback-used").update(state=Message.OWED, reason="")
    elif what == "late":
        now = linked.session.ends_at
    elif what == "move":
        later = TOMORROW_NOON + timedelta(hours=1)
        booking_actions.reschedule(booking_id=linked.pk, starts_at=later, now=NOW)
    elif what == "cancel":
        booking_actions.cancel(booking_id=linked.pk, now=NOW)

    for audience in ("client", "provider"):
        assert deliver(now=now, **mail("fallback-used", audience)).reason == reason


# --- A meeting that is not ready ----------------------------------------------


def miss(session) -> None:
    """What is recorded where there is no room either."""
    happens(Event.MEETING_NOT_READY, session=session, reason="Zoom did not answer.")
    for booking in session.bookings.all():
        happens(Event.MEETING_NOT_READY, booking=booking, reason="Zoom did not answer.")


def test_meeting_that_is_not_ready_is_told_with_everybodys_own_link(linked):
    miss(linked.session)

    assert told() == {
        "not-ready-client-email",
        "not-ready-client-sms",
        "not-ready-provider-email",
    }
    client, provider = deliver(**mail("not-ready")), deliver(**mail("not-ready", "provider"))
    assert f"/m/{linked.join_token}/" in client.body_text
    assert f"/m/{linked.session.host_token}/" in provider.body_text
    assert "Zoom" not in client.subject + client.body_text + client.body_html
    assert {client.state, provider.state} == {"caught"}


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (lambda b: Meeting.objects.update(state=Meeting.READY), "settled"),
        (lambda b: MeetingSettings(fallback_link="https://rooms.example/1").save(), "settled"),
        (lambda b: meet(ProviderMeeting.NONE), "settled"),
        (lambda b: booking_actions.cancel(booking_id=b.pk, now=NOW), "not-confirmed"),
        (
            lambda b: booking_actions.reschedule(
                booking_id=b.pk, starts_at=TOMORROW_NOON + 60 * MINUTE, now=NOW
            ),
            "outdated",
        ),
    ],
    ids=["ready", "a room", "not online", "cancelled", "moved"],
)
def test_meeting_that_is_ready_after_all_or_not_missed_is_not_told_of(linked, what, reason):
    miss(linked.session)

    what(linked)

    for audience in ("client", "provider"):
        assert deliver(**mail("not-ready", audience)).reason == reason


# --- A client who waits ------------------------------------------------------


def test_waiting_client_is_told_to_the_provider_with_the_providers_link(linked):
    happens(Event.CLIENT_WAITS, session=linked.session)

    assert told() == {"client-waits-provider-email"}
    message = deliver(**mail("client-waits", "provider"))
    assert message.state == "caught"
    assert message.subject.startswith("A client waits for you: Lesson")
    assert f"/m/{linked.session.host_token}/" in message.body_text
    assert "Client: Cleo" in message.body_text


def test_waiting_is_told_once_a_session(full):
    for _time in range(2):
        happens(Event.CLIENT_WAITS, session=full)

    assert Message.objects.filter(kind="client-waits").count() == 1


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({}, ""),
        ({"started_by_host_at": NOW}, "started"),
        ({"fallback_entered_at": NOW}, "started"),
        ({"started_at": NOW + MINUTE}, "started"),
        ({"started_at": NOW - MINUTE}, ""),  # by the client, who may go ahead of the host
    ],
)
def test_waiting_is_not_told_once_the_provider_has_come(linked, columns, reason):
    Meeting.objects.update_or_create(session=linked.session, defaults=columns)
    happens(Event.CLIENT_WAITS, session=linked.session)

    assert deliver(**mail("client-waits", "provider")).reason == reason


def test_waiting_is_not_told_once_zoom_told_that_the_host_joined(linked):
    meeting, _is_new = Meeting.objects.get_or_create(session=linked.session)
    happens(Event.CLIENT_WAITS, session=linked.session)
    Participation.objects.create(
        meeting=meeting, participant="1", is_host=True, joined_at=NOW + MINUTE
    )

    assert deliver(**mail("client-waits", "provider")).reason == "started"


def test_waiting_is_not_told_after_the_session_or_of_another_time(linked):
    happens(Event.CLIENT_WAITS, session=linked.session)
    message = Message.objects.get(kind="client-waits")
    late = deliver(now=linked.session.ends_at, pk=message.pk)
    assert late.reason == "too-late"

    Message.objects.filter(pk=message.pk).update(state=Message.OWED, reason="")
    later = TOMORROW_NOON + timedelta(hours=1)
    booking_actions.reschedule(booking_id=linked.pk, starts_at=later, now=NOW)

    assert deliver(pk=message.pk).reason == "outdated"


# --- The company, instead of the provider or besides --------------------------


@pytest.mark.parametrize("channel", ["email", "sms"])
@pytest.mark.parametrize(
    "kind", ["link-added", "link-removed", "not-ready", "fallback-used", "client-waits"]
)
def test_company_is_told_of_meetings_once_a_session_if_it_wants(full, kind, channel):
    factories.company(phone=OFFICE["sms"])
    actions.set_switches({f"{kind}-company-{channel}": True})
    if kind == "link-removed":
        meet(ProviderMeeting.NONE)
    recorded = "meeting_not_ready" if kind == "not-ready" else kind.replace("-", "_")

    happens(recorded, session=full)
    for booking in full.bookings.all():
        if kind != "client-waits":
            happens(recorded, booking=booking)

    message = deliver(kind=kind, audience="company", channel=channel)
    assert message.state == "caught"
    assert message.to_address == OFFICE[channel]
    assert "Ada" in message.body_text
    assert not re.search(r"Cleo|\byou|\[", message.body_text)


def test_company_that_heard_of_a_link_is_not_told_of_it_again(linked):
    actions.set_switches({"link-added-company-email": True, "link-removed-company-email": True})
    for minutes, kind in enumerate((Event.LINK_ADDED, Event.LINK_ADDED, Event.LINK_REMOVED)):
        happens(kind, session=linked.session, now=NOW + minutes * MINUTE)
        if minutes == 0:
            deliver(**mail("link-added", "company"))

    rows = Message.objects.filter(audience="company").order_by("pk")
    assert [row.kind for row in rows] == ["link-added", "link-removed"]


# --- Sent again --------------------------------------------------------------


def test_news_of_a_class_are_sent_again_with_todays_link(full):
    boss = factories.staff()
    happens(Event.CLIENT_WAITS, session=full)
    first = deliver(**mail("client-waits", "provider"))

    again = actions.resend(message_id=first.pk, actor=boss, now=NOW + MINUTE)

    assert deliver(pk=again.pk, now=NOW + MINUTE).body_text == first.body_text


def test_notice_to_the_staff_is_not_sent_again(linked):
    boss = factories.staff(is_superuser=True)
    happens(Event.FALLBACK_USED, session=linked.session)
    notice = deliver(**mail("fallback-used", "staff"))

    with pytest.raises(NotForAnotherTime):
        actions.resend(message_id=notice.pk, actor=boss, now=NOW)
