"""A report as rows for a file: what somebody may see of it, as an address asks for."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from booking import features
from booking.models import Booking, Company, User
from web.desk.access import CHANGE_BOOKINGS, visible_bookings
from web.desk.navigation import ONLINE_MEETINGS
from web.desk.reports.columns import MOMENT, chosen_columns, with_facts
from web.desk.reports.filters import BookingFilterForm
from web.desk.reports.sheets import Row
from zoomlink.actions import PROVIDER, links_for

BATCH = 500


def may_take_links(user: User) -> bool:
    """Whether this person may have links that let in whoever holds them."""
    return bool(user.has_perm(CHANGE_BOOKINGS)) and features.is_on(ONLINE_MEETINGS)


class Source:
    """A report for one person: words in their language, times in the company's zone.

    ``with_links`` tells whether meeting links are in it: they were asked for, and allowed.
    """

    name: ClassVar[str]
    rows: QuerySet[Any]

    def __init__(self, user: User, query: str, language: str, *, with_links: bool = False):
        self.user, self.language = user, language
        self.with_links = with_links and may_take_links(user)
        self.zone = Company.objects.current().zone
        with timezone.override(self.zone):  # a day begins at the company's midnight
            self.rows = self.found(QueryDict(query))

    def found(self, query: QueryDict) -> QuerySet[Any]:
        """What the address asks for, in its order."""
        raise NotImplementedError

    @property
    def header(self) -> list[str]:
        raise NotImplementedError

    def rows_of(self, some: list[Any]) -> list[Row]:
        raise NotImplementedError

    def count(self) -> int:
        return int(self.rows.count())

    def batches(self) -> Iterator[list[Row]]:
        """The rows by some hundreds, in the order in which they stood at the beginning."""
        ids = list(self.rows.values_list("pk", flat=True))
        for begin in range(0, len(ids), BATCH):
            some = ids[begin : begin + BATCH]
            found = {row.pk: row for row in self.rows.filter(pk__in=some)}
            with self.speaking():
                rows = self.rows_of([found[pk] for pk in some if pk in found])
            yield rows

    def speaking(self) -> AbstractContextManager[None]:
        return override(self.language)

    def timed(self, title: object) -> str:
        """The title of moments, with the zone they are in: a cell has no place for it."""
        return f"{title} ({self.zone.key})"


class BookingSource(Source):
    """*Booking details*, in the columns that are shown there."""

    name = "bookings"

    def found(self, query: QueryDict) -> QuerySet[Booking]:
        form = BookingFilterForm(query, user=self.user)
        self.columns = chosen_columns(form.columns)
        return form.in_order(with_facts(form.narrowed(visible_bookings(self.user))))

    @property
    def header(self) -> list[str]:
        with self.speaking():
            titles = [
                self.timed(column.title) if column.look == MOMENT else str(column.title)
                for column in self.columns
            ]
            return [*titles, _("Meeting link")] if self.with_links else titles

    def rows_of(self, some: list[Booking]) -> list[Row]:
        links = links_for(some, viewer=PROVIDER) if self.with_links else {}
        return [self._row(booking, links) for booking in some]

    def _row(self, booking: Booking, links) -> Row:
        row: Sequence = [column.value(booking) for column in self.columns]
        if not self.with_links:
            return row
        link = links.get(booking.pk)
        return [*row, link.url if link else ""]
