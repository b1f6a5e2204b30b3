"""Quick search: whom and what a few words find, and for whom."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from booking import actions
from booking.models import Booking, Client
from tests import factories
from web.desk.search import Term, find, terms_in


@pytest.fixture
def boss(company):
    return factories.staff(is_superuser=True)


@pytest.fixture
def people(company) -> None:
    factories.client("Олена Їжак", email="olena@client.example", phone="+380671234567")
    factories.client("Anna O'Neil", email="Anna.Neil@client.example", phone="+442079460958")
    factories.client("50% Off", email="off@client.example")


def names(user, text: str) -> list[str]:
    return [client.name for client in find(user, text, now=timezone.now(), most=8).clients]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("  Anna   Neil ", [Term("Anna"), Term("Neil")]),
        ("+380 67 123", [Term("+380 67 123", "38067123")]),
        ("Олена (067) 123-45", [Term("Олена"), Term("(067) 123-45", "6712345")]),
        ("00380 67", [Term("00380 67", "38067")]),
        ("12", [Term("12")]),
        ("7KX9 ---", [Term("7KX9"), Term("---")]),
        ("\0", []),
    ],
)
@pytest.mark.no_database
def test_text_is_split_into_words_and_phones(text, terms):
    assert terms_in(text) == terms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("олена", "Олена Їжак"),
        ("ЇЖАК ОЛЕ", "Олена Їжак"),
        ("їж olena@", "Олена Їжак"),
        ("067 123", "Олена Їжак"),
        ("+380 67", "Олена Їжак"),
        ("(067) 123-45-67", "Олена Їжак"),
        ("4567", "Олена Їжак"),
        ("020 7946 0958", "Anna O'Neil"),
        ("neil@CLIENT", "Anna O'Neil"),
        ("o'neil anna", "Anna O'Neil"),
        ("50%", "50% Off"),
    ],
)
def test_client_is_found_by_name_phone_and_email(boss, people, text, found):
    assert names(boss, text) == [found]


@pytest.mark.parametrize("text", ["", "о", "олена neil", "12345678", "%%", "__", ".*", "їжак("])
def test_what_does_not_fit_finds_nobody(boss, people, text):
    assert names(boss, text) == []


def test_client_is_found_by_the_phone_given_with_a_booking(boss, ada, book):
    book(ada, client=factories.details("Cleo"))
    book(
        ada,
        client=factories.details("Cleo", phone="+380501112233"),
        starts_at=factories.TOMORROW_NOON + timedelta(hours=1),
    )

    assert names(boss, "050 111") == ["Cleo"]


def test_booking_is_found_by_its_code_in_any_case(boss, ada, book):
    booking = book(ada)
    book(ada, starts_at=factories.TOMORROW_NOON + timedelta(hours=1))

    for text in (booking.code, booking.code.lower(), booking.code[:5], f"cleo {booking.code}"):
        assert find(boss, text, now=timezone.now(), most=8).bookings == [booking]


def test_bookings_to_come_stand_before_those_that_were(boss, ada, book, tomorrow):
    far, near = book(ada, starts_at=tomorrow + timedelta(days=9)), book(ada, starts_at=tomorrow)
    old, last = (
        book(ada, starts_at=tomorrow - timedelta(days=days), now=tomorrow - timedelta(days=40))
        for days in (20, 10)
    )

    found = find(boss, "cleo", now=timezone.now(), most=8)

    assert found.bookings == [near, far, last, old]
    assert found.clients[0].next_booking == near


def test_hints_say_when_there_is_more(as_role, company):
    for number in range(5):
        factories.client(f"Cleo {number}", email="")

    answer = as_role("viewer").get(reverse("desk:search-hints"), {"q": "cleo"})

    assert [client.name for client in answer.context["found"].clients] == [
        "Cleo 0",
        "Cleo 1",
        "Cleo 2",
        "Cleo 3",
    ]
    assert "There is more" in answer.content.decode()


@pytest.mark.parametrize("name", ["desk:search", "desk:search-hints"])
def test_junior_finds_own_bookings_and_their_clients_alone(as_ada, ada, ben, book, name):
    own = book(ada, client=factories.details("Cleo Own"))
    foreign = book(ben, client=factories.details("Cleo Foreign", phone="+380671234567"))
    shared = book(ben, client=factories.details("Cleo Own"), starts_at=own.session.ends_at)

    for text in ("cleo", "067 123", foreign.code, shared.code):
        page = as_ada.get(reverse(name), {"q": text}).content.decode()
        assert "Foreign" not in page
        assert f"/bookings/{foreign.pk}/" not in page
        assert f"/bookings/{shared.pk}/" not in page
    assert own.code in as_ada.get(reverse(name), {"q": "cleo"}).content.decode()


@pytest.mark.parametrize("name", ["desk:search", "desk:search-hints"])
def test_search_is_for_staff_and_only_asked(as_role, company, name):
    assert as_role("anonymous").get(reverse(name)).url.startswith("/admin/login/?next=")
    assert as_role("client").get(reverse(name)).status_code == 403
    assert as_role("owner").post(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", ["desk:search", "desk:search-hints"])
def test_names_and_words_are_shown_as_text(as_role, ada, book, name):
    book(ada, client=factories.details("<script>x", email="x@client.example"))

    page = as_role("owner").get(reverse(name), {"q": '<script>"'}).content.decode()
    found = as_role("senior").get(reverse(name), {"q": "<script>x"}).content.decode()

    assert "<script>x" not in page + found
    assert found.count("&lt;script&gt;x") >= 2


def test_empty_search_says_what_can_be_looked_for(as_role, company):
    viewer = as_role("viewer")

    page = viewer.get(reverse("desk:search")).content.decode()
    assert "a few digits of a phone" in page
    assert "Nothing found" not in page
    page = viewer.get(reverse("desk:search"), {"q": "nobody"}).content.decode()
    assert "Nothing found" in page


def test_search_asks_as_much_for_three_as_for_one(
    as_role, ada, book, tomorrow, django_assert_num_queries, django_assert_max_num_queries
):
    browser, address = as_role("owner"), reverse("desk:search-hints")
    book(ada)
    with django_assert_max_num_queries(12) as for_one:
        browser.get(address, {"q": "cleo client"})
    for number in (1, 2):
        at = tomorrow + timedelta(hours=number)
        book(ada, client=factories.details(f"Cleo {number}"), starts_at=at)

    with django_assert_num_queries(len(for_one)):
        browser.get(address, {"q": "cleo client"})


def test_field_stands_on_every_page_of_who_may_see_bookings(as_role, company, browser_of):
    owner = as_role("owner")
    for name in ("desk:calendar", "admin:booking_client_changelist"):
        page = owner.get(reverse(name)).content.decode()
        assert f'data-search="{reverse("desk:search-hints")}"' in page
        assert "searchCommand" not in page

    refused = browser_of(factories.staff("new@kyiv-yoga.example")).get("/admin/booking/client/")
    assert "data-search" not in refused.content.decode()


def test_list_of_clients_is_searched_in_the_same_way(as_role, people, ada, book):
    booking = book(ada)
    Client.objects.filter(pk=booking.client_id).update(name="Їжакова Анна")
    owner, address = as_role("owner"), reverse("admin:booking_client_changelist")

    def listed(text: str) -> list[str]:
        found = owner.get(address, {"q": text}).context["cl"].queryset
        return sorted(client.name for client in found)

    assert listed("ЇЖАК") == ["Їжакова Анна", "Олена Їжак"]
    assert listed("067 123") == ["Олена Їжак"]
    assert listed(booking.code) == ["Їжакова Анна"]


def test_hold_that_ran_out_is_not_what_comes_next(boss, lesson, ada, tomorrow):
    now = timezone.now()
    actions.hold(
        service_id=lesson.pk,
        provider_id=ada.pk,
        starts_at=tomorrow,
        client=factories.details(),
        held_until=now + timedelta(minutes=5),
        now=now,
    )

    later = now + timedelta(minutes=6)

    assert find(boss, "cleo", now=now, most=8).clients[0].next_booking is not None
    assert find(boss, "cleo", now=later, most=8).clients[0].next_booking is None
    assert Booking.objects.coming(later).count() == 0
