"""Sessions with all that decides about their meetings, in one query."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from booking import features
from booking.models import Booking, Session
from zoomlink.models import Meeting, ProviderMeeting
from zoomlink.wanted import Conditions, SessionFacts, Verdict, WantedMeeting, wanted

FEATURE = "online-meetings"


def coming_sessions(now: datetime) -> QuerySet[Session]:
    """Sessions not yet over that have or might want a meeting, soonest first."""
    confirmed = Booking.objects.confirmed().filter(session=OuterRef("pk"))
    return (
        Session.objects.filter(ends_at__gt=now)
        .filter(
            Q(meeting__isnull=False) | Q(status=Session.ACTIVE, service__is_online_meeting=True)
        )
        .select_related("service", "provider__meeting_choice__zoom_user", "meeting")
        .defer("meeting__join_url")  # decrypting it costs, and nothing here is decided by it
        .annotate(has_confirmed_booking=Exists(confirmed))
        .order_by("starts_at", "pk")
    )


def choice_of(session: Session) -> ProviderMeeting | None:
    return getattr(session.provider, "meeting_choice", None)


def meeting_of(session: Session) -> Meeting | None:
    return getattr(session, "meeting", None)


def wish_for(session: Session) -> WantedMeeting | Verdict:
    """What Zoom should have for a session of ``coming_sessions``."""
    return wanted(_facts(session), _conditions(session))


def _facts(session: Session) -> SessionFacts:
    return SessionFacts(
        topic=f"{session.service.name} – {session.provider.name}",
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        is_active=session.is_active,
        has_confirmed_booking=session.has_confirmed_booking,  # type: ignore[attr-defined]
    )


def _conditions(session: Session) -> Conditions:
    choice = choice_of(session)
    return Conditions(
        is_feature_on=features.is_on(FEATURE),
        is_service_online=session.service.is_online_meeting,
        meets_by_zoom=choice is not None and choice.engine == ProviderMeeting.ZOOM,
        host_id=choice.zoom_user.zoom_id if choice and choice.zoom_user else "",
    )
