"""The accounts and users that exist from the start."""

import base64
import hashlib
import sqlite3

LICENSED, BASIC = 2, 1
OWNER, ADMIN, MEMBER = "0", "1", "2"
CREATED_AT = "2024-01-15T09:00:00Z"

DEMO_STUDIO = ("Demo Studio", 1_000_481_516, "Europe/Kiev")
OTHER_COMPANY = ("Other Company", 1_000_234_299, "Europe/London")

DEMO_USERS = (
    ("owner@zoom.example", "Oksana", "Demo", LICENSED, OWNER),
    ("admin@zoom.example", "Andrii", "Lysenko", LICENSED, ADMIN),
    ("olena@zoom.example", "Olena", "Koval", LICENSED, MEMBER),
    ("taras@zoom.example", "Taras", "Bondar", LICENSED, MEMBER),
    ("iryna@zoom.example", "Iryna", "Melnyk", LICENSED, MEMBER),
    ("basic@zoom.example", "Bohdan", "Basic", BASIC, MEMBER),
)
OTHER_USERS = (("someone@other.example", "Sam", "Someone", LICENSED, OWNER),)


def fill(db: sqlite3.Connection, *, extra_users: int) -> None:
    """Add the accounts and users that are missing; those that are there stay as they are."""
    extra = tuple(
        (f"user{number:03d}@zoom.example", "Extra", f"Person {number:03d}", LICENSED, MEMBER)
        for number in range(1, extra_users + 1)
    )
    _add_account(db, DEMO_STUDIO, DEMO_USERS + extra)
    _add_account(db, OTHER_COMPANY, OTHER_USERS)


def _add_account(
    db: sqlite3.Connection,
    account: tuple[str, int, str],
    users: tuple[tuple[str, str, str, int, str], ...],
) -> None:
    name, number, timezone = account
    account_id = _identifier(name)
    db.execute(
        "INSERT OR IGNORE INTO accounts VALUES (?, ?, ?, ?)", (account_id, number, name, timezone)
    )
    for email, first_name, last_name, kind, role_id in users:
        db.execute(
            "INSERT OR IGNORE INTO users (id, account_id, email, first_name, last_name, type,"
            " role_id, pmi, timezone, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(_identifier(email), account_id, email, first_name, last_name),
                *(kind, role_id, _pmi(email), timezone, CREATED_AT),
            ),
        )


def _identifier(name: str) -> str:
    """22 characters as Zoom's ids have, the same at every start."""
    return base64.urlsafe_b64encode(hashlib.sha256(name.encode()).digest()[:16])[:22].decode()


def _pmi(email: str) -> int:
    """A personal meeting id: ten digits."""
    return 3_000_000_000 + int(hashlib.sha256(email.encode()).hexdigest()[:7], 16)
