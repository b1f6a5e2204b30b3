"""What the admin's lists and forms of ours share: what lies ahead first, and the way back."""

from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from web.desk.answers import next_of

AHEAD, PAST, ALL = "", "past", "all"


class AheadFilter(admin.SimpleListFilter):
    """Keeps what is over out of the way until it is asked for."""

    title = _("when")
    parameter_name = "when"

    def lookups(self, request, model_admin):
        return [(PAST, _("Over")), (ALL, _("All"))]

    def choices(self, changelist):
        shown = {AHEAD: _("Present and coming"), **dict(self.lookup_choices)}
        for value, title in shown.items():
            chosen = {self.parameter_name: value or None}  # None takes it out of the address
            yield {
                "selected": (self.value() or AHEAD) == value,
                "query_string": changelist.get_query_string(chosen),
                "display": title,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value() or AHEAD
        if value == ALL:
            return queryset
        ahead = self.ahead(timezone.now())
        return queryset.exclude(**ahead) if value == PAST else queryset.filter(**ahead)

    def ahead(self, now: datetime) -> dict[str, object]:
        """The lookup that holds for what is not over at ``now``."""
        raise NotImplementedError


class ComingDays(AheadFilter):
    def ahead(self, now):
        return {"date__gte": timezone.localdate(now)}


class ComingPeriods(AheadFilter):
    def ahead(self, now):
        return {"ends_at__gt": now}


class SoonestFirstMixin:
    """For a list with an AheadFilter: the next comes first, of what is over the latest."""

    soonest: tuple[str, ...]

    def get_ordering(self, request):
        first, *rest = self.soonest
        is_over = request.GET.get(AheadFilter.parameter_name) == PAST
        return [f"-{first}" if is_over else first, *rest]


class ComesBackMixin:
    """Once saved, back to the page that the address names as ``next``, if it is one of ours."""

    def response_post_save_add(self, request, obj):
        return _back(request) or super().response_post_save_add(request, obj)

    def response_post_save_change(self, request, obj):
        return _back(request) or super().response_post_save_change(request, obj)


def _back(request: HttpRequest) -> HttpResponseRedirect | None:
    address = next_of(request)
    return HttpResponseRedirect(address) if address else None
