"""An online meeting gets a link or loses it, is led elsewhere, or is waited in.

These texts hold the meeting's link: it is what they tell of. Of a class the provider is
told once, so that nothing of a single client stands there.
"""

from notifications.defaults.wording import (
    CLIENT,
    EMAIL,
    EN_CLIENT,
    EN_PLACE,
    EN_SIGNATURE,
    PROVIDER,
    SMS,
    UK_CLIENT,
    UK_PLACE,
    UK_SIGNATURE,
    Texts,
    Wording,
)
from notifications.kinds import Kind

MEETINGS: Texts = {
    (Kind.LINK_ADDED, CLIENT, EMAIL): {
        "en": Wording(
            "Online meeting: [service], [date_start], [time_start]",
            f"""Hello [client_name],

Your booking is an online meeting now.

{EN_PLACE}
Your link to the meeting:
[online_meeting_link]

The link is for you alone, and lets you in when it is time. Everything else stays as it is.
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Онлайн-зустріч: [service], [date_start], [time_start]",
            f"""Вітаємо, [client_name]!

Тепер ваша зустріч відбудеться онлайн.

{UK_PLACE}
Ваше посилання на зустріч:
[online_meeting_link]

Це посилання лише для вас, і за ним можна буде увійти, коли настане час. Усе інше без змін.
{UK_SIGNATURE}""",
        ),
    },
    (Kind.LINK_ADDED, CLIENT, SMS): {
        "en": Wording(
            "",
            """[company_name]: [service], [date_start] [time_start] is an online meeting now.
Your link: [online_meeting_link]""",
        ),
        "uk": Wording(
            "",
            """[company_name]: [service], [date_start] [time_start] тепер відбудеться онлайн.
Ваше посилання: [online_meeting_link]""",
        ),
    },
    (Kind.LINK_ADDED, PROVIDER, EMAIL): {
        "en": Wording(
            "Online meeting: [service], [date_start], [time_start]",
            f"""This meeting of yours takes place online now.

{EN_PLACE}
Your link to the meeting:
[online_meeting_provider_link]

{EN_CLIENT}{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Онлайн-зустріч: [service], [date_start], [time_start]",
            f"""Тепер ця ваша зустріч відбудеться онлайн.

{UK_PLACE}
Ваше посилання на зустріч:
[online_meeting_provider_link]

{UK_CLIENT}{UK_SIGNATURE}""",
        ),
    },
    (Kind.LINK_ADDED, PROVIDER, SMS): {
        "en": Wording(
            "",
            """Online now: [service], [date_start] [time_start].
[client_name] [client_phone]
[online_meeting_provider_link]""",
        ),
        "uk": Wording(
            "",
            """Тепер онлайн: [service], [date_start] [time_start].
[client_name] [client_phone]
[online_meeting_provider_link]""",
        ),
    },
    (Kind.LINK_REMOVED, CLIENT, EMAIL): {
        "en": Wording(
            "No longer an online meeting: [service], [date_start], [time_start]",
            f"""Hello [client_name],

Your booking stands, but it is no longer an online meeting. Your host will tell you how you meet.

{EN_PLACE}
If this does not suit you, change or cancel the booking here:
[reschedule_link]
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Уже не онлайн: [service], [date_start], [time_start]",
            f"""Вітаємо, [client_name]!

Ваше бронювання чинне, але це вже не онлайн-зустріч. Організатор повідомить, як ви зустрінетеся.

{UK_PLACE}
Якщо це вам не підходить, змініть чи скасуйте бронювання тут:
[reschedule_link]
{UK_SIGNATURE}""",
        ),
    },
    (Kind.LINK_REMOVED, CLIENT, SMS): {
        "en": Wording(
            "",
            """[company_name]: [service], [date_start] [time_start] is no longer an online meeting.
Your booking stands. Your host will tell you how you meet.""",
        ),
        "uk": Wording(
            "",
            """[company_name]: [service], [date_start] [time_start], уже не онлайн.
Бронювання чинне. Організатор повідомить, як зустрінетеся.""",
        ),
    },
    (Kind.LINK_REMOVED, PROVIDER, EMAIL): {
        "en": Wording(
            "No longer an online meeting: [service], [date_start], [time_start]",
            f"""This meeting of yours does not take place online any more. It is not cancelled.
Please tell whoever booked it how you meet.

{EN_PLACE}
{EN_CLIENT}{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Уже не онлайн: [service], [date_start], [time_start]",
            f"""Ця ваша зустріч більше не відбувається онлайн, але її не скасовано.
Будь ласка, повідомте тих, хто її забронював, як ви зустрінетеся.

{UK_PLACE}
{UK_CLIENT}{UK_SIGNATURE}""",
        ),
    },
    (Kind.LINK_REMOVED, PROVIDER, SMS): {
        "en": Wording(
            "",
            """No longer online, not cancelled: [service], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Уже не онлайн, але не скасовано: [service], [date_start] [time_start].
[client_name] [client_phone]""",
        ),
    },
    (Kind.NOT_READY, CLIENT, EMAIL): {
        "en": Wording(
            "Your online meeting is not ready yet: [service], [time_start]",
            f"""Hello [client_name],

The room of your online meeting is not ready yet. We are working on it.

{EN_PLACE}
Your link stays the same and takes you in as soon as the room is ready:
[online_meeting_link]

If it takes longer, your host will tell you how you meet.
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Онлайн-зустріч ще не готова: [service], [time_start]",
            f"""Вітаємо, [client_name]!

Віртуальна кімната вашої онлайн-зустрічі ще не готова. Ми над цим працюємо.

{UK_PLACE}
Ваше посилання те саме, і воно приведе вас туди, щойно кімната буде готова:
[online_meeting_link]

Якщо це триватиме довше, організатор повідомить, як ви зустрінетеся.
{UK_SIGNATURE}""",
        ),
    },
    (Kind.NOT_READY, CLIENT, SMS): {
        "en": Wording(
            "",
            """[company_name]: the room of your meeting at [time_start] is not ready yet.
Your link takes you in once it is, or your host will tell you how you meet.""",
        ),
        "uk": Wording(
            "",
            """[company_name]: зустріч о [time_start] ще не готова.
Посилання запрацює згодом, або організатор повідомить, як зустрінетеся.""",
        ),
    },
    (Kind.NOT_READY, PROVIDER, EMAIL): {
        "en": Wording(
            "Meeting not ready: [service], [date_start], [time_start]",
            f"""The meeting at Zoom is not ready, and it starts soon. We keep trying.
If it does not come, please tell whoever booked it how you meet.

{EN_PLACE}
{EN_CLIENT}
Your link works as soon as the meeting is ready:
[online_meeting_provider_link]
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Зустріч не готова: [service], [date_start], [time_start]",
            f"""Зустріч у Zoom не готова, а її початок уже скоро. Ми й далі намагаємося її створити.
Якщо не вдасться, повідомте, будь ласка, тих, хто її забронював, як ви зустрінетеся.

{UK_PLACE}
{UK_CLIENT}
Ваше посилання запрацює, щойно зустріч буде готова:
[online_meeting_provider_link]
{UK_SIGNATURE}""",
        ),
    },
    (Kind.NOT_READY, PROVIDER, SMS): {
        "en": Wording(
            "",
            """Meeting not ready at Zoom: [service], [time_start].
[client_name] [client_phone]""",
        ),
        "uk": Wording(
            "",
            """Зустріч у Zoom не готова: [service], [time_start].
[client_name] [client_phone]""",
        ),
    },
    (Kind.FALLBACK_USED, CLIENT, EMAIL): {
        "en": Wording(
            "Another room this time: [service], [date_start], [time_start]",
            f"""Hello [client_name],

Your online meeting takes place in another room this time. There is nothing you need to do.

{EN_PLACE}
Your link stays the same and takes you there:
[online_meeting_link]
{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Цього разу в іншій кімнаті: [service], [date_start], [time_start]",
            f"""Вітаємо, [client_name]!

Цього разу ваша онлайн-зустріч відбудеться в іншій віртуальній кімнаті. Нічого робити не потрібно.

{UK_PLACE}
Ваше посилання те саме, і воно приведе вас туди:
[online_meeting_link]
{UK_SIGNATURE}""",
        ),
    },
    (Kind.FALLBACK_USED, CLIENT, SMS): {
        "en": Wording(
            "",
            """[company_name]: [service], [time_start] is in another room this time.
Your link is the same: [online_meeting_link]""",
        ),
        "uk": Wording(
            "",
            """[company_name]: [service], [time_start], цього разу в іншій кімнаті.
Посилання те саме: [online_meeting_link]""",
        ),
    },
    (Kind.FALLBACK_USED, PROVIDER, EMAIL): {
        "en": Wording(
            "Fallback room: [service], [date_start], [time_start]",
            f"""The meeting at Zoom is not ready, so yours takes place in the fallback room.
Clients are led there by the links they have.

{EN_PLACE}
Your link leads there, too:
[online_meeting_provider_link]

{EN_CLIENT}{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "Резервна кімната: [service], [date_start], [time_start]",
            f"""Зустріч у Zoom не готова, тому ваша зустріч відбудеться в резервній кімнаті.
Клієнтів туди приведуть посилання, які вони вже мають.

{UK_PLACE}
Ваше посилання теж веде туди:
[online_meeting_provider_link]

{UK_CLIENT}{UK_SIGNATURE}""",
        ),
    },
    (Kind.FALLBACK_USED, PROVIDER, SMS): {
        "en": Wording(
            "",
            """In the fallback room: [service], [time_start].
Your link leads there: [online_meeting_provider_link]""",
        ),
        "uk": Wording(
            "",
            """У резервній кімнаті: [service], [time_start].
Ваше посилання веде туди: [online_meeting_provider_link]""",
        ),
    },
    (Kind.CLIENT_WAITS, PROVIDER, EMAIL): {
        "en": Wording(
            "A client waits for you: [service], [date_start], [time_start]",
            f"""A client is waiting for you in the online meeting.

{EN_PLACE}
Enter the meeting here:
[online_meeting_provider_link]

{EN_CLIENT}{EN_SIGNATURE}""",
        ),
        "uk": Wording(
            "На вас чекає клієнт: [service], [date_start], [time_start]",
            f"""В онлайн-зустрічі на вас уже чекає клієнт.

{UK_PLACE}
Приєднайтеся до зустрічі тут:
[online_meeting_provider_link]

{UK_CLIENT}{UK_SIGNATURE}""",
        ),
    },
    (Kind.CLIENT_WAITS, PROVIDER, SMS): {
        "en": Wording(
            "",
            """A client waits for you: [service], [time_start].
[client_name] [client_phone]
[online_meeting_provider_link]""",
        ),
        "uk": Wording(
            "",
            """На вас чекає клієнт: [service], [time_start].
[client_name] [client_phone]
[online_meeting_provider_link]""",
        ),
    },
}
