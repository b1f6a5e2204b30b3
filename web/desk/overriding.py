"""Booking outside the rules: who may, and where nothing but a rule stands in the way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from booking.errors import BookingError, SlotNotOffered, SlotTaken
from booking.models import Provider, Session
from web.desk.access import OVERRIDE_RULES

# The name of the button that goes on regardless; its value is the start it was offered for.
BUTTON = "override"


@dataclass(frozen=True)
class WayOut:
    """What the form says beside a refusal. ``start`` is empty where nothing can be overridden."""

    start: str
    note: str


def is_overriding(request: HttpRequest, starts_at: datetime) -> bool:
    """Whether the button was pressed, for this very start.

    Raises PermissionDenied for a person who may not override.
    """
    if BUTTON not in request.POST:
        return False
    if not request.user.has_perm(OVERRIDE_RULES):
        raise PermissionDenied
    return request.POST[BUTTON] == starts_at.isoformat()


def way_out(
    request: HttpRequest,
    refusal: BookingError,
    *,
    starts_at: datetime,
    ends_at: datetime,
    providers: Iterable[Provider],
    now: datetime,
    moved: Session | None = None,
) -> WayOut | None:
    """Offer to go on regardless of a rule, or say that a session is in the way.

    ``providers`` are those asked for; ``moved`` is the session that is to go there. None
    for people who may not override, for other refusals, and after the button was pressed.
    """
    if not isinstance(refusal, SlotNotOffered | SlotTaken) or not _may_go_on(request, starts_at):
        return None
    ids = {provider.pk for provider in providers}
    taken = Session.objects.taking_time(now).filter(provider__in=ids)
    taken = taken.exclude(pk=moved.pk) if moved else taken
    if ids == set(taken.occupying(starts_at, ends_at).values_list("provider_id", flat=True)):
        return WayOut("", _("Another session stands there. Two sessions never overlap."))
    note = ""
    if isinstance(refusal, SlotTaken):
        note = _("Only the time kept free before or after it is taken.")
    return WayOut(starts_at.isoformat(), note)


def way_into(request: HttpRequest, refusal: BookingError, session: Session) -> WayOut | None:
    """The same for places in a class session, which stands in nobody's way."""
    if not isinstance(refusal, SlotNotOffered) or not _may_go_on(request, session.starts_at):
        return None
    return WayOut(session.starts_at.isoformat(), "")


def _may_go_on(request: HttpRequest, starts_at: datetime) -> bool:
    return request.user.has_perm(OVERRIDE_RULES) and not is_overriding(request, starts_at)
