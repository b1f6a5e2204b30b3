"""What every test stands on: no network, the right database, the right size."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from celery import Celery, current_app
from django.conf import settings
from django.utils import translation
from kombu import Queue

from tests import network
from tools.prepare import compile_translations

network.block()
compile_translations([Path(folder) for folder in settings.LOCALE_PATHS])

pytest_plugins = ["tests.leaks.plugin"]

IS_POSTGRES = settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql"
IS_SOAK = os.environ.get("SOAK") == "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what says nothing here. Left out, not skipped: a skip fails the run."""
    unwanted = {"sqlite_only", "no_database"} if IS_POSTGRES else {"postgres_only"}
    left_out = [item for item in items if any(item.get_closest_marker(m) for m in unwanted)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(autouse=True)
def language():
    """A page in another language leaves that one active: no test is to begin with it."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def size() -> Callable[[int, int], int]:
    """Return ``size(short, full)``: how often a proof repeats now, and under `make soak`."""
    return lambda short, full: full if IS_SOAK else short


def _waiting_in(queue: str) -> Callable[[], list[tuple[str, dict]]]:
    """Return a function that takes what waits in one of the broker's queues."""

    def take():
        with current_app.connection_for_read() as broker:
            calls = list(iter(Queue(queue)(broker.default_channel).get, None))
        return [(call.headers["task"], call.decode()[1]) for call in calls]

    take()
    return take


@pytest.fixture
def rung():
    """Return a function that takes what people wait for: (task, arguments)."""
    return _waiting_in(settings.CELERY_TASK_DEFAULT_QUEUE)


@pytest.fixture
def rung_in_bulk():
    """The same of what can wait."""
    return _waiting_in(settings.BULK_QUEUE)


@pytest.fixture
def dead_broker():
    """A Celery whose broker nobody answers for."""
    living = current_app._get_current_object()
    dead = Celery("dead", broker="redis://127.0.0.1:1/0", set_as_current=False)
    dead.conf.task_publish_retry = False
    dead.set_current()
    yield
    living.set_current()
