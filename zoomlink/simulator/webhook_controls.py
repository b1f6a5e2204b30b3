"""Where events are sent, what was sent, and sending it again; no answer holds a secret."""

import json
import secrets
import sqlite3
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, jsonify, request

from zoomlink.simulator import context, controls, options, webhooks
from zoomlink.simulator.refusals import Refusal, is_form

blueprint = Blueprint("webhook_controls", __name__, url_prefix="/simulator")

MASK = "***"


@blueprint.get("/webhooks", endpoint="show_webhooks")
def show() -> Any:
    with context.store().reading() as db:
        return jsonify(_told(webhooks.subscription(db)))


@blueprint.put("/webhooks", endpoint="put_webhooks")
@blueprint.post("/webhooks", endpoint="set_webhooks")
def change() -> Any:
    """``{"url"?, "secret"?, "events"?}``; no events: all; what is left out stays as it is."""
    body = _form() if is_form() else controls.wanted()
    for name, kind in (("url", str), ("secret", str), ("events", list)):
        if not isinstance(body.get(name, kind()), kind):
            raise Refusal(400, 300, f"{name}: wrong type")
    if body.get("url") and urlsplit(body["url"]).scheme not in ("http", "https"):
        raise Refusal(400, 300, "url: an address that begins with http:// or https://")
    with context.store().writing() as db:
        for name in {"url", "secret", "events"} & body.keys():
            options.write(db, f"webhook_{name}", body[name])
        told = _told(webhooks.subscription(db))
    return controls.done("Events are sent as you said.", told)


@blueprint.post("/webhooks/validate", endpoint="validate_webhook")
def validate() -> Any:
    """Send the challenge: ``valid`` if it was answered with the right text."""
    with context.store().reading() as db:
        wanted = webhooks.subscription(db)
    plain_token = secrets.token_urlsafe(16)
    valid = webhooks.is_answered_right(wanted, plain_token, now=context.now())
    told = "The answer was right." if valid else "The answer was wrong, or there was none."
    return controls.done(told, {"valid": valid, "url": wanted.url})


@blueprint.get("/deliveries", endpoint="show_deliveries")
def deliveries() -> Any:
    return jsonify(deliveries=[inspected(row) for row in sent()])


@blueprint.post("/deliveries/<int:number>/repeat", endpoint="repeat_delivery")
def repeat(number: int) -> Any:
    """Send the same body once more, signed for now; with ``{"same_stamp": true}`` as before."""
    same_stamp = controls.wanted().get("same_stamp") is True
    stamp = "" if same_stamp else str(int(context.now()))
    with context.store().reading() as db:
        wanted = webhooks.subscription(db)
    if not wanted.url:
        raise Refusal(400, 300, "There is no address to send events to.")
    row = webhooks.deliver(context.store(), wanted, number, stamp)
    if row is None:
        raise Refusal(404, 300, f"There is no delivery {number}.")
    answered = row["status"] or row["failure"]
    return controls.done(f"Delivery {number} was sent again: {answered}.", inspected(row))


def sent() -> list[sqlite3.Row]:
    """Every delivery, the first one first."""
    with context.store().reading() as db:
        return db.execute("SELECT * FROM deliveries ORDER BY id").fetchall()


def inspected(row: sqlite3.Row) -> dict[str, Any]:
    """A delivery as it may be shown: neither passcode nor signature.

    ``status`` is that of the last answer, none as long as there is none.
    """
    body = row["body"]
    return {
        "n": row["id"],
        "event": row["event"],
        "body": _masked(json.loads(body)),
        "headers": {
            name: value
            for name, value in webhooks.headers_for("", body, row["stamp"]).items()
            if name != "x-zm-signature"
        },
        "status": row["status"],
        "failure": row["failure"],
        "attempts": row["attempts"],
    }


def _form() -> dict[str, Any]:
    """What the page says: an empty address sends nothing, an empty secret changes nothing."""
    body: dict[str, Any] = {"url": request.form.get("url", "")}
    body["events"] = request.form.get("events", "").replace(",", " ").split()
    return body | {name: request.form[name] for name in ("secret",) if request.form.get(name)}


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: MASK if name in ("password", "join_url") else _masked(entry)
            for name, entry in value.items()
        }
    return [_masked(entry) for entry in value] if isinstance(value, list) else value


def _told(wanted: webhooks.Subscription) -> dict[str, Any]:
    return {"url": wanted.url, "events": wanted.events, "has_secret": bool(wanted.secret)}
