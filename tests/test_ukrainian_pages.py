"""Every page in Ukrainian: nothing of its English is left."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from zoneinfo import available_timezones

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import Group
from django.test import Client as Browser
from django.utils import timezone

from booking import actions
from booking.models import (
    Booking,
    Category,
    Company,
    Consent,
    Label,
    Question,
    Service,
    Session,
    TimeOff,
    User,
    WaitingEntry,
)
from notifications.actions import set_choices
from notifications.kinds import FLEXIBLE, Choice
from notifications.models import Message
from tests import factories
from tests.web.desk import two_steps
from tests.web.desk.yoga import come, weekly
from web.desk.reports.columns import COLUMNS, LINK
from web.keys.models import ApiKey
from web.site.accounts import proven_user
from webhooks.kinds import FEATURE as WEBHOOKS
from webhooks.kinds import Reason
from webhooks.models import Delivery, Endpoint


class VisibleText(HTMLParser):
    """Collects what a person reads or hears on a page; not icons, code or lists of zones.

    Nor what is marked ``translate="no"``: keys, secrets, names of kinds.
    """

    SPOKEN = ("aria-label", "alt", "placeholder", "title")
    VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}

    def __init__(self):
        super().__init__()
        self.words: list[str] = []
        self.hidden: list[bool] = []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.words += [given[name] for name in self.SPOKEN if given.get(name)]
        if tag not in self.VOID:
            is_icon = "material-symbols" in (given.get("class") or "")
            is_left = given.get("translate") == "no" or tag in ("script", "style", "svg", "code")
            self.hidden.append(is_icon or is_left)

    def handle_endtag(self, tag):
        if tag not in self.VOID and self.hidden:
            self.hidden.pop()

    def handle_data(self, text):
        if not any(self.hidden):
            self.words.append(text.strip())


ZONES = {name.replace("_", " ") for name in available_timezones()} | available_timezones()
# Names and abbreviations that are the same in Ukrainian.
SAME = {"API", "English", "README", "SMS", "UAH", "UTC", "Zoom", "Zustrich", "esc"}
SAME |= {"CSV", "Excel", "GSM", "HTML", "JPEG", "PNG", "UCS", "WebP", "beat", "worker"}
SAME |= {"FAS", "Aegis", "Authenticator", "Google", "Alt", "Ctrl", "Enter", "Shift"}
SAME |= {"Apple", "CRM", "Microsoft", "Outlook", "Zapier"}
# What people look for on the pages of Zoom, which has no Ukrainian.
AT_ZOOM = {"Manage > Installed apps", "Update Permissions", "marketplace.zoom.us", "scopes"}
# What they look for at those who receive webhooks.
AT_RECEIVERS = {"«Webhook»", "«Catch Hook»"}
# Addresses, placeholders, colours, masked parts of a hash, names of settings.
NOT_WORDS = re.compile(
    r"\S+@\S+|https?://\S*|\[\w+\]|#[0-9a-f]{6}|\w+\*{3,}|\w+(?::\w+)+|[A-Z]+(?:_[A-Z]+)+"
)


def english_in(page: str, *known: str) -> list[str]:
    """Return the texts of a page with words in Latin letters, other than ``known`` ones."""
    reader = VisibleText()
    reader.feed(page)
    found = []
    for text in reader.words:
        rest = text
        for name in {
            *known,
            *AT_ZOOM,
            *AT_RECEIVERS,
            *(ZONES & {text, text.rpartition(" ")[2].rstrip(".")}),
        }:
            rest = rest.replace(name, "")
        if set(re.findall(r"[A-Za-z_]{3,}", NOT_WORDS.sub("", rest))) - SAME:
            found.append(text)
    return found


@pytest.fixture
def now():
    with time_machine.travel(factories.NOW, tick=False):
        yield


@pytest.fixture
def booking(db, now) -> Booking:
    """An online lesson at tomorrow's noon; everything that people name is in Ukrainian."""
    about = {"address": "Київ", "description": "Йога для всіх", "policy": "Приходьте вчасно."}
    factories.company(name="Студія", language="uk", **about)
    ada = factories.provider("Ада", email="ada@kyiv-yoga.example")
    lesson = factories.service(
        ada, name="Урок", slug="lesson", price=500, is_online_meeting=True, description="Година"
    )
    for feature in ("classes", "online-meetings"):
        factories.enable(feature)
    factories.zoom_connection(email="власник@приклад")
    client = actions.ClientDetails(name="Клео", email="cleo@client.example", language="uk")
    return factories.book_one(lesson, client=client)


