"""What the simulator is told when it starts: the app it knows, its port, its state file."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ADMIN_APP, USER_APP = "admin", "user"
# Granular scopes of an account-level app (Zoom's documentation, "Granular scopes").
ADMIN_SCOPES = (
    "user:read:user:admin",
    "user:read:list_users:admin",
    "meeting:write:meeting:admin",
    "meeting:update:meeting:admin",
    "meeting:delete:meeting:admin",
    "meeting:read:meeting:admin",
    "meeting:read:list_meetings:admin",
    "meeting:update:status:admin",
)
# A user's own app has none for the list of the account's users.
USER_SCOPES = tuple(
    scope.removesuffix(":admin") for scope in ADMIN_SCOPES if "list_users" not in scope
)
SCOPES = {ADMIN_APP: ADMIN_SCOPES, USER_APP: USER_SCOPES}


@dataclass(frozen=True)
class Settings:
    """One registered app and where the simulator keeps and serves its state.

    ``app_kind`` says who manages the app: an administrator for the account, or each user for
    themselves. ``daily_limit`` is the number of create and update calls a host may receive per
    UTC day; from ``seed`` comes the chance by which faults strike a share of the requests.
    """

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uris: tuple[str, ...]
    state_path: Path
    port: int = 8001
    webhook_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    app_name: str = "Zustrich"
    app_kind: str = ADMIN_APP
    scopes: tuple[str, ...] = ADMIN_SCOPES
    daily_limit: int = 100
    extra_users: int = 0
    seed: str = ""


def from_command_line(arguments: Sequence[str], environ: Mapping[str, str]) -> Settings:
    """Read the command line; what it leaves out comes from the environment.

    Exits with argparse's message when the app's id, secret or redirect address is missing.
    """
    parser = _parser(environ)
    given = parser.parse_args(arguments)
    redirect_uris = tuple(given.redirect_uri)
    if given.site_url:
        redirect_uris += (given.site_url.rstrip("/") + "/zoom/callback/",)
    for name, value in (
        ("--client-id", given.client_id),
        ("--client-secret", given.client_secret),
        ("--redirect-uri or --site-url", redirect_uris),
    ):
        if not value:
            parser.error(f"{name} is required")
    return Settings(
        client_id=given.client_id,
        client_secret=given.client_secret,
        redirect_uris=redirect_uris,
        state_path=given.state,
        port=given.port,
        webhook_url=given.webhook_url,
        webhook_secret=given.webhook_secret,
        app_name=given.app_name,
        app_kind=given.app_kind,
        scopes=tuple(given.scope) or SCOPES[given.app_kind],
        daily_limit=given.daily_limit,
        extra_users=given.extra_users,
        seed=given.seed,
    )


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m zoomlink.simulator",
        description="A stand-in for Zoom on 127.0.0.1. It is not Zoom.",
    )
    state_path = Path(environ.get("VAR_DIR") or "var") / "zoom-simulator.sqlite3"
    port = int(environ.get("ZOOM_SIMULATOR_PORT") or 8001)
    option = parser.add_argument
    option("--port", type=int, default=port)
    option("--state", type=Path, default=state_path, metavar="FILE")
    option("--client-id", default=environ.get("ZOOM_CLIENT_ID", ""))
    option("--client-secret", default=environ.get("ZOOM_CLIENT_SECRET", ""))
    option("--redirect-uri", action="append", default=[], help="may be repeated")
    option("--site-url", default=environ.get("SITE_URL", ""), help="adds SITE/zoom/callback/")
    option("--webhook-url", default="", help="where events are sent; none without it")
    option("--webhook-secret", default=environ.get("ZOOM_WEBHOOK_SECRET", ""))
    option("--app-name", default="Zustrich")
    option("--app-kind", choices=list(SCOPES), default=ADMIN_APP, help="who manages the app")
    option("--scope", action="append", default=[], help="a scope of the app; may be repeated")
    option("--daily-limit", type=int, default=100, help="create and update calls per host and day")
    option("--extra-users", type=int, default=0, help="more users in the first account")
    option("--seed", default="", help="of the chance in faults with a share; at random without it")
    return parser
