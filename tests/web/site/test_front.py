"""The company's face: logo, hours, how to reach it, whom one meets, and its terms."""

import re

import pytest

from booking.models import SpecialDay, WorkingHours
from tests import factories
from web.site.rules import rules_of

pytestmark = pytest.mark.django_db

HOUR, DAY = 60, 1440


@pytest.fixture
def office_hours(company):
    """Weekdays with a break, and Saturdays round the clock; Kyiv time."""
    for weekday in range(5):
        WorkingHours.objects.create(weekday=weekday, starts="09:00", ends="13:00")
        WorkingHours.objects.create(weekday=weekday, starts="14:00", ends="18:00")
    WorkingHours.objects.create(weekday=5, starts="00:00", ends="00:00")


def text_of(page) -> str:
    """What is read of a page, with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def hours_on(page) -> dict[str, list[tuple[str, str]]]:
    hours = page.context["hours"]
    return {
        "week": [(line.days, line.hours) for line in hours.week],
        "special": [(line.days, line.hours) for line in hours.special],
    }


# --- Logo --------------------------------------------------------------------


def test_logo_stands_for_the_name_on_every_page(client, company, lesson):
    without = client.get("/book/lesson/").content.decode()
    company.logo = f"company/{'a' * 32}.webp"
    company.save()
    with_logo = client.get("/book/lesson/").content.decode()

    assert re.findall(r'class="site-brand"[^>]*>([^<]*)<', without) == ["Kyiv Yoga"]
    assert re.findall(r'class="site-brand"[^>]*>(<img[^>]*>)', with_logo) == [
        f'<img src="/media/company/{"a" * 32}.webp" height="40" decoding="async" alt="Kyiv Yoga">'
    ]


# --- Hours and contact -------------------------------------------------------


def test_hours_are_told_by_weekday_with_their_zone(client, lesson, office_hours):
    page = client.get("/")

    weekday = "09:00–13:00, 14:00–18:00"
    assert hours_on(page)["week"] == [
        ("Monday", weekday),
        ("Tuesday", weekday),
        ("Wednesday", weekday),
        ("Thursday", weekday),
        ("Friday", weekday),
        ("Saturday", "Round the clock"),
        ("Sunday", "Closed"),
    ]
    assert "Times are those of Kyiv, UTC+2." in text_of(page)
    assert re.findall(r'<tr aria-current="date"><th scope="row">(\w+)', page.content.decode()) == [
        "Monday"
    ]


def test_special_days_ahead_are_told_as_far_as_one_may_book(client, ada, lesson, office_hours):
    for day in (24, 25, 26):
        SpecialDay.objects.create(date=f"2026-12-{day}", note="Staff: stocktaking")
    for hours in (("10:00", "12:00"), ("13:00", "14:00")):
        SpecialDay.objects.create(date="2026-12-31", starts=hours[0], ends=hours[1])
    SpecialDay.objects.create(date="2026-11-22")  # over
    SpecialDay.objects.create(date="2027-06-01")  # beyond
    SpecialDay.objects.create(date="2026-12-01", provider=ada)

    page = client.get("/")

    assert hours_on(page)["special"] == [
        ("24–26 Dec 2026", "Closed"),
        ("Thu, 31 Dec", "10:00–12:00, 13:00–14:00"),
    ]
    assert "stocktaking" not in page.content.decode()


@pytest.mark.parametrize("why", ["hidden", "none"])
def test_hours_are_left_out_where_the_company_has_none_or_hides_them(
    client, company, lesson, office_hours, why
):
    if why == "none":
        WorkingHours.objects.filter(provider=None).delete()
    company.shows_hours = why != "hidden"
    company.save()

    page = client.get("/")

    assert page.context["hours"] is None
    assert "Our hours" not in text_of(page)


def test_address_leads_to_a_map_elsewhere_and_loads_nothing(client, company, lesson):
    company.address, company.phone = "12 Yaroslaviv Val, Kyiv & co", "+380442340000"
    company.save()

    page = client.get("/").content.decode()

    found = re.findall(r'<a href="(https://[^"]*)" target="_blank" rel="noopener">', page)
    query = "12%20Yaroslaviv%20Val%2C%20Kyiv%20%26%20co"
    assert found == [f"https://www.openstreetmap.org/search?query={query}"]
    assert 'href="tel:+380442340000"' in page
    assert page.count("mailto:hello@kyiv-yoga.example") == 1


def test_company_that_says_nothing_of_itself_has_no_card(client, company, lesson):
    company.email = ""
    company.save()

    page = text_of(client.get("/"))

    assert "Contact" not in page
    assert "Our hours" not in page


def test_texts_of_the_company_are_written_as_text_in_paragraphs(client, company, lesson):
    company.description, company.policy = "One.\n\n<script>two</script>", "<b>Rule</b>\n\nOther"
    company.save()

    home = client.get("/").content.decode()
    terms = client.get("/terms/").content.decode()

    assert "<p>One.</p>\n\n<p>&lt;script&gt;two&lt;/script&gt;</p>" in home
    assert "<p>&lt;b&gt;Rule&lt;/b&gt;</p>\n\n<p>Other</p>" in terms


@pytest.mark.parametrize(
    ("price", "language", "written"),
    [(900, "en", "900 UAH"), ("99.50", "uk", "99,50 UAH"), (0, "en", "Free"), (None, "en", None)],
)
def test_price_is_written_as_people_write_it(client, ada, price, language, written):
    factories.service(ada, price=price)

    page = client.get("/", headers={"Accept-Language": language})

    assert ("UAH" in text_of(page) or "Free" in text_of(page)) == (written is not None)
    assert written is None or written in text_of(page)


# --- Whom one meets ----------------------------------------------------------


def test_team_is_who_gives_a_listed_service(client, company):
    factories.enable("classes")
    ada, ben = factories.provider("Ada", position=2), factories.provider("Ben", position=1)
    factories.service(ada, ben, name="Talk")
    factories.service(ada, name="Yoga", kind="class", capacity=3)
    factories.service(factories.provider("Hidden"), name="Secret", is_listed=False)
    factories.service(factories.provider("Gone", is_active=False), ada, name="Walk")
    factories.provider("Idle")

    page = client.get("/")

    assert [provider.name for provider in page.context["team"]] == ["Ben", "Ada"]
    assert f'href="/with/{ada.pk}/"' in page.content.decode()


def test_provider_page_leads_to_what_they_offer(client, ada, lesson):
    ada.description, ada.picture = "Kind.\n\nPatient.", f"providers/{'b' * 32}.webp"
    ada.save()
    factories.service(factories.provider("Ben"), name="Walk")
    factories.service(ada, name="Secret", is_listed=False)

    page = client.get(f"/with/{ada.pk}/")

    assert re.findall(r'href="(/book/[^"]*)"', page.content.decode()) == [
        f"/book/lesson/?provider={ada.pk}"
    ]
    assert f'src="/media/providers/{"b" * 32}.webp" width="112"' in page.content.decode()
    assert "<p>Kind.</p>\n\n<p>Patient.</p>" in page.content.decode()


@pytest.mark.parametrize("who", ["inactive", "unlisted", "class", "idle", "nobody", "no number"])
def test_provider_page_of_whom_nobody_can_book_is_404(client, company, who):
    fields = {
        "inactive": {},
        "unlisted": {"is_listed": False},
        "class": {"kind": "class", "capacity": 3},  # while the feature is off
    }
    provider = factories.provider("Ada", is_active=who != "inactive")
    if who in fields:
        factories.service(provider, **fields[who])
    number = {"nobody": provider.pk + 1, "no number": 10**30}.get(who, provider.pk)

    assert client.get(f"/with/{number}/").status_code == 404


def test_service_of_one_provider_shows_them(client, ada, lesson):
    ada.description, ada.picture = "Kind.", f"providers/{'b' * 32}.webp"
    ada.save()
    factories.service(ada, name="Secret", is_listed=False)

    page = client.get("/book/lesson/").content.decode()
    secret = client.get("/book/secret/").content.decode()

    assert f"/media/providers/{'b' * 32}.webp" in page
    assert f'href="/with/{ada.pk}/">With Ada' in page
    assert "Kind." in page
    assert "With Ada" in secret


def test_class_of_a_chosen_provider_says_whose_sessions_these_are(client, ada, yoga):
    yoga.providers.add(factories.provider("Ben"))

    page = client.get(f"/book/yoga/?provider={ada.pk}")

    assert "With Ada" in text_of(page)
    assert 'href="/book/yoga/">Sessions of all providers' in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_provider_page_takes_the_same_queries_for_any_number_of_services(
    client, ada, rows, django_assert_num_queries
):
    for number in range(rows):
        factories.service(ada, name=f"Talk {number}", is_online_meeting=True)

    with django_assert_num_queries(4):  # provider, features, services, company
        client.get(f"/with/{ada.pk}/")


# --- Terms -------------------------------------------------------------------


def test_terms_are_linked_once_there_are_any(client, company, lesson):
    without = client.get("/book/lesson/").content.decode()
    missing = client.get("/terms/")
    company.policy, company.cancel_until_minutes = "Come in time.", DAY
    company.save()
    page = client.get("/book/lesson/").content.decode()
    terms = text_of(client.get("/terms/"))

    assert 'href="/terms/"' not in without
    assert missing.status_code == 404
    assert 'href="/terms/"' in page
    assert "Come in time." in terms
    assert "You can cancel until 24 hours before the start." in terms
    assert "You can choose another time until the start." in terms


@pytest.mark.parametrize(
    ("minutes", "written"),
    [
        (1, "1 minute before the start"),
        (HOUR, "1 hour before the start"),
        (90, "1 hour 30 minutes before the start"),
        (DAY, "24 hours before the start"),
        (DAY + HOUR, "25 hours before the start"),
        (2 * DAY, "2 days before the start"),
        (0, "the start"),
    ],
)
def test_rules_are_told_in_words(company, minutes, written):
    company.cancel_until_minutes = company.reschedule_until_minutes = minutes

    assert rules_of(company) == [f"You can cancel or choose another time until {written}."]