@pytest.fixture
def staff(booking) -> User:
    owner = factories.staff(name="Оксана")
    owner.groups.add(Group.objects.get(name="owner"))
    return owner


@pytest.fixture
def asked(booking) -> Booking:
    """A booking of tomorrow at one that waits for approval, with a label."""
    talk = factories.service(
        booking.session.provider, name="Бесіда", slug="talk", needs_approval=True
    )
    asked = factories.book_one(
        talk,
        starts_at=factories.TOMORROW_NOON + timedelta(hours=1),
        client=booking_details("Данило"),
    )
    asked.label = Label.objects.create(name="Важливо")
    asked.save(update_fields=["label"])
    return asked


@pytest.fixture
def series(booking) -> list[Session]:
    """Sessions of a class on three Mondays, with two people in the first one."""
    yoga = factories.service(
        booking.session.provider, name="Йога", slug="yoga", kind=Service.CLASS, capacity=3
    )
    yoga.category = Category.objects.create(name="Групи")
    yoga.save(update_fields=["category"])
    sessions = weekly(yoga, booking.session.provider)
    come(sessions[0], "Данило", "Єва")
    return sessions


def booking_details(name: str) -> actions.ClientDetails:
    return actions.ClientDetails(name=name, email="danylo@client.example", language="uk")


def ukrainian_browser(user: User | None = None) -> Browser:
    browser = Browser()
    if user:
        browser.force_login(user, backend="booking.backends.StaffBackend")
    browser.cookies["django_language"] = "uk"
    return browser


def assert_ukrainian(browser: Browser, addresses: list[str], *known: str) -> None:
    for address in addresses:
        answer = browser.get(address, follow=True)
        assert answer.status_code == 200, address
        page = answer.content.decode()
        assert '<html lang="uk"' in page, address
        assert english_in(page, *known) == [], address


def test_clients_pages_are_ukrainian(booking, series):
    addresses = [
        "/",
        f"/with/{booking.session.provider_id}/",
        "/terms/",
        "/book/lesson/",
        f"/book/lesson/?day=2026-11-24&provider={booking.session.provider_id}",
        "/book/lesson/?day=2026-11-28",
        "/book/lesson/details/?starts_at=2026-11-25T10:00Z",
        "/book/yoga/",
        f"/book/yoga/details/?session={series[0].pk}",
        "/my-bookings/",
        f"/b/{booking.manage_token}/",
        f"/b/{booking.manage_token}/cancel/",
        f"/b/{booking.manage_token}/reschedule/",
        f"/m/{booking.join_token}/",
        f"/m/{booking.session.host_token}/",
        "/admin/login/",
    ]
    browser = ukrainian_browser()

    assert_ukrainian(browser, addresses, booking.code)
    assert english_in(browser.get("/no-such-page/").content.decode()) == []


def hold(booking: Booking, **until: int) -> Booking:
    return actions.hold(
        service_id=booking.session.service_id,
        starts_at=factories.TOMORROW_NOON + timedelta(hours=2),
        held_until=factories.NOW + timedelta(**until),
        client=booking_details("Данило"),
        now=factories.NOW,
    )


def decline(booking: Booking, boss: User) -> Booking:
    return actions.decline(booking_id=booking.pk, now=factories.NOW, actor=boss, reason="Хвороба")


def cancel(booking: Booking, boss: User) -> Booking:
    return actions.cancel(booking_id=booking.pk, now=factories.NOW, actor=boss, reason="Хвороба")


STATES = {
    "held": lambda booking, asked, boss: hold(booking, hours=1),
    "lapsed": lambda booking, asked, boss: hold(booking, hours=-1),
    "pending": lambda booking, asked, boss: asked,
    "declined": lambda booking, asked, boss: decline(asked, boss),
    "cancelled": lambda booking, asked, boss: cancel(asked, boss),
}


