"""What the company itself is told of online meetings; of a class once, as the provider is."""

from notifications.defaults.wording import (
    COMPANY,
    EMAIL,
    EN_CLIENT,
    EN_PLACE,
    SMS,
    UK_CLIENT,
    UK_PLACE,
    Texts,
    Wording,
)
from notifications.kinds import Kind

OF_MEETINGS: Texts = {
    (Kind.LINK_ADDED, COMPANY, EMAIL): {
        "en": Wording(
            "Online meeting: [service] with [provider], [date_start], [time_start]",
            f"""This meeting takes place online now.

{EN_PLACE}
The provider's link to the meeting:
[online_meeting_provider_link]

{EN_CLIENT}""",
        ),
        "uk": Wording(
            "Онлайн-зустріч: [service], [provider], [date_start], [time_start]",
            f"""Тепер ця зустріч відбудеться онлайн.

{UK_PLACE}
Посилання постачальника послуг на зустріч:
[online_meeting_provider_link]

{UK_CLIENT}""",
        ),
    },
    (Kind.LINK_ADDED, COMPANY, SMS): {
        "en": Wording(
            "",
            """Online now: [service] with [provider], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Тепер онлайн: [service], [provider], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
    },
    (Kind.LINK_REMOVED, COMPANY, EMAIL): {
        "en": Wording(
            "No longer an online meeting: [service] with [provider], [date_start], [time_start]",
            f"""This meeting does not take place online any more. It is not cancelled.
Whoever booked it has to be told how they meet.

{EN_PLACE}
{EN_CLIENT}""",
        ),
        "uk": Wording(
            "Уже не онлайн: [service], [provider], [date_start], [time_start]",
            f"""Ця зустріч більше не відбувається онлайн, але її не скасовано.
Тих, хто її забронював, слід повідомити, як відбудеться зустріч.

{UK_PLACE}
{UK_CLIENT}""",
        ),
    },
    (Kind.LINK_REMOVED, COMPANY, SMS): {
        "en": Wording(
            "",
            """Not online any more: [service] with [provider], [date_start] [time_start].
Not cancelled. [client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Уже не онлайн, але не скасовано: [service], [provider], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
    },
    (Kind.NOT_READY, COMPANY, EMAIL): {
        "en": Wording(
            "Meeting not ready: [service] with [provider], [date_start], [time_start]",
            f"""The meeting at Zoom is not ready, and it starts soon. We keep trying.
If it does not come, whoever booked it has to be told how they meet.

{EN_PLACE}
{EN_CLIENT}
The provider's link to the meeting:
[online_meeting_provider_link]""",
        ),
        "uk": Wording(
            "Зустріч не готова: [service], [provider], [date_start], [time_start]",
            f"""Зустріч у Zoom не готова, а її початок уже скоро. Ми й далі намагаємося її створити.
Якщо не вдасться, тих, хто її забронював, слід повідомити, як відбудеться зустріч.

{UK_PLACE}
{UK_CLIENT}
Посилання постачальника послуг на зустріч:
[online_meeting_provider_link]""",
        ),
    },
    (Kind.NOT_READY, COMPANY, SMS): {
        "en": Wording(
            "",
            """Meeting not ready at Zoom: [service] with [provider], [time_start].
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Зустріч у Zoom не готова: [service], [provider], [time_start].
[client_name] [client_phone]""",
        ),
    },
    (Kind.FALLBACK_USED, COMPANY, EMAIL): {
        "en": Wording(
            "Fallback room: [service] with [provider], [date_start], [time_start]",
            f"""The meeting at Zoom is not ready, so this one takes place in the fallback room.
Clients and provider are led there by the links they have.

{EN_PLACE}
{EN_CLIENT}
The provider's link to the meeting:
[online_meeting_provider_link]""",
        ),
        "uk": Wording(
            "Резервна кімната: [service], [provider], [date_start], [time_start]",
            f"""Зустріч у Zoom не готова, тому вона відбудеться в резервній кімнаті.
Клієнтів і постачальника послуг туди приведуть посилання, які вони вже мають.

{UK_PLACE}
{UK_CLIENT}
Посилання постачальника послуг на зустріч:
[online_meeting_provider_link]""",
        ),
    },
    (Kind.FALLBACK_USED, COMPANY, SMS): {
        "en": Wording(
            "",
            """In the fallback room: [service] with [provider], [time_start].
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """У резервній кімнаті: [service], [provider], [time_start].
[client_name] [client_phone]""",
        ),
    },
    (Kind.CLIENT_WAITS, COMPANY, EMAIL): {
        "en": Wording(
            "A client waits: [service] with [provider], [date_start], [time_start]",
            f"""A client is waiting in the online meeting, and the provider has not come yet.

{EN_PLACE}
Phone of the provider: [provider_phone]

{EN_CLIENT}
The provider's link to the meeting:
[online_meeting_provider_link]""",
        ),
        "uk": Wording(
            "Клієнт чекає: [service], [provider], [date_start], [time_start]",
            f"""В онлайн-зустрічі вже чекає клієнт, а постачальника послуг ще немає.

{UK_PLACE}
Телефон постачальника послуг: [provider_phone]

{UK_CLIENT}
Посилання постачальника послуг на зустріч:
[online_meeting_provider_link]""",
        ),
    },
    (Kind.CLIENT_WAITS, COMPANY, SMS): {
        "en": Wording(
            "",
            """A client waits: [service] with [provider], [time_start].
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Клієнт чекає: [service], [provider], [time_start].
[client_name] [client_phone]""",
        ),
    },
}
