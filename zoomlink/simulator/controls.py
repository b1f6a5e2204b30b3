"""What all controls share: reading a program's JSON or a page's form, and answering either."""

import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import flash, jsonify, redirect, request, url_for

from zoomlink.simulator.refusals import PageRefusal, Refusal, is_form

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def refuse_other_sites() -> None:
    """Refuse a change that a page of another site makes a browser ask for.

    A program sends none of the two headers. ``Origin`` alone would not do: it is ``null`` on our
    own pages, too, which send no referrer.
    """
    if request.method in SAFE_METHODS:
        return
    fetched_from = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    is_ours = origin is None or urlsplit(origin).netloc == request.host
    if fetched_from is not None:
        is_ours = fetched_from in ("same-origin", "none")
    if not is_ours:
        raise PageRefusal("Not from here", "Only a page of the simulator may do this.", status=403)


def wanted() -> dict[str, Any]:
    """The JSON object of a program, or the filled fields of a form; empty without a body."""
    if is_form():
        return {name: value for name, value in request.form.items() if value != ""}
    body = request.get_json(silent=True) if request.data else {}
    if not isinstance(body, dict):
        raise Refusal(400, 300, "A JSON object is expected.")
    return body


def number(body: dict[str, Any], name: str, *, least: float) -> float | None:
    """A number of a body, given as such or as text; None where it is missing."""
    value = body.get(name)
    if value is None:
        return None
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = math.nan
    if not least <= found < math.inf:
        raise Refusal(400, 300, f"{name}: a number of at least {least:g}")
    return found


def done(told: str, facts: Mapping[str, Any], *, status: int = 200) -> Any:
    """Answer a program with JSON; lead a person back to the page, which tells them."""
    if is_form():
        flash(told)
        return redirect(url_for("panel.panel"), 303)
    return jsonify(dict(facts)), status
