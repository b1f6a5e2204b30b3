"""Settings of the account, for all its users."""

from typing import Any

from flask import Blueprint, jsonify, request

from zoomlink.simulator import context, controls, options
from zoomlink.simulator.meeting_fields import DEFAULT_SETTINGS, settings_errors
from zoomlink.simulator.refusals import Refusal, invalid_fields, is_form

blueprint = Blueprint("account_controls", __name__, url_prefix="/simulator")


@blueprint.get("/account", endpoint="show_account")
def show() -> Any:
    with context.store().reading() as db:
        return jsonify(locked=options.read(db, "locked_settings", {}))


@blueprint.post("/account", endpoint="lock_settings")
def lock() -> Any:
    """``{"locked": {setting: value}}``, in place of what was locked before.

    Meetings made or changed from now on have these values, whatever is sent for them.
    """
    locked = _switches() if is_form() else controls.wanted().get("locked")
    if not isinstance(locked, dict) or not locked.keys() <= DEFAULT_SETTINGS.keys():
        raise Refusal(400, 300, f"locked: an object of {', '.join(DEFAULT_SETTINGS)}")
    if errors := settings_errors(locked):
        raise invalid_fields(errors)
    with context.store().writing() as db:
        options.write(db, "locked_settings", locked)
    return controls.done("The settings are locked.", {"locked": locked})


def _switches() -> dict[str, bool]:
    """The settings that the page's form says are on or off; the others are free."""
    return {name: value == "true" for name, value in request.form.items() if value}