@pytest.mark.parametrize("state", STATES)
def test_pages_of_a_booking_are_ukrainian_in_every_state(booking, asked, staff, state):
    found = STATES[state](booking, asked, staff)
    addresses = [f"/b/{found.manage_token}/", f"/b/{found.manage_token}/cancel/"]

    assert_ukrainian(ukrainian_browser(), addresses, found.code)
    assert_ukrainian(ukrainian_browser(staff), [f"/admin/bookings/{found.pk}/"], found.code)


@pytest.mark.parametrize(("stops", "told"), [(60 * 48, "уже запізно"), (60, "можна до")])
def test_cut_offs_are_ukrainian(booking, stops, told):
    company = Company.objects.current()
    company.cancel_until_minutes = company.reschedule_until_minutes = stops
    company.save()
    browser, address = ukrainian_browser(), f"/b/{booking.manage_token}/"

    assert_ukrainian(browser, [address], booking.code)
    assert told in browser.get(address).content.decode()


def test_staff_pages_are_ukrainian(booking, asked, staff):
    service, boss = booking.session.service, factories.staff("b@kyiv-yoga.example", name="Богдан")
    actions.write_comment(booking_id=asked.pk, comment="Важливо", now=factories.NOW, actor=boss)
    addresses = [
        "/admin/pending/",
        "/admin/features/",
        "/admin/online-meetings/",
        "/admin/online-meetings/settings/",
        "/admin/online-meetings/readiness/",
        "/admin/online-meetings/logout/",
        "/admin/message-settings/",
        "/admin/message-settings/general/",
        "/admin/message-settings/confirmation-client-sms/uk/",
        "/admin/message-settings/offered-client-email/uk/",
        "/admin/sent-messages/",
        "/admin/reports/online-meetings/",
        f"/admin/bookings/{booking.pk}/",
        f"/admin/bookings/{booking.pk}/move/",
        "/admin/bookings/new/",
        "/admin/company/",
        "/admin/booking/service/",
        f"/admin/booking/service/{service.pk}/change/",
        f"/admin/booking/service/{service.pk}/delete/",
        "/admin/booking/service/add/",
        "/admin/booking/category/",
        "/admin/booking/category/add/",
        "/admin/booking/label/",
        "/admin/booking/label/add/",
        f"/admin/booking/label/{asked.label_id}/change/",
        f"/admin/booking/label/{asked.label_id}/delete/",
        f"/admin/booking/provider/{booking.session.provider_id}/change/",
        f"/admin/booking/provider/{booking.session.provider_id}/delete/",
        "/admin/booking/client/",
        f"/admin/booking/service/add/?clone={service.pk}",
        "/admin/hours/",
        f"/admin/hours/{booking.session.provider_id}/",
        f"/admin/hours/{booking.session.provider_id}/?own=1",
        "/admin/first-steps/",
        "/admin/booking/specialday/",
        "/admin/booking/specialday/add/",
        "/admin/booking/timeoff/",
        "/admin/booking/timeoff/add/",
        "/admin/booking/user/",
        "/admin/booking/user/add/",
        f"/admin/booking/user/{boss.pk}/change/",
        f"/admin/booking/user/{boss.pk}/delete/",
    ]
    known = (booking.code, asked.code, service.slug, "talk", "Europe/Kyiv")

    assert_ukrainian(ukrainian_browser(staff), addresses, *known)


def test_calendar_is_ukrainian(booking, asked, staff):
    decline(asked, staff)
    filters = f"&service={booking.session.service_id}&provider={booking.session.provider_id}"
    addresses = ["/admin/calendar/", f"/admin/bookings/{asked.pk}/popup/"]
    for view in ("day", "services", "week", "month", "list"):
        shown = f"/admin/calendar/?view={view}&date=2026-11-24"
        addresses += [shown, f"{shown}{filters}&status=all&online=1", f"{shown}&status=pending"]
    browser = ukrainian_browser(staff)

    assert_ukrainian(browser, [addresses[0], *addresses[2:]], booking.code, asked.code)
    assert english_in(browser.get(addresses[1]).content.decode(), asked.code) == []


