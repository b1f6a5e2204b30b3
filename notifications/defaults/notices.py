"""What is told at once and for one moment: of signing in, and news of a class."""

from notifications.defaults.wording import (
    CLIENT,
    EMAIL,
    EN_BEFORE,
    EN_SIGNATURE,
    PROVIDER,
    SMS,
    STAFF,
    UK_BEFORE,
    UK_SIGNATURE,
    Texts,
    Wording,
)
from notifications.kinds import Kind

NOTICES: Texts = {
    (Kind.SIGN_IN_CODE, CLIENT, EMAIL): {
        "en": Wording(
            "[sign_in_code] is your sign-in code",
            f"""Your code for signing in at [company_name]:

[sign_in_code]

It works once, within [minutes] minutes. Nobody from our company will ask you for it.

If you did not try to sign in, there is nothing you need to do.
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "[sign_in_code] – ваш код для входу",
            f"""Ваш код для входу на сайті [company_name]:

[sign_in_code]

Він діє один раз протягом [minutes] хв. Ніхто з нашої компанії його не запитуватиме.

Якщо ви не намагалися увійти, нічого робити не потрібно.
{UK_SIGNATURE}""",
        ),
    },
    (Kind.SECOND_FACTOR, STAFF, EMAIL): {
        "en": Wording(
            "[company_name]: your two-factor sign-in was changed",
            """Two-factor sign-in is now switched on for [switched_on].
Two-factor sign-in is now switched off for [switched_off], so the password alone is asked for.
Reset by: [actor]

If you know nothing of this, change your password at once, and tell the owner of your company:
[account_link]""",
        ),
        "uk": Wording(
            "[company_name]: ваш двоетапний вхід змінено",
            """Двоетапний вхід для [switched_on] тепер увімкнено.
Двоетапний вхід для [switched_off] тепер вимкнено, тож запитується лише пароль.
Скинув користувач: [actor]

Якщо вам про це нічого не відомо, негайно змініть пароль і повідомте власника компанії:
[account_link]""",
        ),
    },
    (Kind.SESSION_MOVED, CLIENT, EMAIL): {
        "en": Wording(
            "Changed: [service] is now on [date_start], [time_start]",
            f"""Hello [client_name],

The class that you wait for has been changed. This is how it stands now:

[service] with [provider]
[date_start], [time_start]
Until: [time_end]

{EN_BEFORE}

You are still on its waiting list. If this does not suit you, leave the list here:
[waiting_link]
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Змінено: [service], тепер [date_start], [time_start]",
            f"""Вітаємо, [client_name]!

Заняття, на яке ви чекаєте, змінено. Тепер воно таке:

[service], [provider]
[date_start], [time_start]
До: [time_end]

{UK_BEFORE}

Ви й далі в його списку очікування. Якщо це вам не підходить, вийдіть зі списку тут:
[waiting_link]
{UK_SIGNATURE}""",
        ),
    },
    (Kind.SESSION_MOVED, CLIENT, SMS): {
        "en": Wording(
            "",
            """[company_name]: the class you wait for is changed.
[service] is now on [date_start] [time_start]. You still wait for it:
[waiting_link]""",
        ),
        "uk": Wording(
            "",
            """[company_name]: заняття, на яке ви чекаєте, змінено.
[service] тепер [date_start] [time_start]. Ви й далі в черзі:
[waiting_link]""",
        ),
    },
    (Kind.SESSION_MOVED, PROVIDER, EMAIL): {
        "en": Wording(
            "Class changed: [service], now [date_start], [time_start]",
            f"""A class session of yours has been changed. This is how it stands now:

[service] with [provider]
[date_start], [time_start]
Until: [time_end]
Bookings: [bookings]

{EN_BEFORE}
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Заняття змінено: [service], тепер [date_start], [time_start]",
            f"""Одне з ваших занять змінено. Тепер воно таке:

[service], [provider]
[date_start], [time_start]
До: [time_end]
Бронювань: [bookings]

{UK_BEFORE}
{UK_SIGNATURE}""",
        ),
    },
    (Kind.SESSION_MOVED, PROVIDER, SMS): {
        "en": Wording(
            "",
            """Class changed: [service], now [date_start] [time_start].
[service_duration] min.
Bookings: [bookings]""",
        ),
        "uk": Wording(
            "",
            """Заняття змінено: [service], тепер [date_start] [time_start].
[service_duration] хв.
Бронювань: [bookings]""",
        ),
    },
    (Kind.SESSION_CANCELLED, CLIENT, EMAIL): {
        "en": Wording(
            "Cancelled: [service], [date_start], [time_start]",
            f"""Hello [client_name],

The class that you wait for does not take place:

[service] with [provider]
[date_start], [time_start]
Reason: [cancel_reason]

You are no longer on its waiting list. You are welcome to choose another time.
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Скасовано: [service], [date_start], [time_start]",
            f"""Вітаємо, [client_name]!

Заняття, на яке ви чекаєте, не відбудеться:

[service], [provider]
[date_start], [time_start]
Причина: [cancel_reason]

Вас більше немає в його списку очікування. Будемо раді, якщо ви оберете інший час.
{UK_SIGNATURE}""",
        ),
    },
    (Kind.SESSION_CANCELLED, CLIENT, SMS): {
        "en": Wording(
            "",
            """[company_name]: the class you wait for is cancelled.
[service], [date_start] [time_start].""",
        ),
        "uk": Wording(
            "",
            """[company_name]: заняття, на яке ви чекаєте, скасовано.
[service], [date_start] [time_start].""",
        ),
    },
    (Kind.SESSION_CANCELLED, PROVIDER, EMAIL): {
        "en": Wording(
            "Class cancelled: [service], [date_start], [time_start]",
            f"""A class session with you has been cancelled. This time is free again.

[service] with [provider]
[date_start], [time_start]
Bookings: [bookings]

Reason: [cancel_reason]
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Заняття скасовано: [service], [date_start], [time_start]",
            f"""Одне з ваших занять скасовано. Цей час знову вільний.

[service], [provider]
[date_start], [time_start]
Бронювань: [bookings]

Причина: [cancel_reason]
{UK_SIGNATURE}""",
        ),
    },
    (Kind.SESSION_CANCELLED, PROVIDER, SMS): {
        "en": Wording(
            "",
            """Class cancelled: [service], [date_start] [time_start].
Bookings: [bookings]""",
        ),
        "uk": Wording(
            "",
            """Заняття скасовано: [service], [date_start] [time_start].
Бронювань: [bookings]""",
        ),
    },
}
