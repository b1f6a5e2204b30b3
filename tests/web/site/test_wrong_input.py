"""Whatever is sent: never a failure of ours, the error at its field, and nothing changed."""

from datetime import timedelta

import pytest

from booking import actions
from booking.models import Booking
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tests.web.site.conftest import hidden_values

pytestmark = pytest.mark.django_db

LATER = (TOMORROW_NOON + timedelta(hours=1)).isoformat()
CLEO = {"name": "Cleo", "email": "cleo@client.example"}
NO_TIMES = [
    "",
    "soon",
    "2026-11-24",
    "2026-11-24T12:00",  # no offset
    "2026-11-24T10:00:30Z",
    "2026-11-24T10:00:00.5Z",
    "2026-11-24T10:00+99:99",
    "2026-02-30T10:00Z",
    "0001-01-01T00:00Z",
    "9999-12-31T23:55Z",
    "1e9",
]
NO_NUMBERS = ["x", "-1", "0", "1.5", "1e3", "9" * 30, "9" * 5000, "\0", "NaN"]
FAR_OFF = ["0002-01-01T00:00Z", "9998-12-31T23:55Z"]


@pytest.fixture
def session(ada):
    factories.enable("classes")
    yoga = factories.service(ada, name="Yoga", kind="class", capacity=3)
    return actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=TOMORROW_NOON, now=NOW
    )


def send_details(client, path, **given):
    """Fill in the form behind ``path`` and send it; ``given`` replaces what the page says."""
    fields = hidden_values(client.get(path).content.decode())
    return client.post(path.partition("?")[0], {**fields, **CLEO, **given})


def send_lesson(client, **given):
    return send_details(client, f"/book/lesson/details/?starts_at={LATER[:16]}Z", **given)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("starts_at", value) for value in NO_TIMES if value],
        *[("session", value) for value in NO_NUMBERS],
        *[("provider", value) for value in NO_NUMBERS],
        *[("name", value) for value in ("", " \t ", "x" * 151, "a\0b")],
        *[("email", value) for value in ("", "cleo", "c@d", "a\0@client.example", "x" * 400)],
        *[("phone", value) for value in ("12", "call me", "+", "+380" + "1" * 40, "\0")],
        *[("note", value) for value in ("x" * 2001, "a\0b")],
        *[("zone", value) for value in ("Moon/Base", "../../etc/passwd", "\0", "x" * 5000)],
        *[("key", value) for value in ("", "x", "\0", "x" * 5000)],
        ("website", "https://spam.example"),
    ],
)
def test_details_name_the_field_at_fault(client, lesson, field, value):
    answer = send_lesson(client, **{field: value})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert str(answer.context["form"].errors[field][0]) in answer.content.decode()
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("starts_at", ""),
        *[("starts_at", value) for value in FAR_OFF],
        ("provider", "9" * 18),
    ],
)
def test_details_refuse_what_is_well_formed_but_not_offered(client, lesson, field, value):
    answer = send_lesson(client, **{field: value})

    assert answer.status_code == 409
    assert not Booking.objects.exists()


@pytest.mark.parametrize("places", NO_NUMBERS)
def test_places_are_named_at_fault(client, session, places):
    path = f"/book/yoga/details/?session={session.pk}"

    answer = send_details(client, path, places=places)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["places"]
    assert not Booking.objects.exists()


@pytest.mark.parametrize("session_id", ["", "99999", "9" * 18])
def test_session_that_is_none_is_refused(client, session, session_id):
    path = f"/book/yoga/details/?session={session.pk}"

    answer = send_details(client, path, session=session_id)

    assert answer.status_code == 409
    assert not Booking.objects.exists()


@pytest.mark.parametrize("field", ["starts_at", "session", "provider"])
def test_address_made_up_by_hand_is_answered(client, lesson, field):
    for value in (*NO_TIMES, *NO_NUMBERS, *FAR_OFF):
        answer = client.get("/book/lesson/details/", {field: value})
        assert answer.status_code in (302, 409), value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("starts_at", value) for value in NO_TIMES],
        *[("session", value) for value in NO_NUMBERS],
        *[("revision", value) for value in ("", *NO_NUMBERS) if value[:1] != "9"],
    ],
)
def test_move_without_a_real_time_goes_back_to_choose_one(client, booked, field, value):
    fields = {"starts_at": LATER, "revision": "1", field: value}

    answer = client.post(f"/b/{booked.manage_token}/reschedule/", fields, follow=True)

    booked.session.refresh_from_db()
    assert answer.redirect_chain == [(f"/b/{booked.manage_token}/reschedule/", 302)]
    assert "Please choose a time." in answer.content.decode()
    assert booked.session.starts_at == TOMORROW_NOON


@pytest.mark.parametrize(
    ("field", "value"),
    [*[("starts_at", value) for value in FAR_OFF], ("revision", "2"), ("revision", "9" * 30)],
)
def test_move_to_what_is_not_offered_is_refused(client, booked, field, value):
    fields = {"starts_at": LATER, "revision": "1", field: value}

    answer = client.post(f"/b/{booked.manage_token}/reschedule/", fields)

    booked.session.refresh_from_db()
    assert answer.status_code == 409
    assert booked.session.starts_at == TOMORROW_NOON


@pytest.mark.parametrize("session_id", ["99999", "9" * 18])
def test_move_of_a_seat_to_no_session_is_refused_with_other_sessions(client, session, session_id):
    later = actions.schedule_session(
        service_id=session.service_id,
        provider_id=session.provider_id,
        starts_at=TOMORROW_NOON + timedelta(days=1),
        now=NOW,
    )
    booked = actions.book(
        service_id=session.service_id, session_id=session.pk, client=factories.details(), now=NOW
    )

    answer = client.post(
        f"/b/{booked.manage_token}/reschedule/", {"session": session_id, "revision": "1"}
    )

    assert answer.status_code == 409
    assert [slot.session_id for slot in answer.context["alternatives"]] == [later.pk]


@pytest.mark.parametrize("reason", ["x" * 501, "a\0b"])
def test_cancel_names_a_wrong_reason(client, booked, reason):
    answer = client.post(f"/b/{booked.manage_token}/cancel/", {"reason": reason})

    booked.refresh_from_db()
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["reason"]
    assert str(answer.context["form"].errors["reason"][0]) in answer.content.decode()
    assert booked.state == "confirmed"
