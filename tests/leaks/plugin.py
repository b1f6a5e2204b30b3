"""Fails every test in which one of Zoom's secrets shows where none may be seen.

Read are log records, answers, mails, statements sent to the database, task arguments
and results, expected exceptions and printed text, in the process of the test. What
other processes leave behind is read by ``tests.leaks.files``.
"""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from celery import signals
from django.conf import settings
from django.db.backends.signals import connection_created

from tests.leaks import places
from tests.leaks.canaries import note, noted, without_secrets


def pytest_configure(config: pytest.Config) -> None:
    logging.setLogRecordFactory(places.new_record)
    connection_created.connect(_read_statements)
    for signal in (signals.before_task_publish, signals.task_prerun, signals.task_postrun):
        signal.connect(_read_task)
    signals.task_failure.connect(_read_failure)
    patch = pytest.MonkeyPatch()
    patch.setattr(pytest.RaisesExc, "__exit__", _reading(pytest.RaisesExc.__exit__))
    config.add_cleanup(patch.undo)
    config.add_cleanup(lambda: logging.setLogRecordFactory(logging.LogRecord))


@pytest.fixture(scope="session", autouse=True)
def mails_are_read(django_test_environment: None) -> None:
    settings.EMAIL_BACKEND = f"{places.__name__}.{places.EmailBackend.__name__}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Turn the report of a test that leaked into a failure that says where."""
    report = yield
    for title, text in report.sections:
        if title in (f"Captured stdout {report.when}", f"Captured stderr {report.when}"):
            note(text, title)
    if leaks := noted():
        told = "\n".join(["Secrets of Zoom's leaked:", *leaks])
        shown = [(title, without_secrets(text)) for title, text in report.sections]
        report.sections = [*shown, ("Leaks", told)]
        if not report.failed:
            report.outcome, report.longrepr = "failed", told
    return report


def _read_statements(connection: Any, **_more: Any) -> None:
    if places.read_statement not in connection.execute_wrappers:
        connection.execute_wrappers.append(places.read_statement)


def _read_task(sender: Any, **facts: Any) -> None:
    said = [facts.get(name) for name in ("body", "args", "kwargs", "retval")]
    note(str(said), f"the task {getattr(sender, 'name', sender)}")


def _read_failure(exception: BaseException, **_more: Any) -> None:
    places.read_error(exception)


def _reading(leave: Any) -> Any:
    def read_and_leave(self: Any, kind: Any, error: BaseException | None, trace: Any) -> Any:
        if error is not None:
            places.read_error(error)
        return leave(self, kind, error, trace)

    return read_and_leave
