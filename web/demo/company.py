"""Filling the demo company, through the same actions that people use."""

from datetime import date, datetime, time, timedelta
from itertools import product

from django.contrib.auth.models import Group
from django.utils import timezone

from booking import actions, availability
from booking.backends import DEMO_PASSWORD
from booking.models import (
    Category,
    Company,
    Label,
    Provider,
    Question,
    Service,
    User,
    WorkingHours,
)
from notifications.actions import insert_meeting_links

LOGINS = {
    "owner@demo.example": ("owner", "Oksana Melnyk"),
    "admin@demo.example": ("administrator", "Andrii Savchenko"),
    "olena@demo.example": ("junior", "Olena Koval"),
    "taras@demo.example": ("junior", "Taras Bondar"),
    "viewer@demo.example": ("viewer", "Vira Lysenko"),
}
CLIENT_EMAIL = "client@demo.example"

_DESCRIPTION = """\
Consultations and classes, in person and online.

We are two psychologists in the middle of Kyiv. Choose a service, or one of us, and take a time \
that suits you: no call is needed."""

_BOOKED_TEXT = """\
The entrance is in the yard, second door on the left; ring at “Demo Studio”.

Please come five minutes early, and bring comfortable clothes for the class."""

_TERMS = """\
Please tell us in good time when you cannot come: somebody else may be waiting for the hour.

Whoever comes late has what is left of the time. What we talk about stays between us.

We keep your name and address to arrange your bookings and to write to you about them, and give \
them to nobody else."""

_ABOUT = {
    "olena@demo.example": "Works with adults and couples, in Ukrainian and English.",
    "taras@demo.example": "Helps with stress and sleep, and teaches yoga before work.",
}

_TALKS, _CLASSES = "Consultations", "Classes"

_SERVICES: list[dict] = [
    {
        "name": "Consultation",
        "slug": "consultation",
        "category": _TALKS,
        "duration_minutes": 50,
        "buffer_after_minutes": 10,
        "price": 900,
        "colour": "#2f6f9f",
        "description": "A first talk about what you need, and a plan for the next steps.",
    },
    {
        "name": "Follow-up",
        "slug": "follow-up",
        "category": _TALKS,
        "duration_minutes": 25,
        "buffer_after_minutes": 5,
        "price": 500,
        "colour": "#7a4f9f",
        "description": "How it went, and what to do next.",
    },
    {
        "name": "Quick call",
        "slug": "quick-call",
        "category": _TALKS,
        "duration_minutes": 5,
        "grid_minutes": 1,
        "notice_minutes": 0,
        "ignores_hours": True,
        "colour": "#b45309",
        "description": "Five minutes, at any minute of the day or night.",
    },
    {
        "name": "Supervision",
        "slug": "supervision",
        "category": _TALKS,
        "duration_minutes": 90,
        "daily_maximum": 2,
        "needs_approval": True,
        "price": 1500,
        "colour": "#9f3f6f",
        "description": "For colleagues. Tell us what it is about: we look at each request.",
    },
    {
        "name": "Morning yoga",
        "slug": "morning-yoga",
        "category": _CLASSES,
        "kind": Service.CLASS,
        "capacity": 8,
        "duration_minutes": 60,
        "price": 250,
        "colour": "#2f7f5f",
        "description": "A gentle hour for all levels. Bring a mat and water.",
    },
]

# None that must be answered: programs book here, too.
_QUESTIONS: list[dict] = [
    {
        "service": "consultation",
        "label": "What would you like to talk about?",
        "help_text": "A few words are enough.",
    },
    {
        "service": "morning-yoga",
        "label": "Do you bring your own mat?",
        "kind": Question.CHOICE,
        "options": "I bring my own\nI need one from you",
    },
]

_LABELS = {"Regular": "#2f6f9f", "Paid in cash": "#2f7f5f", "Call back": "#b45309"}

_CLIENTS = ["Iryna Shevchenko", "Maksym Tkachenko", "Sofiia Boiko", "Danylo Kravets"]


def is_filled() -> bool:
    return User.objects.filter(email="owner@demo.example").exists()


