"""Comparing what stands at Zoom with what we know: what is double, missing, or nobody's."""

import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from zoomlink.actions import signs
from zoomlink.actions.conditions import coming_sessions, wish_for
from zoomlink.actions.connection import ask_zoom
from zoomlink.client import ZoomError, ZoomMeeting, ZoomMeetingRunning, ZoomUserUnknown
from zoomlink.errors import AccountPaused, ConnectionLost, NotConnected, ZoomlinkError
from zoomlink.models import Audit, Meeting, ProviderMeeting, Trial, ZoomConnection
from zoomlink.wanted import Verdict, WantedMeeting

EVERY = timedelta(hours=24)
KEPT = 30
OURS = "zustrich:"


def audit_is_due(*, now: datetime) -> bool:
    """Whether the connected account was not compared for a day; what failed is due again."""
    connection = ZoomConnection.objects.connected().first()
    if connection is None:
        return False
    done = connection.audits.filter(error="", ran_at__gt=now - EVERY)
    return not done.exists()


def run_audit(*, now: datetime) -> Audit | None:
    """Compare every host's coming meetings with ours, and keep what was found.

    Duplicates and what no session wants any more are deleted; what is missing is looked at
    by the next sweep; a reference that nobody here knows is only listed, for another
    installation may use the account, too. One host that cannot be read does not keep the
    others from it. Never inside a transaction. None while another audit runs. Raises
    NotConnected where there is nothing to compare with.
    """
    connection = ZoomConnection.objects.current()
    if connection is None or connection.is_leaving:
        raise NotConnected
    if not signs.begin_audit():
        return None
    try:
        return _Comparison(connection, now=now).run()
    finally:
        signs.end_audit()


class _Comparison:
    """What was found so far, host by host."""

    def __init__(self, connection: ZoomConnection, *, now: datetime):
        self.connection, self.now = connection, now
        self._began = time.monotonic()
        self.found = Audit(connection=connection, ran_at=now)
        self._errors: dict[str, list[str]] = {}  # whom each concerns, by its text

    def run(self) -> Audit:
        for host_id, name in _hosts(self.connection).items():
            try:
                self._compare(host_id, name)
            except (ZoomError, ZoomlinkError) as error:
                self._errors.setdefault(str(error), []).append(name)
                if isinstance(error, NotConnected | ConnectionLost | AccountPaused):
                    break  # the others could not be asked either
        texts = [f"{', '.join(names)}: {text}" for text, names in self._errors.items()]
        self.found.error = " ".join(texts)[:300]
        self.found.save()
        _forget_older_audits()
        return self.found

    def _compare(self, host_id: str, name: str) -> None:
        paused_until = self.connection.paused_until
        if paused_until is not None and self.now < paused_until:
            raise AccountPaused(paused_until)
        expected = self._expected(host_id)  # before the list: what is made meanwhile is not missing
        listed = self._listed(host_id)
        ours = [each for each in listed if self._is_coming(each) and each.agenda.startswith(OURS)]
        self.found.checked += len(ours)
        rows, trials = _rows_of(ours), _trials()
        for each in ours:
            if row := rows.get(reference_of(each)):
                self._settle(row, each, host_id)
            elif trial := trials.get(each.agenda):
                self._clear(trial, each)
            else:
                self.found.orphans.append(_as_orphan(each, host_id, name))
        self._doubt(expected - {each.id for each in listed})

    def _listed(self, host_id: str) -> list[ZoomMeeting]:
        address = self.connection.address_of(host_id)
        try:
            return ask_zoom(lambda client: client.meetings_of(address), now=self._moment())
        except ZoomUserUnknown:  # whoever left Zoom took their meetings along
            return []

    def _expected(self, host_id: str) -> set[int | None]:
        coming = self._ready().filter(host_id=host_id, session__ends_at__gt=self.now)
        return set(coming.values_list("zoom_id", flat=True))

    def _doubt(self, missing: set[int | None]) -> None:
        """Let the next sweep read what was not listed, and make anew what is gone."""
        rows = self._ready().filter(zoom_id__in=missing)
        self.found.missing += rows.update(must_verify=True, next_attempt_at=None)

    def _ready(self) -> QuerySet[Meeting]:
        return Meeting.objects.filter(connection=self.connection, state=Meeting.READY)

    def _settle(self, row: Meeting, found: ZoomMeeting, host_id: str) -> None:
        """Deal with a meeting that may not be the one its session has.

        Workers are kept away meanwhile; where one is at it, or has to look, it sees to it.
        """
        if row.zoom_id == found.id:
            return
        claim, moment = uuid.uuid4(), self._moment()
        is_free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=moment)
        free = Meeting.objects.filter(is_free, pk=row.pk, is_uncertain=False)
        if not free.update(claim=claim, claimed_until=moment + Meeting.LEASE):
            return
        mine = Meeting.objects.filter(pk=row.pk, claim=claim)
        try:
            self._settle_claimed(row.pk, found, host_id)
        finally:
            mine.update(claim=None, claimed_until=None)

    def _settle_claimed(self, meeting_id: int, found: ZoomMeeting, host_id: str) -> None:
        """Delete it, unless the session wants one and has none: then workers take it over."""
        has = Meeting.objects.values_list("zoom_id", flat=True).get(pk=meeting_id)
        if has == found.id:
            return
        wish = self._wish_of(meeting_id)
        if has is not None or wish is Verdict.NO_MEETING:
            self._delete(found)
        elif isinstance(wish, WantedMeeting):
            to_look_for = {"is_uncertain": True, "host_id": host_id, "next_attempt_at": None}
            Meeting.objects.filter(pk=meeting_id).update(connection=self.connection, **to_look_for)

    def _wish_of(self, meeting_id: int) -> WantedMeeting | Verdict:
        moment = self._moment()
        session = coming_sessions(moment).filter(meeting=meeting_id).first()
        if session is None:
            return Verdict.NO_MEETING  # it is over
        return wish_for(session, ZoomConnection.objects.current(), now=moment)

    def _clear(self, trial: Trial, found: ZoomMeeting) -> None:
        """Delete what a test of the connection has left behind."""
        if not trial.is_under_way(self._moment()):
            self._delete(found)

    def _delete(self, found: ZoomMeeting) -> None:
        """Delete a meeting, unless people are in it: then the next audit does."""
        with suppress(ZoomMeetingRunning):
            ask_zoom(lambda client: client.delete_meeting(found.id), now=self._moment())
            self.found.removed += 1

    def _is_coming(self, found: ZoomMeeting) -> bool:
        """Zoom's own record of the past is left alone."""
        if found.starts_at is None:
            return True
        return found.starts_at + timedelta(minutes=found.duration_minutes) > self.now

    def _moment(self) -> datetime:
        """The time by now: reading many hosts takes a while."""
        return self.now + timedelta(seconds=time.monotonic() - self._began)


