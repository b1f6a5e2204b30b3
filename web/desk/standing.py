"""Who may decide about whom: nobody gives, or takes over, more than they have themselves."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

from booking.models import User
from web.abilities import ABILITIES, Ability, with_implied

OWNER = "owner"


def is_owner(user: User) -> bool:
    """Whoever has that role, or rules the server."""
    return bool(user.is_superuser or user.groups.filter(name=OWNER).exists())


def may_decide_about(acting: User, user: User) -> bool:
    """Whether ``acting`` may change or delete ``user``, and so sign in as them in the end.

    Somebody who may not sign in at present counts with all that they would be able to do.
    """
    if acting.is_superuser or (is_owner(acting) and not user.is_superuser):
        return True
    return not user.is_superuser and held_by(user) <= _held_now_by(acting)


def grantable_roles(acting: User) -> QuerySet[Group]:
    groups = Group.objects.order_by("pk")
    if is_owner(acting):
        return groups
    held = _held_now_by(acting)
    within = [group.pk for group in groups if permissions_of(group) <= held]
    return groups.filter(pk__in=within)


def grantable_abilities(acting: User) -> list[Ability]:
    held, is_any = _held_now_by(acting), is_owner(acting)
    return [ability for ability in ABILITIES.values() if is_any or ability.permissions <= held]


def held_by(user: User) -> set[str]:
    """Permissions by roles and by name, also of somebody who may not sign in."""
    return _names(Permission.objects.filter(Q(group__user=user) | Q(user=user)))


def held_by_roles(user: User) -> set[str]:
    return _names(Permission.objects.filter(group__user=user))


def held_by_name(user: User) -> set[str]:
    return _names(Permission.objects.filter(user=user))


def permissions_of(group: Group) -> set[str]:
    return _names(group.permissions)


def rows_of(names: Iterable[str]) -> list[Permission]:
    """The stored permissions of such names as ``booking.view_booking``."""
    wanted = set(names)
    rows = Permission.objects.select_related("content_type").distinct()
    return [row for row in rows if _name(row) in wanted]


def is_last_owner(user: User) -> bool:
    """Whether nobody else could sign in as an owner. Locks: two cannot resign at once."""
    # The list is fetched to take the lock.
    list(Group.objects.select_for_update().filter(name=OWNER))
    owners = User.objects.filter(groups__name=OWNER, is_active=True, is_staff=True)
    return owners.filter(pk=user.pk).exists() and not owners.exclude(pk=user.pk).exists()


def _held_now_by(acting: User) -> set[str]:
    return with_implied(acting.get_all_permissions())


def _names(rows) -> set[str]:
    return {_name(row) for row in rows.select_related("content_type").distinct()}


def _name(row: Permission) -> str:
    return f"{row.content_type.app_label}.{row.codename}"
