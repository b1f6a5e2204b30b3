"""Readiness: what is missing for online meetings, the calls of today, audit and test."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from web.desk.pages import desk_page
from web.desk.readiness import AuditCard, Shown, TrialCard
from web.desk.views.online_meetings import of_the_feature
from zoomlink import tasks
from zoomlink.actions import audit_is_running, begin_trial, check_readiness, delete_orphans
from zoomlink.client import ZoomError
from zoomlink.errors import ZoomlinkError
from zoomlink.models import ZoomConnection

TITLE = gettext_lazy("Readiness")
ASKED = "asked"  # in the address: a worker is about to begin, so look again in a moment
MOST_ORPHANS = 5  # deleted at once: each takes two calls, and somebody waits


@of_the_feature
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    connection = ZoomConnection.objects.current()
    shown, audit = Shown.of(check_readiness(now=now), request.user), AuditCard.of(connection)
    trial = TrialCard.of(now)
    return desk_page(
        request,
        "desk/readiness.html",
        title=TITLE,
        shown=shown,
        audit=audit,
        trial=trial,
        connection=connection,
        refreshes=audit.is_running or trial.is_under_way or ASKED in request.GET,
        back=reverse("desk:online-meetings"),
    )


@of_the_feature
@require_POST
def start_audit(request: HttpRequest) -> HttpResponse:
    """Let a worker compare what stands at Zoom with what is known here."""
    if audit_is_running():
        messages.info(request, _("The comparison is under way."))
    else:
        transaction.on_commit(tasks.audit.delay, robust=True)
        messages.success(request, _("The comparison was asked for. Its result appears below."))
    return redirect(f"{reverse('desk:readiness')}?{ASKED}=1#audit")


@of_the_feature
@require_POST
def remove_orphans(request: HttpRequest) -> HttpResponse:
    """Delete at Zoom the chosen ones of the meetings that the latest audit lists."""
    chosen = [int(pk) for pk in request.POST.getlist("orphan") if pk.isdecimal() and len(pk) < 16]
    if not chosen:
        messages.error(request, _("Choose at least one meeting."))
        return redirect(f"{reverse('desk:readiness')}#audit")
    try:
        delete_orphans(chosen[:MOST_ORPHANS], now=timezone.now())
    except (ZoomlinkError, ZoomError) as error:
        messages.error(request, str(error))
    else:
        done = len(chosen[:MOST_ORPHANS])
        text = ngettext(
            "%(n)s meeting is deleted at Zoom.", "%(n)s meetings are deleted at Zoom.", done
        )
        messages.success(request, text % {"n": done})
    return redirect(f"{reverse('desk:readiness')}#audit")


@of_the_feature
@require_POST
def start_trial(request: HttpRequest) -> HttpResponse:
    """Let a worker test the connection with a meeting of its own."""
    try:
        trial = begin_trial(now=timezone.now(), actor=request.user)
    except ZoomlinkError as refusal:
        messages.error(request, str(refusal))
    else:
        # Not a partial: where ringing fails, Django wants to log the name of what it called.
        transaction.on_commit(lambda: tasks.run_trial.delay(trial_id=trial.pk), robust=True)
    return redirect(f"{reverse('desk:readiness')}#trial")
