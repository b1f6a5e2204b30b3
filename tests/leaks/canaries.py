"""Secrets that are recognisable wherever they turn up, and what was found of them.

They are the simulator's, and the keys of our API.
"""

import re

# Access and refresh tokens, the host's login in a start link, the passcode in a join link,
# authorization codes, and passcodes as people type them; keys of the API.
CANARY = re.compile(r"(zsim(?:AT|RT|ZAK|PWD|CODE|PC)_)[\w-]+|\b(zk_)[\w-]{32}(?![\w-])")
_MAYBE = ("zsim", "zk_")  # quickly told: most texts hold nothing that looks like one
API_KEY = "zk_…"

_noted: list[str] = []


def kinds_in(text: str) -> list[str]:
    """The kinds of secrets in ``text``, such as ``zsimAT_…``; never the secret itself."""
    if not any(begin in text for begin in _MAYBE):
        return []
    return sorted({_shown(secret) for secret in CANARY.finditer(text)})


def without_secrets(text: str) -> str:
    return CANARY.sub(_shown, text)


def _shown(secret: re.Match[str]) -> str:
    return f"{secret[1] or secret[2]}…"


def note(text: str, where: str, *, but: str = "") -> None:
    """Keep in mind for the running test that ``text`` holds a secret, ``but`` for one kind."""
    kinds = [kind for kind in kinds_in(text) if kind != but]
    _noted.extend(f"{kind} in {without_secrets(where)}" for kind in kinds)


def noted() -> list[str]:
    """What was noted since this was last asked."""
    found = list(dict.fromkeys(_noted))
    _noted.clear()
    return found
