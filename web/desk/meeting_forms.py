"""One row of *Providers for meetings*."""

from django import forms
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminURLInputWidget

from booking.models import Provider
from zoomlink.actions import Collision
from zoomlink.models import ProviderMeeting, ZoomUser


class EngineSelect(UnfoldAdminSelectWidget):
    """Shows *Zoom* greyed out where it cannot be chosen."""

    is_zoom_open = True

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        if value == ProviderMeeting.ZOOM and not self.is_zoom_open:
            option["attrs"]["disabled"] = True
        return option


class UserSelect(UnfoldAdminSelectWidget):
    """Draws all options in one go: every provider may have hundreds."""

    def render(self, name, value, attrs=None, renderer=None):
        chosen = str(value or "")
        options = (
            (flatatt({"value": str(key), "selected": str(key) == chosen}), text)
            for key, text in self.choices
        )
        context = {
            "attributes": flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name})),
            "options": format_html_join("", "<option{}>{}</option>", options),
        }
        return render_to_string("desk/_user_select.html", context)


class ProviderForm(forms.Form):
    """How one provider meets clients; ``choose_meeting`` judges what is chosen.

    ``suggested`` is the Zoom user with the provider's e-mail: preset where nothing was
    decided yet, and kept like any other choice only when the form is sent.
    """

    engine = forms.ChoiceField(
        label=_("Meets by"), choices=ProviderMeeting.ENGINES, widget=EngineSelect
    )
    zoom_user = forms.ChoiceField(label=_("Zoom user"), required=False, widget=UserSelect)
    own_link = forms.CharField(
        label=_("Own link"),
        max_length=500,
        required=False,
        widget=UnfoldAdminURLInputWidget(attrs={"placeholder": "https://"}),
    )
    # What the page found out about the user in use; see ``web.desk.meeting_facts``.
    shares_user = False
    collision: Collision | None = None
    sessions_without_user = 0

    def __init__(
        self,
        posted,
        *,
        provider: Provider,
        choice: ProviderMeeting,
        users: list[ZoomUser],
        suggested: ZoomUser | None,
        is_connected: bool,
    ):
        self.provider, self.choice = provider, choice
        present = _offered(users, choice.zoom_user)
        self.suggested = suggested if is_connected and choice.zoom_user is None else None
        super().__init__(
            posted, prefix=f"provider-{provider.pk}", initial=self._first_values(present)
        )
        self.fields["zoom_user"].choices = _options(present)
        self.preset_user = next(
            (user for user in present if str(user.pk) == self.initial["zoom_user"]), None
        )
        self.is_zoom_open = is_connected or choice.engine == ProviderMeeting.ZOOM
        self.fields["engine"].widget.is_zoom_open = self.is_zoom_open
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = f"{provider}: {field.label}"
            field.widget.attrs["data-part"] = name

    def _first_values(self, present: list[ZoomUser]) -> dict[str, str]:
        user = self.choice.zoom_user or self.suggested
        if user is None and len(present) == 1:
            user = present[0]
        return {
            "engine": ProviderMeeting.ZOOM if self.suggests_zoom else self.choice.engine,
            "zoom_user": str(user.pk) if user else "",
            "own_link": self.choice.own_link,
        }

    @property
    def suggests_zoom(self) -> bool:
        """Whether *Zoom* itself is only suggested: nothing was ever chosen for this provider."""
        return self.suggested is not None and self.choice.pk is None

    @property
    def zoom_user_id(self) -> int | None:
        """The Zoom user in use at present."""
        return self.choice.zoom_user_id if self.choice.engine == ProviderMeeting.ZOOM else None

    @property
    def is_touched(self) -> bool:
        """Whether there is anything to save.

        A preset user counts once *Zoom* has none, and so does what was suggested; a
        provider who was not on the page that was sent does not.
        """
        was_on_page = self.add_prefix("engine") in self.data
        return was_on_page and (self.has_changed() or self.needs_user or self.suggests_zoom)

    @property
    def needs_user(self) -> bool:
        return self.choice.engine == ProviderMeeting.ZOOM and self.choice.zoom_user is None

    @property
    def is_only_preset(self) -> bool:
        """Whether *Zoom* was chosen, and the user that is shown was not."""
        return self.needs_user and self.preset_user is not None

    @property
    def user_is_missing(self) -> bool:
        return bool(self.zoom_user_id and self.choice.zoom_user.is_missing)


def _offered(users: list[ZoomUser], chosen: ZoomUser | None) -> list[ZoomUser]:
    """Users to choose from; the chosen one stays, missing or of an account logged out of."""
    offered = [user for user in users if not user.is_missing or user == chosen]
    return offered if chosen is None or chosen in offered else [chosen, *offered]


def _options(users: list[ZoomUser]) -> list[tuple[str | int, object]]:
    options = [(user.pk, _option_text(user)) for user in users]
    return options if len(users) == 1 else [("", _("Choose the Zoom user")), *options]


def _option_text(user: ZoomUser) -> str:
    kind = _("Licensed") if user.is_licensed else _("Basic")
    return f"{user} – {_('no longer at Zoom') if user.is_missing else kind}"
