"""Reports > Online video meetings: how each meeting stands, who came, and trying again."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from booking import features
from booking.models import User
from web.desk.access import (
    CHANGE_BOOKINGS,
    CONNECT_ZOOM,
    EXPORT_BOOKINGS,
    SEE_BOOKINGS,
    staff_page,
    visible_sessions,
)
from web.desk.answers import next_of
from web.desk.navigation import ONLINE_MEETINGS
from web.desk.pages import desk_page, page_of
from web.desk.reports.meetings import MeetingFilterForm, meeting_rows, online_sessions
from zoomlink import tasks
from zoomlink.actions import try_again


@require_safe
@staff_page(SEE_BOOKINGS)
def page(request: HttpRequest) -> HttpResponse:
    """One row a session that has, or should have, a meeting."""
    if not features.is_on(ONLINE_MEETINGS):
        raise Http404
    now = timezone.now()
    form = MeetingFilterForm(request.GET, user=request.user)
    shown = page_of(request, form.narrowed(online_sessions(request.user, now)))
    may_open = request.user.has_perm(CHANGE_BOOKINGS)
    rows = meeting_rows(
        shown.object_list, now=now, may_open=may_open, may_retry=_may_retry(request.user)
    )
    return desk_page(
        request,
        "desk/report_meetings.html",
        title=pgettext_lazy("report", "Online video meetings"),
        form=form,
        page=shown,
        query=form.query,
        rows=rows,
        may_open=may_open,
        may_export=request.user.has_perm(EXPORT_BOOKINGS),
        now=now,
    )


def _may_retry(user: User) -> bool:
    return bool(user.has_perm(CHANGE_BOOKINGS) or user.has_perm(CONNECT_ZOOM))


@require_POST
@staff_page(SEE_BOOKINGS)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a meeting that failed wait no longer for its next attempt."""
    if not features.is_on(ONLINE_MEETINGS):
        raise Http404
    if not _may_retry(request.user):
        raise PermissionDenied
    session = get_object_or_404(visible_sessions(request.user), pk=pk)
    meeting_id = try_again(session_id=session.pk, now=timezone.now())
    if meeting_id is None:
        messages.warning(request, _("There is nothing to try again by now."))
    else:
        _wake(meeting_id)
        messages.success(request, _("It is tried again; reload the page in a moment."))
    return redirect(next_of(request) or "desk:reports-online-meetings")


def _wake(meeting_id: int) -> None:
    transaction.on_commit(lambda: tasks.sync_meeting.delay(meeting_id=meeting_id), robust=True)
