"""What the app at Zoom must be allowed, and what for. Zoom's documentation, "Granular scopes"."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ADMIN = ":admin"  # the end of each scope of an admin-managed app, and of no other's


@dataclass(frozen=True)
class Scope:
    """A granular scope of an admin-managed app that some call of ours needs.

    ``classic`` is the older, broader one that allows it as well: apps made before Zoom's granular
    scopes still have those. ``for_account``: no app of a single user can have it.
    """

    name: str
    classic: str
    purpose: Promise
    for_account: bool = False

    def of(self, *, single_user: bool) -> tuple[str, str]:
        """The names of both forms in an app of that kind."""
        if not single_user:
            return self.name, self.classic
        return self.name.removesuffix(ADMIN), self.classic.removesuffix(ADMIN)


NEEDED_SCOPES = (
    Scope(
        "user:read:user:admin",
        "user:read:admin",
        _("to know who connected, and each hour that the connection still works"),
    ),
    Scope(
        "user:read:list_users:admin",
        "user:read:admin",
        _("to offer the users of your account for your providers"),
        for_account=True,
    ),
    Scope(
        "meeting:write:meeting:admin",
        "meeting:write:admin",
        _("to make a meeting for a booking"),
    ),
    Scope(
        "meeting:update:meeting:admin",
        "meeting:write:admin",
        _("to move a meeting along with its booking"),
    ),
    Scope(
        "meeting:delete:meeting:admin",
        "meeting:write:admin",
        _("to delete the meeting of a cancelled booking"),
    ),
    Scope(
        "meeting:read:meeting:admin",
        "meeting:read:admin",
        _("to see whether a meeting is as it should be, and to let the host in"),
    ),
    Scope(
        "meeting:read:list_meetings:admin",
        "meeting:read:admin",
        _("to find a meeting again where Zoom's answer was lost, so that none is made twice"),
    ),
    Scope(
        "meeting:update:status:admin",
        "meeting:write:admin",
        _("to end a running meeting whose booking was cancelled"),
    ),
)


def are_of_single_user(granted: Collection[str]) -> bool:
    """Whether these scopes are of a user-managed app, which knows nobody but its own user."""
    return bool(granted) and not any(scope.endswith(ADMIN) for scope in granted)


def missing(granted: Collection[str]) -> Iterator[tuple[str, Promise]]:
    """Yield each scope that was granted in neither form, as an app of this kind names it."""
    single_user = are_of_single_user(granted)
    for scope in NEEDED_SCOPES:
        name, classic = scope.of(single_user=single_user)
        is_granted = name in granted or classic in granted
        if not (is_granted or (single_user and scope.for_account)):
            yield name, scope.purpose
