"""What the history tells of an online meeting: in which words, and which events belong there.

What was decided for many meetings at once stands in the history of each that it concerns.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Event, Session
from zoomlink.models import MeetingSettings, ProviderMeeting

# Recorded of a session alone; the others are recorded of each booking in it, too.
_OF_THE_MEETING = (
    Event.MEETING_FAILED,
    Event.MEETING_GONE,
    Event.MEETING_STARTED,
    Event.MEETING_ENDED,
    Event.CLIENT_WAITS,
)


def events_of_meeting(
    session: Session, *, since: datetime, until: datetime | None = None
) -> list[Event]:
    """What happened to the meeting of a session as a whole, in a stretch of time."""
    rows = session.events.filter(
        booking=None, kind__in=_OF_THE_MEETING, occurred_at__gte=since
    ).select_related("actor")
    return list(rows if until is None else rows.filter(occurred_at__lte=until))


def decisions_about(
    session: Session, *, since: datetime, until: datetime | None = None
) -> list[Event]:
    """What was decided or found for many meetings, this one among them, before its end."""
    if not session.service.is_online_meeting:
        return []
    rows = Event.objects.filter(
        session=None,
        kind__in=_CONCERNS,
        occurred_at__gte=since,
        occurred_at__lte=min(until or session.ends_at, session.ends_at),
    ).select_related("actor")
    return [event for event in rows if _CONCERNS[event.kind](event, session)]


def _chooses_for(event: Event, session: Session) -> bool:
    return event.details.get("provider") == session.provider_id


def _sets_for(event: Event, session: Session) -> bool:
    return event.details.get("service") in (None, session.service_id)


def _is_missed_by(event: Event, session: Session) -> bool:
    return session.provider.name in event.details.get("providers", [])


def _ends_all(event: Event, session: Session) -> bool:
    choice = getattr(session.provider, "meeting_choice", None)
    return choice is not None and choice.engine == ProviderMeeting.ZOOM


_CONCERNS: dict[str, Callable[[Event, Session], bool]] = {
    Event.MEETING_CHOSEN: _chooses_for,
    Event.MEETING_SETTINGS_CHANGED: _sets_for,
    Event.ZOOM_USER_MISSING: _is_missed_by,
    Event.ZOOM_LEAVING: _ends_all,
}


def _who(event: Event) -> str:
    return str(event.actor or _("the staff"))


def _chosen(event: Event) -> str:
    details = event.details
    way = str(dict(ProviderMeeting.ENGINES).get(details.get("engine", ""), "—"))
    if details.get("zoom_user"):
        way = f"{way}, {details['zoom_user']}"
    return _("How %(provider)s meets online was chosen by %(who)s: %(way)s") % {
        "provider": details.get("name", "—"),
        "who": _who(event),
        "way": way,
    }


def _settings_changed(event: Event) -> str:
    names = {field.name: str(field.verbose_name) for field in MeetingSettings._meta.fields}
    changed = ", ".join(names.get(name, name) for name in event.details.get("changed", []))
    facts = {"service": event.details.get("name"), "who": _who(event), "settings": changed}
    if facts["service"]:
        return _("Meeting settings of %(service)s changed by %(who)s: %(settings)s") % facts
    return _("Meeting settings changed by %(who)s: %(settings)s") % facts


def _leaving(event: Event) -> str:
    return _("Logout from Zoom begun by %(who)s") % {"who": _who(event)}


def _user_missing(event: Event) -> str:
    user = event.details.get("name") or event.details.get("email") or "—"
    return _("Zoom user %(user)s is no longer there") % {"user": user}


def _plain(text: object) -> Callable[[Event], str]:
    return lambda _event: str(text)


SENTENCES: dict[str, Callable[[Event], str]] = {
    Event.LINK_ADDED: _plain(gettext_lazy("Became an online meeting: there is a link now")),
    Event.LINK_REMOVED: _plain(gettext_lazy("No longer an online meeting: the link is gone")),
    Event.MEETING_GONE: _plain(gettext_lazy("The meeting was deleted at Zoom; it is made anew")),
    Event.MEETING_STARTED: _plain(gettext_lazy("The meeting started")),
    Event.MEETING_ENDED: _plain(gettext_lazy("The meeting ended")),
    Event.MEETING_NOT_READY: _plain(
        gettext_lazy("The meeting at Zoom was not ready shortly before its start")
    ),
    Event.FALLBACK_USED: _plain(
        gettext_lazy("Links led to the fallback room: the meeting at Zoom was not ready")
    ),
    Event.FALLBACK_ENDED: _plain(gettext_lazy("Links led to the meeting at Zoom again")),
    Event.CLIENT_WAITS: _plain(gettext_lazy("A client waited for the provider")),
    Event.MEETING_CHOSEN: _chosen,
    Event.MEETING_SETTINGS_CHANGED: _settings_changed,
    Event.ZOOM_LEAVING: _leaving,
    Event.ZOOM_USER_MISSING: _user_missing,
}
