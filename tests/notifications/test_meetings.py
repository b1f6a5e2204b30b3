"""What is told of meetings in trouble: a fallback room, none at all, a client who waits."""

import re
from datetime import timedelta

import pytest

from booking import actions as booking_actions
from booking.models import Event
from notifications import actions
from notifications.errors import NotForAnotherTime
from notifications.models import Message
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tests.notifications.of_meetings import (
    MINUTE,
    OFFICE,
    deliver,
    happens,
    mail,
    meet,
    told,
)
from zoomlink.models import Meeting, MeetingSettings, Participation, ProviderMeeting

pytestmark = pytest.mark.django_db


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


def test_notice_to_the_staff_is_not_sent_again(linked):
    boss = factories.staff(is_superuser=True)
    happens(Event.FALLBACK_USED, session=linked.session)
    notice = deliver(**mail("fallback-used", "staff"))

    with pytest.raises(NotForAnotherTime):
        actions.resend(message_id=notice.pk, actor=boss, now=NOW)
