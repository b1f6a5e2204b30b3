"""The use cases of online meetings."""

from zoomlink.actions.announcing import announce, note_newcomer
from zoomlink.actions.attendance import Attendance, attendance_for, waiting_clients
from zoomlink.actions.audit import audit_is_due, run_audit
from zoomlink.actions.collisions import Collision, booked_at_zoom, collisions
from zoomlink.actions.conditions import FEATURE
from zoomlink.actions.connection import (
    ask_zoom,
    connect,
    note_removal,
    refresh_users,
    refuse_second_connection,
)
from zoomlink.actions.deliveries import (
    apply_delivery,
    clear_away,
    deliveries_due,
    keep_delivery,
)
from zoomlink.actions.entry import (
    Door,
    Phase,
    door_behind,
    enter_as_host,
    may_enter_as_host,
    may_lead_anywhere,
    own_link_of,
)
from zoomlink.actions.fallback import is_missed as is_meeting_missed
from zoomlink.actions.fallback import room_with_people
from zoomlink.actions.fallback import watch as watch_fallback
from zoomlink.actions.health import check_health
from zoomlink.actions.leaving import (
    begin_leaving,
    disconnect,
    finish_leaving,
    meetings_to_come,
    revoke_failed_text,
)
from zoomlink.actions.links import (
    CLIENT,
    PROVIDER,
    MeetingLink,
    host_links_for,
    links_for,
    met_online,
)
from zoomlink.actions.mapping import choose_meeting
from zoomlink.actions.meetings import note_session, review, sync_meeting
from zoomlink.actions.orphans import delete_orphans, latest_audit
from zoomlink.actions.quota import forget_old_days
from zoomlink.actions.readiness import Level, Mend, Readiness, check_readiness
from zoomlink.actions.retrying import try_again
from zoomlink.actions.signs import audit_is_running, note_sweep
from zoomlink.actions.trial import begin_trial, clear_trials, run_trial
from zoomlink.actions.visits import forget_visits, note_visit
from zoomlink.actions.wishes import save_service_settings, save_settings

__all__ = [
    "CLIENT",
    "FEATURE",
    "PROVIDER",
    "Attendance",
    "Collision",
    "Door",
    "Level",
    "MeetingLink",
    "Mend",
    "Phase",
    "Readiness",
    "announce",
    "apply_delivery",
    "ask_zoom",
    "attendance_for",
    "audit_is_due",
    "audit_is_running",
    "begin_leaving",
    "begin_trial",
    "booked_at_zoom",
    "check_health",
    "check_readiness",
    "choose_meeting",
    "clear_away",
    "clear_trials",
    "collisions",
    "connect",
    "delete_orphans",
    "deliveries_due",
    "disconnect",
    "door_behind",
    "enter_as_host",
    "finish_leaving",
    "forget_old_days",
    "forget_visits",
    "host_links_for",
    "is_meeting_missed",
    "keep_delivery",
    "latest_audit",
    "links_for",
    "may_enter_as_host",
    "may_lead_anywhere",
    "meetings_to_come",
    "met_online",
    "note_newcomer",
    "note_removal",
    "note_session",
    "note_sweep",
    "note_visit",
    "own_link_of",
    "refresh_users",
    "refuse_second_connection",
    "review",
    "revoke_failed_text",
    "room_with_people",
    "run_audit",
    "run_trial",
    "save_service_settings",
    "save_settings",
    "sync_meeting",
    "try_again",
    "waiting_clients",
    "watch_fallback",
]
