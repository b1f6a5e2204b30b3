"""``manage.py doctor``: what is badly set is told, and what is well set is not."""

import io
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from booking import actions
from booking.guards import install_guards, missing_guards
from booking.models import Service, Session, User
from config.keys import new_encryption_key
from config.mail import mail_settings
from notifications import actions as messages
from tests import factories
from tests.concurrency.servers import ROOT
from tests.mail_server import mail_server
from tools.ports import free_ports
from zoomlink.actions import FEATURE, note_sweep
from zoomlink.models import Meeting, ZoomConnection

pytestmark = pytest.mark.django_db
SECRET = "sUpeR-seCret"
KEY = new_encryption_key()


def report(*arguments: str) -> tuple[str, bool]:
    """What the doctor prints, with its last word, and whether it is content."""
    out = io.StringIO()
    try:
        call_command("doctor", *arguments, stdout=out, no_color=True)
    except CommandError as error:
        return f"{out.getvalue()}{error}", False
    return out.getvalue(), True


def lines(level: str) -> list[str]:
    text, _is_content = report()
    return [line[9:] for line in text.splitlines() if line.startswith(level)]


@pytest.fixture
def production(settings, tmp_path):
    """An installation as it should be, but for the database of the tests and no worker."""
    settings.SITE_URL = "https://book.example"
    settings.SECRET_KEY = SECRET * 6
    settings.ENCRYPTION_KEYS = [KEY]
    settings.EMAIL_URL = f"smtp://user:{SECRET}@mail.example"
    settings.SMS_URL = f"https://user:{SECRET}@sms.example/"
    settings.ZOOM_CLIENT_ID = "an id"
    settings.ZOOM_CLIENT_SECRET = settings.ZOOM_WEBHOOK_SECRET = SECRET
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").write_text("{}")
    settings.BROKER_DIR = tmp_path
    factories.company()
    factories.staff(is_superuser=True)
    return settings


def test_good_installation_has_no_problem(production):
    text, is_content = report()

    assert is_content
    told = [line[9:] for line in text.splitlines() if line.startswith(("problem", "warning"))]
    assert [line.partition(":")[0] for line in told] == [
        *(["The database is SQLite"] if connection.vendor == "sqlite" else []),
        "REDIS_URL is not set",
        "No worker answers.",
    ]
    assert text.splitlines()[-1] == f"Problems: 0, warnings: {len(told)}."
    assert SECRET not in text
    assert KEY not in text


def test_fresh_installation_is_told_all_it_lacks(settings):
    text, is_content = report()

    assert not is_content
    problems = [line for line in text.splitlines() if line.startswith("problem")]
    assert [problem.split(":")[0][9:] for problem in problems] == [
        "SITE_URL is http",
        f"Static files are not collected in {settings.STATIC_ROOT}",
        "EMAIL_URL is not set",
        "Nobody can sign in to the staff side.",
    ]
    for name in ("SECRET_KEY", "ENCRYPTION_KEYS"):
        assert f"warning  {name} is not given" in text
        assert getattr(settings, name)[0 if name == "ENCRYPTION_KEYS" else slice(None)] not in text
    assert "warning  ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET, ZOOM_WEBHOOK_SECRET not set" in text


@pytest.mark.parametrize(
    ("name", "wrong", "level", "told"),
    [
        ("DEBUG", True, "problem", "DEBUG is on"),
        ("SITE_URL", "http://book.example", "problem", "SITE_URL is http://book.example"),
        ("SITE_URL", "https://localhost", "problem", "SITE_URL is https://localhost"),
        ("ALLOWED_HOSTS", ["*"], "warning", "ALLOWED_HOSTS lets any host name in"),
        ("ENCRYPTION_KEYS", [SECRET], "problem", "ENCRYPTION_KEYS holds something that is no key"),
        ("EMAIL_URL", "", "problem", "EMAIL_URL is not set"),
        ("SMS_URL", "", "warning", "SMS_URL is not set"),
        ("BROKER_DIR", Path("/nowhere"), "problem", "The broker cannot be reached"),
        ("ZOOM_WEBHOOK_SECRET", "", "warning", "ZOOM_WEBHOOK_SECRET not set"),
        ("ZOOM_IS_SIMULATED", True, "warning", "Zoom is the simulator"),
        ("ZOOM_OAUTH_URL", "https://x.example", "warning", "ZOOM_OAUTH_URL leads to something"),
        ("X_FRAME_OPTIONS", "SAMEORIGIN", "warning", "security.W019"),
    ],
)
def test_wrong_setting_is_told(production, name, wrong, level, told):
    setattr(production, name, wrong)

    assert [line for line in lines(level) if line.startswith(told)]


