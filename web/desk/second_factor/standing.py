"""Whether somebody has a second factor, whether they must, and whether this session showed it."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
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


def with_standing(users: QuerySet[User]) -> QuerySet[User]:
    """Load it with the users: whoever is signed in is loaded anyway (``LOADED_WITH_USER``)."""
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    return users.annotate(
        second_factor=Subquery(factors.values("pk")[:1]), must_have_one=Exists(_demands())
    )


def _demands() -> QuerySet[RequiredSecondFactor]:
    """A superuser, who has every right, stands where owners do."""
    is_superuser = ExpressionWrapper(OuterRef("is_superuser"), output_field=BooleanField())
    of_role = Q(group__user=OuterRef("pk"))
    as_owner = Q(group__name=OWNER, is_superuser=True)
    return RequiredSecondFactor.objects.alias(is_superuser=is_superuser).filter(of_role | as_owner)


def loaded_standing(user: User) -> Standing:
    """How it stood when the user of a request was loaded."""
    return Standing(user.second_factor, user.must_have_one)


def standing_of(user: User) -> Standing:
    """How it stands now."""
    return loaded_standing(with_standing(User.objects.all()).get(pk=user.pk))


def was_shown(request: HttpRequest, standing: Standing) -> bool:
    return request.session.get(_SHOWN) == standing.factor


def mark_shown(request: HttpRequest, factor: int) -> None:
    """Keep in the session, which belongs to somebody signed in, that the factor was shown."""
    request.session[_SHOWN] = factor
