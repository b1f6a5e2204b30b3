"""The history of a booking and of a class session, in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from booking.formats import format_date, format_time
from booking.models import Booking, Client, Event, Provider, Session, User
from web.desk import meeting_history
from web.desk.meeting_history import decisions_about, events_of_meeting

_MOVES = (Event.RESCHEDULED, Event.SESSION_MOVED)


@dataclass(frozen=True)
class Line:
    """One event: when, what and by whom, what belongs to it, and its kind."""

    occurred_at: datetime
    text: str
    note: str = ""
    kind: str = ""


@dataclass(frozen=True)
class _Place:
    """``ends_at`` None: not noted, since lengths could not change then."""

    starts_at: datetime
    provider_id: int
    ends_at: datetime | None = None

    @classmethod
    def of(cls, session: Session) -> "_Place":
        return cls(session.starts_at, session.provider_id, session.ends_at)

    @classmethod
    def before(cls, event: Event) -> "_Place":
        """Where it was before an event that moved it."""
        was = event.details["was"]
        ends_at = datetime.fromisoformat(was["ends_at"]) if "ends_at" in was else None
        return cls(datetime.fromisoformat(was["starts_at"]), was["provider"], ends_at)

    @property
    def length(self) -> timedelta | None:
        return self.ends_at - self.starts_at if self.ends_at else None

    def is_as_long_as(self, other: "_Place") -> bool:
        return None in (self.length, other.length) or self.length == other.length

    def is_resized_to(self, other: "_Place") -> bool:
        """Whether nothing but the length differs."""
        stays = (self.starts_at, self.provider_id) == (other.starts_at, other.provider_id)
        return stays and not self.is_as_long_as(other)


def history_of(booking: Booking) -> list[Line]:
    """Everything that happened to a booking, in order; needs its session loaded."""
    own = booking.events.select_related("actor")
    stay = {"since": booking.created_at, "until": booking.cancelled_at}
    found = [
        *own,
        *_erasures(booking.client),
        *events_of_meeting(booking.session, **stay),
        *decisions_about(booking.session, **stay),
    ]
    return _lines(_in_order(found), _last_place(booking))


def history_of_session(session: Session) -> list[Line]:
    """What happened to a class session itself, in order; its bookings have their own."""
    own = session.events.filter(booking=None).select_related("actor")
    found = [*own, *decisions_about(session, since=session.created_at)]
    return _lines(_in_order(found), _Place.of(session))


def erasure_of(client: Client) -> Line | None:
    """That a client's data was erased, and by whom; None of anybody else."""
    events = _erasures(client)
    return Line(events[0].occurred_at, _erased(events[0]), kind=events[0].kind) if events else None


def _erasures(client: Client) -> list[Event]:
    if client.erased_at is None:
        return []
    # By its time, which has an index: it is of no booking.
    erased = Event.objects.filter(kind=Event.CLIENT_ERASED, occurred_at=client.erased_at)
    return [e for e in erased.select_related("actor") if e.details["client"] == client.pk]


def ending_of(booking: Booking, history: list[Line]) -> Line | None:
    """How a booking came to its end before its time, if it did."""
    if booking.takes_seats:
        return None
    ends = (Event.CANCELLED, Event.DECLINED, Event.EXPIRED, Event.SESSION_CANCELLED)
    return next((line for line in reversed(history) if line.kind in ends), None)


def _in_order(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (event.occurred_at, event.pk))


def _last_place(booking: Booking) -> _Place:
    """Where a booking is, or was when it ended: its class session may have moved on."""
    session = booking.session
    if booking.takes_seats or not session.service.is_class:
        return _Place.of(session)
    moves = session.events.filter(
        kind=Event.SESSION_MOVED, booking=None, occurred_at__gt=booking.cancelled_at
    )
    later = moves.order_by("occurred_at", "pk").first()
    return _Place.before(later) if later else _Place.of(session)


def _lines(events: list[Event], place: _Place) -> list[Line]:
    """Read backwards, since a move says only where it led away from."""
    names = _provider_names([*map(_provider_before, events), place.provider_id])
    lines = []
    for event in reversed(events):
        if event.kind in _MOVES:
            before = _Place.before(event)
            text = _moved(event, before, place, names)
            place = before
        else:
            text = _sentence(event)
        lines.append(Line(event.occurred_at, text, _note_on(event), event.kind))
    return lines[::-1]


def _sentence(event: Event) -> str:
    own = _SENTENCES.get(event.kind) or meeting_history.SENTENCES.get(event.kind)
    return (own or _by_staff)(event)


def _provider_before(event: Event) -> int | None:
    return event.details["was"]["provider"] if event.kind in _MOVES else None


