"""Above a number of bookings an hour a client proves their address before they are booked."""

from datetime import timedelta

import pytest
import time_machine

from booking import actions
from booking.links import new_token, proof_url
from booking.models import Booking, Company
from notifications.actions import deliver_message, sweep
from notifications.models import Message
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tests.web.site.conftest import hidden_values
from web.site.accounts import proven_user

pytestmark = pytest.mark.django_db
GONE = "This link no longer works"


@pytest.fixture
def asks_everybody(company):
    Company.objects.update(proof_above=0)


def book(client, lesson, *, hour=0, name="Cleo", email="cleo@client.example", sender="127.0.0.1"):
    starts_at = (TOMORROW_NOON + timedelta(hours=hour)).isoformat()
    url = f"/book/{lesson.slug}/details/"
    fields = hidden_values(client.get(url, {"starts_at": starts_at}).content.decode())
    return client.post(url, {**fields, "name": name, "email": email}, REMOTE_ADDR=sender)


def states() -> list[str]:
    return list(Booking.objects.order_by("pk").values_list("state", flat=True))


@pytest.fixture
def held(client, lesson, asks_everybody):
    book(client, lesson)
    return Booking.objects.get()


def page_of(client, booking) -> str:
    return client.get(f"/b/{booking.manage_token}/").content.decode()


def test_from_the_form_by_the_mail_to_the_booking(client, lesson, asks_everybody):
    answer = book(client, lesson)
    held = Booking.objects.get()

    waits = client.get(answer["Location"]).content.decode()
    for message_id in sweep(now=NOW):
        deliver_message(message_id=message_id, now=NOW)
    (letter,) = Message.objects.all()
    url = proof_url(held.proof_token).partition("localhost:8000")[2]
    asked = client.get(url)
    before = states()
    confirmed = client.post(url)

    assert "sent a link to cleo@client.example" in waits
    assert "09:15" in waits
    assert f"/b/{held.manage_token}/confirm/" not in waits
    assert (letter.to_address, url in letter.body_text) == ("cleo@client.example", True)
    assert "Confirm the booking" in asked.content.decode()
    assert before == [Booking.HELD]
    assert asked["Referrer-Policy"] == "no-referrer"
    assert confirmed["Location"] == f"/b/{held.manage_token}/"
    assert "You are booked" in page_of(client, held)


@pytest.mark.parametrize(
    ("own", "installation", "expected"),
    [
        (1, 600, ["confirmed", "held"]),
        (None, 1, ["confirmed", "held"]),
        (None, 0, ["confirmed", "confirmed"]),
        (0, 0, ["held", "held"]),
    ],
)
def test_limit_is_the_companys_else_the_installations(
    client, lesson, settings, own, installation, expected
):
    Company.objects.update(proof_above=own)
    settings.RATE_LIMIT_PER_MINUTE = installation

    for number in (0, 1):
        with time_machine.travel(NOW + timedelta(minutes=number), tick=False):
            book(client, lesson, hour=number)

    assert states() == expected


def test_only_what_is_booked_counts_in_its_hour(client, lesson):
    Company.objects.update(proof_above=1)
    book(client, lesson, email="nobody")
    factories.book_one(lesson, client=factories.details("Dan"))
    assert book(client, lesson).status_code == 409

    book(client, lesson, hour=1)
    book(client, lesson, hour=2, sender="192.0.2.7")
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        book(client, lesson, hour=3)

    assert states() == ["confirmed"] * 4


@pytest.mark.parametrize(
    ("other", "second"),
    [("2001:db8:1:2::7", "held"), ("2001:db8:1:3::7", "confirmed"), ("::1", "confirmed")],
)
def test_one_line_of_ipv6_is_one_sender(client, lesson, other, second):
    """Whoever has a line has 2**64 addresses of it."""
    Company.objects.update(proof_above=1)

    book(client, lesson, sender="2001:db8:1:2::1")
    book(client, lesson, hour=1, sender=other)

    assert states() == ["confirmed", second]


