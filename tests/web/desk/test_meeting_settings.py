"""How meetings are held: for the company, and in More options of a service."""

import pytest
from django.urls import reverse

from booking.models import Event
from tests import factories
from tests.web.desk.pages import service_form
from zoomlink.models import MeetingSettings, ServiceMeetingSettings

SETTINGS = "/admin/online-meetings/settings/"
FIRST_VALUES = {
    "create_when": "at_booking",
    "create_minutes_before": 30,
    "join_before_host": "on",
    "auto_recording": "zoom",
    "passcode": "zoom",
    "fallback_link": "",
    "fallback_minutes": 5,
}


@pytest.fixture
def owner(as_role):
    factories.enable("online-meetings")
    return as_role("owner")


def test_page_explains_each_setting(owner):
    form = owner.get(SETTINGS).context["form"]

    assert all(field.help_text for field in form)
    assert form["join_before_host"].value() is True


def test_what_is_changed_is_kept_and_recorded_with_who(owner):
    wished = {
        **FIRST_VALUES,
        "create_when": "shortly_before",
        "waiting_room": "on",
        "auto_recording": "cloud",
        "fallback_link": "https://meet.example/studio",
    }

    answer = owner.post(SETTINGS, wished)

    assert answer.url == SETTINGS
    kept = MeetingSettings.objects.current()
    assert (kept.create_when, kept.waiting_room) == ("shortly_before", True)
    assert (kept.auto_recording, kept.fallback_link) == ("cloud", "https://meet.example/studio")
    event = Event.objects.get(kind=Event.MEETING_SETTINGS_CHANGED)
    assert str(event.actor) == "owner@kyiv-yoga.example"
    changed = {"create_when", "waiting_room", "auto_recording", "fallback_link"}
    assert set(event.details["changed"]) == changed


def test_saving_without_a_change_records_nothing(owner):
    assert owner.post(SETTINGS, FIRST_VALUES).status_code == 302

    assert not Event.objects.filter(kind=Event.MEETING_SETTINGS_CHANGED).exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"create_minutes_before": 5}, "create_minutes_before"),
        ({"fallback_minutes": 0}, "fallback_minutes"),
        ({"fallback_link": "http://meet.example/studio"}, "fallback_link"),
        ({"auto_recording": "always"}, "auto_recording"),
        (
            {"create_when": "shortly_before", "create_minutes_before": 10, "fallback_minutes": 15},
            "create_minutes_before",
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(owner, wrong, field):
    answer = owner.post(SETTINGS, {**FIRST_VALUES, "waiting_room": "on", **wrong})

    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert form["waiting_room"].value() is True
    assert {name: form[name].value() for name in wrong} == {
        name: str(content) for name, content in wrong.items()
    }
    assert not MeetingSettings.objects.exists()


@pytest.mark.parametrize("link", ["http://meet.example/studio", "javascript:alert(1)"])
def test_a_wrong_fallback_room_is_refused_with_what_is_right(owner, link):
    answer = owner.post(SETTINGS, {**FIRST_VALUES, "fallback_link": link})

    assert answer.context["form"].errors["fallback_link"] == [
        "Give the whole address of the meeting, beginning with https://."
    ]


@pytest.fixture
def change(lesson):
    return reverse("admin:booking_service_change", args=[lesson.pk])


def test_service_is_as_the_company_until_it_says_otherwise(
    owner, lesson, change, django_capture_on_commit_callbacks
):
    form = owner.get(change).context["adminform"].form
    wishes = ("waiting_room", "join_before_host", "auto_recording", "passcode")
    assert [form[name].value() or "" for name in wishes] == ["", "", "", ""]
    wished = service_form(lesson, waiting_room="yes", join_before_host="no", passcode="always")

    with django_capture_on_commit_callbacks(execute=True):
        assert owner.post(change, wished).status_code == 302

    kept = ServiceMeetingSettings.objects.get(service=lesson)
    assert (kept.waiting_room, kept.join_before_host) == (True, False)
    assert (kept.auto_recording, kept.passcode) == ("", "always")
    form = owner.get(change).context["adminform"].form
    assert [form[name].value() for name in wishes] == ["yes", "no", "", "always"]


def test_service_can_go_back_to_the_companys_way(
    owner, lesson, change, django_capture_on_commit_callbacks
):
    ServiceMeetingSettings.objects.create(service=lesson, waiting_room=True, passcode="never")

    with django_capture_on_commit_callbacks(execute=True):
        owner.post(change, service_form(lesson))

    kept = ServiceMeetingSettings.objects.get(service=lesson)
    assert (kept.waiting_room, kept.passcode) == (None, "")


def test_new_service_is_made_with_its_wishes(owner, ada, django_capture_on_commit_callbacks):
    wished = service_form(providers=[ada.pk], is_online_meeting="on", waiting_room="yes")

    with django_capture_on_commit_callbacks(execute=True):
        answer = owner.post(reverse("admin:booking_service_add"), wished)

    assert answer.status_code == 302
    assert ServiceMeetingSettings.objects.get().service.name == "Massage"


def test_service_that_wants_nothing_else_gets_no_settings(
    owner, lesson, change, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        owner.post(change, service_form(lesson, is_online_meeting="on"))

    lesson.refresh_from_db()
    assert lesson.is_online_meeting
    assert not ServiceMeetingSettings.objects.exists()


def test_what_is_wrong_in_a_service_is_told_at_its_field(owner, lesson, change):
    answer = owner.post(change, service_form(lesson, waiting_room="maybe"))

    assert list(answer.context["adminform"].form.errors) == ["waiting_room"]


def test_class_has_the_same_choices(owner, yoga):
    form = owner.get(f"/admin/desk/class/{yoga.pk}/change/").context["adminform"].form

    assert "waiting_room" in form.fields


def test_choices_are_absent_while_the_feature_is_off(
    as_role, lesson, change, django_capture_on_commit_callbacks
):
    kept = ServiceMeetingSettings.objects.create(service=lesson, waiting_room=True)
    owner = as_role("owner")
    assert "waiting_room" not in owner.get(change).context["adminform"].form.fields

    with django_capture_on_commit_callbacks(execute=True):
        owner.post(change, service_form(lesson))

    kept.refresh_from_db()
    assert kept.waiting_room is True


def test_service_opens_for_those_who_may_only_look(lesson, change, as_role):
    factories.enable("online-meetings")

    answer = as_role("viewer").get(change)

    assert answer.status_code == 200
    assert "waiting_room" not in answer.context["adminform"].form.fields
