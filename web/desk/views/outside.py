"""Manage > Outside the rules: what was booked at a time that is no longer offered."""

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from booking.availability import OutsideRules, outside_rules
from booking.errors import OUTSIDE_TEXTS
from booking.models import Booking, Session, User
from web.desk.access import SEE_ALL_BOOKINGS, SEE_BOOKINGS, staff_page, visible_providers
from web.desk.pages import desk_page

ROWS_A_PAGE = 50
ROSTER = Prefetch(
    "bookings",
    Booking.objects.taking_seats().select_related("client").order_by("created_at", "pk"),
    to_attr="roster",
)


@require_safe
@staff_page(SEE_BOOKINGS)
def overview(request: HttpRequest) -> HttpResponse:
    """Future sessions, soonest first, each with why today's rules would not offer it."""
    found = _visible(request.user, outside_rules(now=timezone.now()))
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return desk_page(
        request,
        "desk/outside_rules.html",
        title=_("Outside the rules"),
        page=page,
        rows=_rows(page.object_list),
    )


def _visible(user: User, found: list[OutsideRules]) -> list[OutsideRules]:
    if user.has_perm(SEE_ALL_BOOKINGS):
        return found
    own = set(visible_providers(user).values_list("pk", flat=True))
    return [outside for outside in found if outside.session.provider_id in own]


def _rows(found: Sequence[OutsideRules]) -> list[tuple[Session, list[Booking], list[str]]]:
    """Each session with its bookings and the reasons in words."""
    prefetch_related_objects([outside.session for outside in found], ROSTER)
    return [
        (session, session.roster, [str(OUTSIDE_TEXTS[reason]) for reason in reasons])
        for session, reasons in found
    ]
