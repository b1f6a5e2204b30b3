"""Form fields that several of the admin's pages share."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Field
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminColorInputWidget,
    UnfoldAdminSelect2Widget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
)

from booking.zones import known_zones
from web.desk.moments import moment_in_company_time

TEXTS = {"description": 4, "booked_text": 4, "policy": 10}  # lines to begin with


class ChoicesMixin:
    """Offers zones and languages as lists, and colours as a picker."""

    def formfield_for_dbfield(self, db_field: Field, request, **kwargs):
        if db_field.name == "timezone":
            return _choice(db_field, timezone_choices(), UnfoldAdminSelect2Widget)
        if db_field.name == "language":
            return _choice(db_field, settings.LANGUAGES, UnfoldAdminSelectWidget)
        if db_field.name in TEXTS:
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": TEXTS[db_field.name]})
        if db_field.name in ("colour", "site_colour"):
            kwargs["widget"] = UnfoldAdminColorInputWidget
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class ClockInput(forms.TimeInput):
    """The browser's own field for hours and minutes of wall time."""

    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs={"class": " ".join(INPUT_CLASSES), **(attrs or {})}, format="%H:%M")


class MomentField(forms.SplitDateTimeField):
    """A date and a wall time of the company's; of a time that comes twice, the first.

    With ``is_end`` it is the second, so that what lasts until then is whole.
    """

    widget = UnfoldAdminSplitDateTimeWidget

    def __init__(self, *, is_end: bool = False, **kwargs):
        self.fold = int(is_end)
        super().__init__(**kwargs)

    def compress(self, data_list):
        if not data_list or any(part in self.empty_values for part in data_list):
            return super().compress(data_list)
        day, wall_time = data_list
        try:
            return moment_in_company_time(day, wall_time, fold=self.fold)
        except OverflowError:
            far = _("Choose a date within ten years from today.")
            raise ValidationError(far, code="too_far_off") from None


WALL_TIMES = {models.TimeField: {"widget": ClockInput}}


def timezone_choices() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(known_zones())]


def _choice(db_field: Field, choices, widget) -> forms.ChoiceField:
    empty = [("", _("As the company"))] if db_field.blank else []
    return forms.ChoiceField(
        label=capfirst(db_field.verbose_name),
        choices=[*empty, *choices],
        required=not db_field.blank,
        help_text=db_field.help_text,
        widget=widget,
    )
