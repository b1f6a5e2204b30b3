"""The texts that ship: one for every message, in both languages, short, and whole when filled."""

import re

import pytest

from notifications.defaults import LANGUAGES, Wording, shipped
from notifications.kinds import MESSAGES, SESSION_KINDS, STAFF_KINDS, Audience, Channel, Kind
from notifications.render import Value, as_one_line, as_text, fill
from notifications.segments import GSM_7, UCS_2, count
from notifications.variables import ALL_NAMES, samples_for

OUR_SIDE = (Audience.PROVIDER, Audience.COMPANY)
WORDED = [(spec.kind, spec.audience, spec.channel) for spec in MESSAGES.values()]
ALL = [
    *WORDED,
    *(
        (kind, audience, channel)
        for kind in SESSION_KINDS
        for audience in (Audience.CLIENT, *OUR_SIDE)
        for channel in Channel
    ),
    (Kind.SIGN_IN_CODE, Audience.CLIENT, Channel.EMAIL),
    (Kind.SECOND_FACTOR, Audience.STAFF, Channel.EMAIL),
    *((kind, Audience.STAFF, Channel.EMAIL) for kind in (*STAFF_KINDS, Kind.FALLBACK_USED)),
]
OF_A_CLASS = {
    *("service", "event", "provider", "unit", "date_start", "time_start", "company_name"),
    *("online_meeting_provider_link", "bookings"),
}
# Ukrainian has 70 letters in an SMS: with a link of ours, or much to say, it takes three.
MOST_SEGMENTS = {GSM_7: 2, UCS_2: 3}
UKRAINIAN = "[а-яіїєґ]"

no_database = pytest.mark.no_database


def each(language: str, messages=ALL) -> list[tuple[str, Wording, str]]:
    """Name, words, and all of the words in one."""
    words = [(message, shipped(*message, language)) for message in dict.fromkeys(messages)]
    return [("-".join(message), text, f"{text.subject}\n{text.body}") for message, text in words]


@no_database
def test_every_message_has_words_in_both_languages():
    foreign = {"en": f"(?i){UKRAINIAN}", "uk": r"(?i)\b(?!zoom|manage|installed|apps)[a-z]{2,}\b"}
    for language in LANGUAGES:
        for name, words, text in each(language):
            plain = re.sub(r"\[\w+\]", "", text)
            assert re.findall(foreign[language], plain) == [], name
            assert bool(words.subject) == name.endswith("email"), name


@no_database
def test_both_languages_tell_the_same():
    for english, ukrainian in zip(each("en"), each("uk"), strict=True):
        told = [set(re.findall(r"\[\w+\]", text)) for _name, _words, text in (english, ukrainian)]
        assert told[0] == told[1], english[0]


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_sms_is_short(language):
    for message in WORDED:
        _kind, audience, channel = message
        if channel == Channel.SMS:
            values = samples_for(audience, channel, language)
            text = as_one_line(fill(shipped(*message, language).body, values))
            counted = count(text)
            assert counted.segments <= MOST_SEGMENTS[counted.encoding], text
            assert language == "uk" or counted.encoding == GSM_7, counted.foreign


@no_database
@pytest.mark.parametrize("language", LANGUAGES)
def test_message_about_a_whole_class_leaves_no_debris(language):
    values = {name: Value("Yoga" if name in OF_A_CLASS else "") for name in ALL_NAMES}
    values["bookings"] = Value("2")
    debris = re.compile(r"\[|\(\)|, *,|[,(] *$|^ *[.,:]|: *$", re.MULTILINE)
    for name, words, _text in each(
        language, [message for message in ALL if message[1] in OUR_SIDE]
    ):
        subject, body = as_one_line(fill(words.subject, values)), as_text(fill(words.body, values))
        labelled = re.sub(r":\n\n?(?=\S)", "\n", body)  # a label with what it announces
        assert debris.findall(subject) == debris.findall(labelled) == [], f"{name}: {body}"


@no_database
def test_company_is_told_with_whom_it_is_and_not_spoken_to_as_the_provider():
    spoken_to = re.compile(r"(?i)\byour?\b|\bва(?:с|ш|ми|м)")
    for language in LANGUAGES:
        for name, words, text in each(language, [m for m in ALL if m[1] == Audience.COMPANY]):
            assert spoken_to.findall(text) == [], name
            assert "[provider]" in words.body, name


@no_database
def test_ukrainian_is_written_as_on_the_pages():
    for name, _words, text in each("uk"):
        assert re.findall(f"(?i){UKRAINIAN}['`ʼ]{UKRAINIAN}", text) == [], f"{name}: it is ’"
        assert "застосун" not in text, f"{name}: it is «програма»"