def _hosts(connection: ZoomConnection) -> dict[str, str]:
    """Who has or had meetings of ours, or may have; Zoom's id and what people call them."""
    mapped = ProviderMeeting.objects.filter(zoom_user__connection=connection)
    ids = {
        connection.user_id,  # whose meetings the tests of the connection are
        *connection.meetings.exclude(host_id="").values_list("host_id", flat=True),
        *connection.days.values_list("host_id", flat=True),
        *mapped.values_list("zoom_user__zoom_id", flat=True),
    }
    names = dict(connection.users.values_list("zoom_id", "email"))
    return {host_id: names.get(host_id, host_id) for host_id in sorted(ids)}


def _rows_of(found: Iterable[ZoomMeeting]) -> dict[uuid.UUID | None, Meeting]:
    references = {reference for each in found if (reference := reference_of(each))}
    rows = Meeting.objects.filter(reference__in=references).defer("join_url")
    return {row.reference: row for row in rows}


def reference_of(found: ZoomMeeting) -> uuid.UUID | None:
    """Which row of ours a meeting says it belongs to; None for tests, and what is not ours."""
    try:
        return uuid.UUID(found.agenda.removeprefix(OURS)[:36])
    except ValueError:
        return None


def _trials() -> dict[str, Trial]:
    return {trial.agenda: trial for trial in Trial.objects.order_by("-pk")[:KEPT]}


def _as_orphan(found: ZoomMeeting, host_id: str, host: str) -> dict[str, object]:
    return {
        "zoom_id": found.id,
        "host_id": host_id,
        "host": host,
        "topic": found.topic,
        "starts_at": found.starts_at.isoformat() if found.starts_at else "",
    }


def _forget_older_audits() -> None:
    newest = list(Audit.objects.order_by("-ran_at", "-pk").values_list("pk", flat=True)[:KEPT])
    Audit.objects.exclude(pk__in=newest).delete()
