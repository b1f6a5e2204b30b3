"""Users whose phone is gone: their second factor, reset by who may change users."""

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.models import User
from web.desk.second_factor.actions import switch_off


class SecondFactorMixin:
    """A column that says who signs in by two steps, and the action that resets it."""

    actions = ["reset_second_factor"]

    def get_queryset(self, request):
        factors = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        return super().get_queryset(request).annotate(has_second_factor=Exists(factors))

    @admin.display(
        description=gettext_lazy("two-factor sign-in"), boolean=True, ordering="has_second_factor"
    )
    def signs_in_by_two_steps(self, user: User) -> bool:
        return user.has_second_factor

    @admin.action(description=gettext_lazy("Reset two-factor sign-in"), permissions=["change"])
    def reset_second_factor(self, request, users):
        """Leave out oneself, who is asked for the password first, and whom one may not change."""
        done = [
            user
            for user in users
            if user != request.user
            and self.has_change_permission(request, user)
            and switch_off(user_id=user.pk, now=timezone.now(), actor=request.user)
        ]
        for user in done:
            self.log_change(request, user, "Two-factor sign-in was reset.")
        text = ngettext(
            "Two-factor sign-in is reset for %(n)d user.",
            "Two-factor sign-in is reset for %(n)d users.",
            len(done),
        ) % {"n": len(done)}
        messages.success(request, text)
        if request.user in users:
            own = _("Your own stays: switch it off under your name, Two-factor sign-in.")
            messages.warning(request, own)
