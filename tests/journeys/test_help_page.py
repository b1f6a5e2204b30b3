"""The seven steps of the help page that people come from, by its own words and in its places.

Pages are reached as the help page says, by menus, buttons and links: no address is opened but the
front doors.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.people import Client, Staff
from tests.product import running

SOON = timedelta(minutes=15)
VISITOR = {"name": "Nadiia Walker", "email": "nadiia@client.example", "phone": "+380671112233"}


@dataclass(frozen=True)
class Words:
    """The help page's words in one language, and a few of ours between them."""

    custom_features: str
    feature: str
    enable: str
    settings: str
    authorize: str
    logout: str
    providers_for_meetings: str
    services_for_meetings: str
    meets_by: str
    zoom_user: str
    save_providers: str
    connected: str
    manage: str
    services: str
    classes: str
    more_options: str
    online_service: str
    online_class: str
    save: str
    calendar: str
    open_meeting: str
    reports: str
    booking_details: str
    meetings_report: str
    message_settings: str
    edit_client_mail: str
    edit_provider_mail: str
    client_template: str
    flexible: str
    flexible_manage: str
    service: str
    saved: str


ENGLISH = Words(
    "Custom Features", "Online video meetings", "Enable", "Settings", "Authorize", "Logout",
    "Providers for meetings", "Services for meetings", "Meets by", "Zoom user", "Save providers",
    "Zoom is connected",
    "Manage", "Services", "Classes", "More options", "Enable as online meeting service",
    "Enable as online meeting class", "Save",
    "Calendar", "Open meeting",
    "Reports", "Booking details", "Online video meetings",
    "Email and SMS settings", "Edit template: Booking confirmed, Client, E-mail",
    "Edit template: Booking confirmed, Provider, E-mail", "Client booking confirmation template",
    "Flexible notifications", "Manage", "Service", "Saved",
)  # fmt: skip
UKRAINIAN = Words(
    "Спеціальні функції", "Онлайн-відеозустрічі", "Увімкнути", "Налаштування", "Авторизація",
    "Вийти",
    "Постачальники послуг для зустрічей", "Послуги для зустрічей", "Спосіб зустрічі",
    "Користувач Zoom", "Зберегти постачальників послуг", "Zoom підключено",
    "Управління", "Послуги", "Класи", "Більше опцій", "Увімкнути як послугу онлайн-зустрічей",
    "Увімкнути як клас онлайн-зустрічей", "Зберегти",
    "Календар", "Відкрити зустріч",
    "Звіти", "Деталі замовлення", "Онлайн-відеоконференції",
    "Налаштування електронної пошти та SMS",
    "Редагувати шаблон: Бронювання підтверджено, Клієнт, ел. пошта",
    "Редагувати шаблон: Бронювання підтверджено, Постачальник послуг, ел. пошта",
    "Шаблон підтвердження бронювання клієнта",
    "Гнучкі повідомлення", "Керування", "Послуга", "Збережено",
)  # fmt: skip


