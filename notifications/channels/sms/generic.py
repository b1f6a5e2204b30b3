"""A gateway that takes one HTTP request a text, described by settings.

Unless they say otherwise ``{"to": "+380…", "text": "…"}`` is posted as JSON, with the user and
password of the address and an ``Idempotency-Key``, and any 2xx means that it was taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import requests
from django.conf import settings

from notifications.channels.errors import ChannelError, PermanentError, TemporaryError
from notifications.channels.sms.fields import Fields, put_at, value_at
from notifications.channels.sms.gateway import (
    Address,
    WrongSettings,
    address_of,
    as_name,
    ask,
    read,
)
from notifications.kinds import Reason

_SCHEMES = ("https", "http")
# How the fields travel: as an argument of ``requests``, and by which method.
_FORMATS = {"json": ("POST", "json"), "form": ("POST", "data"), "query": ("GET", "params")}
# ``digits`` is the number without its plus: some gateways want no other.
_KNOWN = ("to", "digits", "text", "sender")
# Not about this message: wrong credentials, no credit, too slow, too early, too many.
_ABOUT_US = (401, 402, 403, 407, 408, 425, 429)
_SHORTEST_SECRET = 4  # what is shorter would blacken words that hold it by chance


@dataclass(frozen=True)
class Generic:
    """How to ask one gateway; a path is one of ``notifications.channels.sms.fields``."""

    address: Address
    form: str
    paths: dict[str, str]
    extra: dict[str, str] = field(repr=False)
    sender: str
    headers: dict[str, str] = field(repr=False)
    id_path: str
    words_path: str

    def send(self, *, to: str, text: str, reference: str) -> str:
        """See ``Gateway``; the gateway may tell repeats by the Idempotency-Key."""
        known = {"to": to, "digits": to.lstrip("+"), "text": text, "sender": self.sender}
        answer = self._ask(known, {"Idempotency-Key": reference, **self.headers})
        if error := self._refusal(answer.status_code, read(answer)):
            raise error
        return as_name(value_at(self.id_path, read(answer))) if self.id_path else ""

    def _ask(self, known: dict[str, str], headers: dict[str, str]) -> requests.Response:
        fields: Fields = {}
        values = {path: known[name] for name, path in self.paths.items()}
        for path, value in (self.extra | values).items():
            put_at(path, value, fields)
        method, carrier = _FORMATS[self.form]
        # What stands in the address stays there, wherever the fields go.
        request: dict[str, Any] = {"params": parse_qsl(self.address.query, keep_blank_values=True)}
        if carrier == "params":
            request["params"] += fields.items()
        else:
            request[carrier] = fields
        return ask(method, self.address.url, headers=headers, auth=self.address.sign_in, **request)

    def _refusal(self, status: int, body: object) -> ChannelError | None:
        """What is wrong. A gateway that names each text and named none did not take it."""
        is_taken = 200 <= status < 300
        if is_taken and not (self.id_path and not as_name(value_at(self.id_path, body))):
            return None
        words = f"HTTP {status} {self._words(body)}"
        if 400 <= status < 500 and status not in _ABOUT_US:
            return PermanentError(Reason.REFUSED, words)
        return TemporaryError(Reason.NOT_TAKEN, words)

    def _words(self, body: object) -> str:
        """The gateway's own, without any secret of ours that it repeats."""
        words = value_at(self.words_path, body) if self.words_path else None
        text = str(words) if isinstance(words, str | int) else ""
        for secret in self._secrets():
            text = text.replace(secret, "***")
        return text

    def _secrets(self) -> Iterator[str]:
        given = [self.address.user, self.address.password]
        given += [*self.headers.values(), *self.extra.values()]
        given += [value for _name, value in parse_qsl(self.address.query)]
        parts = (part for value in given for part in (value, *value.split()))
        return (part for part in parts if len(part) >= _SHORTEST_SECRET)


def from_settings() -> Generic:
    """Return the gateway that the settings describe. Raises WrongSettings."""
    scheme = settings.SMS_URL.partition("://")[0]
    if scheme not in _SCHEMES:
        raise WrongSettings(
            "SMS_URL", "it begins with no scheme we know.", "Begin it with https:// or twilio://."
        )
    if settings.SMS_FORMAT not in _FORMATS:
        raise WrongSettings("SMS_FORMAT", "unknown.", f"Choose one of {', '.join(_FORMATS)}.")
    return Generic(
        address=address_of(settings.SMS_URL, scheme=scheme),
        form=settings.SMS_FORMAT,
        paths=_paths(),
        extra=_extra(),
        sender=settings.SMS_SENDER,
        headers=_headers(),
        id_path=settings.SMS_ID_FIELD,
        words_path=settings.SMS_ERROR_FIELD,
    )


def _paths() -> dict[str, str]:
    way_out = "Write such as to=phone,text=message,sender=from."
    pairs = [pair.strip().partition("=") for pair in settings.SMS_FIELDS.split(",")]
    paths = {name: path for name, _equals, path in pairs}
    unknown = sorted(name for name in paths if name not in _KNOWN or not paths[name])
    if unknown:
        text = f"of each field it says ours=theirs, and ours are {', '.join(_KNOWN)}."
        raise WrongSettings("SMS_FIELDS", text, way_out)
    if "text" not in paths or not {"to", "digits"} & paths.keys():
        raise WrongSettings("SMS_FIELDS", "the number or the text has no field.", way_out)
    if bool(settings.SMS_SENDER) != ("sender" in paths):
        raise WrongSettings("SMS_SENDER", "it goes with a field for the sender.", way_out)
    _try([*_extra(), *paths.values()], way_out)
    return paths


def _extra() -> dict[str, str]:
    """What is the same in every request, by its path."""
    return dict(parse_qsl(settings.SMS_EXTRA, keep_blank_values=True))


def _try(paths: list[str], way_out: str) -> None:
    is_flat = settings.SMS_FORMAT != "json"
    trial: Fields = {}
    for path in paths:
        if is_flat and ("[]" in path or "." in path):
            raise WrongSettings("SMS_FIELDS", "only JSON has fields within fields.", way_out)
        try:
            put_at(path, "", trial)
        except ValueError:
            raise WrongSettings("SMS_FIELDS", "two fields stand in one place.", way_out) from None


def _headers() -> dict[str, str]:
    given = [each.partition(":") for each in settings.SMS_HEADERS.split(";") if each.strip()]
    headers = {name.strip(): value.strip() for name, _colon, value in given}
    if not all(name and value and value.isascii() for name, value in headers.items()):
        raise WrongSettings(
            "SMS_HEADERS",
            "of each header it says name: value, in Latin letters.",
            "Write such as Authorization: Bearer TOKEN; put a semicolon between two.",
        )
    return headers
