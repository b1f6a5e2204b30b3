"""Settings → Webhooks → Deliveries: what is owed, sent, failed or skipped, and why."""

from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from web.desk.access import SEE_LINKS
from web.desk.pages import desk_page, page_of
from web.desk.tokens import without_tokens
from web.desk.views.webhooks import webhook_page
from web.desk.webhook_forms import DeliveryFilterForm
from webhooks import actions
from webhooks.models import Delivery, outcome_text


@require_safe
@webhook_page
def overview(request: HttpRequest) -> HttpResponse:
    """The newest first."""
    form = DeliveryFilterForm(request.GET)
    rows = form.narrowed(Delivery.objects.select_related("endpoint", "booking"))
    kept = [(name, value) for name, value in request.GET.items() if name != "page"]
    return desk_page(
        request,
        "desk/webhooks/deliveries.html",
        title=gettext_lazy("Deliveries"),
        form=form,
        page=page_of(request, rows.without_bodies().newest_first()),
        query=urlencode(kept),
        is_narrowed=any(value for _name, value in kept),
    )


@require_safe
@webhook_page
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """What was sent, and what came back."""
    rows = Delivery.objects.select_related("endpoint", "booking")
    delivery = get_object_or_404(rows, pk=pk)
    if not request.user.has_perm(SEE_LINKS):
        delivery.body = without_tokens(delivery.body)
        delivery.answer = without_tokens(delivery.answer)
    return desk_page(
        request,
        "desk/webhooks/delivery.html",
        title=delivery.label,
        delivery=delivery,
        tries=[_told(told) for told in delivery.tries],
        may_send_again=delivery.has_ended and not delivery.is_test,
    )


def _told(told: dict) -> tuple[datetime, str]:
    """When an attempt was made, and what came of it."""
    is_taken = told["status"] is not None and 200 <= told["status"] < 300
    text = _("Taken (%(status)d).") % told if is_taken else outcome_text(**_outcome(told))
    return datetime.fromisoformat(told["at"]), text


def _outcome(told: dict) -> dict:
    return {"status": told["status"], "reason": told["reason"]}


@require_POST
@webhook_page
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Owe it once more, under the same id."""
    get_object_or_404(Delivery, pk=pk)
    if actions.send_again(delivery_id=pk, now=timezone.now()):
        messages.success(request, _("It is on its way once more, under the same id."))
    else:
        messages.error(request, _("It is on its way already, or was a test."))
    return redirect("desk:webhook-delivery", pk)
