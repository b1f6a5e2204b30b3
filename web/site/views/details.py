"""Who books: the form, the booking, and what to do when somebody was faster."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import actions, availability, features
from booking.actions.asking import asked_of
from booking.availability import OfferedSlot
from booking.errors import (
    BookingError,
    KeyReused,
    NotBookable,
    SessionFull,
    SessionMoved,
    SlotNotOffered,
    SlotTaken,
    TooManyUnproved,
    WrongAnswer,
)
from booking.features import WAITING_LIST
from booking.models import Booking, Company, Provider, Service, Session
from booking.slots import Refusal
from booking.zones import is_zone
from web.booking_wishes import book_or_hold
from web.offers import offered_service_or_404
from web.site.accounts import adopt_clients
from web.site.addresses import address
from web.site.forms import ChosenTime, DetailsForm, new_form_key
from web.site.limits import limited
from web.site.nearby import alternatives_to
from web.site.zones import zone_of

_REFUSALS = (SlotTaken, SlotNotOffered, SessionFull, SessionMoved, NotBookable, TooManyUnproved)


@dataclass(frozen=True)
class Choice:
    """What the pages before led to: a start, or a session of a class, of one service.

    ``places_left`` are those that can be booked: none in a session no longer offered.
    """

    service: Service
    starts_at: datetime | None
    session: Session | None
    provider: Provider | None
    provider_id: int | None = None
    places_left: int = 1

    @property
    def is_made(self) -> bool:
        return self.session is not None if self.service.is_class else self.starts_at is not None


@limited
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask who books; a POST books and leads to the booking's own page.

    Answers 409 with the nearest free times when the time is not free (any more), 422
    when the form is at fault.
    """
    service = offered_service_or_404(slug)
    company = Company.objects.current()
    choice = _choice(company, service, request.POST if request.method == "POST" else request.GET)
    if request.method == "POST":
        return _book(request, company, choice)
    if not choice.is_made:
        return redirect(address(request, "service", service.slug))
    refusal = _refusal(choice, now=timezone.now())
    first_values = {"key": new_form_key(), **known_of(request)}
    form = DetailsForm(initial=first_values, asked=asked_of(service), **_places_of(choice))
    return _page(request, company, choice, form, refusal=refusal)


def _choice(company: Company, service: Service, given) -> Choice:
    """Read the choice; a session or provider that is not the service's is as none.

    ``provider_id`` is what was asked for: who chose a provider that is no longer
    offered must not be given another one without a word.
    """
    chosen = ChosenTime(given)
    chosen.is_valid()
    values = chosen.cleaned_data
    session = None
    if service.is_class and values.get("session"):
        sessions = Session.objects.active().filter(service=service, pk=values["session"])
        session = sessions.select_related("provider", "service").first()
    provider = None
    if values.get("provider"):
        provider = service.providers.active().filter(pk=values["provider"]).first()
    left = places_left(company, session, now=timezone.now()) if session else 1
    return Choice(service, values.get("starts_at"), session, provider, values.get("provider"), left)


def places_left(company: Company, session: Session, *, now: datetime) -> int:
    """As the list of sessions has it."""
    day = session.starts_at.astimezone(company.zone).date()
    found = availability.slots_for(session.service, first_day=day, last_day=day, now=now)
    return next((slot.seats_left for slot in found if slot.session_id == session.pk), 0)


def _places_of(choice: Choice) -> dict[str, int]:
    """Whether the form asks for places, and how many it takes."""
    capacity = choice.session.capacity if choice.session else 1
    return {"capacity": capacity, "places_left": choice.places_left}


def known_of(request: HttpRequest) -> dict[str, str]:
    """What need not be typed: the chosen zone, and who a signed-in client is."""
    values = {"zone": request.GET.get("zone", "")}
    if request.user.is_authenticated and not request.user.is_staff:
        values.update(name=request.user.name, email=request.user.email)
        numbers = request.user.clients.exclude(phone="").order_by("-pk")
        values["phone"] = str(numbers.values_list("phone", flat=True).first() or "")
    return values


def _refusal(choice: Choice, *, now: datetime) -> BookingError | None:
    """Why the choice cannot be had, before anybody fills in a form for it."""
    if choice.session is not None:
        reason = availability.why_not_session(choice.session, now=now)
        if reason is not None:
            return SlotNotOffered(reason)
        return None if choice.places_left else SessionFull()
    if choice.service.is_class or choice.starts_at is None:
        return None
    providers = [choice.provider] if choice.provider else choice.service.providers.active()
    found = availability.refusals_at(choice.service, providers, choice.starts_at, now=now)
    reasons = [reason for reason in found.values() if reason is not None]
    if len(reasons) < len(found):
        return None
    if not reasons:
        return NotBookable()
    return SlotTaken() if Refusal.BUSY in reasons else SlotNotOffered(reasons[0])


