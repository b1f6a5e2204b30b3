"""A booking is made, changed, cancelled, or near."""

from notifications.defaults.wording import (
    CLIENT,
    EMAIL,
    EN_BEFORE,
    EN_CLIENT,
    EN_PERIOD,
    EN_PLACE,
    EN_SIGNATURE,
    PROVIDER,
    SMS,
    UK_BEFORE,
    UK_CLIENT,
    UK_PERIOD,
    UK_PLACE,
    UK_SIGNATURE,
    Texts,
    Wording,
)
from notifications.kinds import Kind

BOOKINGS: Texts = {
    (Kind.CONFIRMATION, CLIENT, EMAIL): {
        "en": Wording(
            "Booked: [service], [date_start], [time_start]",
            f"""Hello [client_name],

Your booking is confirmed.

{EN_PLACE}
Need another time, or cannot make it? Change or cancel the booking here:
[reschedule_link]

All your bookings: [my_bookings_link]

We look forward to seeing you.
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Заброньовано: [service], [date_start], [time_start]",
            f"""Вітаємо, [client_name]!

Ваше бронювання підтверджено.

{UK_PLACE}
Потрібен інший час або не зможете прийти? Змініть чи скасуйте бронювання тут:
[reschedule_link]

Усі ваші бронювання: [my_bookings_link]

Будемо раді зустрічі.
{UK_SIGNATURE}""",
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

{EN_PLACE}
{EN_CLIENT}{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Нове бронювання: [service], [date_start], [time_start]",
            f"""У вас нове бронювання.

{UK_PLACE}
{UK_CLIENT}{UK_SIGNATURE}""",
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

{EN_PERIOD}
{EN_BEFORE}

If this does not suit you, change or cancel the booking here:
[reschedule_link]
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Змінено: [service], тепер [date_start], [time_start]",
            f"""Вітаємо, [client_name]!

Ваше бронювання змінено. Тепер воно таке:

{UK_PERIOD}
{UK_BEFORE}

Якщо це вам не підходить, змініть чи скасуйте бронювання тут:
[reschedule_link]
{UK_SIGNATURE}""",
        ),
    },
    (Kind.CHANGED, CLIENT, SMS): {
        "en": Wording(
            "",
            """[company_name]: changed, [service] is now on [date_start] [time_start].
[service_duration] min.
Code [code]""",
        ),
        "uk": Wording(
            "",
            """[company_name]: змінено, [service] тепер [date_start] [time_start].
[service_duration] хв.
Код [code]""",
        ),
    },
    (Kind.CHANGED, PROVIDER, EMAIL): {
        "en": Wording(
            "Booking changed: [service], now [date_start], [time_start]",
            f"""A booking with you has been changed. This is how it stands now:

{EN_PERIOD}
{EN_BEFORE}

{EN_CLIENT}{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Бронювання змінено: [service], тепер [date_start], [time_start]",
            f"""Одне з ваших бронювань змінено. Тепер воно таке:

{UK_PERIOD}
{UK_BEFORE}

{UK_CLIENT}{UK_SIGNATURE}""",
        ),
    },
    (Kind.CHANGED, PROVIDER, SMS): {
        "en": Wording(
            "",
            """Booking changed: [service], now [date_start] [time_start].
[service_duration] min.
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Бронювання змінено: [service], тепер [date_start] [time_start].
[service_duration] хв.
[client_name] [client_phone]""",
        ),
    },
    (Kind.CANCELLED, CLIENT, EMAIL): {
        "en": Wording(
            "Cancelled: [service], [date_start], [time_start]",
            f"""Hello [client_name],

This booking has been cancelled:

{EN_PLACE}
Reason: [cancel_reason]

You are welcome to book another time.
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Скасовано: [service], [date_start], [time_start]",
            f"""Вітаємо, [client_name]!

Це бронювання скасовано:

{UK_PLACE}
Причина: [cancel_reason]

Будемо раді, якщо ви оберете інший час.
{UK_SIGNATURE}""",
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
            f"""A booking with you has been cancelled:

{EN_PLACE}
Reason: [cancel_reason]

{EN_CLIENT}{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Бронювання скасовано: [service], [date_start], [time_start]",
            f"""Одне з ваших бронювань скасовано:

{UK_PLACE}
Причина: [cancel_reason]

{UK_CLIENT}{UK_SIGNATURE}""",
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

{EN_PLACE}
Cannot make it? Please change or cancel the booking here:
[reschedule_link]
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Нагадування: [service], [date_start], [time_start]",
            f"""Вітаємо, [client_name]!

Нагадуємо про ваше бронювання.

{UK_PLACE}
Не зможете прийти? Будь ласка, змініть чи скасуйте бронювання тут:
[reschedule_link]
{UK_SIGNATURE}""",
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
            f"""This is coming up for you:

{EN_PLACE}Bookings: [bookings]

{EN_CLIENT}{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Нагадування: [service], [date_start], [time_start]",
            f"""Незабаром у вас:

{UK_PLACE}Бронювань: [bookings]

{UK_CLIENT}{UK_SIGNATURE}""",
        ),
    },
    (Kind.REMINDER, PROVIDER, SMS): {
        "en": Wording(
            "",
            """Reminder: [service], [date_start] [time_start].
Bookings: [bookings]
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Нагадування: [service], [date_start] [time_start].
Бронювань: [bookings]
[client_name] [client_phone]""",
        ),
    },
}
