"""Providers for meetings: suggestions, shared and missing Zoom users, what that means."""

from datetime import timedelta

import pytest
from django.urls import reverse

from booking.models import Booking
from tests import factories
from zoomlink.models import ProviderMeeting, ZoomConnection, ZoomUser

SETTINGS = "/admin/online-meetings/"


@pytest.fixture
def owner(as_role, settings):
    settings.ZOOM_CLIENT_ID = "the app"
    factories.enable("online-meetings")
    return as_role("owner")


@pytest.fixture
def connection(company) -> ZoomConnection:
    return factories.zoom_connection()


@pytest.fixture
def zoom_ada(connection) -> ZoomUser:
    """Ada's user at Zoom has the same e-mail, written otherwise; there is another user, too."""
    factories.zoom_user(connection, "Somebody")
    return factories.zoom_user(connection, "Ada", email="ADA@kyiv-yoga.example")


@pytest.fixture
def online(lesson):
    lesson.is_online_meeting = True
    lesson.save()
    return lesson


def row_of(response, provider):
    return next(form for form in response.context["forms"] if form.provider == provider)


def choose(browser, *providers, **fields):
    rows = {
        f"provider-{provider.pk}-{name}": content
        for provider in providers
        for name, content in fields.items()
    }
    return browser.post(reverse("desk:meeting-providers"), rows)


def test_zoom_user_with_the_providers_email_is_suggested(owner, ada, ben, zoom_ada):
    page = owner.get(SETTINGS)

    form = row_of(page, ada)
    assert (form["engine"].value(), form["zoom_user"].value()) == ("zoom", str(zoom_ada.pk))
    assert page.content.decode().count("Suggested by e-mail – save to use it.") == 1
    assert row_of(page, ben)["engine"].value() == "none"
    assert not ProviderMeeting.objects.exists()


def test_zoom_user_is_suggested_by_the_email_of_who_signs_in(owner, ada, connection):
    factories.zoom_user(connection, "Somebody")
    found = factories.zoom_user(connection, "Ada", email=ada.user.email)
    ada.email = "studio@kyiv-yoga.example"
    ada.save()

    assert row_of(owner.get(SETTINGS), ada).suggested == found


def test_suggestion_is_kept_by_saving_it_as_it_stands(owner, ada, zoom_ada):
    choose(owner, ada, engine="zoom", zoom_user=zoom_ada.pk, own_link="")

    assert (ada.meeting_choice.engine, ada.meeting_choice.zoom_user) == ("zoom", zoom_ada)
    assert row_of(owner.get(SETTINGS), ada).suggested is None


def test_a_user_that_is_only_shown_is_not_said_to_be_lacking(owner, ada, connection):
    factories.zoom_user(connection, "Somebody")
    ProviderMeeting.objects.create(provider=ada, engine=ProviderMeeting.ZOOM)

    page = owner.get(SETTINGS).content.decode()
    assert "not saved yet: save to use it" in page
    assert "No Zoom user is chosen" not in page

    factories.zoom_user(connection, "Somebody else")
    page = owner.get(SETTINGS).content.decode()
    assert "not saved yet: save to use it" not in page
    assert "No Zoom user is chosen" in page


def test_suggestion_that_is_turned_down_does_not_come_back(owner, ada, zoom_ada):
    choose(owner, ada, engine="none", zoom_user="", own_link="")

    form = row_of(owner.get(SETTINGS), ada)
    assert form["engine"].value() == "none"
    assert not form.suggests_zoom


def test_saving_another_row_alone_does_not_keep_a_suggestion(owner, ada, ben, zoom_ada):
    choose(owner, ben, engine="own_link", zoom_user="", own_link="https://meet.example/ben")

    assert not ProviderMeeting.objects.filter(provider=ada).exists()


def test_nobody_is_suggested_who_left_or_while_zoom_is_lost(owner, ada, zoom_ada):
    ZoomUser.objects.filter(pk=zoom_ada.pk).update(is_missing=True)
    assert row_of(owner.get(SETTINGS), ada).suggested is None
    ZoomUser.objects.update(is_missing=False)
    ZoomConnection.objects.update(state=ZoomConnection.LOST)

    assert row_of(owner.get(SETTINGS), ada).suggested is None


