"""The Ukrainian interface: complete, faithful to its placeholders, and free of English."""

import re
from html.parser import HTMLParser
from zoneinfo import available_timezones

import pytest
import time_machine
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.contrib.auth.models import Group
from django.test import Client as Browser

from booking import actions
from booking.models import Booking
from tests import factories
from tests.marked_texts import ROOT, all_marked

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|\[[%()a-z_]+\]|</?\w+[^>]*>")

# The words of the help page that the product follows (docs/architecture.md).
GLOSSARY = {
    (None, "Custom Features"): "Спеціальні функції",
    (None, "Online video meetings"): "Онлайн-відеозустрічі",
    (None, "Enable"): "Увімкнути",
    (None, "Authorize"): "Авторизація",
    (None, "Logout"): "Вийти",
    (None, "Providers for meetings"): "Постачальники послуг для зустрічей",
    (None, "Services for meetings"): "Послуги для зустрічей",
    (None, "Manage"): "Управління",
    (None, "Services"): "Послуги",
    (None, "Classes"): "Класи",
    (None, "More options"): "Більше опцій",
    (None, "Enable as online meeting service"): "Увімкнути як послугу онлайн-зустрічей",
    (None, "Enable as online meeting class"): "Увімкнути як клас онлайн-зустрічей",
    (None, "My bookings"): "Мої бронювання",
    (None, "Open meeting"): "Відкрити зустріч",
    (None, "Calendar"): "Календар",
    (None, "Reports"): "Звіти",
    (None, "Booking details"): "Деталі замовлення",
    ("report", "Online video meetings"): "Онлайн-відеоконференції",
    (None, "Settings"): "Налаштування",
    (None, "Email and SMS settings"): "Налаштування електронної пошти та SMS",
}
SHARED_ACCESS = "Дозволити цій програмі використовувати мої спільні дозволи на доступ"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    with (ROOT / "locale/uk/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


@pytest.fixture
def messages(catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def forms_of(words: str | tuple[str, ...]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else words


def key_of(message: Message) -> tuple[str | None, str]:
    return message.context, forms_of(message.id)[0]


@pytest.mark.no_database
def test_every_text_is_translated(messages):
    lacking = [message.id for message in messages if not all(forms_of(message.string))]

    assert lacking == []


@pytest.mark.no_database
def test_no_translation_is_a_guess_or_a_leftover(catalog, messages):
    assert [message.id for message in messages if message.fuzzy] == []
    assert list(catalog.obsolete) == []


@pytest.mark.no_database
def test_the_texts_gathered_are_those_marked(messages):
    gathered, marked = {key_of(message) for message in messages}, all_marked()

    assert marked - gathered == set(), "make messages, then translate"
    assert gathered - marked == set(), "make messages"


@pytest.mark.no_database
def test_translations_keep_the_placeholders(messages):
    wrong = []
    for message in messages:
        expected = {mark for text in forms_of(message.id) for mark in PLACEHOLDER.findall(text)}
        wrong += [
            text for text in forms_of(message.string) if set(PLACEHOLDER.findall(text)) != expected
        ]

    assert wrong == []


@pytest.mark.no_database
def test_plurals_have_all_forms_of_ukrainian(catalog, messages):
    plural = [message for message in messages if message.pluralizable]

    assert catalog.num_plurals == 4
    assert plural
    assert [message.id for message in plural if len(message.string) != 4] == []


@pytest.mark.no_database
def test_words_of_the_help_page_are_kept(messages):
    translated = {key_of(message): message.string for message in messages}

    assert {key: translated.get(key) for key in GLOSSARY} == GLOSSARY
    assert [text for text in translated.values() if SHARED_ACCESS in text] != []


class VisibleText(HTMLParser):
    """Collects what a person reads or hears on a page; not icons, code or lists of zones."""

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
            self.hidden.append(is_icon or tag in ("script", "style", "svg", "code"))

    def handle_endtag(self, tag):
        if tag not in self.VOID and self.hidden:
            self.hidden.pop()

    def handle_data(self, text):
        if not any(self.hidden):
            self.words.append(text.strip())


ZONES = {name.replace("_", " ") for name in available_timezones()} | available_timezones()
# Names and abbreviations that are the same in Ukrainian.
SAME = {"API", "EMAIL_URL", "English", "SMS", "SMS_URL", "UAH", "UTC", "Zoom", "Zustrich", "esc"}
NOT_WORDS = re.compile(r"\S+@\S+|https?://\S*|\[\w+\]|#[0-9a-f]{6}|\w+(?::\w+)+")


def english_in(page: str, *known: str) -> list[str]:
    """Return the texts of a page with words in Latin letters, other than ``known`` ones."""
    reader = VisibleText()
    reader.feed(page)
    found = []
    for text in reader.words:
        rest = text
        for name in {*known, *(ZONES & {text, text.rpartition(" ")[2].rstrip(".")})}:
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
    factories.company(name="Студія", address="Київ", description="Йога для всіх")
    ada = factories.provider("Ада", email="ada@kyiv-yoga.example")
    lesson = factories.service(
        ada, name="Урок", slug="lesson", price=500, is_online_meeting=True, description="Година"
    )
    for feature in ("classes", "online-meetings"):
        factories.enable(feature)
    factories.zoom_connection(email="власник@приклад")
    client = actions.ClientDetails(name="Клео", email="cleo@client.example", language="uk")
    return factories.book_one(lesson, client=client)


def ukrainian_browser() -> Browser:
    browser = Browser()
    browser.cookies["django_language"] = "uk"
    return browser


def test_clients_pages_are_ukrainian(booking):
    browser = ukrainian_browser()
    addresses = [
        "/",
        "/book/lesson/",
        "/book/lesson/details/?starts_at=2026-11-25T10:00Z",
        "/my-bookings/",
        f"/b/{booking.manage_token}/",
        f"/b/{booking.manage_token}/cancel/",
        f"/b/{booking.manage_token}/reschedule/",
        f"/m/{booking.join_token}/",
        f"/m/{booking.session.host_token}/",
        "/admin/login/",
        "/no-such-page/",
    ]
    for address in addresses:
        page = browser.get(address, follow=True).content.decode()
        assert '<html lang="uk"' in page, address
        assert english_in(page, booking.code) == [], address


def test_staff_pages_are_ukrainian(booking):
    owner = factories.staff(name="Оксана")
    owner.groups.add(Group.objects.get(name="owner"))
    browser = ukrainian_browser()
    browser.force_login(owner, backend="booking.backends.StaffBackend")
    service = booking.session.service
    addresses = [
        "/admin/calendar/?view=list&date=2026-11-24",
        "/admin/calendar/?view=week",
        "/admin/features/",
        "/admin/online-meetings/",
        "/admin/message-settings/",
        "/admin/message-settings/confirmation-client-sms/uk/",
        "/admin/sent-messages/",
        "/admin/reports/bookings/",
        "/admin/reports/online-meetings/",
        f"/admin/bookings/{booking.pk}/",
        f"/admin/bookings/{booking.pk}/move/",
        "/admin/bookings/new/",
        "/admin/sessions/new/",
        "/admin/company/",
        "/admin/booking/service/",
        f"/admin/booking/service/{service.pk}/change/",
        f"/admin/booking/service/{service.pk}/delete/",
        "/admin/booking/service/add/",
        "/admin/desk/class/add/",
        f"/admin/booking/provider/{booking.session.provider_id}/change/",
        "/admin/booking/client/",
        "/admin/booking/workinghours/",
        "/admin/booking/specialday/add/",
        "/admin/booking/timeoff/add/",
        "/admin/booking/user/",
        "/admin/booking/user/add/",
    ]
    for address in addresses:
        answer = browser.get(address, follow=True)
        assert answer.status_code == 200, address
        assert english_in(answer.content.decode(), booking.code, service.slug) == [], address


@pytest.mark.no_database
def test_english_left_on_a_page_is_noticed():
    page = '<p title="Close">Zoom, 500 UAH</p><label>Ваше name</label><code>[code]</code>'

    assert english_in(page) == ["Close", "Ваше name"]
