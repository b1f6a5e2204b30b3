"""What those who connect Zoom are told: what is wrong, whom it concerns, what to do."""

from notifications.defaults.wording import EMAIL, STAFF, Texts, Wording
from notifications.kinds import Kind

STAFF_NOTICES: Texts = {
    (Kind.CONNECTION_LOST, STAFF, EMAIL): {
        "en": Wording(
            "[company_name]: the connection to Zoom is lost",
            """Zoom no longer lets us in, so no meetings can be created or changed.
The reason: [problem]

Bookings go on as usual, but clients cannot enter their meetings at Zoom.
Booked in the next 7 days: [meetings]
[report_link]

Please connect Zoom again. With the same account all providers keep their Zoom users:
[settings_link]""",
        ),
        "uk": Wording(
            "[company_name]: з’єднання із Zoom втрачено",
            """Zoom більше не надає нам доступу, тому зустрічі не створюються і не змінюються.
Причина: [problem]

Бронювання працюють як завжди, але клієнти не можуть увійти у свої зустрічі в Zoom.
Заброньовано на найближчі 7 днів: [meetings]
[report_link]

Будь ласка, підключіть Zoom знову. З тим самим обліковим записом усі постачальники послуг \
збережуть своїх користувачів Zoom:
[settings_link]""",
        ),
    },
    (Kind.ZOOM_DISCONNECTED, STAFF, EMAIL): {
        "en": Wording(
            "[company_name]: Zoom was disconnected",
            """Zoom is disconnected, so no meetings are created or changed any more.
Logged out by: [actor]
The reason: [problem]
Meetings that still stand at Zoom and can only be deleted there: [left_behind]

Zoom confirmed that our access to the account of [revoked_account] was withdrawn.
Zoom did not confirm that our access was withdrawn, so please remove the app there yourself, \
under Manage → Installed apps: [installed_apps_link]

An account can be connected again at any time:
[settings_link]""",
        ),
        "uk": Wording(
            "[company_name]: Zoom відключено",
            """Zoom відключено, тому зустрічі більше не створюються і не змінюються.
Вихід виконав користувач: [actor]
Причина: [problem]
Залишилося зустрічей у Zoom (видалити їх можна лише там): [left_behind]

Zoom підтвердив, що наш доступ до облікового запису [revoked_account] відкликано.
Zoom не підтвердив, що наш доступ відкликано, тож видаліть, будь ласка, програму в Zoom \
самостійно, у розділі «Manage → Installed apps»: [installed_apps_link]

Обліковий запис можна будь-коли підключити знову:
[settings_link]""",
        ),
    },
    (Kind.ZOOM_USER_MISSING, STAFF, EMAIL): {
        "en": Wording(
            "[company_name]: Zoom user [zoom_user] is no longer there",
            """This user was deleted or deactivated at Zoom, or left the account:

[zoom_user]
[zoom_email]
Providers who meet clients as this user: [providers]
Meetings to come that this concerns: [meetings]

Choose another Zoom user for these providers. If it was a mistake, bring the user back at Zoom, \
then refresh the list of users:
[settings_link]""",
        ),
        "uk": Wording(
            "[company_name]: користувача Zoom [zoom_user] більше немає",
            """Цього користувача видалено чи вимкнено в Zoom, або він залишив обліковий запис:

[zoom_user]
[zoom_email]
Постачальники послуг, які проводять зустрічі від його імені: [providers]
Майбутні зустрічі, яких це стосується: [meetings]

Оберіть для цих постачальників послуг іншого користувача Zoom. Якщо це помилка, поверніть \
користувача в Zoom і оновіть список користувачів:
[settings_link]""",
        ),
    },
    (Kind.MEETING_FAILED, STAFF, EMAIL): {
        "en": Wording(
            "The online meeting could not be made: [service], [date_start]",
            """There is no meeting at Zoom for this booking:

[service] with [provider]
[date_start], [time_start]
What Zoom said: [problem]

Until this is solved, nobody can enter the meeting. We keep trying.

What you can do: see whether the Zoom user of [provider] is still there and may hold meetings, \
choose another one, or give [provider] an own link:
[settings_link]

The calendar:
[calendar_link]""",
        ),
        "uk": Wording(
            "Не вдалося створити онлайн-зустріч: [service], [date_start]",
            """Для цього бронювання немає зустрічі в Zoom:

[service], [provider]
[date_start], [time_start]
Відповідь Zoom: [problem]

Доки це не вирішено, приєднатися до зустрічі неможливо. Ми й далі намагаємося її створити.

Що можна зробити: перевірте, чи є ще користувач Zoom ([provider]) і чи може він проводити \
зустрічі, оберіть іншого або вкажіть власне посилання:
[settings_link]

Календар:
[calendar_link]""",
        ),
    },
    (Kind.FALLBACK_USED, STAFF, EMAIL): {
        "en": Wording(
            "Fallback room used: [service], [date_start], [time_start]",
            """The meeting at Zoom was not ready, so this one takes place in the fallback room:

[service] with [provider]
[date_start], [time_start]
The reason: [problem]

Links that people have lead there by themselves. As soon as Zoom is ready, they lead to Zoom again.

See what is wrong:
[settings_link]""",
        ),
        "uk": Wording(
            "Використано резервну кімнату: [service], [date_start], [time_start]",
            """Зустріч у Zoom не була готова, тому вона відбудеться в резервній кімнаті:

[service], [provider]
[date_start], [time_start]
Причина: [problem]

Посилання, які є в людей, самі ведуть туди. Щойно Zoom буде готовий, вони знову вестимуть у Zoom.

Подивіться, що не так:
[settings_link]""",
        ),
    },
}
