"""Switching features on and off."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from booking import events, features
from booking.actions.transactions import in_one_transaction
from booking.errors import FeatureRefused
from booking.models import Event, Feature, User


@in_one_transaction
def set_feature(*, key: str, on: bool, now: datetime, actor: User | None = None) -> None:
    """Switch a feature; nothing that belongs to it is deleted when it goes off.

    Raises KeyError for an undeclared key, FeatureRefused for a missing requirement, a
    clash with a feature that is on, or a feature that others still need. Where it
    stands already nothing happens.
    """
    spec = features.spec_of(key)
    _lock_switches()
    if features.is_on(key) == on:
        return
    if on:
        _refuse_clashes(spec)
    else:
        _refuse_while_needed(spec)
    Feature.objects.filter(key=key).update(is_enabled=on)
    features.forget()
    kind = Event.FEATURE_ENABLED if on else Event.FEATURE_DISABLED
    events.record(kind, now=now, actor=actor, feature=key)


def _lock_switches() -> None:
    """Let one change of features follow another: they decide about each other.

    Writes the switches nobody touched yet, since only rows can be locked.
    """
    untouched = [Feature(key=s.key, is_enabled=s.default) for s in features.all_specs()]
    Feature.objects.bulk_create(untouched, ignore_conflicts=True)
    list(Feature.objects.select_for_update(no_key=True).order_by("key"))
    features.forget()


def _refuse_clashes(spec: features.FeatureSpec) -> None:
    missing = [features.spec_of(key).name for key in spec.requires if not features.is_on(key)]
    if missing:
        raise FeatureRefused(
            _("Enable %(others)s first: %(feature)s needs it.")
            % {"others": _listed(missing), "feature": spec.name}
        )
    clashing = [
        other.name
        for other in features.all_specs()
        if (other.key in spec.conflicts or spec.key in other.conflicts)
        and features.is_on(other.key)
    ]
    if clashing:
        raise FeatureRefused(
            _("%(feature)s cannot be used together with %(others)s. Disable that first.")
            % {"others": _listed(clashing), "feature": spec.name}
        )


def _refuse_while_needed(spec: features.FeatureSpec) -> None:
    needing = [
        other.name
        for other in features.all_specs()
        if spec.key in other.requires and features.is_on(other.key)
    ]
    if needing:
        raise FeatureRefused(
            _("%(others)s needs %(feature)s. Disable that first.")
            % {"others": _listed(needing), "feature": spec.name}
        )


def _listed(names: Iterable[str | Promise]) -> str:
    return ", ".join(str(name) for name in names)
