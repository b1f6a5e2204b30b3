"""Sent messages: looked through, mended several at once, and only by whom they concern."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission

from booking.models import User
from notifications import actions
from notifications.models import Message
from tests import factories
from tests.factories import NOW

LEDGER = "/admin/sent-messages/"
AGAIN = "/admin/sent-messages/again/"
TOLD = {"kind": "confirmation", "audience": "client", "channel": "email"}
DAY = timedelta(days=1)


@pytest.fixture
def told(book, ben) -> Message:
    """The confirmation of Cleo's lesson with Ben, caught."""
    booking = book(ben)
    for message_id in actions.sweep(now=NOW):
        actions.deliver_message(message_id=message_id, now=NOW)
    return Message.objects.get(booking=booking, **TOLD)


@pytest.fixture
def failed(told) -> Message:
    """The same, refused."""
    return change(told, state="failed", reason="refused", detail="550 nobody here")


def change(message: Message, **fields) -> Message:
    Message.objects.filter(pk=message.pk).update(**fields)
    message.refresh_from_db()
    return message


def page_of(message: Message) -> str:
    return f"{LEDGER}{message.pk}/"


def allow(user: User, codename: str) -> None:
    user.user_permissions.add(Permission.objects.get(codename=codename))


def found(browser, query: str) -> int:
    return browser.get(f"{LEDGER}?{query}").context["page"].paginator.count


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("words=leo", 3),  # within the client's name, of client and provider alike
        ("words=ben@", 1),
        ("audience=provider", 1),
        ("audience=company", 0),
        ("first=2026-11-23&last=2026-11-23", 4),
        ("first=2026-11-24", 0),
        ("last=2026-11-22", 0),
        ("first=nonsense", 0),
        ("problems=on", 2),
        ("problems=on&state=failed", 1),
        ("problems=on&state=owed", 1),
    ],
)
def test_filters(as_role, failed, query, count):
    if "words=leo" in query:
        Message.objects.filter(audience="client", channel="sms").delete()
    reminder = Message.objects.get(kind="reminder")
    change(reminder, state="owed", attempts=1, reason="unreachable")

    assert found(as_role("senior"), query) == count


def test_period_is_of_the_companys_days(as_role, told):
    change(told, created_at=NOW.replace(day=22, hour=22, minute=30))  # the 23rd in Kyiv

    assert found(as_role("senior"), "first=2026-11-23&audience=client&channel=email") == 2


def test_filters_stay_in_the_address_of_the_other_pages(as_role, told, monkeypatch):
    monkeypatch.setattr("web.desk.messages.ROWS_A_PAGE", 1)

    page = as_role("senior").get(f"{LEDGER}?audience=client&problems=&page=2").content.decode()

    assert "?audience=client&amp;problems=&amp;page=1" in page


@pytest.mark.parametrize(
    ("fields", "is_problem"),
    [
        ({"state": "sent"}, False),
        ({"state": "sent", "delivery": "delivered"}, False),
        ({"state": "sent", "delivery": "undelivered"}, True),
        ({"state": "sent", "delivery": "complained"}, True),
        ({"state": "failed"}, True),
        ({"state": "skipped"}, False),
        ({"state": "owed", "attempts": 0}, False),
        ({"state": "owed", "attempts": 3}, True),
    ],
)
def test_problem_is_what_did_not_arrive_or_is_tried_again(as_role, told, fields, is_problem):
    change(told, **fields)

    assert found(as_role("senior"), f"problems=on&words={told.to_address}") == int(is_problem)


def test_list_tells_how_each_came_out(as_role, told):
    other = Message.objects.get(audience="provider")
    change(told, state="sent", delivery="undelivered", is_test=True)
    change(other, state="owed", attempts=2, next_attempt_at=NOW + DAY, reason="unreachable")

    page = as_role("senior").get(LEDGER).content.decode()

    assert '<span class="z-tag z-danger">Not delivered</span>' in page
    assert '<span class="z-tag">Test</span>' in page
    assert "Next attempt Tue, 24 Nov, 09:00" in page
    assert "The other end could not be reached; it is tried again." in page


