"""When the sessions of a series are: a weekly rule in wall time in, instants out. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import WEEKLY, rrule

# Three years of a class on every day; a slip of the keyboard should not fill a century.
MOST_SESSIONS = 1100
LONGEST_DAYS = 3 * 366
# Years that have others on both sides, in every zone.
FIRST_YEAR, LAST_YEAR = 1970, 2200


class RuleRefused(ValueError):
    """A rule that makes no sense; ``field`` is the one at fault."""

    def __init__(self, field: str):
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class SeriesRule:
    """The same wall time on some weekdays (Monday is 0), in every so many weeks.

    From ``first_on`` to ``last_on``, both included, without the dates ``except_on``. Weeks
    begin on Monday and are counted from that of ``first_on``.

    Raises RuleRefused.
    """

    weekdays: Collection[int]
    starts: time
    first_on: date
    last_on: date
    every_weeks: int = 1
    except_on: Collection[date] = ()

    def __post_init__(self) -> None:
        if not self.weekdays or not set(self.weekdays) <= set(range(7)):
            raise RuleRefused("weekdays")
        if not 1 <= self.every_weeks <= 52:
            raise RuleRefused("every_weeks")
        if not FIRST_YEAR <= self.first_on.year <= LAST_YEAR:
            raise RuleRefused("first_on")
        if not 0 <= (self.last_on - self.first_on).days <= LONGEST_DAYS:
            raise RuleRefused("last_on")

    def dates(self) -> list[date]:
        """The dates that the rule names, in order; there may be none."""
        days = rrule(
            WEEKLY,
            interval=self.every_weeks,
            byweekday=sorted(self.weekdays),
            dtstart=datetime.combine(self.first_on, time()),
            until=datetime.combine(self.last_on, time()),
        )
        exceptions = set(self.except_on)
        return [day.date() for day in days if day.date() not in exceptions][:MOST_SESSIONS]

    def starts_in(self, zone: ZoneInfo) -> Iterator[tuple[date, datetime | None]]:
        """Each date with its start in UTC; None where the clock skips that wall time.

        A wall time that comes twice means the first of the two.
        """
        for day in self.dates():
            yield day, instant_of(datetime.combine(day, self.starts), zone)


def instant_of(wall_time: datetime, zone: ZoneInfo) -> datetime | None:
    """The instant, in UTC, of a naive wall time; None where the clock skips it."""
    moment = wall_time.replace(tzinfo=zone).astimezone(UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == wall_time else None


def shifted(moment: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    """An aware moment, in UTC, moved by so much wall time.

    Where the clock skips what would be shown, it is that much later.
    """
    wall_time = moment.astimezone(zone).replace(tzinfo=None) + by
    return wall_time.replace(tzinfo=zone).astimezone(UTC)
