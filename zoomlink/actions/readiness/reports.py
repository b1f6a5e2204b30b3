"""What is reported of the readiness: sentences for people, each with a level and a way out."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import get_language

from booking.formats import format_moment
from booking.models import Company, Provider, Service
from zoomlink.actions.quota import LIMIT, RESERVED
from zoomlink.models import Meeting

NEARLY_USED = LIMIT - RESERVED


class Level(enum.IntEnum):
    """READY: as it should be. WARNING: it works, but not well. BROKEN: people go without."""

    READY = 0
    WARNING = 1
    BROKEN = 2


class Mend(enum.Enum):
    """Where a condition is mended."""

    FEATURES = "features"
    CONNECTION = "connection"
    PROVIDERS = "providers"
    SERVICE = "service"
    APP = "app at Zoom"
    USERS = "users at Zoom"
    SERVER = "server"


@dataclass(frozen=True)
class Check:
    """How one condition stands, in a sentence for people."""

    level: Level
    text: str
    mend: Mend | None = None


@dataclass(frozen=True)
class Pair:
    """One online service with one of its providers; None where nobody offers it."""

    service: Service
    provider: Provider | None
    checks: list[Check]

    @property
    def level(self) -> Level:
        return worst(self.checks)


@dataclass(frozen=True)
class HostCalls:
    """How many creations and changes of the UTC day a host has used, of LIMIT."""

    host: str
    used: int

    @property
    def level(self) -> Level:
        return Level.WARNING if self.used >= NEARLY_USED else Level.READY


@dataclass(frozen=True)
class Readiness:
    """All of it.

    ``resets_at`` (aware) is when the calls are counted anew; ``troubled`` are coming meetings
    with an error; ``heard`` tells when Zoom last sent each kind of event.
    """

    general: list[Check]
    pairs: list[Pair] = field(default_factory=list)
    calls: list[HostCalls] = field(default_factory=list)
    resets_at: datetime | None = None
    troubled: list[Meeting] = field(default_factory=list)
    heard: dict[str, datetime] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        """The worst of everything that is judged."""
        has_failed = any(meeting.state == Meeting.FAILED for meeting in self.troubled)
        pairs = [pair.level for pair in self.pairs]
        return max(worst(self.general), Level.BROKEN if has_failed else Level.READY, *pairs)


def worst(checks: Iterable[Check]) -> Level:
    return max((check.level for check in checks), default=Level.READY)


def written(moment: datetime) -> str:
    """Day, time and zone of the company, in the reader's language."""
    return format_moment(moment, Company.objects.current().zone, get_language() or "en", short=True)
