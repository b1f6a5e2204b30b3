"""People of every role, signed in, in a company with two providers."""

from collections.abc import Callable

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client as Browser
from django.utils import timezone

from booking import actions
from booking.models import Booking, Provider, Service, Session, User
from tests import factories
from tests.web.desk.yoga import weekly


@pytest.fixture(autouse=True)
def at_now():
    """Pages read the clock: it stands at NOW."""
    with time_machine.travel(factories.NOW, tick=False):
        yield


@pytest.fixture
def company(db):
    return factories.company()


@pytest.fixture
def ada(company) -> Provider:
    user = factories.staff("ada@kyiv-yoga.example")
    user.groups.add(Group.objects.get(name="junior"))
    return factories.provider("Ada", user=user)


@pytest.fixture
def ben(company) -> Provider:
    return factories.provider("Ben")


@pytest.fixture
def lesson(ada, ben) -> Service:
    return factories.service(ada, ben)


@pytest.fixture
def tomorrow(company):
    """Noon in Kyiv, the day after NOW."""
    return factories.TOMORROW_NOON.astimezone(company.zone)


@pytest.fixture
def book(lesson, tomorrow) -> Callable[..., Booking]:
    """Book the lesson at tomorrow's noon, unless told otherwise."""

    def book_with(provider: Provider, **fields) -> Booking:
        fields = {"starts_at": tomorrow, "now": timezone.now(), **fields}
        return factories.book_one(lesson, provider_id=provider.pk, **fields)

    return book_with


@pytest.fixture
def browser_of() -> Callable[[User], Browser]:
    def sign_in(user: User) -> Browser:
        browser = Browser()
        browser.force_login(user, backend="booking.backends.StaffBackend")
        return browser

    return sign_in


@pytest.fixture
def as_role(company, browser_of) -> Callable[[str], Browser]:
    """A browser in which somebody of the role is signed in; *client* is no staff."""

    def sign_in(role: str) -> Browser:
        if role == "anonymous":
            return Browser()
        if role == "client":
            return browser_of(User.objects.create_user("cleo@client.example"))
        user = factories.staff(f"{role}@kyiv-yoga.example")
        user.groups.add(Group.objects.get(name=role))
        return browser_of(user)

    return sign_in


@pytest.fixture
def as_ada(ada, browser_of) -> Browser:
    """The junior who is the provider Ada."""
    return browser_of(ada.user)


@pytest.fixture
def yoga(ada):
    factories.enable("classes")
    return factories.service(ada, name="Yoga", kind="class", capacity=8)


@pytest.fixture
def session(yoga, ada, tomorrow) -> Session:
    return actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=tomorrow, now=timezone.now()
    )


@pytest.fixture
def series(yoga, ada) -> list[Session]:
    """Three Mondays at noon in Kyiv."""
    return weekly(yoga, ada)
