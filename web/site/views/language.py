"""Choosing the language of the pages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from web.site.languages import keep_language
from web.site.limits import limited


@limited
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on, also in messages where a client is signed in."""
    response = set_language(request)
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        keep_language(request.user, language, now=timezone.now())
    return response
