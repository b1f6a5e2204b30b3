"""Settings, URLs and the Celery application. Everything else is told what it needs."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