@pytest.mark.parametrize("email", ["cleo@client.example", ""])
def test_search_and_clients_are_ukrainian(booking, asked, staff, email):
    client = booking.client
    client.email = email
    client.save()
    actions.write_comment(booking_id=booking.pk, comment="Важливо", now=factories.NOW, actor=staff)
    addresses = [
        f"/admin/clients/{client.pk}/",
        f"/admin/clients/{asked.client_id}/",
        "/admin/search/",
        "/admin/search/?q=%D0%BA%D0%BB",
        "/admin/search/?q=%D1%89%D1%89",
        f"/admin/bookings/new/?client={client.pk}",
        f"/admin/booking/client/{client.pk}/change/",
        "/admin/booking/client/add/",
    ]
    browser = ukrainian_browser(staff)

    assert_ukrainian(browser, addresses, booking.code, asked.code, "Europe/Kyiv")
    for words in ("%D0%BA%D0%BB", "%D1%89%D1%89"):
        hints = browser.get(f"/admin/search/hints/?q={words}").content.decode()
        assert english_in(hints, booking.code) == []


def test_merging_clients_is_ukrainian(booking, asked, staff):
    twin = factories.client("Клеопатра", email="cleo@client.example", language="uk")
    merge = f"/admin/clients/merge/?client={booking.client_id}&client={twin.pk}"
    addresses = [f"/admin/clients/{twin.pk}/", merge, "/admin/clients/merge/"]
    chosen = {"client": [booking.client_id, twin.pk], "kept": twin.pk, "name": twin.name}
    browser = ukrainian_browser(staff)

    assert_ukrainian(browser, addresses, booking.code)
    merged = browser.post("/admin/clients/merge/", chosen, follow=True).content.decode()
    assert "Об’єднано в одного клієнта: Клеопатра." in merged
    assert english_in(merged, booking.code) == []


def test_reports_are_ukrainian_with_all_columns(booking, asked, staff):
    decline(asked, staff)
    columns = "&".join(f"column={name}" for name in (*COLUMNS, LINK))
    addresses = [
        "/admin/reports/bookings/",
        f"/admin/reports/bookings/?{columns}&state=",
        f"/admin/reports/bookings/?client={booking.client_id}",
        "/admin/reports/bookings/?first=2020-01-01&last=2020-01-02",
        "/admin/reports/online-meetings/?first=2026-11-24&last=2026-11-25",
        "/admin/reports/utilisation/?first=2026-11-23&last=2026-11-29",
        "/admin/reports/utilisation/?first=2026-11-29&last=2026-11-23",
        "/admin/reports/exports/",
    ]

    assert_ukrainian(ukrainian_browser(staff), addresses, booking.code, asked.code)


def test_exports_are_ukrainian(booking, staff, monkeypatch):
    monkeypatch.setattr("web.desk.views.exports.MOST_AT_ONCE", 0)
    export = "/admin/reports/bookings/export/?format=csv"
    browser = ukrainian_browser(staff)

    assert_ukrainian(browser, [export])
    asked = browser.post(export, follow=True).content.decode()
    assert "Готується" in asked or "Чекає" in asked
    assert english_in(asked) == []


def test_many_bookings_are_written_to_and_cancelled_in_ukrainian(booking, asked, staff):
    report = "/admin/reports/bookings/"
    ticked = {"booking": [booking.pk, asked.pk], "next": report}
    news = {"channel": "email", "subject": "Вітаємо", "body": "[client_name]!", "name": "a-round-1"}
    browser = ukrainian_browser(staff)

    pages = [
        browser.post(f"{report}message/", ticked),
        browser.post(f"{report}message/", ticked | news | {"preview": "1"}),
        browser.post(f"{report}message/", ticked | news | {"body": "[name]", "send": "1"}),
        browser.post(f"{report}message/", ticked | news | {"name": "a-round-of-1", "send": "1"}),
        browser.post(f"{report}cancel/", ticked),
        browser.post(f"{report}cancel/", ticked | {"confirmed": "1", "tell": "1"}, follow=True),
        browser.post(f"{report}cancel/", ticked | {"confirmed": "1"}, follow=True),
        browser.post(f"{report}cancel/", {"next": report}, follow=True),
    ]

    for page in pages:
        page = browser.get(page.url) if page.status_code == 302 else page
        assert english_in(page.content.decode(), booking.code, asked.code) == []


