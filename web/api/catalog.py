"""What can be booked, with whom, and when."""

from django.db.models import Prefetch
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from ninja import Query, Router

from booking import availability, features
from booking.actions.asking import options_of
from booking.models import Company, Consent, Provider, Question, Service
from web.api.answers import slots_out, zone_named
from web.api.problems import Problem
from web.api.schemas import (
    ConsentOut,
    InvalidOut,
    ProblemOut,
    ProviderOut,
    QuestionOut,
    ServiceOut,
    SlotsOut,
    SlotsQuery,
)
from web.offers import offered_service, offered_services
from zoomlink.actions import FEATURE

router = Router(tags=["Catalogue"])


@router.get(
    "/services",
    response={200: list[ServiceOut], 500: ProblemOut},
    operation_id="listServices",
    summary="What can be booked",
)
def list_services(request: HttpRequest):
    """Services shown on the booking site. Those reached only by their link are not listed."""
    providers = Prefetch("providers", Provider.objects.active().in_order())
    questions = Prefetch("questions", Question.objects.asked())
    services = offered_services().listed().in_order().prefetch_related(providers, questions)
    is_online = features.is_on(FEATURE)
    return [_service_out(service, is_online) for service in services]


def _service_out(service: Service, is_online: bool) -> ServiceOut:
    return ServiceOut(
        id=service.pk,
        slug=service.slug,
        name=service.name,
        kind=service.kind,
        duration_minutes=service.duration_minutes,
        capacity=service.capacity if service.is_class else 1,
        is_online_meeting=is_online and service.is_online_meeting,
        providers=[provider.pk for provider in service.providers.all()],
        questions=[_question_out(question) for question in service.questions.all()],
    )


def _question_out(question: Question) -> QuestionOut:
    return QuestionOut(
        id=question.pk,
        label=question.label,
        kind=question.kind,
        options=list(options_of(question)),
        is_required=question.is_required,
    )


@router.get(
    "/consents",
    response={200: list[ConsentOut], 500: ProblemOut},
    operation_id="listConsents",
    summary="What whoever books agrees to",
)
def list_consents(request: HttpRequest):
    """Boxes to tick, whatever is booked; of the required ones each must be agreed to."""
    return [
        ConsentOut(id=one.pk, text=one.text, is_required=one.is_required)
        for one in Consent.objects.asked()
    ]


@router.get(
    "/providers",
    response={200: list[ProviderOut], 500: ProblemOut},
    operation_id="listProviders",
    summary="Who can be booked",
)
def list_providers(request: HttpRequest):
    """Providers of the listed services; ``timezone`` is where they are."""
    company = Company.objects.current()
    offering = Provider.objects.active().filter(services__in=offered_services().listed())
    return [
        ProviderOut(id=one.pk, name=one.name, timezone=one.timezone or company.timezone)
        for one in offering.distinct().in_order()
    ]


@router.get(
    "/slots",
    response={200: SlotsOut, 422: InvalidOut, 500: ProblemOut},
    operation_id="listSlots",
    summary="When a service is free",
)
def list_slots(request: HttpRequest, wanted: Query[SlotsQuery]):
    """Free times on the dates from first to last, at most 62 of them, soonest first.

    Dates are the company's. There is one entry for each start, and for each session of a
    class; a service that is not listed can be asked for by its id.
    """
    service = offered_service(wanted.service)
    if service is None:
        raise Problem.at_field("service", "unknown", "There is no such service.")
    zone = zone_named(wanted.timezone)
    slots = availability.slots_for(
        service,
        first_day=wanted.first_day,
        last_day=wanted.last_day,
        now=timezone.now(),
        providers=_wanted_provider(service, wanted.provider),
    )
    return JsonResponse({"timezone": zone.key, "slots": slots_out(slots, zone)})


def _wanted_provider(service: Service, provider_id: int | None) -> list[Provider] | None:
    if provider_id is None:
        return None
    found = service.providers.active().filter(pk=provider_id).only("timezone", "daily_maximum")
    if not found:
        raise Problem.at_field("provider", "unknown", "No such provider offers this service.")
    return list(found)