def test_addresses_written_in_those_of_ipv6_are_told_apart(client, lesson):
    Company.objects.update(proof_above=1)

    for hour, sender in enumerate(["::ffff:192.0.2.1", "::ffff:192.0.2.2", "192.0.2.1"]):
        book(client, lesson, hour=hour, sender=sender)

    assert states() == ["confirmed", "confirmed", "held"]


def test_form_sent_twice_counts_and_holds_once(client, lesson):
    Company.objects.update(proof_above=1)
    url, at = f"/book/{lesson.slug}/details/", {"starts_at": TOMORROW_NOON.isoformat()}
    fields = hidden_values(client.get(url, at).content.decode())
    wish = {**fields, "name": "Cleo", "email": "cleo@client.example"}

    first, again = client.post(url, wish), client.post(url, wish)

    assert first["Location"] == again["Location"]
    assert states() == ["confirmed"]


@pytest.mark.parametrize("who", ["client", "staff"])
def test_who_is_known_need_not_prove_anything(client, lesson, asks_everybody, who):
    user = factories.staff()
    if who == "client":
        factories.client()
        user = proven_user("cleo@client.example")
    client.force_login(user, backend="booking.backends.StaffBackend")

    book(client, lesson)
    book(client, lesson, hour=1, email="somebody@else.example")

    assert states() == ["confirmed", "confirmed" if who == "staff" else "held"]


def test_address_with_many_holds_is_told_so(client, lesson, asks_everybody):
    for hour in range(3):
        book(client, lesson, hour=hour)

    answer = book(client, lesson, hour=3)

    assert answer.status_code == 409
    assert "Several bookings wait to be confirmed" in answer.content.decode()
    assert len(states()) == 3


def test_wrong_used_and_late_links_are_answered_alike(client, lesson, held):
    wrong = ["x", new_token(), "a.b~c", "ї", "%00", held.manage_token, held.session.host_token]
    client.post(f"/c/{held.proof_token}/")
    book(client, lesson, hour=1)
    late = Booking.objects.latest("pk").proof_token

    with time_machine.travel(NOW + timedelta(minutes=15), tick=False):
        tokens = [*wrong, held.proof_token, late]
        answers = [ask(f"/c/{one}/") for one in tokens for ask in (client.get, client.post)]

    assert {answer.status_code for answer in answers} == {404}
    pages = {answer.content for answer in answers}
    assert len({page.split(b"<main")[1].split(b"</main")[0] for page in pages}) == 1
    assert GONE in answers[0].content.decode()
    assert states() == ["confirmed", "held"]


def test_token_of_the_bookings_page_confirms_nothing(client, held):
    answer = client.post(f"/b/{held.manage_token}/confirm/")

    assert answer.status_code == 409
    assert states() == ["held"]


def test_mail_is_sent_again_a_minute_later_and_twice_at_most(client, held):
    def ask_again(at):
        with time_machine.travel(at, tick=False):
            answer = client.post(f"/b/{held.manage_token}/proof/", follow=True)
            for message_id in sweep(now=at):
                deliver_message(message_id=message_id, now=at)
        return "on its way once more" in answer.content.decode()

    minutes = [NOW + timedelta(minutes=number) for number in range(5)]
    at_once = ask_again(NOW)
    asked = [ask_again(at) for at in minutes[1:]]

    assert not at_once
    assert asked == [True, True, False, False]
    letters = Message.objects.filter(kind="proof", state=Message.CAUGHT)
    assert [held.proof_token in letter.body_text for letter in letters] == [True] * 3


def test_who_never_proves_is_told_nothing_more(held, company):
    actions.expire_overdue(now=NOW + timedelta(minutes=15))

    assert states() == ["expired"]
    assert set(Message.objects.values_list("kind", flat=True)) == {"proof"}
