"""Ada of Kyiv Yoga, who gives lessons and a class."""

import pytest

from booking import actions
from tests import factories
from tests.factories import NOW, TOMORROW_NOON, provider, service


@pytest.fixture
def company():
    return factories.company()


@pytest.fixture
def ada(company):
    return provider("Ada")


@pytest.fixture
def lesson(ada):
    return service(ada)


@pytest.fixture
def yoga(ada):
    """A class of ten places, tomorrow at noon."""
    factories.enable("classes")
    yoga = service(ada, name="Yoga", kind="class", capacity=10)
    actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=TOMORROW_NOON, now=NOW
    )
    return yoga
