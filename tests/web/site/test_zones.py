"""In which zone a visitor sees times."""

from zoneinfo import ZoneInfo

import pytest

from web.site import zones

KYIV = ZoneInfo("Europe/Kyiv")


@pytest.mark.parametrize(
    ("query", "cookie", "expected"),
    [
        ("", "", "Europe/Kyiv"),
        ("", "Asia/Tokyo", "Asia/Tokyo"),
        ("America/Lima", "Asia/Tokyo", "America/Lima"),
        ("Moon/Base", "Asia/Tokyo", "Asia/Tokyo"),
        ("Moon/Base", "../../etc/passwd", "Europe/Kyiv"),
        ("", "Asia/Calcutta", "Asia/Kolkata"),
    ],
)
def test_zone_is_the_first_real_one_named(rf, query, cookie, expected):
    request = rf.get("/", {"zone": query})
    request.COOKIES["timezone"] = cookie

    assert zones.zone_of(request, KYIV).key == expected


def test_choices_are_places_under_todays_names():
    offered = zones.choices()

    assert "Europe/Kyiv" in offered
    assert "Europe/Kiev" not in offered
    assert not [name for name in offered if name.startswith(("Etc/", "US/"))]
    assert offered[-1] == "UTC"


def test_every_new_name_of_a_zone_is_known():
    assert all(zones.is_zone(name) for name in zones._RENAMED.values())
