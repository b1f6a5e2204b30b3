"""One company with somebody of every role, and of each kind of thing one's own and others'."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from booking import actions, features
from booking.models import (
    Category,
    Consent,
    Feature,
    Label,
    Provider,
    Service,
    SpecialDay,
    TimeOff,
    User,
    WaitingEntry,
)
from notifications.models import Timing
from tests import factories
from tests.web.roles_page import STAFF
from web.desk.access import SEE_ALL_BOOKINGS
from web.desk.models import Export
from web.keys import actions as keys
from web.keys.models import ApiKey
from web.roles import ROLES
from webhooks.models import Delivery, Endpoint

# Beside the roles: who works here without any; a junior who is no provider; and a provider
# who may do everything but see what is not theirs.
NOBODY, UNLINKED, NARROW = "nobody", "unlinked", "narrow"
EVERYBODY = ("anonymous", "client", NOBODY, *STAFF, UNLINKED, NARROW)

WRITES = re.compile(r"(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
NOT_OURS = re.compile(r'"(django_session|axes_\w+)"')  # who is signed in, and who tried

Things = dict[str, object]


class Company:
    """Everybody's browser, and by their kinds the ids of the things that addresses name."""

    def __init__(self):
        factories.company()
        for spec in features.all_specs():
            factories.enable(spec.key)
        self.shared = _shared()
        self.others = self.shared | _things_of(_provider("Ben", "junior"))
        ada, nell = _provider("Ada", "junior"), _provider("Nell")
        permissions = [name for name in ROLES["owner"] if name != SEE_ALL_BOOKINGS]
        nell.user.user_permissions.set(_permissions(permissions))
        self.own = {"junior": _things_of(ada), NARROW: _things_of(nell)}
        self.users = {"junior": ada.user, NARROW: nell.user} | _people()
        self.sessions = {who: _session_of(user) for who, user in self.users.items()}

    def ask(
        self, who: str, method: str, address: str, form: dict | None = None
    ) -> tuple[HttpResponse, list[str]]:
        """The answer, and what was written for it, which is undone."""
        browser = self.browser(who)
        with undone(), CaptureQueriesContext(connection) as asked:
            answer = getattr(browser, method)(address, form)
        statements = (query["sql"] for query in asked.captured_queries)
        return answer, [s for s in statements if WRITES.match(s) and not NOT_OURS.search(s)]

    def browser(self, who: str) -> Browser:
        browser = Browser()
        if who in self.sessions:
            browser.cookies["sessionid"] = self.sessions[who]
        return browser


@contextmanager
def undone() -> Iterator[None]:
    """Undo what happens inside, where actions may open the durable transactions they want."""
    block = transaction.atomic()
    block._from_testcase = True  # as Django's own TestCase does
    with block:
        yield
        transaction.set_rollback(True)


def _provider(name: str, *roles: str) -> Provider:
    return factories.provider(name, user=_user(name, *roles))


def _user(name: str, *roles: str) -> User:
    user = factories.staff(f"{name}@kyiv-yoga.example".lower())
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def _people() -> dict[str, User]:
    users = {role: _user(role, role) for role in STAFF if role != "junior"}
    client = User.objects.create_user("cleo@client.example")
    return users | {NOBODY: _user(NOBODY), UNLINKED: _user(UNLINKED, "junior"), "client": client}


def _permissions(names: list[str]):
    wanted = {tuple(name.split(".")) for name in names}
    rows = Permission.objects.select_related("content_type")
    return [row for row in rows if (row.content_type.app_label, row.codename) in wanted]


def _session_of(user: User) -> str:
    browser = Browser()
    browser.force_login(user)
    return browser.cookies["sessionid"].value


def _shared() -> Things:
    """What belongs to nobody in particular."""
    endpoint = Endpoint.objects.create(name="n8n", url="https://n8n.example/")
    delivery = Delivery.objects.create(
        endpoint=endpoint, key="1", kind="booking.created", next_attempt_at=factories.NOW
    )
    return {
        "endpoint": endpoint.pk,
        "delivery": delivery.pk,
        "booking/category": Category.objects.create(name="Sport").pk,
        "booking/label": Label.objects.create(name="Paid").pk,
        "booking/consent": Consent.objects.create(text="Photos", is_required=False).pk,
        "booking/feature": Feature.objects.first().pk,
        "booking/company": 1,
        "booking/user": _user("newcomer").pk,
        "content_type_id": ContentType.objects.get_for_model(Service).pk,
        "timing": Timing.objects.first().pk,
        "api/apikey": _key().pk,
    }


def _key() -> ApiKey:
    maker = _user("keymaker")
    key, _secret = keys.make(name="CRM", kind=ApiKey.SERVER, actor=maker, now=factories.NOW)
    return key


def _things_of(provider: Provider) -> Things:
    lesson = factories.service(provider, name=f"Lesson with {provider}")
    booking = factories.book_one(lesson, client=factories.details(f"Friend of {provider}"))
    begins = factories.TOMORROW_NOON + timedelta(days=3)
    ends = begins + timedelta(hours=1)
    absence = TimeOff.objects.create(provider=provider, starts_at=begins, ends_at=ends)
    day = SpecialDay.objects.create(provider=provider, date=date(2026, 12, 24))
    return _class_of(provider) | {
        "booking": booking.pk,
        "export": Export.objects.create(
            maker=provider.user, report="bookings", state=Export.DONE, asked_at=factories.NOW
        ).pk,
        "message": booking.messages.order_by("pk")[0].pk,
        "booking/client": booking.client_id,
        "booking/provider": provider.pk,
        "booking/service": lesson.pk,
        "booking/specialday": day.pk,
        "booking/timeoff": absence.pk,
    }


def _class_of(provider: Provider) -> Things:
    """A class with a session, and somebody who waits for a place in it."""
    yoga = factories.service(provider, name=f"Yoga with {provider}", kind="class", capacity=1)
    session = actions.schedule_session(
        service_id=yoga.pk,
        provider_id=provider.pk,
        starts_at=factories.TOMORROW_NOON + timedelta(hours=3),
        now=factories.NOW,
    )
    waiting = factories.client(f"Waits for {provider}")
    entry = WaitingEntry.objects.create(session=session, client=waiting)
    return {"session": session.pk, "entry": entry.pk, "desk/class": yoga.pk}
