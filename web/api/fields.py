"""What single values of the API look like, and what is said of those that do not."""

import re
from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from typing import Annotated, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from phonenumber_field.phonenumber import to_python
from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from booking.zones import is_zone
from web.instants import is_instant

T = TypeVar("T")

BIGGEST_ID = 2**63 - 1
MOST_SEATS = 2**15 - 1
BIGGEST_REVISION = 2**31 - 1

_ID = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# Seconds may be left out, as the booking site does; a time without an offset is nobody's.
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)


def wrong(code: str, message: str, *, field: str = "") -> PydanticCustomError:
    """What a validator raises; ``field`` says whose fault it is where no field is validated."""
    return PydanticCustomError(code, message, {"field": field} if field else None)


def _day(given: object) -> date:
    day = _read(date.fromisoformat, _DAY, given)
    if day is None:
        raise wrong("invalid", "Write a date of the calendar, such as 2026-11-24.")
    if not MINYEAR < day.year < MAXYEAR:
        raise wrong("out_of_range", "Write a date in a year near ours.")
    return day


def _instant(given: object) -> datetime:
    moment = _read(datetime.fromisoformat, _INSTANT, given)
    if moment is None:
        raise wrong("invalid", "Write a time with its offset, such as 2026-11-24T12:00:00+02:00.")
    if not is_instant(moment):
        raise wrong("invalid", "Write a time on a whole minute, in a year near ours.")
    return moment.astimezone(UTC)


def _moment(given: object) -> datetime:
    """A past one, as it is noted with seconds."""
    moment = _read(datetime.fromisoformat, _INSTANT, given)
    if moment is None or not MINYEAR < moment.year < MAXYEAR:
        raise wrong("invalid", "Write a time with its offset, such as 2026-11-24T10:00:00Z.")
    return moment.astimezone(UTC)


def _read(reader: Callable[[str], T], pattern: re.Pattern[str], given: object) -> T | None:
    """Read text of the one form we take; None for anything else, and for what is no date."""
    if not (isinstance(given, str) and pattern.fullmatch(given)):
        return None
    try:
        return reader(given.upper())
    except ValueError:
        return None


def _without_zero_bytes(text: str) -> str:
    """PostgreSQL keeps none."""
    if "\0" in text:
        raise wrong("invalid", "Text must not contain zero bytes.")
    return text


def _collapsed(given: object) -> object:
    return " ".join(given.split()) if isinstance(given, str) else given


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError as error:
        raise wrong("invalid", "Write an e-mail address.") from error
    return text


def _phone(text: str) -> str:
    number = to_python(_without_zero_bytes(text))
    if not (number and number.is_valid()):
        raise wrong("invalid", "Write the number with its country code, such as +380441234567.")
    return str(number.as_e164)


def _zone(name: str) -> str:
    if not is_zone(name):
        raise wrong("unknown", "Write the name of a time zone, such as Europe/Kyiv.")
    return name


def _language(code: str) -> str:
    if code not in dict(settings.LANGUAGES):
        raise wrong("unknown", f"Write one of: {', '.join(dict(settings.LANGUAGES))}.")
    return code


def _by_question(given: dict[str, str]) -> dict[int, str]:
    """Read the keys of an object, which are always text, as the ids they are."""
    for key in given:
        if not _ID.fullmatch(key) or int(key) > BIGGEST_ID:
            raise wrong("unknown", "There is no such question.", field=f"answers.{key[:20]}")
    return {int(key): answer for key, answer in given.items()}


# In a body 5 is a number; "5", 5.0 and true are not. An address has only text.
Id = Annotated[int, Field(strict=True, ge=1, le=BIGGEST_ID, examples=[3])]
IdInAddress = Annotated[int, Field(ge=1, le=BIGGEST_ID)]
Seats = Annotated[int, Field(strict=True, ge=1, le=MOST_SEATS)]
Revision = Annotated[int, Field(strict=True, ge=1, le=BIGGEST_REVISION)]
# One example, not several: those of a parameter are written in another form.
Day = Annotated[date, BeforeValidator(_day), Field(json_schema_extra={"example": "2026-11-24"})]
Instant = Annotated[
    datetime, BeforeValidator(_instant), Field(examples=["2026-11-24T12:00:00+02:00"])
]
# One example, as of a day.
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    Field(json_schema_extra={"example": "2026-11-24T10:00:00Z"}),
]
Code = Annotated[str, AfterValidator(_without_zero_bytes), Field(examples=["K7XW2M9P"])]
Name = Annotated[
    str,
    Field(min_length=1, max_length=150, examples=["Cleo"]),
    BeforeValidator(_collapsed),
    AfterValidator(_without_zero_bytes),
]
Email = Annotated[
    str,
    Field(max_length=254, examples=["cleo@client.example"], json_schema_extra={"format": "email"}),
    BeforeValidator(_collapsed),
    AfterValidator(_email),
]
Phone = Annotated[str, Field(max_length=128, examples=["+380441234567"]), AfterValidator(_phone)]
ZoneName = Annotated[str, AfterValidator(_zone), Field(examples=["Europe/Kyiv"])]
Language = Annotated[str, AfterValidator(_language), Field(examples=["uk"])]
Note = Annotated[str, Field(max_length=2000), AfterValidator(_without_zero_bytes)]
Reason = Annotated[str, Field(max_length=500), AfterValidator(_without_zero_bytes)]
Answers = Annotated[
    dict[str, Annotated[str, Field(max_length=2000), AfterValidator(_without_zero_bytes)]],
    AfterValidator(_by_question),
    Field(
        examples=[{"3": "Green tea"}],
        json_schema_extra={"propertyNames": {"pattern": f"^{_ID.pattern}$"}},
    ),
]
IdempotencyKey = Annotated[str, Field(min_length=1, max_length=100, pattern="^[ -~]+$")]
