"""Testing the connection: a meeting created, read, changed and deleted for real."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from booking.models import User
from zoomlink.actions import quota
from zoomlink.actions.connection import ask_zoom
from zoomlink.actions.steps import delete
from zoomlink.client import MeetingSpec, ZoomError, ZoomMeetingGone
from zoomlink.errors import NotConnected, TrialFailed, TrialUnderWay, ZoomlinkError
from zoomlink.models import Trial, ZoomConnection

# What is done, in this order; DELETE and GONE whatever failed before.
CREATE, READ, CHANGE, REREAD = "create", "read", "change", "reread"
DELETE, GONE = "delete", "gone"
STOPPED = "stopped"  # where nobody went on
KEPT = 30
TOPIC = "Zustrich: test of the connection"
HOUR = timedelta(hours=1)
CLEARED_FOR = timedelta(hours=24)  # afterwards the daily audit finds what is left


@transaction.atomic(durable=True)
def begin_trial(*, now: datetime, actor: User | None) -> Trial:
    """Ask for a test; a worker takes it up. Raises NotConnected or TrialUnderWay."""
    connection = ZoomConnection.objects.connected().select_for_update().first()
    if connection is None:
        raise NotConnected
    newest = Trial.objects.order_by("-pk").first()
    if newest is not None and newest.is_under_way(now):
        raise TrialUnderWay
    kept = list(Trial.objects.order_by("-pk").values_list("pk", flat=True)[: KEPT - 1])
    Trial.objects.exclude(pk__in=kept).delete()
    return Trial.objects.create(started_at=now, started_by=actor)


def run_trial(*, trial_id: int, now: datetime) -> None:
    """Do what was asked for by ``begin_trial``; once, whoever takes it up first.

    Calls Zoom with no transaction open. Each step is stored as it ends, with its seconds
    and what went wrong; whatever does, the meeting is deleted.
    """
    waiting = Trial.objects.filter(
        pk=trial_id, begun_at=None, finished_at=None, started_at__gt=now - Trial.PATIENCE
    )
    if waiting.update(begun_at=now):
        _Run(Trial.objects.get(pk=trial_id), now=now).run()


def clear_trials(*, now: datetime) -> None:
    """Delete what a worker left at Zoom that was killed in the middle, and say so."""
    for trial in Trial.objects.filter(finished_at=None):
        if not trial.is_under_way(now):
            text = _("No worker finished it.") if trial.begun_at else _("No worker took it up.")
            trial.steps.append({"name": STOPPED, "seconds": 0, "error": text})
            trial.finished_at = now
            trial.save(update_fields=["steps", "finished_at"])
    left = Trial.objects.filter(finished_at__isnull=False, zoom_id__isnull=False)
    left = left.filter(started_at__gt=now - CLEARED_FOR)
    for trial_id, zoom_id in left.values_list("pk", "zoom_id"):
        with suppress(ZoomError, ZoomlinkError):  # tried again by the next sweep
            ask_zoom(partial(delete, zoom_id=zoom_id), now=now)  # type: ignore[arg-type]
            Trial.objects.filter(pk=trial_id).update(zoom_id=None)


class _Run:
    """One test, from the first step to the last."""

    def __init__(self, trial: Trial, *, now: datetime):
        self.trial, self.now = trial, now
        self._began = time.monotonic()
        day_after_tomorrow = (now + timedelta(days=2)).astimezone(UTC)
        starts_at = day_after_tomorrow.replace(hour=3, minute=7, second=0, microsecond=0)
        self.spec = MeetingSpec(TOPIC, starts_at, duration_minutes=15, agenda=trial.agenda)
        self.changed = replace(self.spec, starts_at=starts_at + HOUR, duration_minutes=20)

    def run(self) -> None:
        first: dict[str, Callable[[], None]] = {
            CREATE: self._create,
            READ: partial(self._read, self.spec),
            CHANGE: self._change,
            REREAD: partial(self._read, self.changed),
        }
        all(self._take(name, step) for name, step in first.items())  # up to the first that fails
        if self.trial.zoom_id is not None and self._take(DELETE, self._delete):
            self._take(GONE, self._see_that_it_is_gone)
        self._keep(finished_at=self._moment())

    def _take(self, name: str, step: Callable[[], None]) -> bool:
        """Take a step and store how it went; whether it went well."""
        began, error = time.monotonic(), ""
        try:
            step()
        except (ZoomError, ZoomlinkError) as problem:
            error = str(problem)[:300]
        seconds = round(time.monotonic() - began, 1)
        self.trial.steps.append({"name": name, "seconds": seconds, "error": error})
        self._keep(steps=self.trial.steps)
        return not error

    def _keep(self, **columns: Any) -> None:
        Trial.objects.filter(pk=self.trial.pk).update(**columns)

    def _create(self) -> None:
        host = self._claim_write()
        try:
            made = ask_zoom(lambda client: client.create_meeting(host, self.spec), now=self.now)
        except ZoomError as error:
            if error.outcome_unknown:
                self._look(host)
            raise
        self._note(made.id)

    def _look(self, host: str) -> None:
        """Find what a creation left whose answer was lost, so that it is deleted."""
        with suppress(ZoomError, ZoomlinkError):  # the daily audit will find it
            for listed in ask_zoom(lambda client: client.meetings_of(host), now=self.now):
                if listed.agenda == self.trial.agenda:
                    self._note(listed.id)

    def _read(self, expected: MeetingSpec) -> None:
        found = ask_zoom(lambda client: client.meeting(self._zoom_id), now=self.now)
        has = (found.starts_at, found.duration_minutes, found.agenda)
        if has != (expected.starts_at, expected.duration_minutes, expected.agenda):
            raise TrialFailed(_("Zoom has another time, length or description than it was given."))

    def _change(self) -> None:
        self._claim_write()
        zoom_id = self._zoom_id
        ask_zoom(lambda client: client.update_meeting(zoom_id, self.changed), now=self.now)

    def _delete(self) -> None:
        ask_zoom(partial(delete, zoom_id=self._zoom_id), now=self.now)

    def _see_that_it_is_gone(self) -> None:
        try:
            ask_zoom(lambda client: client.meeting(self._zoom_id), now=self.now)
        except ZoomMeetingGone:
            self._note(None)
        else:
            raise TrialFailed(_("Zoom still has the meeting that was deleted."))

    def _claim_write(self) -> str:
        """Count a creation or change; returns how the host is named to Zoom."""
        connection = ZoomConnection.objects.current()
        if connection is None:
            raise NotConnected
        quota.claim_write(connection, connection.user_id, soon=False, now=self.now)
        return connection.address_of(connection.user_id)

    def _note(self, zoom_id: int | None) -> None:
        self.trial.zoom_id = zoom_id
        self._keep(zoom_id=zoom_id)

    def _moment(self) -> datetime:
        return self.now + timedelta(seconds=time.monotonic() - self._began)

    @property
    def _zoom_id(self) -> int:
        assert self.trial.zoom_id is not None, "the steps after the first have a meeting"
        return self.trial.zoom_id
