"""Why a change to messages was refused, in words fit for the person who asked."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Problem:
    """What is wrong with a template, and in which field: ``subject``, ``body`` or ``html``."""

    field: str
    text: str


class NotificationError(Exception):
    """A refusal; ``str()`` is for people."""

    text: str | Promise = _("This cannot be done.")

    def __str__(self) -> str:
        return str(self.text)


class TemplateRefused(NotificationError):
    """A template holds what cannot be filled in; ``problems`` name each place."""

    def __init__(self, problems: list[Problem]):
        super().__init__()
        self.problems = problems
        self.text = "\n".join(problem.text for problem in problems)


class TimingRefused(NotificationError):
    """A time of a reminder or follow-up cannot be; ``field`` is the one at fault."""

    def __init__(self, field: str, text: str):
        super().__init__()
        self.field, self.text = field, text


class NotSentYet(NotificationError):
    text = _("This message is still on its way.")


class NotForAnotherTime(NotificationError):
    text = _("This message was for one moment only and cannot be sent again.")


class TooManyTests(NotificationError):
    text = _("You have sent many tests just now. Please wait a minute.")
