"""Who may open which page of the staff side, and which bookings they find there."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from booking.models import Booking, Client, Provider, Session, User
from notifications.models import Message, MessageQuerySet

View = Callable[..., HttpResponse]

SEE_BOOKINGS = "booking.view_booking"
SEE_ALL_BOOKINGS = "booking.see_all_bookings"
ADD_BOOKINGS = "booking.add_booking"
CHANGE_BOOKINGS = "booking.change_booking"
LABEL_BOOKINGS = "booking.label_booking"
# A file of clients leaves the house: looking at bookings is not enough for it.
EXPORT_BOOKINGS = "booking.export_bookings"
OVERRIDE_RULES = "booking.override_rules"
CHANGE_COMPANY = "booking.change_company"
CHANGE_TEMPLATES = "notifications.change_messagetemplate"
CONNECT_ZOOM = "zoomlink.manage_online_meetings"
SEE_API_KEYS = "api.view_apikey"
ADD_API_KEYS = "api.add_apikey"
CHANGE_API_KEYS = "api.change_apikey"
SEE_MESSAGES = "notifications.view_message"
SEE_LINKS = "notifications.view_message_links"
MANAGE_WEBHOOKS = "webhooks.change_endpoint"
SEE_CLIENTS = "booking.view_client"
CHANGE_CLIENTS = "booking.change_client"
DELETE_CLIENTS = "booking.delete_client"


def staff_page(permission: str) -> Callable[[View], View]:
    """Let only staff holding ``permission`` in.

    A stranger is sent to the sign-in page; whoever is signed in but may not, a client
    among them, gets 403.
    """

    def decorate(view: View) -> View:
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("admin:login"))
            if not (request.user.is_staff and request.user.has_perm(permission)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def visible_providers(user: User) -> QuerySet[Provider]:
    """Every provider, or only oneself for those who may not see all bookings."""
    if user.has_perm(SEE_ALL_BOOKINGS):
        return Provider.objects.all()
    return Provider.objects.filter(user=user)


def visible_sessions(user: User) -> QuerySet[Session]:
    if user.has_perm(SEE_ALL_BOOKINGS):
        return Session.objects.all()
    return Session.objects.filter(provider__user=user)


def visible_bookings(user: User) -> QuerySet[Booking]:
    if user.has_perm(SEE_ALL_BOOKINGS):
        return Booking.objects.all()
    return Booking.objects.filter(session__provider__user=user)


def visible_clients(user: User) -> QuerySet[Client]:
    """Every client, or only those in one's own bookings."""
    if user.has_perm(SEE_ALL_BOOKINGS):
        return Client.objects.all()
    return Client.objects.filter(pk__in=visible_bookings(user).values("client"))


def may_merge(user: User) -> bool:
    """Whether somebody may make one of two clients: records go, and all their bookings move."""
    return user.has_perms([CHANGE_CLIENTS, DELETE_CLIENTS, SEE_ALL_BOOKINGS])


def erasable_clients(user: User) -> QuerySet[Client]:
    """Whom somebody may erase: by it all their bookings change, so they must see all of these."""
    if not user.has_perm(DELETE_CLIENTS):
        return Client.objects.none()
    clients = visible_clients(user).filter(erased_at=None)
    if user.has_perm(SEE_ALL_BOOKINGS):
        return clients
    of_others = Booking.objects.exclude(pk__in=visible_bookings(user).values("pk"))
    return clients.exclude(bookings__in=of_others)


def may_manage_webhooks(user: User) -> bool:
    """Whether somebody may have other programs told of bookings: of everybody's, that is."""
    return user.has_perms([MANAGE_WEBHOOKS, SEE_ALL_BOOKINGS])


def waiting_bookings(user: User, now: datetime) -> QuerySet[Booking]:
    """Bookings on show to ``user`` that wait for approval and have not begun."""
    # By way of what is still to come, which is little: the menu counts them on every page.
    return visible_bookings(user).filter(state=Booking.PENDING, session__starts_at__gt=now)


def visible_messages(user: User) -> MessageQuerySet:
    """Every message, or only those about one's own bookings and sessions, and to oneself."""
    rows: MessageQuerySet = Message.objects.all()
    if user.has_perm(SEE_ALL_BOOKINGS):
        return rows
    return rows.filter(
        Q(booking__session__provider__user=user)
        | Q(session__provider__user=user)
        | Q(provider__user=user)
    )
