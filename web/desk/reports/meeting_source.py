"""*Online video meetings* as a file. Links are never in it."""

from django.db.models import QuerySet
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Session
from web.desk.reports.meetings import (
    MeetingFilterForm,
    MeetingRow,
    Person,
    meeting_rows,
    online_sessions,
)
from web.desk.reports.sheets import Row
from web.desk.reports.sources import Source


class MeetingSource(Source):
    """One row a session."""

    name = "online-meetings"

    def found(self, query: QueryDict) -> QuerySet[Session]:
        self.now = timezone.now()
        form = MeetingFilterForm(query, user=self.user)
        return form.narrowed(online_sessions(self.user, self.now))

    @property
    def header(self) -> list[str]:
        with self.speaking():
            return [
                *(self.timed(_("Start")), _("Minutes"), _("Service"), _("Provider"), _("Meets by")),
                *(_("Places taken"), _("Places"), _("Clients"), _("State"), _("Started")),
                *(self.timed(_("Started at")), self.timed(_("Ended at"))),
                *(self.timed(_("First opened by a client")), _("Attendance"), _("Error")),
            ]

    def rows_of(self, some: list[Session]) -> list[Row]:
        rows = meeting_rows(some, now=self.now, may_open=False, may_retry=False)
        with timezone.override(self.zone):
            return [self._row(row) for row in rows]

    def _row(self, row: MeetingRow) -> Row:
        session = row.session
        return [
            session.starts_at,
            int(session.duration.total_seconds()) // 60,
            session.service.name,
            session.provider.name,
            row.host,
            session.seats_taken,
            session.capacity,
            "; ".join(row.clients),
            row.state,
            row.started_by,
            row.started_at,
            row.ended_at,
            row.opened_at,
            "; ".join(came(person) for person in row.people),
            row.error,
        ]


def came(person: Person) -> str:
    """Whose coming it is, and what is known of it, as on the page."""
    noted = person.booking.get_attendance_display()
    if person.booking.attendance == person.booking.UNKNOWN:
        told = render_to_string("desk/_came.html", {"attendance": person.attendance})
        noted = " ".join(told.split())
    return f"{person.booking.client}: {noted}"
