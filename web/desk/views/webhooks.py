"""Settings → Webhooks: which other programs are told of bookings."""

from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from booking import features
from web.desk.access import MANAGE_WEBHOOKS, View, may_manage_webhooks, staff_page
from web.desk.answers import form_page
from web.desk.pages import desk_page
from web.desk.webhook_forms import EndpointForm
from webhooks import actions
from webhooks.kinds import EVENT_TYPES, FEATURE
from webhooks.models import Endpoint


def webhook_page(view: View) -> View:
    """For those who may manage webhooks; 404 while the feature is off.

    An endpoint hears of everybody's bookings: to who sees only their own there is none.
    """

    @staff_page(MANAGE_WEBHOOKS)
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not (features.is_on(FEATURE) and may_manage_webhooks(request.user)):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@webhook_page
def overview(request: HttpRequest) -> HttpResponse:
    return desk_page(
        request,
        "desk/webhooks/list.html",
        title=gettext_lazy("Webhooks"),
        endpoints=list(Endpoint.objects.in_order()),
        kinds=len(EVENT_TYPES),
    )


@form_page
@webhook_page
def new(request: HttpRequest) -> HttpResponse:
    """Add an endpoint, and show its secret this once."""
    form = EndpointForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        endpoint = actions.add_endpoint(**form.cleaned_data, actor=request.user, now=timezone.now())
        return _show_secret(request, endpoint)
    return _draw(request, form, title=_("Add a webhook"))


@form_page
@webhook_page
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an endpoint, and see how it does."""
    endpoint = get_object_or_404(Endpoint, pk=pk)
    form = EndpointForm.of(endpoint, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.change_endpoint(endpoint_id=pk, **form.cleaned_data)
        except Endpoint.DoesNotExist:  # removed at this moment
            raise Http404 from None
        messages.success(request, _("The webhook is saved."))
        return redirect("desk:webhook", pk)
    return _draw(request, form, title=endpoint.name, endpoint=endpoint)


def _draw(
    request: HttpRequest, form: EndpointForm, *, title: str, endpoint: Endpoint | None = None
) -> HttpResponse:
    return desk_page(
        request,
        "desk/webhooks/endpoint.html",
        title=title,
        status=422 if form.errors else 200,
        form=form,
        endpoint=endpoint,
        overlaps=endpoint is not None and len(endpoint.secrets_at(timezone.now())) > 1,
        is_resting=endpoint is not None and endpoint.failures > 0,
    )


@require_POST
@webhook_page
def renew_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a new secret, this once; the former signs beside it for a day."""
    get_object_or_404(Endpoint, pk=pk)
    endpoint = actions.renew_secret(endpoint_id=pk, now=timezone.now())
    return _show_secret(request, endpoint)


def _show_secret(request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
    return desk_page(
        request,
        "desk/webhooks/secret.html",
        title=endpoint.name,
        endpoint=endpoint,
        onward=reverse("desk:webhook", args=[endpoint.pk]),
    )


@require_POST
@webhook_page
def send_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a webhook about nobody, and show what becomes of it."""
    get_object_or_404(Endpoint, pk=pk)
    test = actions.send_test(endpoint_id=pk, now=timezone.now())
    return redirect("desk:webhook-delivery", test.pk)


@require_POST
@webhook_page
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a paused endpoint go on."""
    get_object_or_404(Endpoint, pk=pk)
    if actions.resume(endpoint_id=pk):
        messages.success(request, _("It goes on. What waited is sent within a minute."))
    return redirect("desk:webhook", pk)


@require_POST
@webhook_page
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete an endpoint with its deliveries."""
    endpoint = get_object_or_404(Endpoint, pk=pk)
    actions.remove_endpoint(endpoint_id=pk)
    messages.success(request, _("%(name)s is removed.") % {"name": endpoint.name})
    return redirect("desk:webhooks")
