"""Keeps capability tokens and credentials out of every log line."""

import logging
import re

# The path of a link of ours that works for whoever holds it, and what Zoom or a
# sign-in puts into a query, a header or a form.
_SECRETS = [
    (re.compile(r"(/(?:m|b)/)[A-Za-z0-9_-]{16,}"), r"\1***"),
    (re.compile(r"((?:code|state|zak|pwd|token|secret|passcode)=)[^&\s\"']+", re.I), r"\1***"),
    (re.compile(r"((?:Bearer|Basic) )[A-Za-z0-9._~+/=-]+"), r"\1***"),
]


def mask(text: str) -> str:
    """Return ``text`` with tokens, codes and passcodes replaced by ``***``."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


class MaskSecrets(logging.Filter):
    """Masks the finished message and the text of an exception of each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = mask(record.getMessage())
        record.args = ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = mask(record.exc_text)
        return True
