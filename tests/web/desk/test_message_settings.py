"""Email and SMS settings as a whole: what differs from how it was at first, and the way back."""

import pytest
from django.urls import reverse

from notifications import actions
from notifications.kinds import MEETING_KINDS, SESSION_KINDS
from notifications.models import MessageTemplate
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    factories.company()
    user = factories.staff(is_superuser=True)
    client.force_login(user, backend="booking.backends.StaffBackend")
    return client


def test_everything_comes_back_at_one_word(boss):
    at_first = actions.switches()
    boss.post(reverse("desk:message-links"))
    boss.post(reverse("desk:message-switches"), {"kind": ["confirmation"], "on": []})
    changed = boss.get(reverse("desk:message-settings")).content.decode()

    boss.post(reverse("desk:message-restore-all"))

    restored = boss.get(reverse("desk:message-settings")).content.decode()
    assert (actions.switches(), MessageTemplate.objects.count()) == (at_first, 0)
    assert ("Own words" in changed, "On at first" in changed) == (True, True)
    assert ("Own words" in restored, "On at first" in restored) == (False, False)


def kinds_on(page) -> list[str]:
    return [kind.value for _title, rows in page.context["groups"] for kind, _cells in rows]


def test_switches_are_saved_as_shown(boss):
    factories.enable("online-meetings")
    factories.enable("classes")
    page = boss.get(reverse("desk:message-settings"))
    kinds = kinds_on(page)

    boss.post(
        reverse("desk:message-switches"), {"kind": kinds, "on": ["confirmation-company-email"]}
    )

    on = [slug for slug, is_on in actions.switches().items() if is_on]
    assert on == ["confirmation-company-email"]


def test_switches_of_features_are_hidden_and_kept_while_they_are_off(boss):
    page = boss.get(reverse("desk:message-settings"))
    shown = kinds_on(page)
    content = page.content.decode()

    boss.post(reverse("desk:message-switches"), {"kind": shown, "on": []})

    assert not set(shown) & {kind.value for kind in (*MEETING_KINDS, *SESSION_KINDS)}
    assert all(f'name="kind" value="{kind}"' in content for kind in shown)
    assert {slug for slug, is_on in actions.switches().items() if is_on} == {
        "link-added-client-email",
        "link-removed-client-email",
        "not-ready-client-email",
        "not-ready-client-sms",
        "not-ready-provider-email",
        "fallback-used-client-email",
        "fallback-used-client-sms",
        "fallback-used-provider-email",
        "client-waits-provider-email",
        "session-moved-client-email",
        "session-moved-client-sms",
        "session-moved-provider-email",
        "session-cancelled-client-email",
        "session-cancelled-client-sms",
        "session-cancelled-provider-email",
    }
