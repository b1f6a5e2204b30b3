"""Who is who at Zoom: what a provider may choose."""

import pytest

from tests import factories
from tests.zoomlink import scene
from tests.zoomlink.scene import NOW
from zoomlink import actions
from zoomlink.errors import ChoiceRefused
from zoomlink.models import ProviderMeeting

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"engine": "teams"}, "engine"),
        ({"engine": "zoom"}, "zoom_user"),
        ({"engine": "zoom", "zoom_user_id": 0}, "zoom_user"),
        ({"engine": "own_link", "own_link": "http://meet.example/ada"}, "own_link"),
        ({"engine": "own_link", "own_link": "javascript:alert(1)"}, "own_link"),
        ({"engine": "own_link", "own_link": "https://ada:a@meet.example/"}, "own_link"),
        ({"engine": "own_link"}, "own_link"),
    ],
)
def test_a_choice_that_leads_nowhere_is_refused(lesson, wish, field):
    carl = factories.provider("Carl")

    with pytest.raises(ChoiceRefused) as refusal:
        actions.choose_meeting(now=NOW, provider_id=carl.pk, **wish)

    assert refusal.value.field == field
    assert not ProviderMeeting.objects.filter(provider=carl).exclude(engine="none").exists()


def test_the_only_zoom_user_need_not_be_named(zoom, company):
    scene.connect(zoom, shared=False)

    choice = actions.choose_meeting(now=NOW, provider_id=factories.provider().pk, engine="zoom")

    assert choice.zoom_user.email == "owner@zoom.example"
