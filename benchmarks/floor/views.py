"""The floor's three views, in the words of the product's API."""

import json
from datetime import UTC, date, datetime, timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse

from benchmarks.floor import reading, writing


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def slots(request: HttpRequest) -> HttpResponse:
    """The free times of one service, of one provider or of any."""
    query = request.GET
    service_id = int(query["service"])
    provider_id = int(query["provider"]) if "provider" in query else None
    rules = reading.rules_of(service_id)
    providers = reading.providers_of(service_id, provider_id)
    first, last = date.fromisoformat(query["from"]), date.fromisoformat(query["to"])
    free = reading.free_starts(rules, providers, first, last, datetime.now(UTC))
    length = timedelta(minutes=rules.shape[0])
    found = []
    for start, who in free.items():
        starts_at = datetime.fromtimestamp(start * 60, rules.zone)
        ends_at = datetime.fromtimestamp(start * 60 + length.seconds, rules.zone)
        found.append(
            {
                "starts_at": starts_at.isoformat(),
                "ends_at": ends_at.isoformat(),
                "providers": who,
                "seats_left": 1,
                "session": None,
            }
        )
    body = json.dumps({"timezone": rules.zone.key, "slots": found})
    return HttpResponse(body, content_type="application/json")


def bookings(request: HttpRequest) -> HttpResponse:
    """Book; 409 when the time is taken."""
    asked = json.loads(request.body)
    starts_at = datetime.fromisoformat(asked["starts_at"])
    try:
        made = writing.book(asked["service"], asked.get("provider"), starts_at, asked["client"])
    except writing.Taken:
        return JsonResponse({"code": "slot_taken"}, status=409)
    return JsonResponse(made, status=201)
