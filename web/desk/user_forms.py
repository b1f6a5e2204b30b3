"""The form of a user: roles, and what they may do beside them."""

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from unfold.forms import UserChangeForm, UserCreationForm

from booking.models import User
from web.abilities import GROUPS
from web.desk.standing import (
    OWNER,
    grantable_abilities,
    held_by_name,
    held_by_roles,
    is_last_owner,
    rows_of,
)


class NewUserForm(UserCreationForm):
    class Meta:
        model = User
        fields = ["email", "name"]


class AbilitiesWidget(forms.CheckboxSelectMultiple):
    """Check boxes in groups; what the roles give stands ticked and cannot be unticked here."""

    template_name = "desk/widgets/abilities.html"
    by_role: frozenset[str] = frozenset()

    class Media:
        css = {"all": ["desk/css/people.css"]}

    def _render(self, template_name, context, renderer=None):
        return render_to_string(template_name, context)  # the product's own, not the forms' engine

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        option["is_by_role"] = value in self.by_role
        return option


class UserForm(UserChangeForm):
    """Refuses to leave the company without an owner who can sign in.

    ``acting`` is whoever saves it: only what they have themselves is offered.
    """

    acting: User
    abilities = forms.MultipleChoiceField(
        label=_("Beside their roles"), required=False, widget=AbilitiesWidget
    )

    class Meta:
        model = User
        fields = ["email", "name", "password", "is_staff", "is_active", "groups"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "abilities" not in self.fields:
            return
        self.offered = {ability.key: ability for ability in grantable_abilities(self.acting)}
        by_role, by_name = held_by_roles(self.instance), held_by_name(self.instance)
        field = self.fields["abilities"]
        field.choices = self._choices()
        field.widget.by_role = frozenset(
            key for key, ability in self.offered.items() if ability.is_within(by_role)
        )
        self.initial["abilities"] = [
            key for key, ability in self.offered.items() if ability.is_within(by_name)
        ]

    def _choices(self) -> list:
        groups = [
            (title, [(one.key, one.name) for one in listed if one.key in self.offered])
            for title, listed in GROUPS
        ]
        return [(title, choices) for title, choices in groups if choices]

    def clean(self):
        cleaned = super().clean()
        roles = cleaned.get("groups") or []
        stays = cleaned.get("is_active") and cleaned.get("is_staff")
        stays = stays and any(group.name == OWNER for group in roles)
        if not stays and is_last_owner(self.instance):
            raise ValidationError(
                _("This is the last owner who can sign in. Make somebody else an owner first."),
                code="last_owner",
            )
        return cleaned

    def save_abilities(self) -> None:
        """Keep what was ticked, and whatever was not on offer."""
        offered = {name for one in self.offered.values() for name in one.permissions}
        kept = held_by_name(self.instance) - offered
        chosen = (self.offered[key].permissions for key in self.cleaned_data["abilities"])
        self.instance.user_permissions.set(rows_of(kept.union(*chosen)))
