"""Messages that are worded when they are owed: sign-in codes, and notices to staff."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from booking.formats import format_date, format_time
from booking.models import Booking, Company, Event, Session, User
from notifications.actions.composing import put_words
from notifications.actions.owing import session_of, write
from notifications.defaults import shipped
from notifications.kinds import Audience, Channel, Kind
from notifications.models import Message
from notifications.recipients import staff_who_connect_zoom, supported
from notifications.render import Value
from zoomlink.models import ProviderMeeting, ZoomConnection

# Where a user of Zoom removes an app from their account (Zoom's documentation, "Installed apps").
INSTALLED_APPS = "https://marketplace.zoom.us/user/installed"
_SETTINGS = "online-meetings/"
_COMING = timedelta(days=7)
_NOTHING = Value("")


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


def owe_second_factor_changed(
    user: User, *, is_on: bool, now: datetime, actor: User | None = None
) -> None:
    """Owe a user the news that their sign-in in two steps is on or off, and who else did it.

    Runs inside the transaction of the change.
    """
    company = Company.objects.current()
    message = Message(
        key=f"second-factor:{uuid4().hex}",
        kind=Kind.SECOND_FACTOR,
        audience=Audience.STAFF,
        to_address=user.email,
        language=supported("", company),
        **_at_once(company, now),
    )
    values = {
        **house(company),
        "switched_on": Value(user.email if is_on else ""),
        "switched_off": Value("" if is_on else user.email),
        "actor": Value(str(actor or "") if actor != user else ""),
        "account_link": _page("account/two-factor/"),
    }
    word(message, values)
    write([message], now=now)


def owe_connection_lost(event: Event) -> None:
    """Owe those who can mend it the news that Zoom lets us in no longer, once until it does."""
    company = Company.objects.current()
    connected = Event.objects.filter(kind=Event.ZOOM_CONNECTED, pk__lt=event.pk).order_by("pk")
    since = connected.values_list("pk", flat=True).last() or 0
    values = {
        **house(company),
        "problem": _reason_of(event),
        "meetings": Value(str(_meetings_by_zoom(event.occurred_at).count())),
        "report_link": _page("reports/online-meetings/"),
        "settings_link": _page(_SETTINGS),
    }
    _owe_staff(event, Kind.CONNECTION_LOST, values, subject=f"zoom-{since}")


def owe_zoom_disconnected(event: Event) -> None:
    """Owe the colleagues of whoever logged out the news, and what is left to do at Zoom."""
    company, details = Company.objects.current(), event.details
    is_revoked = details.get("is_revoked") is True
    account = ZoomConnection.objects.filter(account_id=details.get("account", "")).first()
    values = {
        **house(company),
        "actor": Value(str(event.actor or "")),
        "problem": _reason_of(event),
        "left_behind": Value(str(details.get("left_behind") or "")),
        "revoked_account": Value(account.email if account is not None and is_revoked else ""),
        "installed_apps_link": _NOTHING if is_revoked else Value(INSTALLED_APPS, is_link=True),
        "settings_link": _page(_SETTINGS),
    }
    _owe_staff(event, Kind.ZOOM_DISCONNECTED, values)


def owe_user_missing(event: Event) -> None:
    """Owe the same people the news that a Zoom user is gone whom providers meet clients as."""
    details = event.details
    name, email = details.get("name", ""), details.get("email", "")
    values = {
        **house(Company.objects.current()),
        "zoom_user": Value(name or email),
        "zoom_email": Value(email if name else ""),
        "providers": Value(", ".join(details.get("providers", []))),
        "meetings": Value(str(details.get("coming", ""))),
        "settings_link": _page(_SETTINGS),
    }
    _owe_staff(event, Kind.ZOOM_USER_MISSING, values)


def owe_meeting_failed(event: Event) -> None:
    """Owe the same people the news that Zoom refuses the meeting of a session."""
    if event.session is not None:
        _owe_staff(event, Kind.MEETING_FAILED, _of_session(event.session, event))


def tell_staff_of_fallback(event: Event) -> None:
    """Owe the same people the news that a session is led to the fallback room, and why."""
    _owe_staff(event, Kind.FALLBACK_USED, _of_session(session_of(event), event))


def _meetings_by_zoom(now: datetime) -> QuerySet[Session]:
    """What is booked to be met over Zoom in the coming days."""
    confirmed = Booking.objects.confirmed().filter(session=OuterRef("pk"))
    return Session.objects.filter(
        Exists(confirmed),
        status=Session.ACTIVE,
        ends_at__gt=now,
        starts_at__lt=now + _COMING,
        service__is_online_meeting=True,
        provider__meeting_choice__engine=ProviderMeeting.ZOOM,
    )


def _reason_of(event: Event) -> Value:
    return Value(str(event.details.get("reason", "")))


def _page(path: str) -> Value:
    return Value(f"{settings.SITE_URL}/admin/{path}", is_link=True)


def _of_session(session: Session, event: Event) -> dict[str, Value]:
    company = Company.objects.current()
    zone, language = ZoneInfo(company.timezone), supported("", company)
    return {
        **house(company),
        "service": Value(session.service.name),
        "provider": Value(session.provider.name),
        "date_start": Value(format_date(session.starts_at, zone, language)),
        "time_start": Value(format_time(session.starts_at, zone, language)),
        "problem": _reason_of(event),
        "calendar_link": _page("calendar/"),
        "settings_link": _page(_SETTINGS),
    }


def _owe_staff(event: Event, kind: Kind, values: dict[str, Value], *, subject: str = "") -> None:
    """Owe everybody who connects Zoom a notice, except whoever did it themselves."""
    company = Company.objects.current()
    messages = [
        Message(
            key=f"{subject or f'e{event.pk}'}:{kind.value}:user-{user.pk}:email",
            kind=kind,
            audience=Audience.STAFF,
            session=event.session,
            event=event,
            to_address=user.email,
            language=supported("", company),
            **_at_once(company, event.occurred_at),
        )
        for user in staff_who_connect_zoom()
        if user.pk != event.actor_id
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
