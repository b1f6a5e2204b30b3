"""What a report of a failure shows: Django's page of a developer, and mails to administrators."""

import re
from collections.abc import ItemsView
from pprint import pformat
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from config.masking import NAMES_OF_SECRETS, mask

# Gateways want their keys in places of their own within these.
_SECRET_SETTINGS = ("EMAIL_URL", "SMS_EXTRA", "SMS_HEADERS", "SMS_URL")
_IS_SECRET = re.compile(f"(?:{NAMES_OF_SECRETS})", re.IGNORECASE)


class Masked:
    """Anything, shown as ``pprint`` shows it, but masked."""

    def __init__(self, content: object) -> None:
        self._content = content

    def __repr__(self) -> str:
        return mask(pformat(self._content))


def hidden(name: str, content: object) -> object:
    """What may be shown of a variable, or of a field of a request."""
    if _IS_SECRET.fullmatch(name):
        return SafeExceptionReporterFilter.cleansed_substitute
    return Masked(content)


class HideSecrets(SafeExceptionReporterFilter):
    """Hides by name what a function holds in its variables, and masks what all others show.

    With DEBUG, too: a developer may be connected to a real account of Zoom's.
    """

    def cleanse_setting(self, key: str | int, value: Any) -> Any:
        """Settings, headers and cookies: addresses among them may carry credentials."""
        if key in _SECRET_SETTINGS:
            return self.cleansed_substitute
        cleansed = super().cleanse_setting(key, value)
        if isinstance(cleansed, str):
            return mask(cleansed)
        return cleansed

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> ItemsView[str, object]:
        variables = super().get_traceback_frame_variables(request, tb_frame)
        return {name: hidden(name, content) for name, content in variables}.items()


class MaskedReporter(ExceptionReporter):
    """Reports with the query and the form hidden by name, and all of the text masked."""

    def get_traceback_data(self) -> dict[str, Any]:
        data = super().get_traceback_data()
        for fields in ("request_GET_items", "filtered_POST_items"):
            data[fields] = [(name, hidden(name, each)) for name, each in data.get(fields, ())]
        return data

    # The template has escaped what was to be escaped, and the mask only takes away.
    def get_traceback_html(self) -> SafeString:
        return SafeString(mask(super().get_traceback_html()))  # nosec

    def get_traceback_text(self) -> SafeString:
        return SafeString(mask(super().get_traceback_text()))  # nosec
