"""A new key comes first, everything is written anew, and the old key may go."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.db import models
from django.db.models.functions import Cast

from tests import factories
from tests.zoomlink import scene
from tests.zoomlink.scene import HOUR, NOW
from webhooks.models import Endpoint
from zoomlink import oauth
from zoomlink.actions import encryption
from zoomlink.actions.encryption import Outcome, encrypted_columns, reencrypt_secrets
from zoomlink.models import Meeting, ZoomConnection

pytestmark = pytest.mark.django_db

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _key in range(3))
JOIN_URL = "https://zoom.us/j/81234567890?pwd=abc"


@pytest.fixture
def keys(settings):
    """Sets the keys; the old one alone to begin with."""

    def use(*keys):
        settings.ENCRYPTION_KEYS = list(keys)

    use(OLD)
    return use


@pytest.fixture
def secrets(keys):
    """A connection and the meetings of three sessions, written with the old key."""
    factories.company()
    connection = factories.zoom_connection()
    service = factories.service(factories.provider(), is_online_meeting=True)
    for hour in range(3):
        booked = factories.book_one(service, starts_at=factories.TOMORROW_NOON + hour * HOUR)
        Meeting.objects.update_or_create(session=booked.session, defaults={"join_url": JOIN_URL})
    return connection


def stored(row, name):
    """What stands in the database."""
    rows = type(row).objects.annotate(raw=Cast(name, models.TextField()))
    return rows.values_list("raw", flat=True).get(pk=row.pk)


def run(capsys):
    call_command("reencrypt_secrets")
    return capsys.readouterr().out.splitlines()


def test_the_columns_are_found_by_themselves():
    assert encrypted_columns() == [
        (Endpoint, "secret"),
        (Endpoint, "former_secret"),
        (ZoomConnection, "access_token"),
        (ZoomConnection, "refresh_token"),
        (Meeting, "join_url"),
    ]


def test_a_new_key_put_first_opens_the_old_and_writes_the_new(secrets, keys):
    keys(NEW, OLD)

    secrets.refresh_from_db()
    assert secrets.access_token == "an access token"
    ZoomConnection.objects.update(access_token="another")

    assert Fernet(NEW).decrypt(stored(secrets, "access_token")) == b"another"
    assert Fernet(OLD).decrypt(stored(secrets, "refresh_token")) == b"a refresh token"


def test_everything_is_written_anew_and_the_old_key_may_go(secrets, keys, capsys):
    keys(NEW, OLD)

    said = run(capsys)

    keys(NEW)
    secrets.refresh_from_db()
    assert (secrets.access_token, secrets.refresh_token) == ("an access token", "a refresh token")
    assert [meeting.join_url for meeting in Meeting.objects.all()] == [JOIN_URL] * 3
    assert said == [
        "      0  opened by the first key already",
        "      5  written anew",
        "      0  changed meanwhile",
        "      0  opened by no key",
        "The first key opens everything: the other keys may go.",
    ]


def test_doing_it_twice_writes_nothing(secrets, keys):
    keys(NEW, OLD)
    reencrypt_secrets()
    before = stored(secrets, "access_token")

    assert reencrypt_secrets() == {Outcome.NEWEST: 5}
    assert stored(secrets, "access_token") == before


def test_empty_columns_are_left_empty(secrets, keys):
    Meeting.objects.update(join_url="")
    keys(NEW, OLD)

    assert reencrypt_secrets() == {Outcome.RENEWED: 2}
    assert Meeting.objects.filter(join_url="").count() == 3


def test_more_rows_than_a_batch_are_all_written(secrets, keys, monkeypatch):
    monkeypatch.setattr(encryption, "BATCH", 2)
    keys(NEW, OLD)

    assert reencrypt_secrets() == {Outcome.RENEWED: 5}


def test_what_no_key_opens_is_reported_and_left(secrets, keys, capsys):
    before = stored(secrets, "access_token")
    keys(OTHER)
    Meeting.objects.update(join_url=JOIN_URL)
    keys(NEW, OTHER)

    with pytest.raises(CommandError, match="2 were left as they are"):
        call_command("reencrypt_secrets")

    assert "      3  written anew" in capsys.readouterr().out
    assert stored(secrets, "access_token") == before
    keys(OLD)
    secrets.refresh_from_db()
    assert secrets.access_token == "an access token"


def test_something_that_is_no_key_is_refused_before_anything_is_written(secrets, keys):
    before = stored(secrets, "access_token")
    keys(NEW, "no key", OLD)

    with pytest.raises(CommandError, match="something that is no key"):
        call_command("reencrypt_secrets")

    assert stored(secrets, "access_token") == before


def test_secrets_and_keys_are_not_printed(secrets, keys, capsys):
    keys(NEW, OLD)

    said = "\n".join(run(capsys))

    assert not [text for text in (OLD, NEW, "token", JOIN_URL) if text in said]


@pytest.mark.django_db(transaction=True)
def test_a_pair_that_is_refreshed_meanwhile_is_not_overwritten(keys, lesson):
    keys(NEW, OLD)
    fresh = []

    def refresh_after_reading(execute, sql, params, many, context):
        """A worker's refresh comes between the reading of the pair and its writing."""
        result = execute(sql, params, many, context)
        if "zoomlink_zoomconnection" in sql and not fresh:
            with ThreadPoolExecutor(1) as worker:
                fresh.append(worker.submit(scene.in_a_thread, refresh).result())
        return result

    with database.execute_wrapper(refresh_after_reading):
        outcomes = reencrypt_secrets()

    assert outcomes == {Outcome.OVERTAKEN: 1, Outcome.NEWEST: 1}
    current = ZoomConnection.objects.current()
    assert [(current.access_token, current.refresh_token)] == fresh
    assert reencrypt_secrets() == {Outcome.NEWEST: 2}


def refresh():
    renewed = oauth.refresh(ZoomConnection.objects.current(), now=NOW)
    return renewed.access_token, renewed.refresh_token


def test_command_says_when_something_was_overtaken(secrets, keys):
    keys(NEW, OLD)

    def change_after_reading(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.startswith("SELECT") and "zoomlink_zoomconnection" in sql:
            ZoomConnection.objects.update(access_token="another")
        return result

    with (
        database.execute_wrapper(change_after_reading),
        pytest.raises(CommandError, match="run this once more"),
    ):
        call_command("reencrypt_secrets")

    assert ZoomConnection.objects.get().access_token == "another"
