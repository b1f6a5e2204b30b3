"""The filters above a report. They stand in the address, with the columns and the order."""

from datetime import date, timedelta
from urllib.parse import urlencode

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from booking.models import Booking, Client, Label, Provider, Service, User
from web.desk.access import visible_bookings, visible_providers
from web.desk.forms import date_field
from web.desk.moments import monday_of, start_of

Period = tuple[date, date]
SHOWN_AT_FIRST = timedelta(days=30)


def choice_field(label: str | Promise, choices) -> forms.ChoiceField:
    """One of several, or none of them."""
    all_or_one = [("", _("All")), *choices]
    return forms.ChoiceField(
        label=label, required=False, choices=all_or_one, widget=UnfoldAdminSelectWidget
    )


def row_field(label: str | Promise, rows: QuerySet) -> forms.ModelChoiceField:
    """One row of several, or none."""
    return forms.ModelChoiceField(
        label=label,
        queryset=rows,
        required=False,
        empty_label=_("All"),
        widget=UnfoldAdminSelectWidget,
    )


class PeriodForm(forms.Form):
    """From–until in the company's days (both included), service, provider.

    An address that filters by nothing shows the days from today on. ``rare`` are the filters
    that stand folded away, ``unseen`` those that do not stand in the form's grid.
    """

    rare: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()

    first = date_field(_("From"), required=False)
    last = date_field(_("Until"), required=False)
    service = row_field(_("Service"), Service.objects.in_order())
    provider = row_field(_("Provider"), Provider.objects.none())

    def __init__(self, query, *, user: User):
        asked = {name: query.getlist(name) for name in self.base_fields if name in query}
        if not any(name in asked for name in self.base_fields if name not in self.unseen):
            first, last = self.first_period(timezone.localdate())
            asked |= {"first": [first.isoformat()], "last": [last.isoformat()]}
        super().__init__(MultiValueDict(asked))
        self.fields["provider"].queryset = visible_providers(user).in_order()

    def first_period(self, today: date) -> Period:
        return today, today + SHOWN_AT_FIRST

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in (*self.rare, *self.unseen)]

    @property
    def rare_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.rare]

    @property
    def has_rare(self) -> bool:
        """Whether anything that is folded away narrows the rows."""
        return any(self.data.get(name) for name in self.rare)

    @cached_property
    def query(self) -> str:
        """The address's query once more, whole, as it stands in every link of the page."""
        return self._query_with()

    def _query_with(self, **other: str) -> str:
        asked = {"first": [""], "last": [""], **dict(self.data.lists())}
        asked |= {name: [content] for name, content in other.items()}
        kept = [
            (name, content)
            for name, contents in asked.items()
            for content in contents
            if content or name in ("first", "last")
        ]
        return urlencode(kept)

    @property
    def quick_picks(self) -> list[dict[str, object]]:
        """Periods by a name, each with its address."""
        shown = (self.data.get("first", ""), self.data.get("last", ""))
        found = []
        for name, (first, last) in quick_periods(timezone.localdate()).items():
            days = {"first": first.isoformat(), "last": last.isoformat()}
            is_shown = shown == tuple(days.values())
            query = self._query_with(**days)
            found.append({"name": name, "query": query, "is_current": is_shown})
        return found

    def narrowed(self, rows: QuerySet, session: str = "") -> QuerySet:
        """Rows that pass; ``session`` is the way from a row to its session, "" or "session__"."""
        if not self.is_valid():
            return rows.none()
        chosen = self.cleaned_data
        found = within(f"{session}starts_at", chosen["first"], chosen["last"])
        for name in ("service", "provider"):
            if chosen[name]:
                found &= Q(**{f"{session}{name}": chosen[name]})
        return rows.filter(found)


def quick_periods(today: date) -> dict[Promise, Period]:
    """Days that people ask for by a name, weeks from Monday."""
    monday, month = monday_of(today), today.replace(day=1)
    month_before = (month - timedelta(days=1)).replace(day=1)
    month_after = (month + timedelta(days=31)).replace(day=1)
    one = timedelta(days=1)
    return {
        _("Today"): (today, today),
        _("This week"): (monday, monday + timedelta(days=6)),
        _("This month"): (month, month_after - one),
        _("Last month"): (month_before, month - one),
    }


