"""The columns of *Booking details*: what each holds, on the page and in a file."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.functional import Promise
from django.utils.translation import get_language_info, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from booking.models import Booking, Event

# How a cell is drawn on the page, where it is more than its text.
TEXT, WHOLE, LONG = "text", "whole", "long"
MOMENT, CODE, CLIENT, STATE, LABEL = "moment", "code", "client", "state", "label"
LINK = "meeting"
Cell = str | int | datetime | None


@dataclass(frozen=True)
class Column:
    """One column: its name in the address, its title, and what it holds of a booking."""

    name: str
    title: str | Promise
    value: Callable[[Booking], Cell]
    look: str = TEXT
    is_default: bool = False


def _minutes(booking: Booking) -> int:
    return int(booking.session.duration.total_seconds()) // 60


def _language(booking: Booking) -> str:
    try:
        return str(get_language_info(booking.language)["name_local"]).capitalize()
    except KeyError:
        return booking.language


def _closed_by(booking: Booking) -> str:
    """Who cancelled or declined it; nothing of one that stands."""
    if booking.cancelled_at is None or booking.state == Booking.EXPIRED:
        return ""
    return booking.closed_by or _("The client")  # type: ignore[attr-defined]


COLUMNS = {
    column.name: column
    for column in (
        Column("start", gettext_lazy("Start"), lambda b: b.session.starts_at, MOMENT, True),
        Column("end", gettext_lazy("End"), lambda b: b.session.ends_at, MOMENT),
        Column("length", gettext_lazy("Minutes"), _minutes),
        Column("client", gettext_lazy("Client"), lambda b: str(b.client), CLIENT, True),
        Column("email", gettext_lazy("E-mail"), lambda b: b.client.email, LONG),
        Column("phone", gettext_lazy("Phone"), lambda b: str(b.contact_phone or ""), WHOLE),
        Column("language", gettext_lazy("Language"), _language),
        Column("service", gettext_lazy("Service"), lambda b: b.session.service.name, LONG, True),
        Column("provider", gettext_lazy("Provider"), lambda b: b.session.provider.name, LONG, True),
        Column("seats", gettext_lazy("Places"), lambda b: b.seats),
        Column("state", gettext_lazy("State"), lambda b: str(b.get_state_display()), STATE, True),
        Column("label", gettext_lazy("Label"), lambda b: b.label.name if b.label else "", LABEL),
        Column(
            "attendance",
            gettext_lazy("Attendance"),
            lambda b: str(b.get_attendance_display()) if b.attendance != Booking.UNKNOWN else "",
        ),
        Column("code", gettext_lazy("Code"), lambda b: b.code, CODE, True),
        Column("booked", gettext_lazy("Booked"), lambda b: b.created_at, MOMENT, True),
        Column("source", gettext_lazy("Booked through"), lambda b: str(b.get_source_display())),
        Column("note", gettext_lazy("Note from the client"), lambda b: b.note, LONG),
        Column("answers", gettext_lazy("Answers"), lambda b: "; ".join(b.answer_lines), LONG),
        Column("comment", gettext_lazy("Comment"), lambda b: b.comment, LONG),
        Column("cancelled", pgettext_lazy("when", "Cancelled"), lambda b: b.cancelled_at, MOMENT),
        Column("cancelled_by", gettext_lazy("Cancelled by"), _closed_by, LONG),
        Column("reason", gettext_lazy("Reason"), lambda b: b.cancel_reason, LONG),
    )
}
DEFAULT = [name for name, column in COLUMNS.items() if column.is_default]
MEETING_LINK = gettext_lazy("Meeting")


def chosen_columns(names: Iterable[str]) -> Sequence[Column]:
    """The columns of these names in their fixed order; those shown at first where none is known."""
    wanted = set(names) & {*COLUMNS, LINK} or set(DEFAULT)
    return [column for name, column in COLUMNS.items() if name in wanted]


def with_facts(rows: QuerySet[Booking]) -> QuerySet[Booking]:
    """Bookings with all that the columns tell of them."""
    ends = Event.objects.filter(
        booking=OuterRef("pk"), kind__in=(Event.CANCELLED, Event.DECLINED)
    ).order_by("-pk")
    name = Coalesce(NullIf("actor__name", Value("")), "actor__email", output_field=CharField())
    return (
        rows.with_people()  # type: ignore[attr-defined]
        .select_related("label")
        .annotate(closed_by=Subquery(ends.values_list(name)[:1]))
    )
