"""Whether somebody has a second factor, whether they must, and whether this session showed it."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import HttpRequest

from booking.models import User
from web.desk.models import RequiredSecondFactor

# The session keeps which factor was shown, so that it means nothing for the next one.
_SHOWN = "second_factor"
OWNER = "owner"


@dataclass(frozen=True)
class Standing:
    """``factor`` is the key of the second factor, None without one."""

    factor: int | None
    is_required: bool


def standing_of(user: User) -> Standing:
    """What holds for one user, by one query."""
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    row = User.objects.filter(pk=user.pk).values_list(
        Subquery(factors.values("pk")[:1]), Exists(_demands_on(user))
    )
    return Standing(*row.get())


def _demands_on(user: User):
    """A superuser, who has every right, stands where owners do."""
    is_theirs = Q(group__user=OuterRef("pk"))
    if user.is_superuser:
        is_theirs |= Q(group__name=OWNER)
    return RequiredSecondFactor.objects.filter(is_theirs)


def was_shown(request: HttpRequest, standing: Standing) -> bool:
    return request.session.get(_SHOWN) == standing.factor


def mark_shown(request: HttpRequest, factor: int) -> None:
    """Keep in the session, which belongs to somebody signed in, that the factor was shown."""
    request.session[_SHOWN] = factor
