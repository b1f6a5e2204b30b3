"""The Ukrainian texts: complete, and faithful to their placeholders."""

import re

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

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
    (None, "Flexible notifications"): "Гнучкі повідомлення",
    ("flexible notifications", "Manage"): "Керування",
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
