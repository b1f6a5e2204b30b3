"""How meetings are held, for the whole company."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from web.desk.pages import desk_page
from web.desk.views.online_meetings import of_the_feature
from web.desk.wishes_forms import SettingsForm
from zoomlink.actions import save_settings

TITLE = gettext_lazy("How meetings are held")


@of_the_feature
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Show the company's wishes, and keep them; what is refused is shown at its field."""
    form = SettingsForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _is_saved(request, form):
        messages.success(request, _("How meetings are held is saved."))
        return redirect("desk:meeting-settings")
    return desk_page(
        request,
        "desk/meeting_settings.html",
        title=TITLE,
        form=form,
        back=reverse("desk:online-meetings"),
    )


def _is_saved(request: HttpRequest, form: SettingsForm) -> bool:
    try:
        save_settings(changes=form.changes, now=timezone.now(), actor=request.user)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    return True
