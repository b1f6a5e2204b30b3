"""Who books: what was given, and the record it belongs to."""

from dataclasses import dataclass

from django.db.models import Value
from django.db.models.functions import Lower

from booking.errors import WrongValue
from booking.models import Client
from booking.zones import is_zone

LONGEST_NAME, LONGEST_EMAIL = 150, 254


@dataclass(frozen=True)
class ClientDetails:
    """Who books, as they gave it. ``timezone`` is an IANA name, ``language`` a code."""

    name: str
    email: str = ""
    phone: str = ""
    timezone: str = ""
    language: str = ""

    def are_of(self, client: Client) -> bool:
        """Whether a record is of the same person: the same address and name."""
        theirs = client.name.lower(), client.email.lower()
        return theirs == (self.name.lower(), self.email.lower())

    def require_sense(self) -> None:
        """Raise WrongValue for a name, address or zone that cannot be anybody's.

        Forms and the API say so sooner and at their fields; this is for all other callers.
        """
        if not 1 <= len(self.name.strip()) <= LONGEST_NAME:
            raise WrongValue("name")
        if len(self.email) > LONGEST_EMAIL or (self.email and "@" not in self.email):
            raise WrongValue("email")
        if self.timezone and not is_zone(self.timezone):
            raise WrongValue("timezone")


def client_record(details: ClientDetails) -> Client:
    """Find the client by address and name, or write a new record.

    Whoever knows a name and an address may book with them, so a known record is never
    changed here: what was given stands with the booking.

    A twin that writes the same client first is met by the frame: it tries again, and
    finds them.
    """
    known = _known_client(details) if details.email else None
    return known or Client.objects.create(
        name=details.name,
        email=details.email.lower(),
        phone=details.phone,
        timezone=details.timezone,
        language=details.language,
    )


def _known_client(details: ClientDetails) -> Client | None:
    # Lower, as in the unique constraint: one notion of "the same", and its index serves.
    same = Client.objects.alias(low_email=Lower("email"), low_name=Lower("name")).filter(
        low_email=Lower(Value(details.email)), low_name=Lower(Value(details.name))
    )
    return same.exclude(email="").first()  # said again, since the index is a partial one
