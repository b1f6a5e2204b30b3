"""One row of *Providers for meetings*."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminURLInputWidget

from booking.models import Provider
from zoomlink.models import ProviderMeeting, ZoomUser


class EngineSelect(UnfoldAdminSelectWidget):
    """Shows *Zoom* greyed out where it cannot be chosen."""

    is_zoom_open = True

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        if value == ProviderMeeting.ZOOM and not self.is_zoom_open:
            option["attrs"]["disabled"] = True
        return option


class ProviderForm(forms.Form):
    """How one provider meets clients; ``choose_meeting`` judges what is chosen."""

    engine = forms.ChoiceField(
        label=_("Meets by"), choices=ProviderMeeting.ENGINES, widget=EngineSelect
    )
    zoom_user = forms.ChoiceField(
        label=_("Zoom user"), required=False, widget=UnfoldAdminSelectWidget
    )
    own_link = forms.CharField(
        label=_("Own link"),
        max_length=500,
        required=False,
        widget=UnfoldAdminURLInputWidget(attrs={"placeholder": "https://"}),
    )

    def __init__(
        self,
        posted,
        *,
        provider: Provider,
        choice: ProviderMeeting,
        users: list[ZoomUser],
        is_connected: bool,
    ):
        self.provider, self.choice = provider, choice
        self.shares_user = False
        present = _offered(users, choice.zoom_user)
        first = choice.zoom_user_id or (present[0].pk if len(present) == 1 else "")
        initial = {"engine": choice.engine, "zoom_user": str(first), "own_link": choice.own_link}
        super().__init__(posted, prefix=f"provider-{provider.pk}", initial=initial)
        self.fields["zoom_user"].choices = _options(present)
        self.has_one_user = len(present) == 1
        self.is_zoom_open = is_connected or choice.engine == ProviderMeeting.ZOOM
        self.fields["engine"].widget.is_zoom_open = self.is_zoom_open
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = f"{provider}: {field.label}"
            field.widget.attrs["data-part"] = name

    @property
    def zoom_user_id(self) -> int | None:
        """The Zoom user in use at present."""
        return self.choice.zoom_user_id if self.choice.engine == ProviderMeeting.ZOOM else None

    @property
    def is_touched(self) -> bool:
        """Whether there is anything to save.

        A preset user counts once *Zoom* has none; a provider who was not on the page
        that was sent does not.
        """
        was_on_page = self.add_prefix("engine") in self.data
        return was_on_page and (self.has_changed() or self.needs_user)

    @property
    def needs_user(self) -> bool:
        return self.choice.engine == ProviderMeeting.ZOOM and self.choice.zoom_user is None

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
    return f"{user} – {_('no longer at Zoom')}" if user.is_missing else str(user)
