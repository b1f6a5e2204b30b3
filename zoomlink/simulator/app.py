"""Put together: the Flask application and the threaded server it runs in."""

import logging
import secrets
import threading
import time
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.serving import WSGIRequestHandler, make_server

from zoomlink.simulator import (
    account_controls,
    context,
    controls,
    faults,
    inspection,
    meeting_api,
    meeting_controls,
    meetings,
    oauth,
    panel,
    people,
    refusals,
    room_pages,
    rooms,
    seed,
    user_controls,
    users,
    webhook_controls,
    webhooks,
)
from zoomlink.simulator.settings import Settings
from zoomlink.simulator.store import Store

WATCH_SECONDS = 1
logger = logging.getLogger("zoom simulator")


def create_app(settings: Settings) -> Flask:
    """The application over the state file named in ``settings``, filled where it is new."""
    app = Flask(__name__, static_url_path="/simulator/static")
    store = Store(settings.state_path)
    with store.writing() as db:
        seed.fill(db, extra_users=settings.extra_users)
    app.extensions |= {"simulator_settings": settings, "simulator_store": store}
    app.config.update(
        SECRET_KEY=store.secret("cookies"),
        # Cookies do not know ports: the name keeps this one apart from the product's.
        SESSION_COOKIE_NAME="zoom_simulator",
        SESSION_COOKIE_SAMESITE="Lax",
    )
    for module in (oauth, people, users, meeting_api, room_pages, faults, inspection):
        app.register_blueprint(module.blueprint)
    for module in (panel, account_controls, user_controls, meeting_controls, webhook_controls):
        app.register_blueprint(module.blueprint)
    refusals.register(app)
    app.register_error_handler(404, _not_recognised)
    app.register_error_handler(405, _not_recognised)
    app.before_request(_before)
    app.after_request(_after)
    return app


def serve(settings: Settings) -> None:
    """Answer on 127.0.0.1 until interrupted, each request in a thread of its own.

    Exits with a message when the port is taken.
    """
    app = create_app(settings)
    server = make_server(
        "127.0.0.1",
        settings.port,
        app,
        threaded=True,
        request_handler=_QuietHandler,
    )
    threading.Thread(target=_watch_rooms, args=(app,), daemon=True).start()
    logger.info("Zoom simulator on http://127.0.0.1:%s (not Zoom)", settings.port)
    server.serve_forever()


def _watch_rooms(app: Flask) -> None:
    """End the meetings whose people have closed their browsers."""
    while True:
        time.sleep(WATCH_SECONDS)
        with app.app_context():
            with context.store().reading() as db:
                if not meetings.held(db):
                    continue
            with context.store().writing() as db:
                for meeting in meetings.held(db):
                    rooms.settle(db, meeting, now=context.now())
            webhooks.post()


class _QuietHandler(WSGIRequestHandler):
    """Logs the path without its query, which may carry codes and start links."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if not self.path.startswith(("/simulator/", "/room/")):
            logger.info("%s %s %s", self.command, self.path.partition("?")[0], code)


def _before() -> Response | None:
    controls.refuse_other_sites()
    operation = _operation()
    if operation not in faults.OPERATIONS:
        return None
    g.log_entry = inspection.LOG.begin(operation)
    return faults.before(operation)


def _after(response: Response) -> Response:
    response.headers["x-zm-trackingid"] = "v=2.0;clid=sim;rid=WEB_" + secrets.token_hex(16)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    webhooks.post()
    response = faults.after(response)
    inspection.finish(response.status_code)
    return response


def _operation() -> str:
    """The name faults and log use for this request; empty for anything else."""
    name = (request.endpoint or "").rpartition(".")[2]
    if name == "token" and request.form.get("grant_type") == "refresh_token":
        return "refresh"
    if name == "user" and request.path.endswith("/me"):
        return "me"
    return name


def _not_recognised(error: Any) -> Any:
    if request.path.startswith(("/v2/", "/oauth/token", "/oauth/revoke")):
        return refusals.Refusal(404, 2300, "This API endpoint is not recognized.").answer()
    text = "The Zoom simulator has no such page."
    return refusals.PageRefusal("Page not found", text, status=error.code).answer()
