"""Settings → Webhooks: adding, testing, reading what was sent, and mending what is paused."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.urls import reverse

from booking.links import meeting_url
from tests import factories
from tests.factories import NOW
from webhooks.models import Delivery, Endpoint

LIST, NEW = "/admin/webhooks/", "/admin/webhooks/new/"
DELIVERIES = "/admin/webhooks/deliveries/"
TYPED = {
    "name": "n8n",
    "url": "https://n8n.example/hook",
    "events": ["booking.created", "client.erased"],
    "is_active": "on",
}
SECRET = re.compile(r"whsec_[\w+/=]+")


@pytest.fixture
def at_now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def boss(client, db, at_now):
    factories.company()
    factories.enable("webhooks")
    client.force_login(factories.staff(is_superuser=True))
    return client


@pytest.fixture
def endpoint(boss):
    return Endpoint.objects.create(
        name="n8n", url="https://n8n.example/hook", events=["booking.created"]
    )


def delivery(endpoint, **fields):
    row = {"key": f"k{Delivery.objects.count()}", "kind": "booking.created", **fields}
    return Delivery.objects.create(endpoint=endpoint, next_attempt_at=NOW, created_at=NOW, **row)


def test_endpoint_is_added_and_its_secret_shown_once(boss):
    shown = boss.post(NEW, TYPED).content.decode()

    endpoint = Endpoint.objects.get()
    page = boss.get(f"{LIST}{endpoint.pk}/").content.decode()
    assert SECRET.findall(shown) == [endpoint.secret]
    assert not SECRET.search(page + boss.get(LIST).content.decode())
    assert (endpoint.events, endpoint.is_active) == (TYPED["events"], True)
    assert not endpoint.sends_manage_link


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"url": "http://169.254.169.254/"}, "Nothing is sent to this address"),
        ({"url": "n8n.example"}, "must begin with https://"),
        ({"events": []}, "Tick one at least."),
        ({"events": ["everything"]}, "Select a valid choice"),
        ({"name": " "}, "This field is required."),
    ],
)
def test_what_cannot_be_is_refused_with_all_that_was_typed(boss, wrong, told):
    answer = boss.post(NEW, TYPED | wrong)

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Endpoint.objects.exists()


def test_change_is_kept_and_nothing_else_is_touched(boss, endpoint):
    secret = endpoint.secret

    boss.post(f"{LIST}{endpoint.pk}/", {**TYPED, "name": "Zapier", "is_active": ""})

    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.is_active, endpoint.secret) == ("Zapier", False, secret)


def test_new_secret_is_shown_and_the_former_overlaps(boss, endpoint):
    former = endpoint.secret

    shown = boss.post(reverse("desk:webhook-secret", args=[endpoint.pk])).content.decode()

    endpoint.refresh_from_db()
    assert SECRET.findall(shown) == [endpoint.secret]
    assert endpoint.secrets_at(NOW) == [endpoint.secret, former]
    assert "the former secret signs" in boss.get(f"{LIST}{endpoint.pk}/").content.decode()


def test_test_is_owed_and_its_page_looks_again(boss, endpoint):
    answer = boss.post(reverse("desk:webhook-test", args=[endpoint.pk]), follow=True)

    assert Delivery.objects.get().is_test
    assert 'http-equiv="refresh"' in answer.content.decode()


def test_paused_endpoint_is_told_on_every_page_until_it_is_resumed(boss, endpoint):
    Endpoint.objects.update(paused_at=NOW, pause_reason="gone")
    before = boss.get("/admin/calendar/").content.decode()

    boss.post(reverse("desk:webhook-resume", args=[endpoint.pk]))

    assert "Webhooks are paused, nothing is sent: n8n." in before
    assert "Webhooks are paused" not in boss.get("/admin/calendar/").content.decode()


def test_who_cannot_mend_it_is_not_told(boss, endpoint, client):
    Endpoint.objects.update(paused_at=NOW, pause_reason="gone")
    junior = factories.staff("junior@kyiv-yoga.example")
    junior.user_permissions.add(Permission.objects.get(codename="view_booking"))
    client.force_login(junior)

    assert "Webhooks are paused" not in client.get("/admin/calendar/").content.decode()


def test_removed_endpoint_takes_its_deliveries_along(boss, endpoint):
    delivery(endpoint)

    boss.post(reverse("desk:webhook-remove", args=[endpoint.pk]))

    assert not Endpoint.objects.exists()
    assert not Delivery.objects.exists()


def test_feature_that_is_off_has_no_pages(boss, endpoint):
    factories.actions.set_feature(key="webhooks", on=False, now=NOW)

    assert [boss.get(page).status_code for page in (LIST, NEW, DELIVERIES)] == [404] * 3
    assert boss.post(NEW, TYPED).status_code == 404


def test_empty_pages_say_what_to_do(boss):
    assert "Have the receiver make an address" in boss.get(LIST).content.decode()
    assert "No deliveries yet" in boss.get(DELIVERIES).content.decode()


def test_deliveries_are_filtered(boss, endpoint):
    booking = factories.book_one(factories.service())
    Delivery.objects.all().delete()
    delivery(endpoint, booking=booking)
    delivery(endpoint, kind="client.changed", state=Delivery.FAILED, status=500)

    by_code = boss.get(DELIVERIES, {"code": booking.code.lower()}).context["page"].object_list
    by_state = boss.get(DELIVERIES, {"state": "failed"}).context["page"].object_list
    nonsense = boss.get(DELIVERIES, {"kind": "nonsense"})

    assert [row.booking for row in by_code] == [booking]
    assert [row.kind for row in by_state] == ["client.changed"]
    assert "No deliveries fit" in nonsense.content.decode()


@pytest.mark.parametrize("page", [LIST, DELIVERIES])
def test_lists_ask_as_much_for_three_rows_as_for_one(
    boss, endpoint, page, django_assert_max_num_queries
):
    lesson = factories.service()
    counts = []
    for number in (1, 2):
        for hours in range(number):
            at = factories.TOMORROW_NOON + timedelta(hours=hours + 3 * number)
            delivery(endpoint, booking=factories.book_one(lesson, starts_at=at))
            Endpoint.objects.create(name="more", url="https://more.example/")
        with django_assert_max_num_queries(40) as asked:
            boss.get(page)
        counts.append(len(asked))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("sees_links", [True, False])
def test_links_in_what_was_sent_are_for_who_may_see_links(boss, endpoint, client, sees_links):
    link = meeting_url("a" * 22)
    row = delivery(endpoint, body=link, answer=link, state=Delivery.SENT, ended_at=NOW)
    colleague = factories.staff("colleague@kyiv-yoga.example")
    names = ["change_endpoint", "see_all_bookings", *["view_message_links"] * sees_links]
    colleague.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(colleague)

    text = client.get(f"{DELIVERIES}{row.pk}/").content.decode()

    assert text.count("/m/") == 2
    assert text.count(link) == 2 * sees_links


def test_attempts_are_told_in_words_and_it_is_sent_again(boss, endpoint):
    tries = [
        {"at": NOW.isoformat(), "status": None, "reason": "too_late"},
        {"at": NOW.isoformat(), "status": 503, "reason": ""},
        {"at": NOW.isoformat(), "status": 204, "reason": ""},
    ]
    row = delivery(endpoint, state=Delivery.SENT, ended_at=NOW, tries=tries, status=204)
    text = boss.get(f"{DELIVERIES}{row.pk}/").content.decode()

    boss.post(f"{DELIVERIES}{row.pk}/again/")

    row.refresh_from_db()
    for words in ("There was no answer in time.", "Answered 503.", "Taken (204)."):
        assert words in text
    assert row.state == Delivery.WAITING
