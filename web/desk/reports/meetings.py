"""*Online video meetings*: one row a session that has, or should have, a meeting."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from booking import features
from booking.models import Booking, Session, User
from web.desk.access import visible_sessions
from web.desk.reports.filters import PeriodForm, choice_field
from zoomlink.actions import FEATURE, Attendance, attendance_for, host_links_for, met_online
from zoomlink.models import Meeting, ProviderMeeting

CANCELLED, ENDED, NO_LINK, OWN_LINK = "cancelled", "ended", "no-link", "own-link"
UNDER_WAY, FALLBACK, FAILED, READY, TO_COME = "under-way", "fallback", "failed", "ready", "to-come"
# In words, and the colour that goes with them.
STATES = {
    TO_COME: (gettext_lazy("Will be made"), ""),
    READY: (pgettext_lazy("meeting", "Ready"), "success"),
    OWN_LINK: (gettext_lazy("Own link"), "success"),
    UNDER_WAY: (gettext_lazy("Under way"), "info"),
    FALLBACK: (gettext_lazy("In the fallback room"), "warning"),
    FAILED: (pgettext_lazy("meeting", "Failed"), "danger"),
    NO_LINK: (gettext_lazy("No link at present"), "warning"),
    ENDED: (pgettext_lazy("meeting", "Ended"), ""),
    CANCELLED: (pgettext_lazy("meeting", "Cancelled"), ""),
}


class MeetingFilterForm(PeriodForm):
    """Adds the state of the meeting."""

    state = choice_field(
        gettext_lazy("State"), [(name, words) for name, (words, _c) in STATES.items()]
    )

    def narrowed(self, rows: QuerySet, session: str = "") -> QuerySet:
        rows = super().narrowed(rows, session)
        if not self.is_valid() or not self.cleaned_data["state"]:
            return rows
        return rows.filter(stands=self.cleaned_data["state"])


@dataclass(frozen=True)
class Person:
    """A client's confirmed booking, and what is known of their coming."""

    booking: Booking
    attendance: Attendance | None


@dataclass
class MeetingRow:
    """One session with its meeting; ``link`` is None for those who may not open it."""

    session: Session
    meeting: Meeting | None
    link: object = None
    people: list[Person] = field(default_factory=list)
    may_retry: bool = False

    @property
    def state(self) -> str:
        return str(STATES[self.session.stands][0])  # type: ignore[attr-defined]

    @property
    def colour(self) -> str:
        return STATES[self.session.stands][1]  # type: ignore[attr-defined]

    @property
    def has_failed(self) -> bool:
        """Whether there is something to try again: nothing of a session that is over."""
        is_open = self.session.stands not in (CANCELLED, ENDED)  # type: ignore[attr-defined]
        return is_open and self.meeting is not None and bool(self.meeting.last_error)

    @property
    def error(self) -> str:
        return self.meeting.last_error if self.meeting is not None else ""

    @property
    def clients(self) -> list[str]:
        return [str(b.client) for b in self.session.bookings.all() if b.takes_seats]

    @property
    def host(self) -> str:
        """How the provider meets clients, and as which Zoom user."""
        choice: ProviderMeeting | None = getattr(self.session.provider, "meeting_choice", None)
        if choice is None:
            return ""
        if choice.engine == ProviderMeeting.ZOOM and choice.zoom_user:
            return f"{choice.get_engine_display()}: {choice.zoom_user}"
        return str(choice.get_engine_display())

    @property
    def started_at(self) -> datetime | None:
        meeting = self.meeting
        if meeting is None:
            return None
        return meeting.started_by_host_at or meeting.fallback_entered_at or meeting.started_at

    @property
    def started_by(self) -> str:
        """Whether the provider started it, or it began with the first to come."""
        meeting = self.meeting
        if meeting is None or self.started_at is None:
            return ""
        if meeting.started_by_host_at:
            return _("by hand, by the provider")
        if meeting.fallback_entered_at:
            return _("by the provider, in the fallback room")
        return _("by itself, with the first to come")

    @property
    def ended_at(self) -> datetime | None:
        return self.meeting.ended_at if self.meeting is not None else None

    @property
    def opened_at(self) -> datetime | None:
        """When a client first opened the page behind their link."""
        known = [p.attendance.opened_at for p in self.people if p.attendance is not None]
        return min((moment for moment in known if moment is not None), default=None)


def online_sessions(user: User, now: datetime) -> QuerySet[Session]:
    """Sessions of online services that anybody ever booked, each with how its meeting stands."""
    booked = Booking.objects.filter(session=OuterRef("pk"))
    return (
        visible_sessions(user)
        .filter(Exists(booked), service__is_online_meeting=True)
        .select_related("service", "provider__meeting_choice__zoom_user", "meeting")
        .defer("meeting__join_url")  # decrypting it costs, and nobody is shown it
        .prefetch_related("bookings__client")
        .annotate(stands=_standing(now))
        .order_by("starts_at", "pk")
    )


def _standing(now: datetime) -> Case:
    leads = met_online().filter(features.condition(FEATURE), provider=OuterRef("provider"))
    is_over = Q(ends_at__lte=now) | Q(meeting__ended_at__gte=F("starts_at"))
    has_begun = Q(meeting__started_at__isnull=False) | Q(meeting__started_by_host_at__isnull=False)
    own = Q(provider__meeting_choice__engine=ProviderMeeting.OWN_LINK)
    is_ready = Q(meeting__state=Meeting.READY)
    return Case(
        When(~Q(status=Session.ACTIVE), then=Value(CANCELLED)),
        When(is_over, then=Value(ENDED)),
        When(~Exists(leads), then=Value(NO_LINK)),
        When(has_begun, then=Value(UNDER_WAY)),
        When(own, then=Value(OWN_LINK)),
        When(~is_ready & Q(meeting__fallback_told_at__isnull=False), then=Value(FALLBACK)),
        When(meeting__state=Meeting.FAILED, then=Value(FAILED)),
        When(is_ready, then=Value(READY)),
        default=Value(TO_COME),
        output_field=CharField(),
    )


def meeting_rows(
    sessions: Iterable[Session], *, now: datetime, may_open: bool, may_retry: bool
) -> list[MeetingRow]:
    """The rows of sessions that come as ``online_sessions`` has them; three queries more."""
    sessions = list(sessions)
    links = host_links_for(sessions) if may_open else {}
    confirmed = [b for session in sessions for b in session.bookings.all() if b.is_confirmed]
    known = attendance_for(confirmed, now=now)
    rows = {s.pk: MeetingRow(s, getattr(s, "meeting", None), links.get(s.pk)) for s in sessions}
    for booking in confirmed:
        if booking.attendance != Booking.UNKNOWN or booking.pk in known:
            person = Person(booking, known.get(booking.pk))
            rows[booking.session_id].people.append(person)
    for row in rows.values():
        row.may_retry = may_retry and row.has_failed
    return list(rows.values())
