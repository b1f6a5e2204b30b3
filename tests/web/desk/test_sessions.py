"""Sessions of classes: their list, moving them, their places, cancelling them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from booking import actions
from booking.models import Booking, Event, Session
from tests import factories
from tests.web.desk.yoga import come, days, weekly

LIST = "/admin/sessions/"


@pytest.fixture
def owner(as_role):
    return as_role("owner")


# --- The list -------------------------------------------------------------------


def test_list_shows_upcoming_past_and_cancelled(owner, yoga, ada, ben, series):
    yoga.providers.add(ben)
    past = actions.schedule_session(
        service_id=yoga.pk,
        provider_id=ben.pk,
        starts_at=timezone.now() - timedelta(days=1),
        now=timezone.now() - timedelta(days=2),
    )
    actions.cancel_session(session_id=series[2].pk, now=timezone.now())

    def listed(query: str) -> list[int]:
        page = owner.get(LIST + query).context["page"]
        return [row.pk for row in page.object_list]

    found = {query: listed(query) for query in ("", "?when=past", "?when=cancelled")}
    assert found == {
        "": [series[0].pk, series[1].pk],
        "?when=past": [past.pk],
        "?when=cancelled": [series[2].pk],
    }
    assert listed(f"?provider={ben.pk}") == []
    assert listed(f"?service={yoga.pk}&provider={ada.pk}") == [series[0].pk, series[1].pk]


@pytest.mark.parametrize("query", ["?when=no", "?service=x", "?provider=0", "?page=99"])
def test_list_opens_at_impossible_filters(owner, series, query):
    assert owner.get(LIST + query).status_code == 200


def test_list_leaves_out_appointments_and_a_juniors_colleagues(as_ada, yoga, ben, book, series):
    yoga.providers.add(ben)
    weekly(yoga, ben)
    book(ben)

    page = as_ada.get(LIST).context["page"]

    assert [row.pk for row in page.object_list] == [session.pk for session in series]


def test_empty_list_says_what_to_do(owner, yoga):
    assert "No sessions fit these filters" in owner.get(LIST).content.decode()


def test_list_asks_no_more_for_three_rows_than_for_one(
    owner, yoga, ada, django_assert_max_num_queries
):
    weekly(yoga, ada, last=date(2026, 11, 30))
    with django_assert_max_num_queries(20) as for_one:
        owner.get(LIST)
    weekly(yoga, ada, first=date(2026, 12, 7), last=date(2026, 12, 14))

    with django_assert_max_num_queries(len(for_one)):
        response = owner.get(LIST)

    assert len(response.context["page"].object_list) == 3


# --- One session ------------------------------------------------------------------


def move(browser, session, **form):
    return browser.post(reverse("desk:session-move", args=[session.pk]), form)


def to(session, *, hours: int, **form) -> dict[str, object]:
    start = timezone.localtime(session.starts_at, factories.company().zone)
    start += timedelta(hours=hours)
    place = {"date": start.date().isoformat(), "time": f"{start:%H:%M}"}
    return {"provider": session.provider_id, **place, **form}


def test_empty_session_is_moved_at_once(owner, session, tomorrow):
    move(owner, session, **to(session, hours=2))

    session.refresh_from_db()
    assert session.starts_at == tomorrow + timedelta(hours=2)


def test_people_in_a_session_are_counted_before_it_moves(owner, session, tomorrow):
    come(session, "Cleo", "Dan")
    form = to(session, hours=2)

    asked = move(owner, session, **form)
    session.refresh_from_db()
    assert "2 clients are told of the move." in asked.content.decode()
    assert session.starts_at == tomorrow

    move(owner, session, **form, confirmed=asked.context["confirms"])
    session.refresh_from_db()
    assert session.starts_at == tomorrow + timedelta(hours=2)
    assert Event.objects.filter(kind=Event.RESCHEDULED).count() == 2


def test_somebody_who_booked_meanwhile_is_asked_about_again(owner, session, tomorrow):
    come(session, "Cleo")
    form = to(session, hours=2)
    answer = move(owner, session, **form).context["confirms"]
    come(session, "Dan")

    asked = move(owner, session, **form, confirmed=answer)

    session.refresh_from_db()
    assert "2 clients are told of the move." in asked.content.decode()
    assert session.starts_at == tomorrow


def test_rest_of_a_series_is_moved(owner, series):
    move(owner, series[1], **to(series[1], hours=24, scope="rest"))

    assert days() == ["11-30", "12-08", "12-15"]


def test_one_session_of_a_series_is_moved_alone(owner, series):
    move(owner, series[1], **to(series[1], hours=24, scope="one"))

    assert days() == ["11-30", "12-08", "12-14"]


def test_clashing_dates_of_a_move_are_named_at_the_form(owner, yoga, ada, series):
    taken = series[1].starts_at + timedelta(hours=2)
    actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=taken, now=timezone.now()
    )

    answer = move(owner, series[0], **to(series[0], hours=2, scope="rest"))

    [text] = answer.context["form"].non_field_errors()
    assert "Mon, 7 Dec, 14:00 (Kyiv, UTC+2)" in text
    assert days() == ["11-30", "12-07", "12-07", "12-14"]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("date", {"date": "9999-12-31"}),
        ("date", {"date": ""}),
        ("time", {"date": "2027-03-28", "time": "03:30"}),
        ("time", {"time": "\0"}),
        ("provider", {"provider": "0"}),
        ("scope", {"scope": "all"}),
        ("__all__", {"date": "2026-11-22"}),
    ],
)
def test_wrong_move_is_told_at_its_field(owner, series, field, wrong):
    answer = move(owner, series[0], **to(series[0], hours=2, scope="one") | wrong)

    assert list(answer.context["form"].errors) == [field]
    assert days() == ["11-30", "12-07", "12-14"]


def places(browser, session, number):
    address = reverse("desk:session-places", args=[session.pk])
    return browser.post(address, {"places": number})


def test_places_are_changed(owner, session):
    places(owner, session, "12")

    session.refresh_from_db()
    assert session.capacity == 12
    page = owner.get(reverse("desk:session", args=[session.pk]))
    assert page.context["history"][-1].text.startswith("Places changed by owner@")


@pytest.mark.parametrize("wrong", ["1", "0", "70000", "-1", "x", ""])
def test_wrong_places_are_told_at_the_field(owner, session, wrong):
    come(session, "Cleo", "Dan")

    answer = places(owner, session, wrong)

    session.refresh_from_db()
    assert list(answer.context["form"].errors) == ["places"]
    assert session.capacity == 8


def cancel(browser, session, **form):
    return browser.post(reverse("desk:session-cancel", args=[session.pk]), form)


@pytest.mark.parametrize(("scope", "left"), [("one", 2), ("rest", 1), ("", 2)])
def test_session_or_the_rest_is_cancelled(owner, series, scope, left):
    come(series[2], "Cleo")

    cancel(owner, series[1], scope=scope, reason="Ada is\0 ill")

    assert Session.objects.active().count() == left
    booking = Booking.objects.get()
    assert booking.cancel_reason == ("Ada is ill" if scope == "rest" else "")


def test_popup_counts_whom_cancelling_reaches(owner, series):
    come(series[0], "Cleo")
    come(series[2], "Cleo", "Dan")

    popup = owner.get(reverse("desk:session-popup", args=[series[0].pk])).content.decode()

    assert "Only this session (1 client is told)" in popup
    assert "This and the 2 later sessions of its series (3 clients are told)" in popup


@pytest.mark.parametrize("name", ["session-move", "session-places"])
def test_junior_reaches_no_session_of_a_colleague(as_ada, yoga, ben, name):
    yoga.providers.add(ben)
    [session] = weekly(yoga, ben, last=date(2026, 11, 30))
    address = reverse(f"desk:{name}", args=[session.pk])

    assert as_ada.get(address).status_code == 404
    assert as_ada.post(address, {"places": 1}).status_code == 404


def test_junior_changes_the_rest_of_a_series_only_if_all_of_it_is_theirs(as_ada, yoga, ben, series):
    yoga.providers.add(ben)
    actions.move_class_session(
        session_id=series[2].pk,
        starts_at=series[2].starts_at,
        provider_id=ben.pk,
        now=timezone.now(),
    )

    assert cancel(as_ada, series[0], scope="rest").status_code == 403
    move(as_ada, series[0], **to(series[0], hours=24, scope="rest"))

    assert days() == ["12-01", "12-07", "12-14"]
    assert Session.objects.active().count() == 3


@pytest.mark.parametrize("name", ["session-move", "session-places"])
def test_appointment_is_no_class_session(owner, ada, book, name):
    session = book(ada).session

    assert owner.get(reverse(f"desk:{name}", args=[session.pk])).status_code == 404


@pytest.mark.parametrize("name", ["session", "session-move", "session-places", "session-book"])
@pytest.mark.parametrize("pk", [0, 10**30])
def test_unknown_session_is_not_found(owner, yoga, name, pk):
    assert owner.get(reverse(f"desk:{name}", args=[pk])).status_code == 404


def test_hold_that_ran_out_is_not_on_the_roster(owner, session):
    actions.hold(
        service_id=session.service_id,
        session_id=session.pk,
        client=factories.details("Dan"),
        now=timezone.now() - timedelta(hours=1),
        held_until=timezone.now(),
    )

    page = owner.get(reverse("desk:session", args=[session.pk]))

    assert list(page.context["roster"]) == []
