"""Who is who: how each provider meets clients online."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from booking import events
from booking.models import Event, Provider, User
from zoomlink.client import is_room_link
from zoomlink.errors import ChoiceRefused
from zoomlink.models import Meeting, ProviderMeeting, ZoomConnection, ZoomUser

_is_link = URLValidator(schemes=["https"])


@transaction.atomic(durable=True)
def choose_meeting(
    *,
    provider_id: int,
    engine: str,
    now: datetime,
    actor: User | None = None,
    zoom_user_id: int | None = None,
    own_link: str = "",
) -> ProviderMeeting:
    """Keep a provider's choice: none, a Zoom user of the connected account, or an own link.

    With one Zoom user in the account it need not be named. Recorded where it differs from
    before. Raises ChoiceRefused with the field at fault.
    """
    if engine not in dict(ProviderMeeting.ENGINES):
        raise ChoiceRefused(_("Choose None, Zoom or Own link."), "engine")
    choice, _is_new = ProviderMeeting.objects.get_or_create(
        provider=Provider.objects.get(pk=provider_id)
    )
    before = _told(choice)
    choice.engine = engine
    if engine == ProviderMeeting.ZOOM:
        choice.zoom_user = _zoom_user(zoom_user_id, already=choice.zoom_user)
    if engine == ProviderMeeting.OWN_LINK:
        choice.own_link = _own_link(own_link)
    choice.save()
    if _told(choice) != before:
        provider = {"provider": provider_id, "name": choice.provider.name}
        details: dict[str, Any] = {**provider, **_told(choice), "was": before}
        events.record(Event.MEETING_CHOSEN, now=now, actor=actor, **details)
    Meeting.objects.filter(session__provider=provider_id).try_at_once()
    return choice


def _told(choice: ProviderMeeting) -> dict[str, str]:
    """What the audit trail keeps of a choice; an own link may be a secret of its owner's."""
    user = choice.zoom_user if choice.engine == ProviderMeeting.ZOOM else None
    return {"engine": choice.engine, "zoom_user": user.email if user is not None else ""}


def _zoom_user(zoom_user_id: int | None, *, already: ZoomUser | None) -> ZoomUser:
    connection = ZoomConnection.objects.current()
    if connection is None:
        raise ChoiceRefused(_("Zoom is not connected. Press Authorize first."), "engine")
    users = connection.users.filter(is_missing=False)
    if already is not None and already.pk == zoom_user_id:
        return already  # a user who vanished is flagged, never silently replaced
    if zoom_user_id is not None:
        chosen = users.filter(pk=zoom_user_id).first()
    else:
        chosen = users.get() if users.count() == 1 else None
    if chosen is None:
        raise ChoiceRefused(_("Choose the Zoom user of this provider."), "zoom_user")
    return chosen


def _own_link(address: str) -> str:
    refusal = _("Give the whole address of the meeting, beginning with https://.")
    try:
        _is_link(address)
    except ValidationError as error:
        raise ChoiceRefused(refusal, "own_link") from error
    if not is_room_link(address):
        raise ChoiceRefused(refusal, "own_link")
    return address
