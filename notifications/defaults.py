"""The texts that ship: in English and Ukrainian, and without any meeting variable.

Keyed by kind, audience, channel and language. The company is told what the provider
is told. An SMS is written on lines of its own so that an empty one can disappear; it
is sent as a single line. Signs outside the alphabet of SMS are avoided there.
"""

from dataclasses import dataclass

from notifications.kinds import Audience, Channel, Kind

CLIENT, PROVIDER, STAFF = Audience.CLIENT, Audience.PROVIDER, Audience.STAFF
EMAIL, SMS = Channel.EMAIL, Channel.SMS
LANGUAGES = ("en", "uk")


@dataclass(frozen=True)
class Wording:
    """What a message says; an SMS has no subject."""

    subject: str
    body: str


def shipped(kind: str, audience: str, channel: str, language: str) -> Wording:
    """Return the shipped text; a language without one of its own is told in English."""
    reader = Audience.PROVIDER if audience == Audience.COMPANY else audience
    texts = _TEXTS[kind, reader, channel]
    return texts.get(language) or texts["en"]


def meeting_line(audience: str, language: str) -> str:
    """Return the line that tells of the online meeting, with the reader's own variable."""
    lines = _MEETING_LINES["client" if audience == Audience.CLIENT else "provider"]
    return lines.get(language) or lines["en"]


_MEETING_LINES = {
    "client": {
        "en": "Online meeting: [online_meeting_link]",
        "uk": "Онлайн-зустріч: [online_meeting_link]",
    },
    "provider": {
        "en": "Online meeting: [online_meeting_provider_link]",
        "uk": "Онлайн-зустріч: [online_meeting_provider_link]",
    },
}

_EN_SIGNATURE = """
[company_name]
[company_phone]
[company_email]"""
_UK_SIGNATURE = _EN_SIGNATURE

_EN_PLACE = """[service] with [provider]
[date_start], [time_start]
Booking code: [code]
"""
_UK_PLACE = """[service], [provider]
[date_start], [time_start]
Код бронювання: [code]
"""

_EN_CLIENT = """Client: [client_name]
E-mail: [client_email]
Phone: [client_phone]
Note: [client_note]
"""
_UK_CLIENT = """Клієнт: [client_name]
Ел. пошта: [client_email]
Телефон: [client_phone]
Примітка: [client_note]
"""

