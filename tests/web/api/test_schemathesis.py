"""Whatever Schemathesis makes up from our own document, it finds nothing.

Each operation is asked with what the document allows and with what it does not, without a key
and with a server's; real rows are there to be found.
"""

from functools import cache

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as sizes
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from config.wsgi import application
from tests.web.api.conftest import BASE
from tests.web.api.test_document import OPERATIONS

pytestmark = [pytest.mark.django_db, pytest.mark.soak, pytest.mark.timeout(7200)]

MODES = {"allowed": GenerationMode.POSITIVE, "wrong": GenerationMode.NEGATIVE}
# Nothing that is sent to these is wrong: they take nothing, or any text.
ALWAYS_RIGHT = {"listServices", "listProviders", "listConsents", "getBooking", "getBookingByCode"}
# What no schema tells is answered 422: the names of zones, what is on offer.
EXPECTED = ["2xx", "304", "401", "404", "409", "422"]
CONFIG = {"checks": {"positive_data_acceptance": {"expected-statuses": EXPECTED}}}
ASKED = [
    (operation, mode, who)
    for operation in OPERATIONS
    for mode, who in (("allowed", "nobody"), ("allowed", "server"), ("wrong", "server"))
    if mode == "allowed" or operation not in ALWAYS_RIGHT
]


@pytest.fixture(autouse=True)
def one_connection():
    """As Django's own test browser does: the rows of a test stand in a transaction of its own."""
    ends = (signals.request_started, signals.request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)


@pytest.fixture
def document(company, settings):
    settings.RATE_LIMIT_PER_MINUTE = 0
    return read_document()


@cache
def read_document():
    """Once for all: it reads our whole source for words that an operation may know."""
    config = SchemathesisConfig.from_dict(CONFIG)
    return schemathesis.openapi.from_wsgi(f"{BASE}/openapi.json", application, config=config)


@pytest.mark.parametrize(("operation_id", "mode", "who"), ASKED)
def test_it_finds_nothing(document, booked, server_key, operation_id, mode, who, size):
    method, path = OPERATIONS[operation_id]
    operation = document[path][method]
    real = {
        "token": booked.manage_token,
        "code": booked.code,
        "service": booked.session.service_id,
        "starts_at": "2026-11-24T13:00:00+02:00",
        "timezone": "Europe/Kyiv",
    }
    headers = {"Authorization": f"Bearer {server_key}"} if who == "server" else {}

    @given(case=operation.as_strategy(generation_mode=MODES[mode]))
    @sizes(
        max_examples=size(4, 300),
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case):
        if MODES[mode] is GenerationMode.POSITIVE:
            for given_here in (case.path_parameters, case.query, case.body):
                if isinstance(given_here, dict):
                    given_here.update((k, v) for k, v in real.items() if k in given_here)
        case.call_and_validate(headers=headers)

    ask()
