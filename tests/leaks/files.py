"""What processes leave behind: log files, folders of data, and databases."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from tests.leaks.canaries import kinds_in


class SecretsLeaked(AssertionError):
    """Something of Zoom's was left where it may be read; the text says where, not what."""


def assert_clean(*files: Path) -> None:
    """Raise SecretsLeaked with each line of ``files`` that holds a secret."""
    found = [
        f"{kind} in {file}, line {number}"
        for file in files
        for number, line in enumerate(_lines_of(file), 1)
        for kind in kinds_in(line)
    ]
    _raise_if(found)


def assert_folder_clean(folder: Path, *, but: Iterable[str] = ()) -> None:
    """As ``assert_clean`` for every file below; files whose names begin with ``but`` are left out.

    Of a SQLite file its pages are read as they are, deleted rows and the log included.
    """
    left_out = tuple(but)
    files = (path for path in folder.rglob("*") if path.is_file())
    assert_clean(*(path for path in files if not path.name.startswith(left_out)))


def assert_database_clean(url: str) -> None:
    """As ``assert_clean`` for all tables of a database named as in DATABASE_URL."""
    with closing(_connected(url)) as connection, closing(connection.cursor()) as cursor:
        found = leaks_of(cursor, tables_of(cursor))
    _raise_if(found)


def leaks_of(cursor: Any, tables: Iterable[str]) -> list[str]:
    """Every kind of secret with the table and column that shows it."""
    found = set()
    for table in tables:
        cursor.execute(f'SELECT * FROM "{table}"')
        columns = [column[0] for column in cursor.description]
        for row in cursor.fetchall():
            for column, content in zip(columns, row, strict=True):
                found |= {f"{kind} in {table}.{column}" for kind in kinds_in(_text_of(content))}
    return sorted(found)


def tables_of(cursor: Any) -> list[str]:
    is_sqlite = isinstance(cursor, sqlite3.Cursor)
    cursor.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if is_sqlite
        else "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    )
    return [name for (name,) in cursor.fetchall()]


def _connected(url: str) -> Any:
    scheme, _, place = url.partition("://")
    return sqlite3.connect(place) if scheme == "sqlite" else psycopg.connect(url)


def _text_of(content: object) -> str:
    if isinstance(content, bytes | memoryview):
        return bytes(content).decode(errors="replace")
    return str(content)


def _lines_of(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8", errors="replace") as lines:
        yield from lines


def _raise_if(found: list[str]) -> None:
    if found:
        raise SecretsLeaked("\n".join(["Secrets of Zoom's were left behind:", *found]))
