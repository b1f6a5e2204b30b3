"""Writing every secret anew with the newest key, so that older keys may go."""

import enum
from collections import Counter
from collections.abc import Iterator

from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Cast

from zoomlink.encryption import EncryptedTextField, NoKeyOpens, is_newest, renewed

BATCH = 200
Column = tuple[type[models.Model], str]


class Outcome(enum.StrEnum):
    """What became of one stored secret."""

    NEWEST = "opened by the first key already"
    RENEWED = "written anew"
    OVERTAKEN = "changed meanwhile"
    UNREADABLE = "opened by no key"


def reencrypt_secrets() -> Counter[Outcome]:
    """Write every encrypted column that an older key opens anew with the first one.

    Safe beside everything else: a secret that was changed since it was read is left as it
    is, and so is one that no key opens. Doing it twice does nothing more.
    """
    outcomes: Counter[Outcome] = Counter()
    for column in encrypted_columns():
        for batch in _batches(column):
            outcomes.update(_renew(column, batch))
    return outcomes


def encrypted_columns() -> list[Column]:
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, EncryptedTextField)
    ]


def _as_stored(column: Column) -> models.QuerySet[models.Model]:
    """Rows with what stands in the column as ``stored``: neither opened nor encrypted."""
    model, name = column
    return model._base_manager.annotate(stored=Cast(name, models.TextField()))


def _batches(column: Column) -> Iterator[list[tuple[int, str]]]:
    """Yield (key, stored) of rows with a secret, some at a time, in the order of their keys."""
    rows = _as_stored(column).exclude(stored="").exclude(stored=None).order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last).values_list("pk", "stored")[:BATCH]):
        yield batch
        last = batch[-1][0]


def _renew(column: Column, batch: list[tuple[int, str]]) -> list[Outcome]:
    with transaction.atomic(durable=True):
        return [_renew_one(column, pk, stored) for pk, stored in batch]


def _renew_one(column: Column, pk: int, stored: str) -> Outcome:
    if is_newest(stored):
        return Outcome.NEWEST
    try:
        anew = models.Value(renewed(stored), output_field=models.TextField())
    except NoKeyOpens:
        return Outcome.UNREADABLE
    _model, name = column
    still = _as_stored(column).filter(pk=pk, stored=stored)
    return Outcome.RENEWED if still.update(**{name: anew}) else Outcome.OVERTAKEN
