"""Sessions with all that decides about their meetings, in one query."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from booking import features
from booking.models import Booking, Session
from zoomlink.client import Passcode
from zoomlink.models import (
    AS_AT_ZOOM,
    Meeting,
    MeetingSettings,
    ProviderMeeting,
    ServiceMeetingSettings,
    ZoomConnection,
)
from zoomlink.wanted import Conditions, HeldAs, SessionFacts, Verdict, WantedMeeting, wanted

FEATURE = "online-meetings"
# What the company decides and a service may want otherwise.
HELD_AS = ("waiting_room", "join_before_host", "auto_recording", "passcode")


def coming_sessions(now: datetime) -> QuerySet[Session]:
    """Sessions not yet over that have or might want a meeting, soonest first."""
    confirmed = Booking.objects.confirmed().filter(session=OuterRef("pk"))
    return (
        Session.objects.filter(ends_at__gt=now)
        .filter(
            Q(meeting__isnull=False) | Q(status=Session.ACTIVE, service__is_online_meeting=True)
        )
        .select_related(
            "service__meeting_settings", "provider__meeting_choice__zoom_user", "meeting"
        )
        .defer("meeting__join_url")  # decrypting it costs, and nothing here is decided by it
        .annotate(has_confirmed_booking=Exists(confirmed))
        .order_by("starts_at", "pk")
    )


def choice_of(session: Session) -> ProviderMeeting | None:
    return getattr(session.provider, "meeting_choice", None)


def meeting_of(session: Session) -> Meeting | None:
    return getattr(session, "meeting", None)


def wish_for(
    session: Session, connection: ZoomConnection | None, *, now: datetime
) -> WantedMeeting | Verdict:
    """What Zoom should have for a session of ``coming_sessions``."""
    return wanted(_facts(session), _conditions(session, connection), now=now)


def _facts(session: Session) -> SessionFacts:
    meeting = meeting_of(session)
    return SessionFacts(
        topic=f"{session.service.name} – {session.provider.name}",
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        is_active=session.is_active,
        has_confirmed_booking=session.has_confirmed_booking,  # type: ignore[attr-defined]
        is_started_by_host=meeting is not None and meeting.started_by_host_at is not None,
    )


def _conditions(session: Session, connection: ZoomConnection | None) -> Conditions:
    choice, company = choice_of(session), MeetingSettings.objects.current()
    user = choice.zoom_user if choice is not None else None
    return Conditions(
        is_feature_on=features.is_on(FEATURE),
        is_service_online=session.service.is_online_meeting,
        meets_by_zoom=choice is not None and choice.engine == ProviderMeeting.ZOOM,
        host_id=user.zoom_id if user is not None and not user.is_missing else "",
        held_as=_held_as(company, getattr(session.service, "meeting_settings", None)),
        lead=company.lead,
        is_leaving=connection is not None and connection.is_leaving,
    )


def _held_as(company: MeetingSettings, service: ServiceMeetingSettings | None) -> HeldAs:
    """The company's settings, but for what the service wants otherwise."""
    chosen = {name: getattr(company, name) for name in HELD_AS}
    if service is not None:
        own = {name: getattr(service, name) for name in HELD_AS}
        chosen |= {name: value for name, value in own.items() if value not in (None, "")}
    recording = chosen["auto_recording"]
    return HeldAs(
        waiting_room=chosen["waiting_room"],
        join_before_host=chosen["join_before_host"],
        auto_recording=None if recording == AS_AT_ZOOM else recording,
        passcode=Passcode(chosen["passcode"]),
    )
