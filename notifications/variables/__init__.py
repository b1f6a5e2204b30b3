"""The registry of [placeholders]: what each means, where it may stand, what it becomes."""

from django.utils.translation import override

from booking import features
from booking.models import Company
from notifications.kinds import Channel
from notifications.render import Value
from notifications.variables.facts import Facts, Variable
from notifications.variables.registry import VARIABLES

__all__ = [
    "ALL_NAMES",
    "Facts",
    "Variable",
    "allowed_for",
    "names_for",
    "offered_for",
    "samples_for",
    "values_of",
]

ALL_NAMES = frozenset(name for variable in VARIABLES for name in variable.names)
_OF_COMPANY = ("company_name", "company_email", "company_phone", "company_address")


def allowed_for(audience: str, channel: str) -> list[Variable]:
    """The variables that may stand in such messages, in the order of the registry."""
    return [variable for variable in VARIABLES if variable.may_stand(audience, channel)]


def offered_for(audience: str, channel: str) -> list[Variable]:
    """Those of the allowed that have something to tell, by the features that are on."""
    return [
        variable
        for variable in allowed_for(audience, channel)
        if not variable.feature or features.is_on(variable.feature)
    ]


def names_for(audience: str, channel: str) -> set[str]:
    """Names and other names of what may stand in such messages."""
    return {name for variable in allowed_for(audience, channel) for name in variable.names}


def values_of(facts: Facts, audience: str) -> dict[str, Value]:
    """What every known name becomes; a name this audience must not see becomes nothing."""
    values = _nothing()
    for variable in VARIABLES:
        if audience in variable.audiences:
            value = _value(variable, str(variable.value(facts) or ""))
            values.update(dict.fromkeys(variable.names, value))
    return values


def samples_for(
    audience: str, channel: str, language: str, company: Company | None = None
) -> dict[str, Value]:
    """What every known name becomes where there is no booking to speak of.

    What is known of the company itself needs no sample.
    """
    values = _nothing()
    with override(language):
        for variable in offered_for(audience, channel):
            is_short = channel == Channel.SMS and variable.short_sample
            sample = variable.short_sample if is_short else variable.sample
            values.update(dict.fromkeys(variable.names, _value(variable, str(sample))))
    if company is not None:
        for name in _OF_COMPANY:
            values[name] = Value(str(getattr(company, name.removeprefix("company_")) or ""))
    return values


def _value(variable: Variable, text: str) -> Value:
    """A place is sometimes a link and sometimes the name of a street."""
    return Value(text, is_link=variable.is_link and text.startswith("http"))


def _nothing() -> dict[str, Value]:
    return {name: Value("") for name in ALL_NAMES}
