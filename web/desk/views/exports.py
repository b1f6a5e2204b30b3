"""Reports as files: given at once, or made by a worker where there is much of it."""

from io import BytesIO
from itertools import chain

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    QueryDict,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from booking import features
from web.desk import tasks
from web.desk.access import EXPORT_BOOKINGS, staff_page
from web.desk.models import Export
from web.desk.navigation import ONLINE_MEETINGS
from web.desk.pages import desk_page
from web.desk.reports.exports import MOST_AT_ONCE, ask_for, is_over, may_get, path_of
from web.desk.reports.meeting_source import MeetingSource
from web.desk.reports.sheets import CONTENT_TYPES, CSV, csv_lines, write_workbook
from web.desk.reports.sources import BookingSource, Source

# What an address says of the file, and not of the report.
_OF_THE_FILE = ("format", "links", "page")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(EXPORT_BOOKINGS)
def bookings(request: HttpRequest) -> HttpResponseBase:
    """*Booking details* as a file, with the filters and the columns of the address."""
    return _answer(request, BookingSource)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(EXPORT_BOOKINGS)
def meetings(request: HttpRequest) -> HttpResponseBase:
    """*Online video meetings* as a file."""
    if not features.is_on(ONLINE_MEETINGS):
        raise Http404
    return _answer(request, MeetingSource)


def _answer(request: HttpRequest, source_of: type[Source]) -> HttpResponseBase:
    """The file; of a long report the question whether a worker is to make it, or by POST that."""
    file_type = request.GET.get("format", CSV)
    if file_type not in CONTENT_TYPES:
        raise Http404
    query = _query_of_report(request.GET)
    with_links = "links" in request.GET
    source = source_of(request.user, query, request.LANGUAGE_CODE, with_links=with_links)
    if request.method == "POST":
        return _left_to_a_worker(request, source, file_type, query)
    if (rows := source.count()) <= MOST_AT_ONCE:
        return _file(source, file_type)
    title = gettext_lazy("Export")
    return desk_page(request, "desk/export_large.html", title=title, rows=rows)


def _query_of_report(asked: QueryDict) -> str:
    query = asked.copy()
    for name in _OF_THE_FILE:
        query.pop(name, None)
    return str(query.urlencode())


def _file(source: Source, file_type: str) -> HttpResponseBase:
    rows = chain.from_iterable(source.batches())
    name = f"{source.name}-{timezone.localdate():%Y-%m-%d}.{file_type}"
    if file_type == CSV:
        lines = csv_lines(source.header, rows, source.zone)
        answer = StreamingHttpResponse(lines, content_type=CONTENT_TYPES[CSV])
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    book = BytesIO()
    write_workbook(book, source.header, rows, source.zone)
    book.seek(0)
    return FileResponse(
        book, as_attachment=True, filename=name, content_type=CONTENT_TYPES[file_type]
    )


def _left_to_a_worker(
    request: HttpRequest, source: Source, file_type: str, query: str
) -> HttpResponse:
    if is_over(request.user):
        messages.error(request, _("So many files are being made for you already. Please wait."))
        return redirect("desk:exports")
    now = timezone.now()
    export = ask_for(source, file_type=file_type, query=query, maker=request.user, now=now)
    # Not a partial: where ringing fails, Django wants to log the name of what it called.
    transaction.on_commit(lambda: tasks.ring(export.pk), robust=True)
    return redirect("desk:exports")


@require_safe
@staff_page(EXPORT_BOOKINGS)
def overview(request: HttpRequest) -> HttpResponse:
    """One's own files: how far they are, and where to get them."""
    rows = list(Export.objects.of(request.user).order_by("-asked_at", "-pk"))
    context = {"exports": rows, "is_unfinished": any(row.is_unfinished for row in rows)}
    if "fragment" in request.GET:
        return render(request, "desk/_exports.html", context)
    return desk_page(request, "desk/exports.html", title=gettext_lazy("Exports"), **context)


@require_safe
@staff_page(EXPORT_BOOKINGS)
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, for its maker alone, and only while they may see all that stands in it."""
    export = get_object_or_404(Export.objects.of(request.user), pk=pk, state=Export.DONE)
    if not may_get(export, request.user):
        raise PermissionDenied
    try:
        file = path_of(export).open("rb")
    except OSError:  # such as after a move to another server, without the folder
        messages.error(request, _("The file is no longer there. Please export once more."))
        return redirect("desk:exports")
    name = f"{export.report}-{timezone.localdate(export.asked_at):%Y-%m-%d}.{export.file_type}"
    return FileResponse(
        file, as_attachment=True, filename=name, content_type=CONTENT_TYPES[export.file_type]
    )
