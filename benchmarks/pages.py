"""Row 10: the queries of each page, counted in this process: `python -m benchmarks.pages`.

Prints JSON: the counts, and the cookie of somebody of the staff for row 7.
"""

import json
import os
import re

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client as Browser  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from benchmarks import asking  # noqa: E402
from booking.models import User  # noqa: E402

HOST = "localhost"
# Who is asking, and what they may do: asked of every page behind a sign-in.
_OF_SIGN_IN = re.compile(r'FROM "(django_session|booking_user|auth_)')
_OF_TRANSACTION = re.compile(r"^(BEGIN|COMMIT|SAVEPOINT|RELEASE)")


def signed_in() -> Browser:
    """Somebody of the office, in the group of administrators."""
    user, is_new = User.objects.get_or_create(email="office@bench.example", is_staff=True)
    if is_new:
        user.groups.add(Group.objects.get(name="administrator"))
    browser = Browser(SERVER_NAME=HOST)
    browser.force_login(user, backend="booking.backends.StaffBackend")
    return browser


def counted(browser: Browser, line: str) -> int:
    """Queries of one request, without sign-in and without the marks of a transaction."""
    method, path, body = line.split("\t")
    with CaptureQueriesContext(connection) as captured:
        if method == "POST":
            answer = browser.post(path, body, content_type="application/json")
        else:
            answer = browser.get(path)
    assert answer.status_code in (200, 201), (path, answer.status_code, answer.content[:500])
    asked = [query["sql"] for query in captured.captured_queries]
    return sum(not _OF_SIGN_IN.search(sql) and not _OF_TRANSACTION.match(sql) for sql in asked)


def counts(browser: Browser, database_url: str) -> dict[str, int]:
    offers = asking.catalogue(database_url)
    visitor = Browser(SERVER_NAME=HOST)
    asked = {
        "slots of a day": (visitor, asking.day_of_any(offers)[0]),
        "slots of a month": (visitor, asking.month_of_any(offers)[0]),
        "page of a day": (visitor, asking.day_page_of_any(offers)[0]),
        "calendar feed": (browser, asking.feed_week()[0]),
        "booking": (visitor, asking.one_booking(offers)),
    }
    visitor.get("/")  # whatever is read once in a process is read here
    return {name: counted(*pair) for name, pair in asked.items()}


def main() -> None:
    browser = signed_in()
    found = counts(browser, os.environ["DATABASE_URL"])
    cookie = f"sessionid={browser.cookies['sessionid'].value}"
    print(json.dumps({"cookie": cookie, "queries": found}))


if __name__ == "__main__":
    main()
