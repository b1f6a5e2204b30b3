"""Settings of *Online video meetings*: Zoom, Providers for meetings, Services for meetings."""

from collections import Counter
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from booking import features
from booking.models import Provider, Service
from web.desk.access import CONNECT_ZOOM, staff_page
from web.desk.admin.reviews import review_after_commit
from web.desk.connection_card import ConnectionCard
from web.desk.meeting_facts import sessions_without_user, suggested_users
from web.desk.meeting_forms import ProviderForm
from web.desk.navigation import ONLINE_MEETINGS
from web.desk.pages import desk_page
from zoomlink.actions import choose_meeting, collisions, meetings_to_come, refresh_users
from zoomlink.client import ZoomError, ZoomUnavailable
from zoomlink.errors import ChoiceRefused, ZoomlinkError
from zoomlink.models import ProviderMeeting, ZoomConnection, ZoomUser

TITLE = gettext_lazy("Online video meetings")


def of_the_feature(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let only those who may connect Zoom in; answer 404 while the feature is off."""

    @wraps(view)
    def shown_while_on(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not features.is_on(ONLINE_MEETINGS):
            raise Http404
        return view(request, *args, **kwargs)

    return staff_page(CONNECT_ZOOM)(shown_while_on)


@of_the_feature
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    connection = ZoomConnection.objects.current()
    return _page(request, connection, _provider_forms(connection))


def _page(
    request: HttpRequest, connection: ZoomConnection | None, forms: list[ProviderForm]
) -> HttpResponse:
    _point_out(forms)
    return desk_page(
        request,
        "desk/online_meetings.html",
        title=TITLE,
        connection=connection,
        card=ConnectionCard.of(connection, now=timezone.now()),
        forms=forms,
        asks_anew=connection is not None and any(form.needs_user for form in forms),
        services=_services(),
    )


def _point_out(forms: list[ProviderForm]) -> None:
    """Find out what collides and who is missing; nothing is asked where that cannot be."""
    used = Counter(form.zoom_user_id for form in forms if form.zoom_user_id)
    now = timezone.now()
    colliding = collisions(now) if any(times > 1 for times in used.values()) else {}
    without = sessions_without_user(now) if any(f.user_is_missing for f in forms) else {}
    for form in forms:
        form.shares_user = used[form.zoom_user_id] > 1
        form.collision = colliding.get(form.zoom_user_id) if form.shares_user else None
        form.sessions_without_user = without.get(form.provider.pk, 0)


def _services():
    services = Service.objects.active().in_order()
    return services if features.is_on("classes") else services.exclude(kind=Service.CLASS)


def _provider_forms(connection: ZoomConnection | None, posted=None) -> list[ProviderForm]:
    users = _users_of(connection)
    choices = ProviderMeeting.objects.select_related("zoom_user").in_bulk(field_name="provider_id")
    providers = list(Provider.objects.active().select_related("user").in_order())
    suggested = suggested_users(providers, users)
    return [
        ProviderForm(
            posted,
            provider=provider,
            choice=choices.get(provider.pk) or ProviderMeeting(provider=provider),
            users=users,
            suggested=suggested.get(provider.pk),
            is_connected=connection is not None and connection.is_connected,
        )
        for provider in providers
    ]


def _users_of(connection: ZoomConnection | None) -> list[ZoomUser]:
    return list(connection.users.order_by("name", "email")) if connection else []


@of_the_feature
@require_POST
def save_providers(request: HttpRequest) -> HttpResponse:
    """Keep the choices that changed; a refused one is shown with its reason, unsaved."""
    connection = ZoomConnection.objects.current()
    forms = _provider_forms(connection, request.POST)
    for form in forms:
        if form.is_touched and form.is_valid():
            _save(request, form)
    review_after_commit()
    if any(form.is_touched and form.errors for form in forms):
        return _page(request, connection, forms)
    messages.success(request, _("Providers for meetings are saved."))
    return redirect("desk:online-meetings")


def _save(request: HttpRequest, form: ProviderForm) -> None:
    chosen = form.cleaned_data
    try:
        choose_meeting(
            provider_id=form.provider.pk,
            engine=chosen["engine"],
            zoom_user_id=int(chosen["zoom_user"]) if chosen["zoom_user"] else None,
            own_link=chosen["own_link"],
            now=timezone.now(),
            actor=request.user,
        )
    except ChoiceRefused as refusal:
        form.add_error(refusal.field, str(refusal))


@of_the_feature
@require_POST
def save_services(request: HttpRequest) -> HttpResponse:
    """Switch the services that stood on the page; others are left as they are."""
    shown = _services().filter(pk__in=_ids(request, "shown"))
    chosen = _ids(request, "service")
    shown.filter(pk__in=chosen, is_online_meeting=False).update(is_online_meeting=True)
    shown.exclude(pk__in=chosen).filter(is_online_meeting=True).update(is_online_meeting=False)
    review_after_commit()
    messages.success(request, _("Services for meetings are saved."))
    return redirect("desk:online-meetings")


def _ids(request: HttpRequest, name: str) -> set[int]:
    return {int(pk) for pk in request.POST.getlist(name) if pk.isdecimal() and len(pk) < 16}


@of_the_feature
@require_POST
def refresh(request: HttpRequest) -> HttpResponse:
    """Ask Zoom for the account's users anew."""
    try:
        refresh_users(now=timezone.now())
    except ZoomUnavailable:
        text = _("Zoom does not answer at present. Nothing was changed; please try again later.")
        messages.error(request, text)
    except (ZoomlinkError, ZoomError) as error:
        messages.error(request, str(error))
    else:
        review_after_commit()
        messages.success(request, _("The list of Zoom users is up to date."))
    return redirect("desk:online-meetings")


@of_the_feature
@require_safe
def logout(request: HttpRequest) -> HttpResponse:
    """Ask whether Logout is meant, and say what it does."""
    connection = ZoomConnection.objects.current()
    if connection is None or connection.is_leaving:
        return redirect("desk:online-meetings")
    return desk_page(
        request,
        "desk/logout.html",
        title=_("Log out of Zoom"),
        connection=connection,
        coming=meetings_to_come(connection, now=timezone.now()).count(),
    )