_TEXTS: dict[tuple[str, str, str], dict[str, Wording]] = {
    (Kind.CONFIRMATION, CLIENT, EMAIL): {
        "en": Wording(
            "Booked: [service], [date_start], [time_start]",
            f"""Hello [client_name],

Your booking is confirmed.

{_EN_PLACE}
Need another time, or cannot come? Change or cancel the booking here:
[reschedule_link]

All your bookings: [my_bookings_link]

We look forward to seeing you.
{_EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Заброньовано: [service], [date_start], [time_start]",
            f"""Вітаємо, [client_name]!

Ваше бронювання підтверджено.

{_UK_PLACE}
Потрібен інший час або не зможете прийти? Змініть чи скасуйте бронювання тут:
[reschedule_link]

Усі ваші бронювання: [my_bookings_link]

Будемо раді зустрічі.
{_UK_SIGNATURE}""",
        ),
    },
    (Kind.CONFIRMATION, CLIENT, SMS): {
        "en": Wording(
            "",
            """[company_name]: booked, [service], [date_start] [time_start].
Code [code]""",
        ),
        "uk": Wording(
            "",
            """[company_name]: заброньовано, [service], [date_start] [time_start].
Код [code]""",
        ),
    },
    (Kind.CONFIRMATION, PROVIDER, EMAIL): {
        "en": Wording(
            "New booking: [service], [date_start], [time_start]",
            f"""You have a new booking.

{_EN_PLACE}
{_EN_CLIENT}{_EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Нове бронювання: [service], [date_start], [time_start]",
            f"""У вас нове бронювання.

{_UK_PLACE}
{_UK_CLIENT}{_UK_SIGNATURE}""",
        ),
    },
    (Kind.CONFIRMATION, PROVIDER, SMS): {
        "en": Wording(
            "",
            """New booking: [service], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Нове бронювання: [service], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
    },
    (Kind.CHANGED, CLIENT, EMAIL): {
        "en": Wording(
            "Changed: [service] is now on [date_start], [time_start]",
            f"""Hello [client_name],

Your booking has been changed. This is how it stands now:

{_EN_PLACE}
Before: [date_start_before], [time_start_before]

If this does not suit you, change or cancel the booking here:
[reschedule_link]
{_EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Змінено: [service], тепер [date_start], [time_start]",
            f"""Вітаємо, [client_name]!

Ваше бронювання змінено. Тепер воно таке:

{_UK_PLACE}
Було: [date_start_before], [time_start_before]

Якщо це вам не підходить, змініть чи скасуйте бронювання тут:
[reschedule_link]
{_UK_SIGNATURE}""",
        ),
    },
    (Kind.CHANGED, CLIENT, SMS): {
        "en": Wording(
            "",
            """[company_name]: changed, [service] is now on [date_start] [time_start].
Code [code]""",
        ),
        "uk": Wording(
            "",
            """[company_name]: змінено, [service] тепер [date_start] [time_start].
Код [code]""",
        ),
    },
    (Kind.CHANGED, PROVIDER, EMAIL): {
        "en": Wording(
            "Booking changed: [service], now [date_start], [time_start]",
            f"""A booking with you has been changed. This is how it stands now:

{_EN_PLACE}
Before: [date_start_before], [time_start_before]

{_EN_CLIENT}{_EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Бронювання змінено: [service], тепер [date_start], [time_start]",
            f"""Бронювання у вас змінено. Тепер воно таке:

{_UK_PLACE}
Було: [date_start_before], [time_start_before]

{_UK_CLIENT}{_UK_SIGNATURE}""",
        ),
    },
    (Kind.CHANGED, PROVIDER, SMS): {
        "en": Wording(
            "",
            """Booking changed: [service], now [date_start] [time_start].
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Бронювання змінено: [service], тепер [date_start] [time_start].
[client_name] [client_phone]""",
        ),
    },
    (Kind.CANCELLED, CLIENT, EMAIL): {
        "en": Wording(
            "Cancelled: [service], [date_start], [time_start]",
            f"""Hello [client_name],

This booking has been cancelled:

{_EN_PLACE}
Reason: [cancel_reason]

You are welcome to book another time.
{_EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Скасовано: [service], [date_start], [time_start]",
            f"""Вітаємо, [client_name]!

Це бронювання скасовано:

{_UK_PLACE}
Причина: [cancel_reason]

Будемо раді, якщо ви оберете інший час.
{_UK_SIGNATURE}""",
        ),
    },
    (Kind.CANCELLED, CLIENT, SMS): {
        "en": Wording(
            "",
            """[company_name]: cancelled, [service], [date_start] [time_start].
Code [code]""",
        ),
        "uk": Wording(
            "",
            """[company_name]: скасовано, [service], [date_start] [time_start].
Код [code]""",
        ),
    },
    (Kind.CANCELLED, PROVIDER, EMAIL): {
        "en": Wording(
            "Booking cancelled: [service], [date_start], [time_start]",
            f"""A booking with you has been cancelled. This time is free again.

{_EN_PLACE}
Reason: [cancel_reason]

{_EN_CLIENT}{_EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Бронювання скасовано: [service], [date_start], [time_start]",
            f"""Бронювання у вас скасовано. Цей час знову вільний.

{_UK_PLACE}
Причина: [cancel_reason]

{_UK_CLIENT}{_UK_SIGNATURE}""",
        ),
    },
    (Kind.CANCELLED, PROVIDER, SMS): {
        "en": Wording(
            "",
            """Booking cancelled: [service], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Бронювання скасовано: [service], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
    },
    (Kind.REMINDER, CLIENT, EMAIL): {
        "en": Wording(
            "Reminder: [service], [date_start], [time_start]",
            f"""Hello [client_name],

We would like to remind you of your booking.

{_EN_PLACE}
Cannot come? Please change or cancel the booking here:
[reschedule_link]
{_EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Нагадування: [service], [date_start], [time_start]",
            f"""Вітаємо, [client_name]!

Нагадуємо про ваше бронювання.

{_UK_PLACE}
Не зможете прийти? Будь ласка, змініть чи скасуйте бронювання тут:
[reschedule_link]
{_UK_SIGNATURE}""",
        ),
    },
    (Kind.REMINDER, CLIENT, SMS): {
        "en": Wording(
            "",
            """[company_name]: reminder, [service], [date_start] [time_start].
Code [code]""",
        ),
        "uk": Wording(
            "",
            """[company_name]: нагадуємо, [service], [date_start] [time_start].
Код [code]""",
        ),
    },
    (Kind.REMINDER, PROVIDER, EMAIL): {
        "en": Wording(
            "Reminder: [service], [date_start], [time_start]",
            f"""A booking with you is coming up.

{_EN_PLACE}
{_EN_CLIENT}{_EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Нагадування: [service], [date_start], [time_start]",
            f"""У вас незабаром бронювання.

{_UK_PLACE}
{_UK_CLIENT}{_UK_SIGNATURE}""",
        ),
    },
    (Kind.REMINDER, PROVIDER, SMS): {
        "en": Wording(
            "",
            """Reminder: [service], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Нагадування: [service], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
    },
    (Kind.SIGN_IN_CODE, CLIENT, EMAIL): {
        "en": Wording(
            "[sign_in_code] is your sign-in code",
            f"""Your code for signing in at [company_name]:

[sign_in_code]

It works once, within [minutes] minutes. Nobody from our company will ask you for it.

If you did not try to sign in, there is nothing you need to do.
{_EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "[sign_in_code] – ваш код для входу",
            f"""Ваш код для входу на сайті [company_name]:

[sign_in_code]

Він діє один раз протягом [minutes] хв. Ніхто з нашої компанії його не запитуватиме.

Якщо ви не намагалися увійти, нічого робити не потрібно.
{_UK_SIGNATURE}""",
        ),
    },
    (Kind.CONNECTION_LOST, STAFF, EMAIL): {
        "en": Wording(
            "[company_name]: the connection to Zoom is lost",
            """Zoom no longer lets us in, so no meetings can be created or changed.

Bookings go on as usual, but clients cannot enter their online meetings.

Please connect Zoom again:
[settings_link]""",
        ),
        "uk": Wording(
            "[company_name]: з'єднання з Zoom втрачено",
            """Zoom більше не надає нам доступу, тому зустрічі не створюються і не змінюються.

Бронювання працюють як завжди, але клієнти не можуть увійти в онлайн-зустрічі.

Будь ласка, підключіть Zoom знову:
[settings_link]""",
        ),
    },
    (Kind.MEETING_FAILED, STAFF, EMAIL): {
        "en": Wording(
            "The online meeting could not be made: [service], [date_start]",
            """Zoom refused the meeting of this booking:

[service] with [provider]
[date_start], [time_start]
What Zoom said: [problem]

Until this is solved, nobody can enter the meeting. The calendar:
[calendar_link]""",
        ),
        "uk": Wording(
            "Не вдалося створити онлайн-зустріч: [service], [date_start]",
            """Zoom відмовив у зустрічі для цього бронювання:

[service], [provider]
[date_start], [time_start]
Відповідь Zoom: [problem]

Доки це не вирішено, увійти в зустріч неможливо. Календар:
[calendar_link]""",
        ),
    },
}
