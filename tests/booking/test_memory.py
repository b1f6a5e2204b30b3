"""What a request reads once is read anew as soon as it was changed."""

import pytest
from django.db import connection
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from booking.memory import remembered
from booking.models import Company, Service
from tests import factories

pytestmark = pytest.mark.django_db


def test_company_is_read_once_in_a_request(company):
    with CaptureQueriesContext(connection) as captured, remembered():
        Company.objects.current()
        Company.objects.current()

    assert len(captured) == 1


def test_company_is_read_along_with_a_service(company):
    lesson = factories.service()

    with CaptureQueriesContext(connection) as captured, remembered():
        found = Service.objects.active_by_id(lesson.pk)
        kept = Company.objects.current()

    assert len(captured) == 1
    assert model_to_dict(found) == model_to_dict(Service.objects.get())
    assert model_to_dict(kept) == model_to_dict(Company.objects.get())


def test_a_service_is_found_where_no_company_was_named(db):
    lesson = factories.service(daily_maximum=3)

    with remembered():
        assert Service.objects.active_by_id(lesson.pk).daily_maximum == 3
        assert Company.objects.current().pk == Company.THE_ONE
    Service.objects.update(is_active=False)
    assert Service.objects.active_by_id(lesson.pk) is None


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
