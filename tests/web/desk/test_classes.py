"""Scheduling sessions of classes: one, or a series that is shown before it is written."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from booking import actions
from booking.models import Session, SessionSeries
from tests.web.desk.yoga import days

NEW = "/admin/sessions/new/"
LIST = "/admin/sessions/"
CONFIRMED = {"confirmed": "1"}


@pytest.fixture
def owner(as_role):
    return as_role("owner")


@pytest.fixture
def filled(yoga, ada) -> dict[str, object]:
    """Mondays and Wednesdays at 18:00, two weeks from Monday, 30 November."""
    return {
        "service": yoga.pk,
        "provider": ada.pk,
        "date": "2026-11-30",
        "time": "18:00",
        "places": "8",
        "repeats": "weekly",
        "every_weeks": "1",
        "weekdays": ["0", "2"],
        "until": "2026-12-13",
        "except_on": "",
    }


@pytest.mark.parametrize(("places", "capacity"), [("3", 3), ("", 8)])
def test_single_session_is_scheduled_with_its_places(owner, filled, places, capacity):
    owner.post(NEW, filled | {"repeats": "once", "places": places})

    session = Session.objects.get()
    assert (session.capacity, session.series) == (capacity, None)
    assert session.starts_at == datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    assert session.events.get().actor.email == "owner@kyiv-yoga.example"


def test_fields_of_a_series_do_not_matter_to_a_single_session(owner, filled):
    nonsense = {"repeats": "once", "until": "never", "every_weeks": "0", "except_on": "x"}

    owner.post(NEW, filled | nonsense)

    assert Session.objects.count() == 1


def test_series_is_shown_before_it_is_scheduled(owner, filled):
    preview = owner.post(NEW, filled)

    page = preview.content.decode()
    assert "4 sessions" in page
    assert "Mon, 30 Nov 2026, 18:00 (Kyiv, UTC+2)" in page
    assert not Session.objects.exists()

    answer = owner.post(NEW, filled | CONFIRMED)
    assert answer.url == LIST
    assert days() == ["11-30", "12-02", "12-07", "12-09"]
    assert Session.objects.values("series").distinct().count() == 1


def test_preview_carries_everything_on(owner, filled):
    page = owner.post(NEW, filled | {"except_on": "2026-12-02"}).content.decode()

    for name, value in (filled | {"except_on": "2026-12-02", "weekdays": "2"}).items():
        assert f'name="{name}" value="{value}"' in page


def test_preview_leads_back_to_the_form(owner, filled):
    form = owner.post(NEW, filled | {"edit": "1"})

    assert form.context["form"]["until"].value() == "2026-12-13"
    assert not form.context["form"].errors
    assert not Session.objects.exists()


def test_every_second_week_without_some_dates(owner, filled):
    rule = {"every_weeks": "2", "until": "2026-12-31", "except_on": "2026-12-02, 28.12.2026"}

    owner.post(NEW, filled | rule | CONFIRMED)

    assert days() == ["11-30", "12-14", "12-16", "12-30"]


def test_taken_dates_are_marked_and_can_be_left_out(owner, filled, yoga, ada):
    taken = datetime(2026, 12, 7, 16, 0, tzinfo=UTC)
    actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=taken, now=timezone.now()
    )

    preview = owner.post(NEW, filled)
    assert [p.day.isoformat() for p in preview.context["dates"] if p.is_clashing] == ["2026-12-07"]
    assert 'name="confirmed"' not in preview.content.decode()
    owner.post(NEW, filled | CONFIRMED)
    assert Session.objects.count() == 1

    owner.post(NEW, filled | {"leave_out": "2026-12-07"} | CONFIRMED)
    assert days() == ["11-30", "12-02", "12-07", "12-09"]
    assert SessionSeries.objects.get().except_on == ["2026-12-07"]


def test_date_whose_time_the_clocks_skip_is_named_and_left_out(owner, filled):
    spring = {"date": "2027-03-21", "until": "2027-04-04", "weekdays": ["6"], "time": "03:30"}

    page = owner.post(NEW, filled | spring).content.decode()
    owner.post(NEW, filled | spring | CONFIRMED)

    assert "2 sessions" in page
    assert "Sun, 28 Mar 2027" in page
    assert "Left out: the clocks skip this time" in page
    assert days() == ["03-21", "04-04"]


def test_past_dates_are_left_out(owner, filled):
    page = owner.post(NEW, filled | {"date": "2026-11-16", "weekdays": ["0"]}).content.decode()

    assert "Left out: has passed" in page
    assert "3 sessions" in page


WRONG = [
    ("until", {"until": "2026-11-29"}),
    ("until", {"until": ""}),
    ("until", {"until": "2030-01-01"}),
    ("until", {"date": "2026-11-01", "until": "2026-11-10"}),
    ("until", {"until": "9999-12-31"}),
    ("date", {"date": "9999-12-31"}),
    ("date", {"date": "0001-01-01"}),
    ("weekdays", {"weekdays": []}),
    ("weekdays", {"weekdays": ["7"]}),
    ("every_weeks", {"every_weeks": "0"}),
    ("every_weeks", {"every_weeks": "60"}),
    ("every_weeks", {"every_weeks": ""}),
    ("except_on", {"except_on": "2026-12-02, tomorrow"}),
    ("except_on", {"except_on": "2026-13-01"}),
    ("except_on", {"except_on": "\0"}),
    ("time", {"time": "25:00"}),
    ("time", {"time": "18:00:30"}),
    ("time", {"repeats": "once", "date": "2027-03-28", "time": "03:30"}),
    ("time", {"repeats": "once", "date": "2026-11-22"}),
    ("places", {"places": "0"}),
    ("places", {"places": "70000"}),
    ("places", {"places": "-1"}),
    ("repeats", {"repeats": "daily"}),
    ("service", {"service": "0"}),
    ("provider", {"provider": "9" * 30}),
]


@pytest.mark.parametrize(("field", "wrong"), WRONG)
def test_wrong_input_is_told_at_its_field_and_schedules_nothing(owner, filled, field, wrong):
    answer = owner.post(NEW, filled | CONFIRMED | wrong)

    assert list(answer.context["form"].errors) == [field]
    assert not Session.objects.exists()


def test_wrong_exception_is_named(owner, filled):
    answer = owner.post(NEW, filled | {"except_on": "2026-12-02\n tomorrow, 31.02.2027"})

    assert answer.context["form"].errors["except_on"] == [
        "These are no dates: tomorrow, 31.02.2027."
    ]


def test_form_begins_with_somebody_who_gives_the_class(owner, yoga, ada, ben):
    yoga.providers.set([ben])

    form = owner.get(NEW).context["form"]

    assert form["provider"].value() == ben.pk


def test_provider_of_another_class_is_told_at_the_field(owner, filled, ben):
    answer = owner.post(NEW, filled | CONFIRMED | {"provider": ben.pk})

    assert list(answer.context["form"].errors) == ["provider"]


def test_junior_schedules_for_oneself_only(as_ada, filled, yoga, ben):
    yoga.providers.add(ben)

    foreign = as_ada.post(NEW, filled | CONFIRMED | {"provider": ben.pk})
    assert list(foreign.context["form"].errors) == ["provider"]
    as_ada.post(NEW, filled | CONFIRMED)

    assert Session.objects.count() == 4


def test_form_and_list_are_away_while_classes_are_off(owner):
    assert owner.get(NEW).status_code == 404
    assert owner.get(LIST).status_code == 404
