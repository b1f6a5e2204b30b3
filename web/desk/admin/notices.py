"""What somebody is told after a change of theirs."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html

from web.desk.access import SEE_BOOKINGS


def warn_with_link(request: HttpRequest, text: str, url: str, words: str) -> None:
    """Show a warning, with a link to a page of bookings for those who may open it."""
    if request.user.has_perm(SEE_BOOKINGS):
        text = format_html('{} <a class="z-link" href="{}">{}</a>', text, url, words)
    messages.warning(request, text)
