"""Taking a change back: a signed word for whoever made it, good for ten minutes.

It says where something was. What was changed again since stays as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking import actions
from booking.errors import BookingError, Outdated
from booking.models import Booking, Session, User
from web.desk.access import CHANGE_BOOKINGS, visible_bookings, visible_sessions
from web.desk.moments import describe

GOOD_FOR = timedelta(minutes=10)
_SALT = "web.desk.undo"


class NotUndone(BookingError):
    """The word is not one of ours, not this person's, or too old."""

    code = "not_undone"
    text = gettext_lazy("This can no longer be undone.")


class TakenMeanwhile(BookingError):
    """Somebody has booked a place in what was scheduled."""

    code = "taken_meanwhile"
    text = gettext_lazy("Somebody has booked a place meanwhile.")


@dataclass(frozen=True)
class _Asked:
    """One change to take back: of which row, with what it was, by whom, when."""

    pk: int
    was: dict[str, Any]
    by: User
    now: datetime

    @property
    def whose(self) -> dict[str, Any]:
        return {"actor": self.by, "now": self.now}

    def booking(self) -> Booking:
        """Raises Outdated where it was changed since."""
        bookings = visible_bookings(self.by).with_people().select_related("label")
        found: Booking = get_object_or_404(bookings, pk=self.pk)
        self._require_unchanged(found.revision)
        return found

    def session(self) -> Session:
        """Raises Outdated where it was changed since."""
        sessions = visible_sessions(self.by).select_related("service")
        found: Session = get_object_or_404(sessions, pk=self.pk)
        self._require_unchanged(found.revision)
        return found

    def _require_unchanged(self, revision: int) -> None:
        """Notes have no revision of their own: they are compared themselves."""
        if revision != self.was.get("revision", revision):
            raise Outdated


def of_move(user: User, was: Booking, moved: Booking, *, is_quiet: bool) -> str:
    """``was`` is the booking as it stood; nothing where it is where it was."""
    if was.revision == moved.revision:
        return ""
    told = {"revision": moved.revision, "is_quiet": is_quiet}
    return _signed(user, "move", was.pk, {**_place(was.session, moved.session), **told})


def of_session_move(user: User, was: Session, moved: Session, *, is_quiet: bool) -> str:
    """The same for one session of a class."""
    if was.revision == moved.revision:
        return ""
    told = {"revision": moved.revision, "is_quiet": is_quiet}
    return _signed(user, "move_session", was.pk, {**_place(was, moved), **told})


def of_booking(user: User, booking: Booking, *, is_quiet: bool) -> str:
    """A booking just made is cancelled; nobody hears of either if nobody has heard yet."""
    if not user.has_perm(CHANGE_BOOKINGS):
        return ""
    return _signed(user, "book", booking.pk, {"revision": booking.revision, "is_quiet": is_quiet})


def of_session(user: User, session: Session) -> str:
    if not user.has_perm(CHANGE_BOOKINGS):
        return ""
    return _signed(user, "schedule", session.pk, {"revision": session.revision})


def of_cancellation(user: User, booking: Booking, *, is_quiet: bool) -> str:
    """``booking`` as it stood: what was merely held does not come back."""
    if booking.state == Booking.HELD:
        return ""
    return _signed(user, "cancel", booking.pk, _ended(booking, is_quiet=is_quiet))


def of_session_cancellation(user: User, session: Session, *, is_quiet: bool) -> str:
    return _signed(user, "cancel_session", session.pk, _ended(session, is_quiet=is_quiet))


def _ended(was: Booking | Session, *, is_quiet: bool) -> dict[str, object]:
    """Its revision once it has ended: what stood again and ended anew has another."""
    return {"revision": was.revision + 1, "is_quiet": is_quiet}


def of_label(user: User, booking: Booking, label_id: int | None) -> str:
    if not user.has_perm(CHANGE_BOOKINGS):
        return ""
    return _of_note(user, "label", booking, booking.label_id, label_id)


def of_attendance(user: User, booking: Booking, attendance: str) -> str:
    return _of_note(user, "attendance", booking, booking.attendance, attendance)


def of_comment(user: User, booking: Booking, comment: str) -> str:
    return _of_note(user, "comment", booking, booking.comment, comment)


def _of_note(user: User, step: str, booking: Booking, was: object, is_now: object) -> str:
    return "" if was == is_now else _signed(user, step, booking.pk, {"was": was, "is_now": is_now})