def test_missing_guard_is_told_and_comes_back_with_the_next_migration(production):
    assert missing_guards() == []
    with connection.cursor() as cursor:
        cursor.execute(REMOVE[connection.vendor])

    (problem,) = lines("problem")

    assert problem.startswith("The database does not refuse overlapping sessions: ")
    install_guards()
    assert missing_guards() == []


REMOVE = {
    "sqlite": "DROP TRIGGER session_provider_overlap_update",
    "postgresql": "ALTER TABLE booking_session DROP CONSTRAINT session_provider_overlap",
}


def test_unapplied_migration_is_told(production):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'notifications'")

    assert lines("problem") == ["The database lacks migrations."]


def test_demo_password_is_told(production):
    User.objects.create_user("olena@demo.example", "demo-password", is_staff=True)

    assert [line for line in lines("warning") if "belongs to olena@demo.example." in line]


def test_installation_without_staff_is_told(production):
    User.objects.update(is_active=False)

    assert lines("problem") == ["Nobody can sign in to the staff side."]


@pytest.mark.parametrize(
    ("answer", "level", "told"),
    [
        ("235 welcome", "ok", "The mail server was reached and let us in."),
        (
            "535 who are you",
            "problem",
            "The mail server does not let us in: 535 who are you.",
        ),
    ],
)
def test_mail_server_is_tried_when_asked(production, answer, level, told):
    with mail_server(auth_answer=answer) as (url, mailbox):
        for name, value in mail_settings(
            url.replace("//", f"//me:{SECRET}@"), report_secret=""
        ).items():
            setattr(production, name, value)
        text, _is_content = report("--mail")

    assert f"{level:8} {told}" in text
    assert SECRET not in text
    assert mailbox.mails == []


def test_mail_server_out_of_reach_is_told_with_what_to_check(production):
    production.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    production.EMAIL_HOST, production.EMAIL_PORT = "127.0.0.1", free_ports(1)[0]

    text, is_content = report("--mail")

    assert not is_content
    assert "The mail server cannot be reached: ConnectionRefusedError." in text
    assert "Check host, port and scheme of EMAIL_URL" in text


def test_service_without_reports_is_told(production):
    production.EMAIL_SERVICE = "postmark"

    assert [line for line in lines("warning") if line.startswith("EMAIL_REPORT_SECRET is not set")]
    production.EMAIL_REPORT_SECRET = f"user:{SECRET}"
    assert not [line for line in lines("warning") if line.startswith("EMAIL_REPORT_SECRET")]


@pytest.fixture
def online(production):
    """A service of Ada, who meets by Zoom."""
    cache.clear()
    note_sweep(now=timezone.now())
    factories.enable(FEATURE)
    scopes = "user:read:admin meeting:write:admin meeting:read:admin"
    account = factories.zoom_connection(scopes=scopes)
    ada = factories.provider("Ada")
    factories.meets_by_zoom(ada, factories.zoom_user(account, is_licensed=True))
    return factories.service(ada, is_online_meeting=True)


def test_addresses_that_the_app_at_zoom_needs_are_printed(production):
    assert (
        "The app at Zoom needs https://book.example/zoom/callback/ for redirects, "
        "https://book.example/zoom/webhook/ for events."
    ) in lines("ok")


def test_ready_meetings_are_told_with_what_to_look_at(online):
    assert lines("problem") == []
    assert "Lesson – Ada: Meets by Zoom as Ada (ada@zoom.example)." in lines("ok")
    assert [line for line in lines("warning") if line.startswith("No event has come from Zoom")]


def test_meetings_without_a_connection_are_told(online):
    ZoomConnection.objects.all().delete()

    assert lines("problem") == [
        "Zoom is not connected.",
        "Lesson – Ada: Meets by Zoom, which is not connected.",
    ]


