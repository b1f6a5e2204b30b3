"""The dates of a series before it is written, and how far a change of one session reaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.actions import SeriesRule
from booking.models import Booking, Provider, Service, Session, User
from web.desk.access import visible_sessions

ONE, REST = "one", "rest"


@dataclass(frozen=True)
class PlannedDate:
    """A date of a rule. ``starts_at`` is None where the clocks skip the time on it."""

    day: date
    starts_at: datetime | None
    is_past: bool = False
    is_clashing: bool = False

    @property
    def is_scheduled(self) -> bool:
        return self.starts_at is not None and not self.is_past


def planned_dates(
    rule: SeriesRule, service: Service, provider: Provider, *, now: datetime
) -> list[PlannedDate]:
    """Every date of the rule in the company's zone, in order; one query finds the clashes."""
    starts = list(rule.starts_in(timezone.get_current_timezone()))
    coming = [start for _day, start in starts if start is not None and start > now]
    clashing = set(_clashing(coming, service, provider, now=now)) if coming else set()
    return [
        PlannedDate(day, start, start is not None and start <= now, start in clashing)
        for day, start in starts
    ]


def _clashing(
    starts: Sequence[datetime], service: Service, provider: Provider, *, now: datetime
) -> list[datetime]:
    before, after = service.buffer_before, service.duration + service.buffer_after
    others = Session.objects.taking_time(now).filter(provider=provider)
    around = others.occupying(starts[0] - before, starts[-1] + after)
    taken = list(around.values_list("occupied_from", "occupied_until"))
    return [
        start for start in starts if any(a < start + after and start - before < b for a, b in taken)
    ]


@dataclass(frozen=True)
class Scope:
    """This session alone, or it and all later ones of its series, and who is in them."""

    name: str
    sessions: int
    people: int

    @property
    def title(self) -> str:
        if self.name == ONE:
            what = _("Only this session")
        else:
            later = self.sessions - 1
            what = ngettext(
                "This and the %(n)d later session of its series",
                "This and the %(n)d later sessions of its series",
                later,
            ) % {"n": later}
        return f"{what} ({self.told})"

    @property
    def told(self) -> str:
        text = ngettext("%(n)d client is told", "%(n)d clients are told", self.people)
        return text % {"n": self.people}


def scopes_of(session: Session, user: User, *, now: datetime) -> list[Scope]:
    """How far ``user`` may let a change of the session reach.

    The rest of a series is theirs only if every session in it is.
    """
    scopes = [_scope(ONE, Session.objects.filter(pk=session.pk))]
    if session.series_id is None:
        return scopes
    later = Session.objects.active().filter(
        series=session.series_id, starts_at__gte=session.starts_at, ends_at__gt=now
    )
    rest = _scope(REST, later)
    is_all_theirs = visible_sessions(user).filter(pk__in=later).count() == rest.sessions
    return [*scopes, rest] if rest.sessions > 1 and is_all_theirs else scopes


def _scope(name: str, sessions: QuerySet[Session]) -> Scope:
    people = Booking.objects.taking_seats().filter(session__in=sessions)
    return Scope(name, sessions.count(), people.count())
