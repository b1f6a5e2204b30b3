"""Reports as files that a worker makes: asking for one, making it, clearing it away."""

import logging
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from booking.models import User
from web.desk.access import EXPORT_BOOKINGS, SEE_ALL_BOOKINGS, SEE_BOOKINGS
from web.desk.models import Export
from web.desk.reports.meeting_source import MeetingSource
from web.desk.reports.sheets import CSV, Row, write_csv, write_workbook
from web.desk.reports.sources import BookingSource, Source, may_take_links

logger = logging.getLogger(__name__)

SOURCES: dict[str, type[Source]] = {
    source.name: source for source in (BookingSource, MeetingSource)
}
# More rows than that are made by a worker.
MOST_AT_ONCE = 5000
MOST_WAITING = 5


class ClaimLost(Exception):
    """Another worker makes this file by now, or nobody wants it any more."""


def folder() -> Path:
    """Where the files lie: nobody but this product reads there."""
    path = settings.VAR_DIR / "exports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Path(path)


def path_of(export: Export) -> Path:
    return folder() / export.file_name


def is_over(maker: User) -> bool:
    """Whether somebody has asked for as many files as one may wait for."""
    return Export.objects.of(maker).filter(state__in=(Export.WAITING, Export.RUNNING)).count() >= (
        MOST_WAITING
    )


@transaction.atomic(durable=True)
def ask_for(source: Source, *, file_type: str, query: str, maker: User, now: datetime) -> Export:
    """Note that a report is wanted as a file; a worker makes it."""
    return Export.objects.create(
        maker=maker,
        report=source.name,
        file_type=file_type,
        query=query,
        language=source.language,
        with_links=source.with_links,
        rows=source.count(),
        asked_at=now,
    )


def run(*, export_id: int, now: datetime) -> None:
    """Make one file, unless it is made, given up, or another worker is at it.

    May be called at any time and any number of times. What its maker may see is asked anew.
    """
    export = claimed(export_id, now)
    if export is None:
        return
    if not _may_still(export.maker):
        _finish(export, Export.FAILED, error=Export.FORBIDDEN)
        return
    try:
        make(export)
    except ClaimLost:
        logger.info("Export %s is made by another worker, or wanted no more.", export.pk)
    except Exception:  # the top of a worker: what broke is logged, and tried again by the sweep
        logger.exception("Export %s broke.", export.pk)
        _give_back(export)


def _may_still(maker: User) -> bool:
    is_staff = maker.is_active and maker.is_staff
    return is_staff and maker.has_perm(SEE_BOOKINGS) and maker.has_perm(EXPORT_BOOKINGS)


def may_get(export: Export, user: User) -> bool:
    """Whether its maker may still have what stands in the file; the right to export aside."""
    if export.of_all and not user.has_perm(SEE_ALL_BOOKINGS):
        return False
    return not export.with_links or may_take_links(user)


def claimed(export_id: int, now: datetime) -> Export | None:
    claim = uuid.uuid4()
    mine = Export.objects.claimable(now).filter(pk=export_id, attempts__lt=Export.MOST_ATTEMPTS)
    taken = mine.update(
        state=Export.RUNNING,
        claim=claim,
        claimed_until=now + Export.LEASE,
        attempts=F("attempts") + 1,
        rows_done=0,
    )
    return Export.objects.select_related("maker").get(pk=export_id) if taken else None


def make(export: Export) -> None:
    """Write beside the place where the file is to stand, and put it there once it is whole."""
    source = SOURCES[export.report](
        export.maker, export.query, export.language, with_links=export.with_links
    )
    name = f"{export.claim}.{export.file_type}"
    draft = folder() / f"{name}.part"
    write = write_csv if export.file_type == CSV else write_workbook
    try:
        draft.touch(mode=0o600)
        write(draft, source.header, _counted(export, source), source.zone)
        draft.replace(folder() / name)
    finally:
        draft.unlink(missing_ok=True)
    of_all = export.maker.has_perm(SEE_ALL_BOOKINGS)
    if not _finish(export, Export.DONE, file_name=name, of_all=of_all):
        (folder() / name).unlink(missing_ok=True)


def _counted(export: Export, source: Source) -> Iterator[Row]:
    """The rows, and how far it is noted after each batch. Raises ClaimLost."""
    done = 0
    for batch in source.batches():
        yield from batch
        done += len(batch)
        until = timezone.now() + Export.LEASE
        if not _still_ours(export).update(rows_done=done, claimed_until=until):
            raise ClaimLost


def _still_ours(export: Export):
    return Export.objects.filter(pk=export.pk, state=Export.RUNNING, claim=export.claim)


def _finish(
    export: Export, state: str, *, error: str = "", file_name: str = "", of_all: bool = False
) -> bool:
    return bool(
        _still_ours(export).update(
            state=state,
            error=error,
            file_name=file_name,
            of_all=of_all,
            claim=None,
            claimed_until=None,
            finished_at=timezone.now(),
        )
    )


def _give_back(export: Export) -> None:
    if export.attempts >= Export.MOST_ATTEMPTS:
        _finish(export, Export.FAILED, error=Export.BROKEN)
    else:
        _still_ours(export).update(state=Export.WAITING, claim=None, claimed_until=None)


def due(*, now: datetime) -> list[int]:
    """Files that wait, or whose worker was lost; what was lost too often is given up."""
    lost = Export.objects.claimable(now).filter(attempts__gte=Export.MOST_ATTEMPTS)
    lost.update(
        state=Export.FAILED, error=Export.BROKEN, claim=None, claimed_until=None, finished_at=now
    )
    found = Export.objects.claimable(now).order_by("asked_at", "pk")
    return list(found.values_list("pk", flat=True))


def clear_away(*, now: datetime) -> int:
    """Forget what was asked for long enough ago, and remove every file that nobody can get."""
    old = Export.objects.filter(asked_at__lte=now - Export.KEPT).exclude(
        Q(state=Export.RUNNING, claimed_until__gt=now)
    )
    gone, _by_model = old.delete()
    wanted = set(Export.objects.exclude(file_name="").values_list("file_name", flat=True))
    newest = (now - Export.LEASE).timestamp()
    for path in folder().iterdir():
        # What was written to a moment ago may be a worker's that has not said so yet.
        with suppress(FileNotFoundError):
            if path.name not in wanted and path.stat().st_mtime < newest:
                path.unlink()
    return gone
