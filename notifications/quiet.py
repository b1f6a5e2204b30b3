"""The hours in which people are not to be disturbed, by the clock on their wall. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class QuietHours:
    """The same wall time each day, ``[begins, ends)``; it may span midnight.

    Where both are the same there is no such time.
    """

    begins: time
    ends: time

    def around(self, at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """Return the quiet hours in which ``at`` falls as instants in UTC, or None.

        ``at`` is aware. Where the clock jumps over an end of them, that end is the jump;
        where it shows one twice, they begin at the first, and end at the next to come.
        """
        here = at.astimezone(zone)
        clock, day = here.time(), here.date()
        if not self._holds(clock):
            return None
        spans_midnight = self.ends < self.begins
        is_morning = spans_midnight and clock < self.ends
        first_day = day - _DAY if is_morning else day
        last_day = day + _DAY if spans_midnight and not is_morning else day
        begin = _first_showing(datetime.combine(first_day, self.begins), zone)
        wall_end = datetime.combine(last_day, self.ends)
        end = _first_showing(wall_end, zone)
        return begin, end if end > at else _in_utc(wall_end, zone, fold=1)

    def _holds(self, clock: time) -> bool:
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends


def _first_showing(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment at which the clock shows ``wall``, or more where it jumps over it."""
    moment = min(_in_utc(wall, zone, fold=fold) for fold in (0, 1))
    while moment.astimezone(zone).replace(tzinfo=None) < wall:
        moment += _MINUTE
    return moment


def _in_utc(wall: datetime, zone: ZoneInfo, *, fold: int) -> datetime:
    return wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
