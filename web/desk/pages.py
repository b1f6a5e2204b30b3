"""Drawing a page of our own inside the admin's frame."""

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.functional import Promise

# Of every list of the staff side.
ROWS_A_PAGE = 50


def desk_page(
    request: HttpRequest,
    template: str,
    *,
    title: str | Promise,
    status: int = 200,
    **context: object,
) -> TemplateResponse:
    """Answer with ``template``, which extends ``desk/base.html``, under ``title``."""
    request.current_app = admin.site.name  # type: ignore[attr-defined]
    frame = admin.site.each_context(request)
    return TemplateResponse(request, template, {**frame, "title": title, **context}, status=status)
