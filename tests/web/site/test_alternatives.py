"""What is offered instead, when a time or a session cannot be had."""

from datetime import timedelta

import pytest
import time_machine

from booking import actions
from booking.models import Booking, ServiceHours
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tests.web.site.conftest import hidden_values

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def yoga(ada):
    factories.enable("classes")
    return factories.service(ada, name="Yoga", kind="class", capacity=3)


@pytest.fixture
def sessions(yoga, ada):
    """One on each of five days, the first tomorrow."""
    return [
        actions.schedule_session(
            service_id=yoga.pk, provider_id=ada.pk, starts_at=TOMORROW_NOON + DAY * days, now=NOW
        )
        for days in range(5)
    ]


def join(session, *, places=1, name="Dan", **fields):
    return actions.book(
        service_id=session.service_id,
        session_id=session.pk,
        places=places,
        client=factories.details(name),
        now=NOW,
        **fields,
    )


def form_of(client, session) -> dict[str, str]:
    page = client.get(f"/book/yoga/details/?session={session.pk}").content.decode()
    return {**hidden_values(page), "name": "Cleo", "email": "cleo@client.example"}


def offered(answer) -> list[int]:
    return [slot.session_id for slot in answer.context["alternatives"]]


def test_full_session_is_answered_with_the_nearest_others(client, sessions):
    form = form_of(client, sessions[2])
    join(sessions[2], places=3)

    answer = client.post("/book/yoga/details/", {**form, "places": "1"})
    chosen = client.post(
        "/book/yoga/details/",
        {
            **form,
            **hidden_values(answer.content.decode()),
            "starts_at": "",  # the refused page has it no more
            "session": sessions[3].pk,
            "places": 1,
        },
    )

    assert answer.status_code == 409
    assert offered(answer) == [sessions[n].pk for n in (0, 1, 3)]
    assert chosen.status_code == 303
    assert Booking.objects.get(client__name="Cleo").session == sessions[3]


def test_full_session_is_answered_with_those_that_have_room_for_everybody(client, sessions):
    form = form_of(client, sessions[0])
    join(sessions[0], places=3)
    join(sessions[1], places=2)

    answer = client.post("/book/yoga/details/", {**form, "places": "2"})

    assert offered(answer) == [session.pk for session in sessions[2:]]


@pytest.mark.parametrize(
    ("taken", "asked", "said"),
    [(1, 3, "Only 2 places are left."), (2, 2, "Only 1 place is left.")],
)
def test_more_places_than_are_left_are_refused_at_the_field(client, sessions, taken, asked, said):
    form = form_of(client, sessions[0])
    join(sessions[0], places=taken)

    answer = client.post("/book/yoga/details/", {**form, "places": asked})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"places": [said]}
    assert not Booking.objects.filter(client__name="Cleo").exists()


def test_form_tells_how_many_places_are_left(client, sessions):
    join(sessions[0], places=1)

    page = client.get(f"/book/yoga/details/?session={sessions[0].pk}").content.decode()

    assert "2 places left." in page
    assert 'max="2"' in page


def test_places_of_a_hold_that_ran_out_are_free(client, sessions):
    held = {"held_until": NOW + timedelta(minutes=10), "client": factories.details("Dan")}
    actions.hold(
        service_id=sessions[0].service_id, session_id=sessions[0].pk, places=3, now=NOW, **held
    )
    path = f"/book/yoga/details/?session={sessions[0].pk}"

    while_held = client.get(path)
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        shown = client.get(path)
        booked = client.post("/book/yoga/details/", {**form_of(client, sessions[0]), "places": 3})

    assert while_held.status_code == 409
    assert 'max="3"' in shown.content.decode()
    assert booked.status_code == 303


def test_seats_move_only_to_where_all_of_them_fit(client, sessions):
    booked = join(sessions[0], places=2, name="Cleo")
    join(sessions[1], places=2)
    path = f"/b/{booked.manage_token}/reschedule/"

    shown = client.get(path).context["sessions"]
    refused = client.post(path, {"session": sessions[1].pk, "revision": booked.revision})

    assert [time.starts_at for time in shown] == [session.starts_at for session in sessions[2:]]
    assert refused.status_code == 409
    assert "not enough places left" in refused.content.decode()
    assert offered(refused) == [session.pk for session in sessions[2:]]


def test_move_refused_for_a_session_that_was_cancelled_says_so(client, sessions):
    booked = join(sessions[0], name="Cleo")
    actions.cancel_session(session_id=sessions[1].pk, now=NOW)

    answer = client.post(
        f"/b/{booked.manage_token}/reschedule/",
        {"session": sessions[1].pk, "revision": booked.revision},
    )

    assert answer.status_code == 409
    assert "cannot be booked at present" in answer.content.decode()
    assert offered(answer) == [session.pk for session in sessions[2:]]


def test_closed_booking_is_offered_no_other_time(client, booked):
    actions.cancel(booking_id=booked.pk, now=NOW)

    answer = client.post(
        f"/b/{booked.manage_token}/reschedule/",
        {"starts_at": (TOMORROW_NOON + DAY).isoformat(), "revision": booked.revision},
    )

    assert answer.status_code == 409
    assert answer.context["alternatives"] == []


def test_time_outside_the_hours_of_its_service_is_refused_in_words(client, lesson):
    ServiceHours.objects.create(service=lesson, weekday=2, starts="09:00", ends="12:00")

    answer = client.get("/book/lesson/details/?starts_at=2026-11-24T10:00Z")

    assert answer.status_code == 409
    assert str(answer.context["refusal"]) in answer.content.decode()
    assert "SERVICE_HOURS" not in answer.content.decode()
    assert {slot.starts_at.weekday() for slot in answer.context["alternatives"]} == {2}


def test_full_day_is_refused_in_words_and_answered_with_other_days(client, lesson):
    lesson.daily_maximum = 1
    lesson.save()
    factories.book_one(lesson)

    answer = client.get("/book/lesson/details/?starts_at=2026-11-24T14:00Z")

    assert answer.status_code == 409
    assert answer.context["refusal"].reason == "day_full"
    assert len(answer.context["alternatives"]) == 3
    assert TOMORROW_NOON.day not in {
        slot.starts_at.day for slot in answer.context["alternatives"] if slot.starts_at.hour < 22
    }
