"""Sent messages: what is owed, sent, caught, failed or skipped, and why."""

import re
from urllib.parse import urlencode

from django import forms
from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from notifications.actions import resend
from notifications.channels import is_caught
from notifications.errors import NotificationError
from notifications.kinds import Channel, Kind
from notifications.models import Message
from web.desk.access import staff_page
from web.desk.pages import ROWS_A_PAGE, desk_page

SEE_MESSAGES = "notifications.view_message"
SEE_LINKS = "notifications.view_message_links"
RESEND = "notifications.change_message"
_TOKEN = re.compile(r"(/(?:m|b|w)/)[A-Za-z0-9_-]+")


class MessageFilterForm(forms.Form):
    """What to look for in the ledger; every field may stay empty."""

    words = forms.CharField(
        label=gettext_lazy("Address or booking code"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("All")), *Message.STATES],
        widget=UnfoldAdminSelectWidget,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Message"),
        required=False,
        choices=[("", gettext_lazy("All")), *Kind.choices],
        widget=UnfoldAdminSelectWidget,
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("By"),
        required=False,
        choices=[("", gettext_lazy("All")), *Channel.choices],
        widget=UnfoldAdminSelectWidget,
    )

    def narrowed(self, rows: QuerySet[Message]) -> QuerySet[Message]:
        """Rows that pass; none for a choice that does not exist."""
        if not self.is_valid():
            return rows.none()
        words = self.cleaned_data["words"].strip()
        if words:
            rows = rows.filter(Q(to_address__icontains=words) | Q(booking__code__iexact=words))
        chosen = ((name, self.cleaned_data[name]) for name in ("state", "kind", "channel"))
        return rows.filter(**{name: value for name, value in chosen if value})


@require_safe
@staff_page(SEE_MESSAGES)
def overview(request: HttpRequest) -> HttpResponse:
    """The ledger, newest first."""
    form = MessageFilterForm(request.GET)
    rows = form.narrowed(Message.objects.with_subjects()).newest_first()
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    sees_links = request.user.has_perm(SEE_LINKS)
    if not sees_links:
        for row in page.object_list:
            _hide_secrets(row)
    kept = [(name, value) for name, value in request.GET.items() if name != "page"]
    return desk_page(
        request,
        "desk/messages/list.html",
        title=gettext_lazy("Sent messages"),
        form=form,
        page=page,
        query=urlencode(kept),
        is_narrowed=any(value for _name, value in kept),
        caught=caught_channels(),
    )


@require_safe
@staff_page(SEE_MESSAGES)
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message as its recipient reads it."""
    row = get_object_or_404(Message.objects.with_subjects(), pk=pk)
    sees_links = request.user.has_perm(SEE_LINKS)
    if not sees_links:
        _hide_secrets(row)
    return desk_page(
        request,
        "desk/messages/detail.html",
        title=row.get_kind_display(),
        message=row,
        resends=row.resends.newest_first(),
        is_hidden=not sees_links and row.kind == Kind.SIGN_IN_CODE,
        may_resend=row.has_ended and row.is_switchable and request.user.has_perm(RESEND),
        setting=Channel(row.channel).setting,
    )


@require_POST
@staff_page(RESEND)
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Owe the message once more."""
    get_object_or_404(Message, pk=pk)
    try:
        again = resend(message_id=pk, actor=request.user, now=timezone.now())
    except NotificationError as refusal:
        flash.error(request, str(refusal))
        return redirect("desk:message", pk)
    flash.success(request, _("The message is on its way once more, in today's words."))
    return redirect("desk:message", again.pk)


def caught_channels() -> list[Channel]:
    """Channels without a way out."""
    return [channel for channel in Channel if is_caught(channel)]


def _hide_secrets(row: Message) -> None:
    """Blank what would work for whoever reads it: a sign-in code, and tokens in links."""
    if row.kind == Kind.SIGN_IN_CODE:
        row.subject = row.body_text = row.body_html = ""
    row.subject = _TOKEN.sub(r"\1…", row.subject)
    row.body_text = _TOKEN.sub(r"\1…", row.body_text)
    row.body_html = _TOKEN.sub(r"\1…", row.body_html)
