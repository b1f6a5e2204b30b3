"""Each condition of online meetings: told where it is missing, and where it is mended."""

import io
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command

from booking.models import Service
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tests.zoomlink import hooks, scene
from zoomlink.actions import Level, Mend, check_readiness, note_sweep
from zoomlink.models import HostDay, Meeting, ProviderMeeting, WebhookDelivery, ZoomConnection
from zoomlink.scopes import NEEDED_SCOPES

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
ALL_SCOPES = " ".join(scope.name for scope in NEEDED_SCOPES)


@pytest.fixture(autouse=True)
def swept(db):
    cache.clear()
    note_sweep(now=NOW)


@pytest.fixture
def ready(settings):
    """A service of Ada that is as it should be: what each test then takes something from."""
    settings.ZOOM_WEBHOOK_SECRET = "a secret"
    factories.company()
    factories.enable("online-meetings")
    ada = factories.provider("Ada")
    user = factories.zoom_user(factories.zoom_connection(scopes=ALL_SCOPES), is_licensed=True)
    factories.meets_by_zoom(ada, user)
    service = factories.service(ada, is_online_meeting=True)
    hear("meeting.started")
    return service


def hear(event: str, at=NOW - HOUR) -> None:
    WebhookDelivery.objects.create(key=f"{event}{at}", event=event, event_at=at, received_at=at)


def trouble(booking, **fields) -> None:
    Meeting.objects.filter(session=booking.session_id).update(**fields)


def lacking(now=NOW) -> list[tuple]:
    """What is not as it should be: level, sentence and where it is mended."""
    found = check_readiness(now=now)
    checks = [*found.general, *(check for pair in found.pairs for check in pair.checks)]
    return [(c.level, c.text, c.mend) for c in checks if c.level != Level.READY]


def the_only(found: list[tuple]) -> tuple:
    (one,) = found
    return one


def test_nothing_is_lacking_where_all_is_as_it_should_be(ready):
    found = check_readiness(now=NOW)

    assert lacking() == []
    assert found.level == Level.READY
    assert [(pair.service, pair.provider.name) for pair in found.pairs] == [(ready, "Ada")]
    assert [check.text for check in found.pairs[0].checks] == [
        "Meets by Zoom as Ada (ada@zoom.example)."
    ]
    assert found.heard == {"meeting.started": NOW - HOUR}


def test_feature_that_is_off_is_all_there_is_to_say(ready):
    factories.actions.set_feature(key="online-meetings", on=False, now=NOW)

    found = check_readiness(now=NOW)

    (check,) = found.general
    assert (check.level, check.mend) == (Level.BROKEN, Mend.FEATURES)
    assert (found.pairs, found.calls, found.level) == ([], [], Level.BROKEN)


@pytest.mark.parametrize(
    ("state", "fields", "words"),
    [
        (ZoomConnection.LOST, {"lost_reason": "Invalid Token!"}, "is lost: Invalid Token!"),
        (ZoomConnection.LEAVING, {"leaving_since": NOW}, "Logging out"),
    ],
)
def test_connection_that_does_not_work_is_told_in_general_and_of_each_pair(
    ready, state, fields, words
):
    ZoomConnection.objects.update(state=state, **fields)

    (level, text, mend), of_the_pair = lacking()

    assert (level, mend) == (Level.BROKEN, Mend.CONNECTION)
    assert words in text
    assert of_the_pair[1:] == ("Meets by Zoom, which is not connected.", Mend.CONNECTION)


def test_without_a_connection_nobody_meets_by_zoom(ready):
    ZoomConnection.objects.update(
        state=ZoomConnection.CLOSED, is_current=False, access_token="", refresh_token=""
    )

    assert [text for _level, text, _mend in lacking()] == [
        "Zoom is not connected.",
        "Meets by Zoom, which is not connected.",
    ]


def test_without_a_connection_all_is_well_where_everybody_has_an_own_link(ready):
    ZoomConnection.objects.all().delete()
    ProviderMeeting.objects.update(engine="own_link", own_link="https://meet.example/ada")

    assert lacking() == []


def test_account_that_takes_no_more_calls_is_told_with_the_hour_and_zone(ready):
    ZoomConnection.objects.update(paused_until=NOW + 2 * HOUR)

    level, text, _mend = the_only(lacking())

    assert level == Level.BROKEN
    assert text.endswith("until Mon, 23 Nov, 11:00 (Kyiv, UTC+2).")
    note_sweep(now=NOW + 2 * HOUR)
    assert lacking(NOW + 2 * HOUR) == []