def within(field: str, first: date | None, last: date | None) -> Q:
    """Moments on the company's days from first to last, both included and both optional."""
    found = Q()
    if first:
        found &= Q(**{f"{field}__gte": start_of(first)})
    if last:
        found &= Q(**{f"{field}__lt": start_of(last + timedelta(days=1))})
    return found


class BookingFilterForm(PeriodForm):
    """What else bookings are told apart by, which columns are shown, and in which order."""

    OPEN = "open"
    START, START_BACK, BOOKED, BOOKED_BACK = "start", "-start", "booked", "-booked"
    ORDERS = {
        START: ("session__starts_at", "pk"),
        START_BACK: ("-session__starts_at", "-pk"),
        BOOKED: ("created_at", "pk"),
        BOOKED_BACK: ("-created_at", "-pk"),
    }
    rare = ("booked_first", "booked_last", "label", "attendance", "source", "online")
    unseen = ("client", "column", "sort")

    state = choice_field(_("State"), [(OPEN, _("Not cancelled")), *Booking.STATES])
    q = forms.CharField(
        label=_("Client or code"),
        required=False,
        max_length=100,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "search"}),
    )
    booked_first = date_field(_("Booked from"), required=False)
    booked_last = date_field(_("Booked until"), required=False)
    label = row_field(_("Label"), Label.objects.order_by("position", "name"))
    attendance = choice_field(
        _("Attendance"), [(Booking.UNKNOWN, _("Not noted")), *Booking.ATTENDANCES[1:]]
    )
    source = choice_field(_("Booked through"), Booking.SOURCES)
    online = forms.BooleanField(
        label=_("Online only"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    client = forms.ModelChoiceField(
        queryset=Client.objects.none(), required=False, widget=forms.HiddenInput
    )
    column = forms.Field(required=False, widget=forms.MultipleHiddenInput)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, query, *, user: User):
        super().__init__(query, user=user)
        # Only those of one's own bookings: the name of another is nobody else's to read.
        known = visible_bookings(user).values("client")
        self.fields["client"].queryset = Client.objects.filter(pk__in=known)

    @property
    def order(self) -> str:
        asked = self.data.get("sort")
        return asked if asked in self.ORDERS else self.START

    @property
    def columns(self) -> list[str]:
        return self.data.getlist("column")

    @property
    def without_client(self) -> str:
        return self._query_with(client="")

    def sorted_by(self, order: str) -> str:
        """The same in another order."""
        return self._query_with(sort=order)

    def narrowed(self, rows: QuerySet, session: str = "session__") -> QuerySet:
        rows = super().narrowed(rows, session)
        if not self.is_valid():
            return rows
        rows = rows.filter(self._details())
        state, words = self.cleaned_data["state"], self.cleaned_data["q"].strip()
        if state == self.OPEN:
            rows = rows.taking_seats()
        elif state:
            rows = rows.filter(state=state)
        return rows.filter(_mentions(words)) if words else rows

    def _details(self) -> Q:
        chosen = self.cleaned_data
        found = within("created_at", chosen["booked_first"], chosen["booked_last"])
        for name in ("label", "attendance", "source", "client"):
            if chosen[name]:
                found &= Q(**{name: chosen[name]})
        if chosen["online"]:
            found &= Q(session__service__is_online_meeting=True)
        return found

    def in_order(self, rows: QuerySet) -> QuerySet:
        return rows.order_by(*self.ORDERS[self.order])


def _mentions(words: str) -> Q:
    return (
        Q(code__iexact=words)
        | Q(client__name__icontains=words, client__erased_at=None)
        | Q(client__email__icontains=words)
        | Q(client__phone__icontains=words.replace(" ", ""))
        | Q(phone__icontains=words.replace(" ", ""))
    )
