"""A week of hours as it is typed, drawn and kept: the company's, or one provider's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import time

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.models import Company, Provider, WorkingHours
from booking.models.hours import Weekday, require_apart, require_later_end
from booking.validators import validate_whole_minutes

MOST_STRETCHES = 24  # of one day
_TIME = forms.TimeField(validators=[validate_whole_minutes])
_NO_HOURS = _(
    "Without any hours a provider works the company's opening hours. To take somebody out of "
    "the calendar, enter time off or make the provider inactive."
)
_CHANGED = _(
    "Somebody else changed these hours meanwhile. Save once more to replace theirs with yours."
)


@dataclass
class Row:
    """One stretch as typed. ``hours`` is None until it could be read; errors by field."""

    starts: str = ""
    ends: str = ""
    hours: WorkingHours | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, hours: WorkingHours) -> "Row":
        return cls(f"{hours.starts:%H:%M}", f"{hours.ends:%H:%M}", hours)

    @property
    def is_blank(self) -> bool:
        return not (self.starts or self.ends)

    def read(self, weekday: int) -> None:
        """Make ``hours`` of what was typed, or say at which field that fails."""
        starts, ends = self._time("starts"), self._time("ends")
        if starts is None or ends is None:
            return
        try:
            require_later_end(starts, ends)
        except ValidationError as refusal:
            self.refuse(refusal)
        else:
            self.hours = WorkingHours(weekday=weekday, starts=starts, ends=ends)

    def refuse(self, refusal: ValidationError) -> None:
        self.errors |= {name: texts[0] for name, texts in refusal.message_dict.items()}

    def _time(self, name: str) -> time | None:
        try:
            typed: time = _TIME.clean(getattr(self, name))
        except ValidationError as refusal:
            self.errors[name] = refusal.messages[0]
            return None
        return typed


@dataclass
class Day:
    """The stretches of a weekday, in the order in which they were typed or kept."""

    weekday: int
    rows: list[Row]

    @property
    def name(self) -> str | Promise:
        return Weekday(self.weekday).label

    @property
    def hours(self) -> list[WorkingHours]:
        return [row.hours for row in self.rows if row.hours is not None]

    @property
    def rows_and_a_blank(self) -> list[Row]:
        """What a form shows: without scripts, a blank row is how a stretch is added."""
        return [*self.rows, Row()]

    def read(self) -> None:
        """Read every row, and compare those that could be read with the ones above them."""
        above: list[WorkingHours] = []
        for row in self.rows:
            row.read(self.weekday)
            if row.hours is None:
                continue
            try:
                require_apart(row.hours, above)
            except ValidationError as overlap:
                row.refuse(overlap)
            above.append(row.hours)


@dataclass
class Week:
    """Seven days, Monday first."""

    days: list[Day]

    @classmethod
    def of(cls, kept: Iterable[WorkingHours]) -> "Week":
        rows = sorted(kept, key=lambda hours: (hours.weekday, hours.starts))
        return cls(
            [
                Day(weekday, [Row.of(hours) for hours in rows if hours.weekday == weekday])
                for weekday in Weekday.values
            ]
        )

    @classmethod
    def typed(cls, posted: QueryDict) -> "Week":
        """Read the fields ``starts-0`` and ``ends-0`` of Monday, each as often as it has rows."""
        week = cls([_typed_day(posted, weekday) for weekday in Weekday.values])
        for day in week.days:
            day.read()
        return week

    @property
    def hours(self) -> list[WorkingHours]:
        return [hours for day in self.days for hours in day.hours]

    @property
    def has_errors(self) -> bool:
        return any(row.errors for day in self.days for row in day.rows)

    @property
    def mark(self) -> str:
        """What stands here, to see whether somebody else changed it meanwhile."""
        rows = ((day.weekday, row) for day in self.days for row in day.rows)
        return " ".join(f"{weekday}:{row.starts}-{row.ends}" for weekday, row in rows)


def _typed_day(posted: QueryDict, weekday: int) -> Day:
    pairs = zip(
        posted.getlist(f"starts-{weekday}")[:MOST_STRETCHES],
        posted.getlist(f"ends-{weekday}"),
        strict=False,
    )
    rows = [Row(starts.strip(), ends.strip()) for starts, ends in pairs]
    return Day(weekday, [row for row in rows if not row.is_blank])


def kept_hours(provider: Provider | None) -> Sequence[WorkingHours]:
    """The rows of one provider, or the company's."""
    return list(WorkingHours.objects.filter(provider=provider))


@transaction.atomic
def keep(provider: Provider | None, hours: Sequence[WorkingHours], *, shown: str) -> bool:
    """Let these be all the hours there are, and tell whether that changed anything.

    ``shown`` is the mark of the week on whose page they were typed. Raises ValidationError
    where another one stands there by now, and for a provider who would be left without any.
    """
    if provider and not hours:
        raise ValidationError(_NO_HOURS, code="no_hours")
    _lock(provider)
    kept = {_key(row): row for row in kept_hours(provider)}
    if Week.of(kept.values()).mark != shown:
        raise ValidationError(_CHANGED, code="changed")
    wanted = {_key(row): row for row in hours}
    gone = [row.pk for key, row in kept.items() if key not in wanted]
    new = [row for key, row in wanted.items() if key not in kept]
    for row in new:
        row.provider = provider
    WorkingHours.objects.filter(pk__in=gone).delete()
    WorkingHours.objects.bulk_create(new)
    return bool(gone or new)


def _lock(provider: Provider | None) -> None:
    """Let one change of these hours follow another; the company's, too, hang on a row."""
    owners = Provider if provider else Company
    pk = provider.pk if provider else Company.THE_ONE
    list(owners.objects.select_for_update(no_key=True).filter(pk=pk).values_list("pk"))


def _key(row: WorkingHours) -> tuple[int, time, time]:
    return row.weekday, row.starts, row.ends


@transaction.atomic
def forget(provider: Provider) -> None:
    """Let a provider work the company's opening hours again."""
    _lock(provider)
    WorkingHours.objects.filter(provider=provider).delete()
