"""Whatever stands in an address of the staff side, its page answers."""

from itertools import product

import pytest
from django.urls import reverse

from tests import factories

# What the pages read of their addresses.
PAGES = {
    "desk:calendar": "view date service provider status online column",
    "desk:calendar-feed": "view date start end service provider status online",
    "desk:calendar-background": "view date start end service provider",
    "desk:booking-new": "service provider date time next",
    "desk:pending": "page",
    "desk:sessions": "when service provider page",
    "desk:session-new": "service provider date time next",
    "desk:reports-bookings": "first last service provider state q booked_first booked_last "
    "label attendance source online client column sort page",
    "desk:reports-online-meetings": "first last service provider state page",
    "desk:reports-bookings-export": "first service q client column sort",
    "desk:reports-meetings-export": "first service state",
    "desk:reports-utilisation": "first last service provider",
    "desk:outside-rules": "page",
    "desk:why": "service provider date time",
    "desk:messages": "words state kind channel page",
}
FORMS = ("booking-move", "session-book", "session-move", "session-places")
ODD = ("9999-12-31", "0001-01-01", "\0", "abc", "-1", "99999999999999999999", "")


@pytest.fixture
def answer_of(as_role):
    """The status that the owner is answered with, also where a page breaks."""
    owner = as_role("owner")
    owner.raise_request_exception = False
    return lambda address, query: owner.get(address, query).status_code


@pytest.mark.parametrize("name", PAGES)
def test_odd_values_never_break_a_page(answer_of, book, ben, session, name):
    factories.enable("online-meetings")
    book(ben)

    for read, odd in product(PAGES[name].split(), ODD):
        assert answer_of(reverse(name), {read: odd}) == 200, (read, odd)


@pytest.mark.parametrize("odd", ODD)
def test_odd_way_back_never_breaks_a_form(answer_of, book, ben, session, odd):
    booking = book(ben)

    for name in FORMS:
        pk = booking.pk if name.startswith("booking") else session.pk
        assert answer_of(reverse(f"desk:{name}", args=[pk]), {"next": odd}) == 200, name


@pytest.mark.parametrize("view", ["day", "week", "list"])
@pytest.mark.parametrize("odd", ODD)
def test_odd_day_never_breaks_a_view_of_the_calendar(answer_of, session, view, odd):
    query = {"view": view, "date": odd}

    assert answer_of(reverse("desk:calendar"), query) == 200
    assert answer_of(reverse("desk:calendar-feed"), query) == 200


@pytest.mark.parametrize("start", ODD)
def test_odd_range_never_breaks_the_feed(answer_of, session, start):
    for end in ODD:
        assert answer_of(reverse("desk:calendar-feed"), {"start": start, "end": end}) == 200, end


@pytest.mark.parametrize("odd", ODD)
def test_odd_question_never_breaks_the_answer_why(answer_of, lesson, ada, odd):
    asked = {"service": lesson.pk, "provider": ada.pk, "date": odd, "time": "12:00"}

    assert answer_of(reverse("desk:why"), asked) == 200


@pytest.mark.parametrize("odd", ODD)
def test_new_session_begins_with_a_class_that_there_is(as_role, yoga, ada, odd):
    form = as_role("owner").get(reverse("desk:session-new"), {"service": odd}).context["form"]

    assert form.initial["provider"] == ada.pk


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("2026-12-01", "2026-12-01", "2027-02-16"),
        ("9999-12-31", "2100-01-01", "2100-01-01"),
        ("0001-01-01", "2000-01-10", "2000-03-27"),
        ("abc", "2026-11-23", "2027-02-08"),
    ],
)
def test_new_session_begins_on_a_day_that_can_be_shown(as_role, yoga, asked, first, last):
    form = as_role("owner").get(reverse("desk:session-new"), {"date": asked}).context["form"]

    assert (form.initial["date"], form.initial["until"]) == (first, last)
