"""What the calendar's scripts must know of what a hand may do, and of news."""

from django.urls import reverse
from django.utils.translation import gettext as _

from booking import features
from booking.models import User
from web.desk.access import ADD_BOOKINGS

ADD_TIME_OFF = "booking.add_timeoff"


def hand_settings(user: User) -> dict[str, object]:
    """What may be made in free time, and the words of moving and undoing."""
    return {
        "undo": reverse("desk:undo"),
        "signIn": _sign_in(),
        "create": _what_may_be_made(user),
        "words": {
            "undo": _("Undo"),
            "tellNobody": _("Tell nobody"),
            "nothingToUndo": _("There is nothing to undo on this page."),
            "anyway": _("Move anyway"),
            "others": _("Other times…"),
            "nearby": _("Free nearby:"),
            "quietly": _("Move and tell nobody"),
            "rest": _("The rest of the series too…"),
            "back": _("Leave it where it was"),
            "minutes": _("{n} minutes"),
            "otherService": _("A booking keeps its service: only its time can be moved here."),
            "signedOut": _("You are no longer signed in. Nothing was changed."),
            "signIn": _("Sign in"),
            "forbidden": _("You may not change this, or the page is too old. Please reload it."),
            "failed": _("The server could not do it. Please reload the page."),
            "offline": _("The server did not answer. Please look whether it was moved."),
        },
    }


def live_settings(newest: int) -> dict[str, object]:
    """How a page hears of news; ``newest`` is the last event it was drawn with."""
    return {
        "pulse": reverse("desk:calendar-pulse"),
        "newest": newest,
        "signIn": _sign_in(),
        "words": {
            "signedOut": _("You are no longer signed in: the calendar shows nothing new."),
            "signIn": _("Sign in"),
        },
    }


def _sign_in() -> str:
    return f"{reverse('admin:login')}?next={reverse('desk:calendar')}"


def _what_may_be_made(user: User) -> list[dict[str, object]]:
    """Names and forms; one that ``takesSpan`` is told start and end, others date, time, length."""
    made: list[dict[str, object]] = []
    if user.has_perm(ADD_BOOKINGS):
        made.append({"label": _("New booking here"), "url": reverse("desk:booking-new")})
        if features.is_on("classes"):
            url = reverse("desk:session-new")
            made.append({"label": _("New class session"), "url": url})
    if user.has_perm(ADD_TIME_OFF):
        url = reverse("admin:booking_timeoff_add")
        made.append({"label": _("Block this time"), "url": url, "takesSpan": True})
    return made