def _place(was: Session, moved: Session) -> dict[str, object]:
    """Where a session was; its length only where that changed."""
    place: dict[str, object] = {
        "session": was.pk,
        "starts_at": was.starts_at.isoformat(),
        "provider": was.provider_id,
    }
    if was.duration != moved.duration:
        place["minutes"] = was.duration // timedelta(minutes=1)
    return place


def _signed(user: User, step: str, pk: int, was: dict[str, object]) -> str:
    return signing.dumps([user.pk, step, pk, was], salt=_SALT, compress=True)


def take_back(word: str, *, by: User, now: datetime) -> str:
    """Undo what a signed word tells of, and say so.

    Raises NotUndone, Http404 for what ``by`` may not see, and what the actions raise: Outdated
    where it was changed again, SlotTaken where its old place is taken.
    """
    try:
        user_pk, step, pk, was = signing.loads(word, salt=_SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        raise NotUndone from None
    if user_pk != by.pk:
        raise NotUndone
    return _STEPS[step](_Asked(pk, was, by, now))


def _move(asked: _Asked) -> str:
    """Back to the old place, which was right when it was chosen, whatever the rules say now."""
    booking, was = asked.booking(), asked.was
    where = {"session_id": was["session"]} if booking.session.service.is_class else _when(was)
    moved = actions.reschedule(
        booking_id=booking.pk,
        expected_revision=was["revision"],
        overrides_rules=True,
        is_quiet=was["is_quiet"],
        **where,
        **asked.whose,
    )
    return _("Undone: %(what)s, %(when)s.") % {
        "what": moved.client,
        "when": describe(moved.session),
    }


def _move_session(asked: _Asked) -> str:
    session, was = asked.session(), asked.was
    moved = actions.move_class_session(
        session_id=session.pk,
        expected_revision=was["revision"],
        is_quiet=was["is_quiet"],
        **_when(was),
        **asked.whose,
    )
    return _("Undone: %(what)s, %(when)s.") % {
        "what": session.service.name,
        "when": describe(moved[0]),
    }


def _when(was: dict[str, Any]) -> dict[str, Any]:
    length = {"duration": timedelta(minutes=was["minutes"])} if "minutes" in was else {}
    starts_at = datetime.fromisoformat(was["starts_at"])
    return {"starts_at": starts_at, "provider_id": was["provider"], **length}


def _book(asked: _Asked) -> str:
    booking = asked.booking()
    actions.cancel(booking_id=booking.pk, is_quiet=asked.was["is_quiet"], **asked.whose)
    return _("Undone: booking %(code)s is cancelled.") % {"code": booking.code}


def _schedule(asked: _Asked) -> str:
    session = asked.session()
    if session.seats_taken:
        raise TakenMeanwhile
    actions.cancel_session(session_id=session.pk, is_quiet=True, **asked.whose)
    return _("Undone: the session is cancelled.")


def _cancel(asked: _Asked) -> str:
    booking = actions.restore(
        booking_id=asked.booking().pk,
        overrides_rules=True,
        is_quiet=asked.was["is_quiet"],
        **asked.whose,
    )
    return _("Undone: booking %(code)s stands again.") % {"code": booking.code}


def _cancel_session(asked: _Asked) -> str:
    session_id, is_quiet = asked.session().pk, asked.was["is_quiet"]
    actions.restore_session(session_id=session_id, is_quiet=is_quiet, **asked.whose)
    return _("Undone: the session and its bookings stand again.")


def _label(asked: _Asked) -> str:
    booking = _unchanged(asked, lambda found: found.label_id)
    actions.set_label(booking_id=booking.pk, label_id=asked.was["was"], **asked.whose)
    return _("Undone: the label is as before.")


def _attendance(asked: _Asked) -> str:
    booking = _unchanged(asked, lambda found: found.attendance)
    actions.note_attendance(booking_id=booking.pk, attendance=asked.was["was"], **asked.whose)
    return _("Undone: the attendance is as before.")


def _comment(asked: _Asked) -> str:
    booking = _unchanged(asked, lambda found: found.comment)
    actions.write_comment(booking_id=booking.pk, comment=asked.was["was"], **asked.whose)
    return _("Undone: the comment is as before.")


def _unchanged(asked: _Asked, noted: Callable[[Booking], object]) -> Booking:
    booking = asked.booking()
    if noted(booking) != asked.was["is_now"]:
        raise Outdated
    return booking


_STEPS: dict[str, Callable[[_Asked], str]] = {
    "move": _move,
    "move_session": _move_session,
    "book": _book,
    "schedule": _schedule,
    "cancel": _cancel,
    "cancel_session": _cancel_session,
    "label": _label,
    "attendance": _attendance,
    "comment": _comment,
}
