"""Which languages there are: English, and each that has a folder of translations in ``locale/``."""

from pathlib import Path

from django.conf.locale import LANG_INFO
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import to_language

# Named in our own texts, so that people read them in their own language.
_NAMED = {"en": _("English"), "uk": _("Ukrainian")}
_CATALOGUES = ("django.po", "django.mo")


def languages_in(folder: Path) -> list[tuple[str, str | Promise]]:
    """Each language's code and name, English first; a new one is named as it calls itself."""
    found = {
        to_language(one.name)
        for one in folder.iterdir()
        if any((one / "LC_MESSAGES" / name).is_file() for name in _CATALOGUES)
    }
    return [(code, name_of(code)) for code in ("en", *sorted(found - {"en"}))]


def name_of(code: str) -> str | Promise:
    """What a language is called; one that Django does not know has its code."""
    if code in _NAMED:
        return _NAMED[code]
    return LANG_INFO.get(code, {}).get("name_local", code)
