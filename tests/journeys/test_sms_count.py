"""The editor counts SMS while one types, as the product does when it sends."""

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from playwright.sync_api import Page

from notifications.segments import Count
from tests.sms_texts import KNOWN
from web.desk.templatetags.words import rules_with

pytestmark = pytest.mark.no_database


def test_browser_counts_as_the_product_does(page: Page):
    rules = rules_with({"name": "Ann", "none": ""})
    place = render_to_string("desk/messages/_count.html", {"rules": rules})
    page.set_content(f'<form id="template"><textarea></textarea></form>{place}')
    script = settings.BASE_DIR / "static" / "desk" / "js" / "sms_segments.js"
    page.add_script_tag(content=script.read_text(encoding="utf-8"), type="module")
    names = ("encoding", "units", "segments", "foreign")

    def counted(text: str) -> list[str]:
        page.fill("textarea", text)
        return [page.text_content(f"[data-{name}]") for name in names]

    for text, encoding, units, segments, foreign in KNOWN:
        known = Count(encoding, units, segments, foreign)
        assert counted(text) == [encoding, str(units), str(segments), known.examples], text
    assert counted("[name],\n\n [[x]")[1] == "10"  # Ann, [x] where a bracket takes two
    assert page.is_visible("[data-sms-count]")
