"""The pictures that the company uploaded, for everybody."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

YEAR_SECONDS = 365 * 24 * 60 * 60


@require_safe
def picture(request: HttpRequest, folder: str, name: str) -> FileResponse:
    """Answer with a picture; ``name`` is the hexadecimal part of its file's.

    A new picture has a new name, so that browsers may keep this one for good.
    """
    try:
        file = default_storage.open(f"{folder}/{name}.webp")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type="image/webp")
    response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
