"""Choosing whom and when: how free days are, whose times, and what is left when there are none."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import SpecialDay, TimeOff, WorkingHours
from tests import factories
from tests.factories import NOW
from tests.web.site.full_class import book, scheduled

pytestmark = pytest.mark.django_db

# As many as it takes now; docs/performance.md has what is aimed at.
EMPTY_FOR_ONE = 9


@pytest.fixture
def ben(company):
    return factories.provider("Ben")


@pytest.fixture
def talk(company, ada, ben):
    """From nine to five on weekdays, every hour, by Ada and Ben."""
    for weekday in range(5):
        WorkingHours.objects.create(weekday=weekday, starts="09:00", ends="17:00")
    return factories.service(ada, ben, name="Talk", ignores_hours=False, grid_minutes=60)


def away(who, *, days):
    TimeOff.objects.create(
        provider=who, starts_at=NOW - timedelta(days=1), ends_at=NOW + timedelta(days=days)
    )


def whom_on(page) -> list[tuple[str, str, bool]]:
    """Where each choice leads, its name, and whether it is made."""
    found = re.findall(
        r'<a class="btn[^"]*" id="whom-\w+" href="([^"]*)"( aria-current="true")?>([^<]*)',
        page.content.decode(),
    )
    return [(name, url.replace("&amp;", "&"), bool(chosen)) for url, chosen, name in found]


def test_a_day_tells_in_words_and_marks_how_free_it_is(client, talk, ada, ben):
    ben.delete()
    SpecialDay.objects.create(date="2026-11-25", starts="09:00", ends="10:00")
    SpecialDay.objects.create(date="2026-11-26", starts="09:00", ends="14:00")

    page = client.get("/book/talk/?month=2026-11").content.decode()

    assert re.findall(
        r'<a class="site-(\w+)" id="day-2026-11-(2[4567])"[^>]*, ([^,"]*)" title', page
    ) == [
        ("some", "24", "8 free times"),
        ("few", "25", "1 free time"),
        ("some", "26", "5 free times"),
        ("some", "27", "8 free times"),
    ]


def test_choosing_a_provider_keeps_day_and_zone(client, talk, ada, ben):
    page = client.get(f"/book/talk/?day=2026-11-24&zone=Europe/Paris&provider={ada.pk}")

    kept = "zone=Europe%2FParis&day=2026-11-24"
    assert whom_on(page) == [
        ("Any provider", f"?{kept}", False),
        ("Ada", f"?provider={ada.pk}&{kept}", True),
        ("Ben", f"?provider={ben.pk}&{kept}", False),
    ]


def test_nobody_is_to_be_chosen_where_one_provider_is_all(client, talk, ben):
    ben.delete()

    assert whom_on(client.get("/book/talk/")) == []


def test_chosen_provider_without_times_that_day_leads_to_others(client, talk, ada):
    away(ada, days=3)

    page = client.get(f"/book/talk/?provider={ada.pk}&day=2026-11-24&zone=Europe/Paris")

    shown = page.context["picker"]
    assert "Ada has no free times on this day." in page.content.decode()
    assert shown.next_free_url == f"?provider={ada.pk}&zone=Europe%2FParis&day=2026-11-26"
    assert shown.others_url == "?zone=Europe%2FParis&day=2026-11-24"
    assert "Others are free on Tuesday, 24 November" in page.content.decode()


def test_chosen_provider_who_is_long_away_names_the_first_day_and_others(client, talk, ada):
    away(ada, days=20)

    page = client.get(f"/book/talk/?provider={ada.pk}")

    shown = page.context["picker"]
    assert shown.day.isoformat() == "2026-12-14"
    assert shown.others_url == "?day=2026-11-23"
    assert "Ada has no free time before 14 December." in page.content.decode()


def test_chosen_provider_who_never_comes_back_leads_to_others(client, talk, ada):
    away(ada, days=400)

    page = client.get(f"/book/talk/?provider={ada.pk}&month=2026-11")

    assert "Ada has no free times at present." in page.content.decode()
    assert page.context["picker"].others_url == "?day=2026-11-23"


def test_others_are_not_named_where_they_have_nothing_either(client, talk, ada, ben):
    away(ada, days=3)
    away(ben, days=3)

    page = client.get(f"/book/talk/?provider={ada.pk}&day=2026-11-24")

    assert page.context["picker"].others_url == ""


@pytest.mark.parametrize("rows", [1, 3])
def test_looking_for_others_takes_few_queries_for_any_number_of_them(client, talk, ada, rows):
    away(ada, days=3)
    for number in range(rows):
        talk.providers.add(factories.provider(f"P{number}"))

    with CaptureQueriesContext(connection) as captured:
        client.get(f"/book/talk/?provider={ada.pk}&day=2026-11-24")

    assert len(captured) <= EMPTY_FOR_ONE


def test_sessions_of_a_class_are_those_of_the_chosen_provider(client, company, ada, ben):
    factories.enable("classes")
    factories.enable("waiting-list")
    yoga = factories.service(ada, ben, name="Yoga", kind="class", capacity=1)
    adas = [scheduled(yoga, ada, days=days) for days in (1, 2)]
    scheduled(yoga, ben, days=3)
    book(adas[1], 1)

    of_any = client.get("/book/yoga/")
    of_ada = client.get(f"/book/yoga/?provider={ada.pk}")

    assert [time.provider_ids for time in of_any.context["sessions"]] == [
        (ada.pk,),
        (ada.pk,),
        (ben.pk,),
    ]
    assert [time.seats_left for time in of_ada.context["sessions"]] == [1, 0]


def test_many_times_stand_by_parts_of_the_day_in_the_visitors_zone(client, talk):
    kyiv = client.get("/book/talk/?day=2026-11-24")
    tokyo = client.get("/book/talk/?day=2026-11-24&zone=Asia/Tokyo")

    assert parts_on(kyiv) == [("", 8)]
    SpecialDay.objects.create(date="2026-11-25", starts="08:00", ends="21:00")
    assert parts_on(client.get("/book/talk/?day=2026-11-25")) == [
        ("Morning", 4),
        ("Afternoon", 6),
        ("Evening", 3),
    ]
    assert parts_on(tokyo) == [("", 8)]
    assert parts_on(client.get("/book/talk/?day=2026-11-26&zone=Asia/Tokyo"))[0][0] == "Night"


def parts_on(page) -> list[tuple[str, int]]:
    return [(part.name, len(part.times)) for part in page.context["picker"].parts]


def test_hours_to_choose_are_not_divided_once_more(client, ada):
    factories.service(ada, name="Fine", grid_minutes=5)

    page = client.get("/book/fine/?day=2026-11-24")

    assert page.context["picker"].hours
    assert parts_on(page) == [("", 12)]
