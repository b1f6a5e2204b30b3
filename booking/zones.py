"""Which names of time zones there are. Pure."""

from functools import lru_cache
from zoneinfo import available_timezones


def is_zone(name: str) -> bool:
    """Whether ``name`` is in the IANA time zone database."""
    return name in known_zones()


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """Every name in the IANA time zone database; reading them from the disk takes a while."""
    return frozenset(available_timezones())
