"""The use cases of messages: the only writers of messages, templates, rules and switches.

``owe_…`` run inside the transaction of an event and only write rows; ``deliver_message``
and ``sweep`` run in workers, with no transaction open while they send.
"""

from notifications.actions.choosing import choices, words_for
from notifications.actions.delivering import LEASE, deliver_message
from notifications.actions.explaining import (
    Stance,
    Verdict,
    stances_at,
    verdicts_for,
    words_at,
)
from notifications.actions.flexible import (
    forget_flexible_text,
    save_flexible_text,
    set_choices,
)
from notifications.actions.invitations import calendar_entry_of, calendar_file_of
from notifications.actions.ledger import (
    messages_for,
    messages_to,
    messages_to_client_about,
    resend,
    resend_several,
)
from notifications.actions.meetings import (
    owe_client_waits,
    owe_fallback_used,
    owe_link_added,
    owe_link_removed,
    owe_not_ready,
    settle_fallback,
)
from notifications.actions.messaging import save_messaging_settings
from notifications.actions.news import News, owe_news
from notifications.actions.notices import (
    owe_connection_lost,
    owe_meeting_failed,
    owe_second_factor_changed,
    owe_sign_in_code,
    owe_user_missing,
    owe_zoom_disconnected,
)
from notifications.actions.owing import (
    owe_approval,
    owe_cancellation,
    owe_change,
    owe_confirmation,
    owe_decline,
    owe_hold,
    owe_request,
    owe_restoration,
)
from notifications.actions.people import forget_client, speak_as_wished
from notifications.actions.proving import send_proof_again
from notifications.actions.purging import purge_texts
from notifications.actions.reports import note_report
from notifications.actions.sessions import (
    owe_session_cancellation,
    owe_session_change,
    owe_session_restoration,
)
from notifications.actions.silencing import silence_move, unheard_news
from notifications.actions.sweeping import sweep
from notifications.actions.templates import (
    checked_words,
    insert_meeting_links,
    restore_all,
    restore_template,
    save_template,
    set_switches,
    switches,
    wording,
)
from notifications.actions.timing import (
    add_timing,
    owe_again,
    owe_timed,
    remove_timing,
    timings,
    timings_to_owe,
)
from notifications.actions.trying import Trial, preview, send_test
from notifications.actions.waiting import owe_place_on_list

__all__ = [
    "LEASE",
    "News",
    "Stance",
    "Trial",
    "Verdict",
    "add_timing",
    "calendar_entry_of",
    "calendar_file_of",
    "checked_words",
    "choices",
    "deliver_message",
    "forget_client",
    "forget_flexible_text",
    "insert_meeting_links",
    "messages_for",
    "messages_to",
    "messages_to_client_about",
    "note_report",
    "owe_again",
    "owe_approval",
    "owe_cancellation",
    "owe_change",
    "owe_client_waits",
    "owe_confirmation",
    "owe_connection_lost",
    "owe_decline",
    "owe_fallback_used",
    "owe_hold",
    "owe_link_added",
    "owe_link_removed",
    "owe_meeting_failed",
    "owe_news",
    "owe_not_ready",
    "owe_place_on_list",
    "owe_request",
    "owe_restoration",
    "owe_second_factor_changed",
    "owe_session_cancellation",
    "owe_session_change",
    "owe_session_restoration",
    "owe_sign_in_code",
    "owe_timed",
    "owe_user_missing",
    "owe_zoom_disconnected",
    "preview",
    "purge_texts",
    "remove_timing",
    "resend",
    "resend_several",
    "restore_all",
    "restore_template",
    "save_flexible_text",
    "save_messaging_settings",
    "save_template",
    "send_proof_again",
    "send_test",
    "set_choices",
    "set_switches",
    "settle_fallback",
    "silence_move",
    "speak_as_wished",
    "stances_at",
    "sweep",
    "switches",
    "timings",
    "timings_to_owe",
    "unheard_news",
    "verdicts_for",
    "wording",
    "words_at",
    "words_for",
]
