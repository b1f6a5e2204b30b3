"""With whom: the choice among a service's providers, as links that keep all else."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from booking.models import Provider
from web.site.picker import carried_by

# What the visitor looks at stays, whoever is chosen.
KEPT = ("day", "month")


@dataclass(frozen=True)
class Whom:
    """One provider, None for any; ``url`` chooses them."""

    provider: Provider | None
    url: str
    is_chosen: bool


def choices(providers: Sequence[Provider], chosen: Provider | None, query: QueryDict) -> list[Whom]:
    """Whom a visitor can choose; nobody where there is no choice."""
    if len(providers) < 2:
        return []
    kept = {name: query[name] for name in KEPT if query.get(name)}
    carried = {**carried_by(query), **kept}
    return [Whom(each, _address(carried, each), each == chosen) for each in (None, *providers)]


def _address(carried: dict[str, str], provider: Provider | None) -> str:
    others = {name: value for name, value in carried.items() if name != "provider"}
    if provider is None:
        return "?" + urlencode(others)
    return "?" + urlencode({"provider": provider.pk, **others})
