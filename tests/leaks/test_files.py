"""A leak planted in what a process leaves behind is found by what reads it at the end."""

import os
import sqlite3

import pytest
from django.db import connection

from booking.models import Event
from tests import factories
from tests.leaks.canaries import noted
from tests.leaks.files import (
    SecretsLeaked,
    assert_clean,
    assert_database_clean,
    assert_folder_clean,
    leaks_of,
)
from tests.zoomlink.simulator.process import SimulatorProcess

SECRET = "zsimZAK_q1W2e3R4"


@pytest.mark.no_database
def test_line_of_a_log_is_found(tmp_path):
    log = tmp_path / "product.log"
    log.write_bytes(f"web | ready\nworker | \xff went to ?zak={SECRET}\n".encode("latin-1"))

    with pytest.raises(SecretsLeaked) as leak:
        assert_clean(log)

    assert str(leak.value).splitlines()[1:] == [f"zsimZAK_… in {log}, line 2"]


@pytest.mark.no_database
def test_clean_log_passes_and_a_missing_one_does_not(tmp_path):
    log = tmp_path / "product.log"
    log.write_text("web | ready\n")

    assert_clean(log)

    with pytest.raises(FileNotFoundError):
        assert_clean(tmp_path / "other.log")


@pytest.mark.no_database
def test_file_in_a_folder_is_found_unless_it_is_zooms_own(tmp_path):
    (tmp_path / "queue").mkdir()
    (tmp_path / "zoom-simulator.sqlite3-wal").write_text(SECRET)
    assert_folder_clean(tmp_path, but=["zoom-simulator."])

    (tmp_path / "queue" / "1.msg").write_text(SECRET)

    with pytest.raises(SecretsLeaked, match=r"1\.msg"):
        assert_folder_clean(tmp_path, but=["zoom-simulator."])


@pytest.mark.no_database
def test_row_of_a_closed_database_is_found(tmp_path):
    url = f"sqlite:///{tmp_path}/data.sqlite3"
    with sqlite3.connect(tmp_path / "data.sqlite3") as database:
        database.execute("CREATE TABLE notes (id INTEGER, said BLOB)")
        assert_database_clean(url)
        database.execute("INSERT INTO notes VALUES (1, ?)", [f"at {SECRET}".encode()])
        database.commit()

    with pytest.raises(SecretsLeaked, match=r"zsimZAK_… in notes\.said"):
        assert_database_clean(url)


@pytest.mark.django_db
def test_row_of_the_products_database_is_found():
    Event.objects.create(
        kind=Event.ZOOM_CONNECTED, occurred_at=factories.NOW, details={"deep": [SECRET]}
    )

    with connection.cursor() as cursor:
        found = leaks_of(cursor, connection.introspection.table_names(cursor))

    assert found == [f"zsimZAK_… in {Event._meta.db_table}.details"]
    assert len(noted()) == 1  # it was already told when it was written


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_row_of_a_postgres_database_is_found():
    Event.objects.create(
        kind=Event.ZOOM_CONNECTED, occurred_at=factories.NOW, details={"deep": [SECRET]}
    )
    place = os.environ["DATABASE_URL"].rpartition("/")[0]

    with pytest.raises(SecretsLeaked, match="details"):
        assert_database_clean(f"{place}/{connection.settings_dict['NAME']}")

    assert len(noted()) == 1


@pytest.mark.no_database
def test_log_of_the_simulator_is_read_when_it_ends(tmp_path):
    simulator = SimulatorProcess(tmp_path / "zoom.sqlite3").start()
    with simulator.log.open("a") as log:
        log.write(f"GET /s/812?zak={SECRET}\n")

    with pytest.raises(SecretsLeaked, match=r"zoom\.log"):
        simulator.kill()
