"""Several records of one person become one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from booking import events
from booking.actions.locks import lock_what_clients_have
from booking.actions.transactions import in_one_transaction
from booking.actions.waiting import leave_for_good
from booking.errors import MergeRefused, WrongValue
from booking.models import Booking, Client, Event, User, WaitingEntry

# What the record that is kept takes over where it has none of its own.
FILLED = ("email", "phone", "timezone", "language", "user")


@in_one_transaction
def merge_clients(
    *, kept_id: int, other_ids: Collection[int], now: datetime, actor: User
) -> Client:
    """Give the record that is kept all that belongs to the others, and remove these.

    Bookings and places on waiting lists move as they are, two in the same session stay two;
    but nobody waits twice for one session: the first place counts. What the kept record
    lacks is filled in from the others, those added first before the rest. Records
    CLIENTS_MERGED while the others still stand, so that listeners can see to their own.

    Raises WrongValue for ids that are no other records, MergeRefused (texts fit for people)
    where one was erased, they sign in as different users, or the result would be like a third
    record.
    """
    ids = {kept_id, *other_ids}
    if kept_id in other_ids or not other_ids:
        raise WrongValue("other_ids")
    lock_what_clients_have(ids, now=now)
    # Not merely its key: whoever books as one of these now finds the kept one afterwards.
    rows = {row.pk: row for row in Client.objects.select_for_update().filter(pk__in=ids)}
    if len(rows) < len(ids):
        raise WrongValue("kept_id" if kept_id not in rows else "other_ids")
    kept, others = rows[kept_id], [rows[pk] for pk in sorted(rows) if pk != kept_id]
    _require_one_person(kept, others)
    _leave_doubles(ids, now=now, actor=actor)
    for model in (Booking, WaitingEntry):
        model.objects.filter(client__in=others).update(client=kept)
    events.record(
        Event.CLIENTS_MERGED,
        now=now,
        actor=actor,
        kept={"id": kept.pk, "name": kept.name},
        others=[{"id": other.pk, "name": other.name} for other in others],
    )
    Client.objects.filter(pk__in=[other.pk for other in others]).delete()
    kept.save(update_fields=_fill(kept, others))
    return kept


def _require_one_person(kept: Client, others: Sequence[Client]) -> None:
    if any(row.erased_at for row in (kept, *others)):
        raise MergeRefused(_("The data of one of these clients is erased."))
    users = {row.user_id for row in (kept, *others)} - {None}
    if len(users) > 1:
        raise MergeRefused(_("These clients sign in with different addresses."))
    email = kept.email or next((other.email for other in others if other.email), "")
    same = Client.objects.filter(email__iexact=email, name__iexact=kept.name)
    third = same.exclude(pk__in=[row.pk for row in (kept, *others)])
    if email and third.exists():
        raise MergeRefused(_("Another client has this name and address. Merge that one, too."))


def _leave_doubles(ids: Collection[int], *, now: datetime, actor: User) -> None:
    waiting = WaitingEntry.objects.waiting().filter(client__in=ids)
    entries = waiting.select_related("session", "client").order_by("session", "created_at", "pk")
    for _session, of_session in groupby(entries, key=lambda entry: entry.session_id):
        for double in list(of_session)[1:]:
            leave_for_good(double, now=now, actor=actor)


def _fill(kept: Client, others: Sequence[Client]) -> list[str]:
    """Fill in what is missing, and return the names of the fields."""
    filled = []
    for name in FILLED:
        found = next((value for row in others if (value := getattr(row, name))), None)
        if not getattr(kept, name) and found:
            setattr(kept, name, found)
            filled.append(name)
    return filled
