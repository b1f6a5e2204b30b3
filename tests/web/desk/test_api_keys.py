"""Settings → API keys: made once, shown once, revoked for good."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import User
from tests import factories
from tests.factories import NOW
from web.keys import actions
from web.keys.models import ApiKey

pytestmark = pytest.mark.django_db

HERE = "/admin/api-keys/"
PAGE = {
    "name": "Website",
    "kind": "page",
    "origins": "https://www.example.com/\nhttp://localhost:80",
}


@pytest.fixture
def boss(as_role):
    return as_role("administrator")


@pytest.fixture
def make(company):
    maker = factories.staff()

    def made(name="CRM") -> ApiKey:
        key, _secret = actions.make(name=name, kind=ApiKey.SERVER, actor=maker, now=NOW)
        return key

    return made


def test_key_is_shown_once_and_then_only_its_beginning(boss):
    made = boss.post(f"{HERE}new/", PAGE)

    [secret] = set(re.findall(r"zk_[\w-]{32}", made.content.decode()))
    key = ApiKey.objects.get()
    assert actions.use(secret, now=NOW) == key
    assert (key.kind, key.origins) == ("page", ["https://www.example.com", "http://localhost"])
    assert key.created_by.email.startswith("administrator")
    assert "no-store" in made["Cache-Control"]
    listed = boss.get(HERE).content.decode()
    assert secret not in listed
    assert f"{secret[:11]}…" in listed


def test_key_of_a_server_needs_no_origin_and_keeps_none(boss):
    boss.post(f"{HERE}new/", {**PAGE, "kind": "server", "requests_per_minute": "30"})

    key = ApiKey.objects.get()
    assert (key.kind, key.origins, key.requests_per_minute) == ("server", [], 30)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "x" * 101), ("kind", ""), ("kind", "root"), ("origins", ""),
        ("origins", "*"), ("origins", "https://a.example/page"), ("requests_per_minute", "0"),
        ("origins", "\n".join(f"https://{number}.example" for number in range(21))),
        ("requests_per_minute", "100001"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_is_made(boss, field, value):
    answer = boss.post(f"{HERE}new/", {**PAGE, field: value})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not ApiKey.objects.exists()


def test_revoked_key_stays_in_the_list_below_the_others(boss, make):
    old, new = make("Old"), make("New")

    answer = boss.post(f"{HERE}{new.pk}/revoke/", follow=True)

    assert [key.name for key in answer.context["page"]] == ["Old", "New"]
    assert "New is revoked." in answer.content.decode()
    assert f"{HERE}{new.pk}/revoke/" not in answer.content.decode()
    assert ApiKey.objects.get(pk=old.pk).revoked_at is None


def test_who_only_looks_has_no_buttons(as_role, make):
    reader = as_role("viewer")
    may_look = Permission.objects.get(codename="view_apikey")
    User.objects.get(groups__name="viewer").user_permissions.add(may_look)
    make()

    listed = reader.get(HERE).content.decode()

    assert "CRM" in listed
    assert "revoke/" not in listed
    assert f"{HERE}new/" not in listed


def test_list_takes_as_many_queries_for_one_as_for_three(boss, make):
    make()
    boss.get(HERE)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            boss.get(HERE)
        return len(captured)

    for_one = queries()
    make()
    make()

    assert queries() == for_one