def test_another_account_asks_anew_who_is_who(owner, ada, zoom_ada):
    ProviderMeeting.objects.create(provider=ada, engine="zoom", zoom_user=None)

    page = owner.get(SETTINGS)

    assert page.context["asks_anew"]
    assert "who is who is asked anew" in page.content.decode()
    assert row_of(page, ada)["zoom_user"].value() == str(zoom_ada.pk)


def test_licence_stands_beside_the_name_and_basic_is_explained(owner, ada, zoom_ada):
    factories.meets_by_zoom(ada, zoom_ada)
    page = owner.get(SETTINGS).content.decode()
    assert "ADA@kyiv-yoga.example) – Basic" in page
    assert "Zoom ends the meetings after 40 minutes" in page
    ZoomUser.objects.update(is_licensed=True)

    page = owner.get(SETTINGS).content.decode()

    assert "ADA@kyiv-yoga.example) – Licensed" in page
    assert "40 minutes" not in page


def test_shared_user_tells_how_many_sessions_collide(owner, ada, ben, zoom_ada, online, book):
    for provider in (ada, ben):
        factories.meets_by_zoom(provider, zoom_ada)
    book(ada)
    book(ben, starts_at=factories.TOMORROW_NOON + timedelta(minutes=30))
    page = owner.get(SETTINGS)
    assert row_of(page, ada).collision is None  # one begins when the other ends
    book(ben, starts_at=factories.TOMORROW_NOON - timedelta(minutes=10))

    page = owner.get(SETTINGS)

    assert row_of(page, ada).collision.sessions == 2
    text = "2 of their sessions in the next 14 days collide, the first on Tuesday, 24 November 2026"
    assert f"{text}, 11:50 (Kyiv, UTC+2)." in page.content.decode()


def test_sessions_without_a_meeting_or_far_away_do_not_collide(
    owner, ada, ben, zoom_ada, online, book
):
    for provider in (ada, ben):
        factories.meets_by_zoom(provider, zoom_ada)
        book(provider, starts_at=factories.TOMORROW_NOON + timedelta(days=20))
    assert row_of(owner.get(SETTINGS), ada).collision is None
    for provider in (ada, ben):
        book(provider)
    online.is_online_meeting = False
    online.save()

    assert row_of(owner.get(SETTINGS), ada).collision is None


def test_missing_user_tells_how_many_coming_meetings_are_affected(
    owner, ada, ben, zoom_ada, online, book
):
    factories.meets_by_zoom(ada, zoom_ada)
    book(ada)
    book(ada, starts_at=factories.TOMORROW_NOON + timedelta(days=40))
    book(ben)
    ZoomUser.objects.filter(pk=zoom_ada.pk).update(is_missing=True)

    page = owner.get(SETTINGS)

    assert row_of(page, ada).sessions_without_user == 2
    assert "2 coming meetings are affected." in page.content.decode()


def test_only_oneself_is_listed_with_the_reason_and_the_way(owner, ada, zoom_ada):
    ZoomConnection.objects.update(shares_access=False)

    page = owner.get(SETTINGS).content.decode()

    assert "only the user who connected can host meetings" in page
    assert "choose Update Permissions" in page
    assert 'href="https://marketplace.zoom.us/user/installed"' in page


@pytest.mark.parametrize("number", [1, 3])
def test_page_asks_no_more_for_three_providers_than_for_one(
    owner, company, connection, number, django_assert_num_queries
):
    shared = factories.zoom_user(connection, "Shared", is_missing=True)
    for name in ["Ada", "Ben", "Eve", "Gil"][: number + 1]:
        provider = factories.provider(name)
        factories.meets_by_zoom(provider, shared)
        service = factories.service(provider, name=f"Lesson with {name}", is_online_meeting=True)
        booking = factories.book_one(service)
        assert booking.state == Booking.CONFIRMED

    # The company, the session and its user, permissions twice, the features twice, the menu's
    # counts of the pending and of lost messages, the banner; connection, users, choices,
    # providers, collisions, the stranded, services.
    with django_assert_num_queries(10 + 7):
        owner.get(SETTINGS)


def test_name_of_a_zoom_user_is_no_markup(owner, ada, zoom_ada):
    ZoomUser.objects.update(name='"><script>alert(1)</script>')

    text = owner.get(SETTINGS).content.decode()

    assert "<script>alert(1)" not in text
    assert f'<option value="{zoom_ada.pk}" selected>&quot;&gt;&lt;script&gt;' in text
