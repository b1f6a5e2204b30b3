"""Who may sign in by a mailed code, and how the code is mailed."""

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from booking.models import Client, User
from notifications.actions import owe_sign_in_code
from web.limits import address_of

CODE_MAIL = "account/email/login_code"
TOO_MANY = "too_many_login_attempts"  # allauth's word for codes, too


class AccountAdapter(DefaultAccountAdapter):
    """Turns the one mail there is, the sign-in code, into a message owed."""

    def send_mail(self, template_prefix, email, context):
        if template_prefix == CODE_MAIL:
            owe_sign_in_code(
                email=email,
                code=context["code"],
                language=get_language() or "",
                now=timezone.now(),
            )

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        TOO_MANY: _("Too many codes were asked for. Please try again in a minute."),
    }

    def get_client_ip(self, request):
        """Whose requests for codes are counted together."""
        return address_of(request)

    def get_login_stages(self):
        """A mailed code lets only clients in, and nothing else is asked of them."""
        stages = super().get_login_stages()
        return [stage for stage in stages if not stage.startswith("allauth.mfa.")]

    def is_open_for_signup(self, request):
        """Nobody signs up: whoever booked can sign in."""
        return False


class ClientCode(LoginCodeVerificationProcess):
    """A code for an address that clients use, whether or not it has a user yet.

    allauth mails codes to existing users only; here the user is made once the code has
    proved the address. Written against allauth 65: look here when that changes.
    """

    @classmethod
    def start(cls, request: HttpRequest, email: str) -> None:
        """Mail a code to ``email`` if it is a client's; what the visitor sees is the same."""
        login = Login(email=email)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=None, email=email), initiated_by_user=True)
        process = cls(stage=stage)
        process.send()
        process.persist()

    @classmethod
    def resume(cls, stage):
        return cls(stage=stage).abort_if_invalid()

    def send_by_email(self, email, skip_enumeration_mails=False):
        """Do the same for every address; of one that nobody signs in with nothing is kept.

        How long the answer takes is not to tell whose addresses are known.
        """
        is_known = may_sign_in(email)
        code = get_adapter().generate_login_code()
        if is_known:
            self.state["code"] = code
        with transaction.atomic():
            get_adapter().send_mail(CODE_MAIL, email, {"code": code})
            transaction.set_rollback(not is_known)

    def finish(self, redirect_url):
        """Sign in whoever typed the code; refused when staff took the address meanwhile."""
        email = self.state["email"]
        if not may_sign_in(email):
            self.abort()
            return redirect("account_request_login_code")
        self._user = proven_user(email)
        return super().finish(redirect_url)


def may_sign_in(email: str) -> bool:
    """Whether a mailed code lets this address in: a client's, and not one of the staff."""
    user = User.objects.filter(email__iexact=email).first()
    is_client = Client.objects.filter(email__iexact=email).exists()
    if user is not None:
        return user.is_active and not (user.is_staff or user.is_superuser)
    return is_client


@transaction.atomic
def proven_user(email: str) -> User:
    """Return the user of an address that was just proved, with its client records."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, name=_name_of(email))
    adopt_clients(user)
    return user


def adopt_clients(user: User) -> None:
    """Give a client's user every record of their address, such as one booked just now."""
    Client.objects.filter(email__iexact=user.email, user=None).update(user=user)


def _name_of(email: str) -> str:
    named = Client.objects.filter(email__iexact=email).order_by("-pk").first()
    return named.name if named else ""
