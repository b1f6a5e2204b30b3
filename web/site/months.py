"""A month as a calendar page. No Django, no clock."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Month:
    """One month of one year."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @classmethod
    def named(cls, text: str) -> "Month | None":
        """Read ``2026-11``; None for anything else."""
        try:
            first = date.fromisoformat(f"{text}-01")
        except ValueError:
            return None
        return cls.of(first) if len(text) == 7 else None

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    @property
    def key(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    def previous(self) -> "Month":
        return Month.of(self.first - timedelta(days=1))

    def following(self) -> "Month":
        return Month.of(self.last + timedelta(days=1))

    def weeks(self) -> list[list[date | None]]:
        """The days in weeks from Monday; None where a week reaches out of the month."""
        cells: list[date | None] = [None] * self.first.weekday()
        cells += [self.first + timedelta(days=n) for n in range(self.last.day)]
        cells += [None] * (-len(cells) % 7)
        return [cells[n : n + 7] for n in range(0, len(cells), 7)]


def day_named(text: str) -> date | None:
    """Read ``2026-11-22``; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
