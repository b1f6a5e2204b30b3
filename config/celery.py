"""The Celery application: a doorbell for workers, never a memory.

What is owed stands in the database; a lost task is found again by the sweep
(docs/architecture.md, "The database is the memory").
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("zustrich")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["config"])
