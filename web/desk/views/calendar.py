"""The calendar: its page, and the feeds of what stands in it and of what lies behind."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from booking import features
from booking.formats import format_date, format_days, format_month, format_zone
from booking.models import Label, Provider, Service, Session
from web.desk.access import CHANGE_BOOKINGS, SEE_BOOKINGS, staff_page, visible_providers
from web.desk.backdrop import Area, areas_of, start_of_work
from web.desk.hand import hand_settings, live_settings
from web.desk.moments import day_in, start_of
from web.desk.month import totals_of
from web.desk.navigation import ONLINE_MEETINGS
from web.desk.pages import desk_page
from web.desk.place import COLUMNS, DAY, LIST, MONTH, SERVICES, STATUSES, VIEWS, Place, range_of
from web.desk.schedule import sessions_between
from web.desk.tiles import Tiles
from web.desk.views.live import newest_event

# Letters as they are, and no spaces: a week of a large company is long.
_COMPACT = {"ensure_ascii": False, "separators": (",", ":")}
_VIEW_COOKIE = "calendar_view"
_MOST_DAYS = 62
_YEAR_SECONDS = 365 * 24 * 60 * 60


@require_safe
@staff_page(SEE_BOOKINGS)
def page(request: HttpRequest) -> HttpResponse:
    """Show a day, a week, a month or a list, as the address says; without a view the last one."""
    today = timezone.localdate()
    place = _place(request, today)
    everybody, services = list(_providers(request, place)), list(_services(place))
    shown = _chosen(everybody, place.filters.providers)
    columns = _chosen(services, place.filters.services) if place.view == SERVICES else shown
    context = {
        **_ways_on(place, today),
        **_filter_choices(place, everybody, services),
        "place": place,
        "heading": _heading(place, request.LANGUAGE_CODE),
        "zone": _zone(request),
        "providers": everybody,
        "shown": shown,
        "column": _column(place, shown),
        "has_classes": features.is_on("classes"),
        "live": live_settings(newest_event(request.user)),
    }
    if place.view == LIST:
        context["days"] = _listed(request, place)
    elif place.view == MONTH:
        context["weeks"] = _weeks(request, place, shown, today)
    else:
        context["settings"] = _settings(request, place, shown, columns)
    answer = desk_page(request, "desk/calendar.html", title=gettext_lazy("Calendar"), **context)
    answer.set_cookie(
        _VIEW_COOKIE, place.view, max_age=_YEAR_SECONDS, path=request.path, samesite="Lax"
    )
    return answer


def _place(request: HttpRequest, today: date) -> Place:
    return Place.from_query(
        request.GET,
        today=today,
        usual_view=request.COOKIES.get(_VIEW_COOKIE, DAY),
        knows_online=features.is_on(ONLINE_MEETINGS),
    )


def _providers(request: HttpRequest, place: Place) -> QuerySet[Provider]:
    """Those who are active, and of a day also those who still have something in it."""
    return _with_something(visible_providers(request.user), place, "provider").in_order()


def _services(place: Place) -> QuerySet[Service]:
    services = _with_something(Service.objects.all(), place, "service").in_order()
    return services if features.is_on("classes") else services.exclude(kind=Service.CLASS)


def _with_something(rows: QuerySet, place: Place, owner: str) -> QuerySet:
    if not place.is_of_one_day:
        return rows.filter(is_active=True)
    there = Session.objects.active().meeting(*place.span).filter(**{owner: OuterRef("pk")})
    return rows.filter(Q(is_active=True) | Exists(there))


def _chosen(rows: list, ids: Sequence[int]) -> list:
    """Those of the rows that a filter leaves; one that knows none of them leaves all."""
    return [row for row in rows if row.pk in ids] or rows


def _column(place: Place, shown: list[Provider]) -> Provider | None:
    """The provider whom a narrow screen shows of a day with several."""
    if place.view != DAY or len(shown) < 2:
        return None
    return next((provider for provider in shown if provider.pk == place.column), shown[0])


def _ways_on(place: Place, today: date) -> dict[str, object]:
    usual = DAY if place.is_of_one_day else place.view
    return {
        "views": [
            {
                "name": name,
                "url": place.seen_as(view).url,
                "key": view[0],
                "is_current": view == usual,
            }
            for view, name in VIEWS.items()
        ],
        "columns": [
            {"name": name, "url": place.seen_as(view).url, "is_current": view == place.view}
            for view, name in COLUMNS.items()
        ],
        "earlier": place.moved(-1).url,
        "later": place.moved(1).url,
        "today": place.on(today).url,
        "is_today": today in place.days,
        "unfiltered": place.unfiltered().url,
        "as_list": place.seen_as(LIST).url,
    }


def _filter_choices(
    place: Place, everybody: list[Provider], services: list[Service]
) -> dict[str, object]:
    return {
        "filters": place.filters,
        "services": services,
        "statuses": STATUSES,
        "status_name": STATUSES[place.filters.status],
        "offers_online": features.is_on(ONLINE_MEETINGS),
        "labels": Label.objects.order_by("position", "name"),
        "coloured": [provider for provider in everybody if provider.colour],
    }


def _heading(place: Place, language: str) -> str:
    if place.is_of_one_day:
        return format_date(start_of(place.day), timezone.get_current_timezone(), language)
    if place.view == MONTH:
        return format_month(place.day, language)
    return format_days(place.days[0], place.days[-1], language)


def _zone(request: HttpRequest) -> str:
    return format_zone(timezone.now(), timezone.get_current_timezone(), request.LANGUAGE_CODE)


def _weeks(
    request: HttpRequest, place: Place, shown: list[Provider], today: date
) -> list[list[dict[str, object]]]:
    """The rows of the month's table."""
    totals = totals_of(request.user, place, shown, now=timezone.now())
    cells = [
        {
            "total": total,
            "starts_at": start_of(total.day),
            "url": place.seen_as(DAY).on(total.day).url,
            "is_today": total.day == today,
            "is_outside": total.day.month != place.day.month,
        }
        for total in totals
    ]
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


