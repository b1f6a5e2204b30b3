"""One set of pages in two places: links stay where the visitor is."""

import pytest
from django.test import RequestFactory

from web.site.addresses import address

pytestmark = pytest.mark.no_database


def asked(path):
    return RequestFactory().get(path)


def test_address_is_the_sites_own_outside_frames():
    request = asked("/book/cut/?zone=Europe/Paris&colour=%23a3195b")

    assert address(request, "details", "cut", provider=3) == "/book/cut/details/?provider=3"
    assert address(request, "home") == "/"
