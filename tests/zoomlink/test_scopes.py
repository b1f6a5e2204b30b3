"""Which scopes are missing, for both kinds of app and both generations of scopes."""

from pathlib import Path

import pytest

from zoomlink.models import ZoomConnection
from zoomlink.scopes import NEEDED_SCOPES

pytestmark = pytest.mark.no_database

ROOT = Path(__file__).resolve().parents[2]
ALL = [scope.name for scope in NEEDED_SCOPES]
OF_ONE_USER = [name.removesuffix(":admin") for name in ALL if "list_users" not in name]


def connection(*scopes):
    return ZoomConnection(scopes=" ".join(scopes))


@pytest.mark.parametrize(
    ("granted", "single_user"),
    [
        (ALL, False),
        (["user:read:admin", "meeting:write:admin", "meeting:read:admin"], False),
        ([*ALL, "phone:read:call:admin", "zoomapp:inmeeting"], False),
        (OF_ONE_USER, True),
        (["user:read", "meeting:write", "meeting:read"], True),
    ],
)
def test_nothing_is_missing_of_what_was_granted(granted, single_user):
    whole = connection(*granted)

    assert whole.missing_scopes == []
    assert whole.is_of_single_user is single_user


@pytest.mark.parametrize("lacking", ALL)
def test_each_scope_is_missed_by_name_with_its_purpose(lacking):
    kept = [name for name in ALL if name != lacking]
    purpose = next(scope.purpose for scope in NEEDED_SCOPES if scope.name == lacking)

    assert connection(*kept).scopes_to_add == [(lacking, purpose)]


@pytest.mark.parametrize("lacking", OF_ONE_USER)
def test_each_scope_is_missed_as_an_app_of_one_user_names_it(lacking):
    kept = [name for name in OF_ONE_USER if name != lacking]

    assert connection(*kept).missing_scopes == [lacking]


def test_an_app_without_scopes_lacks_them_all():
    assert connection().missing_scopes == ALL


def test_the_broad_scope_of_one_thing_does_not_allow_the_others():
    lacking = connection("meeting:write:admin", "user:read:admin").missing_scopes

    assert lacking == ["meeting:read:meeting:admin", "meeting:read:list_meetings:admin"]
