"""No page of the staff side without the second factor, for those who have one or must."""

from collections.abc import Callable
from enum import Enum
from functools import partial
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from booking.models import User
from web.desk.second_factor.standing import loaded_standing, was_shown

# What is open to those who still have to set one up.
_OPEN = {"desk:second-factor", "desk:sign-in", "desk:sign-in-code", "admin:logout", "admin:jsi18n"}
# The staff's business outside of /admin/.
_OF_STAFF = {"zoomlink:authorize", "zoomlink:callback", "zoomlink:logout"}


class Lack(Enum):
    """What keeps a session of staff from being taken for theirs."""

    FACTOR = "they must set one up"
    PROOF = "they have one, which was not shown"


class SecondFactorMiddleware:
    """Asks of each request by staff whether its session showed the second factor.

    A session from before there was one is ended. Whoever has to have one and has none gets
    no further than the page that sets it up; elsewhere on the site they are nobody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request, _view, _args, _kwargs) -> HttpResponse | None:
        name = request.resolver_match.view_name
        if name not in _OF_STAFF and not request.path_info.startswith(reverse("admin:index")):
            request.user = SimpleLazyObject(partial(_proved_user, request, request.user))
            return None
        lack = _lack_of(request, request.user)
        if lack == Lack.PROOF:
            logout(request)
        return _way_to_set_up(request) if lack == Lack.FACTOR and name not in _OPEN else None


def _proved_user(request: HttpRequest, user: User) -> User | AnonymousUser:
    return user if _lack_of(request, user) is None else AnonymousUser()


def _lack_of(request: HttpRequest, user: User) -> Lack | None:
    """What is missing to this session, if it is one of staff."""
    if not user.is_staff:
        return None
    standing = loaded_standing(user)
    if standing.factor is None:
        return Lack.FACTOR if standing.is_required else None
    return None if was_shown(request, standing) else Lack.PROOF


def _way_to_set_up(request: HttpRequest) -> HttpResponse:
    """A page leads there; a script that asks for news, or a foreign program, is refused."""
    if "text/html" not in request.headers.get("Accept", ""):
        raise PermissionDenied
    where = {"next": request.get_full_path()} if request.method == "GET" else {}
    return redirect(f"{reverse('desk:second-factor')}?{urlencode(where)}")
