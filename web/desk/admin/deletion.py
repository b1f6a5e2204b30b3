"""Deleting what nothing needs, and the way out where something does."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.options import csrf_protect_m
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, ProtectedError
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Booking
from web.desk.admin.notices import warn_with_link


class DeletionMixin:
    """Refuses to delete what is still needed, also when it came to be needed just now."""

    def get_deleted_objects(self, objs, request):
        """As Django's, but the last are the names of those of ``objs`` that are needed."""
        look = super().get_deleted_objects
        deleted, counts, missing, protected = look(objs, request)
        if not protected:
            return deleted, counts | self.stays_without(objs), missing, []
        needed = [str(row) for row in objs if look([row], request)[3]]
        return deleted, counts, missing, needed

    def stays_without(self, objs) -> dict[str, int]:
        """What is not deleted but loses its tie to ``objs``: words and number."""
        return {}

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except ProtectedError:
            return self._still_needed(request)

    def changelist_view(self, request, extra_context=None):
        try:
            return super().changelist_view(request, extra_context)
        except ProtectedError:
            return self._still_needed(request)

    def _still_needed(self, request):
        messages.error(request, _("Nothing was deleted: bookings were made meanwhile."))
        return HttpResponseRedirect(request.get_full_path())


class DeactivationMixin(DeletionMixin):
    """For what has ``is_active``: offers to switch it off, and says which bookings stay."""

    session_field: str

    def get_urls(self):
        own = path(
            "<path:object_id>/deactivate/",
            self.admin_site.admin_view(self.deactivate_view),
            name=self._url_name("deactivate"),
        )
        return [own, *super().get_urls()]

    def delete_view(self, request, object_id, extra_context=None):
        row = self.get_object(request, unquote(object_id))
        may = row is not None and row.is_active and self.has_change_permission(request, row)
        context = {"has_switch": True, "may_deactivate": may}
        return super().delete_view(request, object_id, {**context, **(extra_context or {})})

    @csrf_protect_m
    def deactivate_view(self, request, object_id):
        """Switch it off; what is booked stays."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        self._deactivate(request, row)
        return HttpResponseRedirect(reverse(f"admin:{self._url_name('changelist')}"))

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data and not obj.is_active:
            self._say_what_stays(request, obj)

    def _deactivate(self, request, row: Model) -> None:
        row.is_active = False
        row.save(update_fields=["is_active"])
        self.log_change(request, row, [{"changed": {"fields": [_("active")]}}])
        messages.success(request, _("“%(name)s” is no longer offered.") % {"name": row})
        self._say_what_stays(request, row)

    def _say_what_stays(self, request, row: Model) -> None:
        ahead = Booking.objects.taking_seats().filter(
            session__ends_at__gt=timezone.now(), **{f"session__{self.session_field}": row.pk}
        )
        if number := ahead.count():
            text = ngettext(
                "%(number)s future booking of “%(name)s” stays.",
                "%(number)s future bookings of “%(name)s” stay.",
                number,
            ) % {"number": number, "name": row}
            warn_with_link(request, text, self._report_of(row), _("Show them"))

    def _report_of(self, row: Model) -> str:
        query = {
            self.session_field: row.pk,
            "first": timezone.localdate().isoformat(),
            "state": "open",
        }
        return f"{reverse('desk:reports-bookings')}?{urlencode(query)}"

    def _url_name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"
