"""Settings → API keys: which there are, a new one, and the end of one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from web.desk.access import ADD_API_KEYS, CHANGE_API_KEYS, SEE_API_KEYS, staff_page
from web.desk.answers import form_page
from web.desk.key_forms import ApiKeyForm
from web.desk.pages import desk_page, page_of
from web.keys import actions
from web.keys.models import ApiKey

NEW = gettext_lazy("New API key")


@require_safe
@staff_page(SEE_API_KEYS)
def overview(request: HttpRequest) -> HttpResponse:
    """Every key, those in use first; of its secret no more than the beginning is known."""
    keys = ApiKey.objects.select_related("created_by").newest_first()
    return desk_page(
        request,
        "desk/keys/overview.html",
        title=gettext_lazy("API keys"),
        page=page_of(request, keys),
    )


@form_page
@staff_page(ADD_API_KEYS)
def new(request: HttpRequest) -> HttpResponse:
    """Make a key, and show its secret this once."""
    form = ApiKeyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        key, secret = actions.make(**form.cleaned_data, actor=request.user, now=timezone.now())
        return desk_page(
            request,
            "desk/keys/made.html",
            title=gettext_lazy("New API key"),
            key=key,
            secret=secret,
        )
    return desk_page(
        request,
        "desk/keys/new.html",
        title=gettext_lazy("New API key"),
        status=422 if form.errors else 200,
        form=form,
        back=reverse("desk:api-keys"),
    )


@require_POST
@staff_page(CHANGE_API_KEYS)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a key open nothing any more."""
    key = get_object_or_404(ApiKey, pk=pk)
    if actions.revoke(key_id=key.pk, now=timezone.now()):
        messages.success(request, _("%(name)s is revoked.") % {"name": key.name})
    return redirect("desk:api-keys")
