"""What stands in the editor of words beside the words."""

from django import template
from django.template import Context
from django.urls import reverse
from django.utils import timezone

from booking.models import Company
from notifications.kinds import Channel
from notifications.segments import BASIC, EXTENSION, GSM_7, MOST_EXAMPLES, ROOM, UCS_2
from notifications.variables import samples_for
from web.desk.trying import TrialForm

register = template.Library()


@register.inclusion_tag("desk/messages/_trial.html", takes_context=True)
def trial(context: Context) -> dict[str, object]:
    """Preview and test of the words in the form; needs request, spec and language."""
    spec, place = context["spec"], [context["spec"].slug, context["language"]]
    form = TrialForm(spec=spec, user=context["request"].user)
    form.offer_bookings(timezone.now())
    return {
        "form": form,
        "preview_url": reverse("desk:message-preview", args=place),
        "test_url": reverse("desk:message-test", args=place),
    }


@register.inclusion_tag("desk/messages/_count.html", takes_context=True)
def sms_count(context: Context) -> dict[str, object]:
    """How many SMS the text is with samples in it, counted as it is typed."""
    spec, company = context["spec"], Company.objects.current()
    samples = samples_for(spec.audience, Channel.SMS, context["language"], company)
    return {"rules": rules_with({name: value.text for name, value in samples.items()})}


def rules_with(samples: dict[str, str]) -> dict[str, object]:
    """The rules of ``notifications.segments``, as the browser is told of them."""
    return {
        "basic": BASIC,
        "extension": EXTENSION,
        "room": {"plain": ROOM[GSM_7], "unicode": ROOM[UCS_2]},
        "examples": MOST_EXAMPLES,
        "samples": samples,
    }