def test_changes_and_their_undoing_are_ukrainian(booking, asked, staff):
    page = f"/admin/bookings/{booking.pk}/"
    later = {"provider": booking.session.provider_id, "date": "2026-11-24", "time": "16:00"}
    changes = [
        ("move/", later | {"length": 60, "revision": 1}),
        ("comment/", {"comment": "Важливо"}),
        ("label/", {"label": asked.label_id}),
        ("cancel/", {"reason": "Хвороба", "tell": "1"}),
    ]
    browser = ukrainian_browser(staff)

    for change, form in changes:
        said = browser.post(f"{page}{change}", form, follow=True)
        assert english_in(said.content.decode(), booking.code) == []
        [undo] = [message.extra_tags for message in said.context["messages"]]
        undone = browser.post("/admin/undo/", {"undo": undo, "next": page}, follow=True)
        assert "Відмінено:" in undone.content.decode(), change
        assert english_in(undone.content.decode(), booking.code) == []
    refused = browser.post("/admin/undo/", {"undo": "x"}, follow=True).content.decode()
    assert "Це вже не можна відмінити." in refused


def test_two_steps_of_signing_in_are_ukrainian(booking, staff):
    account, browser = two_steps.ACCOUNT, ukrainian_browser(staff)
    known = {staff.email, "Europe/Kyiv"}

    assert_ukrainian(browser, ["/admin/sign-in-security/"])
    offered = browser.get(account)
    wrong = browser.post(account, {"code": "1", "password": "ні"})
    secret = two_steps.secret_on(offered)
    for page in (offered, wrong):
        assert english_in(page.content.decode(), *known) == []
    code = two_steps.code_at(secret, timezone.now())
    given = browser.post(account, {"code": code, "password": two_steps.PASSWORD}, follow=True)
    assert english_in(given.content.decode(), *known) == []
    assert_ukrainian(browser, [account, "/admin/sign-in-security/"])

    guest = ukrainian_browser()
    asked = two_steps.give_password(guest, staff, two_steps.PASSWORD)
    assert_ukrainian(guest, [asked.url])
    refused = guest.post(asked.url, {"code": "12345"}).content.decode()
    assert english_in(refused) == []
    paper = two_steps.codes_on(given)
    entered = guest.post(asked.url, {"code": paper[0]}, follow=True).content.decode()
    assert "Ви використали резервний код" in entered
    assert english_in(entered, booking.code) == []


def test_pages_of_flexible_notifications_are_ukrainian(booking, staff):
    factories.enable(FLEXIBLE)
    service, provider = booking.session.service, booking.session.provider
    overview, mail = "/admin/flexible-notifications/", "confirmation-client-email"
    level = f"?service={service.pk}&provider={provider.pk}"
    addresses = [
        overview,
        f"{overview}manage/?provider={provider.pk}",
        f"{overview}manage/?service={service.pk}",
        f"{overview}manage/{level}",
        f"{overview}{mail}/uk/{level}",
        f"/admin/bookings/{booking.pk}/words/",
    ]
    browser = ukrainian_browser(staff)

    refused = browser.get(f"{overview}manage/")
    assert (refused.status_code, english_in(refused.content.decode())) == (422, [])
    for choice in (Choice.INHERIT, Choice.TEXT, Choice.MUTE):
        chosen = {mail: choice, "changed-client-email": choice}
        set_choices(chosen, service_id=service.pk, provider_id=provider.pk)
        set_choices(chosen, service_id=service.pk, provider_id=None)
        assert_ukrainian(browser, addresses, booking.code)


@pytest.mark.parametrize("slug", ["confirmation-client-email", "confirmation-client-sms"])
def test_trying_words_is_ukrainian(booking, staff, slug):
    editor = f"/admin/message-settings/{slug}/uk/"
    words = {"subject": "Так", "body": "До зустрічі, [client_name]!", "phone": "+380441234567"}
    browser = ukrainian_browser(staff)

    tried = [browser.post(f"{editor}{page}/", words) for page in ("preview", "test")]
    refused = browser.post(f"{editor}preview/", words | {"body": "[name]"})

    assert [answer.status_code for answer in (*tried, refused)] == [200, 200, 422]
    for answer in (*tried, refused):
        assert english_in(answer.content.decode()) == []
    assert_ukrainian(browser, [f"/admin/sent-messages/{Message.objects.get(is_test=True).pk}/"])


