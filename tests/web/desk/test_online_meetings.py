"""Settings of Online video meetings, and what disappears while the feature is off."""

import pytest
from django.urls import reverse

from booking.models import Booking
from tests import factories
from tests.web.desk.pages import service_form
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
    return factories.zoom_user(connection, "Ada")


def choose(browser, provider, **fields):
    rows = {f"provider-{provider.pk}-{name}": content for name, content in fields.items()}
    return browser.post(reverse("desk:meeting-providers"), rows)


def row_of(response, provider):
    return next(form for form in response.context["forms"] if form.provider == provider)


def test_authorize_is_offered_while_nothing_is_connected(owner):
    page = owner.get(SETTINGS).content.decode()

    assert ">Authorize<" in page
    assert "Logout" not in page


def test_account_and_logout_are_shown_once_connected(owner, connection):
    page = owner.get(SETTINGS).content.decode()

    assert "owner@zoom.example" in page
    assert "Logout" in page
    assert ">Authorize<" not in page


def test_lost_connection_is_told_and_offers_authorize_again(owner, connection):
    ZoomConnection.objects.update(state=ZoomConnection.LOST, lost_reason="revoked")

    page = owner.get(SETTINGS).content.decode()

    assert "The connection to Zoom is lost" in page
    assert ">Authorize<" in page


def test_logout_asks_before_it_acts(owner, connection):
    page = owner.get(reverse("desk:online-meetings-logout")).content.decode()

    assert 'action="/zoom/logout/"' in page
    assert ZoomConnection.objects.current() is not None


def test_zoom_cannot_be_chosen_before_it_is_connected(owner, ada):
    form = row_of(owner.get(SETTINGS), ada)
    assert 'value="zoom" disabled' in str(form["engine"])

    answer = choose(owner, ada, engine="zoom")

    assert row_of(answer, ada).errors["engine"] == ["Zoom is not connected. Press Authorize first."]
    assert not ProviderMeeting.objects.exclude(engine="none").exists()


def test_provider_is_tied_to_a_zoom_user(owner, ada, ben, connection, zoom_ada):
    factories.zoom_user(connection, "Ben")

    answer = choose(owner, ada, engine="zoom", zoom_user=zoom_ada.pk)

    assert answer.status_code == 302
    assert ada.meeting_choice.zoom_user == zoom_ada
    assert not ProviderMeeting.objects.filter(provider=ben).exists()


def test_user_is_required_where_there_are_several(owner, ada, connection, zoom_ada):
    factories.zoom_user(connection, "Ben")

    answer = choose(owner, ada, engine="zoom", zoom_user="")

    assert row_of(answer, ada).errors["zoom_user"] == ["Choose the Zoom user of this provider."]


def test_only_user_is_preset(owner, ada, zoom_ada):
    form = row_of(owner.get(SETTINGS), ada)

    assert form["zoom_user"].value() == str(zoom_ada.pk)


def test_own_link_is_kept_and_a_bad_one_is_refused_at_its_field(owner, ada):
    answer = choose(owner, ada, engine="own_link", own_link="not a link")
    assert list(row_of(answer, ada).errors) == ["own_link"]
    assert "not a link" in answer.content.decode()

    choose(owner, ada, engine="own_link", own_link="https://meet.example/ada")

    assert ada.meeting_choice.own_link == "https://meet.example/ada"


def test_shared_and_missing_users_are_pointed_out(owner, ada, ben, zoom_ada):
    factories.meets_by_zoom(ada, zoom_ada)
    assert not row_of(owner.get(SETTINGS), ada).shares_user
    factories.meets_by_zoom(ben, zoom_ada)
    ZoomUser.objects.update(is_missing=True)

    form = row_of(owner.get(SETTINGS), ada)

    assert form.shares_user
    assert form.user_is_missing
    assert "no longer at Zoom" in owner.get(SETTINGS).content.decode()


def test_choices_survive_saving_while_logged_out(owner, ada, zoom_ada):
    factories.meets_by_zoom(ada, zoom_ada)
    ZoomConnection.objects.update(
        is_current=False, state=ZoomConnection.CLOSED, access_token="", refresh_token=""
    )
    form = row_of(owner.get(SETTINGS), ada)
    assert form["zoom_user"].value() == str(zoom_ada.pk)

    answer = choose(owner, ada, engine="zoom", zoom_user=zoom_ada.pk)

    assert answer.status_code == 302
    ada.meeting_choice.refresh_from_db()
    assert ada.meeting_choice.zoom_user == zoom_ada


def test_services_section_and_more_options_are_one_switch(owner, lesson):
    owner.post(reverse("desk:meeting-services"), {"shown": lesson.pk, "service": lesson.pk})
    lesson.refresh_from_db()
    assert lesson.is_online_meeting
    change = owner.get(f"/admin/booking/service/{lesson.pk}/change/")
    assert change.context["adminform"].form.initial["is_online_meeting"]

    owner.post(reverse("desk:meeting-services"), {"shown": lesson.pk})

    lesson.refresh_from_db()
    assert not lesson.is_online_meeting


def test_switch_in_more_options_is_the_one_of_the_services_section(owner, lesson):
    change = f"/admin/booking/service/{lesson.pk}/change/"
    ticked = f'name="service" value="{lesson.pk}" checked'

    owner.post(change, service_form(lesson, is_online_meeting="on"))
    assert ticked in owner.get(SETTINGS).content.decode()
    owner.post(change, service_form(lesson))

    assert ticked not in owner.get(SETTINGS).content.decode()


