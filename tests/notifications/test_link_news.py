"""What is told of links to online meetings that come and go."""

from datetime import timedelta

import pytest

from booking import actions as booking_actions
from booking.models import Event
from notifications import actions
from notifications.models import Message
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tests.notifications.of_meetings import (
    BY_PROVIDER_TOO,
    MINUTE,
    deliver,
    happens,
    mail,
    meet,
    outcome,
    told,
)
from zoomlink import actions as zoomlink_actions
from zoomlink.models import ProviderMeeting

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize(("fate", "is_told"), [("delivered", False), ("undelivered", True)])
def test_link_in_a_mail_that_came_back_is_news(linked, fate, is_told):
    sent = {"state": "sent", "body_text": f"/m/{linked.join_token}/", "delivery": fate}
    Message.objects.filter(kind="confirmation", booking=linked).update(**sent)

    happens(Event.LINK_ADDED, booking=linked)

    assert Message.objects.filter(**mail("link-added")).exists() is is_told


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