def test_pages_of_class_sessions_are_ukrainian(series, staff):
    first = series[0]
    actions.move_class_session(
        session_id=first.pk,
        starts_at=first.starts_at + timedelta(hours=1),
        now=factories.NOW,
        actor=staff,
    )
    addresses = [
        "/admin/sessions/",
        "/admin/sessions/?when=past",
        "/admin/sessions/new/",
        f"/admin/sessions/{first.pk}/",
        f"/admin/sessions/{first.pk}/book/",
        f"/admin/sessions/{first.pk}/move/",
        f"/admin/sessions/{first.pk}/places/",
        f"/admin/bookings/{first.bookings.first().pk}/",
        "/admin/desk/class/",
        "/admin/desk/class/add/",
        f"/admin/desk/class/{first.service_id}/change/",
        f"/admin/booking/category/{first.service.category_id}/delete/",
    ]
    codes = first.bookings.values_list("code", flat=True)

    assert_ukrainian(ukrainian_browser(staff), addresses, *codes, "yoga")


@pytest.fixture
def waits(series) -> WaitingEntry:
    """Somebody who waits for places in the first session of the series, which is full."""
    factories.enable("waiting-list")
    come(series[0], "Фока")
    return actions.join_waiting_list(
        session_id=series[0].pk, client=booking_details("Марта"), places=2, now=factories.NOW
    )


def test_pages_of_the_waiting_list_are_ukrainian(waits, staff):
    session = waits.session
    codes = [booking.code for booking in session.bookings.all()]
    addresses = [
        "/book/yoga/",
        f"/book/yoga/waiting/{session.pk}/",
        f"/w/{waits.token}/",
        "/admin/sessions/",
        f"/admin/sessions/{session.pk}/",
    ]
    browser = ukrainian_browser(staff)

    assert_ukrainian(browser, addresses, *codes)
    browser.post(f"/w/{waits.token}/leave/")
    assert_ukrainian(browser, [f"/w/{waits.token}/"])


def test_pages_of_an_offered_place_are_ukrainian(waits, staff):
    for booking in waits.session.bookings.all()[:2]:
        actions.cancel(booking_id=booking.pk, now=factories.NOW)
    waits.refresh_from_db()
    offered = waits.booking
    page = f"/b/{offered.manage_token}/"
    browser = ukrainian_browser(staff)

    codes = [booking.code for booking in waits.session.bookings.all()]
    assert_ukrainian(browser, [page, f"{page}cancel/"], offered.code)
    assert_ukrainian(browser, [f"/admin/sessions/{waits.session_id}/"], *codes)
    browser.post(f"{page}cancel/", {"reason": ""})
    assert_ukrainian(browser, [page], offered.code)


def test_preview_of_a_series_is_ukrainian(series, staff):
    filled = {
        "service": series[0].service_id,
        "provider": series[0].provider_id,
        "date": "2026-11-23",
        "time": "12:00",
        "repeats": "weekly",
        "every_weeks": "1",
        "weekdays": ["0"],
        "until": "2026-12-13",
        "except_on": "",
    }
    browser = ukrainian_browser(staff)

    preview = browser.post("/admin/sessions/new/", filled).content.decode()
    wrong = browser.post("/admin/sessions/new/", filled | {"except_on": "колись", "until": ""})

    assert "Пропустити зайняті дати" in preview
    assert english_in(preview) == []
    assert english_in(wrong.content.decode()) == []


def test_answers_about_the_rules_are_ukrainian(booking, staff):
    service, provider = booking.session.service, booking.session.provider
    query = f"service={service.pk}&provider={provider.pk}&date=2026-11-24&time=12:00"
    TimeOff.objects.create(
        starts_at=booking.session.starts_at, ends_at=booking.session.ends_at, note="Свято"
    )
    provider.is_active = False
    provider.save()
    addresses = ["/admin/why/", f"/admin/why/?{query}", "/admin/outside-rules/"]

    assert_ukrainian(ukrainian_browser(staff), addresses, booking.code)


