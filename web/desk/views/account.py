"""My account → Two-factor sign-in: switching one's own on and off, and codes for a lost phone."""

from collections.abc import Callable
from functools import wraps

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from web.desk.answers import form_page, next_of
from web.desk.pages import desk_page
from web.desk.second_factor import actions
from web.desk.second_factor.codes import generate_totp_secret, in_groups, pattern_of
from web.desk.second_factor.forms import PasswordForm, SetUpForm
from web.desk.second_factor.standing import Standing, mark_shown, standing_of
from zoomlink.encryption import NoKeyOpens, encrypted, opened

TITLE = gettext_lazy("Two-factor sign-in")
# The secret that an app is being given, encrypted: sessions stand in the database.
_OFFERED = "offered_secret"


def own_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let staff in, whatever their role: it is about nobody but themselves."""

    @never_cache
    @sensitive_post_parameters("code", "password")
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("desk:sign-in"))
        if not request.user.is_staff:
            raise PermissionDenied
        return view(request, standing_of(request.user))

    return guarded


@form_page
@own_page
def page(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Show how it stands; without a second factor, the way to one, and take its first code."""
    if standing.factor is not None:
        return _draw(request, standing, renewing=PasswordForm(request=request))
    form = SetUpForm(request.POST if request.method == "POST" else None, request=request)
    secret = _offered_secret(request)
    if form.is_bound and form.is_valid():
        codes = _switched_on(request, form, secret)
        if codes:
            return _draw_codes(request, codes, first=True)
    return _draw_set_up(request, form, secret, standing)


@require_POST
@own_page
def renew_codes(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Show ten new recovery codes in place of the former ones."""
    if standing.factor is None:
        return redirect("desk:second-factor")
    form = PasswordForm(request.POST, request=request)
    if not form.is_valid():
        return _draw(request, standing, renewing=form)
    codes = actions.renew_recovery_codes(user_id=request.user.pk)
    return _draw_codes(request, codes) if codes else redirect("desk:second-factor")


@require_POST
@own_page
def switch_off(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Forget one's second factor; who must have one is asked at once for another."""
    if standing.factor is None:
        return redirect("desk:second-factor")
    form = PasswordForm(request.POST, request=request, auto_id="off_%s")
    if not form.is_valid():
        return _draw(request, standing, ending=form)
    if actions.switch_off(user_id=request.user.pk, now=timezone.now()):
        messages.success(request, _("Two-factor sign-in is switched off."))
    return redirect("desk:second-factor")


def _offered_secret(request: HttpRequest) -> str:
    """The secret on the page, the same until it is kept, or its session ends."""
    try:
        return opened(request.session[_OFFERED])
    except (KeyError, NoKeyOpens):
        secret: str = generate_totp_secret()
        request.session[_OFFERED] = encrypted(secret)
        return secret


def _switched_on(request: HttpRequest, form: SetUpForm, secret: str) -> list[str]:
    """Return the recovery codes; none where the code was wrong, which the form then says."""
    typed = form.cleaned_data["code"]
    try:
        factor, codes = actions.switch_on(
            user_id=request.user.pk, secret=secret, code=typed, now=timezone.now()
        )
    except actions.WrongCode:
        form.add_error("code", _("This is not the code that the app shows. Is its clock right?"))
        return []
    except actions.AlreadyOn:
        return []
    del request.session[_OFFERED]
    request.session.cycle_key()
    mark_shown(request, factor)
    return codes


def _draw(request, standing, renewing=None, ending=None) -> HttpResponse:
    rows = Authenticator.objects.filter(pk=standing.factor)
    return desk_page(
        request,
        "desk/account/second_factor.html",
        title=TITLE,
        status=422 if (renewing or ending).errors else 200,
        factor=rows.first(),
        left=actions.recovery_codes_left(request.user),
        is_required=standing.is_required,
        renewing=renewing or PasswordForm(request=request),
        ending=ending or PasswordForm(request=request, auto_id="off_%s"),
    )


def _draw_set_up(request, form, secret, standing) -> HttpResponse:
    address = get_adapter().build_totp_url(request.user, secret)
    return desk_page(
        request,
        "desk/account/set_up.html",
        title=TITLE,
        status=422 if form.errors else 200,
        frame="desk/account/_bare.html" if standing.is_required else "desk/base.html",
        form=form,
        next=next_of(request),
        is_required=standing.is_required,
        secret=in_groups(secret),
        address=address,
        qr=pattern_of(address),
    )


def _draw_codes(request, codes, first=False) -> HttpResponse:
    return desk_page(
        request,
        "desk/account/recovery_codes.html",
        title=gettext_lazy("Recovery codes"),
        codes=codes,
        is_first=first,
        onward=next_of(request) or reverse("desk:second-factor"),
    )