def _book(request: HttpRequest, company: Company, choice: Choice) -> HttpResponse:
    asked = asked_of(choice.service)
    form = DetailsForm(request.POST, asked=asked, **_places_of(choice))
    if not form.is_valid():
        return _page(request, company, choice, form, status=422)
    if not choice.is_made:
        return _page(
            request, company, choice, form, refusal=NotBookable(_("Please choose a time."))
        )
    try:
        booking = _booked(request, company, choice, form.cleaned_data)
    except _REFUSALS as refusal:
        return _page(request, company, choice, form, refusal=refusal)
    except (KeyReused, WrongAnswer) as refusal:
        # Gone back after booking, and written other details; or asked otherwise meanwhile.
        form.add_error("key", str(refusal))
        return _page(request, company, choice, form, status=409)
    adopt_own(request)
    response = redirect(address(request, "booking", booking.manage_token))
    response.status_code = 303
    return response


def _booked(request: HttpRequest, company: Company, choice: Choice, given: dict) -> Booking:
    return book_or_hold(
        request,
        service_id=choice.service.pk,
        client=client_in_form(request, given, company),
        now=timezone.now(),
        starts_at=choice.starts_at,
        provider_id=choice.provider_id,
        session_id=choice.session.pk if choice.session else None,
        places=given.get("places") or 1,
        note=given["note"],
        answers=given["answers"],
        agreed_to=given["agreed_to"],
        source=Booking.SITE,
        idempotency_key=f"site:{given['key']}",
    )


def client_in_form(request: HttpRequest, given: dict, company: Company) -> actions.ClientDetails:
    """Who filled in a form, in the zone and language they read it in."""
    return actions.ClientDetails(
        name=given["name"],
        email=given["email"],
        phone=str(given["phone"] or ""),
        timezone=zone_in_form(request, given["zone"], company).key,
        language=get_language() or "",
    )


def adopt_own(request: HttpRequest) -> None:
    """Give what was just written to the signed-in client whose address it bears."""
    if request.user.is_authenticated and not request.user.is_staff:
        adopt_clients(request.user)


def zone_in_form(request: HttpRequest, name: str, company: Company) -> ZoneInfo:
    """The zone a form was shown in, else the visitor's."""
    return ZoneInfo(name) if name and is_zone(name) else zone_of(request, company.zone)


def _page(
    request: HttpRequest,
    company: Company,
    choice: Choice,
    form: DetailsForm,
    *,
    refusal: BookingError | None = None,
    status: int = 200,
) -> HttpResponse:
    starts_at = choice.session.starts_at if choice.session else choice.starts_at
    zone = zone_in_form(request, request.POST.get("zone", ""), company)
    form.focus_first_error()
    context = {
        "company": company,
        "service": choice.service,
        "choice": choice,
        "zone": zone,
        "day": _day_of(choice, zone),
        "starts_at": starts_at,
        "ends_at": starts_at and _end_of(choice, starts_at),
        "form": form,
        "form_key": new_form_key() if "key" in form.errors else form["key"].value(),
        "refusal": refusal,
        "may_wait": isinstance(refusal, SessionFull) and features.is_on(WAITING_LIST),
        "alternatives": _alternatives(choice, starts_at, form, refusal) if refusal else [],
    }
    return render(request, "site/details.html", context, status=409 if refusal else status)


def _day_of(choice: Choice, zone: ZoneInfo) -> str | None:
    """The day to which whoever chooses another time goes back; sessions are not shown by day."""
    if choice.starts_at is None or choice.service.is_class:
        return None
    return choice.starts_at.astimezone(zone).date().isoformat()


def _end_of(choice: Choice, starts_at: datetime) -> datetime:
    return choice.session.ends_at if choice.session else starts_at + choice.service.duration


def _alternatives(
    choice: Choice, wanted: datetime | None, form: DetailsForm, refusal: BookingError
) -> list[OfferedSlot]:
    now = timezone.now()
    asked = getattr(form, "cleaned_data", {})
    return alternatives_to(
        refusal,
        choice.service,
        wanted or now,
        now=now,
        places=asked.get("places") or 1,
        providers=[choice.provider] if choice.provider else None,
    )
