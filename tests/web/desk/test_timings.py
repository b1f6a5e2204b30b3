"""Settings → Email and SMS settings: times of reminders and follow-ups."""

import pytest
from django.urls import reverse

from notifications.models import Timing
from tests import factories
from web.desk.timings import section

pytestmark = pytest.mark.django_db

WISH = {
    "amount": "2",
    "unit": "60",
    "kind": "reminder",
    "audience": "client",
    "channel": "email",
}


@pytest.fixture
def boss(client):
    factories.company()
    client.force_login(factories.staff(is_superuser=True), backend="booking.backends.StaffBackend")
    return client


def overview(boss) -> str:
    return boss.get(reverse("desk:message-settings")).content.decode()


def test_times_stand_in_words_from_the_longest_to_the_shortest(boss):
    factories.remind_by(minutes=90, audience="provider", channel="sms")
    factories.remind_by(minutes=60)
    Timing.objects.create(kind="follow-up", audience="client", channel="email", minutes=2880)

    page = boss.get(reverse("desk:message-settings"))

    assert [words for _timing, words in page.context["timings"].rows] == [
        "1 day before the start",
        "90 minutes before the start",
        "1 hour before the start",
        "2 days after the end",
    ]
    assert page.content.decode().count("Being worked out for earlier bookings") == 1


def test_time_is_added(boss):
    answer = boss.post(reverse("desk:message-timings"), WISH, follow=True)

    assert Timing.objects.filter(kind="reminder", minutes=120).exists()
    assert "2 hours before the start" in answer.content.decode()


@pytest.mark.parametrize(
    ("wish", "field", "error"),
    [
        ({"amount": "1", "unit": "1440"}, "amount", "This time is there already."),
        ({"amount": "61", "unit": "1440"}, "amount", "At least a minute, at most 60 days."),
        ({"amount": "9" * 30}, "amount", "At least a minute, at most 60 days."),
        ({"amount": "0"}, "amount", "Ensure this value is greater than or equal to 1."),
        ({"amount": ""}, "amount", "This field is required."),
        (
            {"kind": "follow-up", "audience": "company"},
            "audience",
            "A follow-up goes to clients only.",
        ),
        (
            {"channel": "pigeon"},
            "channel",
            "Select a valid choice. pigeon is not one of the available choices.",
        ),
    ],
)
def test_time_that_cannot_be_is_refused_at_its_field(boss, wish, field, error):
    answer = boss.post(reverse("desk:message-timings"), {**WISH, **wish})

    assert answer.status_code == 422
    assert answer.context["timings"].form.errors == {field: [error]}
    assert error in answer.content.decode()
    assert Timing.objects.count() == 1


def test_time_is_removed_and_nobody_reminded(boss):
    before = overview(boss)
    url = reverse("desk:message-timing-remove", args=[Timing.objects.get().pk])

    boss.post(url)
    boss.post(url)

    assert not Timing.objects.exists()
    nobody = "There is no reminder: nobody is reminded of a booking."
    assert nobody not in before
    assert nobody in overview(boss)


@pytest.mark.parametrize(("name", "arguments"), [("timings", []), ("timing-remove", [1])])
def test_times_are_changed_by_post_and_by_who_may(boss, client, name, arguments):
    url = reverse(f"desk:message-{name}", args=arguments)
    seen = boss.get(url)
    other = factories.staff("viewer@kyiv-yoga.example")
    client.force_login(other, backend="booking.backends.StaffBackend")
    refused = client.post(url, WISH)
    client.logout()
    stranger = client.post(url, WISH)

    assert (seen.status_code, refused.status_code, stranger.status_code) == (405, 403, 302)
    assert Timing.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_section_takes_one_query_whatever_the_number_of_times(
    boss, rows, django_assert_num_queries
):
    for number in range(1, rows):
        factories.remind_by(minutes=number)

    with django_assert_num_queries(1):
        assert len(section().rows) == rows