def test_page_of_a_message_tells_of_its_delivery_and_time(as_role, told):
    reminder = Message.objects.get(kind="reminder")
    change(
        reminder,
        detail="451 greylisted",
        state="sent",
        delivery="undelivered",
        delivery_at=NOW,
        delivery_detail="mailbox is full",
    )

    page = as_role("senior").get(page_of(reminder)).content.decode()

    assert "1 day before the start" in page
    assert "451 greylisted" in page
    assert "Not delivered, Monday, 23 November 2026, 09:00 (Kyiv, UTC+2)" in " ".join(page.split())
    assert "mailbox is full" in page


def test_page_says_that_the_text_was_deleted_and_offers_it_anew(as_role, told):
    change(told, purged_at=NOW, subject="", body_text="", body_html="")

    page = as_role("owner").get(page_of(told)).content.decode()

    assert "The text was deleted on Monday, 23 November 2026" in page
    assert f"{page_of(told)}again/" in page


@pytest.mark.parametrize("path", ["m", "b", "w"])
def test_links_are_masked_wherever_they_stand(as_role, told, path):
    link = f"https://x.example/{path}/a_t-ken/ or ?next=%2F{path}%2Fa_t-ken"
    places = ("subject", "reason", "detail", "delivery_detail", "body_text", "body_html")
    change(told, delivery="undelivered", **dict.fromkeys(places, link))
    senior = as_role("senior")

    pages = [senior.get(url).content.decode() for url in (LEDGER, page_of(told))]

    assert not [page for page in pages if "a_t-ken" in page]
    assert f"/{path}/…/" in pages[1]
    assert as_role("owner").get(page_of(told)).content.decode().count("a_t-ken") >= len(places)


def test_answer_of_a_server_may_repeat_a_code_and_is_hidden_with_it(as_role, company):
    code = actions.owe_sign_in_code(email="c@x.example", code="XY77ZZ", language="en", now=NOW)
    change(code, detail="550 no XY77ZZ here", delivery="undelivered", delivery_detail="XY77ZZ")
    senior = as_role("senior")

    pages = [senior.get(url).content.decode() for url in (LEDGER, page_of(code))]

    assert not [page for page in pages if "XY77ZZ" in page]


# --- Who sees which


def test_junior_has_no_ledger_and_no_way_to_one(as_ada, told):
    assert as_ada.get(LEDGER).status_code == 403
    assert as_ada.get(page_of(told)).status_code == 403
    assert LEDGER not in as_ada.get("/admin/calendar/").content.decode()


def test_junior_who_may_read_messages_reads_those_of_their_own_bookings(
    as_ada, ada, book, told, tomorrow
):
    own = book(ada, starts_at=tomorrow + DAY, client=factories.details("Dan"))
    code = actions.owe_sign_in_code(email="c@x.example", code="XY77ZZ", language="en", now=NOW)
    allow(ada.user, "view_message")
    allow(ada.user, "change_message")

    rows = as_ada.get(LEDGER).context["page"].object_list

    assert {row.booking_id for row in rows} == {own.pk}
    assert as_ada.get(page_of(told)).status_code == 404
    assert as_ada.get(page_of(code)).status_code == 404
    assert as_ada.post(f"{page_of(told)}again/").status_code == 404
    assert as_ada.post(AGAIN, {"message": [told.pk]}).status_code == 404
    assert not Message.objects.filter(resend_of__isnull=False).exists()
    assert as_ada.get(page_of(own.messages.first())).status_code == 200


def test_booking_tells_its_messages_to_whoever_may_see_it(as_ada, as_role, ada, book, ben):
    own = book(ada)
    message = change(own.messages.get(**TOLD), state="failed", reason="refused", ended_at=NOW)
    others = book(ben)

    page = as_ada.get(f"/admin/bookings/{own.pk}/").content.decode()

    assert "1 message about this booking did not arrive." in page
    assert "It was refused for good." in page
    assert page_of(message) not in page
    assert as_ada.get(f"/admin/bookings/{others.pk}/").status_code == 404
    assert page_of(message) in as_role("senior").get(f"/admin/bookings/{own.pk}/").content.decode()


def test_booking_whose_messages_arrived_says_nothing_of_it(as_role, told):
    page = as_role("senior").get(f"/admin/bookings/{told.booking_id}/").content.decode()

    assert "did not arrive" not in page


# --- The menu's number


@pytest.mark.parametrize(
    ("fields", "number"),
    [
        ({}, 1),
        ({"state": "sent", "delivery": "complained"}, 1),
        ({"state": "sent"}, 0),
        ({"ended_at": NOW - 7 * DAY - timedelta(seconds=1)}, 0),
        ({"created_at": NOW - 40 * DAY, "ended_at": NOW - 6 * DAY}, 1),
    ],
)
def test_menu_counts_what_did_not_arrive_in_a_week(as_role, failed, fields, number):
    change(failed, **fields)

    assert badge(as_role("senior")) == number


