"""What a new company has to do before the first client can book, and whether it is done."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking import features
from booking.models import Booking, Company, Provider, Service, User, WorkingHours
from web.desk.access import CHANGE_TEMPLATES
from web.desk.navigation import ONLINE_MEETINGS

CHANGE_COMPANY = "booking.change_company"
_Text = str | Promise


@dataclass(frozen=True)
class Step:
    """``permission`` is needed to take the step; who lacks it is not shown it."""

    title: _Text
    why: _Text
    button: _Text
    url: str
    is_done: bool
    permission: str
    is_optional: bool = False


@dataclass(frozen=True)
class Progress:
    """The steps that somebody can take, and how far the company has come."""

    steps: list[Step]

    @property
    def needed(self) -> list[Step]:
        return [step for step in self.steps if not step.is_optional]

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.needed)

    @property
    def next(self) -> Step | None:
        return next((step for step in self.needed if not step.is_done), None)


@dataclass(frozen=True)
class _Known:
    """What one look at the database tells."""

    has_hours: bool
    has_provider: bool
    has_service: bool
    has_booking: bool
    has_colleague: bool


def _ask(user: User) -> _Known:
    """Ask everything in one query."""
    colleagues = User.objects.filter(~Q(pk=user.pk), is_staff=True, is_active=True)
    offered = Service.objects.active().filter(providers__is_active=True)
    questions = {
        "has_hours": Exists(WorkingHours.objects.filter(provider=None)),
        "has_provider": Exists(Provider.objects.active()),
        "has_service": Exists(offered),
        "has_booking": Exists(Booking.objects.all()),
        "has_colleague": Exists(colleagues),
    }
    return _Known(**User.objects.filter(pk=user.pk).values(**questions).get())


def progress_of(user: User) -> Progress:
    """Look how far the company is, for ``user``."""
    known = _ask(user)
    steps = [*_company(known), *_catalogue(known), *_reaching(known), *_optional(known)]
    return Progress([step for step in steps if user.has_perm(step.permission)])


def _company(known: _Known) -> list[Step]:
    company = Company.objects.current()
    is_named = company.name != Company._meta.get_field("name").get_default()
    return [
        Step(
            _("Say who you are"),
            _("Your name and address stand on the booking page and in every message; clients "
              "answer to your e-mail. All times are shown in your time zone."),
            _("Name and contact"),
            reverse("desk:company"),
            is_named and bool(company.email),
            CHANGE_COMPANY,
        ),
        Step(
            _("Enter the opening hours"),
            _("Outside them nothing is offered. Without any, no client finds a free time."),
            _("Opening hours"),
            reverse("desk:hours"),
            known.has_hours,
            "booking.change_workinghours",
        ),
    ]  # fmt: skip


def _catalogue(known: _Known) -> list[Step]:
    return [
        Step(
            _("Add the first provider"),
            _("Somebody who meets clients; it may be you. A provider works the opening hours "
              "until own hours are entered."),
            _("Add a provider"),
            reverse("admin:booking_provider_add"),
            known.has_provider,
            "booking.add_provider",
        ),
        Step(
            _("Add the first service"),
            _("What clients book, how long it takes, and who gives it: tick at least one "
              "provider."),
            _("Add a service"),
            reverse("admin:booking_service_add"),
            known.has_service,
            "booking.add_service",
        ),
    ]  # fmt: skip


def _reaching(known: _Known) -> list[Step]:
    return [
        Step(
            _("Let mail go out"),
            _("Clients are sent confirmations, reminders and the code to sign in. Whoever runs "
              "the server sets EMAIL_URL; then send yourself a test of any message."),
            _("Email and SMS settings"),
            reverse("desk:message-settings"),
            bool(settings.EMAIL_URL),
            CHANGE_TEMPLATES,
        ),
        Step(
            _("Make a first booking"),
            _("Book on your own page as a client would, look for it in the calendar, then "
              "cancel it."),
            _("Open the booking page"),
            reverse("site:home"),
            known.has_booking,
            CHANGE_COMPANY,
        ),
    ]  # fmt: skip


def _optional(known: _Known) -> list[Step]:
    return [
        Step(
            _("Invite your colleagues"),
            _("Each signs in with an address of their own, and sees what their role allows."),
            _("Users"),
            reverse("admin:booking_user_changelist"),
            known.has_colleague,
            "booking.add_user",
            is_optional=True,
        ),
        Step(
            _("Meet clients on Zoom"),
            _("Enable Online video meetings under Custom Features, then press Authorize in its "
              "settings."),
            _("Custom Features"),
            reverse("desk:features"),
            features.is_on(ONLINE_MEETINGS),
            "booking.change_feature",
            is_optional=True,
        ),
    ]  # fmt: skip
