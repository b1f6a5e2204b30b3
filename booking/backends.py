"""How staff sign in."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils.module_loading import import_string

from booking.models import User

# Known to everybody, so refused in production.
DEMO_PASSWORD = "demo-password"  # nosec B105


class StaffBackend(ModelBackend):
    """E-mail and password, for staff only; the demo's password works only with DEBUG."""

    def authenticate(self, request, username=None, password=None, **credentials):
        if password == DEMO_PASSWORD and not settings.DEBUG:
            return None
        user = super().authenticate(request, username=username, password=password, **credentials)
        return user if user is not None and user.is_staff else None

    def get_user(self, user_id):
        """Load who is signed in, with what is asked of them on every page."""
        loaded = import_string(settings.LOADED_WITH_USER)(User.objects.filter(pk=user_id))
        user = loaded.first()
        return user if user is not None and self.user_can_authenticate(user) else None


def name_typed(request: HttpRequest, credentials: dict[str, str] | None = None) -> str:
    """The name that wrong passwords are counted for: one, whatever its capitals."""
    return str((credentials or request.POST).get("username") or "").strip().lower()
