"""The readiness of online meetings as the page shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.models import Provider, User
from zoomlink.actions import audit_is_running, latest_audit
from zoomlink.actions.quota import LIMIT
from zoomlink.actions.readiness import Check, HostCalls, Level, Mend, Pair, Readiness
from zoomlink.actions.trial import CHANGE, CREATE, DELETE, GONE, READ, REREAD, STOPPED
from zoomlink.models import Audit, Meeting, Trial, ZoomConnection

APPS_AT_ZOOM = "https://marketplace.zoom.us/user/build"
USERS_AT_ZOOM = "https://zoom.us/account/user"
COLOURS = {Level.READY: "success", Level.WARNING: "warning", Level.BROKEN: "danger"}
WORDS = {Level.READY: _("Ready"), Level.WARNING: _("Look at it"), Level.BROKEN: _("Not ready")}
STEPS = {
    CREATE: _("Create a meeting"),
    READ: _("Read it"),
    CHANGE: _("Change it"),
    REREAD: _("Read the change"),
    DELETE: _("Delete it"),
    GONE: _("See that it is gone"),
    STOPPED: _("Finish"),
}
IN_ORDER = (CREATE, READ, CHANGE, REREAD, DELETE, GONE)
NAMED = 3  # services of one provider that are named at once
NO_WORKER_AFTER = timedelta(seconds=20)


@dataclass(frozen=True)
class Row:
    """One condition: its colour, its word, its sentence, and the way to mend it if any."""

    colour: str
    word: str | Promise
    text: str
    url: str = ""
    label: str | Promise = ""


@dataclass(frozen=True)
class Group:
    """One provider, and the online services that stand alike with this provider."""

    pairs: list[Pair]
    rows: list[Row]

    @property
    def provider(self) -> Provider | None:
        return self.pairs[0].provider

    @property
    def level(self) -> Level:
        return self.pairs[0].level

    @property
    def services(self) -> list[str]:
        return [pair.service.name for pair in self.pairs[:NAMED]]

    @property
    def more_services(self) -> list[str]:
        """Those that are folded away."""
        return [pair.service.name for pair in self.pairs[NAMED:]]


@dataclass(frozen=True)
class Meter:
    """The calls of one host today."""

    calls: HostCalls
    limit: int = LIMIT

    @property
    def colour(self) -> str:
        return COLOURS[self.calls.level]


@dataclass(frozen=True)
class Shown:
    """``lacking`` are the providers who lack something for some services, ``ready`` the others."""

    readiness: Readiness
    general: list[Row]
    lacking: list[Group]
    ready: list[Group]
    meters: list[Meter]

    @classmethod
    def of(cls, readiness: Readiness, user: User) -> "Shown":
        groups = _groups(readiness.pairs, user)
        return cls(
            readiness=readiness,
            general=_rows(readiness.general, user),
            lacking=[group for group in groups if group.level != Level.READY],
            ready=[group for group in groups if group.level == Level.READY],
            meters=[Meter(calls) for calls in readiness.calls],
        )

    @property
    def broken(self) -> int:
        failed = sum(meeting.state == Meeting.FAILED for meeting in self.readiness.troubled)
        return self._count(Level.BROKEN) + failed

    @property
    def doubtful(self) -> int:
        return self._count(Level.WARNING)

    def _count(self, level: Level) -> int:
        """Causes, not their effects: what a provider lacks for ten services is one thing."""
        checks, groups = self.readiness.general, self.lacking
        return sum(each.level == level for each in (*checks, *groups))

    @property
    def colour(self) -> str:
        return COLOURS[self.readiness.level]

    @property
    def troubled(self) -> list[tuple[Meeting, str]]:
        """Coming meetings with an error, each with its colour."""
        return [
            (meeting, "danger" if meeting.state == Meeting.FAILED else "warning")
            for meeting in self.readiness.troubled
        ]


def _groups(pairs: Iterable[Pair], user: User) -> list[Group]:
    """What lacks most comes first; a service that nobody offers stands alone."""
    alike: dict[object, list[Pair]] = {}
    for pair in pairs:
        texts = tuple(check.text for check in pair.checks)
        key = (pair.provider.pk, texts) if pair.provider else pair.service.pk
        alike.setdefault(key, []).append(pair)
    groups = [Group(each, _rows(each[0].checks, user, each[0])) for each in alike.values()]
    return sorted(groups, key=lambda group: -group.level)


def _rows(checks: Iterable[Check], user: User, pair: Pair | None = None) -> list[Row]:
    rows = []
    for check in checks:
        url, label = _way(check.mend, user, pair)
        rows.append(Row(COLOURS[check.level], WORDS[check.level], check.text, url, label))
    return rows


def _way(mend: Mend | None, user: User, pair: Pair | None) -> tuple[str, str | Promise]:
    """Where it is mended and what the link says; nothing where no page of ours or Zoom's helps."""
    settings = reverse("desk:online-meetings")
    ways: dict[Mend | None, tuple[str, str | Promise]] = {
        Mend.CONNECTION: (f"{settings}#zoom", _("To the connection")),
        Mend.PROVIDERS: (f"{settings}#providers", _("To the providers")),
        Mend.APP: (APPS_AT_ZOOM, _("To the app at Zoom")),
        Mend.USERS: (USERS_AT_ZOOM, _("To the users at Zoom")),
    }
    if mend is Mend.SERVICE and pair is not None and user.has_perm("booking.change_service"):
        return reverse("admin:booking_service_change", args=[pair.service.pk]), _("To the service")
    return ways.get(mend, ("", ""))


