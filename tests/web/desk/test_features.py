"""Custom Features: cards with Enable, Disable and Settings."""

import pytest
from django.urls import reverse

from booking import features
from booking.features import FeatureSpec
from booking.models import Event, Feature
from tests import factories

FEATURES = "/admin/features/"
TOGGLE = "/admin/booking/feature/"


@pytest.fixture
def owner(as_role):
    return as_role("owner")


def switch(browser, key, on):
    return browser.post(reverse("desk:feature-switch", args=[key]), {"on": on}, follow=True)


def test_online_meetings_are_off_until_somebody_enables_them(owner):
    page = owner.get(FEATURES).content.decode()

    assert "Online video meetings" in page
    assert "/admin/online-meetings/" not in page
    assert not features.is_on("online-meetings")


def test_enable_turns_a_feature_on_and_reveals_its_settings(owner):
    page = switch(owner, "online-meetings", "1").content.decode()

    assert features.is_on("online-meetings")
    assert "Online video meetings is enabled." in page
    assert 'href="/admin/online-meetings/"' in page
    event = Event.objects.get(kind=Event.FEATURE_ENABLED)
    assert event.actor.email == "owner@kyiv-yoga.example"


def test_disable_turns_a_feature_off(owner):
    factories.enable("online-meetings")

    switch(owner, "online-meetings", "0")

    assert not features.is_on("online-meetings")


def test_refusal_is_shown_in_words(owner, monkeypatch):
    needy = FeatureSpec("needy", "Needy", "…", requires=("classes",))
    monkeypatch.setitem(features._specs, "needy", needy)

    page = switch(owner, "needy", "1").content.decode()

    assert "Enable Classes first: Needy needs it." in page
    assert not features.is_on("needy")


def test_why_a_feature_cannot_be_switched_is_said_before(owner, monkeypatch):
    rival = FeatureSpec("rival", "Rival", "…", conflicts=("classes",))
    monkeypatch.setitem(features._specs, "rival", rival)

    def cards() -> dict[str, str]:
        parts = owner.get(FEATURES).content.decode().split('aria-labelledby="feature-')[1:]
        return {part.partition('"')[0]: " ".join(part.split()) for part in parts}

    waiting = cards()["waiting-list"]
    assert "Needs Classes: enable that first." in waiting
    assert 'disabled aria-describedby="why-waiting-list"' in waiting

    for key in ("classes", "waiting-list"):
        factories.enable(key)
    assert "Needed by Waiting list: disable that first." in cards()["classes"]
    assert "Yes, disable" not in cards()["classes"]
    assert "Yes, disable" in cards()["waiting-list"]
    assert "Cannot be used together with Classes: disable that first." in cards()["rival"]


def test_plain_list_is_reached_from_the_cards(owner):
    assert f'href="{TOGGLE}"' in owner.get(FEATURES).content.decode()
    assert owner.get(TOGGLE).status_code == 200


def test_unknown_feature_is_404(owner):
    assert switch(owner, "no-such", "1").status_code == 404


def test_get_switches_nothing(owner):
    assert owner.get(reverse("desk:feature-switch", args=["classes"])).status_code == 405


def test_djangos_own_toggle_goes_through_the_action(owner):
    owner.post(f"{TOGGLE}add/", {"key": "classes", "is_enabled": "on"})
    row = Feature.objects.get(key="classes")
    assert row.is_enabled

    owner.post(f"{TOGGLE}{row.pk}/change/", {})

    assert not features.is_on("classes")
    assert Event.objects.filter(kind=Event.FEATURE_DISABLED).count() == 1


def test_djangos_own_toggle_shows_a_refusal_and_saves_nothing(owner, monkeypatch):
    needy = FeatureSpec("needy", "Needy", "…", requires=("classes",))
    monkeypatch.setitem(features._specs, "needy", needy)

    page = owner.post(f"{TOGGLE}add/", {"key": "needy", "is_enabled": "on"}, follow=True)

    assert "Enable Classes first: Needy needs it." in page.content.decode()
    assert not Feature.objects.filter(key="needy").exists()
