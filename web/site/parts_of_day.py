"""Times of one day, by the parts of it. No database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

from django.utils.translation import pgettext

# So few are seen at a glance.
FEW = 8


class Starting(Protocol):
    """Whatever begins at an aware moment."""

    @property
    def starts_at(self) -> datetime: ...


Item = TypeVar("Item", bound=Starting)


@dataclass(frozen=True)
class Part(Generic[Item]):
    """Times that follow one another; ``name`` is empty where they are all there is."""

    name: str
    times: list[Item]


def parts_of(times: Sequence[Item], zone: ZoneInfo, *, is_one: bool = False) -> list[Part[Item]]:
    """Divide the times of a day, soonest first, by the clock of ``zone``; a few stay together.

    ``is_one`` keeps also many of them together.
    """
    if is_one or len(times) <= FEW:
        return [Part("", list(times))] if times else []
    names = _names()
    parts = groupby(times, key=lambda one: names[one.starts_at.astimezone(zone).hour // 6])
    return [Part(name, list(of)) for name, of in parts]


def _names() -> list[str]:
    """Of the quarters of a day, in the language of the page."""
    return [
        pgettext("times of a day", "Night"),
        pgettext("times of a day", "Morning"),
        pgettext("times of a day", "Afternoon"),
        pgettext("times of a day", "Evening"),
    ]
