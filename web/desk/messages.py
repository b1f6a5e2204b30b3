"""Sent messages: what is owed, sent, caught, failed or skipped, and why."""

from urllib.parse import urlencode

from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from notifications.actions import resend, resend_several
from notifications.channels import is_caught
from notifications.errors import NotificationError
from notifications.kinds import Channel, Kind
from notifications.models import Message
from web.desk.access import SEE_LINKS, SEE_MESSAGES, staff_page, visible_messages
from web.desk.answers import next_of
from web.desk.message_filters import MessageFilterForm
from web.desk.pages import ROWS_A_PAGE, desk_page
from web.desk.timings import in_words
from web.desk.tokens import without_tokens

RESEND = "notifications.change_message"
# What a list shows of a message, and what only its own page does.
_SHORT = ("subject", "reason", "detail", "delivery_detail")
_WHOLE = (*_SHORT, "body_text", "body_html")


@require_safe
@staff_page(SEE_MESSAGES)
def overview(request: HttpRequest) -> HttpResponse:
    """The ledger, newest first."""
    form = MessageFilterForm(request.GET)
    rows = form.narrowed(visible_messages(request.user)).with_subjects().without_words()
    rows = rows.with_resends()
    page = Paginator(rows.newest_first(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    if not request.user.has_perm(SEE_LINKS):
        for row in page.object_list:
            _hide_secrets(row, _SHORT)
    kept = [(name, value) for name, value in request.GET.items() if name != "page"]
    may_resend = request.user.has_perm(RESEND)
    return desk_page(
        request,
        "desk/messages/list.html",
        title=gettext_lazy("Sent messages"),
        form=form,
        page=page,
        query=urlencode(kept),
        is_narrowed=any(value for _name, value in kept),
        tickable=[row.pk for row in page.object_list if may_resend and _is_to_mend(row)],
        caught=caught_channels(),
    )


def _is_to_mend(row: Message) -> bool:
    return row.is_lost and row.may_be_sent_again and not row.was_resent


@require_safe
@staff_page(SEE_MESSAGES)
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message as its recipient reads it."""
    rows = visible_messages(request.user).with_subjects()
    row = get_object_or_404(rows.select_related("timing", "requested_by"), pk=pk)
    sees_links = request.user.has_perm(SEE_LINKS)
    if not sees_links:
        _hide_secrets(row, _WHOLE)
    return desk_page(
        request,
        "desk/messages/detail.html",
        title=row.get_kind_display(),
        message=row,
        time=in_words(row.timing) if row.timing is not None else "",
        resends=row.resends.newest_first(),
        is_hidden=not sees_links and row.kind == Kind.SIGN_IN_CODE,
        may_resend=row.may_be_sent_again and request.user.has_perm(RESEND),
        setting=Channel(row.channel).setting,
    )


@require_POST
@staff_page(RESEND)
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Owe the message once more."""
    get_object_or_404(visible_messages(request.user), pk=pk)
    try:
        again = resend(message_id=pk, actor=request.user, now=timezone.now())
    except NotificationError as refusal:
        flash.error(request, str(refusal))
        return redirect("desk:message", pk)
    flash.success(request, _("The message is on its way once more, in today's words."))
    return redirect("desk:message", again.pk)


@require_POST
@staff_page(RESEND)
def send_several(request: HttpRequest) -> HttpResponse:
    """Owe every ticked message once more; 404 when one is not on show to this person."""
    ticked = set(request.POST.getlist("message"))
    ids = {int(pk) for pk in ticked if pk.isdecimal() and len(pk) < 16}
    if visible_messages(request.user).filter(pk__in=ids).count() != len(ticked):
        raise Http404
    if not ids:
        flash.warning(request, _("Tick the messages first."))
    else:
        done = resend_several(message_ids=ids, actor=request.user, now=timezone.now())
        _say(request, done, len(ids) - done)
    return redirect(next_of(request) or "desk:messages")


def _say(request: HttpRequest, done: int, refused: int) -> None:
    if done:
        text = ngettext(
            "%(n)d message is on its way once more, in today's words.",
            "%(n)d messages are on their way once more, in today's words.",
            done,
        )
        flash.success(request, text % {"n": done})
    if refused:
        text = ngettext(
            "%(n)d message cannot be sent again, or is on its way already.",
            "%(n)d messages cannot be sent again, or are on their way already.",
            refused,
        )
        flash.error(request, text % {"n": refused})


def caught_channels() -> list[Channel]:
    """Channels without a way out."""
    return [channel for channel in Channel if is_caught(channel)]


def _hide_secrets(row: Message, names: tuple[str, ...]) -> None:
    """Blank what would work for whoever reads it: a sign-in code, and tokens in links."""
    for name in names:
        text = "" if row.kind == Kind.SIGN_IN_CODE else getattr(row, name)
        setattr(row, name, without_tokens(text))
