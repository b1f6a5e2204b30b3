"""What a request reads once is read anew as soon as it was changed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.memory import remembered
from booking.models import Company
from tests import factories

pytestmark = pytest.mark.django_db


def test_company_is_read_once_in_a_request(company):
    with CaptureQueriesContext(connection) as captured, remembered():
        Company.objects.current()
        Company.objects.current()

    assert len(captured) == 1


def test_company_is_read_anew_after_a_change(company):
    with remembered():
        Company.objects.current()
        factories.company(name="Lviv Yoga")

        assert Company.objects.current().name == "Lviv Yoga"


def test_nothing_is_kept_between_requests(company):
    with remembered():
        Company.objects.current()
    Company.objects.filter(pk=company.pk).update(name="Lviv Yoga")

    with remembered():
        assert Company.objects.current().name == "Lviv Yoga"
    assert Company.objects.current().name == "Lviv Yoga"
