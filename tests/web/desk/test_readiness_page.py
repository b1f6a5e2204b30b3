"""The page that says what online meetings lack, and what can be asked for there."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache

from booking.models import Service
from tests import factories
from zoomlink import tasks
from zoomlink.actions import note_sweep, signs
from zoomlink.models import (
    Audit,
    HostDay,
    Meeting,
    ProviderMeeting,
    Trial,
    WebhookDelivery,
    ZoomConnection,
)

PAGE = "/admin/online-meetings/readiness/"
ACTIONS = [f"{PAGE}{name}/" for name in ("audit", "orphans", "trial")]
NOW = factories.NOW
AUTO = 'http-equiv="refresh"'


@pytest.fixture(autouse=True)
def swept(db):
    cache.clear()
    note_sweep(now=NOW)


@pytest.fixture
def connection(company):
    factories.enable("online-meetings")
    scopes = "user:read:admin meeting:write:admin meeting:read:admin"
    return factories.zoom_connection(scopes=scopes)


@pytest.fixture
def online(connection, ada) -> Service:
    factories.meets_by_zoom(ada, factories.zoom_user(connection, is_licensed=True))
    return factories.service(ada, is_online_meeting=True)


@pytest.fixture
def owner(as_role):
    return as_role("owner")


@pytest.fixture
def page(owner):
    return lambda: owner.get(PAGE).content.decode()


def test_page_is_for_those_who_may_connect_zoom_and_while_the_feature_is_on(as_role, company):
    owner = as_role("owner")
    assert owner.get(PAGE).status_code == 404
    assert {owner.post(address).status_code for address in ACTIONS} == {404}

    factories.enable("online-meetings")
    junior = as_role("junior")

    assert owner.get(PAGE).status_code == 200
    assert junior.get(PAGE).status_code == 403
    assert {junior.post(address).status_code for address in ACTIONS} == {403}
    assert {owner.get(address).status_code for address in ACTIONS} == {405}
    assert not Trial.objects.exists()


def test_settings_page_leads_to_it(owner, connection):
    assert f'href="{PAGE}"' in owner.get("/admin/online-meetings/").content.decode()


def test_before_anything_is_online_it_is_said_what_to_do_first(page, connection):
    text = page()

    assert "Nothing is online yet" in text
    assert "Choose how each provider meets" in text
    assert "First press Authorize" not in text
    assert AUTO not in text


def test_before_zoom_is_connected_it_is_said_what_that_makes_possible(page, company):
    factories.enable("online-meetings")

    text = page()

    assert "First press Authorize" in text
    assert "Possible while Zoom is connected." in text


def test_all_is_ready(page, online, settings):
    settings.ZOOM_WEBHOOK_SECRET = "a secret"
    received = {"event_at": NOW, "received_at": NOW}
    WebhookDelivery.objects.create(key="1", event="meeting.started", **received)

    text = page()

    assert "Everything is ready for online meetings." in text
    assert "Meets by Zoom as Ada (ada@zoom.example)." in text
    assert "<code>meeting.started</code>" in text
    assert "0 of 100" in text
    assert "Tuesday, 24 November 2026, 02:00 (Kyiv, UTC+2)" in text


def test_what_is_lacking_comes_with_the_way_to_mend_it(page, online):
    ProviderMeeting.objects.update(zoom_user=None)

    text = page()

    assert "1 thing keeps people from meeting online." in text
    assert 'href="/admin/online-meetings/#providers"' in text


def test_what_a_provider_lacks_for_many_services_is_one_thing(page, owner, online, ada):
    for number in range(3):
        factories.service(ada, name=f"Lesson {number}", is_online_meeting=True)
    ProviderMeeting.objects.all().delete()

    text = page()

    assert "1 thing keeps people" in text
    assert text.count("No way of meeting is chosen") == 1
    assert "Lesson, Lesson 0, Lesson 1" in text
    assert "and 1 more" in text


def test_service_that_nobody_offers_leads_to_it_who_may_change_it(page, online):
    online.providers.clear()

    assert f'href="/admin/booking/service/{online.pk}/change/"' in page()


def test_names_are_escaped(page, online, ada):
    Service.objects.update(name="<b>Bold</b>")

    assert "<b>Bold</b>" not in page()


def test_meeting_that_failed_is_shown_without_its_client(page, online):
    booking = factories.book_one(online)
    Meeting.objects.update(state=Meeting.FAILED, last_error="No licence at Zoom.")

    text = page()

    assert "No licence at Zoom." in text
    assert booking.client.name not in text


def test_meeting_that_is_tried_again_is_said_to_be_not_made_yet(page, online):
    factories.book_one(online)
    Meeting.objects.update(state=Meeting.ABSENT, last_error="Zoom does not answer.")

    text = page()

    assert '<span class="z-tag z-warning">Not made yet</span> Zoom does not answer.' in text


def test_calls_of_today_are_shown(page, online, connection):
    HostDay.objects.create(connection=connection, host_id="zoom-ada", day=NOW.date(), writes=85)

    text = page()

    assert "85 of 100" in text
    assert "has used 85." in text


def test_latest_comparison_is_shown_with_its_unknown_meetings(page, connection):
    orphan = {
        "zoom_id": 81234567890,
        "host_id": "zoom-ada",
        "host": "ada@zoom.example",
        "topic": "Strange <lesson>",
        "starts_at": factories.TOMORROW_NOON.isoformat(),
    }
    Audit.objects.create(connection=connection, ran_at=NOW, checked=7, removed=2, orphans=[orphan])

    text = page()

    assert "Strange &lt;lesson&gt;" in text
    assert "Tuesday, 24 November 2026, 12:00 (Kyiv, UTC+2)" in text
    assert 'value="81234567890"' in text
    assert "Delete the chosen at Zoom" in text


def test_comparison_that_could_not_ask_says_so(page, connection):
    Audit.objects.create(connection=connection, ran_at=NOW, error="Zoom does not answer.")

    text = page()

    assert "Not everything could be compared: Zoom does not answer." in " ".join(text.split())
    assert "No meeting at Zoom is unknown here." not in text


@pytest.mark.django_db(transaction=True)
def test_comparison_is_left_to_a_worker_and_the_page_looks_again(owner, connection, rung):
    answer = owner.post(f"{PAGE}audit/", follow=True)

    assert [name for name, _arguments in rung()] == [tasks.audit.name]
    assert AUTO in answer.content.decode()
    assert "The comparison was asked for." in answer.content.decode()


def test_second_comparison_is_not_asked_for_while_one_runs(owner, connection, rung):
    signs.begin_audit()

    text = owner.post(f"{PAGE}audit/", follow=True).content.decode()

    assert rung() == []
    assert "The comparison is under way." in text
    assert "Compare now" not in text


@pytest.mark.parametrize("chosen", ["1", "x", "9" * 30, ""])
def test_meeting_that_is_not_listed_is_not_deleted(owner, connection, chosen):
    Audit.objects.create(connection=connection, ran_at=NOW, checked=7)

    answer = owner.post(f"{PAGE}orphans/", {"orphan": chosen}, follow=True)

    assert ("does not list this meeting" in answer.content.decode()) is (chosen == "1")


@pytest.mark.django_db(transaction=True)
def test_test_of_the_connection_is_left_to_a_worker_once(owner, connection, rung):
    owner.post(f"{PAGE}trial/")
    text = owner.post(f"{PAGE}trial/", follow=True).content.decode()

    trial = Trial.objects.get()
    assert rung() == [(tasks.run_trial.name, {"trial_id": trial.pk})]
    assert trial.started_by.email == "owner@kyiv-yoga.example"
    assert "A test of the connection is under way." in text
    assert AUTO in text
    assert 'data-state="waiting"' in text
    assert ">Test the connection<" not in text.replace("</span>", "")


def test_test_that_no_worker_takes_up_is_told_after_twenty_seconds(page, connection):
    Trial.objects.create(started_at=NOW)
    assert "No worker has taken the test up" not in page()

    with time_machine.travel(NOW + timedelta(seconds=20), tick=False):
        assert "No worker has taken the test up" in page()


def test_steps_are_shown_as_they_come(page, connection):
    done = {"name": "create", "seconds": 0.4, "error": ""}
    Trial.objects.create(started_at=NOW, begun_at=NOW, steps=[done])

    text = page()

    assert [text.count(f'data-state="{state}"') for state in ("done", "now", "waiting")] == [
        1,
        1,
        4,
    ]


def test_failed_test_shows_the_reason(page, connection):
    steps = [{"name": "create", "seconds": 5.0, "error": "Zoom does not answer."}]
    Trial.objects.create(started_at=NOW, begun_at=NOW, finished_at=NOW, steps=steps)

    text = page()

    assert "The test failed. The step says why." in text
    assert "Zoom does not answer." in text
    assert AUTO not in text


def test_nothing_can_be_asked_of_zoom_while_it_is_not_connected(owner, page, connection, rung):
    ZoomConnection.objects.update(state=ZoomConnection.LOST)

    text = page()
    refused = owner.post(f"{PAGE}trial/", follow=True).content.decode()

    assert "Compare now" not in text
    assert "Zoom is not connected." in refused
    assert rung() == []


@pytest.mark.parametrize("number", [1, 3])
def test_page_asks_no_more_for_three_providers_than_for_one(
    owner, connection, number, django_assert_num_queries
):
    for name in ["Ben", "Eve", "Gil"][:number]:
        provider = factories.provider(name)
        factories.meets_by_zoom(provider, factories.zoom_user(connection, name))
        factories.service(provider, name=f"Lesson with {name}", is_online_meeting=True)
    Audit.objects.create(connection=connection, ran_at=NOW)

    with django_assert_num_queries(20):
        owner.get(PAGE)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["audit", "trial"])
def test_a_broker_that_is_down_costs_no_page(owner, connection, dead_broker, caplog, name):
    with time_machine.travel(NOW):  # ringing is given up after some seconds of the clock
        answer = owner.post(f"{PAGE}{name}/")

    assert answer.status_code == 302
    assert "Error calling" in caplog.text


def test_choosing_no_orphan_is_answered_in_words(owner, connection):
    answer = owner.post(f"{PAGE}orphans/", follow=True)

    assert "deleted at Zoom" not in answer.text
    assert "Choose at least one meeting." in answer.text