def test_check_that_failed_is_told(ready):
    ZoomConnection.objects.update(check_error="Zoom does not answer.")

    level, text, mend = the_only(lacking())

    assert (level, mend) == (Level.WARNING, Mend.CONNECTION)
    assert text.endswith("Zoom does not answer.")


@pytest.mark.parametrize("scope", NEEDED_SCOPES, ids=lambda scope: scope.name)
def test_each_missing_scope_is_named_with_what_it_is_for(ready, scope):
    ZoomConnection.objects.update(scopes=ALL_SCOPES.replace(scope.name, ""))

    level, text, mend = the_only(lacking())

    is_needed_always = scope.name.startswith(("meeting:write:meeting", "meeting:read:meeting"))
    assert level == (Level.BROKEN if is_needed_always else Level.WARNING)
    assert mend == Mend.APP
    assert scope.name in text
    assert str(scope.purpose) in text


def test_events_that_never_came_are_told_with_the_address_to_check(ready, settings):
    settings.SITE_URL = "https://book.example"
    WebhookDelivery.objects.all().delete()

    level, text, mend = the_only(lacking())

    assert (level, mend) == (Level.WARNING, Mend.APP)
    assert text.endswith("https://book.example/zoom/webhook/")


def test_a_zoom_that_only_asks_whether_we_are_there_is_heard(client, ready, settings):
    WebhookDelivery.objects.all().delete()
    settings.ZOOM_WEBHOOK_SECRET = hooks.SECRET

    hooks.deliver(client, {"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}})

    assert lacking() == []


def test_events_cannot_be_heard_without_their_secret(ready, settings):
    settings.ZOOM_WEBHOOK_SECRET = ""

    level, text, mend = the_only(lacking())

    assert (level, mend) == (Level.WARNING, Mend.SERVER)
    assert "ZOOM_WEBHOOK_SECRET" in text


def test_worker_that_sweeps_no_more_is_told_with_since_when(ready):
    later = NOW + timedelta(minutes=5)

    level, text, mend = the_only(lacking(later))
    cache.clear()

    assert (level, mend) == (Level.BROKEN, Mend.SERVER)
    assert text.endswith("since Mon, 23 Nov, 09:00 (Kyiv, UTC+2).")
    assert the_only(lacking())[1].endswith("Start the worker and beat.")


@pytest.mark.parametrize("engine", [None, ProviderMeeting.NONE])
def test_provider_without_a_way_of_meeting_is_told(ready, engine):
    if engine is None:
        ProviderMeeting.objects.all().delete()
    else:
        ProviderMeeting.objects.update(engine=engine)

    level, text, mend = the_only(lacking())

    assert (level, mend) == (Level.BROKEN, Mend.PROVIDERS)
    assert text.startswith("No way of meeting is chosen")


def test_provider_who_meets_by_zoom_as_nobody_is_told(ready):
    ProviderMeeting.objects.update(zoom_user=None)

    level, text, mend = the_only(lacking())

    assert (level, mend) == (Level.BROKEN, Mend.PROVIDERS)
    assert "no Zoom user is chosen" in text


def test_user_who_is_gone_is_told(ready):
    ZoomConnection.objects.get().users.update(is_missing=True)

    level, text, mend = the_only(lacking())

    assert (level, mend) == (Level.BROKEN, Mend.PROVIDERS)
    assert "no longer offers the user Ada (ada@zoom.example)" in text


@pytest.mark.parametrize(("minutes", "is_told"), [(40, False), (45, True)])
def test_basic_user_is_told_for_services_that_zoom_would_cut_short(ready, minutes, is_told):
    ZoomConnection.objects.get().users.update(is_licensed=False)
    Service.objects.update(duration_minutes=minutes)

    found = lacking()

    assert bool(found) is is_told
    if found:
        level, text, mend = the_only(found)
        assert (level, mend) == (Level.WARNING, Mend.USERS)
        assert "takes 45" in text


def test_shared_user_is_told_when_sessions_collide(ready):
    ben = factories.provider("Ben")
    factories.meets_by_zoom(ben, ProviderMeeting.objects.get().zoom_user)
    ready.providers.add(ben)
    ada = ready.providers.get(name="Ada")
    factories.book_one(ready, provider_id=ada.pk)
    assert lacking() == []

    factories.book_one(ready, provider_id=ben.pk)

    ada_lacks, ben_lacks = lacking()
    assert ada_lacks == ben_lacks
    assert (ada_lacks[0], ada_lacks[2]) == (Level.WARNING, Mend.PROVIDERS)
    assert "2 sessions of the next 14 days collide" in ada_lacks[1]
    assert "Tue, 24 Nov, 12:00 (Kyiv, UTC+2)" in ada_lacks[1]


@pytest.mark.parametrize(("used", "is_told"), [(79, False), (80, True)])
def test_host_whose_day_is_nearly_used_up_is_told(ready, used, is_told):
    account = ZoomConnection.objects.get()
    HostDay.objects.create(connection=account, host_id="zoom-ada", day=NOW.date(), writes=used)

    assert [text for _level, text, _mend in lacking()] == (
        ["Of the 100 new or changed meetings a day, Ada (ada@zoom.example) has used 80."]
        if is_told
        else []
    )


def test_calls_of_today_are_told_of_whoever_hosts_or_did(ready):
    account = ZoomConnection.objects.get()
    factories.zoom_user(account, "Ben")
    for host, day, writes in [
        ("zoom-ben", NOW, 7),
        ("unknown-host", NOW, 3),
        ("zoom-ada", NOW - timedelta(days=1), 50),
    ]:
        HostDay.objects.create(connection=account, host_id=host, day=day.date(), writes=writes)

    found = check_readiness(now=NOW)

    assert [(calls.host, calls.used) for calls in found.calls] == [
        ("Ben (ben@zoom.example)", 7),
        ("unknown-host", 3),
        ("Ada (ada@zoom.example)", 0),
    ]
    assert found.resets_at.isoformat() == "2026-11-24T00:00:00+00:00"


def test_service_that_nobody_offers_is_told(ready):
    ready.providers.clear()

    level, text, mend = the_only(lacking())

    assert (level, text, mend) == (Level.WARNING, "Nobody offers this service.", Mend.SERVICE)


def test_services_held_in_person_or_closed_are_not_judged(ready):
    Service.objects.update(is_online_meeting=False)
    factories.service(
        factories.provider("Ben"), name="Old", is_online_meeting=True, is_active=False
    )

    assert check_readiness(now=NOW).pairs == []


def test_coming_meetings_with_an_error_are_told_soonest_first(ready):
    second, first = (
        factories.book_one(ready, starts_at=TOMORROW_NOON + hours * HOUR) for hours in (1, 0)
    )
    trouble(first, state=Meeting.FAILED, last_error="No licence.")
    trouble(second, last_error="Zoom does not answer.")

    found = check_readiness(now=NOW)

    assert [meeting.last_error for meeting in found.troubled] == [
        "No licence.",
        "Zoom does not answer.",
    ]
    assert found.level == Level.BROKEN
    assert check_readiness(now=NOW + timedelta(days=3)).troubled == []


@pytest.mark.parametrize("number", [1, 3])
def test_as_many_questions_for_three_services_as_for_one(ready, number, django_assert_num_queries):
    account = ZoomConnection.objects.get()
    for name in ["Ben", "Eve", "Gil"][:number]:
        provider = factories.provider(name)
        factories.meets_by_zoom(provider, factories.zoom_user(account, name))
        service = factories.service(provider, name=f"Lesson with {name}", is_online_meeting=True)
        trouble(factories.book_one(service), state=Meeting.FAILED, last_error="No.")
        HostDay.objects.create(connection=account, host_id=f"a-{name}", day=NOW.date(), writes=90)

    # The features; services, providers, connection, calls, collisions, events, the company's
    # zone, the names of further hosts, meetings with an error.
    with django_assert_num_queries(10):
        check_readiness(now=NOW)


def test_doctor_asks_zoom_who_is_connected_when_told_to(zoom, lesson):
    out = io.StringIO()

    with suppress(CommandError):  # this machine lacks much else
        call_command("doctor", "--zoom", stdout=out, no_color=True)

    assert "Zoom answers: connected as owner@zoom.example." in out.getvalue()
    assert scene.calls(zoom, "me") == 2  # the first when it was connected
