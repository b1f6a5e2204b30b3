"""Who came: what visits of our pages and Zoom's events say of each booking."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from booking import events, features
from booking.memory import remembered
from booking.models import Booking, Event, Session
from zoomlink.actions.conditions import FEATURE
from zoomlink.models import Meeting, MeetingVisit, Participation

# So long before its start a session's people may come, and so long after its end stay.
AROUND = timedelta(minutes=60)
WAITS_FROM = timedelta(minutes=15)  # before the start
LATE_MINUTES = 5
PATIENCE = timedelta(minutes=2)
KEPT = timedelta(days=90)  # after a session; without its traces nothing is said of who came


@dataclass(frozen=True)
class Attendance:
    """What is known of one booking's client; times are aware, None where nothing is.

    ``waiting_since``: they are there, and nobody who hosts is. ``joined_late`` is in whole
    minutes, 0 where they came in time or it is not certain. ``suggestion`` is what might be
    noted: *did not come*, or "".
    """

    opened_at: datetime | None = None
    waiting_since: datetime | None = None
    joined_at: datetime | None = None
    left_at: datetime | None = None
    joined_late: int = 0
    suggestion: str = ""


@dataclass
class _Traces:
    """What one session left behind. ``visits`` are by booking, without those of other days."""

    session: Session
    meeting: Meeting | None = None
    hosts: list[Participation] = field(default_factory=list)
    guests: list[Participation] = field(default_factory=list)
    visits: dict[int, MeetingVisit] = field(default_factory=dict)

    @property
    def is_of_one_client(self) -> bool:
        """Whether a guest at Zoom can only be the one client: people of a class are not told
        apart there."""
        return not self.session.service.is_class

    def add_stay(self, stay: Participation) -> None:
        told_at = stay.joined_at or stay.left_at
        if told_at is not None and self.is_around(told_at):
            (self.hosts if stay.is_host else self.guests).append(stay)

    def add_visit(self, visit: MeetingVisit) -> None:
        if self.is_around(visit.last_at):
            self.visits[visit.booking_id] = visit

    def is_around(self, moment: datetime) -> bool:
        return self.session.starts_at - AROUND <= moment <= self.session.ends_at + AROUND

    def is_in(self, stay: Participation) -> bool:
        """Whether somebody has neither left nor seen the meeting end."""
        if stay.left_at is not None or stay.joined_at is None:
            return False
        ended_at = self.meeting.ended_at if self.meeting else None
        return ended_at is None or ended_at < stay.joined_at

    @property
    def host_came(self) -> bool:
        """Whether the host is in or was, other than for a look before the time."""
        if self.hosts:
            starts_at = self.session.starts_at
            return any(self.is_in(s) or (s.left_at and s.left_at > starts_at) for s in self.hosts)
        meeting = self.meeting
        return meeting is not None and bool(
            meeting.started_by_host_at or meeting.fallback_entered_at
        )

    @property
    def took_place(self) -> bool:
        started_at = self.meeting.started_at if self.meeting else None
        is_started = started_at is not None and self.is_around(started_at)
        return self.host_came or is_started or any(v.entered_at for v in self.visits.values())

    def let_in_at(self, booking: Booking) -> datetime | None:
        """When our page led the client on, the first time as far as can be told."""
        visit = self.visits.get(booking.pk)
        if visit is None or visit.entered_at is None or not self.is_around(visit.entered_at):
            return None
        if not self.is_around(visit.first_at):
            return visit.entered_at
        return min(visit.entered_at, max(visit.first_at, self.session.starts_at))

    def came_to_zoom_at(self) -> datetime | None:
        joined = [stay.joined_at for stay in self.guests if stay.joined_at is not None]
        return min(joined) if joined and self.is_of_one_client else None

    def left_at(self) -> datetime | None:
        """When the one client left for the last time."""
        if not self.is_of_one_client or any(map(self.is_in, self.guests)):
            return None
        ended_at = self.meeting.ended_at if self.meeting else None
        left = [moment for stay in self.guests if (moment := stay.left_at or ended_at)]
        return max(left, default=None)


def attendance_for(bookings: Iterable[Booking], *, now: datetime) -> dict[int, Attendance]:
    """What is known of each confirmed booking's client, by its id; no key where nothing is.

    From an hour before an online session until 90 days after it. Bookings come with session
    and service loaded; the number of queries does not grow with them. Nothing while the
    feature is off.
    """
    concerned = [b for b in bookings if b.is_confirmed and _is_watched(b.session, now)]
    if not concerned or not features.is_on(FEATURE):
        return {}
    traces = _traces_of({booking.session_id: booking.session for booking in concerned})
    known = {b.pk: _attendance(b, traces[b.session_id], now) for b in concerned}
    return {pk: attendance for pk, attendance in known.items() if attendance != Attendance()}


def waiting_clients(session: Session, *, now: datetime) -> int:
    """How many clients are there while no host is; for the provider's own page.

    From 15 minutes before the start until the end. Needs ``session`` with its service.
    """
    if not session.starts_at - WAITS_FROM <= now < session.ends_at:
        return 0
    known = attendance_for(session.bookings.confirmed(), now=now)
    return sum(attendance.waiting_since is not None for attendance in known.values())


def _is_watched(session: Session, now: datetime) -> bool:
    is_near = session.starts_at - AROUND <= now < session.ends_at + KEPT
    return is_near and session.is_active and session.service.is_online_meeting


def _traces_of(sessions: dict[int, Session]) -> dict[int, _Traces]:
    """Gather what is known of sessions, given by their ids, in three queries."""
    traces = {pk: _Traces(session) for pk, session in sessions.items()}
    for meeting in Meeting.objects.filter(session__in=traces).defer("join_url"):
        traces[meeting.session_id].meeting = meeting
    stays = Participation.objects.filter(meeting__session__in=traces)
    for stay in stays.select_related("meeting").defer("meeting__join_url"):
        traces[stay.meeting.session_id].add_stay(stay)
    visits = MeetingVisit.objects.filter(booking__session__in=traces)
    for visit in visits.select_related("booking"):
        traces[visit.booking.session_id].add_visit(visit)
    return traces


def _attendance(booking: Booking, traces: _Traces, now: datetime) -> Attendance:
    visit = traces.visits.get(booking.pk)
    let_in_at, came_at = traces.let_in_at(booking), traces.came_to_zoom_at()
    return Attendance(
        opened_at=visit.first_at if visit else None,
        waiting_since=_waiting_since(booking, traces, now),
        joined_at=came_at or let_in_at,
        left_at=traces.left_at(),
        joined_late=_minutes_late(traces, came_at or _certain(let_in_at, visit, traces)),
        suggestion=Booking.NO_SHOW if _seems_absent(booking, traces, now) else "",
    )


def _certain(
    let_in_at: datetime | None, visit: MeetingVisit | None, traces: _Traces
) -> datetime | None:
    """None where the page was known before: its last entry may be a second one."""
    return let_in_at if visit and traces.is_around(visit.first_at) else None


def _minutes_late(traces: _Traces, came_at: datetime | None) -> int:
    if came_at is None:
        return 0
    minutes = int((came_at - traces.session.starts_at).total_seconds() // 60)
    return minutes if minutes >= LATE_MINUTES else 0


def _waiting_since(booking: Booking, traces: _Traces, now: datetime) -> datetime | None:
    session = traces.session
    if not session.starts_at - WAITS_FROM <= now < session.ends_at or traces.host_came:
        return None
    if traces.guests and traces.is_of_one_client:
        there = [s.joined_at for s in traces.guests if s.joined_at and traces.is_in(s)]
        return min(there, default=None)
    return traces.let_in_at(booking) or _at_the_door_since(booking, traces, now)


def _at_the_door_since(booking: Booking, traces: _Traces, now: datetime) -> datetime | None:
    """Since when the page is open that does not lead on yet.

    Who looked before the time and was not led on at the time has closed it.
    """
    session, visit = traces.session, traces.visits.get(booking.pk)
    opens_at = session.starts_at - WAITS_FROM
    looked_from = session.starts_at if now >= session.starts_at else opens_at
    if visit is None or visit.last_at < looked_from:
        return None
    return max(visit.first_at, opens_at)


def _seems_absent(booking: Booking, traces: _Traces, now: datetime) -> bool:
    """Whether the evidence is good that the client did not come; without any, nobody is told so.

    Zoom names everybody in a meeting, once the app is subscribed to it: then the host is
    named, too. Where Zoom does not tell clients apart, or is not used, the only way in was
    our page.
    """
    is_open = now < traces.session.ends_at or booking.attendance != Booking.UNKNOWN
    if is_open or traces.let_in_at(booking) is not None:
        return False
    is_at_zoom = traces.meeting is not None and traces.meeting.is_at_zoom
    if traces.is_of_one_client and is_at_zoom:
        return bool(traces.hosts) and not traces.guests
    return traces.took_place and booking.pk not in traces.visits


# --- Telling the provider ----------------------------------------------------


@remembered()
def watch(*, now: datetime) -> int:
    """Record that clients wait without a host for more than two minutes; how many sessions.

    Once for each session. The number of queries grows only with what there is to tell.
    """
    running = Session.objects.active().meeting(now, now + timedelta(seconds=1))
    untold = running.filter(
        starts_at__lte=now - PATIENCE,
        service__is_online_meeting=True,
        meeting__client_waits_told_at=None,
    )
    bookings = Booking.objects.confirmed().filter(session__in=untold)
    bookings = list(bookings.select_related("session__service"))
    known = attendance_for(bookings, now=now)
    waiting: dict[Session, list[datetime]] = defaultdict(list)
    for booking in bookings:
        since = known.get(booking.pk, Attendance()).waiting_since
        if since is not None and since <= now - PATIENCE:
            waiting[booking.session].append(since)
    return sum(_tell(session, since, now) for session, since in waiting.items())


@transaction.atomic(durable=True)
def _tell(session: Session, since: list[datetime], now: datetime) -> bool:
    """Record it, unless another worker did, or the session was moved or cancelled meanwhile."""
    meeting, _is_new = Meeting.objects.get_or_create(
        session=session, defaults={"link_announced": False}
    )
    # Of the row alone: PostgreSQL checks what hangs on other tables once, before it waits.
    untold = Meeting.objects.filter(pk=meeting.pk, client_waits_told_at=None)
    if not untold.update(client_waits_told_at=now):
        return False
    if not Session.objects.active().filter(pk=session.pk, starts_at=session.starts_at).exists():
        transaction.set_rollback(True)
        return False
    events.record(
        Event.CLIENT_WAITS,
        now=now,
        session=session,
        since=min(since).isoformat(),
        clients=len(since),
    )
    return True