class Reader:
    """Somebody of the staff who follows the help page, and finds everything by its words."""

    def __init__(self, staff: Staff, words: Words) -> None:
        self.page, self.words = staff.page, words

    def go(self, entry: str, group: str = "") -> Page:
        """Press an entry of the menu, in the group it stands in."""
        menu = self.page.locator("#nav-sidebar")
        if group:
            heading = menu.get_by_role("heading", name=group, exact=True)
            menu = heading.locator("xpath=following-sibling::ol")
        menu.locator("a", has=self.page.get_by_text(entry, exact=True)).click()
        return self.page

    def card(self, name: str) -> Locator:
        heading = self.page.get_by_role("heading", name=name, exact=True)
        return self.page.locator("section", has=heading)

    def switch_features_on(self, *names: str) -> None:
        """Custom Features > Enable, beside the name."""
        for name in names:
            self.go(self.words.custom_features)
            enable = self.card(name).get_by_role("button")
            expect(enable).to_contain_text(self.words.enable)
            enable.click()

    def connect(self) -> None:
        """Its settings > Authorize beside Zoom > sign in there, with the shared access."""
        self.card(self.words.feature).get_by_role("link", name=self.words.settings).click()
        zoom = self.page.locator("section", has=self.page.get_by_role("heading", name="Zoom"))
        zoom.get_by_role("button", name=self.words.authorize).click()
        self.page.get_by_role("button", name=re.compile("owner@zoom.example")).click()
        self.page.get_by_label("Allow this app to use my shared access permissions").check()
        self.page.get_by_role("button", name="Allow", exact=True).click()
        expect(self.page.get_by_text(self.words.connected).first).to_be_visible()

    def map_provider(self, name: str, zoom_user: str) -> None:
        """Providers for meetings: Zoom first, then its user."""
        providers = self.card(self.words.providers_for_meetings)
        providers.get_by_label(f"{name}: {self.words.meets_by}").select_option("Zoom")
        choice = providers.get_by_label(f"{name}: {self.words.zoom_user}")
        choice.select_option(choice.locator("option", has_text=zoom_user).get_attribute("value"))
        providers.get_by_role("button", name=self.words.save_providers).click()
        expect(self.card(self.words.services_for_meetings)).to_be_visible()

    def switch_online(self, entry: str, name: str, switch: str) -> None:
        """Manage > Services or Classes > the name > More options > the switch."""
        self.go(entry, self.words.manage)
        self.page.get_by_role("link", name=name, exact=True).click()
        options = self.page.locator("fieldset", has_text=self.words.more_options).last
        options.get_by_label(switch).check()
        self.page.get_by_role("button", name=self.words.save, exact=True).click()
        expect(self.page.get_by_role("link", name=name, exact=True).first).to_be_visible()

    def put_variable(self, variable: str) -> None:
        """Put a variable behind the text of the message that is open, and save."""
        self.page.get_by_role("button", name=f"[{variable}]", exact=True).click()
        self.page.get_by_role("button", name=self.words.save, exact=True).click()
        expect(self.page.get_by_text(self.words.saved).first).to_be_visible()

    def open_meeting_in(self, report: str, client: str) -> Locator:
        """Reports > one of them: the link in a client's row."""
        self.go(report, self.words.reports)
        row = self.page.locator("tr", has_text=client)
        return row.get_by_role("link", name=self.words.open_meeting)


@pytest.mark.parametrize(
    ("words", "locale"), [(ENGLISH, "en-GB"), (UKRAINIAN, "uk-UA")], ids=["en", "uk"]
)
def test_help_page_can_be_followed_word_by_word(tmp_path, browser: Browser, words, locale):
    with running(tmp_path) as product:
        owner = Staff(browser, product, locale=locale).sign_in("owner@demo.example")
        reader = Reader(owner, words)

        reader.switch_features_on(words.flexible, words.feature)
        reader.connect()
        reader.map_provider("Olena Koval", "olena@zoom.example")
        reader.switch_online(words.services, "Quick call", words.online_service)
        reader.switch_online(words.classes, "Morning yoga", words.online_class)

        reader.go(words.message_settings, words.settings)
        owner.page.get_by_role("link", name=words.edit_client_mail).click()
        expect(owner.page.get_by_role("heading", name=words.client_template)).to_be_visible()
        reader.put_variable("online_meeting_link")
        reader.go(words.message_settings, words.settings)
        owner.page.get_by_role("link", name=words.edit_provider_mail).click()
        reader.put_variable("online_meeting_provider_link")
        reader.go(words.flexible, words.settings)
        owner.page.get_by_label(words.service, exact=True).select_option("Quick call")
        owner.page.get_by_role("button", name=words.flexible_manage).click()
        expect(owner.page.get_by_text("Quick call").first).to_be_visible()

        client = Client(browser, product)
        starts_at = client.book("Quick call", **VISITOR, ahead=SOON)
        expect(client.page.get_by_role("link", name="Open meeting")).to_be_visible()

        reader.go(words.calendar)
        popup = owner.open_booking_of(VISITOR["name"], starts_at)
        expect(popup.get_by_role("link", name=words.open_meeting)).to_be_visible()
        owner.page.keyboard.press("Escape")
        details = reader.open_meeting_in(words.booking_details, VISITOR["name"])
        meeting = details.get_attribute("href")
        again = reader.open_meeting_in(words.meetings_report, VISITOR["name"])
        assert again.get_attribute("href") == meeting

        reader.go(words.custom_features)
        reader.card(words.feature).get_by_role("link", name=words.settings).click()
        owner.page.get_by_role("link", name=words.logout, exact=True).click()
        owner.page.locator("input[name=meetings]").uncheck()
        owner.page.get_by_role("button", name=words.logout, exact=True).click()
        expect(owner.page.get_by_role("button", name=words.authorize)).to_be_visible()
