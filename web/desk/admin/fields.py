"""Form fields that several of the admin's pages share."""

from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.db.models import Field
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminColorInputWidget,
    UnfoldAdminSelect2Widget,
    UnfoldAdminSelectWidget,
)


class ChoicesMixin:
    """Offers zones and languages as lists, and colours as a picker."""

    def formfield_for_dbfield(self, db_field: Field, request, **kwargs):
        if db_field.name == "timezone":
            return _choice(db_field, timezone_choices(), UnfoldAdminSelect2Widget)
        if db_field.name == "language":
            return _choice(db_field, settings.LANGUAGES, UnfoldAdminSelectWidget)
        if db_field.name == "colour":
            kwargs["widget"] = UnfoldAdminColorInputWidget
        return super().formfield_for_dbfield(db_field, request, **kwargs)


def timezone_choices() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones())]


def _choice(db_field: Field, choices, widget) -> forms.ChoiceField:
    empty = [("", _("As the company"))] if db_field.blank else []
    return forms.ChoiceField(
        label=db_field.verbose_name,
        choices=[*empty, *choices],
        required=not db_field.blank,
        help_text=db_field.help_text,
        widget=widget,
    )
