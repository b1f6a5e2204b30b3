"""Forgetting somebody's data in what was sent; that it was sent stays known."""

from datetime import datetime

from webhooks.models import Delivery


def forget_clients(client_ids: list[int], *, now: datetime) -> None:
    """Blank what was told of these clients; inside the transaction that erased them.

    What still waits is worded anew when its turn comes, of what then is left of them.
    """
    told = Delivery.objects.about(client_ids)
    told.exclude(body="").update(body="", answer="", erased_at=now)
