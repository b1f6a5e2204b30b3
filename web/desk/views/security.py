"""Settings → Sign-in and security: of which roles a second factor is required."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import User
from web.desk.access import staff_page
from web.desk.admin.people import role_name
from web.desk.answers import form_page
from web.desk.models import RequiredSecondFactor
from web.desk.pages import desk_page
from web.desk.second_factor.actions import require_for
from web.desk.second_factor.standing import standing_of

CHANGE_USERS = "booking.change_user"


@form_page
@staff_page(CHANGE_USERS)
def page(request: HttpRequest) -> HttpResponse:
    """Show the roles with those who have no second factor yet, and keep what is required."""
    if request.method == "POST":
        require_for(group_ids=_ticked(request))
        messages.success(request, _("The rules for signing in are saved."))
        if _is_next(request):
            messages.warning(request, _("This holds for you, too: set yours up now."))
        return redirect("desk:sign-in-security")
    return desk_page(
        request,
        "desk/account/security.html",
        title=gettext_lazy("Sign-in and security"),
        roles=_roles(request.user),
    )


def _ticked(request: HttpRequest) -> set[int]:
    ticked = set(request.POST.getlist("role"))
    return {pk for pk in Group.objects.values_list("pk", flat=True) if str(pk) in ticked}


def _is_next(request: HttpRequest) -> bool:
    standing = standing_of(request.user)
    return standing.is_required and standing.factor is None


def _roles(reader: User) -> list[dict[str, object]]:
    """Each role with its people, and those of them who have no second factor."""
    staff = list(_staff())
    own = {group.pk for group in reader.groups.all()}
    required = set(RequiredSecondFactor.objects.values_list("group_id", flat=True))
    rows = []
    for group in Group.objects.order_by("pk"):
        people = [user for user in staff if group in user.groups.all()]
        row = {"group": group, "name": role_name(group), "people": len(people)}
        row["without"] = [str(user) for user in people if not user.has_factor]
        row["is_required"], row["is_own"] = group.pk in required, group.pk in own
        rows.append(row)
    return rows


def _staff() -> QuerySet[User]:
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    staff = User.objects.filter(is_staff=True, is_active=True).prefetch_related("groups")
    return staff.annotate(has_factor=Exists(factors)).order_by("name", "email")
