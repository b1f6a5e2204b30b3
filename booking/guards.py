"""The database's own last word: two active sessions of a provider never overlap.

On PostgreSQL an exclusion constraint, on SQLite triggers. Neither can stand in
``Meta.constraints`` (the first breaks migrations on SQLite, whose table rebuilds then
drop the second without a word), so both are installed after every migration.
"""

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

OVERLAP_GUARD = "session_provider_overlap"

# A range of one provider id instead of `provider_id WITH =` needs no btree_gist,
# hence no rights beyond those of an ordinary role.
_POSTGRESQL = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = '{guard}') THEN
    ALTER TABLE booking_session ADD CONSTRAINT {guard} EXCLUDE USING gist (
      int8range(provider_id, provider_id, '[]') WITH &&,
      tstzrange(occupied_from, occupied_until) WITH &&
    ) WHERE (status = 'active');
  END IF;
END $$
"""

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {guard}_{name} BEFORE {event} ON booking_session
WHEN NEW.status = 'active'
BEGIN
  SELECT RAISE(ABORT, '{guard}') WHERE EXISTS (
    SELECT 1 FROM booking_session AS other
    WHERE other.provider_id = NEW.provider_id AND other.status = 'active'
      AND other.id IS NOT NEW.id
      AND other.occupied_from < NEW.occupied_until
      AND other.occupied_until > NEW.occupied_from
  );
END
"""

_SQLITE_EVENTS = {
    "insert": "INSERT",
    "update": "UPDATE OF provider_id, occupied_from, occupied_until, status",
}


def install_guards(*, using: str = "default", **_signal: object) -> None:
    """Install the guard where it is missing (a receiver of ``post_migrate``)."""
    connection = connections[using]
    if "booking_session" not in connection.introspection.table_names():
        return  # migrated back to before there were sessions
    with connection.cursor() as cursor:
        for statement in _statements(connection):
            cursor.execute(statement)


def missing_guards(*, using: str = "default") -> list[str]:
    """Return the names of guards that the database does not have."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        names = [OVERLAP_GUARD]
        known = "SELECT conname FROM pg_constraint WHERE conrelid = 'booking_session'::regclass"
    else:
        names = [f"{OVERLAP_GUARD}_{name}" for name in _SQLITE_EVENTS]
        known = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(known)
        found = {name for (name,) in cursor.fetchall()}
    return [name for name in names if name not in found]


def _statements(connection: BaseDatabaseWrapper) -> list[str]:
    if connection.vendor == "postgresql":
        return [_POSTGRESQL.format(guard=OVERLAP_GUARD)]
    return [
        _SQLITE.format(guard=OVERLAP_GUARD, name=name, event=event)
        for name, event in _SQLITE_EVENTS.items()
    ]
