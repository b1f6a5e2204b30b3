"""The five roles, as a new installation has them."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from tests.factories import staff
from web.abilities import ABILITIES, with_implied
from web.roles import ROLES, install_roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def allowed():
    install_roles()

    def ask(role, permission):
        user = staff(f"{role}@kyiv-yoga.example")
        user.groups.add(Group.objects.get(name=role))
        return user.has_perm(permission)

    return ask


def test_roles_are_installed_with_the_database():
    assert set(Group.objects.values_list("name", flat=True)) >= set(ROLES)


@pytest.mark.parametrize(
    ("permission", "may"),
    [
        ("booking.view_booking", ["owner", "administrator", "senior", "junior", "viewer"]),
        ("booking.see_all_bookings", ["owner", "administrator", "senior", "viewer"]),
        ("booking.change_booking", ["owner", "administrator", "senior", "junior"]),
        ("booking.label_booking", ["owner", "administrator", "senior", "junior", "viewer"]),
        ("booking.export_bookings", ["owner", "administrator", "senior", "junior"]),
        ("booking.change_client", ["owner", "administrator", "senior"]),
        ("booking.change_service", ["owner", "administrator"]),
        ("booking.change_feature", ["owner", "administrator"]),
        ("zoomlink.manage_online_meetings", ["owner", "administrator"]),
        ("api.add_apikey", ["owner", "administrator"]),
        ("booking.change_user", ["owner"]),
        ("booking.add_user", ["owner"]),
    ],
)
def test_permission_is_with_those_roles_and_no_other(allowed, permission, may):
    assert [role for role in ROLES if allowed(role, permission)] == may


def test_role_that_the_owner_changed_is_left_alone():
    install_roles()
    viewer = Group.objects.get(name="viewer")
    viewer.permissions.clear()

    install_roles()

    assert not viewer.permissions.exists()


def test_role_that_went_missing_comes_back_whole():
    install_roles()
    Group.objects.get(name="junior").delete()

    install_roles()

    junior = Group.objects.get(name="junior")
    assert junior.permissions.count() == len(set(ROLES["junior"]))


def test_every_permission_of_a_role_belongs_to_an_ability():
    named = {name for ability in ABILITIES.values() for name in ability.permissions}

    assert named == set(ROLES["owner"])


@pytest.mark.parametrize("role", ROLES)
def test_role_is_made_of_whole_abilities(role):
    held = with_implied(ROLES[role])
    whole = [one for one in ABILITIES.values() if one.is_within(held)]

    assert held == set().union(*(one.permissions for one in whole))


def test_update_gives_new_permissions_to_roles_that_could_do_the_thing_before():
    new = Permission.objects.filter(codename__in=["label_booking", "export_bookings"])
    for group in Group.objects.all():
        group.permissions.remove(*new)

    import_module("booking.migrations.0011_label_and_export").keep(apps, None)

    given = Group.objects.filter(permissions__in=new).distinct()
    assert {group.name for group in given} == {"owner", "administrator", "senior", "junior"}
