"""How many forms one address may send in a minute, and what it is told beyond that."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from web.limits import is_beyond_limit, seconds_to_wait
from web.privacy import private

_READING = ("GET", "HEAD", "OPTIONS")


def limited(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 429 to more forms from one address than the limit allows."""

    @wraps(view)
    def within_limit(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method not in _READING and is_beyond_limit(request):
            return too_many(request)
        return view(request, *args, **kwargs)

    return within_limit


def limited_also_reading(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Count each request of a page that is dear to make, as if it were a form."""

    @wraps(view)
    def within_limit(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if is_beyond_limit(request):
            return too_many(request)
        return view(request, *args, **kwargs)

    return within_limit


@private
def too_many(request: HttpRequest) -> HttpResponse:
    """Say when to come back."""
    seconds = seconds_to_wait()
    response = render(request, "429.html", {"seconds": seconds}, status=429)
    response["Retry-After"] = str(seconds)
    return response
