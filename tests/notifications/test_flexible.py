"""Flexible notifications: of a service, by a provider, of the one by the other, of all."""

import itertools
from datetime import timedelta
from functools import partial

import pytest

from booking import actions as booking_actions
from booking.models import Provider, Service
from notifications import actions
from notifications.defaults import LANGUAGES, shipped
from notifications.errors import TemplateRefused
from notifications.kinds import FLEXIBLE, MESSAGES, TIMED_KINDS, Choice
from notifications.models import FlexibleRule, FlexibleText, Message
from tests import factories
from tests.concurrency.together import at_once, split
from tests.factories import NOW, TOMORROW_NOON

pytestmark = pytest.mark.django_db

MAIL = MESSAGES["confirmation-client-email"]
# The levels as they win, each with the languages it has words in wherever it has any.
LEVELS = {"both": ("en",), "service": ("uk",), "provider": ("en", "uk")}
CLIENT_LINK, PROVIDER_LINK = "[online_meeting_link]", "[online_meeting_provider_link]"


@pytest.fixture(autouse=True)
def _feature(db):
    factories.enable(FLEXIBLE)


@pytest.fixture
def ben():
    return factories.provider("Ben")


def at(level: str, service: Service, provider: Provider) -> dict[str, int | None]:
    return {
        "service_id": None if level == "provider" else service.pk,
        "provider_id": None if level == "service" else provider.pk,
    }


def say(body: str, *, spec=MAIL, language: str = "en", html: str = "", **of) -> FlexibleRule:
    of = {"service_id": None, "provider_id": None, **of}
    return actions.save_flexible_text(
        spec=spec, language=language, subject="[service]", body=body, html=html, **of
    )


def mute(spec=MAIL, **of) -> None:
    choose(Choice.MUTE, spec, **of)


def choose(choice: Choice, spec=MAIL, **of) -> None:
    of = {"service_id": None, "provider_id": None, **of}
    actions.set_choices({spec.slug: choice}, **of)


def body_of(language: str, service: Service, provider: Provider, spec=MAIL) -> str:
    of = {"service_id": service.pk, "provider_id": provider.pk}
    return actions.words_for(spec, language, **of)[0].body


def is_on(service: Service, provider: Provider, spec=MAIL) -> bool:
    return actions.choices().is_on(spec.slug, service_id=service.pk, provider_id=provider.pk)


def deliver(booking, *, spec=MAIL, now=NOW) -> Message:
    message = Message.objects.get(
        booking=booking, kind=spec.kind, audience=spec.audience, channel=spec.channel
    )
    actions.deliver_message(message_id=message.pk, now=now)
    message.refresh_from_db()
    return message


# --- Precedence --------------------------------------------------------------


@pytest.mark.parametrize("company", ["on", "off", "on, own words", "off, own words"])
@pytest.mark.parametrize("rules", [*itertools.product(Choice, repeat=3)], ids=" ".join)
def test_most_particular_level_wins_and_words_fall_through(lesson, ada, ben, rules, company):
    actions.set_switches({MAIL.slug: company.startswith("on")})
    words = {lang: shipped(MAIL.kind, MAIL.audience, MAIL.channel, lang).body for lang in LANGUAGES}
    if "own" in company:
        words = dict.fromkeys(LANGUAGES, "The company's")
        for language in LANGUAGES:
            actions.save_template(spec=MAIL, language=language, subject="S", body=words[language])
    chosen = dict(zip(LEVELS, rules, strict=True))
    for level, choice in chosen.items():
        if choice != Choice.INHERIT:
            for language in LEVELS[level]:
                say(f"{level}'s", language=language, **at(level, lesson, ada))
            choose(choice, **at(level, lesson, ada))
        mute(**at(level, factories.service(ben, name=f"Not {level}"), ben))

    decided = next((choice for choice in rules if choice != Choice.INHERIT), None)
    for language in LANGUAGES:
        own = (
            f"{level}'s"
            for level, languages in LEVELS.items()
            if chosen[level] == Choice.TEXT and language in languages
        )
        assert body_of(language, lesson, ada) == next(own, words[language])
    assert is_on(lesson, ada) is (
        company.startswith("on") if decided is None else decided == Choice.TEXT
    )


def test_feature_that_is_off_leaves_the_company_alone_and_loses_nothing(lesson, ada):
    say("Ada's", provider_id=ada.pk)
    mute(service_id=lesson.pk)
    booking_actions.set_feature(key=FLEXIBLE, on=False, now=NOW)
    assert is_on(lesson, ada)
    assert body_of("en", lesson, ada).startswith("Hello [client_name]")

    booking_actions.set_feature(key=FLEXIBLE, on=True, now=NOW)

    assert not is_on(lesson, ada)
    assert body_of("en", lesson, ada) == "Ada's"


