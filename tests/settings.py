"""The product's settings, kept apart from the machine the tests run on.

A developer's own variables and `.env` must not reach a test, nor a test their data:
what decides where things live or who is called is set here before the product's
settings are read. DATABASE_URL alone is taken over: it says which database is meant.
"""

import atexit
import os
import shutil
import tempfile

VAR_DIR = tempfile.mkdtemp(prefix="zustrich-tests-")
atexit.register(shutil.rmtree, VAR_DIR, ignore_errors=True)

_FROM_OUTSIDE = (
    "ALLOWED_HOSTS DEBUG DEFAULT_FROM_EMAIL EMAIL_REPORT_SECRET EMAIL_URL ENCRYPTION_KEYS "
    "LANGUAGE_CODE LOG_LEVEL PORT RATE_LIMIT_PER_MINUTE REDIS_URL SECRET_KEY SITE_URL "
    "SMS_ERROR_FIELD SMS_EXTRA SMS_FIELDS SMS_FORMAT SMS_HEADERS SMS_ID_FIELD SMS_REPORT_DELIVERED "
    "SMS_REPORT_FIELDS SMS_REPORT_SECRET SMS_REPORT_UNDELIVERED SMS_SENDER SMS_URL TIME_ZONE "
    "WEBHOOKS_KEPT_DAYS "
    "ZOOM_API_URL ZOOM_CLIENT_ID ZOOM_CLIENT_SECRET ZOOM_OAUTH_URL ZOOM_SIMULATOR_PORT "
    "ZOOM_WEBHOOK_SECRET"
)
for _name in _FROM_OUTSIDE.split():
    os.environ.pop(_name, None)
os.environ["VAR_DIR"] = VAR_DIR
os.mkdir(os.path.join(VAR_DIR, "static"))  # WhiteNoise warns about a missing folder
os.environ.setdefault("DATABASE_URL", f"sqlite:///{VAR_DIR}/zustrich.sqlite3")
os.environ["REDIS_URL"] = ""
os.environ["EMAIL_URL"] = ""
os.environ["SMS_URL"] = ""

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, LOGGING, MIDDLEWARE, STORAGES  # noqa: E402

# Whatever is logged or answered is searched for Zoom's secrets: tests/leaks/plugin.py.
LOGGING["root"]["level"] = "DEBUG"
LOGGING["handlers"]["console"]["level"] = "INFO"
MIDDLEWARE = ["tests.leaks.pages.ReadAnswers", *MIDDLEWARE]

# A file, not memory: threads of a test then meet SQLite's real locks.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": f"{VAR_DIR}/test.sqlite3"}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0  # threads of a test leave no connection behind

CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CACHES["reads"] = CACHES["default"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick, for tests only
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
