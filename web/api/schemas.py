"""What the API takes and gives (docs/api.md); times are RFC 3339 with an offset."""

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

from booking.actions import ClientDetails
from web.api.fields import (
    Answers,
    Code,
    Day,
    Email,
    Id,
    IdInAddress,
    Instant,
    Language,
    Moment,
    Name,
    Note,
    Phone,
    Reason,
    Revision,
    Seats,
    ZoneName,
    wrong,
)

MOST_DAYS = 62
MOST_BOOKINGS = 200

State = Literal["held", "pending", "confirmed", "cancelled", "declined", "expired"]


class QuestionOut(BaseModel):
    """Something whoever books is asked; where there are ``options``, one of them is an answer."""

    id: int
    label: str
    kind: Literal["text", "long_text", "choice", "yes_no"]
    options: list[str]
    is_required: bool


class ConsentOut(BaseModel):
    """Something whoever books agrees to, or must."""

    id: int
    text: str
    is_required: bool


class ServiceOut(BaseModel):
    """Something that can be booked; ``providers`` are the ids of those who offer it."""

    id: int
    slug: str
    name: str
    kind: Literal["appointment", "class"]
    duration_minutes: int
    capacity: int
    is_online_meeting: bool
    providers: list[int]
    questions: list[QuestionOut]


class ProviderOut(BaseModel):
    """Somebody who can be booked."""

    id: int
    name: str
    timezone: str


class SlotsQuery(BaseModel):
    """Which free times: dates are the company's, both included."""

    service: IdInAddress
    first_day: Day = Field(alias="from")
    last_day: Day = Field(alias="to")
    provider: IdInAddress | None = None
    timezone: ZoneName | None = Field(None, description="Times of the answer are in this zone.")

    @model_validator(mode="after")
    def is_not_too_long(self) -> Self:
        days = (self.last_day - self.first_day).days + 1
        if days < 1:
            raise wrong("out_of_range", "The last day lies before the first.", field="to")
        if days > MOST_DAYS:
            raise wrong("out_of_range", f"Ask for {MOST_DAYS} days at most.", field="to")
        return self


class SlotOut(BaseModel):
    """A free time: of an appointment with everybody free then, or a session of a class."""

    starts_at: datetime
    ends_at: datetime
    providers: list[int]
    seats_left: int
    session: int | None


class SlotsOut(BaseModel):
    """Free times, soonest first, in ``timezone``."""

    timezone: str
    slots: list[SlotOut]


class _Choice(BaseModel):
    """A start, or a session of a class; one of them."""

    starts_at: Instant | None = None
    session: Id | None = None
    provider: Id | None = None

    @model_validator(mode="after")
    def is_one_of_two(self) -> Self:
        if self.starts_at is None and self.session is None:
            raise wrong("required", "Give starts_at, or session for a class.", field="starts_at")
        if self.starts_at is not None and self.session is not None:
            raise wrong("conflict", "Give starts_at or session, not both.", field="session")
        return self


class ClientIn(BaseModel):
    """Who books. Times are told in ``timezone``, else the company's; texts in ``language``."""

    name: Name
    email: Email
    phone: Phone | None = None
    timezone: ZoneName | None = None
    language: Language | None = None

    def details(self) -> ClientDetails:
        return ClientDetails(
            name=self.name,
            email=self.email,
            phone=self.phone or "",
            timezone=self.timezone or "",
            language=self.language or "",
        )


class BookingIn(_Choice):
    """A booking wanted; without ``provider`` it is anybody's who is free."""

    service: Id
    seats: Seats = 1
    client: ClientIn
    note: Note = ""
    answers: Answers = Field({}, description="What is said to questions, by their ids.")
    agreed_to: list[Id] = Field([], description="The ids of what the client agrees to.")


class RescheduleIn(_Choice):
    """Another time wanted; with ``revision`` a booking that changed meanwhile is refused."""

    revision: Revision | None = None


class CancelIn(BaseModel):
    """Why, if the client likes to say."""

    reason: Reason = ""


class AnswerOut(BaseModel):
    """A question in the words it had when it was answered; it may be gone since."""

    question: int
    label: str
    answer: str


class BookingOut(BaseModel):
    """One booking. ``token`` is all it takes to see, move and cancel it: keep it secret."""

    code: str = Field(examples=["K7XW2M9P"])
    token: str
    state: State
    service: int
    session: int
    provider: int
    starts_at: datetime
    ends_at: datetime
    seats: int
    revision: int
    answers: list[AnswerOut]
    join_url: str | None = Field(description="Null unless confirmed, with a usable meeting.")
    manage_url: str


class BookingsQuery(BaseModel):
    """Which bookings: days are those of their start, the company's, both included."""

    first_day: Day | None = Field(None, alias="from")
    last_day: Day | None = Field(None, alias="to")
    service: IdInAddress | None = None
    provider: IdInAddress | None = None
    state: list[State] = Field([], description="One, or several by repeating it; without it, all.")
    updated_since: Moment | None = Field(
        None, description="Those to which something happened then or later."
    )
    cursor: Code | None = Field(None, description="`next` of the page before.")
    limit: int = Field(100, ge=1, le=MOST_BOOKINGS, description="How many a page has at most.")
    timezone: ZoneName | None = Field(
        None, description="Times of the answer are in this zone, else in the company's."
    )


class ClientOut(BaseModel):
    """Who booked. The phone is the one given with the booking, else the client's."""

    name: str
    email: str
    phone: str
    timezone: str
    language: str


class AgreedOut(BaseModel):
    """What a client agreed to when booking, in the words of then."""

    consent: int
    text: str


class ListedBookingOut(BaseModel):
    """One booking with its client, for a server of the company; ``code`` names it.

    It has no token: that is its client's. ``updated_at`` is when something last happened to it.
    """

    code: str = Field(examples=["K7XW2M9P"])
    state: State
    service: int
    session: int
    provider: int
    starts_at: datetime
    ends_at: datetime
    seats: int
    revision: int
    join_url: str | None = Field(description="The client's; null unless confirmed and usable.")
    client: ClientOut
    note: str
    answers: list[AnswerOut]
    agreed_to: list[AgreedOut]
    source: Literal["site", "staff", "api"]
    attendance: Literal["unknown", "attended", "no_show"]
    created_at: datetime
    updated_at: datetime
    cancelled_at: datetime | None
    cancel_reason: str


class BookingsOut(BaseModel):
    """A page of bookings in the order they were made; ``next`` is null on the last."""

    timezone: str
    bookings: list[ListedBookingOut]
    next: str | None


class ProblemOut(BaseModel):
    """A refusal (RFC 9457). ``code`` is stable for programs, ``detail`` is for people."""

    type: Literal["about:blank"]
    title: str
    status: int
    detail: str
    code: str


class FieldAtFault(BaseModel):
    """One field at fault, such as ``client.email``; empty where it is the whole body."""

    field: str
    message: str
    code: Literal[
        "required",
        "invalid",
        "unknown",
        "too_short",
        "too_long",
        "out_of_range",
        "conflict",
        "unavailable",
    ]


class InvalidOut(ProblemOut):
    """What was asked for cannot be understood, or is not on offer."""

    code: Literal["invalid", "not_bookable"]
    errors: list[FieldAtFault]


class ConflictOut(ProblemOut):
    """A booking that cannot be made or changed; ``nearest`` are free times instead.

    ``reason`` says which rule does not offer the time.
    """

    nearest: list[SlotOut] | None = None
    reason: str | None = None
