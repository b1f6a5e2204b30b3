"""Whoever leaves words or switches half changed is asked first, and only then."""

import pytest
from django.conf import settings
from playwright.sync_api import Page

pytestmark = pytest.mark.no_database

FORM = """
<form data-unsaved onsubmit="event.preventDefault()">
  <input type="checkbox"><button data-try>Preview</button><button>Save</button>
</form>
"""


@pytest.mark.parametrize(
    ("pressed", "questions"),
    [([], 0), (["input"], 1), (["input", "text=Preview"], 1), (["input", "text=Save"], 0)],
)
def test_leaving_asks_while_something_is_not_saved(page: Page, pressed, questions):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.set_content(FORM)
    script = settings.BASE_DIR / "static" / "desk" / "js" / "unsaved.js"
    page.add_script_tag(content=script.read_text(encoding="utf-8"), type="module")

    for button in pressed:
        page.click(button)
    page.goto("about:blank")

    assert asked == ["beforeunload"] * questions
