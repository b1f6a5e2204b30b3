"""What Zoom tells us by itself; and that we are still there, whenever it asks."""

import logging

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from zoomlink import actions, tasks
from zoomlink.actions import signs
from zoomlink.payloads import (
    VALIDATION,
    MalformedDelivery,
    Told,
    challenge_of,
    event_of,
    read_json,
    told_by,
)
from zoomlink.signature import challenge_answer, is_genuine

# Zoom's events have some kilobytes; nobody else is to make us read more.
LARGEST_BODY = 256 * 1024
logger = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Take a signed delivery in; without ZOOM_WEBHOOK_SECRET none counts as signed.

    Answers at once, whatever is on or connected: a worker does what follows. 400 without the
    headers or with a body that cannot be read, 401 for a signature that is wrong or stale, 413
    for a body of an unlikely size. The bytes are checked as they came, before anything reads
    them as JSON.
    """
    signature = request.headers.get("x-zm-signature")
    timestamp = request.headers.get("x-zm-request-timestamp")
    if not signature or not timestamp:
        return HttpResponse(status=400)
    try:
        if _announced_size(request) > LARGEST_BODY:
            return HttpResponse(status=413)
        body = request.body
        if not _is_genuine(body, signature, timestamp):
            logger.warning("A delivery was refused: it is not signed with our secret, or is old.")
            return HttpResponse(status=401)
        return _answer(body)
    except (UnreadablePostError, MalformedDelivery):
        return HttpResponse(status=400)


def _announced_size(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError as error:
        raise MalformedDelivery("content-length") from error


def _is_genuine(body: bytes, signature: str, timestamp: str) -> bool:
    return is_genuine(
        secret=settings.ZOOM_WEBHOOK_SECRET,
        timestamp=timestamp,
        signature=signature,
        body=body,
        now=timezone.now(),
    )


def _answer(body: bytes) -> HttpResponse:
    """Prove that we know the secret, or keep what is told. Raises MalformedDelivery."""
    delivery = read_json(body)
    signs.note_call(now=timezone.now())
    if event_of(delivery) == VALIDATION:
        secret, challenge = settings.ZOOM_WEBHOOK_SECRET, challenge_of(delivery)
        return JsonResponse(challenge_answer(secret=secret, plain_token=challenge))
    told = told_by(delivery)
    if told is not None:
        _keep(told)
    return HttpResponse(status=204)


def _keep(told: Told) -> None:
    delivery_id = actions.keep_delivery(told, now=timezone.now())
    if delivery_id is not None:
        # Not a partial: where ringing fails, Django wants to log the name of what it called.
        transaction.on_commit(
            lambda: tasks.apply_delivery.delay(delivery_id=delivery_id), robust=True
        )
