"""A folder of translations is all that a further language takes."""

import os
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

from config.languages import languages_in
from tools.prepare import compile_translations

pytestmark = pytest.mark.no_database
POLISH = """msgid ""
msgstr ""
"Language: pl\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\\n"

msgid "My bookings"
msgstr "Moje rezerwacje"

msgid "%(count)d place left."
msgid_plural "%(count)d places left."
msgstr[0] "Zostało %(count)d miejsce."
msgstr[1] "Zostały %(count)d miejsca."
msgstr[2] "Zostało %(count)d miejsc."
"""  # noqa: E501
SPEAKS = """
import django; django.setup()
from datetime import UTC, datetime
from zoneinfo import ZoneInfo
from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import gettext, ngettext, override
from booking.formats import format_date
from booking.models import Company
from notifications.defaults import shipped
with override("pl"):
    footer = render_to_string(
        "site/_footer.html", {"company": Company(), "request": RequestFactory().get("/")}
    )
    assert '<button class="site-language" name="language" value="pl"' in footer, footer
    assert "Polski" in footer
    assert gettext("My bookings") == "Moje rezerwacje"
    assert ngettext("%(count)d place left.", "%(count)d places left.", 5) == (
        "Zostało %(count)d miejsc."
    )
    assert gettext("Cancel the booking") == "Cancel the booking"
day = format_date(datetime(2026, 11, 24, tzinfo=UTC), ZoneInfo("Europe/Warsaw"), "pl")
assert day == "wtorek, 24 listopada 2026", day
of = "confirmation", "client", "email"
assert shipped(*of, "pl") == shipped(*of, "en")
"""


@pytest.fixture
def folder(tmp_path):
    """What ships, and Polish."""
    shutil.copytree(settings.LOCALE_PATHS[0], tmp_path, dirs_exist_ok=True)
    polish = tmp_path / "pl" / "LC_MESSAGES"
    polish.mkdir(parents=True)
    (polish / "django.po").write_text(POLISH, encoding="utf-8")
    compile_translations([tmp_path])
    return tmp_path


def test_languages_are_english_and_the_folders_with_translations(folder):
    (folder / "empty").mkdir()

    assert [code for code, _name in languages_in(folder)] == ["en", "pl", "uk"]
    assert dict(languages_in(folder))["pl"] == "polski"
    assert [code for code, _name in languages_in(settings.LOCALE_PATHS[0])] == ["en", "uk"]


def test_further_language_is_offered_and_spoken_without_a_change_of_code(folder, tmp_path):
    outside = {**os.environ, "LOCALE_DIR": str(folder), "VAR_DIR": str(tmp_path / "var")}

    told = subprocess.run(
        [sys.executable, "-c", SPEAKS],
        env={**outside, "DJANGO_SETTINGS_MODULE": "config.settings"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 0, told.stderr[-2000:]
