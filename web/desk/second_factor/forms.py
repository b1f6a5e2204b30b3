"""What is typed: a code, a password once more, or the two that switch a second factor on."""

from datetime import datetime

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from booking.models import User
from web.desk.second_factor.actions import use_code
from web.desk.second_factor.limits import count_guess, is_locked_out, tell_of_wrong_code

_LONGEST_CODE = 40  # with the blanks and dashes that people put in


class CodeInput(UnfoldAdminTextInputWidget):
    """Empty each time: a code that was refused is not shown again, least of all one on paper."""

    def format_value(self, value: object) -> None:
        return None


def _code_field() -> forms.CharField:
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
    return forms.CharField(
        label=gettext_lazy("Code"),
        max_length=_LONGEST_CODE,
        widget=CodeInput(attrs=attrs),
    )


class CodeForm(forms.Form):
    """The second step of signing in; a valid form has used the code up."""

    code = _code_field()

    def __init__(self, *args, request: HttpRequest, user: User, now: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.request, self.user, self.now = request, user, now
        self.fields["code"].widget.attrs["autofocus"] = True
        self.used = None

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if is_locked_out(self.request, self.user):
            raise ValidationError(_("Too many wrong codes."))
        was_right = count_guess(self.request, self.user)
        self.used = use_code(user_id=self.user.pk, code=code, now=self.now)
        if self.used is None:
            tell_of_wrong_code(self.request, self.user)
            raise ValidationError(_("This code is wrong, has expired or was used before."))
        was_right()
        return code


class PasswordForm(forms.Form):
    """Asks whoever is signed in for their password once more: it may be a browser left open."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, request: HttpRequest, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        name = self.request.user.get_username()
        if authenticate(self.request, username=name, password=password) != self.request.user:
            raise ValidationError(_("This is not your password."))
        return password


class SetUpForm(PasswordForm):
    """Switches a second factor on: the code shows that the app has the secret."""

    code = _code_field()
    field_order = ["code", "password"]