@pytest.mark.parametrize("model", ["service", "provider", "label", "user"])
def test_deleting_in_bulk_asks_and_answers_in_ukrainian(booking, asked, staff, model):
    page = f"/admin/booking/{model}/"
    rows = apps.get_model("booking", model).objects.values_list("pk", flat=True)
    form = {"action": "delete_selected", "_selected_action": list(rows)}
    browser = ukrainian_browser(staff)

    question = browser.post(page, form).content.decode()
    answer = browser.post(page, form | {"post": "yes"}, follow=True).content.decode()

    assert english_in(question) == []
    assert english_in(answer, "lesson", "talk") == []


@pytest.fixture
def questions(booking) -> None:
    """A question of each kind about the lesson, and a box to tick."""
    options = {Question.CHOICE: "Чорний\nЗелений\nМ’ятний\nЛипа\nРомашка"}
    for kind, _name in Question.KINDS:
        Question.objects.create(
            service=booking.session.service,
            label="Що для вас важливо?",
            help_text="Про килимок",
            kind=kind,
            options=options.get(kind, ""),
        )
    Consent.objects.create(text="Погоджуюся з умовами")


def test_questions_and_consents_are_ukrainian(booking, questions, staff):
    details = "/book/lesson/details/?starts_at=2026-11-25T10:00Z"
    consent = Consent.objects.get()
    addresses = [
        f"/admin/booking/service/{booking.session.service_id}/change/",
        "/admin/booking/consent/",
        "/admin/booking/consent/add/",
        f"/admin/booking/consent/{consent.pk}/change/",
        f"/admin/booking/consent/{consent.pk}/delete/",
    ]
    Question.objects.update(is_required=True)

    assert_ukrainian(ukrainian_browser(), [details], "lesson")
    refused = ukrainian_browser().post(details, {"name": "Єва", "email": "eve@client.example"})
    assert "Будь ласка, поставте цю позначку." in refused.content.decode()
    assert english_in(refused.content.decode()) == []
    assert_ukrainian(ukrainian_browser(staff), addresses, booking.code, "lesson")
    consent.delete()
    assert_ukrainian(ukrainian_browser(staff), [addresses[1]])


def test_proving_an_address_is_ukrainian(booking):
    held = actions.hold(
        service_id=booking.session.service_id,
        starts_at=factories.TOMORROW_NOON + timedelta(hours=2),
        held_until=factories.NOW + timedelta(hours=1),
        client=booking_details("Данило"),
        needs_proof=True,
        now=factories.NOW,
    )
    page, browser = f"/b/{held.manage_token}/", ukrainian_browser()

    assert_ukrainian(browser, [page, f"/c/{held.proof_token}/"], held.code)
    for _time in range(2):
        sent = browser.post(f"{page}proof/", follow=True).content.decode()
        assert english_in(sent, held.code) == []
    gone = browser.get("/c/no-such-token/")
    assert (gone.status_code, english_in(gone.content.decode())) == (404, [])


def test_pages_of_ones_own_are_ukrainian(booking, waits):
    waits.client.email = booking.client.email
    waits.client.save()
    mine = "/my-bookings/"
    parts = [mine, f"{mine}messages/", f"{mine}details/", f"{mine}data/"]
    browser = ukrainian_browser(proven_user("cleo@client.example"))
    codes = Booking.objects.values_list("code", flat=True)
    sent = Message.objects.filter(booking=booking, audience="client").earliest("pk")

    assert_ukrainian(browser, [*parts, f"{mine}messages/{sent.pk}/"], *codes)
    told = [
        browser.post(f"{mine}details/", {"client": booking.client_id, "phone": "1"}),
        browser.post(f"{mine}data/", {"email": "eve@client.example"}),
        browser.post(f"{mine}data/", {"email": "cleo@client.example"}, follow=True),
    ]
    for page in told:
        assert english_in(page.content.decode(), *codes) == []
    assert "Ваші дані видалено" in told[-1].content.decode()
    assert_ukrainian(ukrainian_browser(proven_user("new@client.example")), parts)


