"""What the environment says, or leaves unsaid."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core import checks

from web.doctor.findings import Finding, ok, problem, warning

_ON_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
# The proxy redirects; all else here is told by the checks of our own, or is a choice of the
# company's about its other host names.
_TOLD_ELSEWHERE = {
    f"security.{code}" for code in ("W004", "W005", "W008", "W009", "W012", "W016", "W018", "W021")
}


def findings() -> Iterator[Finding]:
    yield _debug()
    yield _address()
    yield from _hosts()
    yield _key("SECRET_KEY", settings.SECRET_KEY, "secret_key", "everybody is signed out")
    yield _key(
        "ENCRYPTION_KEYS",
        settings.ENCRYPTION_KEYS[0],
        "encryption_key",
        "Zoom has to be authorized again",
    )
    yield from _usable_keys()
    yield from _static_files()
    yield from _of_django()


def _debug() -> Finding:
    if settings.DEBUG:
        return problem(
            "DEBUG is on: error pages show settings and code, and the demo's passwords work.",
            "Unset DEBUG.",
        )
    return ok("DEBUG is off.")


def _address() -> Finding:
    address = urlsplit(settings.SITE_URL)
    if address.hostname in _ON_THIS_MACHINE:
        return problem(
            f"SITE_URL is {settings.SITE_URL}: links in messages lead nowhere for anybody else.",
            "Set SITE_URL to the public address, such as https://book.example.com.",
        )
    if address.scheme != "https":
        return problem(
            f"SITE_URL is {settings.SITE_URL}: passwords and links travel readable for everybody.",
            "Let a proxy terminate TLS, and begin SITE_URL with https://.",
        )
    return ok(f"SITE_URL is {settings.SITE_URL}.")


def _hosts() -> Iterator[Finding]:
    if "*" in settings.ALLOWED_HOSTS:
        yield warning(
            "ALLOWED_HOSTS lets any host name in.", "Name the hosts, or unset ALLOWED_HOSTS."
        )


def _key(name: str, value: str, file_name: str, loss: str) -> Finding:
    kept = settings.SECRETS_DIR / file_name
    if kept.is_file() and kept.read_text(encoding="ascii").strip() == value:
        return warning(
            f"{name} is not given: it was made on this machine and is kept in {kept}.",
            f"Set {name}, the same on every machine, or back the file up: without it {loss}.",
        )
    return ok(f"{name} is given.")


def _usable_keys() -> Iterator[Finding]:
    if not keys_are_usable():
        yield problem(
            "ENCRYPTION_KEYS holds something that is no key: Zoom cannot be connected.",
            "Make one as docs/operations.md says, under Keys.",
        )


def keys_are_usable() -> bool:
    """Whether each of ENCRYPTION_KEYS is a key: otherwise nothing stored of Zoom can be read."""
    try:
        MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])
    except ValueError:
        return False
    return True


def _static_files() -> Iterator[Finding]:
    if settings.DEBUG:
        return
    if Path(settings.STATIC_ROOT, "staticfiles.json").is_file():
        yield ok("Static files are collected.")
    else:
        yield problem(
            f"Static files are not collected in {settings.STATIC_ROOT}: pages cannot be shown.",
            "Run manage.py collectstatic --noinput.",
        )


def _of_django() -> Iterator[Finding]:
    """What Django itself finds, as in ``manage.py check --deploy``."""
    for message in checks.run_checks(include_deployment_checks=True):
        if message.id in _TOLD_ELSEWHERE or message.level < checks.WARNING:
            continue
        tell = problem if message.is_serious(checks.ERROR) else warning
        yield tell(f"{message.id}: {' '.join(message.msg.split())}", message.hint or "")
