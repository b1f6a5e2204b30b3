"""Brings VAR_DIR and the database up to date before the processes start.

Does each thing only when needed, so a second start is quick. Speaks on stderr; what it
prints on stdout are the words of welcome for the supervisor.
"""

import hashlib
import io
import os
import sys
from pathlib import Path

import django
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.utils import OperationalError

DEMO_WELCOME = """\
Staff side at {url}/admin/ with the password demo-password:
  owner@demo.example  admin@demo.example  viewer@demo.example
  olena@demo.example  taras@demo.example  (providers)
Clients' side: client@demo.example signs in by a code, shown in Sent messages."""


def compile_translations(locale_dirs: list[Path]) -> None:
    """Compile each .po file newer than its .mo file."""
    for folder in locale_dirs:
        for source in folder.glob("*/LC_MESSAGES/*.po"):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                _compile(source, target)


def _compile(source: Path, target: Path) -> None:
    with source.open("rb") as file:
        catalog = read_po(file)
    draft = target.with_suffix(f".{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, catalog)
    draft.replace(target)


def collect_static_files() -> None:
    """Gather static files for a server, when any of them changed since the last time."""
    stamp = settings.VAR_DIR / "static.collected"
    mark = _static_fingerprint()
    if stamp.is_file() and stamp.read_text() == mark:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(mark)


def _static_fingerprint() -> str:
    digest = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
    for root in (settings.BASE_DIR / "static", *settings.BASE_DIR.glob("*/static")):
        for path in sorted(root.rglob("*")):
            state = path.stat()
            digest.update(f"{path}{state.st_size}{state.st_mtime_ns}".encode())
    return digest.hexdigest()


def make_demo_company() -> bool:
    """Fill an empty installation once. Returns whether the demo company is there."""
    company, user = apps.get_model("booking.Company"), apps.get_model("booking.User")
    if not company.objects.exists():
        call_command("demo", stdout=io.StringIO())  # the words of welcome name the logins
    return bool(user.objects.filter(email="owner@demo.example").exists())


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    compile_translations([Path(folder) for folder in settings.LOCALE_PATHS])
    try:
        connection.ensure_connection()
    except OperationalError as error:
        sys.exit(f"The database cannot be reached: {error}")
    call_command("migrate", interactive=False, verbosity=0)
    if "DatabaseCache" in settings.CACHES["default"]["BACKEND"]:
        call_command("createcachetable", verbosity=0)
    if not settings.DEBUG:
        collect_static_files()
    elif make_demo_company():
        print(DEMO_WELCOME.format(url=settings.SITE_URL))


if __name__ == "__main__":
    main()
