"""What gateways report of messages that they took."""

from datetime import datetime

from notifications.models import Message

# From the lightest to the gravest. A mail server that took a mail may send it back later, and
# reports come twice and in any order: the graver one stays, whichever is heard first.
_GRAVITY = (Message.UNREPORTED, Message.DELIVERED, Message.UNDELIVERED, Message.COMPLAINED)
_LONGEST_DETAIL = 500


def note_report(
    *, channel: str, gateway_id: str, delivery: str, detail: str = "", now: datetime
) -> bool:
    """Note how a message fared, by the name its gateway gave it; whether that was news.

    ``delivery`` is one of ``Message.DELIVERIES`` but unreported, ``detail`` the gateway's own
    words, ``now`` aware. Nothing is sent again because of it: a person decides that. Unknown
    names, repeats and what is lighter than what is known change nothing.
    """
    if not gateway_id:
        return False
    lighter = _GRAVITY[: _GRAVITY.index(delivery)]
    known = Message.objects.filter(channel=channel, gateway_id=gateway_id, delivery__in=lighter)
    report = {"delivery": delivery, "delivery_at": now}
    words = " ".join(detail.split())[:_LONGEST_DETAIL]
    # They may name whom it went to: of what has no text any more, they are not kept either.
    noted = known.with_texts().update(**report, delivery_detail=words) or known.update(**report)
    return bool(noted)