def test_pages_in_frames_are_ukrainian(booking, series):
    factories.enable("embedding")
    found, browser = "?language=uk", Browser()
    addresses = [
        f"/embed/{found}",
        f"/embed/with/{booking.session.provider_id}/{found}",
        f"/embed/book/lesson/{found}",
        f"/embed/book/lesson/details/{found}&starts_at=2026-11-25T10:00Z",
        f"/embed/book/yoga/details/{found}&session={series[0].pk}",
        f"/embed/b/{booking.manage_token}/{found}",
    ]

    assert_ukrainian(browser, addresses, booking.code)
    refused = Browser(enforce_csrf_checks=True).post(addresses[3]).content.decode()
    assert "Форму не прийнято" in refused
    assert english_in(refused) == []


def test_pages_for_other_programs_are_ukrainian(booking, staff):
    for feature in ("embedding", WEBHOOKS):
        factories.enable(feature)
    browser, keys, hooks = ukrainian_browser(staff), "/admin/api-keys/", "/admin/webhooks/"
    empty = [keys, f"{keys}new/", hooks, f"{hooks}new/", f"{hooks}deliveries/", "/admin/embedding/"]
    web_page = {"name": "Сайт", "kind": "page", "origins": "https://www.example.com"}
    hook = {"name": "Облік", "url": "https://n8n.example/hook", "events": ["booking.created"]}

    assert_ukrainian(browser, [*empty, f"{empty[-1]}?colour=red&theme=dark"])
    told = [
        browser.post(f"{keys}new/", web_page | {"origins": "сайт"}),
        browser.post(f"{keys}new/", web_page),
        browser.post(empty[-1], {"embed_origins": "сайт"}),
        browser.post(empty[-1], {"embed_origins": "https://www.example.com"}, follow=True),
        browser.post(f"{hooks}new/", hook | {"url": "n8n", "events": []}),
        browser.post(f"{hooks}new/", hook | {"is_active": "on"}),
    ]
    key, endpoint = ApiKey.objects.get(), Endpoint.objects.get()
    told += [
        browser.post(f"{hooks}{endpoint.pk}/secret/"),
        browser.post(f"{hooks}{endpoint.pk}/test/", follow=True),
        browser.post(f"{keys}{key.pk}/revoke/", follow=True),
    ]
    for page in told:
        assert english_in(page.content.decode()) == []
    hook_pages = [hooks, f"{hooks}{endpoint.pk}/", f"{hooks}deliveries/?state=failed", empty[4]]
    assert_ukrainian(browser, [keys, *hook_pages])
    Endpoint.objects.update(paused_at=factories.NOW, pause_reason="failing", failures=5)
    assert_ukrainian(browser, hook_pages)


def test_every_delivery_of_a_webhook_says_in_ukrainian_how_it_went(booking, staff):
    factories.enable(WEBHOOKS)
    endpoint = Endpoint.objects.create(name="Облік", url="https://n8n.example/hook")
    tries = [{"at": factories.NOW.isoformat(), "status": 204, "reason": ""}]
    for number, reason in enumerate(Reason.values):
        tries.append({"at": factories.NOW.isoformat(), "status": None, "reason": reason})
        Delivery.objects.create(
            endpoint=endpoint,
            key=str(number),
            kind="booking.created",
            state=Delivery.FAILED,
            reason=reason,
            tries=tries,
            next_attempt_at=factories.NOW,
            ended_at=factories.NOW,
        )
    last = Delivery.objects.latest("pk")

    addresses = ["/admin/webhooks/deliveries/", f"/admin/webhooks/deliveries/{last.pk}/"]
    assert_ukrainian(ukrainian_browser(staff), addresses)


def test_erasing_a_client_is_ukrainian(booking, staff):
    browser, page = ukrainian_browser(staff), f"/admin/clients/{booking.client_id}/"

    assert_ukrainian(browser, [page, f"{page}erase/"], booking.code, "Europe/Kyiv")
    erased = browser.post(f"{page}erase/", follow=True).content.decode()
    assert "Видалений клієнт" in erased
    assert english_in(erased, booking.code) == []
    assert_ukrainian(browser, [f"/admin/bookings/{booking.pk}/"], booking.code)


@pytest.mark.no_database
def test_english_left_on_a_page_is_noticed():
    page = '<p title="Close">Zoom, 500 UAH</p><label>Ваше name</label><code>[code]</code>'

    assert english_in(page) == ["Close", "Ваше name"]