def test_menu_does_not_count_what_was_sent_again(as_role, failed):
    actions.resend(message_id=failed.pk, actor=factories.staff(), now=NOW)

    assert badge(as_role("senior")) == 0


def badge(browser) -> int:
    groups = browser.get("/admin/calendar/").context["sidebar_navigation"]
    entries = [item for group in groups for item in group["items"]]
    return next(item["badge"] for item in entries if item["link"] == LEDGER)


# --- Several again


def test_several_that_failed_are_sent_again_at_once(as_role, failed, book, ben, tomorrow):
    other = book(ben, starts_at=tomorrow + DAY).messages.get(**TOLD)
    change(other, state="failed", reason="gave-up", ended_at=NOW)
    owner = as_role("owner")
    page = owner.get(f"{LEDGER}?problems=on")

    answer = owner.post(
        AGAIN, {"message": page.context["tickable"], "next": f"{LEDGER}?problems=on"}
    )

    assert set(page.context["tickable"]) == {failed.pk, other.pk}
    assert answer.url == f"{LEDGER}?problems=on"
    assert not owner.get(f"{LEDGER}?problems=on").context["tickable"]
    again = Message.objects.filter(resend_of__isnull=False)
    assert {row.resend_of_id for row in again} == {failed.pk, other.pk}
    assert {row.requested_by.email for row in again} == {"owner@kyiv-yoga.example"}
    for row in again:
        actions.deliver_message(message_id=row.pk, now=NOW)
    assert set(again.values_list("state", flat=True)) == {"caught"}


def test_only_what_may_be_sent_again_is(as_role, failed):
    code = actions.owe_sign_in_code(email="c@x.example", code="A", language="en", now=NOW)
    change(code, state="failed", ended_at=NOW)
    owed = Message.objects.get(kind="reminder")
    test = change(Message.objects.get(audience="provider"), state="failed", is_test=True)
    owner = as_role("owner")

    assert owner.get(LEDGER).context["tickable"] == [failed.pk]
    ticked = {"message": [failed.pk, code.pk, owed.pk, test.pk]}
    shown = owner.post(AGAIN, ticked, follow=True).content.decode()
    twice = owner.post(AGAIN, ticked, follow=True).content.decode()

    assert "1 message is on its way once more" in shown
    assert "3 messages cannot be sent again" in shown
    assert "4 messages cannot be sent again, or are on their way already." in twice
    assert Message.objects.get(resend_of__isnull=False).resend_of == failed


def test_test_of_a_message_is_not_sent_again(as_role, told):
    change(told, is_test=True)
    owner = as_role("owner")

    assert f"{page_of(told)}again/" not in owner.get(page_of(told)).content.decode()
    owner.post(f"{page_of(told)}again/")
    assert not Message.objects.filter(resend_of__isnull=False).exists()


@pytest.mark.parametrize("ticked", [["999999"], ["nonsense"], ["9" * 40]])
def test_ticked_that_is_not_there_is_not_found(as_role, failed, ticked):
    assert as_role("owner").post(AGAIN, {"message": [failed.pk, *ticked]}).status_code == 404
    assert not Message.objects.filter(resend_of__isnull=False).exists()


def test_nothing_ticked_is_said(as_role, failed):
    page = as_role("owner").post(AGAIN, follow=True).content.decode()

    assert "Tick the messages first." in page


def test_senior_may_read_and_not_send_again(as_role, failed):
    senior = as_role("senior")

    assert senior.get(LEDGER).context["tickable"] == []
    assert senior.post(AGAIN, {"message": [failed.pk]}).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_several_take_the_same_queries_whatever_their_number(
    company, lesson, ben, rows, django_assert_num_queries, tomorrow
):
    for number in range(rows):
        factories.book_one(lesson, provider_id=ben.pk, starts_at=tomorrow + number * DAY)
    Message.objects.filter(**TOLD).update(state="failed", ended_at=NOW)
    ids, actor = (
        list(Message.objects.filter(**TOLD).values_list("pk", flat=True)),
        factories.staff(),
    )

    with django_assert_num_queries(3):
        done = actions.resend_several(message_ids=ids, actor=actor, now=NOW)

    assert done == rows
