"""Switching features on and off."""

from datetime import datetime

from django.utils.translation import gettext as _

from booking import events, features
from booking.actions.transactions import in_one_transaction
from booking.errors import FeatureRefused
from booking.models import Event, Feature, User


@in_one_transaction
def set_feature(*, key: str, on: bool, now: datetime, actor: User | None = None) -> None:
    """Switch a feature; nothing that belongs to it is deleted when it goes off.

    Raises KeyError for an undeclared key, FeatureRefused for a missing requirement, a
    clash with a feature that is on, or a feature that others still need.
    """
    spec = features.spec_of(key)
    if on:
        _refuse_clashes(spec)
    else:
        _refuse_while_needed(spec)
    Feature.objects.update_or_create(key=key, defaults={"is_enabled": on})
    features.forget()
    kind = Event.FEATURE_ENABLED if on else Event.FEATURE_DISABLED
    events.record(kind, now=now, actor=actor, feature=key)


def _refuse_clashes(spec: features.FeatureSpec) -> None:
    missing = [features.spec_of(key).name for key in spec.requires if not features.is_on(key)]
    if missing:
        raise FeatureRefused(
            _("Enable %(others)s first: %(feature)s needs it.")
            % {"others": _listed(missing), "feature": spec.name}
        )
    clashing = [features.spec_of(key).name for key in spec.conflicts if features.is_on(key)]
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


def _listed(names) -> str:
    return ", ".join(str(name) for name in names)
