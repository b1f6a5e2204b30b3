"""Sessions as the calendar draws them."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Booking, Client, Session
from web.desk.schedule import Seen


class Tiles:
    """Describes sessions: wall times of the company, words, addresses.

    A class is one tile with the number of places taken. What is empty or usual is left out;
    what is the same for all tiles is found out once. Columns are providers', or services'.
    """

    def __init__(
        self, *, shows_online: bool, may_move: bool, now: datetime, by_service: bool = False
    ) -> None:
        self._shows_online, self._may_move = shows_online, may_move
        self._now, self._by_service = now, by_service
        self._zone = timezone.get_current_timezone()
        self._states = {state: str(word) for state, word in Booking.STATES}
        self._called_off = str(dict(Session.STATUSES)[Session.CANCELLED])
        self._nobody, self._erased = _("Somebody"), str(Client.ERASED)
        self._of_class = _addresses("session")
        self._of_booking = _addresses("booking")

    def tile(self, seen: Seen) -> dict[str, object]:
        starts, ends = self._wall_time(seen.starts_at), self._wall_time(seen.ends_at)
        state, label = self._state_of(seen), label_of(seen)
        is_movable = self._may_move and seen.ends_at > self._now and not seen.is_called_off
        is_online = self._shows_online and seen.is_online_meeting and not seen.is_called_off
        facts = {
            "colour": colour_of(seen),
            "time": f"{starts[11:16]}–{ends[11:16]}",
            "service": seen.service,
            "provider": seen.provider,
            "label": label,
            "state": state,
            "waiting": self._waiting_for(seen),
            "isCalledOff": seen.is_called_off,
            "isOnline": is_online,
            "hasNoLink": is_online and not seen.is_met_online and seen.ends_at > self._now,
            "revision": _revision_of(seen) if is_movable else None,
            **self._addresses_of(seen, is_movable=is_movable),
        }
        described = {
            "id": seen.pk,
            "resourceId": seen.service_id if self._by_service else seen.provider_id,
            "start": starts,
            "end": ends,
            "title": self._title_of(seen),
            "className": self._look_of(seen, state),
            "editable": is_movable,
            "extendedProps": _filled(facts),
        }
        return _filled(described)

    def _wall_time(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).isoformat()[:19]

    def _title_of(self, seen: Seen) -> str:
        """The client's name, or a class's name with its places taken."""
        if seen.is_class:
            return f"{seen.service} {seen.seats_taken}/{seen.capacity}"
        if seen.client_erased_at is not None:
            return self._erased
        return seen.client or self._nobody

    def _state_of(self, seen: Seen) -> str:
        """The word for a state that is not the usual one, else nothing.

        Of a class it speaks when anybody in it waits for approval.
        """
        if seen.is_called_off and (seen.is_class or seen.state is None):
            return self._called_off
        if seen.is_class:
            return self._states[Booking.PENDING] if seen.is_waiting else ""
        return "" if seen.state in (None, Booking.CONFIRMED) else self._states[seen.state]

    def _look_of(self, seen: Seen, state: str) -> str:
        if seen.is_called_off:
            return "z-called-off"
        return "z-unsure" if state else ""

    def _waiting_for(self, seen: Seen) -> str:
        """How many wait for a place in a class."""
        if not seen.people_waiting or seen.is_called_off:
            return ""
        text = ngettext("+%(n)d waiting", "+%(n)d waiting", seen.people_waiting)
        return text % {"n": seen.people_waiting}

    def _addresses_of(self, seen: Seen, *, is_movable: bool) -> dict[str, str]:
        of, pk = (self._of_class, seen.pk) if seen.is_class else (self._of_booking, seen.booking_id)
        wanted = of if is_movable else [one for one in of if one[0] not in _OF_MOVES]
        return {name: f"{start}{pk}{end}" for name, start, end in wanted}


def label_of(seen: Seen) -> str:
    """The word of an appointment's label; a class has none of its own."""
    return "" if seen.is_class else seen.label or ""


def colour_of(seen: Seen) -> str:
    """The label's colour, else the provider's, else the service's."""
    label = seen.label_colour if label_of(seen) else ""
    return label or seen.provider_colour or seen.service_colour


def _revision_of(seen: Seen) -> int | None:
    """What a move is based on: a class moves as a session, an appointment as a booking."""
    return seen.session_revision if seen.is_class else seen.booking_revision


_OF_MOVES = ("drop", "move")


def _addresses(kind: str) -> list[tuple[str, str, str]]:
    """What stands before and after the id in the addresses of a page, its dialog and its moves."""
    names = {"page": kind} | {name: f"{kind}-{name}" for name in ("popup", *_OF_MOVES)}
    found = []
    for name, url_name in names.items():
        start, _id, end = reverse(f"desk:{url_name}", args=[0]).rpartition("0")
        found.append((name, start, end))
    return found


def _filled(parts: dict[str, object]) -> dict[str, object]:
    return {name: part for name, part in parts.items() if part}
