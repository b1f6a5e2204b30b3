"""Quick search: a page of its own, and what unfolds under the field while one types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from web.desk.access import SEE_BOOKINGS, staff_page
from web.desk.answers import next_of
from web.desk.pages import ROWS_A_PAGE, desk_page
from web.desk.search import Found, find

HINTS = 4  # of clients, and as many of bookings


@require_safe
@staff_page(SEE_BOOKINGS)
def page(request: HttpRequest) -> HttpResponse:
    """Everything that fits, as far as anybody would read it."""
    return desk_page(
        request,
        "desk/search.html",
        title=gettext_lazy("Search"),
        found=_found(request, ROWS_A_PAGE),
        words=_words(request),
        most=ROWS_A_PAGE,
        next=request.get_full_path(),
    )


@require_safe
@staff_page(SEE_BOOKINGS)
def hints(request: HttpRequest) -> HttpResponse:
    """The first that fit, as a fragment for the list under the field."""
    context = {
        "found": _found(request, HINTS),
        "words": _words(request),
        "next": next_of(request),
    }
    return render(request, "desk/_search.html", context)


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()


def _found(request: HttpRequest, most: int) -> Found:
    return find(request.user, _words(request), now=timezone.now(), most=most)
