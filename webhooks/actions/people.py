"""Clients who are erased or merged: what was told of them, and that it was told."""

from datetime import datetime

from webhooks.models import Delivery


def forget_clients(client_ids: list[int], *, now: datetime) -> None:
    """Blank what was told of these clients; inside the transaction that erased them.

    What still waits is worded anew when its turn comes, of what then is left of them.
    """
    # Also what has no words yet: whoever words it at this moment sees that it was erased.
    Delivery.objects.about(client_ids).update(body="", answer="", erased_at=now)


def give_to_merged(kept_id: int, other_ids: list[int]) -> None:
    """Let what was told of records about to go be of the record they were merged into."""
    Delivery.objects.filter(client__in=other_ids).update(client=kept_id)
