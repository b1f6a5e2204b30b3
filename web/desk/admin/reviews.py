"""Telling the meetings that one of their conditions was edited."""

from django.db import transaction

from zoomlink import tasks


def review_after_commit() -> None:
    """Bring future meetings in line once this change is committed.

    A worker does it; where none can be woken, the sweep of the next minute will.
    """
    transaction.on_commit(tasks.sweep.delay, robust=True)


class ReviewedMixin:
    """For an admin page whose values decide whether and how meetings are held."""

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        review_after_commit()
