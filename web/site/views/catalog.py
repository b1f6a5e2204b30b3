"""What can be booked, with whom, and when."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from booking import features
from booking.availability import OfferedSlot
from booking.features import WAITING_LIST
from booking.models import Category, Company, Provider, Service
from web.offers import offered_service_or_404, offered_services
from web.site import picker, whom
from web.site.addresses import address
from web.site.opening import opening_hours
from web.site.zones import zone_of


@dataclass(frozen=True)
class Shelf:
    """The services of one category; those without one stand under no name."""

    category: Category | None
    services: list[Service]


def home(request: HttpRequest) -> HttpResponse:
    """The company: what can be booked, category by category, with whom, and when it is open."""
    company = Company.objects.current()
    listed = list(offered_services().listed().select_related("category").in_order())
    context = {
        "company": company,
        "shelves": shelves_of(listed),
        "team": Provider.objects.active().offering(listed).in_order(),
        "hours": opening_hours(company, now=timezone.now()),
        "is_front": True,
    }
    return render(request, "site/home.html", context)


def provider(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody and what can be booked with them. Raises Http404 where that is nothing."""
    who = get_object_or_404(Provider.objects.active(), pk=pk)
    offered = list(offered_services().listed().filter(providers=who).in_order())
    if not offered:
        raise Http404
    context = {"company": Company.objects.current(), "provider": who, "services": offered}
    return render(request, "site/provider.html", context)


def shelves_of(services: Iterable[Service]) -> list[Shelf]:
    """Group services, which keep their order; those without a category come last."""
    found: dict[Category | None, list[Service]] = {}
    for each in services:
        found.setdefault(each.category, []).append(each)
    loose = found.pop(None, [])
    shelves = [Shelf(category, found[category]) for category in sorted(found, key=_place)]
    return [*shelves, Shelf(None, loose)] if loose else shelves


def _place(category: Category) -> tuple[int, str, int]:
    return category.position, category.name, category.pk


def service(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a provider, a day and a time of one service, or a session of a class."""
    chosen = offered_service_or_404(slug)
    company = Company.objects.current()
    providers = list(chosen.providers.active().in_order())
    wanted = _wanted_provider(request, providers)
    search = picker.Search(
        service=chosen,
        providers=[wanted] if wanted else providers,
        company=company,
        zone=zone_of(request, company.zone),
        now=timezone.now(),
        carried=picker.carried_by(request.GET),
        lead_to=lambda slot: _address_behind(request, slug, slot),
        others=[one for one in providers if one != wanted] if wanted else [],
    )
    context = {
        "company": company,
        "service": chosen,
        "providers": providers,
        "chosen_provider": wanted,
        "choices": whom.choices(providers, wanted, request.GET),
        "zone": search.zone,
        "carried": search.carried,
    }
    if chosen.is_class:
        context["sessions"] = picker.coming_sessions(search, full_too=features.is_on(WAITING_LIST))
        return render(request, "site/class.html", context)
    return render(
        request, "site/service.html", {**context, "picker": picker.pick(search, request.GET)}
    )


def _wanted_provider(request: HttpRequest, providers: list[Provider]) -> Provider | None:
    """The provider named in the query, when it is one of these; None for any."""
    wanted = request.GET.get("provider", "")
    return next((one for one in providers if str(one.pk) == wanted), None)


def _address_behind(request: HttpRequest, slug: str, slot: OfferedSlot) -> str:
    """Where a time leads: to the form that books it, or to the waiting list of a full session."""
    query = picker.carried_by(request.GET)
    if not slot.seats_left:
        return address(request, "join-waiting-list", slug, slot.session_id, **query)
    if slot.session_id is None:
        query["starts_at"] = slot.starts_at.strftime("%Y-%m-%dT%H:%MZ")
    else:
        query["session"] = str(slot.session_id)
    return address(request, "details", slug, **query)
