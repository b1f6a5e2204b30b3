"""The simulator's secrets, which are recognisable wherever they turn up, and what was found."""

import re

# Access and refresh tokens, the host's login in a start link, the passcode in a join link,
# authorization codes; and passcodes as people type them, which Zoom keeps short.
CANARY = re.compile(r"zsim(?:AT|RT|ZAK|PWD|CODE)_[\w-]+|zsimPC\w+|\bzs\d{6}\b")
_KIND = re.compile(r"zsim[A-Z]+_?|zs")
# Quickly told: most texts hold nothing that looks like one.
_MAYBE = "zs"

_noted: list[str] = []


def kinds_in(text: str) -> list[str]:
    """The kinds of secrets in ``text``, such as ``zsimAT_…``; never the secret itself."""
    if _MAYBE not in text:
        return []
    return sorted({_shown(secret) for secret in CANARY.finditer(text)})


def without_secrets(text: str) -> str:
    return CANARY.sub(_shown, text)


def _shown(secret: re.Match[str]) -> str:
    kind = _KIND.match(secret[0])
    return f"{kind[0] if kind else ''}…"


def note(text: str, where: str, *, but: str = "") -> None:
    """Keep in mind for the running test that ``text`` holds a secret, ``but`` for one kind."""
    kinds = [kind for kind in kinds_in(text) if kind != but]
    _noted.extend(f"{kind} in {without_secrets(where)}" for kind in kinds)


def noted() -> list[str]:
    """What was noted since this was last asked."""
    found = list(dict.fromkeys(_noted))
    _noted.clear()
    return found
