"""Webhooks: events sent to the app, signed as Zoom signs them."""

import hashlib
import hmac
import json
import logging
import threading
from typing import Any

import requests

from zoomlink.simulator import context

TIMEOUT_SECONDS = 3
logger = logging.getLogger(__name__)


def announce_removal(user_id: str, *, now: float) -> None:
    """Tell the app that a user has removed it (Zoom's documentation, ``app_deauthorized``)."""
    known = context.settings()
    if not known.webhook_url:
        return
    with context.store().reading() as db:
        row = db.execute("SELECT account_id FROM users WHERE id = ?", (user_id,)).fetchone()
    payload = {
        "account_id": row["account_id"],
        "user_id": user_id,
        "client_id": known.client_id,
        "deauthorization_time": context.utc_text(now),
        "signature": hashlib.sha256(f"{user_id}{now}".encode()).hexdigest(),
        "user_data_retention": None,
    }
    _send({"event": "app_deauthorized", "event_ts": int(now * 1000), "payload": payload}, now=now)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The ``x-zm-signature`` of a delivery (Zoom's documentation, "Validate webhooks")."""
    message = f"v0:{timestamp}:".encode() + body
    return "v0=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def _send(event: dict[str, Any], *, now: float) -> None:
    known, timestamp = context.settings(), str(int(now))
    body = json.dumps(event).encode()
    headers = {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Zoom Marketplace/1.0a (simulator)",
        "x-zm-request-timestamp": timestamp,
        "x-zm-signature": signature(known.webhook_secret, timestamp, body),
    }
    arguments = (known.webhook_url, body, headers)
    threading.Thread(target=_deliver, args=arguments, daemon=True).start()


def _deliver(address: str, body: bytes, headers: dict[str, str]) -> None:
    """One attempt: whoever was down learns it from the next refused refresh."""
    try:
        answer = requests.post(address, data=body, headers=headers, timeout=TIMEOUT_SECONDS)
    except requests.RequestException as error:
        logger.warning("webhook not delivered: %s", type(error).__name__)
    else:
        logger.info("webhook answered %s", answer.status_code)
