"""A stand-in for Zoom in a process of its own, and the product set to use it."""

import pytest
from django.contrib.auth.models import Permission

from booking import features
from tests import factories
from tests.zoomlink import hooks, scene
from tests.zoomlink.simulator.process import SimulatorProcess
from zoomlink import tasks


@pytest.fixture(scope="session")
def running_simulator(tmp_path_factory):
    process = SimulatorProcess(tmp_path_factory.mktemp("zoom") / "state.sqlite3").start()
    yield process
    process.kill()


@pytest.fixture
def simulator(running_simulator):
    """A simulator as on its first day; it runs through the whole session."""
    running_simulator.control("DELETE", "/faults")
    running_simulator.control("POST", "/reset")
    yield running_simulator
    running_simulator.control("DELETE", "/faults")


@pytest.fixture
def zoom(simulator, settings):
    """The simulator, as the product's own Zoom."""
    settings.ZOOM_CLIENT_ID = simulator.client_id
    settings.ZOOM_CLIENT_SECRET = simulator.client_secret
    settings.ZOOM_OAUTH_URL = simulator.url
    settings.ZOOM_API_URL = f"{simulator.url}/v2"
    settings.ZOOM_URLS_ARE_FIXED = True
    settings.SITE_URL = "http://localhost:8000"
    features.forget()
    return simulator


@pytest.fixture
def company(db):
    return scene.company()


@pytest.fixture
def lesson(zoom, company):
    """Everything a meeting needs: feature, connection, mapped providers, online service."""
    return scene.online_lesson(zoom)


@pytest.fixture
def boss(client, zoom, company):
    """A signed-in browser of somebody who may connect Zoom."""
    user = factories.staff()
    permission = Permission.objects.get(codename="manage_online_meetings")
    user.user_permissions.add(permission)
    client.force_login(user)
    factories.enable("online-meetings")
    return client


@pytest.fixture
def booking(lesson):
    """A booking whose meeting is ready."""
    made = scene.book(lesson)
    scene.sync(made)
    return made


@pytest.fixture
def host(client, lesson):
    """Ada, signed in."""
    user = factories.staff("ada@kyiv-yoga.example")
    ada = scene.provider()
    ada.user = user
    ada.save()
    client.force_login(user)
    return client


@pytest.fixture
def at_once(django_capture_on_commit_callbacks):
    """Return a decorator: the tasks that a function rings for are done when it returns."""

    def with_workers(work):
        def and_its_tasks(*arguments, **options):
            tasks.sweep.app.conf.task_always_eager = True
            try:
                with django_capture_on_commit_callbacks(execute=True):
                    return work(*arguments, **options)
            finally:
                tasks.sweep.app.conf.task_always_eager = False

        return and_its_tasks

    return with_workers


@pytest.fixture
def deliver(client, settings, at_once):
    """Return a function that posts an event as Zoom does, and lets workers hear it."""
    settings.ZOOM_WEBHOOK_SECRET = hooks.SECRET
    return at_once(lambda event, **wrong: hooks.deliver(client, event, **wrong))
