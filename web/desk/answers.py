"""What a form of the staff side answers: the form once more, or a word and the way back."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.errors import BookingError
from web.desk.pages import desk_page
from web.desk.place import DAY, Place

form_page = require_http_methods(["GET", "HEAD", "POST"])


def draw_form(request: HttpRequest, form, *, title: str | Promise, **context) -> HttpResponse:
    """The page of one form, with everything typed still in it."""
    came_from = next_of(request)
    return desk_page(
        request,
        "desk/form.html",
        title=title,
        form=form,
        next=came_from,
        tells=not is_quiet(request),
        cancel_url=context.pop("cancel_url", "") or came_from or reverse("desk:calendar"),
        **context,
    )


def carried_out(
    request: HttpRequest,
    action: Callable[[], object],
    success: str,
    *,
    otherwise: str = "",
    undo: str = "",
) -> HttpResponse:
    """Do what a button asked for, say how it went, and go back, or to the page ``otherwise``.

    ``undo`` is how it is taken back, as `web.desk.undo` signs it.
    """
    try:
        action()
    except BookingError as refusal:
        messages.error(request, str(refusal))
    else:
        say_done(request, success, undo=undo)
    return redirect(next_of(request) or otherwise or "desk:calendar")


def say_done(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """Confirm a change, and that nobody is told where it was made so.

    With ``undo``, signed by `web.desk.undo`, the message has a button that takes it back.
    """
    if is_quiet(request):
        text = _("%(done)s Nobody is told.") % {"done": text}
    messages.success(request, text, extra_tags=undo)


def reason_in(request: HttpRequest) -> str:
    """The reason typed beside a button, without what no database keeps."""
    # PostgreSQL refuses text with a zero byte.
    return request.POST.get("reason", "").replace("\0", "").strip()[:500]


def is_quiet(request: HttpRequest) -> bool:
    """Whether nobody is to be told: the box was there and not ticked. A form without it tells."""
    return "asks_to_tell" in request.POST and "tell" not in request.POST


def back_to(request: HttpRequest, starts_at: datetime) -> str:
    """Where one came from, or the day on which something now stands."""
    return next_of(request) or Place(DAY, timezone.localtime(starts_at).date()).url


def here_of(request: HttpRequest, page: str, pk: int) -> str:
    """The page of something that is shown in a popup or alone, with the way on from it."""
    came_from = next_of(request)
    return reverse(page, args=[pk]) + (f"?{urlencode({'next': came_from})}" if came_from else "")


def next_of(request: HttpRequest) -> str:
    """The page to go back to, as the form or the address says; nothing if it is not ours."""
    return safe_next(request, request.POST.get("next") or request.GET.get("next", ""))


def safe_next(request: HttpRequest, address: str) -> str:
    """Return ``address`` if it is one of ours, else nothing."""
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else ""
