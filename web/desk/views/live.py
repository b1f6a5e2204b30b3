"""How the calendar's pages hear of news: a number that rises whenever something has happened."""

from datetime import timedelta

from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from booking.models import Event, User
from web.desk.access import SEE_ALL_BOOKINGS, SEE_BOOKINGS, staff_page, visible_providers

# Long enough for a page that asks every few seconds, short enough to read in no time.
LOOKS_BACK = timedelta(hours=1)
_NEW = (Event.BOOKED, Event.REQUESTED)


@require_safe
@staff_page(SEE_BOOKINGS)
def pulse(request: HttpRequest) -> JsonResponse:
    """The newest event that the person may know of; after ``since`` also how many booked."""
    newest = newest_event(request.user)
    since = request.GET.get("since", "")
    if not (since.isdecimal() and len(since) < 16 and int(since) < newest):
        return JsonResponse({"newest": newest})
    return JsonResponse({"newest": newest, "said": _said(request.user, int(since))})


def newest_event(user: User) -> int:
    """The number of the last thing that happened in a calendar that ``user`` sees, else 0."""
    return _events(user).aggregate(newest=Max("pk"))["newest"] or 0


def _said(user: User, since: int) -> str:
    """Such as *2 new bookings*, not counting one's own; nothing where there is none."""
    made = _events(user).filter(pk__gt=since, kind__in=_NEW)
    number = made.exclude(actor=user).count()
    if not number:
        return ""
    return ngettext("%(n)d new booking", "%(n)d new bookings", number) % {"n": number}


def _events(user: User) -> QuerySet[Event]:
    """Of sessions on show to ``user``, or that were so before somebody else got them."""
    recent = Event.objects.filter(
        occurred_at__gt=timezone.now() - LOOKS_BACK, session__isnull=False
    )
    if user.has_perm(SEE_ALL_BOOKINGS):
        return recent
    own = list(visible_providers(user).values_list("pk", flat=True))
    return recent.filter(Q(session__provider__in=own) | Q(details__was__provider__in=own))
