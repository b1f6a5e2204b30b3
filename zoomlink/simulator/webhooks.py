"""Webhooks: events owed to the app, signed and sent as Zoom does it, kept to be looked at.

An event is owed in the transaction that makes it happen and sent when the request is over.
Zoom's own repeats after 5, 20 and 60 minutes are left to whoever presses *repeat*.
"""

import hashlib
import hmac
import json
import logging
import re
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import requests
from flask import g

from zoomlink.simulator import context, options
from zoomlink.simulator.store import Store

# Zoom gives up on an answer after three seconds (Zoom's documentation, "Using webhooks").
TIMEOUT_SECONDS = 3
REMOVAL = "app_deauthorized"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Subscription:
    """Where events are sent; without ``events`` all are."""

    url: str
    secret: str
    events: tuple[str, ...]


def subscription(db: sqlite3.Connection) -> Subscription:
    """What was set while running, or else what the command line says."""
    known = context.settings()
    return Subscription(
        url=options.read(db, "webhook_url", known.webhook_url),
        secret=options.read(db, "webhook_secret", known.webhook_secret),
        events=tuple(options.read(db, "webhook_events", [])),
    )


def owe(db: sqlite3.Connection, event: str, payload: dict[str, Any], *, now: float) -> None:
    """Note an event for the app, if it listens; ``post`` sends it after the commit.

    An account that has not added the app is not told about, but for the removal itself.
    """
    wanted = subscription(db)
    is_wanted = wanted.url and (not wanted.events or event in wanted.events)
    if not is_wanted or not (event == REMOVAL or _has_added(db, payload["account_id"])):
        return
    body = encoded({"event": event, "event_ts": int(now * 1000), "payload": payload})
    row = db.execute(
        "INSERT INTO deliveries (event, body, stamp) VALUES (?, ?, ?) RETURNING id",
        (event, body, str(int(now))),
    ).fetchone()
    g.setdefault("owed_deliveries", []).append(row["id"])


def post() -> None:
    """Send what was owed since the last call, without waiting for the answers."""
    if owed := g.pop("owed_deliveries", None):
        with context.store().reading() as db:
            wanted = subscription(db)
        arguments = (context.store(), wanted, owed)
        threading.Thread(target=_deliver_all, args=arguments, daemon=True).start()


def deliver(store: Store, wanted: Subscription, number: int, stamp: str = "") -> sqlite3.Row | None:
    """One attempt; the delivery as it is then, or None if there is none of that number.

    With ``stamp``, seconds since 1970, it is signed for that moment, else for its first one.
    """
    with store.writing() as db:
        row = db.execute(
            "UPDATE deliveries SET attempts = attempts + 1, stamp = COALESCE(NULLIF(?, ''), stamp)"
            " WHERE id = ? RETURNING *",
            (stamp, number),
        ).fetchone()
    if row is None:
        return None
    status, failure = _send(wanted, row["body"], row["stamp"])
    with store.writing() as db:
        done: sqlite3.Row = db.execute(
            "UPDATE deliveries SET status = ?, failure = ? WHERE id = ? RETURNING *",
            (status, failure, number),
        ).fetchone()
    return done


def is_answered_right(wanted: Subscription, plain_token: str, *, now: float) -> bool:
    """Send the challenge and check its answer (Zoom's documentation, "Validate your endpoint")."""
    event = {
        "event": "endpoint.url_validation",
        "event_ts": int(now * 1000),
        "payload": {"plainToken": plain_token},
    }
    body = encoded(event)
    expected = {"plainToken": plain_token, "encryptedToken": _hexdigest(wanted.secret, plain_token)}
    try:
        headers = headers_for(wanted.secret, body, str(int(now)))
        answer = requests.post(wanted.url, data=body, headers=headers, timeout=TIMEOUT_SECONDS)
        return answer.status_code == 200 and answer.json() == expected
    except (requests.RequestException, ValueError):
        return False


def encoded(event: dict[str, Any]) -> bytes:
    """JSON as Zoom writes it: letters as they are, and what lies beyond (emoji) escaped.

    No JSON library writes both in one text, so a receiver that signs its own writing of the
    JSON, instead of the bytes that came, is found out.
    """
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return re.sub(
        "[\U00010000-\U0010ffff]", lambda found: json.dumps(found[0])[1:-1], text
    ).encode()


def headers_for(secret: str, body: bytes, stamp: str) -> dict[str, str]:
    """The headers of a delivery signed at ``stamp`` (Zoom's documentation, "Verify webhooks")."""
    message = b"v0:" + stamp.encode() + b":" + body
    return {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Zoom Marketplace/1.0a (simulator)",
        "x-zm-request-timestamp": stamp,
        "x-zm-signature": "v0=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest(),
    }


def _has_added(db: sqlite3.Connection, account_id: str) -> bool:
    """Whether anybody of the account has added the app."""
    query = "SELECT 1 FROM consents JOIN users ON users.id = user_id WHERE account_id = ?"
    return db.execute(query, (account_id,)).fetchone() is not None


def _deliver_all(store: Store, wanted: Subscription, numbers: Sequence[int]) -> None:
    for number in numbers:
        deliver(store, wanted, number)


def _send(wanted: Subscription, body: bytes, stamp: str) -> tuple[int | None, str]:
    """The status of the answer, or the kind of failure."""
    headers = headers_for(wanted.secret, body, stamp)
    try:
        answer = requests.post(wanted.url, data=body, headers=headers, timeout=TIMEOUT_SECONDS)
    except requests.RequestException as error:
        logger.warning("webhook not delivered: %s", type(error).__name__)
        return None, type(error).__name__
    logger.info("webhook answered %s", answer.status_code)
    return answer.status_code, ""


def _hexdigest(secret: str, message: str) -> str:
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()
