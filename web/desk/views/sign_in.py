"""The staff's sign-in: e-mail and password, then the code of those who have a second factor."""

from django.contrib import admin, messages
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from unfold.forms import AuthenticationForm

from web.desk.pages import desk_page
from web.desk.second_factor import halfway
from web.desk.second_factor.actions import RECOVERY_CODES, recovery_codes_left
from web.desk.second_factor.forms import CodeForm
from web.desk.second_factor.standing import standing_of

_FEW = 3  # recovery codes


class SignIn(LoginView):
    """Django's page of the admin, which signs nobody in who still has a code to show."""

    template_name = "admin/login.html"
    authentication_form = AuthenticationForm
    next_page = "admin:index"

    def get(self, request, *args, **kwargs):
        if admin.site.has_permission(request):
            return redirect("admin:index")
        return super().get(request, *args, **kwargs)

    def form_valid(self, form):
        user = form.get_user()
        if standing_of(user).factor is None:
            return super().form_valid(form)
        halfway.begin(self.request, user, next_url=self.get_success_url(), now=timezone.now())
        return redirect("desk:sign-in-code")

    def get_context_data(self, **kwargs):
        self.request.current_app = admin.site.name
        own = {"title": gettext_lazy("Staff sign-in"), "app_path": self.request.get_full_path()}
        return super().get_context_data(**admin.site.each_context(self.request), **own, **kwargs)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask whoever gave the right password for a code, and sign them in by it."""
    now = timezone.now()
    user = halfway.waiting_user(request, now)
    if user is None:
        return redirect("desk:sign-in")
    posted = request.POST if request.method == "POST" else None
    form = CodeForm(posted, request=request, user=user, now=now)
    if form.is_bound and form.is_valid():
        next_url = halfway.finish(request, user)
        if form.used.type == RECOVERY_CODES:
            _tell_what_is_left(request)
        return redirect(next_url)
    title = gettext_lazy("Two-factor sign-in")
    return desk_page(request, "desk/account/sign_in_code.html", title=title, form=form)


def _tell_what_is_left(request: HttpRequest) -> None:
    left = recovery_codes_left(request.user)
    text = ngettext(
        "You used a recovery code; %(left)d is left.",
        "You used a recovery code; %(left)d are left.",
        left,
    ) % {"left": left}
    if left <= _FEW:
        text = _("%(text)s Get new ones under Two-factor sign-in.") % {"text": text}
    messages.warning(request, text)
