"""Keys of the API: made once, found by their secret alone, revoked for good."""

from datetime import timedelta
from hashlib import sha256
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from tests import factories
from tests.factories import NOW
from web.keys import actions
from web.keys.models import ApiKey
from web.keys.origins import origin_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def make():
    boss = factories.staff()

    def made(kind=ApiKey.SERVER, **fields) -> tuple[ApiKey, str]:
        return actions.make(name="Website", kind=kind, actor=boss, now=NOW, **fields)

    return made


def test_secret_is_random_and_only_its_digest_is_kept(make):
    key, secret = make()

    assert (len(secret), secret[:3]) == (35, "zk_")
    assert secret[:11] == key.prefix
    assert sha256(secret.encode()).hexdigest() == key.digest
    assert secret not in str(ApiKey.objects.values().get())


def test_key_is_found_by_its_secret_and_by_nothing_else(make):
    key, secret = make()
    flipped = secret[:-1] + ("A" if secret[-1] != "A" else "B")

    assert actions.use(secret, now=NOW) == key
    for wrong in ("", "zk_", secret[:-1], f"{secret}x", flipped, secret.upper(), key.digest, "\0"):
        assert actions.use(wrong, now=NOW) is None


def test_revoked_key_opens_nothing(make):
    key, secret = make()

    assert actions.revoke(key_id=key.pk, now=NOW)
    assert actions.use(secret, now=NOW) is None
    assert not actions.revoke(key_id=key.pk, now=NOW + timedelta(days=1))
    assert ApiKey.objects.get().revoked_at == NOW


def test_use_is_noted_once_a_minute(make, django_assert_num_queries):
    _key, secret = make()

    for seconds, noted, queries in ((0, 0, 2), (59, 0, 1), (60, 60, 2)):
        with django_assert_num_queries(queries):
            actions.use(secret, now=NOW + timedelta(seconds=seconds))
        assert ApiKey.objects.get().last_used_at == NOW + timedelta(seconds=noted)


def test_only_page_keys_have_origins_and_only_while_they_work(make):
    page, _secret = make(ApiKey.PAGE, origins=["https://a.example"])
    server, _secret = make(origins=["https://b.example"])

    assert actions.is_allowed_origin("https://a.example")
    assert server.origins == []
    assert not actions.is_allowed_origin("https://b.example")
    actions.revoke(key_id=page.pk, now=NOW)
    assert not actions.is_allowed_origin("https://a.example")


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://www.example.com", "https://www.example.com"),
        (" HTTPS://WWW.Example.com:443/ ", "https://www.example.com"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("https://пошта.укр", "https://xn--80a1acn3a.xn--j1amh"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        *((wrong, None) for wrong in (
            "", "*", "null", "www.example.com", "https://", "https://*.example.com", "javascript:x",
            "ftp://a.example", "https://a.example/page", "https://a.example?x", "https://a b.c",
            "https://a.example#x", "https://me@a.example", "https://a.example:x", "https://a..b",
        )),
    ],
)  # fmt: skip
def test_origin_is_written_as_browsers_do(typed, origin):
    assert origin_of(typed) == origin


def test_update_gives_the_permissions_to_whoever_changes_the_company():
    new = Permission.objects.filter(content_type__app_label="api")
    for group in Group.objects.all():
        group.permissions.remove(*new)

    import_module("web.keys.migrations.0001_api_key").give(apps, None)

    given = Group.objects.filter(permissions__in=new).distinct()
    assert new.count() == 3
    assert {group.name for group in given} == {"owner", "administrator"}