def test_nothing_held_online_yet_is_told(online):
    Service.objects.update(is_online_meeting=False)

    assert "No service is held online yet." in lines("warning")


def test_service_that_nobody_offers_and_meeting_that_failed_are_told(online):
    tomorrow = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    factories.book_one(online, starts_at=tomorrow, now=timezone.now())
    Meeting.objects.update(state=Meeting.FAILED, last_error="No licence.")
    online.providers.clear()

    (failed,) = lines("problem")

    assert failed.startswith("No meeting for Lesson 2")
    assert failed.endswith(" UTC: No licence.")
    assert "Lesson: Nobody offers this service." in lines("warning")


def test_access_that_no_key_opens_is_told(online):
    told = "ENCRYPTION_KEYS does not open the stored access to Zoom."
    assert told not in lines("problem")

    with override_settings(ENCRYPTION_KEYS=[new_encryption_key()]):
        assert told in lines("problem")
    with override_settings(ENCRYPTION_KEYS=[SECRET]):
        assert any(line.startswith("ENCRYPTION_KEYS holds") for line in lines("problem"))


def test_zoom_is_asked_only_when_told_to(online, settings):
    settings.ZOOM_OAUTH_URL = settings.ZOOM_API_URL = "http://localhost:9"
    settings.ZOOM_URLS_ARE_FIXED = True

    text, is_content = report("--zoom")

    assert not is_content
    assert "Zoom was asked who is connected" in text
    assert "Zoom was asked" not in report()[0]


def test_work_left_undone_is_told(production):
    long_ago = timezone.now() - timedelta(minutes=7)
    messages.owe_sign_in_code(email="c@x.example", code="A", language="en", now=long_ago)
    hold(factories.service(), until=long_ago + timedelta(minutes=1), now=long_ago)

    (problem,) = lines("problem")

    assert problem == (
        "Left undone for over five minutes: 1 messages to send, 1 holds or requests to end."
    )


def hold(service, *, until, now) -> None:
    actions.hold(
        service_id=service.pk,
        starts_at=now.replace(minute=0, second=0, microsecond=0) + timedelta(days=1),
        client=factories.details(),
        held_until=until,
        now=now,
    )


def test_work_of_this_minute_is_not_told(production):
    now = timezone.now() - timedelta(seconds=2)
    messages.owe_sign_in_code(email="c@x.example", code="A", language="en", now=now)
    hold(factories.service(), until=now + timedelta(seconds=1), now=now)

    assert lines("problem") == []


def test_sessions_that_a_country_has_moved_are_counted(production):
    noon = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    factories.book_one(factories.service(), starts_at=noon, now=noon - timedelta(hours=20))
    Session.objects.update(utc_offset_minutes=45)

    assert "Sessions to come whose wall time is no longer what was agreed: 1." in lines("warning")


def test_sessions_outside_of_todays_rules_are_named(production):
    noon = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    factories.book_one(factories.service(), starts_at=noon, now=noon - timedelta(hours=20))
    Service.objects.update(is_active=False)

    text, is_content = report()

    assert is_content
    assert "Sessions to come that today's rules would not offer: 1." in text
    assert "The soonest: Lesson, Ada, " in text


def test_cache_that_cannot_be_written_is_told(production):
    production.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }

    assert "The cache cannot be written." in lines("problem")


def test_servers_that_are_down_are_told_without_their_passwords(tmp_path):
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"postgres://user:{SECRET}@127.0.0.1:1/x",
        "REDIS_URL": f"redis://:{SECRET}@127.0.0.1:1/0",
    }

    doctor, race = (
        subprocess.run(
            [sys.executable, "manage.py", "doctor", *options],
            cwd=ROOT, env=env, capture_output=True, text=True, timeout=60,
        )
        for options in ([], ["--race"])
    )  # fmt: skip

    assert doctor.returncode == race.returncode == 1
    problems = [line[9:] for line in doctor.stdout.splitlines() if line.startswith("problem")]
    assert problems[-3:] == [
        "The database cannot be reached (OperationalError).",
        "The broker cannot be reached.",
        "The cache cannot be written.",
    ]
    assert race.stderr == "CommandError: The database is not ready: see manage.py doctor.\n"
    assert SECRET not in doctor.stdout + doctor.stderr
