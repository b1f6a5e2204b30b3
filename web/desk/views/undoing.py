"""Undo: the button in a message, in the calendar's toast, and Ctrl+Z."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from booking.errors import BookingError
from web.desk.access import CHANGE_BOOKINGS, staff_page
from web.desk.answers import next_of
from web.desk.undo import take_back


@require_POST
@staff_page(CHANGE_BOOKINGS)
def undo(request: HttpRequest) -> HttpResponse:
    """Take a change back: a script is answered with words, a form with the page it came from."""
    try:
        said = take_back(request.POST.get("undo", ""), by=request.user, now=timezone.now())
    except BookingError as refusal:
        return _answered(request, "refused", str(refusal))
    return _answered(request, "said", said)


def _answered(request: HttpRequest, how: str, text: str) -> HttpResponse:
    if request.accepts("text/html"):
        say = messages.error if how == "refused" else messages.success
        say(request, text)
        return redirect(next_of(request) or "desk:calendar")
    return JsonResponse({how: text}, status=409 if how == "refused" else 200)
