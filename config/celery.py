"""The Celery application: a doorbell for workers, never a memory.

What is owed stands in the database; a lost task is found again by the sweep
(docs/architecture.md, "The database is the memory").
"""

import os

from celery import Celery, Task, signals
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("zustrich")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["config"])


@signals.task_prerun.connect
@signals.task_postrun.connect
def close_old_connections_of(sender: Task, **_details: object) -> None:
    """Do for a task what Django does for a request: keep a connection as CONN_MAX_AGE says.

    Celery on its own closes it around each task, and knows nothing of one that broke.
    """
    if not sender.request.is_eager:
        close_old_connections()
