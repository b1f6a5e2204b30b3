"""Where a secret could leave the process of a test: each place, read by one function."""

import logging
import re
from collections.abc import Iterable, Iterator
from email.message import Message
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends import locmem

from tests.leaks.canaries import note

# A browser of a test that goes into a meeting: there the secret belongs into the address.
_ENTERING = re.compile(r'"[A-Z]+ /[js]/\d+\?\S+')


def new_record(*arguments: Any, **options: Any) -> logging.LogRecord:
    """A log record of any logger at any level: read before a filter can mask it."""
    record = logging.LogRecord(*arguments, **options)
    text = "\n".join(_texts_of(record))
    if record.name.startswith("urllib3"):
        text = _ENTERING.sub("", text)
    note(text, f"a log line of {record.name} ({record.filename}:{record.lineno})")
    return record


def _texts_of(record: logging.LogRecord) -> Iterator[str]:
    try:
        yield record.getMessage()
    except (TypeError, ValueError, KeyError):
        yield f"{record.msg} {record.args}"
    if isinstance(record.args, dict):  # also those that the line does not show
        yield str(record.args)
    if record.exc_info:
        yield logging.Formatter().formatException(record.exc_info)
    yield record.stack_info or ""


def read_statement(execute, sql, params, many, context):
    """What is sent to the database with a statement: what is encrypted there shows nothing."""
    rows = params if many else [params]
    for row in rows or []:
        for content in row.values() if isinstance(row, dict) else row or ():
            # JSON is handed to PostgreSQL in a wrapper.
            note(str(getattr(content, "obj", content)), f"a statement: {sql[:80]}")
    return execute(sql, params, many, context)


def read_error(error: BaseException) -> None:
    """An exception that a test expects, with those it is told to come from."""
    at: BaseException | None = error
    while at is not None:
        texts = (str(at), str(at.args), *getattr(at, "__notes__", ()))
        note("\n".join(texts), f"the text of {type(at).__name__}")
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)


def read_mail(mail: EmailMessage) -> None:
    where = f"a mail: {mail.subject}"
    note(f"{mail.subject}\n{mail.recipients()}\n{mail.extra_headers}", where)
    for part in mail.message().walk():
        note(_words_of(part), where)


def _words_of(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode(errors="replace") if isinstance(payload, bytes) else ""


class EmailBackend(locmem.EmailBackend):
    """Django's outbox of a test; whatever is put into it is read."""

    def send_messages(self, messages: Iterable[EmailMessage]) -> int:
        mails = list(messages)
        for mail in mails:
            read_mail(mail)
        return super().send_messages(mails)