def _provider_names(ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {pk for pk in ids if pk is not None}
    return dict(Provider.objects.filter(pk__in=wanted).values_list("pk", "name"))


def _moved(event: Event, before: _Place, after: _Place, names: dict[int, str]) -> str:
    who = _client_or(event.actor)
    if before.is_resized_to(after):
        ends = {"before": _time(before.ends_at), "after": _time(after.ends_at)}
        return _("Length changed by %(who)s: until %(after)s instead of %(before)s") % {
            "who": who,
            **ends,
        }
    start, end = (
        _when(place, with_end=not before.is_as_long_as(after)) for place in (before, after)
    )
    if before.provider_id != after.provider_id:
        start, end = (
            _("%(when)s with %(provider)s")
            % {"when": when, "provider": names.get(place.provider_id, "—")}
            for when, place in ((start, before), (end, after))
        )
    return _("Moved by %(who)s from %(before)s to %(after)s") % {
        "who": who,
        "before": start,
        "after": end,
    }


def _when(place: _Place, *, with_end: bool) -> str:
    zone, language = timezone.get_current_timezone(), get_language() or "en"
    day = format_date(place.starts_at, zone, language, short=True)
    start = f"{day}, {_time(place.starts_at)}"
    if not with_end:
        return start
    return _("%(start)s until %(end)s") % {"start": start, "end": _time(place.ends_at)}


def _time(moment: datetime) -> str:
    return format_time(moment, timezone.get_current_timezone(), get_language() or "en")


def _client_or(actor: User | None) -> str:
    return str(actor) if actor else pgettext("moved or cancelled by", "the client")


def _booked(event: Event) -> str:
    if event.actor:
        return _("Booked by %(who)s") % {"who": event.actor}
    through = {
        Booking.SITE: _("Booked by the client on the booking site"),
        Booking.API: _("Booked through the API"),
    }
    return through.get(event.details.get("source", ""), _("Booked by the staff"))


def _requested(event: Event) -> str:
    if event.details.get("source") == Booking.API:
        return _("Asked for through the API; waits for approval")
    return _("Asked for by the client on the booking site; waits for approval")


def _expired(event: Event) -> str:
    if event.details.get("was_state") == Booking.PENDING:
        return _("Expired: nobody approved it in time")
    return _("Expired: it was held, but not confirmed in time")


def _cancelled(event: Event) -> str:
    return _("Cancelled by %(who)s") % {"who": _client_or(event.actor)}


def _erased(event: Event) -> str:
    if event.actor:
        return _("Data of the client erased by %(who)s") % {"who": event.actor}
    return _("The client erased their data")


def _who_waited(event: Event) -> str:
    name = event.details.get("client")
    return str(Client.ERASED) if name == Client.NAMELESS else name or "—"


def _joined(event: Event) -> str:
    return _("%(client)s joined the waiting list") % {"client": _who_waited(event)}


def _left(event: Event) -> str:
    facts = {"client": _who_waited(event), "who": event.actor}
    if event.actor:
        return _("%(client)s was taken off the waiting list by %(who)s") % facts
    return _("%(client)s left the waiting list") % facts


def _by_staff(event: Event) -> str:
    """What only staff do, in the words of ``_BY_STAFF``; a deleted user has no name."""
    details = event.details
    attendance = dict(Booking.ATTENDANCES).get(details.get("attendance", ""), "")
    sentence = _UNLABELLED if details.get("label") == "" else _BY_STAFF.get(event.kind)
    if sentence is None:
        return str(event.get_kind_display())
    facts = {**details, "attendance": attendance, "who": event.actor or _("the staff")}
    return str(sentence) % facts


_UNLABELLED = gettext_lazy("Label taken off by %(who)s")
_BY_STAFF = {
    Event.APPROVED: gettext_lazy("Approved by %(who)s"),
    Event.DECLINED: gettext_lazy("Declined by %(who)s"),
    Event.RESTORED: gettext_lazy("Cancellation undone by %(who)s"),
    Event.LABELLED: gettext_lazy("Label “%(label)s” put on by %(who)s"),
    Event.ATTENDANCE_NOTED: gettext_lazy("Attendance noted by %(who)s: %(attendance)s"),
    Event.COMMENTED: gettext_lazy("Comment changed by %(who)s"),
    Event.SESSION_SCHEDULED: gettext_lazy("Scheduled by %(who)s"),
    Event.SESSION_CANCELLED: gettext_lazy("Cancelled by %(who)s"),
    Event.SESSION_CAPACITY_CHANGED: gettext_lazy(
        "Places changed by %(who)s from %(was)s to %(capacity)s"
    ),
}
_SENTENCES: dict[str, Callable[[Event], str]] = {
    Event.BOOKED: _booked,
    Event.REQUESTED: _requested,
    Event.EXPIRED: _expired,
    Event.CANCELLED: _cancelled,
    Event.CLIENT_ERASED: _erased,
    Event.WAITING_JOINED: _joined,
    Event.WAITING_LEFT: _left,
}
# What had to give way, by the words of ``booking.slots.Refusal``.
_RULES = {
    "too_soon": gettext_lazy("the notice before a booking"),
    "too_far": gettext_lazy("the furthest day"),
    "off_grid": gettext_lazy("the minutes at which bookings start"),
    "closed": gettext_lazy("the working hours"),
    "service_hours": gettext_lazy("the times of the service"),
    "time_off": gettext_lazy("time off"),
    "day_full": gettext_lazy("the maximum of a day"),
    "busy": gettext_lazy("the time kept free before and after"),
}


def _note_on(event: Event) -> str:
    """The reason given, the rule that was set aside, what follows."""
    details = event.details
    parts = []
    if details.get("reason"):
        parts.append(_("Reason: %(reason)s") % {"reason": details["reason"]})
    if details.get("overridden") in _RULES:
        parts.append(_("Outside the rules: %(rule)s") % {"rule": _RULES[details["overridden"]]})
    if details.get("awaits_approval"):
        parts.append(_("Waits for approval again"))
    if details.get("is_quiet"):
        parts.append(_("Nobody was told"))
    return " · ".join(parts)