def _settings(
    request: HttpRequest, place: Place, shown: list[Provider], columns: list
) -> dict[str, object]:
    """What the script that draws the calendar must know."""
    offset = timezone.localtime().strftime("%z")
    starts = start_of_work(shown, place.days, timezone.now())
    return {
        "view": "resourceTimeGridDay" if place.is_of_one_day else "timeGridWeek",
        "date": place.day.isoformat(),
        "timeZone": f"{offset[:3]}:{offset[3:]}",
        "language": request.LANGUAGE_CODE,
        "starts": f"{starts:%H:%M}:00",
        "feed": f"{reverse('desk:calendar-feed')}?{place.query}",
        "background": f"{reverse('desk:calendar-background')}?{place.query}",
        # What a column stands for, and so what a tile need not say.
        "columns": "service" if place.view == SERVICES else "provider",
        "resources": [{"id": column.pk, "title": column.name} for column in columns],
        "severalProviders": len(shown) > 1,
        "isFiltered": bool(place.filters),
        "hand": hand_settings(request.user),
        "words": {
            "online": _("Online meeting"),
            "noLink": _("No link at present"),
            "failed": _("The calendar could not be loaded. Please reload the page."),
        },
    }


def _listed(request: HttpRequest, place: Place) -> list[dict[str, object]]:
    days = groupby(_tiles(request, place, place.days), key=lambda tile: str(tile["start"])[:10])
    return [
        {"starts_at": start_of(date.fromisoformat(day)), "tiles": list(tiles)}
        for day, tiles in days
    ]


@require_safe
@staff_page(SEE_BOOKINGS)
def feed(request: HttpRequest) -> JsonResponse:
    """The sessions of the calendar's range as EventCalendar reads them.

    ``start`` and ``end`` are the dates on show, the end not included; times in the
    answer are the company's wall times without an offset.
    """
    place = _place(request, timezone.localdate())
    return _json(_tiles(request, place, _days(request, place)))


@require_safe
@staff_page(SEE_BOOKINGS)
def background(request: HttpRequest) -> JsonResponse:
    """What lies behind the sessions, in the same way: closed hours and time off."""
    place = _place(request, timezone.localdate())
    shown = _chosen(list(_providers(request, place)), place.filters.providers)
    columns = [] if place.view != SERVICES else [service.pk for service in _services(place)]
    areas = areas_of(shown, _days(request, place), has_columns=place.view == DAY)
    return _json([_drawn(area, columns or [provider.pk for provider in shown]) for area in areas])


def _days(request: HttpRequest, place: Place) -> list[date]:
    """The days that are asked for; where that makes no sense, those on show."""
    first, end = (day_in(request.GET.get(name, "")[:10]) for name in ("start", "end"))
    if not (first and end and first < end):
        return place.days
    count = min((end - first).days, _MOST_DAYS)
    return [first + timedelta(days=step) for step in range(count)]


def _tiles(request: HttpRequest, place: Place, days: list[date]) -> list[dict[str, object]]:
    now = timezone.now()
    sessions = sessions_between(request.user, *range_of(days), place.filters, now=now)
    tiles = Tiles(
        shows_online=features.is_on(ONLINE_MEETINGS),
        may_move=request.user.has_perm(CHANGE_BOOKINGS),
        now=now,
        by_service=place.view == SERVICES,
    )
    return [tiles.tile(session) for session in sessions]


def _drawn(area: Area, columns: list[int]) -> dict[str, object]:
    """An area as an event of the background; which columns matters only where there are any."""
    return {
        "start": area.starts.isoformat()[:19],
        "end": area.ends.isoformat()[:19],
        "display": "background",
        "title": area.text,
        "className": "z-closed" if area.is_closed else "z-off",
        "resourceIds": columns if area.provider_id is None else [area.provider_id],
    }


def _json(events: list[dict[str, object]]) -> JsonResponse:
    return JsonResponse(events, safe=False, json_dumps_params=_COMPACT)