def fill(*, now: datetime) -> None:
    """Write people, services, hours and a fortnight of bookings. Times are the company's."""
    Company(
        name="Demo Studio",
        email="studio@demo.example",
        phone="+380442340000",
        address="12 Yaroslaviv Val, Kyiv",
        description=_DESCRIPTION,
        booked_text=_BOOKED_TEXT,
        policy=_TERMS,
        hides_first_steps=True,
    ).save()
    users = _users()
    olena, taras = _provider(users["olena@demo.example"]), _provider(users["taras@demo.example"])
    services = _services(olena, taras)
    for position, (name, colour) in enumerate(_LABELS.items()):
        Label.objects.create(name=name, colour=colour, position=position)
    actions.set_feature(key="classes", on=True, now=now)
    insert_meeting_links()
    _sessions(services["morning-yoga"], taras, now)
    _bookings(services, users["admin@demo.example"], now)
    _request(services["supervision"], now)


def _users() -> dict[str, User]:
    users = {}
    for email, (role, name) in LOGINS.items():
        user = User.objects.create_user(email, DEMO_PASSWORD, name=name, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        users[email] = user
    return users


def _provider(user: User) -> Provider:
    colours = {"olena@demo.example": "#3b6fb6", "taras@demo.example": "#3f8f5f"}
    provider = Provider.objects.create(
        name=user.name,
        user=user,
        email=user.email,
        phone="+380671234567" if user.email.startswith("olena") else "+380501234567",
        description=_ABOUT[user.email],
        colour=colours[user.email],
    )
    stretches = [(time(9), time(13)), (time(14), time(18))]
    WorkingHours.objects.bulk_create(
        WorkingHours(provider=provider, weekday=weekday, starts=starts, ends=ends)
        for weekday, (starts, ends) in product(range(6), stretches)
    )
    return provider


def _services(olena: Provider, taras: Provider) -> dict[str, Service]:
    WorkingHours.objects.bulk_create(
        WorkingHours(weekday=weekday, starts=time(8), ends=time(20)) for weekday in range(7)
    )
    offered_by = {"quick-call": [olena], "morning-yoga": [taras]}
    categories = {
        name: Category.objects.create(name=name, position=position)
        for position, name in enumerate([_TALKS, _CLASSES])
    }
    services = {}
    for position, fields in enumerate(_SERVICES):
        fields = {**fields, "category": categories[fields["category"]]}
        service = Service.objects.create(position=position, **fields)
        service.providers.set(offered_by.get(service.slug, [olena, taras]))
        services[service.slug] = service
    for fields in _QUESTIONS:
        Question.objects.create(**{**fields, "service": services[fields["service"]]})
    return services


def _sessions(yoga: Service, taras: Provider, now: datetime) -> None:
    """Two classes a week, before the working day."""
    days = _days(now, 28)
    rule = actions.SeriesRule(weekdays={1, 3}, starts=time(8), first_on=days[0], last_on=days[-1])
    actions.schedule_series(service_id=yoga.pk, provider_id=taras.pk, rule=rule, now=now)


def _days(now: datetime, count: int) -> list[date]:
    today = timezone.localtime(now, Company.objects.current().zone).date()
    return [today + timedelta(days=ahead) for ahead in range(1, count + 1)]


def _bookings(services: dict[str, Service], admin: User, now: datetime) -> None:
    """A few bookings a day, each at a time that is really free."""
    people = [_details(name) for name in _CLIENTS]
    people.append(actions.ClientDetails(name="Kateryna Demo", email=CLIENT_EMAIL, language="en"))
    turns = product(_days(now, 6), ("consultation", "follow-up"))
    for turn, (day, slug) in enumerate(turns):
        _book_nth(services[slug], day, 3 + turn % 5, people[turn % len(people)], admin, now)


def _request(supervision: Service, now: datetime) -> None:
    """One client who waits for approval."""
    days = _days(now, 10)
    offered = availability.slots_for(supervision, first_day=days[5], last_day=days[-1], now=now)
    if offered:
        actions.book(
            service_id=supervision.pk,
            starts_at=offered[0].starts_at,
            client=_details("Yuliia Marchenko"),
            note="A case I would like to talk through, if there is room.",
            now=now,
        )


def _details(name: str) -> actions.ClientDetails:
    email = f"{name.split()[0].lower()}@client.example"
    return actions.ClientDetails(
        name=name, email=email, phone="+380631112233", timezone="Europe/Kyiv", language="uk"
    )


def _book_nth(
    service: Service,
    day: date,
    nth: int,
    client: actions.ClientDetails,
    admin: User,
    now: datetime,
) -> None:
    offered = availability.slots_for(service, first_day=day, last_day=day, now=now)
    if not offered:
        return  # a day off
    starts_at = offered[nth * 2 % len(offered)].starts_at
    actions.book(service_id=service.pk, starts_at=starts_at, client=client, now=now, actor=admin)
