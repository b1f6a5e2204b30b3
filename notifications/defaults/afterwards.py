"""After a meeting."""

from notifications.defaults.wording import (
    CLIENT,
    EMAIL,
    EN_SIGNATURE,
    SMS,
    UK_SIGNATURE,
    Texts,
    Wording,
)
from notifications.kinds import Kind

AFTERWARDS: Texts = {
    (Kind.FOLLOW_UP, CLIENT, EMAIL): {
        "en": Wording(
            "Thank you for coming: [service]",
            f"""Hello [client_name],

Thank you for being with us on [date_start]: [service] with [provider].

We would be glad to hear how it was: simply reply to this mail.
You are welcome to book again whenever it suits you.
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Дякуємо, що були з нами: [service]",
            f"""Вітаємо, [client_name]!

Дякуємо, що були з нами: [date_start], [service], [provider].

Будемо вдячні, якщо розповісте про свої враження: просто напишіть у відповідь на цей лист.
Будемо раді бачити вас знову.
{UK_SIGNATURE}""",
        ),
    },
    (Kind.FOLLOW_UP, CLIENT, SMS): {
        "en": Wording(
            "", """[company_name]: thank you for being with us. We hope to see you again."""
        ),
        "uk": Wording(
            "", """[company_name]: дякуємо, що були з нами. Будемо раді бачити вас знову."""
        ),
    },
}
