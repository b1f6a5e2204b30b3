"""Rows of messages: what the company chose, its own words, and the ledger."""

from notifications.models.ledger import Message, MessageQuerySet, new_message_id
from notifications.models.settings import (
    LONGEST_TIMING,
    MessageSetting,
    MessagingSettings,
    Timing,
)
from notifications.models.texts import FlexibleRule, FlexibleText, MessageTemplate

__all__ = [
    "LONGEST_TIMING",
    "FlexibleRule",
    "FlexibleText",
    "Message",
    "MessageQuerySet",
    "MessageSetting",
    "MessageTemplate",
    "MessagingSettings",
    "Timing",
    "new_message_id",
]
