"""Answers to addresses that hold a secret."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import add_never_cache_headers


def private(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Keep an answer out of caches and search engines, and its address out of referrers."""

    @wraps(view)
    def kept_private(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    return kept_private


def forgets_query(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let the view alone read the query: what the address held is repeated by no page.

    The way to a sign-in, a switch of the language and a report of a failure are made of the
    request's own address, with whatever stands in it. ``request.GET`` keeps the query.
    """

    @wraps(view)
    def query_forgotten(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        request.GET.items()  # read from the address at the first use
        request.META["QUERY_STRING"] = ""
        return view(request, *args, **kwargs)

    return query_forgotten