@dataclass(frozen=True)
class AuditCard:
    """The latest comparison with what stands at Zoom, if there is one."""

    audit: Audit | None
    is_running: bool
    orphans: list[dict]

    @classmethod
    def of(cls, connection: ZoomConnection | None) -> "AuditCard":
        audit = latest_audit(connection) if connection else None
        orphans = [_with_moment(orphan) for orphan in audit.orphans] if audit else []
        return cls(audit, audit_is_running(), orphans)


def _with_moment(orphan: dict) -> dict:
    starts_at = orphan["starts_at"]
    return {**orphan, "starts_at": datetime.fromisoformat(starts_at) if starts_at else None}


@dataclass(frozen=True)
class TrialStep:
    """``state`` is done, failed, now or waiting."""

    label: str | Promise
    state: str
    seconds: float | None = None
    error: str = ""


@dataclass(frozen=True)
class TrialCard:
    """The latest test of the connection; while it is under way, what is still to come as well."""

    trial: Trial | None
    is_under_way: bool = False
    lacks_worker: bool = False

    @classmethod
    def of(cls, now: datetime) -> "TrialCard":
        trial = Trial.objects.select_related("started_by").order_by("-pk").first()
        if trial is None:
            return cls(None)
        waits = trial.begun_at is None and trial.finished_at is None
        is_late = now >= trial.started_at + NO_WORKER_AFTER
        return cls(trial, trial.is_under_way(now), lacks_worker=waits and is_late)

    @property
    def has_failed(self) -> bool:
        return self.trial is not None and any(step["error"] for step in self.trial.steps)

    @property
    def steps(self) -> list[TrialStep]:
        if self.trial is None:
            return []
        taken = [
            TrialStep(
                STEPS[step["name"]],
                "failed" if step["error"] else "done",
                step["seconds"],
                step["error"],
            )
            for step in self.trial.steps
        ]
        return taken + self._to_come({step["name"] for step in self.trial.steps})

    def _to_come(self, taken: set[str]) -> list[TrialStep]:
        if not self.is_under_way or self.has_failed:
            return []
        left = [name for name in IN_ORDER if name not in taken]
        return [
            TrialStep(STEPS[name], "now" if name == left[0] and self._is_begun else "waiting")
            for name in left
        ]

    @property
    def _is_begun(self) -> bool:
        return self.trial is not None and self.trial.begun_at is not None
