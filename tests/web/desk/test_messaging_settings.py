"""How messages go out, whatever they say: what is kept, what is refused, and by whom."""

from datetime import time

import pytest

from notifications.models import MessagingSettings

PAGE = "/admin/message-settings/general/"
FIRST_VALUES = {
    "attaches_calendar_files": "on",
    "undo_seconds": 15,
    "sms_quiet_from": "",
    "sms_quiet_until": "",
    "keeps_texts_days": 365,
}


@pytest.fixture
def owner(as_role):
    return as_role("owner")


def shown(browser) -> dict[str, object]:
    """What a browser would send of the page as it stands, unchanged."""
    form = browser.get(PAGE).context["form"]
    sent = {}
    for field in form:
        value = "" if field.value() is None else field.value()
        for name in (field.html_name, field.html_initial_name):
            assert f'name="{name}"' in str(field)
            sent |= {name: value} if value is not False else {}
    return sent


def test_page_is_found_from_the_settings_of_messages(owner):
    assert PAGE in owner.get("/admin/message-settings/").content.decode()
    form = owner.get(PAGE).context["form"]
    assert {name: form[name].value() for name in form.fields} == {
        "attaches_calendar_files": True,
        "undo_seconds": 15,
        "sms_quiet_from": None,
        "sms_quiet_until": None,
        "keeps_texts_days": 365,
    }


def test_parts_of_the_page_have_their_headings_once_each(owner):
    page = owner.get(PAGE).content.decode()

    places = [
        page.index(text)
        for text in ("Quiet hours of SMS</h2>", 'name="sms_quiet_from"', "Privacy</h2>")
    ]
    assert places == sorted(places)
    assert page.count('<h2 class="z-part">') == 2


def test_what_is_chosen_is_kept(owner):
    wished = {
        **shown(owner),
        "undo_seconds": 0,
        "sms_quiet_from": "21:00",
        "sms_quiet_until": "08:30",
        "keeps_texts_days": "",
    }

    del wished["attaches_calendar_files"]
    answer = owner.post(PAGE, wished)

    assert answer.url == PAGE
    kept = MessagingSettings.objects.current()
    assert (kept.attaches_calendar_files, kept.undo_seconds) == (False, 0)
    assert (kept.sms_quiet_from, kept.sms_quiet_until) == (time(21), time(8, 30))
    assert kept.keeps_texts_days is None
    assert 'value="21:00' in owner.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("wrong", "field", "error"),
    [
        ({"sms_quiet_from": "21:00"}, "sms_quiet_until", "Give both times, or neither."),
        ({"sms_quiet_until": "08:00"}, "sms_quiet_from", "Give both times, or neither."),
        (
            {"sms_quiet_from": "08:00", "sms_quiet_until": "08:00"},
            "sms_quiet_until",
            "The two times must differ.",
        ),
        ({"undo_seconds": 121}, "undo_seconds", "Ensure this value is less than or equal to 120."),
        (
            {"keeps_texts_days": 0},
            "keeps_texts_days",
            "Ensure this value is greater than or equal to 1.",
        ),
        ({"undo_seconds": ""}, "undo_seconds", "This field is required."),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_kept(owner, wrong, field, error):
    answer = owner.post(PAGE, {**FIRST_VALUES, "keeps_texts_days": 30, **wrong})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [error]}
    assert not MessagingSettings.objects.exists()


def test_two_who_save_at_once_lose_nothing(owner, as_role):
    colleague = as_role("administrator")
    one, other = shown(owner), shown(colleague)

    owner.post(PAGE, {**one, "keeps_texts_days": 30})
    colleague.post(PAGE, {**other, "undo_seconds": 40})

    kept = MessagingSettings.objects.current()
    assert (kept.keeps_texts_days, kept.undo_seconds) == (30, 40)
    assert kept.attaches_calendar_files is True


def test_halves_of_quiet_hours_that_two_save_are_kept_whole(owner, as_role):
    colleague = as_role("administrator")
    one, other = shown(owner), shown(colleague)

    owner.post(PAGE, {**one, "sms_quiet_from": "21:00", "sms_quiet_until": "08:00"})
    colleague.post(PAGE, {**other, "sms_quiet_from": "22:00", "sms_quiet_until": "07:00"})

    kept = MessagingSettings.objects.current()
    assert (kept.sms_quiet_from, kept.sms_quiet_until) == (time(22), time(7))


@pytest.mark.parametrize("role", ["senior", "junior", "viewer"])
def test_others_may_not(as_role, role):
    browser = as_role(role)

    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, {**FIRST_VALUES, "undo_seconds": 1}).status_code == 403
    assert not MessagingSettings.objects.exists()
