"""What Zoom tells us by itself: that the app was removed, and whether we are still there."""

import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from zoomlink import tasks
from zoomlink.signature import challenge_answer, is_genuine


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Answer a signed delivery; without ZOOM_WEBHOOK_SECRET none counts as signed.

    400 without the headers or with a body that cannot be read, 401 for a signature that is
    wrong or stale. The bytes are checked as they came, before anything reads them as JSON.
    """
    body = request.body
    signature = request.headers.get("x-zm-signature")
    timestamp = request.headers.get("x-zm-request-timestamp")
    if not signature or not timestamp:
        return HttpResponse(status=400)
    if not is_genuine(
        secret=settings.ZOOM_WEBHOOK_SECRET,
        timestamp=timestamp,
        signature=signature,
        body=body,
        now=timezone.now(),
    ):
        return HttpResponse(status=401)
    try:
        return _answer(json.loads(body))
    except (ValueError, TypeError, LookupError, AttributeError):
        return HttpResponse(status=400)


def _answer(delivery: dict[str, Any]) -> HttpResponse:
    """Act on a genuine delivery. Raises what comes of a body that lacks something."""
    payload = delivery.get("payload", {})
    if delivery["event"] == "endpoint.url_validation":
        answer = challenge_answer(
            secret=settings.ZOOM_WEBHOOK_SECRET, plain_token=payload["plainToken"]
        )
        return JsonResponse(answer)
    if delivery["event"] == "app_deauthorized" and payload["client_id"] == settings.ZOOM_CLIENT_ID:
        tasks.note_removal.delay(
            account_id=str(payload["account_id"]),
            user_id=str(payload["user_id"]),
            removed_at=_moment(payload["deauthorization_time"]).isoformat(),
        )
    return HttpResponse(status=204)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