def test_both_sections_are_open_before_zoom_is_connected(owner, ada, lesson):
    page = owner.get(SETTINGS)

    text = page.content.decode()
    assert '<h2 id="providers">Providers for meetings</h2>' in text
    assert '<h2 id="services">Services for meetings</h2>' in text
    assert "“Zoom” can be chosen once Zoom is connected" in text
    form = row_of(page, ada)
    assert form["engine"].value() == "none"
    assert [label for _value, label in form.fields["engine"].choices] == [
        "None",
        "Zoom",
        "Own link",
    ]


def test_only_active_providers_have_a_row(owner, ada, ben):
    ben.is_active = False
    ben.save()

    assert [form.provider for form in owner.get(SETTINGS).context["forms"]] == [ada]


def test_services_not_on_the_page_are_left_alone(owner, lesson):
    other = factories.service(*lesson.providers.all(), name="Massage", is_online_meeting=True)

    owner.post(reverse("desk:meeting-services"), {"shown": lesson.pk, "service": lesson.pk})

    other.refresh_from_db()
    assert other.is_online_meeting


def test_saving_one_section_does_not_touch_the_other(owner, ada, lesson, zoom_ada):
    factories.meets_by_zoom(ada, zoom_ada)

    owner.post(reverse("desk:meeting-services"), {"shown": lesson.pk, "service": lesson.pk})
    choose(owner, ada, engine="none")

    lesson.refresh_from_db()
    ada.meeting_choice.refresh_from_db()
    assert lesson.is_online_meeting
    assert (ada.meeting_choice.engine, ada.meeting_choice.zoom_user) == ("none", zoom_ada)


def test_refresh_without_a_connection_says_so(owner):
    page = owner.post(reverse("desk:meeting-users-refresh"), follow=True).content.decode()

    assert "Zoom is not connected." in page


@pytest.fixture
def online_booking(lesson, ada, book, zoom_ada) -> Booking:
    factories.meets_by_zoom(ada, zoom_ada)
    lesson.is_online_meeting = True
    lesson.save()
    return book(ada)


PLACES = ("booking-popup", "reports-bookings", "reports-online-meetings")


def place(name, booking):
    return reverse(f"desk:{name}", args=[booking.pk] if name == "booking-popup" else [])


@pytest.mark.parametrize("name", PLACES)
def test_open_meeting_leads_to_the_providers_page(owner, online_booking, name):
    page = owner.get(place(name, online_booking)).content.decode()

    assert f"/m/{online_booking.session.host_token}/" in page
    assert "Open meeting" in page


@pytest.mark.parametrize("name", PLACES)
def test_open_meeting_is_not_for_the_viewer(owner, as_role, online_booking, name):
    page = as_role("viewer").get(place(name, online_booking)).content.decode()

    assert "Open meeting" not in page
    assert online_booking.session.host_token not in page
    assert online_booking.join_token not in page


def test_offline_booking_has_no_meeting(owner, ada, book):
    booking = book(ada)

    for name in ("booking-popup", "reports-bookings"):
        assert "Open meeting" not in owner.get(place(name, booking)).content.decode()
    rows = owner.get(reverse("desk:reports-online-meetings")).context["rows"]
    assert rows == []


def test_popup_says_why_an_online_booking_has_no_link(owner, online_booking):
    ZoomConnection.objects.update(state=ZoomConnection.LOST)

    page = owner.get(place("booking-popup", online_booking)).content.decode()

    assert "Open meeting" not in page
    assert "Zoom needs reconnecting" in page


def test_feature_off_hides_everything_and_loses_nothing(owner, online_booking, lesson):
    change = f"/admin/booking/service/{lesson.pk}/change/"
    factories.actions.set_feature(key="online-meetings", on=False, now=factories.NOW)

    for address in (place("booking-popup", online_booking), "/admin/reports/bookings/", change):
        page = owner.get(address).content.decode()
        assert "Open meeting" not in page
        assert "Online video meetings" not in page
        assert "is_online_meeting" not in page
    assert owner.get(place("reports-online-meetings", online_booking)).status_code == 404
    assert owner.post(change, service_form(lesson)).status_code == 302

    factories.enable("online-meetings")
    lesson.refresh_from_db()
    assert lesson.is_online_meeting
    assert "Open meeting" in owner.get(place("booking-popup", online_booking)).content.decode()


def test_more_options_of_a_service_carries_the_switch(owner, lesson):
    change = f"/admin/booking/service/{lesson.pk}/change/"
    page = owner.get(change).content.decode()
    order = ["Only at these times", "More options", "Enable as online meeting service"]
    assert sorted(order, key=page.index) == order

    owner.post(change, service_form(lesson, is_online_meeting="on"))

    lesson.refresh_from_db()
    assert lesson.is_online_meeting


def test_a_class_has_the_switch_in_its_own_words(owner, ada):
    factories.enable("classes")
    yoga = factories.service(ada, name="Yoga", kind="class", capacity=8)

    page = owner.get(f"/admin/desk/class/{yoga.pk}/change/").content.decode()

    assert "Enable as online meeting class" in page
    assert page.index("More options") < page.index("Enable as online meeting class")


def test_a_class_is_switched_on_and_off_in_its_more_options(owner, yoga):
    change = f"/admin/desk/class/{yoga.pk}/change/"

    for switch, is_online in (({"is_online_meeting": "on"}, True), ({}, False)):
        assert owner.post(change, service_form(yoga, **switch)).status_code == 302
        yoga.refresh_from_db()
        assert yoga.is_online_meeting is is_online


def test_classes_are_absent_while_their_feature_is_off(owner):
    assert owner.get("/admin/desk/class/").status_code == 403
    assert "/admin/desk/class/" not in owner.get("/admin/calendar/").content.decode()


def test_new_service_starts_without_meetings(owner, ada, zoom_ada):
    factories.meets_by_zoom(ada, zoom_ada)

    form = owner.get("/admin/booking/service/add/").context["adminform"].form

    assert form["is_online_meeting"].value() is False
