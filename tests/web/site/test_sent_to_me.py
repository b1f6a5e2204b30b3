"""Messages sent to me: my own and nobody else's, as they were sent."""

from datetime import timedelta

import pytest

from booking import actions
from notifications.actions import deliver_message
from notifications.models import Message
from tests import factories
from tests.factories import NOW, TOMORROW_NOON, book_one
from tests.web.site.test_my_bookings import sign_in

pytestmark = pytest.mark.django_db

LIST = "/my-bookings/messages/"


@pytest.fixture
def cleo(client, booked):
    """Cleo, signed in; her confirmation was sent, her reminder waits."""
    for message in Message.objects.filter(due_at__lte=NOW):
        deliver_message(message_id=message.pk, now=NOW)
    sign_in(client, "cleo@client.example")
    return booked


def page_of(message: Message) -> str:
    return f"{LIST}{message.pk}/"


def test_list_has_what_went_out_and_what_waits_the_latest_first(client, cleo):
    shown = client.get(LIST).context["page"]

    assert [message.kind for message in shown] == ["reminder", "confirmation"]
    assert {message.audience for message in shown} == {"client"}


def test_state_is_said_in_words_for_its_reader(client, cleo):
    Message.objects.filter(kind="confirmation").update(state=Message.FAILED)

    text = client.get(LIST).content.decode()

    assert "Could not be delivered" in text
    assert "Waits to be sent" in text
    assert "UTC+2" in text


def test_one_message_is_shown_as_it_was_sent_in_a_frame_that_may_do_nothing(client, cleo):
    sent = Message.objects.get(kind="confirmation", audience="client", channel="email")

    text = client.get(page_of(sent)).content.decode()

    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in text
    assert "srcdoc=" in text
    assert cleo.manage_token in text


@pytest.mark.parametrize("of", ["somebody else", "our side", "a code", "what was skipped"])
def test_nothing_else_is_listed_or_opens(client, cleo, lesson, of):
    other = book_one(
        lesson, starts_at=TOMORROW_NOON + timedelta(hours=1), client=factories.details("Dan")
    )
    skipped = Message.objects.get(booking=cleo, kind="reminder")
    Message.objects.filter(pk=skipped.pk).update(state=Message.SKIPPED)
    hidden = {
        "somebody else": Message.objects.filter(booking=other, audience="client").first(),
        "our side": Message.objects.filter(booking=cleo, audience="provider").first(),
        "a code": Message.objects.filter(kind="sign-in-code").first(),
        "what was skipped": skipped,
    }[of]

    shown = [message.pk for message in client.get(LIST).context["page"]]

    assert hidden.pk not in shown
    assert client.get(page_of(hidden)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_any_number(
    client, lesson, rows, django_assert_num_queries
):
    for number in range(rows):
        book_one(lesson, starts_at=TOMORROW_NOON + timedelta(hours=number))
    sign_in(client, "cleo@client.example")

    with django_assert_num_queries(5):  # session, user, company, how many, messages
        client.get(LIST)


def test_lists_are_turned_by_pages_and_cut_off_nothing(client, lesson):
    for number in range(27):
        book_one(lesson, starts_at=TOMORROW_NOON + timedelta(hours=number))
    sign_in(client, "cleo@client.example")

    bookings = [client.get(f"/my-bookings/?page={n}").context["rows"] for n in (1, 2, 99)]
    messages = [len(client.get(f"{LIST}?page={n}").context["page"]) for n in (1, 4)]

    assert [len(rows) for rows in bookings] == [25, 2, 2]
    assert messages == [25, 6]  # by SMS, too, as long as nobody looked for a number


def test_page_of_a_booking_says_what_was_sent_about_it_alone(client, cleo, lesson):
    other = book_one(
        lesson, starts_at=TOMORROW_NOON + timedelta(hours=1), client=factories.details("Dan")
    )
    client.logout()

    page = client.get(f"/b/{cleo.manage_token}/")

    assert {message.booking for message in page.context["sent"]} == {cleo}
    assert {message.audience for message in page.context["sent"]} == {"client"}
    text = page.content.decode()
    assert "2 messages about this booking" in text
    for hidden in ("dan@client.example", other.code, "/my-bookings/messages/"):
        assert hidden not in text


def test_link_of_one_booking_does_everything_for_it_without_signing_in(client, cleo, lesson):
    other = book_one(lesson, starts_at=TOMORROW_NOON + timedelta(hours=1))
    client.logout()
    mine = f"/b/{cleo.manage_token}/"

    pages = [client.get(f"{mine}{part}") for part in ("", "reschedule/", "cancel/", "calendar.ics")]
    done = client.post(f"{mine}cancel/", {"reason": "ill"}, follow=True)

    assert [page.status_code for page in pages] == [200] * 4
    for page in (*pages, done):
        text = page.content.decode()
        assert other.code not in text
        assert other.manage_token not in text
    other.refresh_from_db()
    assert other.is_confirmed


def test_booking_again_keeps_the_provider(client, cleo):
    actions.cancel(booking_id=cleo.pk, now=NOW)

    text = client.get("/my-bookings/?show=cancelled").content.decode()

    assert f"/book/lesson/?provider={cleo.session.provider_id}" in text
