"""What the company itself is told of bookings and class sessions: always with whom they are."""

from notifications.defaults.wording import (
    COMPANY,
    EMAIL,
    EN_BEFORE,
    EN_CLIENT,
    EN_PERIOD,
    EN_PLACE,
    SMS,
    UK_BEFORE,
    UK_CLIENT,
    UK_PERIOD,
    UK_PLACE,
    Texts,
    Wording,
)
from notifications.kinds import Kind

OF_BOOKINGS: Texts = {
    (Kind.REQUESTED, COMPANY, EMAIL): {
        "en": Wording(
            "Waiting for approval: [service] with [provider], [date_start], [time_start]",
            f"""A booking waits for approval. Meanwhile it is kept for the client.

{EN_PERIOD}
{EN_BEFORE}

{EN_CLIENT}
It can be approved or declined here:
[admin_link]""",
        ),
        "uk": Wording(
            "Очікує схвалення: [service], [provider], [date_start], [time_start]",
            f"""Бронювання очікує схвалення. Доти місце тримаємо для клієнта.

{UK_PERIOD}
{UK_BEFORE}

{UK_CLIENT}
Схвалити або відхилити його можна тут:
[admin_link]""",
        ),
    },
    (Kind.REQUESTED, COMPANY, SMS): {
        "en": Wording(
            "",
            """Waiting for approval: [service] with [provider], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Очікує схвалення: [service], [provider], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
    },
    (Kind.APPROVED, COMPANY, EMAIL): {
        "en": Wording(
            "Approved: [service] with [provider], [date_start], [time_start]",
            f"""A booking that waited for approval is approved.

{EN_PLACE}
{EN_CLIENT}""",
        ),
        "uk": Wording(
            "Схвалено: [service], [provider], [date_start], [time_start]",
            f"""Бронювання, що очікувало схвалення, схвалено.

{UK_PLACE}
{UK_CLIENT}""",
        ),
    },
    (Kind.APPROVED, COMPANY, SMS): {
        "en": Wording(
            "",
            """Approved: [service] with [provider], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Схвалено: [service], [provider], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
    },
    (Kind.DECLINED, COMPANY, EMAIL): {
        "en": Wording(
            "Not confirmed: [service] with [provider], [date_start], [time_start]",
            f"""A booking was not confirmed. It is no longer kept for the client.

{EN_PLACE}
Reason: [cancel_reason]

{EN_CLIENT}""",
        ),
        "uk": Wording(
            "Не підтверджено: [service], [provider], [date_start], [time_start]",
            f"""Бронювання не підтверджено. Місце для клієнта більше не тримаємо.

{UK_PLACE}
Причина: [cancel_reason]

{UK_CLIENT}""",
        ),
    },
    (Kind.DECLINED, COMPANY, SMS): {
        "en": Wording(
            "",
            """Not confirmed: [service] with [provider], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Не підтверджено: [service], [provider], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
    },
    (Kind.CONFIRMATION, COMPANY, EMAIL): {
        "en": Wording(
            "New booking: [service] with [provider], [date_start], [time_start]",
            f"""There is a new booking.

{EN_PLACE}
{EN_CLIENT}""",
        ),
        "uk": Wording(
            "Нове бронювання: [service], [provider], [date_start], [time_start]",
            f"""Надійшло нове бронювання.

{UK_PLACE}
{UK_CLIENT}""",
        ),
    },
    (Kind.CONFIRMATION, COMPANY, SMS): {
        "en": Wording(
            "",
            """New booking: [service] with [provider], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Нове бронювання: [service], [provider], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
    },
    (Kind.CHANGED, COMPANY, EMAIL): {
        "en": Wording(
            "Booking changed: [service] with [provider], now [date_start], [time_start]",
            f"""A booking has been changed. This is how it stands now:

{EN_PERIOD}
{EN_BEFORE}

{EN_CLIENT}""",
        ),
        "uk": Wording(
            "Бронювання змінено: [service], [provider], тепер [date_start], [time_start]",
            f"""Бронювання змінено. Тепер воно таке:

{UK_PERIOD}
{UK_BEFORE}

{UK_CLIENT}""",
        ),
    },
    (Kind.CHANGED, COMPANY, SMS): {
        "en": Wording(
            "",
            """Booking changed: [service] with [provider], now [date_start] [time_start].
[service_duration] min.
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Бронювання змінено: [service], [provider], тепер [date_start] [time_start].
[service_duration] хв.
[client_name] [client_phone]""",
        ),
    },
    (Kind.CANCELLED, COMPANY, EMAIL): {
        "en": Wording(
            "Booking cancelled: [service] with [provider], [date_start], [time_start]",
            f"""A booking has been cancelled:

{EN_PLACE}
Reason: [cancel_reason]

{EN_CLIENT}""",
        ),
        "uk": Wording(
            "Бронювання скасовано: [service], [provider], [date_start], [time_start]",
            f"""Бронювання скасовано:

{UK_PLACE}
Причина: [cancel_reason]

{UK_CLIENT}""",
        ),
    },
    (Kind.CANCELLED, COMPANY, SMS): {
        "en": Wording(
            "",
            """Booking cancelled: [service] with [provider], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Бронювання скасовано: [service], [provider], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
    },
    (Kind.REMINDER, COMPANY, EMAIL): {
        "en": Wording(
            "Reminder: [service] with [provider], [date_start], [time_start]",
            f"""This is coming up:

{EN_PLACE}Bookings: [bookings]

{EN_CLIENT}""",
        ),
        "uk": Wording(
            "Нагадування: [service], [provider], [date_start], [time_start]",
            f"""Незабаром:

{UK_PLACE}Бронювань: [bookings]

{UK_CLIENT}""",
        ),
    },
    (Kind.REMINDER, COMPANY, SMS): {
        "en": Wording(
            "",
            """Reminder: [service] with [provider], [date_start] [time_start].
Bookings: [bookings]
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Нагадування: [service], [provider], [date_start] [time_start].
Бронювань: [bookings]
[client_name] [client_phone]""",
        ),
    },
    (Kind.SESSION_MOVED, COMPANY, EMAIL): {
        "en": Wording(
            "Class changed: [service] with [provider], now [date_start], [time_start]",
            f"""A class session has been changed. This is how it stands now:

[service] with [provider]
[date_start], [time_start]
Until: [time_end]
Bookings: [bookings]

{EN_BEFORE}""",
        ),
        "uk": Wording(
            "Заняття змінено: [service], [provider], тепер [date_start], [time_start]",
            f"""Заняття змінено. Тепер воно таке:

[service], [provider]
[date_start], [time_start]
До: [time_end]
Бронювань: [bookings]

{UK_BEFORE}""",
        ),
    },
    (Kind.SESSION_MOVED, COMPANY, SMS): {
        "en": Wording(
            "",
            """Class changed: [service] with [provider], now [date_start] [time_start].
[service_duration] min.
Bookings: [bookings]""",
        ),
        "uk": Wording(
            "",
            """Заняття змінено: [service], [provider], тепер [date_start] [time_start].
[service_duration] хв.
Бронювань: [bookings]""",
        ),
    },
    (Kind.SESSION_CANCELLED, COMPANY, EMAIL): {
        "en": Wording(
            "Class cancelled: [service] with [provider], [date_start], [time_start]",
            """A class session has been cancelled. This time is free again.

[service] with [provider]
[date_start], [time_start]
Bookings: [bookings]

Reason: [cancel_reason]""",
        ),
        "uk": Wording(
            "Заняття скасовано: [service], [provider], [date_start], [time_start]",
            """Заняття скасовано. Цей час знову вільний.

[service], [provider]
[date_start], [time_start]
Бронювань: [bookings]

Причина: [cancel_reason]""",
        ),
    },
    (Kind.SESSION_CANCELLED, COMPANY, SMS): {
        "en": Wording(
            "",
            """Class cancelled: [service] with [provider], [date_start] [time_start].
Bookings: [bookings]""",
        ),
        "uk": Wording(
            "",
            """Заняття скасовано: [service], [provider], [date_start] [time_start].
Бронювань: [bookings]""",
        ),
    },
}
