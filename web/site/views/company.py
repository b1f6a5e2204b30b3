"""The company itself: its colours and its terms."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.models import Company
from web.site.colours import stylesheet

YEAR_SECONDS = 365 * 24 * 60 * 60


@require_safe
def colours(request: HttpRequest, colour: str) -> HttpResponse:
    """The stylesheet of one colour, six hexadecimal digits.

    It hangs on its address alone, so that browsers may keep it for good.
    """
    response = HttpResponse(stylesheet(f"#{colour}"), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return response


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """The company's terms in its own words, and its rules in ours. Raises Http404 without any."""
    company = Company.objects.current()
    if not company.policy.strip():
        raise Http404
    return render(request, "site/terms.html", {"company": company})
