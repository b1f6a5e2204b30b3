"""Two questions for a supervisor or a load balancer: alive, and ready."""

from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from kombu.exceptions import OperationalError


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that this process serves requests."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database is migrated and the broker reachable, else 503."""
    checks = {"database": database_is_migrated(), "broker": broker_is_reachable()}
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


def database_is_migrated() -> bool:
    """Whether every migration is applied; False too when the database cannot be asked."""
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False


def broker_is_reachable() -> bool:
    """Whether a task can be handed over; gives up after a second."""
    if not settings.REDIS_URL:
        return settings.BROKER_DIR.is_dir()
    try:
        with current_app.connection_for_write(connect_timeout=1) as broker:
            broker.ensure_connection(max_retries=1, timeout=1)
        return True
    except (OperationalError, OSError):
        return False
