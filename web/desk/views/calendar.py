"""The calendar: its page, and the feed of what stands in it."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from booking import features
from booking.formats import format_date, format_zone
from booking.models import Service
from web.desk.access import ADD_BOOKINGS, SEE_BOOKINGS, staff_page, visible_providers
from web.desk.moments import day_in, start_of
from web.desk.navigation import ONLINE_MEETINGS
from web.desk.pages import desk_page
from web.desk.schedule import DAY, LIST, VIEWS, Place, range_of, sessions_between
from web.desk.tiles import Tiles

# Letters as they are, and no spaces: a month of a large company is long.
_COMPACT = {"ensure_ascii": False, "separators": (",", ":")}


@require_safe
@staff_page(SEE_BOOKINGS)
def page(request: HttpRequest) -> HttpResponse:
    """Show a day, a week or a list, as the address says."""
    today = timezone.localdate()
    place = Place.from_query(request.GET, today=today)
    providers = list(visible_providers(request.user).active().in_order())
    context = {
        "place": place,
        "heading": _heading(place, request.LANGUAGE_CODE),
        "zone": format_zone(timezone.now(), timezone.get_current_timezone(), request.LANGUAGE_CODE),
        "views": [
            {"name": name, "url": place.seen_as(view).url, "is_current": view == place.view}
            for view, name in VIEWS.items()
        ],
        "earlier": place.moved(-1).url,
        "later": place.moved(1).url,
        "today": place.on(today).url,
        "is_today": today in place.days,
        "services": _services(),
        "providers": providers,
        "settings": _settings(request, place, providers),
        "has_classes": features.is_on("classes"),
    }
    if place.view == LIST:
        context["days"] = _listed(request, place)
    return desk_page(request, "desk/calendar.html", title=gettext_lazy("Calendar"), **context)


def _services():
    services = Service.objects.active().in_order()
    return services if features.is_on("classes") else services.exclude(kind=Service.CLASS)


def _heading(place: Place, language: str) -> str:
    zone = timezone.get_current_timezone()
    first, last = start_of(place.days[0]), start_of(place.days[-1])
    if place.view == DAY:
        return format_date(first, zone, language)
    start = format_date(first, zone, language, short=True)
    return f"{start} – {format_date(last, zone, language, short=True)} {last.year}"


def _settings(request: HttpRequest, place: Place, providers) -> dict[str, object]:
    """What the script that draws the calendar must know."""
    offset = timezone.localtime().strftime("%z")
    return {
        "view": "resourceTimeGridDay" if place.view == DAY else "timeGridWeek",
        "date": place.day.isoformat(),
        "timeZone": f"{offset[:3]}:{offset[3:]}",
        "language": request.LANGUAGE_CODE,
        "feed": f"{reverse('desk:calendar-feed')}?{place.url.partition('?')[2]}",
        "resources": [{"id": provider.pk, "title": provider.name} for provider in providers],
        "create": reverse("desk:booking-new") if request.user.has_perm(ADD_BOOKINGS) else "",
        "words": {
            "online": _("Online meeting"),
            "noLink": _("No link at present"),
            "failed": _("The calendar could not be loaded. Please reload the page."),
        },
    }


def _listed(request: HttpRequest, place: Place) -> list[dict[str, object]]:
    from_at, until_at = range_of(place.days)
    now = timezone.now()
    sessions = sessions_between(request.user, from_at, until_at, place.service_ids, now=now)
    tiles = Tiles(shows_online=features.is_on(ONLINE_MEETINGS), now=now)
    days = groupby(sessions, key=lambda session: timezone.localtime(session.starts_at).date())
    return [
        {
            "starts_at": start_of(day),
            "tiles": [tiles.tile(session) for session in found],
        }
        for day, found in days
    ]


@require_safe
@staff_page(SEE_BOOKINGS)
def feed(request: HttpRequest) -> JsonResponse:
    """The sessions of the calendar's range as EventCalendar reads them.

    ``start`` and ``end`` are the dates on show, the end not included; times in the
    answer are the company's wall times without an offset.
    """
    place = Place.from_query(request.GET, today=timezone.localdate())
    first, end = (day_in(request.GET.get(name, "")[:10]) for name in ("start", "end"))
    from_at, until_at = range_of(place.days)
    if first and end and first < end:
        from_at, until_at = start_of(first), start_of(end)
    now = timezone.now()
    sessions = sessions_between(request.user, from_at, until_at, place.service_ids, now=now)
    tiles = Tiles(shows_online=features.is_on(ONLINE_MEETINGS), now=now)
    return JsonResponse([tiles.tile(s) for s in sessions], safe=False, json_dumps_params=_COMPACT)
