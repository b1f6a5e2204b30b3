"""What clients are asked: questions on the page of a service, Settings > Consents."""

from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin, StackedInline
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminTextareaWidget

from booking.models import Booking, Consent, Question, Service
from web.desk.admin.deletion import DeletionMixin
from web.desk.admin.times import cloned_id

# What a copied service asks, too.
COPIED = ("label", "kind", "options", "help_text", "is_required", "is_active", "position")


def in_words(question: Question) -> str:
    """A question as its heading has it: ``Drink? Choice of one: Tea, Coffee. Must be answered.``"""
    kind = str(question.get_kind_display())
    if question.kind == Question.CHOICE:
        kind = f"{kind}: {', '.join(question.choices)}"
    said = [kind]
    if question.is_required:
        said.append(_("must be answered"))
    if not question.is_active:
        said.append(_("not asked at present"))
    return f"{question.label} ({'; '.join(said)})"


class QuestionForm(ModelForm):
    """A question among the others of its service."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.instance.get_inline_title = in_words(self.instance)  # where Unfold looks for it


class QuestionFormSet(PaginationInlineFormSet):
    """The questions of a service; a new one comes last."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if form.instance.pk is None:
            stored = [question.position for question in self.get_queryset()]
            form.fields["position"].initial = max(stored, default=-1) + 1


class QuestionInline(StackedInline):
    """Guarded by the permissions of services, of which questions are a part."""

    model = Question
    form = QuestionForm
    formset = QuestionFormSet
    extra = 0
    fields = [
        "label",
        ("kind", "position"),
        "options",
        "help_text",
        ("is_required", "is_active"),
    ]
    ordering = ["position", "pk"]
    ordering_field = "position"
    formfield_overrides = {
        models.TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 3})}
    }
    verbose_name_plural = gettext_lazy("What clients are asked when they book it")

    def get_extra(self, request, obj=None, **kwargs):
        """As many more as a copied service has."""
        pk = cloned_id(request)
        return Question.objects.filter(service=pk).count() if pk else 0

    def copied_from(self, service: Service) -> list[dict[str, object]]:
        return list(service.questions.order_by("position", "pk").values(*COPIED))

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "help_text":
            field.help_text = _("Stands below the question.")
        return field

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("booking.view_service") or self._may(request)

    def has_add_permission(self, request, obj=None):
        return self._may(request)

    def has_change_permission(self, request, obj=None):
        return self._may(request)

    def has_delete_permission(self, request, obj=None):
        return self._may(request)

    def _may(self, request) -> bool:
        verbs = ("add", "change")  # of a new service questions are written along
        return any(request.user.has_perm(f"booking.{verb}_service") for verb in verbs)


@admin.register(Consent)
class ConsentAdmin(DeletionMixin, ModelAdmin):
    """Guarded by the permissions of the company, whose settings they are."""

    empty_title = gettext_lazy("Nothing to agree to yet")
    empty_text = gettext_lazy(
        "A box that clients tick when they book, such as I agree to the terms. Which ones they "
        "ticked stands with the booking, in the words of then."
    )

    list_display = ["text", "must_be_ticked", "is_active", "position"]
    ordering = ["position", "pk"]
    fields = ["text", "is_required", "is_active", "position"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "text":
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "is_required":
            field.help_text = _("Clients cannot book without it; staff can book for them.")
        if db_field.name == "position":
            field.help_text = _("The lowest number comes first.")
        return field

    def stays_without(self, objs):
        agreed = Booking.objects.exclude(agreed=[]).values_list("agreed", flat=True)
        gone = {consent.pk for consent in objs}
        number = sum(any(row["consent"] in gone for row in rows) for rows in agreed)
        return {str(_("Bookings that keep what was agreed to")): number} if number else {}

    @display(description=gettext_lazy("must be ticked"), boolean=True, ordering="is_required")
    def must_be_ticked(self, consent: Consent) -> bool:
        return consent.is_required

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("booking.view_company") or self._may(request)

    def has_add_permission(self, request):
        return self._may(request)

    def has_change_permission(self, request, obj=None):
        return self._may(request)

    def has_delete_permission(self, request, obj=None):
        return self._may(request)

    def _may(self, request) -> bool:
        return request.user.has_perm("booking.change_company")
