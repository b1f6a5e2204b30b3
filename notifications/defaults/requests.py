"""A booking waits for its client to confirm it or for the staff's approval, or does not get it.

A place is waited for or offered. A request that is made again at another time says what it
was before. Whoever declined, or whether the start came before any decision: the booking was
not confirmed.
"""

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

REQUESTS: Texts = {
    (Kind.PROOF, CLIENT, EMAIL): {
        "en": Wording(
            "Please confirm: [service], [date_start], [time_start]",
            f"""Hello [client_name],

We keep this time for you until [confirm_until].
It is booked once you have confirmed it here:
[confirm_link]

{EN_PLACE}
If you did not ask for it, do nothing: the time is then free again.
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Підтвердьте, будь ласка: [service], [date_start], [time_start]",
            f"""Вітаємо, [client_name]!

Тримаємо для вас цей час до: [confirm_until].
Щоб забронювати його, підтвердьте бронювання тут:
[confirm_link]

{UK_PLACE}
Якщо ви нічого не бронювали, нічого не робіть: час знову стане вільним.
{UK_SIGNATURE}""",
        ),
    },
    (Kind.REQUESTED, CLIENT, EMAIL): {
        "en": Wording(
            "Request received: [service], [date_start], [time_start]",
            f"""Hello [client_name],

Thank you, we have your request and are keeping this time for you.
It is not confirmed yet: you will hear from us as soon as it is decided.

{EN_PERIOD}
{EN_BEFORE}

Need another time, or cannot make it? Change or cancel the request here:
[reschedule_link]
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Запит отримано: [service], [date_start], [time_start]",
            f"""Вітаємо, [client_name]!

Ми отримали ваш запит і тримаємо цей час для вас.
Бронювання ще не підтверджено: ми повідомимо вас, щойно буде рішення.

{UK_PERIOD}
{UK_BEFORE}

Потрібен інший час або не зможете прийти? Змініть чи скасуйте запит тут:
[reschedule_link]
{UK_SIGNATURE}""",
        ),
    },
    (Kind.REQUESTED, CLIENT, SMS): {
        "en": Wording(
            "",
            """[company_name]: request received, not confirmed yet.
[service], [date_start] [time_start].
Code [code]""",
        ),
        "uk": Wording(
            "",
            """[company_name]: запит отримано, ще не підтверджено.
[service], [date_start] [time_start].
Код [code]""",
        ),
    },
    (Kind.REQUESTED, PROVIDER, EMAIL): {
        "en": Wording(
            "Waiting for approval: [service], [date_start], [time_start]",
            f"""A booking with you waits for approval. Meanwhile it is kept for the client.

{EN_PERIOD}
{EN_BEFORE}

{EN_CLIENT}
It can be approved or declined here:
[admin_link]
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Очікує схвалення: [service], [date_start], [time_start]",
            f"""Одне з ваших бронювань очікує схвалення. Доти місце тримаємо для клієнта.

{UK_PERIOD}
{UK_BEFORE}

{UK_CLIENT}
Схвалити або відхилити його можна тут:
[admin_link]
{UK_SIGNATURE}""",
        ),
    },
    (Kind.REQUESTED, PROVIDER, SMS): {
        "en": Wording(
            "",
            """Waiting for approval: [service], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Очікує схвалення: [service], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
    },
    (Kind.APPROVED, CLIENT, EMAIL): {
        "en": Wording(
            "Approved: [service], [date_start], [time_start]",
            f"""Hello [client_name],

Good news: your booking is approved and this time is yours.

{EN_PLACE}
Need another time, or cannot make it? Change or cancel the booking here:
[reschedule_link]

All your bookings: [my_bookings_link]

We look forward to seeing you.
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Схвалено: [service], [date_start], [time_start]",
            f"""Вітаємо, [client_name]!

Ваше бронювання схвалено, і цей час ваш.

{UK_PLACE}
Потрібен інший час або не зможете прийти? Змініть чи скасуйте бронювання тут:
[reschedule_link]

Усі ваші бронювання: [my_bookings_link]

Будемо раді зустрічі.
{UK_SIGNATURE}""",
        ),
    },
    (Kind.APPROVED, CLIENT, SMS): {
        "en": Wording(
            "",
            """[company_name]: approved, [service], [date_start] [time_start].
Code [code]""",
        ),
        "uk": Wording(
            "",
            """[company_name]: схвалено, [service], [date_start] [time_start].
Код [code]""",
        ),
    },
    (Kind.APPROVED, PROVIDER, EMAIL): {
        "en": Wording(
            "Approved: [service], [date_start], [time_start]",
            f"""A booking with you that waited for approval is approved.

{EN_PLACE}
{EN_CLIENT}{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Схвалено: [service], [date_start], [time_start]",
            f"""Одне з ваших бронювань, що очікувало схвалення, схвалено.

{UK_PLACE}
{UK_CLIENT}{UK_SIGNATURE}""",
        ),
    },
    (Kind.APPROVED, PROVIDER, SMS): {
        "en": Wording(
            "",
            """Approved: [service], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Схвалено: [service], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
    },
    (Kind.WAITING, CLIENT, EMAIL): {
        "en": Wording(
            "On the waiting list: [service], [date_start], [time_start]",
            f"""Hello [client_name],

You are on the waiting list of this class:

[service] with [provider]
[date_start], [time_start]
Places: [places]

We will write to you as soon as a place comes free for you.

Changed your mind? Leave the list here:
[waiting_link]
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "У списку очікування: [service], [date_start], [time_start]",
            f"""Вітаємо, [client_name]!

Ви в списку очікування на це заняття:

[service], [provider]
[date_start], [time_start]
Місць: [places]

Щойно для вас звільниться місце, ми напишемо.

Передумали? Вийдіть зі списку тут:
[waiting_link]
{UK_SIGNATURE}""",
        ),
    },
    (Kind.WAITING, CLIENT, SMS): {
        "en": Wording(
            "",
            """[company_name]: you are on the waiting list, [service], [date_start] [time_start].
Leave it here: [waiting_link]""",
        ),
        "uk": Wording(
            "",
            """[company_name]: ви в списку очікування, [service], [date_start] [time_start].
Вийти: [waiting_link]""",
        ),
    },
    (Kind.OFFERED, CLIENT, EMAIL): {
        "en": Wording(
            "A place is free: [service], [date_start], [time_start]",
            f"""Hello [client_name],

A place has come free in the class that you are waiting for.
We keep it for you until [offer_until].

{EN_PLACE}Places: [places]

Take it, or let it go, here:
[offer_link]

If you do nothing, it goes to the next person who waits.
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Звільнилося місце: [service], [date_start], [time_start]",
            f"""Вітаємо, [client_name]!

На занятті, на яке ви чекаєте, звільнилося місце.
Тримаємо його для вас до цього часу: [offer_until].

{UK_PLACE}Місць: [places]

Прийняти його або відмовитися можна тут:
[offer_link]

Якщо нічого не робити, воно дістанеться наступному в черзі.
{UK_SIGNATURE}""",
        ),
    },
    (Kind.OFFERED, CLIENT, SMS): {
        "en": Wording(
            "",
            """[company_name]: a place is free, [service], [date_start] [time_start].
Kept for you until [offer_until]:
[offer_link]""",
        ),
        "uk": Wording(
            "",
            """[company_name]: звільнилося місце, [service], [date_start] [time_start].
Тримаємо для вас до: [offer_until].
[offer_link]""",
        ),
    },
    (Kind.DECLINED, CLIENT, EMAIL): {
        "en": Wording(
            "Not confirmed: [service], [date_start], [time_start]",
            f"""Hello [client_name],

Unfortunately, your booking could not be confirmed:

{EN_PLACE}
Reason: [cancel_reason]

You are welcome to book another time.
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Не підтверджено: [service], [date_start], [time_start]",
            f"""Вітаємо, [client_name]!

На жаль, ваше бронювання не вдалося підтвердити:

{UK_PLACE}
Причина: [cancel_reason]

Будемо раді, якщо ви оберете інший час.
{UK_SIGNATURE}""",
        ),
    },
    (Kind.DECLINED, CLIENT, SMS): {
        "en": Wording(
            "",
            """[company_name]: could not be confirmed, [service], [date_start] [time_start].
Code [code]""",
        ),
        "uk": Wording(
            "",
            """[company_name]: не вдалося підтвердити, [service], [date_start] [time_start].
Код [code]""",
        ),
    },
    (Kind.DECLINED, PROVIDER, EMAIL): {
        "en": Wording(
            "Not confirmed: [service], [date_start], [time_start]",
            f"""A booking with you was not confirmed. It is no longer kept for the client.

{EN_PLACE}
Reason: [cancel_reason]

{EN_CLIENT}{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Не підтверджено: [service], [date_start], [time_start]",
            f"""Одне з ваших бронювань не підтверджено. Місце для клієнта більше не тримаємо.

{UK_PLACE}
Причина: [cancel_reason]

{UK_CLIENT}{UK_SIGNATURE}""",
        ),
    },
    (Kind.DECLINED, PROVIDER, SMS): {
        "en": Wording(
            "",
            """Not confirmed: [service], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Не підтверджено: [service], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
    },
}
