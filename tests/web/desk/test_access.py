"""Who may open which page of the staff side, and what they find there."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from booking import actions
from booking.models import Booking, Session
from tests import factories

STAFF = ("owner", "administrator", "senior", "junior", "viewer")
MANAGERS = ("owner", "administrator")
SENIORS = ("owner", "administrator", "senior")
CHANGERS = ("owner", "administrator", "senior", "junior")

PAGES = {
    "desk:calendar": STAFF,
    "desk:calendar-feed": STAFF,
    "desk:pending": STAFF,
    "desk:sessions": STAFF,
    "desk:reports-bookings": STAFF,
    "desk:reports-online-meetings": STAFF,
    "desk:booking-new": CHANGERS,
    "desk:session-new": CHANGERS,
    "desk:features": MANAGERS,
    "desk:online-meetings": MANAGERS,
    "desk:meeting-settings": MANAGERS,
    "desk:messages": SENIORS,
    "desk:messaging-settings": MANAGERS,
    "desk:outside-rules": STAFF,
    "desk:why": STAFF,
    "desk:hours": STAFF,
    "admin:booking_service_changelist": STAFF,
    "admin:desk_class_changelist": STAFF,
    "admin:booking_category_changelist": MANAGERS,
    "admin:booking_category_add": MANAGERS,
    "admin:booking_label_changelist": MANAGERS,
    "admin:booking_label_add": MANAGERS,
    "admin:booking_service_add": MANAGERS,
    "admin:booking_provider_add": MANAGERS,
    "admin:booking_specialday_add": SENIORS,
    "admin:booking_timeoff_changelist": CHANGERS,
    "admin:booking_timeoff_add": CHANGERS,
    "admin:booking_company_change": MANAGERS,
    "admin:booking_user_changelist": ("owner",),
}
POSTS = {
    "desk:pending-decide": CHANGERS,
    "desk:feature-switch": MANAGERS,
    "desk:meeting-providers": MANAGERS,
    "desk:meeting-services": MANAGERS,
    "desk:meeting-users-refresh": MANAGERS,
}
ARGS = {"desk:feature-switch": ["classes"], "admin:booking_company_change": ["1"]}


def address(name: str) -> str:
    return reverse(name, args=ARGS.get(name, []))


@pytest.fixture
def features_on(company):
    factories.enable("online-meetings")
    factories.enable("classes")


@pytest.mark.parametrize("role", STAFF)
@pytest.mark.parametrize("name", PAGES)
def test_page_opens_for_its_roles_and_answers_403_to_others(features_on, as_role, name, role):
    response = as_role(role).get(address(name))

    assert response.status_code == (200 if role in PAGES[name] else 403)


@pytest.mark.parametrize("role", [*STAFF, "client"])
@pytest.mark.parametrize("name", POSTS)
def test_post_is_done_for_its_roles_and_refused_to_others(features_on, as_role, name, role):
    response = as_role(role).post(address(name), {"on": "1"})

    assert response.status_code == (302 if role in POSTS[name] else 403)


def test_staff_who_are_refused_are_told_who_can_help(features_on, as_role):
    refused = as_role("viewer").get(address("desk:features")).content.decode()
    assert "ask whoever manages Settings > Users" in refused
    assert f'href="{address("desk:calendar")}"' in refused

    refused = as_role("client").get(address("desk:features")).content.decode()
    assert "Settings" not in refused
    assert address("desk:calendar") not in refused


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("desk:")])
def test_page_sends_a_stranger_to_sign_in_and_refuses_a_client(features_on, as_role, name):
    assert as_role("anonymous").get(address(name)).url.startswith("/admin/login/?next=")
    assert as_role("client").get(address(name)).status_code == 403


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


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", CONNECTS_ZOOM)
def test_what_connects_zoom_is_closed_by_any_method_to_who_may_not(
    features_on, as_role, browser_of, name, method
):
    assert getattr(as_role("senior"), method)(address(name)).status_code == 403
    trusted = factories.staff("trusted@kyiv-yoga.example")
    trusted.user_permissions.add(Permission.objects.get(codename="manage_online_meetings"))

    answer = getattr(browser_of(trusted), method)(address(name))

    assert answer.status_code in (200, 302, 400, 405)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", [name for name in CONNECTS_ZOOM if name.startswith("desk:")])
def test_settings_of_meetings_are_404_while_the_feature_is_off(as_role, name, method):
    assert getattr(as_role("owner"), method)(address(name)).status_code == 404


@pytest.mark.parametrize("name", POSTS)
def test_post_of_a_stranger_is_sent_to_sign_in(features_on, as_role, name):
    response = as_role("anonymous").post(address(name), {"on": "1"})

    assert response.url.startswith("/admin/login/?next=")


BOOKING_PAGES = ("desk:booking", "desk:booking-popup", "desk:booking-move")


@pytest.mark.parametrize("name", BOOKING_PAGES)
def test_junior_opens_own_booking_but_not_a_colleagues(as_ada, ada, ben, book, name):
    own, foreign = book(ada), book(ben)

    assert as_ada.get(reverse(name, args=[own.pk])).status_code == 200
    assert as_ada.get(reverse(name, args=[foreign.pk])).status_code == 404


def test_junior_cancels_own_booking_but_not_a_colleagues(as_ada, ada, ben, book):
    own, foreign = book(ada), book(ben)

    for booking in (own, foreign):
        as_ada.post(reverse("desk:booking-cancel", args=[booking.pk]))
        booking.refresh_from_db()

    assert (own.state, foreign.state) == (Booking.CANCELLED, Booking.CONFIRMED)


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
    assert viewer.get(reverse("desk:booking-move", args=[booking.pk])).status_code == 403
    assert viewer.post(reverse("desk:booking-cancel", args=[booking.pk])).status_code == 403


def test_staff_side_starts_at_the_calendar(as_role):
    assert as_role("viewer").get("/admin/").url == "/admin/calendar/"


def test_staff_pages_carry_their_own_policy(as_role):
    policy = as_role("owner").get("/admin/calendar/")["Content-Security-Policy"]

    assert "'unsafe-eval'" in policy
    assert "https://*.zoom.us" in policy
    assert "frame-ancestors 'none'" in policy


def test_public_pages_do_not_get_the_staff_sides_policy(company, client):
    assert "unsafe-eval" not in client.get("/")["Content-Security-Policy"]


# What is done by POST to one booking, and to one class session; and where GET shows a form.
BOOKING_POSTS = {
    "booking-cancel": {},
    "booking-approve": {},
    "booking-decline": {"reason": "No"},
    "booking-label": {"label": ""},
    "booking-attendance": {"attendance": "unknown"},
    "booking-comment": {"comment": "Note"},
    "booking-move": {},
}
SESSION_POSTS = {
    "session-cancel": {},
    "session-move": {},
    "session-places": {"places": "1"},
    "session-book": {},
}
FORMS = ("booking-move", "session-move", "session-places", "session-book")


@pytest.fixture
def waiting(lesson, ada, book) -> Booking:
    """Cleo waits for approval of a lesson with Ada."""
    lesson.needs_approval = True
    lesson.save()
    return book(ada)


@pytest.fixture
def yoga_session(features_on, ada, tomorrow) -> Session:
    yoga = factories.service(ada, name="Yoga", kind="class", capacity=8)
    return actions.schedule_session(
        service_id=yoga.pk,
        provider_id=ada.pk,
        starts_at=tomorrow + timedelta(hours=3),
        now=timezone.now(),
    )


def _of(name: str, waiting: Booking, session: Session) -> str:
    pk = session.pk if name.startswith("session") else waiting.pk
    return reverse(f"desk:{name}", args=[pk])


@pytest.mark.parametrize("role", ["viewer", "client", "anonymous"])
@pytest.mark.parametrize(("name", "form"), [*BOOKING_POSTS.items(), *SESSION_POSTS.items()])
def test_change_is_closed_to_who_may_not(as_role, waiting, yoga_session, name, form, role):
    browser, page = as_role(role), _of(name, waiting, yoga_session)

    answers = [browser.post(page, form), browser.get(page)]

    expected = 302 if role == "anonymous" else 403
    otherwise = expected if name in FORMS else 405
    assert [answer.status_code for answer in answers] == [expected, otherwise]
    waiting.refresh_from_db()
    yoga_session.refresh_from_db()
    assert (waiting.state, waiting.comment) == (Booking.PENDING, "")
    assert (yoga_session.is_active, yoga_session.capacity) == (True, 8)


@pytest.mark.parametrize("role", CHANGERS[:-1])
@pytest.mark.parametrize(("name", "form"), [*BOOKING_POSTS.items(), *SESSION_POSTS.items()])
def test_change_is_open_to_who_may(as_role, waiting, yoga_session, name, form, role):
    answer = as_role(role).post(_of(name, waiting, yoga_session), form)

    is_form_with_errors = name in FORMS and name != "session-places"
    assert answer.status_code == (200 if is_form_with_errors else 302)


@pytest.mark.parametrize("name", [*BOOKING_POSTS, *SESSION_POSTS])
def test_get_changes_nothing(as_role, waiting, yoga_session, name):
    answer = as_role("owner").get(_of(name, waiting, yoga_session))

    assert answer.status_code == (200 if name in FORMS else 405)
    waiting.refresh_from_db()
    assert waiting.events.count() == 1


@pytest.mark.parametrize("name", [*BOOKING_PAGES, "desk:booking-cancel"])
@pytest.mark.parametrize("role", ["anonymous", "client"])
def test_bookings_are_closed_to_strangers_and_clients(as_role, ada, book, name, role):
    booking = book(ada)
    browser, page = as_role(role), reverse(name, args=[booking.pk])

    response = browser.post(page) if name.endswith("cancel") else browser.get(page)

    assert response.status_code == (302 if role == "anonymous" else 403)
    assert booking.code not in response.content.decode()
    booking.refresh_from_db()
    assert booking.state == Booking.CONFIRMED


@pytest.mark.parametrize("name", ["session", "session-popup", "session-book", "session-cancel"])
def test_junior_reaches_no_session_of_a_colleague(as_ada, ben, book, name):
    session = book(ben).session
    page = reverse(f"desk:{name}", args=[session.pk])

    response = as_ada.post(page) if name == "session-cancel" else as_ada.get(page)

    assert response.status_code == 404
    session.refresh_from_db()
    assert session.is_active
