"""How often a second factor, or a password once more, may be guessed.

Wrong codes are counted with wrong passwords by axes, for the name and the address they come
from. Whoever knows a password could come from many addresses: so allauth counts the
codes of each user besides, wherever they come from.
"""

from collections.abc import Callable

from allauth.core import ratelimit
from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from booking.models import User

_FAILED = "login_failed"  # allauth's limit: five within five minutes


def is_locked_out(request: HttpRequest, user: User) -> bool:
    """Whether axes takes no more guesses; its middleware then answers in place of the page."""
    named = {"username": user.get_username()}
    if AxesProxyHandler.is_allowed(request, named):
        return False
    request.axes_locked_out = True  # type: ignore[attr-defined]
    request.axes_credentials = named  # type: ignore[attr-defined]
    return True


def count_guess(request: HttpRequest, user: User) -> Callable[[], None]:
    """Count one code before it is tried; return what takes it back if it was right.

    Raises ValidationError after too many.
    """
    key = f"second-factor:{user.pk}"
    if not ratelimit.consume(request, action=_FAILED, key=key):
        raise ValidationError(_("Too many wrong codes. Wait five minutes, then try again."))
    return lambda: ratelimit.clear(request, action=_FAILED, key=key)


def tell_of_wrong_code(request: HttpRequest, user: User) -> None:
    """Let it count as a wrong password does."""
    named = {"username": user.get_username()}
    user_login_failed.send(sender=__name__, credentials=named, request=request)
