"""The language a signed-in client chose: kept with their records, and for the next device."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from booking import actions
from booking.models import User


def keep_language(user: User, language: str, *, now: datetime) -> None:
    """Let every record of a client say the language; messages to come speak it."""
    for client in user.clients.known().exclude(language=language).order_by("pk"):
        actions.change_client(client_id=client.pk, values={"language": language}, now=now)


def remember_language(response: HttpResponse, language: str) -> None:
    """Let this browser ask for pages in a language, as Django's own view does."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )


def speak_as_kept(request: HttpRequest, response: HttpResponse) -> None:
    """On a device on which no language was chosen yet, speak the one the user chose elsewhere."""
    if not request.user.is_authenticated or settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return
    kept = request.user.clients.known().exclude(language="").order_by("-pk")
    language = kept.values_list("language", flat=True).first()
    if language in dict(settings.LANGUAGES):
        remember_language(response, language)
