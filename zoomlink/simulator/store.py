"""The simulator's memory: one SQLite file that survives a restart.

Tokens, codes and start-link tokens are kept as SHA-256 digests only: nothing needs them back.
"""

import hashlib
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS secret (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS accounts (
    id TEXT PRIMARY KEY, number INTEGER NOT NULL, name TEXT NOT NULL, timezone TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS users (
    id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES accounts, email TEXT NOT NULL UNIQUE,
    first_name TEXT NOT NULL, last_name TEXT NOT NULL, type INTEGER NOT NULL,
    role_id TEXT NOT NULL, pmi INTEGER NOT NULL UNIQUE, timezone TEXT NOT NULL,
    created_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS consents (
    client_id TEXT NOT NULL, user_id TEXT NOT NULL REFERENCES users, shared INTEGER NOT NULL,
    scopes TEXT NOT NULL, granted_at TEXT NOT NULL, PRIMARY KEY (client_id, user_id));
CREATE TABLE IF NOT EXISTS codes (
    digest TEXT PRIMARY KEY, client_id TEXT NOT NULL, user_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL, challenge TEXT NOT NULL, method TEXT NOT NULL,
    expires_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS tokens (
    family INTEGER PRIMARY KEY AUTOINCREMENT, client_id TEXT NOT NULL, user_id TEXT NOT NULL,
    generation INTEGER NOT NULL, access_digest TEXT NOT NULL UNIQUE,
    refresh_digest TEXT NOT NULL UNIQUE, access_expires_at REAL NOT NULL,
    refresh_expires_at REAL NOT NULL, UNIQUE (client_id, user_id));
CREATE TABLE IF NOT EXISTS meetings (
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, host_id TEXT NOT NULL REFERENCES users,
    topic TEXT NOT NULL, type INTEGER NOT NULL, start_time TEXT, duration INTEGER NOT NULL,
    timezone TEXT NOT NULL, agenda TEXT NOT NULL, passcode TEXT NOT NULL, pwd TEXT NOT NULL,
    settings TEXT NOT NULL, tracking_fields TEXT NOT NULL, created_at TEXT NOT NULL,
    updates INTEGER NOT NULL DEFAULT 0, deleted_at TEXT);
CREATE INDEX IF NOT EXISTS meetings_of_host ON meetings (host_id, start_time);
CREATE TABLE IF NOT EXISTS zaks (
    digest TEXT PRIMARY KEY, user_id TEXT NOT NULL, expires_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS participants (
    key TEXT PRIMARY KEY, meeting_id INTEGER NOT NULL REFERENCES meetings, name TEXT NOT NULL,
    role TEXT NOT NULL, state TEXT NOT NULL, entered_at REAL NOT NULL, seen_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS participants_of_meeting ON participants (meeting_id, state);
CREATE TABLE IF NOT EXISTS write_calls (
    user_id TEXT NOT NULL, day TEXT NOT NULL, calls INTEGER NOT NULL, PRIMARY KEY (user_id, day));
CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY AUTOINCREMENT, operation TEXT NOT NULL, kind TEXT NOT NULL,
    seconds REAL, times INTEGER);
CREATE TABLE IF NOT EXISTS options (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, body BLOB NOT NULL,
    stamp TEXT NOT NULL, status INTEGER, failure TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0);
"""
# What a state file of an earlier version lacks.
ADDED_COLUMNS = (
    ("users", "status", "TEXT NOT NULL DEFAULT 'active'"),
    ("meetings", "running_uuid", "TEXT NOT NULL DEFAULT ''"),
    ("meetings", "started_at", "TEXT"),
    ("participants", "user_id", "TEXT NOT NULL DEFAULT ''"),
    ("faults", "share", "REAL"),
    ("faults", "seed", "TEXT"),
    ("faults", "draws", "INTEGER NOT NULL DEFAULT 0"),
)


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Store:
    """Opens the state file; every block is one transaction on a connection of its own."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        with closing(self._connect()) as db:
            db.executescript("PRAGMA journal_mode=WAL;" + SCHEMA)
            _add_columns(db)
        path.chmod(0o600)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for queries that see one moment."""
        with closing(self._connect()) as db:
            db.execute("BEGIN")
            yield db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection holding the write lock; commits at the end, rolls back on an error."""
        with closing(self._connect()) as db:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")

    def secret(self, name: str) -> str:
        """A random value made once per state file."""
        with self.writing() as db:
            db.execute(
                "INSERT OR IGNORE INTO secret VALUES (?, ?)", (name, secrets.token_urlsafe(32))
            )
            value: str = db.execute("SELECT value FROM secret WHERE name = ?", (name,)).fetchone()[
                0
            ]
            return value

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=20, isolation_level=None)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute("PRAGMA foreign_keys=ON")
        return db


def _add_columns(db: sqlite3.Connection) -> None:
    for table, column, definition in ADDED_COLUMNS:
        known = {row["name"] for row in db.execute(f"PRAGMA table_info({table})")}
        if column not in known:
            db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {definition}")
