"""What the shipped texts are made of: readers, ways, and the parts that many share."""

from dataclasses import dataclass

from notifications.kinds import Audience, Channel

CLIENT, PROVIDER = Audience.CLIENT, Audience.PROVIDER
COMPANY, STAFF = Audience.COMPANY, Audience.STAFF
EMAIL, SMS = Channel.EMAIL, Channel.SMS


@dataclass(frozen=True)
class Wording:
    """What a message says; an SMS has no subject. Without ``html``, that is made from the body."""

    subject: str
    body: str
    html: str = ""


# By kind, audience and channel, then by language.
Texts = dict[tuple[str, str, str], dict[str, Wording]]

EN_SIGNATURE = """
[company_name]
[company_phone]
[company_email]"""
UK_SIGNATURE = EN_SIGNATURE

EN_PLACE = """[service] with [provider]
[date_start], [time_start]
Booking code: [code]
"""
UK_PLACE = """[service], [provider]
[date_start], [time_start]
Код бронювання: [code]
"""

# What has changed may have become longer or shorter.
EN_PERIOD = """[service] with [provider]
[date_start], [time_start]
Until: [time_end]
Booking code: [code]
"""
UK_PERIOD = """[service], [provider]
[date_start], [time_start]
До: [time_end]
Код бронювання: [code]
"""
EN_BEFORE = """Before: [date_start_before], [time_start_before]
Before, until: [time_end_before]"""
UK_BEFORE = """Було: [date_start_before], [time_start_before]
Було до: [time_end_before]"""

EN_CLIENT = """Client: [client_name]
E-mail: [client_email]
Phone: [client_phone]
Note: [client_note]
Answers: [additional_fields]
"""
UK_CLIENT = """Клієнт: [client_name]
Ел. пошта: [client_email]
Телефон: [client_phone]
Примітка: [client_note]
Відповіді: [additional_fields]
"""
