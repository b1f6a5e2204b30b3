"""Between password and code: who waits in a session that is nobody's yet.

The session then holds a user's key and where they want to go, for ten minutes. Nobody is
signed in by it, and nothing but the page of the code reads it.
"""

from datetime import datetime, timedelta

from django.contrib.auth import login
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from booking.models import User
from web.desk.second_factor.standing import mark_shown, standing_of

_KEY = "halfway_in"
HOLDS = timedelta(minutes=10)
BACKEND = "booking.backends.StaffBackend"


def begin(request: HttpRequest, user: User, *, next_url: str, now: datetime) -> None:
    """Let whoever gave the right password wait for their code, in a session with a new key."""
    request.session.cycle_key()
    request.session[_KEY] = {
        "user": user.pk,
        "password": user.get_session_auth_hash(),  # a new password ends the waiting
        "next": next_url,
        "since": now.timestamp(),
    }


def waiting_user(request: HttpRequest, now: datetime) -> User | None:
    """Whoever waits in this session, may still sign in, and has not waited too long."""
    kept = request.session.get(_KEY)
    if not kept or not 0 <= now.timestamp() - kept["since"] < HOLDS.total_seconds():
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True, is_staff=True).first()
    if user is None or not constant_time_compare(kept["password"], user.get_session_auth_hash()):
        return None
    return user


def finish(request: HttpRequest, user: User) -> str:
    """Sign them in, in a session with a new key; return the address they wanted."""
    next_url: str = request.session.pop(_KEY)["next"]
    login(request, user, backend=BACKEND)
    if factor := standing_of(user).factor:
        mark_shown(request, factor)
    return next_url
