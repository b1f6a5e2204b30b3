"""Keeps capability tokens and credentials out of every log line and report."""

import logging
import re

NAMES_OF_SECRETS = (
    "code|state|zak|pwd|psw|passcode|api_?key|[a-z_]*password|[a-z_]*token|[a-z_]*secret|[a-z_]*verifier|"
    "start_url|join_url"
)
# As it is, within another text, or on a page.
_QUOTE = r"(?:\\?[\"']|&quot;|&\#(?:x27|39);)"
_NAMED = rf"{_QUOTE}(?:{NAMES_OF_SECRETS}){_QUOTE}: ?b?{_QUOTE}"
# The path of a link of ours that works for whoever holds it (also inside a query, as the
# page to go on to); what Zoom or a sign-in puts into a query, a form, a header or JSON; the
# credentials within an address; tokens of Zoom's as they are, the simulator's included; and
# keys of our API.
_SECRETS = [
    (re.compile(r"((?:/|%2F)(?:m|b|w|c|bookings)(?:/|%2F))[A-Za-z0-9_-]{16,}", re.I), r"\1***"),
    (re.compile(rf"\b((?:{NAMES_OF_SECRETS})=)[^&\s\"']+", re.I), r"\1***"),
    (re.compile(rf"({_NAMED}).+?(?={_QUOTE})", re.I), r"\1***"),
    (re.compile(r"(://)[^/\s?#@]+@"), r"\1***@"),
    (re.compile(r"((?:Bearer|Basic) )[A-Za-z0-9._~+/=-]+", re.I), r"\1***"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]+"), "***"),
    (re.compile(r"\bwhsec_[\w+/=-]+"), "***"),
    (re.compile(r"\bzsim[A-Z]+_[\w-]+"), "***"),
    (re.compile(r"\bzk_[\w-]{20,}"), "***"),
]


def mask(text: str) -> str:
    """Return ``text`` with tokens, codes and passcodes replaced by ``***``."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


class MaskSecrets(logging.Filter):
    """Masks the finished message, the text of an exception and the stack of each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = mask(_finished(record))
        record.args = ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = mask(record.exc_text)
        if record.stack_info:
            record.stack_info = mask(record.stack_info)
        return True


def _finished(record: logging.LogRecord) -> str:
    """The message with its values; a call that fits them badly is told, not raised."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} {record.args}"
