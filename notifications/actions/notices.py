"""Messages that are worded when they are owed: sign-in codes, and notices to staff."""

from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings

from booking.formats import format_date, format_time
from booking.models import Company, Event, Session
from notifications.actions.composing import put_words
from notifications.actions.owing import write
from notifications.defaults import shipped
from notifications.kinds import Audience, Channel, Kind
from notifications.models import Message
from notifications.recipients import staff_who_connect_zoom, supported
from notifications.render import Value


def owe_sign_in_code(*, email: str, code: str, language: str, now: datetime) -> Message:
    """Owe a sign-in code to an address; it is skipped once the code has expired."""
    company = Company.objects.current()
    message = Message(
        key=f"sign-in:{uuid4().hex}",
        kind=Kind.SIGN_IN_CODE,
        audience=Audience.CLIENT,
        to_address=email,
        language=supported(language, company),
        **_at_once(company, now),
    )
    minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
    word(message, {**house(company), "sign_in_code": Value(code), "minutes": Value(str(minutes))})
    write([message], now=now)
    return Message.objects.get(key=message.key)


def owe_connection_lost(event: Event) -> None:
    """Owe those who can mend it the news that Zoom lets us in no longer."""
    company = Company.objects.current()
    settings_link = Value(f"{settings.SITE_URL}/admin/online-meetings/", is_link=True)
    _owe_staff(event, Kind.CONNECTION_LOST, {**house(company), "settings_link": settings_link})


def owe_meeting_failed(event: Event) -> None:
    """Owe the same people the news that Zoom refuses the meeting of a session."""
    if event.session is not None:
        _owe_staff(event, Kind.MEETING_FAILED, _of_session(event.session, event))


def _of_session(session: Session, event: Event) -> dict[str, Value]:
    company = Company.objects.current()
    zone, language = ZoneInfo(company.timezone), supported("", company)
    return {
        **house(company),
        "service": Value(session.service.name),
        "provider": Value(session.provider.name),
        "date_start": Value(format_date(session.starts_at, zone, language)),
        "time_start": Value(format_time(session.starts_at, zone, language)),
        "problem": Value(str(event.details.get("reason", ""))),
        "calendar_link": Value(f"{settings.SITE_URL}/admin/calendar/", is_link=True),
    }


def _owe_staff(event: Event, kind: Kind, values: dict[str, Value]) -> None:
    company = Company.objects.current()
    messages = [
        Message(
            key=f"e{event.pk}:{kind.value}:user-{user.pk}:email",
            kind=kind,
            audience=Audience.STAFF,
            session=event.session,
            event=event,
            to_address=user.email,
            language=supported("", company),
            **_at_once(company, event.occurred_at),
        )
        for user in staff_who_connect_zoom()
    ]
    for message in messages:
        word(message, values)
    write(messages, now=event.occurred_at)


def _at_once(company: Company, now: datetime) -> dict[str, object]:
    return {
        "channel": Channel.EMAIL,
        "timezone": company.timezone,
        "due_at": now,
        "next_attempt_at": now,
        "created_at": now,
    }


def house(company: Company) -> dict[str, Value]:
    """What every notice may say of the company."""
    return {
        "company_name": Value(company.name),
        "company_email": Value(company.email),
        "company_phone": Value(str(company.phone or "")),
    }


def word(message: Message, values: dict[str, Value]) -> None:
    """Fill the shipped text of a notice in, now."""
    text = shipped(message.kind, message.audience, message.channel, message.language)
    put_words(message, text, values)
