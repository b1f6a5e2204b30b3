"""Which features there are, what they need, and which are on."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.apps import apps
from django.utils.functional import Promise


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
_remembered: ContextVar[dict[str, bool] | None] = ContextVar("features", default=None)


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
    switches = _remembered.get()
    if switches is None:
        switches = _read()
    elif not switches:
        switches.update(_read())
    return switches[key]


@contextmanager
def remembered() -> Iterator[None]:
    """Read the switches at most once for everything inside, such as one request."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def forget() -> None:
    """Read the switches anew for the rest of this request, after one was changed."""
    switches = _remembered.get()
    if switches is not None:
        switches.clear()


def _read() -> dict[str, bool]:
    # Looked up by name: apps declare features before their models are loaded.
    rows = apps.get_model("booking", "Feature").objects.values_list("key", "is_enabled")
    stored = dict(rows)
    return {key: stored.get(key, spec.default) for key, spec in _specs.items()}
