"""Bookings that are over, by the ten thousand, in one statement a table."""

from django.db.backends.utils import CursorWrapper

from benchmarks import days

# Backwards from yesterday, every half-hour of every provider of the first ten, weekends included:
# a full diary, so that as many as possible lie near to what is asked for.
_SESSIONS = """
WITH provider AS (
  SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM booking_provider
  ORDER BY id LIMIT 10
), service AS (
  SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM booking_service
  ORDER BY id LIMIT 10
), slot AS (
  SELECT n, ((current_date - 1 - n / 160)::timestamp + interval '9 hours'
    + (n %% 160) / 10 * interval '30 minutes') AT TIME ZONE %(zone)s AS starts_at
  FROM generate_series(0, %(count)s - 1) AS n
)
INSERT INTO booking_session (
  provider_id, service_id, starts_at, ends_at, occupied_from, occupied_until, capacity,
  seats_taken, status, revision, host_token, timezone, created_at
)
SELECT provider.id, service.id, starts_at, starts_at + interval '30 minutes', starts_at,
  starts_at + interval '30 minutes', 1, 1, 'active', 1, 'old' || n, '', starts_at
FROM slot
JOIN provider ON provider.number = n %% 10
JOIN service ON service.number = n / 10 %% 10
"""
_BOOKINGS = """
INSERT INTO booking_booking (
  session_id, client_id, code, seats, state, attendance, phone, language, timezone, note, comment,
  source, revision, manage_token, join_token, created_at, cancel_reason
)
SELECT session.id, client.id, substr(host_token, 4), 1, 'confirmed', 'unknown', '', 'en', '', '',
  '', 'site', 1, host_token || 'm', host_token || 'j', session.created_at, ''
FROM booking_session AS session
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM booking_client) AS client
  ON client.number = substr(host_token, 4)::int %% 500
WHERE host_token ~ '^old[0-9]+$'
"""
_EVENTS = """
INSERT INTO booking_event (kind, session_id, booking_id, details, occurred_at)
SELECT 'booked', session_id, id, '{}', created_at FROM booking_booking
WHERE manage_token LIKE 'old%%'
"""
_MESSAGES = """
INSERT INTO notifications_message (
  key, kind, audience, channel, booking_id, revision, to_address, language, timezone, state,
  due_at, next_attempt_at, attempts, ended_at, reason, subject, body_text, body_html, message_id,
  created_at
)
SELECT manage_token, 'confirmation', 'client', 'email', id, 1, 'somebody@client.example', 'en',
  'Europe/Kyiv', 'sent', created_at, created_at, 1, created_at, '', 'Confirmed', 'Confirmed', '',
  manage_token, created_at
FROM booking_booking WHERE manage_token LIKE 'old%%'
"""


def add(cursor: CursorWrapper, count: int) -> None:
    """Add so many past bookings, each with its session, its event and a message that was sent."""
    cursor.execute(_SESSIONS, {"count": count, "zone": days.ZONE.key})
    for statement in (_BOOKINGS, _EVENTS, _MESSAGES):
        cursor.execute(statement, {})