def test_rule_that_is_taken_away_falls_back(lesson, ada):
    say("Lesson's", service_id=lesson.pk)
    say("Both's", service_id=lesson.pk, provider_id=ada.pk)

    choose(Choice.INHERIT, service_id=lesson.pk, provider_id=ada.pk)
    after_the_pairs = body_of("en", lesson, ada)
    choose(Choice.INHERIT, service_id=lesson.pk)

    assert after_the_pairs == "Lesson's"
    assert body_of("en", lesson, ada).startswith("Hello [client_name]")
    assert not FlexibleRule.objects.exists()
    assert not FlexibleText.objects.exists()


def test_words_given_up_in_one_language_stay_in_the_other(lesson, ada):
    for language in LANGUAGES:
        say("Lesson's", language=language, service_id=lesson.pk)

    actions.forget_flexible_text(spec=MAIL, service_id=lesson.pk, provider_id=None, language="en")

    assert body_of("en", lesson, ada).startswith("Hello [client_name]")
    assert body_of("uk", lesson, ada) == "Lesson's"


# --- Writing -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (MAIL, {"subject": "S", "body": "[cliant_name]"}),
        (MAIL, {"subject": "S", "body": PROVIDER_LINK}),
        (MAIL, {"subject": "[zzz]", "body": "Text"}),
        (MAIL, {"subject": "", "body": "Text"}),
        (MAIL, {"subject": "S", "body": "  "}),
        (MAIL, {"subject": "S", "body": "Text", "html": "<p>[zzz]</p>"}),
        (MESSAGES["confirmation-provider-sms"], {"subject": "", "body": CLIENT_LINK}),
    ],
)
def test_refusals_are_those_of_a_template(lesson, spec, words):
    with pytest.raises(TemplateRefused) as of_template:
        actions.save_template(spec=spec, language="en", **words)

    with pytest.raises(TemplateRefused) as of_rule:
        actions.save_flexible_text(
            spec=spec, language="en", service_id=lesson.pk, provider_id=None, **words
        )

    assert of_rule.value.problems == of_template.value.problems
    assert not FlexibleRule.objects.exists()


def test_words_are_kept_as_written_also_where_they_are_the_originals(lesson, ada):
    original = shipped(MAIL.kind, MAIL.audience, MAIL.channel, "en")
    say(original.body, service_id=lesson.pk)

    actions.save_template(spec=MAIL, language="en", subject="S", body="The company's")

    assert body_of("en", lesson, ada) == original.body


def test_words_written_for_what_is_not_sent_wait(lesson, ada):
    mute(service_id=lesson.pk)

    say("Lesson's", service_id=lesson.pk)

    assert not is_on(lesson, ada)
    choose(Choice.TEXT, service_id=lesson.pk)
    assert is_on(lesson, ada)
    assert body_of("en", lesson, ada) == "Lesson's"


@pytest.mark.parametrize("field", ["service_id", "provider_id"])
def test_rule_of_what_is_gone_is_refused(lesson, field):
    with pytest.raises((Service.DoesNotExist, Provider.DoesNotExist)):
        say("Words", **{field: 4711})

    assert not FlexibleRule.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_people_who_change_one_place_at_once_leave_no_second_rule(lesson, ada):
    of = {"service_id": lesson.pk, "provider_id": ada.pk}
    writing = [
        partial(say, body, language=language, **of) for body in "AB" for language in LANGUAGES
    ]
    choosing = [partial(choose, choice, **of) for choice in Choice]

    _returned, raised = split(at_once([*writing, *choosing, *writing]))

    assert raised == []
    assert FlexibleRule.objects.count() <= 1


# --- What goes out -----------------------------------------------------------


def test_booking_is_told_in_the_rules_words_and_anothers_in_the_companys(lesson, ada, ben):
    lesson.providers.add(ben)
    say("Ada's: [provider]", provider_id=ada.pk)

    hers, his = (
        deliver(factories.book_one(lesson, provider_id=provider.pk)) for provider in (ada, ben)
    )

    assert hers.body_text == "Ada's: Ada"
    assert his.body_text.startswith("Hello Cleo,\n\nYour booking is confirmed.")


def test_own_text_of_a_service_goes_out_where_the_company_is_silent(lesson):
    of_company = MESSAGES["confirmation-company-email"]
    factories.book_one(lesson, starts_at=TOMORROW_NOON - lesson.duration)
    assert not Message.objects.filter(audience="company").exists()

    say("Told", spec=of_company, service_id=lesson.pk)

    assert deliver(factories.book_one(lesson), spec=of_company).body_text == "Told"


def test_flexible_texts_take_both_meeting_variables(online, ada):
    of_provider = MESSAGES["confirmation-provider-email"]
    say(f"Yours: {CLIENT_LINK}", html=f"<p>Here: {CLIENT_LINK}</p>", service_id=online.pk)
    say(f"Yours: {PROVIDER_LINK}", spec=of_provider, provider_id=ada.pk)
    booking = factories.book_one(online)

    client, provider = deliver(booking), deliver(booking, spec=of_provider)

    assert client.body_text == f"Yours: https://book.example/m/{booking.join_token}/"
    assert provider.body_text == f"Yours: https://book.example/m/{booking.session.host_token}/"
    assert booking.session.host_token not in client.subject + client.body_html


