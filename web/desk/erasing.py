"""What the staff side itself keeps of a client who is being erased."""

from urllib.parse import parse_qs

from booking.models import Client, Event
from web.desk.models import Export


def on_event(event: Event) -> None:
    """Give up files that were asked for by the client's name, address or number.

    Others in which they stand live as long as any file: ``Export.KEPT``.
    """
    if event.kind == Event.CLIENT_ERASED:
        client = Client.objects.get(pk=event.details["client"])
        own = [text.lower() for text in (client.name, client.email, str(client.phone)) if text]
        asked = Export.objects.exclude(query="")
        named = [export.pk for export in asked if _names(export.query, own)]
        Export.objects.filter(pk__in=named).delete()


def _names(query: str, own: list[str]) -> bool:
    words = " ".join(parse_qs(query).get("q", [])).lower().strip()
    return bool(words) and any(text in words or words in text for text in own)
