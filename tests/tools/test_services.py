"""The tests' own servers: they serve, and nothing of them is left."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from tools import services
from tools.guardian import Guardian

pytestmark = [pytest.mark.no_database, pytest.mark.serial]


def listens(url: str) -> bool:
    address = urlsplit(url)
    try:
        with socket.create_connection((address.hostname, address.port), timeout=1):
            return True
    except OSError:
        return False


def test_postgres_serves_folds_cyrillic_and_is_gone_afterwards():
    with services.postgres() as url:
        with psycopg.connect(url) as connection:
            (folded,) = connection.execute("SELECT upper('зустріч')").fetchone()
            (folder,) = connection.execute("SHOW data_directory").fetchone()
        assert folded == "ЗУСТРІЧ"

    assert not listens(url)
    assert not Path(folder).exists()


def test_redis_serves_and_is_gone_afterwards():
    with services.redis() as url, redis.Redis.from_url(url) as client:
        assert client.ping()

    assert not listens(url)


def test_guardian_removes_a_folder_that_its_owner_left(tmp_path):
    folder = tmp_path / "left"
    folder.mkdir()
    guardian = Guardian()
    guardian.watch_folder(folder)

    guardian.close()

    assert not folder.exists()
