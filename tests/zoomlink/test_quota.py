"""A hundred creations and changes a day for each host, counted before Zoom is asked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests import factories
from tests.zoomlink import scene
from zoomlink.actions import quota
from zoomlink.errors import QuotaUsedUp
from zoomlink.models import HostDay

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 6, tzinfo=UTC)


@pytest.fixture
def account(db):
    return factories.zoom_connection()


def used(account, writes: int, host_id: str = "ada") -> None:
    HostDay.objects.create(connection=account, host_id=host_id, day=NOON.date(), writes=writes)


def claim(account, *, soon=True, now=NOON, host_id="ada") -> None:
    quota.claim_write(account, host_id, soon=soon, now=now)


def test_each_claim_counts_for_its_host_and_utc_day(account):
    evening_in_kyiv = datetime.fromisoformat("2026-03-06T01:00:00+02:00")
    claim(account)
    claim(account, now=evening_in_kyiv)
    claim(account, host_id="ben")
    claim(account, now=MIDNIGHT)

    assert quota.quota_of_day(account, NOON) == {"ada": 2, "ben": 1}
    assert quota.quota_of_day(account, MIDNIGHT) == {"ada": 1}


def test_the_hundred_and_first_claim_is_refused_until_midnight_utc(account):
    used(account, 99)
    claim(account)

    with pytest.raises(QuotaUsedUp, match="100") as refusal:
        claim(account)

    assert refusal.value.retry_at == MIDNIGHT
    assert quota.quota_of_day(account, NOON) == {"ada": 100}


def test_the_last_twenty_are_for_sessions_that_begin_soon(account):
    used(account, 79)
    claim(account, soon=False)

    with pytest.raises(QuotaUsedUp, match="24 hours") as refusal:
        claim(account, soon=False)
    claim(account, soon=True)

    assert refusal.value.retry_at == MIDNIGHT
    assert quota.quota_of_day(account, NOON) == {"ada": 81}


@pytest.mark.parametrize("before", [None, 3, 100])
def test_when_zoom_says_so_the_day_is_full(account, before):
    if before is not None:
        used(account, before)

    quota.note_limit_reached(account, "ada", NOON)

    assert quota.quota_of_day(account, NOON) == {"ada": 100}
    with pytest.raises(QuotaUsedUp):
        claim(account)
    claim(account, now=MIDNIGHT)


def test_days_are_forgotten_after_a_month(account):
    claim(account)

    quota.forget_old_days(now=NOON + timedelta(days=30))
    assert HostDay.objects.count() == 1
    quota.forget_old_days(now=NOON + timedelta(days=31))

    assert HostDay.objects.count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("writes", "left"), [(95, 5), (None, 30)])
def test_of_thirty_workers_at_once_as_many_pass_as_are_left(account, writes, left):
    if writes is not None:
        used(account, writes)

    with ThreadPoolExecutor(30) as workers:
        claims = [workers.submit(scene.in_a_thread, claim, account) for _number in range(30)]
    refusals = [claimed.exception() for claimed in claims if claimed.exception()]

    assert {type(refusal) for refusal in refusals} <= {QuotaUsedUp}
    assert len(refusals) == 30 - left
    assert quota.quota_of_day(account, NOON) == {"ada": (writes or 0) + left}
