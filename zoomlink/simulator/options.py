"""What is set while the simulator runs, each a JSON value under a name."""

import json
import sqlite3
from typing import Any


def read(db: sqlite3.Connection, name: str, default: Any) -> Any:
    row = db.execute("SELECT value FROM options WHERE name = ?", (name,)).fetchone()
    return default if row is None else json.loads(row["value"])


def write(db: sqlite3.Connection, name: str, value: Any) -> None:
    db.execute("INSERT OR REPLACE INTO options VALUES (?, ?)", (name, json.dumps(value)))
