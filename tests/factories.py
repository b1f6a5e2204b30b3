"""A small company for tests: Ada and Ben give lessons, Cleo and Dan book.

Everything happens around ``NOW``, a Monday morning in Kyiv.
"""

from datetime import UTC, datetime, timedelta

from booking import actions, features
from booking.models import Booking, Client, Company, Provider, Service, Session, User
from notifications.kinds import FIRST_REMINDER_MINUTES
from notifications.models import Timing
from zoomlink.models import Meeting, ProviderMeeting, ZoomConnection, ZoomUser

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # 09:00 in Kyiv
TOMORROW_NOON = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # 12:00 in Kyiv


def company(**fields) -> Company:
    row = Company(name="Kyiv Yoga", email="hello@kyiv-yoga.example", timezone="Europe/Kyiv")
    for name, content in fields.items():
        setattr(row, name, content)
    row.save()
    remind_by(minutes=FIRST_REMINDER_MINUTES)
    return row


def remind_by(*, minutes: int, audience: str = "client", channel: str = "email") -> Timing:
    """A reminder as many minutes before the start; a day before the clients have one by mail."""
    of = {"kind": "reminder", "audience": audience, "channel": channel, "minutes": minutes}
    return Timing.objects.get_or_create(**of, defaults={"owed_at": NOW})[0]


def provider(name: str = "Ada", **fields) -> Provider:
    fields.setdefault("email", f"{name.lower()}@kyiv-yoga.example")
    return Provider.objects.create(name=name, **fields)


def service(*providers: Provider, name: str = "Lesson", **fields) -> Service:
    """A service open round the clock without notice, unless told otherwise."""
    fields = {
        "slug": name.lower().replace(" ", "-"),
        "duration_minutes": 30,
        "grid_minutes": 5,
        "notice_minutes": 0,
        "horizon_days": 365,
        "ignores_hours": True,
        **fields,
    }
    row = Service.objects.create(name=name, **fields)
    row.providers.set(providers or [provider()])
    return row


def client(name: str = "Cleo", **fields) -> Client:
    fields.setdefault("email", f"{name.lower()}@client.example")
    return Client.objects.create(name=name, **fields)


def details(name: str = "Cleo", **fields) -> actions.ClientDetails:
    fields.setdefault("email", f"{name.lower()}@client.example")
    return actions.ClientDetails(name=name, **fields)


def book_one(of: Service, *, starts_at: datetime = TOMORROW_NOON, now=NOW, **fields) -> Booking:
    """Book an appointment through the action."""
    fields.setdefault("client", details())
    return actions.book(service_id=of.pk, starts_at=starts_at, now=now, **fields)


def staff(email: str = "boss@kyiv-yoga.example", **fields) -> User:
    return User.objects.create_user(email, "a long pass phrase", is_staff=True, **fields)


def enable(key: str) -> None:
    actions.set_feature(key=key, on=True, now=NOW)
    features.forget()


def zoom_connection(**fields) -> ZoomConnection:
    """A connection with one user; its tokens open nothing."""
    fields = {
        "account_id": "account-1",
        "user_id": "zoom-owner",
        "email": "owner@zoom.example",
        "access_token": "an access token",
        "refresh_token": "a refresh token",
        "expires_at": NOW + timedelta(days=365),
        "connected_at": NOW,
        "shares_access": True,
        **fields,
    }
    return ZoomConnection.objects.create(**fields)


def zoom_user(connection: ZoomConnection, name: str = "Ada", **fields) -> ZoomUser:
    fields.setdefault("zoom_id", f"zoom-{name.lower()}")
    fields.setdefault("email", f"{name.lower()}@zoom.example")
    return ZoomUser.objects.create(connection=connection, name=name, **fields)


def meets_by_zoom(who: Provider, user: ZoomUser) -> ProviderMeeting:
    return ProviderMeeting.objects.create(provider=who, engine=ProviderMeeting.ZOOM, zoom_user=user)


def meeting(of: Session, **fields) -> Meeting:
    """What Zoom has for a session: a meeting, unless told otherwise."""
    fields = {"state": Meeting.READY, "zoom_id": 81_000_000_000 + of.pk, **fields}
    return Meeting.objects.create(session=of, **fields)
