"""The use cases of online meetings."""

from zoomlink.actions.conditions import FEATURE
from zoomlink.actions.connection import (
    ask_zoom,
    connect,
    disconnect,
    note_removal,
    refresh_users,
    refuse_second_connection,
    revoke_failed_text,
)
from zoomlink.actions.entry import (
    Door,
    Phase,
    door_behind,
    enter_as_host,
    may_enter_as_host,
    own_link_of,
)
from zoomlink.actions.links import CLIENT, PROVIDER, MeetingLink, host_links_for, links_for
from zoomlink.actions.mapping import choose_meeting
from zoomlink.actions.meetings import note_session, review, sync_meeting

__all__ = [
    "CLIENT",
    "FEATURE",
    "PROVIDER",
    "Door",
    "MeetingLink",
    "Phase",
    "ask_zoom",
    "choose_meeting",
    "connect",
    "disconnect",
    "door_behind",
    "enter_as_host",
    "host_links_for",
    "links_for",
    "may_enter_as_host",
    "note_removal",
    "note_session",
    "own_link_of",
    "refresh_users",
    "refuse_second_connection",
    "review",
    "revoke_failed_text",
    "sync_meeting",
]
