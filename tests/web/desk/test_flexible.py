"""Settings → Flexible notifications: who may, what the pages show, save and refuse."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from booking.actions import set_feature
from notifications import actions
from notifications.kinds import CLASS_KINDS, FLEXIBLE, MESSAGES, Choice, Kind
from notifications.models import FlexibleRule, FlexibleText
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
OVERVIEW = "/admin/flexible-notifications/"
MANAGE = f"{OVERVIEW}manage/"
MAIL = MESSAGES["confirmation-client-email"]
WORDS = {"subject": "Yes: [event]", "body": "See you,\r\n[client_name]!"}


@pytest.fixture
def owner(as_role):
    factories.enable(FLEXIBLE)
    return as_role("owner")


def text_of(level: str, slug: str = MAIL.slug, language: str = "en", *, page: str = "text") -> str:
    return f"{reverse(f'desk:flexible-{page}', args=[slug, language])}?{level}"


def choose(choice: Choice, service, provider=None, *, slug: str = MAIL.slug) -> None:
    provider_id = provider.pk if provider is not None else None
    actions.set_choices({slug: choice}, service_id=service.pk, provider_id=provider_id)


def line_of(page, slug: str = MAIL.slug) -> dict:
    lines = (line for _kind, lines, _chosen in page.context["kinds"] for line in lines)
    return next(line for line in lines if line["spec"].slug == slug)


def verdict_of(page, slug: str = MAIL.slug) -> dict:
    return next(line for line in page.context["lines"] if line["verdict"].spec.slug == slug)


# --- Who may -----------------------------------------------------------------


@pytest.mark.parametrize("is_on", [True, False])
@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("owner", 200),
        ("administrator", 200),
        ("senior", 403),
        ("junior", 403),
        ("viewer", 403),
        ("client", 403),
        ("anonymous", 302),
    ],
)
def test_pages_are_for_who_may_change_templates_while_the_feature_is_on(
    as_role, ada, lesson, book, role, status, is_on
):
    booking = book(ada)
    set_feature(key=FLEXIBLE, on=is_on, now=NOW)
    level, browser = f"service={lesson.pk}", as_role(role)
    expected = 404 if status == 200 and not is_on else status

    seen = [
        browser.get(OVERVIEW),
        browser.get(f"{MANAGE}?{level}"),
        browser.get(text_of(level)),
        browser.get(f"/admin/bookings/{booking.pk}/words/"),
    ]
    written = [
        browser.post(f"{MANAGE}?{level}", {MAIL.slug: "mute"}),
        browser.post(text_of(level), WORDS),
        browser.post(text_of(level, page="forget")),
    ]

    assert [answer.status_code for answer in seen] == [expected] * 4
    may = expected == 200
    assert [answer.status_code for answer in written] == [302 if may else expected] * 3
    assert FlexibleRule.objects.exists() is may


def test_menu_and_card_lead_there_while_it_is_on(as_role, owner):
    on = owner.get("/admin/features/").content.decode()
    of_others = as_role("viewer").get("/admin/calendar/").content.decode()
    set_feature(key=FLEXIBLE, on=False, now=NOW)

    off = owner.get("/admin/features/").content.decode()

    assert on.count(f'href="{OVERVIEW}"') == 2
    assert OVERVIEW not in off + of_others


# --- Overview ----------------------------------------------------------------


def test_overview_teaches_while_there_are_no_rules(owner, lesson):
    page = owner.get(OVERVIEW).content.decode()

    assert "Everybody is told in the company’s words" in page


def test_overview_counts_what_each_level_says(owner, lesson, ada):
    choose(Choice.TEXT, lesson)
    choose(Choice.TEXT, lesson, slug="cancelled-client-email")
    choose(Choice.MUTE, lesson, ada)

    rows = [(str(level), *numbers) for level, *numbers in owner.get(OVERVIEW).context["rows"]]

    assert rows == [("Lesson", 2, 0), ("Lesson · Ada", 0, 1)]


@pytest.mark.parametrize("rows", [1, 3])
def test_overview_takes_the_same_queries_whatever_its_length(
    owner, ada, rows, django_assert_num_queries
):
    for number in range(rows):
        choose(Choice.MUTE, factories.service(ada, name=f"S {number}"), ada)
    owner.get(OVERVIEW)

    with django_assert_num_queries(15):
        owner.get(OVERVIEW)


def test_manage_asks_for_a_service_or_a_provider(owner, lesson):
    neither, unknown = owner.get(MANAGE, {"service": ""}), owner.get(MANAGE, {"service": 4711})

    assert "Choose a service, a provider, or both." in neither.content.decode()
    assert [neither.status_code, unknown.status_code] == [422, 422]


# --- One level ---------------------------------------------------------------


def test_manage_says_what_inheriting_means_now(owner, lesson, ada):
    sent = owner.get(MANAGE, {"provider": ada.pk}).content.decode()
    choose(Choice.MUTE, lesson)

    page = owner.get(MANAGE, {"service": lesson.pk, "provider": ada.pk})

    assert "sent in the company’s words." in sent
    assert "not sent, as the company chose." in sent
    assert "The company has set no time for it" in sent
    assert "not sent, as chosen for Lesson." in page.content.decode()
    assert str(line_of(page)["above"]) == "Lesson"


def test_manage_opens_only_what_was_chosen_here(owner, lesson):
    choose(Choice.MUTE, lesson)

    page = owner.get(MANAGE, {"service": lesson.pk})

    opened = [kind for kind, _lines, chosen in page.context["kinds"] if chosen]
    assert opened == [MAIL.kind]
    assert "Client, E-mail: Do not send" in page.content.decode()


def test_only_a_class_can_word_what_only_classes_tell(owner, lesson, session, ada, book, tomorrow):
    factories.enable("classes")
    appointment = book(ada, starts_at=tomorrow + timedelta(hours=4))

    def kinds(**level) -> set[Kind]:
        return {kind for kind, *_rest in owner.get(MANAGE, level).context["kinds"]}

    of_class = kinds(service=session.service_id)

    assert of_class == kinds(provider=ada.pk) == {*kinds(service=lesson.pk), *CLASS_KINDS}
    words = owner.get(f"/admin/bookings/{appointment.pk}/words/").context
    told = {line["verdict"].spec.kind for line in words["lines"]}
    assert not told.intersection(CLASS_KINDS)


def test_choices_are_saved_and_taken_back(owner, lesson):
    url = f"{MANAGE}?service={lesson.pk}"

    owner.post(url, {MAIL.slug: "mute", f"was-{MAIL.slug}": "inherit"})
    muted = line_of(owner.get(url))["stance"].choice
    owner.post(url, {MAIL.slug: "inherit", f"was-{MAIL.slug}": "mute"})

    assert muted == Choice.MUTE
    assert not FlexibleRule.objects.exists()


def test_what_the_page_did_not_change_is_left_to_who_changed_it_meanwhile(owner, lesson):
    choose(Choice.MUTE, lesson)
    stale = {MAIL.slug: "inherit", f"was-{MAIL.slug}": "inherit"}

    owner.post(f"{MANAGE}?service={lesson.pk}", {**stale, "cancelled-client-email": "nonsense"})

    assert FlexibleRule.objects.get().is_muted


def test_manage_takes_the_same_queries_however_much_was_chosen(
    owner, lesson, django_assert_num_queries
):
    url = f"{MANAGE}?service={lesson.pk}"
    slugs = ["cancelled-client-email", "changed-client-email", MAIL.slug]
    for slug in slugs[:1]:
        choose(Choice.TEXT, lesson, slug=slug)
    owner.get(url)
    with django_assert_num_queries(13):
        owner.get(url)
    for slug in slugs:
        choose(Choice.TEXT, lesson, slug=slug)

    with django_assert_num_queries(13):
        owner.get(url)


# --- Words -------------------------------------------------------------------


def test_text_begins_with_what_it_inherits_is_saved_and_given_up(owner, lesson, ada):
    url = text_of(f"service={lesson.pk}&provider={ada.pk}")
    inherited = owner.get(url).context["form"]["body"].value()

    answer = owner.post(url, WORDS)
    own = owner.get(url)
    owner.post(text_of(f"service={lesson.pk}&provider={ada.pk}", page="forget"))

    assert "Your booking is confirmed." in inherited
    assert answer.url == url
    assert own.context["is_own"]
    assert own.context["form"]["body"].value() == "See you,\n[client_name]!"
    assert not owner.get(url).context["is_own"]
    assert not FlexibleText.objects.exists()


def test_text_that_cannot_be_filled_is_refused_at_its_place(owner, lesson):
    answer = owner.post(
        text_of(f"service={lesson.pk}"),
        {"subject": "S", "body": "Hi\n [online_meeting_provider_link]"},
    )

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "body": [
            "Line 2, column 2: [online_meeting_provider_link] cannot be used in messages to this "
            "reader (Client). Did you mean [online_meeting_link]?"
        ]
    }
    assert not FlexibleRule.objects.exists()


@pytest.mark.parametrize(
    ("slug", "variable"),
    [
        (MAIL.slug, "[online_meeting_link]"),
        ("confirmation-provider-email", "[online_meeting_provider_link]"),
    ],
)
def test_editor_offers_and_takes_the_readers_own_meeting_link(owner, lesson, slug, variable):
    factories.enable("online-meetings")
    url = text_of(f"service={lesson.pk}", slug)

    assert f'data-insert="{variable}"' in owner.get(url).content.decode()
    assert owner.post(url, {"subject": "S", "body": variable}).status_code == 302


def test_text_of_what_is_not_sent_says_so(owner, lesson):
    choose(Choice.MUTE, lesson)
    url = text_of(f"service={lesson.pk}")

    answer = owner.post(url, WORDS, follow=True).content.decode()

    assert "The message is still set to “Do not send”." in answer
    assert "set to “Do not send” for Lesson" in answer


@pytest.mark.parametrize(
    ("slug", "language", "level"),
    [
        ("nonsense", "en", "service=1"),
        (MAIL.slug, "xx", "service=1"),
        (MAIL.slug, "en", "service=4711"),
        (MAIL.slug, "en", ""),
    ],
)
def test_unknown_text_is_not_found(owner, lesson, slug, language, level):
    level = level.replace("=1", f"={lesson.pk}") if level.endswith("=1") else level

    assert owner.get(text_of(level, slug, language)).status_code == 404


# --- Whose words -------------------------------------------------------------


@pytest.mark.parametrize("rules", [1, 3])
def test_whose_words_take_the_same_queries_however_many_rules_there_are(
    owner, lesson, ada, book, rules, django_assert_num_queries
):
    url = f"/admin/bookings/{book(ada).pk}/words/"
    for slug in ["changed-client-email", "cancelled-client-email", MAIL.slug][:rules]:
        choose(Choice.TEXT, lesson, slug=slug)
    owner.get(url)

    with django_assert_num_queries(14):
        owner.get(url)


def test_booking_says_whose_words_win_for_each_of_its_messages(owner, lesson, ada, book):
    booking = book(ada, client=factories.details(language="uk"))
    choose(Choice.MUTE, lesson, slug="cancelled-client-email")
    choose(Choice.TEXT, lesson, ada)
    level = {"service_id": None, "provider_id": ada.pk}
    actions.save_flexible_text(spec=MAIL, language="uk", subject="S", body="Текст", **level)

    shown = owner.get(f"/admin/bookings/{booking.pk}/popup/").content.decode()
    page = owner.get(f"/admin/bookings/{booking.pk}/words/")

    mail, cancelled = verdict_of(page), verdict_of(page, "cancelled-client-email")
    assert f"/admin/bookings/{booking.pk}/words/" in shown
    assert (str(mail["decided"]), str(mail["worded"])) == ("Lesson · Ada", "Ada")
    assert mail["text_url"] == text_of(f"provider={ada.pk}", language="uk")
    assert mail["language"] == "Ukrainian"
    assert "Lesson · Ada has no words in this language." in page.content.decode()
    assert (cancelled["verdict"].is_sent, str(cancelled["decided"])) == (False, "Lesson")
    silent = [verdict.spec.slug for verdict in page.context["silent"]]
    assert "reminder-client-sms" in silent
    assert not {MAIL.slug, "cancelled-client-email", "confirmation-provider-email"} & set(silent)


def test_link_to_whose_words_is_for_who_may_follow_it(as_role, owner, ada, book):
    url = f"/admin/bookings/{book(ada).pk}/"

    assert "whose words" in owner.get(url).content.decode()
    assert "whose words" not in as_role("senior").get(url).content.decode()
    set_feature(key=FLEXIBLE, on=False, now=NOW)
    assert "whose words" not in owner.get(url).content.decode()


def test_whose_words_of_a_booking_one_may_not_see_is_not_found(owner, browser_of, ada, book):
    from_elsewhere = factories.staff("ben@kyiv-yoga.example")
    may = Permission.objects.filter(codename__in=["view_booking", "change_messagetemplate"])
    from_elsewhere.user_permissions.set(may)

    page = browser_of(from_elsewhere).get(f"/admin/bookings/{book(ada).pk}/words/")

    assert page.status_code == 404
