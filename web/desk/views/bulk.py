"""Reports > Booking details: cancelling many bookings, and writing to their clients."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from booking.actions import cancel as cancel_booking
from booking.errors import BookingError
from booking.models import Booking, Company
from notifications import recipients
from notifications.actions import Trial, owe_news, preview
from notifications.errors import TemplateRefused
from notifications.kinds import NEWS, Audience, Channel
from notifications.models import Message
from notifications.variables import offered_for
from web.desk.access import CHANGE_BOOKINGS, staff_page
from web.desk.answers import is_quiet, next_of, reason_in, say_done
from web.desk.messages import SEE_LINKS, caught_channels
from web.desk.pages import desk_page
from web.desk.reports.bulk import NewsForm, chosen_bookings

# So many refusals are named one by one; the rest is counted.
NAMED = 25


@require_POST
@staff_page(CHANGE_BOOKINGS)
def cancel(request: HttpRequest) -> HttpResponse:
    """Show what is about to be cancelled; once that is confirmed, cancel each."""
    chosen = chosen_bookings(request)
    if chosen.refusal:
        return _back(request, chosen.refusal)
    if "confirmed" in request.POST:
        refused = _cancel_each(request, chosen.bookings)
        _tell_of_cancelled(request, len(chosen.bookings) - len(refused), refused)
        return _back(request)
    return desk_page(
        request,
        "desk/report_cancel.html",
        title=gettext_lazy("Cancel bookings"),
        bookings=chosen.bookings,
        open_ones=sum(booking.takes_seats for booking in chosen.bookings),
        next=next_of(request),
    )


def _cancel_each(request: HttpRequest, bookings: Iterable[Booking]) -> list[str]:
    """Return the refusals, each with its booking."""
    how = {"actor": request.user, "reason": reason_in(request), "is_quiet": is_quiet(request)}
    refused = []
    for booking in bookings:
        try:
            cancel_booking(booking_id=booking.pk, now=timezone.now(), **how)
        except BookingError as refusal:
            refused.append(f"{booking.code}, {booking.client}: {refusal}")
    return refused


def _tell_of_cancelled(request: HttpRequest, done: int, refused: list[str]) -> None:
    for text in refused[:NAMED]:
        messages.error(request, text)
    if more := len(refused[NAMED:]):
        text = ngettext(
            "%(n)d more could not be cancelled.", "%(n)d more could not be cancelled.", more
        )
        messages.error(request, text % {"n": more})
    if done:
        text = ngettext("%(n)d booking is cancelled.", "%(n)d bookings are cancelled.", done)
        say_done(request, text % {"n": done})


@require_POST
@staff_page(CHANGE_BOOKINGS)
def message(request: HttpRequest) -> HttpResponse:
    """Write to the clients of many bookings: type, look at it, send."""
    chosen = chosen_bookings(request)
    if chosen.refusal:
        return _back(request, chosen.refusal)
    is_typed = "body" in request.POST
    form = NewsForm(request.POST if is_typed else None)
    shown = None
    if is_typed and form.is_valid():
        try:
            shown = _previewed(request, form, chosen.bookings[0])
            if "send" in request.POST:
                return _sent(request, form, chosen.bookings)
        except TemplateRefused as refusal:
            form.note(refusal)
            shown = None
    return _draw(request, form, chosen.bookings, shown)


def _previewed(request: HttpRequest, form: NewsForm, booking: Booking) -> Message:
    """The words as the first of the clients would read them. Raises TemplateRefused."""
    news = form.news
    client = recipients.client_of(booking, news.channel, Company.objects.current())
    trial = Trial(
        spec=NEWS[news.channel],
        language=client.language,
        words=news.words,
        booking=booking,
        shows_links=request.user.has_perm(SEE_LINKS),
    )
    return preview(trial)


def _sent(request: HttpRequest, form: NewsForm, bookings: list[Booking]) -> HttpResponse:
    number = owe_news(form.news, bookings, actor=request.user, now=timezone.now())
    text = ngettext("%(n)d message is on its way.", "%(n)d messages are on their way.", number)
    messages.success(request, text % {"n": number})
    return _back(request)


def _draw(
    request: HttpRequest, form: NewsForm, bookings: list[Booking], shown: Message | None
) -> HttpResponse:
    asked = form.data.get("channel") if form.is_bound else None
    channel = asked if asked in Channel.values else Channel.EMAIL
    return desk_page(
        request,
        "desk/report_message.html",
        title=gettext_lazy("Write to clients"),
        form=form,
        bookings=bookings,
        clients=len({booking.client_id for booking in bookings}),
        without=_without_address(bookings),
        variables=offered_for(Audience.CLIENT, channel),
        shown=shown,
        first=bookings[0],
        caught=[one.label for one in caught_channels()],
        next=next_of(request),
    )


def _without_address(bookings: Iterable[Booking]) -> dict[str, int]:
    """How many of the clients cannot be reached, by the name of each channel."""
    company = Company.objects.current()
    return {
        str(channel.label): len(
            {b.client_id for b in bookings if not recipients.client_of(b, channel, company).address}
        )
        for channel in Channel
    }


def _back(request: HttpRequest, refusal: str = "") -> HttpResponse:
    if refusal:
        messages.warning(request, refusal)
    return redirect(next_of(request) or "desk:reports-bookings")
