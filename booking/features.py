"""Which features there are, what they need, and which are on."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Exists, Q
from django.utils.functional import Promise

from booking import memory

_SWITCHES = "features"
# Named here, since the answers about free places depend on it.
WAITING_LIST = "waiting-list"


@dataclass(frozen=True)
class FeatureSpec:
    """A feature as declared by the app that has it, at start-up."""

    key: str
    name: str | Promise
    description: str | Promise
    requires: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    default: bool = False
    settings_url_name: str = ""


_specs: dict[str, FeatureSpec] = {}


def register(spec: FeatureSpec) -> None:
    """Declare a feature; called from ``AppConfig.ready``."""
    _specs[spec.key] = spec


def all_specs() -> list[FeatureSpec]:
    return list(_specs.values())


def spec_of(key: str) -> FeatureSpec:
    """Return the declaration of ``key``; KeyError when nobody declared it."""
    return _specs[key]


def is_on(key: str) -> bool:
    """Tell whether a feature is on, reading the switches once per request."""
    return memory.recall(_SWITCHES, _read)[key]


def condition(key: str) -> Q:
    """Whether a feature is on, for a query that asks it along with something else."""
    stored = apps.get_model("booking", "Feature").objects.filter(key=key)
    if _specs[key].default:
        return ~Q(Exists(stored.filter(is_enabled=False)))
    return Q(Exists(stored.filter(is_enabled=True)))


def were_read_along(stored: Mapping[str, bool]) -> None:
    """Remember all stored switches, read in a query for something else, for this request."""
    memory.keep(_SWITCHES, _completed(stored))


def forget() -> None:
    """Read the switches anew for the rest of this request, after one was changed."""
    memory.forget(_SWITCHES)


def _read() -> dict[str, bool]:
    # Looked up by name: apps declare features before their models are loaded.
    rows = apps.get_model("booking", "Feature").objects.values_list("key", "is_enabled")
    return _completed(dict(rows))


def _completed(stored: Mapping[str, bool]) -> dict[str, bool]:
    return {key: stored.get(key, spec.default) for key, spec in _specs.items()}
