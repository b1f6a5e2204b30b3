"""Custom Features: what can be switched on, as cards."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from booking import features
from booking.actions import set_feature
from booking.errors import FeatureRefused
from web.desk.access import staff_page
from web.desk.pages import desk_page


@require_GET
@staff_page("booking.view_feature")
def overview(request: HttpRequest) -> HttpResponse:
    cards = [_card(spec) for spec in features.all_specs()]
    return desk_page(
        request, "desk/features.html", title=gettext_lazy("Custom Features"), cards=cards
    )


def _card(spec: features.FeatureSpec) -> dict[str, object]:
    """One feature, with what stands in the way of switching it, if anything does."""
    others = [other for other in features.all_specs() if features.is_on(other.key)]
    return {
        "spec": spec,
        "is_on": features.is_on(spec.key),
        "needs": [features.spec_of(key).name for key in spec.requires if not features.is_on(key)],
        "clashes": [
            other.name
            for other in others
            if other.key in spec.conflicts or spec.key in other.conflicts
        ],
        "needed_by": [other.name for other in others if spec.key in other.requires],
    }


@require_POST
@staff_page("booking.change_feature")
def switch(request: HttpRequest, key: str) -> HttpResponse:
    """Enable or disable one feature, as the field ``on`` says."""
    on = request.POST.get("on") == "1"
    try:
        set_feature(key=key, on=on, now=timezone.now(), actor=request.user)
    except KeyError:
        raise Http404 from None
    except FeatureRefused as refusal:
        messages.error(request, str(refusal))
    else:
        text = _("%(feature)s is enabled.") if on else _("%(feature)s is disabled.")
        messages.success(request, text % {"feature": features.spec_of(key).name})
    return redirect("desk:features")
