"""What SMS gateways and mail services report of messages they took: each POST with its proof.

A page is there only where its proof is set. Answers tell nothing of what is known here: 204 for
all that is genuine, 400 where it cannot be read, 403 without proof, 413 for an unlikely size, and
429 for too many of those without.
"""

import hmac
import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType, tracking
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.resend import ResendTrackingWebhookView
from django.conf import settings
from django.dispatch import receiver
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    UnreadablePostError,
)
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from notifications.actions import note_report
from notifications.channels import sms
from notifications.channels.sms import reports, twilio
from notifications.channels.sms.gateway import Report
from notifications.kinds import Channel
from notifications.models import Message
from web.limits import is_beyond_limit, seconds_to_wait

LARGEST_BODY = 256 * 1024  # bytes; services put many reports into one
_SERVICES = {
    "brevo": BrevoTrackingWebhookView,
    "mailgun": MailgunTrackingWebhookView,
    "postmark": PostmarkTrackingWebhookView,
    "resend": ResendTrackingWebhookView,
}
# Ends; what is put off, opened or clicked is none.
_OF_MAIL = {
    EventType.DELIVERED: Message.DELIVERED,
    EventType.BOUNCED: Message.UNDELIVERED,
    EventType.REJECTED: Message.UNDELIVERED,
    EventType.FAILED: Message.UNDELIVERED,
    EventType.COMPLAINED: Message.COMPLAINED,
}
logger = logging.getLogger(__name__)


class NotGenuine(Exception):
    """A report came without the proof that is asked for."""


def _report_page(is_open: Callable[[], bool]) -> Callable[..., Callable[..., HttpResponse]]:
    """Make a page of a view that takes reports in; it raises NotGenuine or ValueError."""

    def made(take: Callable[[HttpRequest], None]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(take)
        def page(request: HttpRequest) -> HttpResponse:
            if not is_open():
                raise Http404
            if request.method != "POST":
                return HttpResponseNotAllowed(["POST"])
            try:
                if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
                    return HttpResponse(status=413)
                take(request)
            except NotGenuine:
                return _refused(request)
            except (UnreadablePostError, ValueError, RecursionError):
                return HttpResponse(status=400)
            return HttpResponse(status=204)

        return page

    return made


def _refused(request: HttpRequest) -> HttpResponse:
    """Only what proves nothing is counted: ten thousand true reports may come at once."""
    if is_beyond_limit(request):
        return HttpResponse(status=429, headers={"Retry-After": str(seconds_to_wait())})
    logger.warning("A report of messages was refused: it does not prove where it comes from.")
    return HttpResponse(status=403)


@_report_page(lambda: bool(settings.EMAIL_SERVICE and settings.EMAIL_REPORT_SECRET))
def mail_report(request: HttpRequest) -> None:
    """What the mail service of EMAIL_URL reports, signed in by EMAIL_REPORT_SECRET."""
    try:
        _SERVICES[settings.EMAIL_SERVICE].as_view()(request)
    except AnymailWebhookValidationFailure:
        raise NotGenuine from None


@receiver(tracking)
def _note_mail(event: AnymailTrackingEvent, **_kwargs: Any) -> None:
    delivery = _OF_MAIL.get(event.event_type)
    if delivery is not None:
        words = event.mta_response or event.description or event.reject_reason or ""
        _note(Channel.EMAIL, Report(event.message_id or "", delivery, words))


@_report_page(sms.is_twilio)
def twilio_report(request: HttpRequest) -> None:
    """What Twilio reports, signed with the token of the account."""
    account = twilio.from_settings()
    signature = request.headers.get("X-Twilio-Signature", "")
    address = settings.SITE_URL + twilio.REPORT_PATH
    if not account.has_signed(signature, address, dict(request.POST.lists())):
        raise NotGenuine
    _note(Channel.SMS, reports.of_twilio(request.POST))


@_report_page(lambda: bool(settings.SMS_URL and settings.SMS_REPORT_SECRET) and not sms.is_twilio())
def sms_report(request: HttpRequest) -> None:
    """What any other gateway reports: one or a list as JSON, or one as a form.

    It knows SMS_REPORT_SECRET, by ``Authorization: Bearer …`` or as ``?secret=…``.
    """
    header = request.headers.get("Authorization", "").removeprefix("Bearer ")
    given = header or request.GET.get("secret", "")
    if not hmac.compare_digest(given.encode(), settings.SMS_REPORT_SECRET.encode()):
        raise NotGenuine
    told = json.loads(request.body) if _is_json(request) else request.POST.dict()
    for each in told if isinstance(told, list) else [told]:
        _note(Channel.SMS, reports.of_generic(each))


def _is_json(request: HttpRequest) -> bool:
    return request.content_type == "application/json"


def _note(channel: str, report: Report | None) -> None:
    if report is not None:
        note_report(
            channel=channel,
            gateway_id=report.gateway_id,
            delivery=report.delivery,
            detail=report.detail,
            now=timezone.now(),
        )
