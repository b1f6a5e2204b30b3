"""Trying words that are not saved: what they become, and a test to whoever writes them."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from phonenumber_field.formfields import PhoneNumberField
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from booking.models import Booking, Provider, User
from notifications import actions
from notifications.channels import is_caught
from notifications.errors import NotificationError, TemplateRefused
from notifications.kinds import Channel, MessageSpec
from notifications.models import Message
from notifications.segments import count
from web.desk.access import CHANGE_TEMPLATES, SEE_BOOKINGS, staff_page, visible_bookings
from web.desk.message_settings import spec_or_404
from web.desk.messages import SEE_LINKS
from web.desk.moments import describe
from web.desk.pages import desk_page
from web.desk.template_editor import TemplateForm

NEXT_SHOWN, LAST_SHOWN = 5, 3
_IN_EDITOR = {"form": "template"}


class TrialForm(forms.Form):
    """What to tell about, and where an SMS goes for who has no number here."""

    booking = forms.CharField(
        label=_("Booking"),
        required=False,
        widget=UnfoldAdminSelectWidget(attrs=_IN_EDITOR),
    )
    phone = PhoneNumberField(
        label=_("Your phone, for the test"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={**_IN_EDITOR, "type": "tel"}),
    )

    def __init__(self, *arguments, spec: MessageSpec, user: User, **options):
        super().__init__(*arguments, **options)
        self.spec, self.user = spec, user
        if spec.channel == Channel.EMAIL or self._own_phone:
            del self.fields["phone"]

    def offer_bookings(self, now: datetime) -> None:
        """Let one be chosen of the next few bookings and the last that ``user`` may see."""
        self.fields["booking"].widget.choices = [
            ("", _("Sample booking")),
            *(
                (b.code, f"{b.code}: {b.session.service}, {describe(b.session)}")
                for b in self._near(now)
            ),
        ]

    def _near(self, now: datetime) -> list[Booking]:
        found = self._visible()
        to_come = found.filter(session__starts_at__gte=now).order_by("session__starts_at", "pk")
        over = found.filter(session__starts_at__lt=now).order_by("-session__starts_at", "-pk")
        return [*to_come[:NEXT_SHOWN], *over[:LAST_SHOWN]]

    def _visible(self):
        found = visible_bookings(self.user).with_people()
        return found if self.user.has_perm(SEE_BOOKINGS) else found.none()

    def clean_booking(self) -> Booking | None:
        code = self.cleaned_data["booking"]
        found = self._visible().filter(code=code).first()
        if code and found is None:
            raise ValidationError(_("There is no such booking."))
        return found

    @property
    def address(self) -> str:
        """Where a test goes, "" where that is not known; of a valid or an unbound form."""
        if self.spec.channel == Channel.EMAIL:
            return self.user.email
        typed = self.cleaned_data.get("phone") if self.is_bound else None
        return self._own_phone or (typed.as_e164 if typed else "")

    @cached_property
    def _own_phone(self) -> str:
        mine = Provider.objects.filter(user=self.user).first()
        return mine.phone.as_e164 if mine and mine.phone and mine.phone.is_valid() else ""


@require_POST
@staff_page(CHANGE_TEMPLATES)
def preview(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Show what the words in the form become; nothing is stored."""
    return _tried(request, spec_or_404(slug, language), language, is_test=False)


@require_POST
@staff_page(CHANGE_TEMPLATES)
def send_test(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Send the words in the form to whoever asks; they are not saved."""
    return _tried(request, spec_or_404(slug, language), language, is_test=True)


def _tried(
    request: HttpRequest, spec: MessageSpec, language: str, *, is_test: bool
) -> HttpResponse:
    words = TemplateForm(request.POST, spec=spec)
    wish = TrialForm(request.POST, spec=spec, user=request.user)
    message, refusal = None, ""
    if words.is_valid() & wish.is_valid() and is_test and not wish.address:
        wish.add_error("phone", _("Write your phone number."))
    elif words.is_valid() and wish.is_valid():
        try:
            message = _tried_words(request, words, wish, language, is_test=is_test)
        except TemplateRefused as error:
            words.note(error)
        except NotificationError as error:
            refusal = str(error)
    return _answer(
        request,
        200 if message else 422,
        spec=spec,
        message=message,
        is_test=is_test,
        refusal=refusal,
        faulty=[field for form in (words, wish) for field in form if field.errors],
        count=count(message.body_text) if message and spec.channel == Channel.SMS else None,
        is_caught=is_caught(spec.channel),
    )


def _tried_words(
    request: HttpRequest, words: TemplateForm, wish: TrialForm, language: str, *, is_test: bool
) -> Message:
    trial = actions.Trial(
        spec=wish.spec,
        language=language,
        words=words.words,
        booking=wish.cleaned_data["booking"],
        shows_links=request.user.has_perm(SEE_LINKS),
    )
    if not is_test:
        return actions.preview(trial)
    return actions.send_test(trial, to_address=wish.address, actor=request.user, now=timezone.now())


def _answer(request: HttpRequest, status: int, **context: object) -> HttpResponse:
    """The part that the editor shows below the words, or a page of its own."""
    if "fragment" in request.POST:
        return render(request, "desk/messages/_tried.html", context, status=status)
    title = _("Test") if context["is_test"] else _("Preview")
    return desk_page(request, "desk/messages/tried.html", title=title, status=status, **context)
