"""In which zone a visitor sees times: the one they chose, their browser's, the company's."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from booking.zones import is_zone, known_zones

COOKIE = "timezone"
# Names kept in the database for old programs; people look for a city.
_NOT_PLACES = ("Etc/", "SystemV/", "posix/", "right/", "US/", "Canada/", "Brazil/", "Mexico/")

# Browsers name some zones as they were called before; people look for today's name.
_RENAMED = {
    "Africa/Asmera": "Africa/Asmara",
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "America/Godthab": "America/Nuuk",
    "America/Indianapolis": "America/Indiana/Indianapolis",
    "America/Louisville": "America/Kentucky/Louisville",
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Rangoon": "Asia/Yangon",
    "Asia/Saigon": "Asia/Ho_Chi_Minh",
    "Atlantic/Faeroe": "Atlantic/Faroe",
    "Europe/Kiev": "Europe/Kyiv",
    "Pacific/Enderbury": "Pacific/Kanton",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
}


def zone_of(request: HttpRequest, fallback: ZoneInfo) -> ZoneInfo:
    """Return the zone named in the query, else in the cookie, else ``fallback``.

    A name that is not in the IANA database counts as none.
    """
    for name in (request.GET.get("zone"), request.COOKIES.get(COOKIE)):
        if name and is_zone(name):
            return ZoneInfo(_RENAMED.get(name, name))
    return fallback


@lru_cache(maxsize=1)
def choices() -> tuple[str, ...]:
    """The zones to choose from, by name: those named after a place, and UTC."""
    names = known_zones() - _RENAMED.keys()
    places = (name for name in names if "/" in name and not name.startswith(_NOT_PLACES))
    return (*sorted(places), "UTC")


def show_different_times(some: ZoneInfo, other: ZoneInfo, moment: datetime) -> bool:
    """Whether clocks in two zones differ at an aware moment."""
    return moment.astimezone(some).utcoffset() != moment.astimezone(other).utcoffset()
