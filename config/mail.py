"""What EMAIL_URL means: an SMTP server, or a hosted service by its own API.

``postmark://SERVER_TOKEN@/?message_stream=outbound``: the key stands where a user would; a host
stands for another one of the service's, such as ``mailgun://KEY@api.eu.mailgun.net/``, and
``postmark+http://`` for a proxy on this machine that goes on to the service by HTTPS.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

# Of each HTTP request; to connect, between two parts of the answer.
_TIMEOUT_SECONDS = (5, 15)
_HTTP = "+http"


@dataclass(frozen=True)
class Service:
    """A service whose API django-anymail speaks: the name of its key, and where it is."""

    key: str
    host: str
    path: str
    options: tuple[str, ...] = ()


SERVICES = {
    "brevo": Service("API_KEY", "api.brevo.com", "/v3/"),
    "mailgun": Service(
        "API_KEY", "api.mailgun.net", "/v3/", ("sender_domain", "webhook_signing_key")
    ),
    "postmark": Service("SERVER_TOKEN", "api.postmarkapp.com", "/", ("message_stream",)),
    "resend": Service("API_KEY", "api.resend.com", "/"),
}


def mail_settings(url: str, *, report_secret: str) -> dict[str, Any]:
    """Return Django's settings for an EMAIL_URL, and django-anymail's.

    ``EMAIL_SERVICE`` among them is a key of SERVICES, empty for SMTP. ``report_secret`` is the
    ``user:password`` by which the service proves itself when it reports. Raises
    ImproperlyConfigured; no text of it holds what stands in the address.
    """
    parts = _parted(url)
    name = parts.scheme.removesuffix(_HTTP)
    if name in SERVICES:
        return _of_service(name, parts, report_secret)
    if parts.scheme not in Env.EMAIL_SCHEMES:
        known = ", ".join(["smtp", "smtp+tls", "smtp+ssl", *SERVICES])
        raise ImproperlyConfigured(f"EMAIL_URL begins with no scheme we know: {known}.")
    return {**Env.email_url_config(url), "EMAIL_SERVICE": ""}


def _parted(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - only asking shows that it is none; its error tells a password
    except ValueError:
        raise ImproperlyConfigured(
            "EMAIL_URL cannot be read: write what is special in a password percent-encoded, "
            "such as %2F for a slash."
        ) from None
    return parts


def _of_service(name: str, parts: SplitResult, report_secret: str) -> dict[str, Any]:
    service = SERVICES[name]
    key = unquote(parts.username or parts.password or "")
    if not key:
        raise ImproperlyConfigured(f"EMAIL_URL has no key: write {name}://{service.key}@/.")
    scheme = "http" if parts.scheme.endswith(_HTTP) else "https"
    host = parts.netloc.rpartition("@")[2] or service.host
    given = {
        service.key: key,
        "API_URL": f"{scheme}://{host}{service.path}",
        **_options(name, parts.query),
    }
    return {
        "EMAIL_BACKEND": f"anymail.backends.{name}.EmailBackend",
        "EMAIL_SERVICE": name,
        "ANYMAIL": {
            **{f"{name.upper()}_{option}": value for option, value in given.items()},
            "REQUESTS_TIMEOUT": _TIMEOUT_SECONDS,
            "WEBHOOK_SECRET": report_secret,
            # A calendar file stands both beside the text and attached; some take one of them.
            "IGNORE_UNSUPPORTED_FEATURES": True,
        },
    }


def _options(name: str, query: str) -> dict[str, str]:
    given = parse_qs(query)
    known = SERVICES[name].options
    if not given.keys() <= set(known):
        names = ", ".join(known) or "nothing"
        raise ImproperlyConfigured(f"EMAIL_URL: after its ?, {name} knows {names}.")
    return {option.upper(): values[0] for option, values in given.items()}