def test_only_the_flexible_text_is_used_where_one_applies(online):
    actions.insert_meeting_links()
    say("No link in here", service_id=online.pk)
    say("Nor in here: [event]", language="uk", service_id=online.pk)

    clients = [factories.details(language="en"), factories.details("Dan", language="uk")]
    starts = [TOMORROW_NOON, TOMORROW_NOON + online.duration]

    sent = [
        deliver(factories.book_one(online, client=client, starts_at=starts_at))
        for client, starts_at in zip(clients, starts, strict=True)
    ]

    assert [message.body_text for message in sent] == ["No link in here", "Nor in here: Lesson"]
    assert not any("/m/" in message.body_html for message in sent)


def test_what_is_owed_already_is_not_sent_once_it_is_muted(lesson):
    booking = factories.book_one(lesson)

    mute(service_id=lesson.pk)

    message = deliver(booking)
    assert (message.state, message.reason) == ("skipped", "switched-off")


def test_muted_message_is_not_even_owed(lesson, ada):
    mute(service_id=lesson.pk, provider_id=ada.pk)

    booking = factories.book_one(lesson)

    assert not Message.objects.filter(booking=booking, kind=MAIL.kind, channel="email").filter(
        audience="client"
    )


@pytest.mark.parametrize("lift", ["choice", "feature"])
def test_reminder_no_longer_muted_is_owed_for_bookings_made_meanwhile(lesson, lift):
    reminder = MESSAGES["reminder-client-email"]
    choose(Choice.MUTE, reminder, service_id=lesson.pk)
    booking = factories.book_one(lesson, starts_at=TOMORROW_NOON + timedelta(days=3))
    assert not booking.messages.filter(kind="reminder").exists()

    if lift == "choice":
        choose(Choice.INHERIT, reminder, service_id=lesson.pk)
    else:
        booking_actions.set_feature(key=FLEXIBLE, on=False, now=NOW)
    for timing_id in actions.timings_to_owe(now=NOW + timedelta(hours=1)):
        actions.owe_timed(timing_id=timing_id, now=NOW)

    assert booking.messages.filter(kind="reminder").count() == 1


@pytest.mark.parametrize(("choice", "owed"), [(Choice.TEXT, [60, 1440]), (Choice.MUTE, [])])
def test_rule_of_reminders_applies_to_each_time(lesson, choice, owed):
    reminder = MESSAGES["reminder-client-email"]
    assert reminder.kind in TIMED_KINDS
    factories.remind_by(minutes=60)
    say("Soon!", spec=reminder, service_id=lesson.pk)
    choose(choice, reminder, service_id=lesson.pk)
    factories.book_one(lesson, starts_at=TOMORROW_NOON + timedelta(days=3))

    reminders = Message.objects.filter(kind="reminder").order_by("-due_at")

    for message in reminders:
        actions.deliver_message(message_id=message.pk, now=message.due_at)
    told = [(message.timing.minutes, message.body_text) for message in reminders.all()]
    assert told == [(minutes, "Soon!") for minutes in owed]


def test_former_provider_is_told_by_rules_of_their_own(lesson, ada, ben):
    cancelled = MESSAGES["cancelled-provider-email"]
    lesson.providers.add(ben)
    say("Off, Ada", spec=cancelled, service_id=lesson.pk, provider_id=ada.pk)
    mute(cancelled, provider_id=ben.pk)
    booking = factories.book_one(lesson, provider_id=ada.pk)

    booking_actions.reschedule(
        booking_id=booking.pk, starts_at=TOMORROW_NOON, provider_id=ben.pk, now=NOW
    )

    message = deliver(booking, spec=cancelled)
    assert (message.provider, message.body_text) == (ada, "Off, Ada")


# --- Whose words -------------------------------------------------------------


def test_verdicts_name_what_delivery_does(lesson, ada):
    details = factories.details(language="uk")
    booking = factories.book_one(lesson, client=details)
    rule = say("Lesson's", service_id=lesson.pk)
    wider = say("Ada's", language="uk", provider_id=ada.pk)
    mute(MESSAGES["confirmation-client-sms"], provider_id=ada.pk)

    found = {verdict.spec.slug: verdict for verdict in actions.verdicts_for(booking, [MAIL.kind])}

    mail = found[MAIL.slug]
    assert (mail.is_sent, mail.language, mail.decided_by, mail.worded_by) == (
        True,
        "uk",
        rule,
        wider,
    )
    assert not found["confirmation-client-sms"].is_sent
    by_company = found["confirmation-provider-email"]
    assert (by_company.is_sent, by_company.decided_by, by_company.is_own) == (True, None, False)
    assert deliver(booking).body_text == "Ada's"
