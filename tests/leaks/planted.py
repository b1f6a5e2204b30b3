"""A run of its own, of tests that leak: one place each. Not collected with the others."""

import logging

import pytest
from celery import shared_task
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.urls import path

from config.urls import urlpatterns as products

SECRET = "zsimAT_planted0planted0planted"


def page(request):
    return HttpResponse(
        "Nothing here.", headers={"X-Leak": SECRET} if "header" in request.GET else {}
    )


def page_with_secret(_request):
    return HttpResponse(SECRET)


urlpatterns = [
    *products,
    path("page/", page),
    path("page-with-secret/", page_with_secret),
]


@pytest.fixture
def site(client, settings):
    settings.ROOT_URLCONF = __name__
    return client


@shared_task
def work(secret=""):
    return secret


def test_nothing(site):
    logging.getLogger("planted").debug("%s is fine", "zsim")

    assert site.get("/page/").status_code == 200


def test_log_line_that_goes_nowhere():
    logger = logging.getLogger("planted.apart")
    logger.propagate = False

    logger.debug("Token %s", SECRET)


def test_traceback_in_a_log_line():
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("planted").exception("It failed")


def test_page(site):
    assert site.get("/page-with-secret/").status_code == 200


def test_header(site):
    assert site.get("/page/?header=1").status_code == 200


def test_mail():
    mail.send_mail("Hello", f"Your link: {SECRET}", "a@example.com", ["b@example.com"])


@pytest.mark.django_db
def test_statement():
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", [SECRET])


def test_task():
    work.apply(kwargs={"secret": SECRET})


def test_expected_exception():
    with pytest.raises(ValueError, match="planted"):
        raise ValueError(SECRET)


def test_printed():
    print(SECRET)  # noqa: T201


def test_that_fails_by_itself():
    logging.getLogger("planted").debug(SECRET)

    assert 1 == 2
