"""What people of the roles find on the pages that tests/web/test_matrix.py lets them into."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from booking.models import Booking, Label
from tests import factories


@pytest.fixture
def features_on(company):
    factories.enable("online-meetings")
    factories.enable("classes")


def test_staff_who_are_refused_are_told_who_can_help(features_on, as_role):
    refused = as_role("viewer").get(reverse("desk:features")).content.decode()
    assert "ask whoever manages Settings > Users" in refused
    assert f'href="{reverse("desk:calendar")}"' in refused

    refused = as_role("client").get(reverse("desk:features")).content.decode()
    assert "Settings" not in refused
    assert reverse("desk:calendar") not in refused


CONNECTS_ZOOM = (
    "desk:online-meetings",
    "desk:online-meetings-logout",
    "desk:meeting-providers",
    "desk:meeting-services",
    "desk:meeting-settings",
    "desk:meeting-users-refresh",
    "zoomlink:authorize",
    "zoomlink:logout",
)


def test_one_permission_opens_all_that_connects_zoom_by_any_method(features_on, browser_of):
    trusted = factories.staff("trusted@kyiv-yoga.example")
    trusted.user_permissions.add(Permission.objects.get(codename="manage_online_meetings"))
    browser = browser_of(trusted)

    answers = [
        getattr(browser, method)(reverse(name)).status_code
        for name in CONNECTS_ZOOM
        for method in ("get", "post")
    ]

    assert set(answers) <= {200, 302, 400, 405}


def test_settings_of_meetings_are_404_while_the_feature_is_off(as_role):
    owner, pages = as_role("owner"), [name for name in CONNECTS_ZOOM if name.startswith("desk:")]

    answers = [
        getattr(owner, method)(reverse(name)).status_code
        for name in pages
        for method in ("get", "post")
    ]

    assert set(answers) == {404}


def test_junior_finds_only_own_bookings_in_calendar_and_report(as_ada, ada, ben, book, tomorrow):
    own, foreign = book(ada), book(ben, client=factories.details("Dan"))
    day = {"date": tomorrow.date().isoformat()}

    feed = as_ada.get(reverse("desk:calendar-feed"), day).json()
    report = as_ada.get(reverse("desk:reports-bookings")).content.decode()

    assert [row["title"] for row in feed] == ["Cleo"]
    assert own.code in report
    assert foreign.code not in report


def test_junior_cannot_book_for_a_colleague(as_ada, ben, lesson, tomorrow):
    response = as_ada.post(reverse("desk:booking-new"), new_booking(lesson, ben, tomorrow))

    assert "provider" in response.context["form"].errors
    assert not Booking.objects.exists()


def new_booking(service, provider, starts_at) -> dict[str, str]:
    return {
        "service": service.pk,
        "provider": provider.pk,
        "date": starts_at.date().isoformat(),
        "time": f"{starts_at:%H:%M}",
        "name": "Cleo",
        "email": "cleo@client.example",
        "language": "en",
    }


def test_viewer_reads_a_booking_but_finds_no_control_in_it(as_role, ada, book):
    booking = book(ada)
    viewer = as_role("viewer")

    page = viewer.get(reverse("desk:booking", args=[booking.pk])).content.decode()

    assert booking.code in page
    assert "Cancel booking" not in page
    assert booking.manage_token not in page


def test_viewer_sets_a_label_and_is_offered_no_other_note(as_role, ada, book):
    booking, paid = book(ada), Label.objects.create(name="Paid")
    viewer = as_role("viewer")

    page = viewer.get(reverse("desk:booking", args=[booking.pk])).content.decode()
    viewer.post(reverse("desk:booking-label", args=[booking.pk]), {"label": paid.pk})

    booking.refresh_from_db()
    assert booking.label == paid
    assert reverse("desk:booking-label", args=[booking.pk]) in page
    assert reverse("desk:booking-comment", args=[booking.pk]) not in page


def test_staff_side_starts_at_the_calendar(as_role):
    assert as_role("viewer").get("/admin/").url == "/admin/calendar/"


def test_staff_pages_carry_their_own_policy(as_role):
    policy = as_role("owner").get("/admin/calendar/")["Content-Security-Policy"]

    assert "'unsafe-eval'" in policy
    assert "https://*.zoom.us" in policy
    assert "frame-ancestors 'none'" in policy


def test_public_pages_do_not_get_the_staff_sides_policy(company, client):
    assert "unsafe-eval" not in client.get("/")["Content-Security-Policy"]
