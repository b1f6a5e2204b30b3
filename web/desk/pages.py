"""Drawing a page of our own inside the admin's frame."""

from django.contrib import admin
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
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


def page_of(request: HttpRequest, rows: QuerySet) -> Page:
    """The page of a list that the address asks for; its rows are read, as a list."""
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    return page
