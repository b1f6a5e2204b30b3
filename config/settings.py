"""Every setting, from the environment; with nothing set, a laptop works.

The table of variables is in docs/operations.md. Between a laptop and a server only
values differ: SQLite or PostgreSQL, files or Redis, the simulator or Zoom.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from kombu import Exchange, Queue

from config.keys import kept_secret, new_encryption_key, new_secret_key
from config.languages import languages_in
from config.mail import mail_settings

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")

# --- Where and who -----------------------------------------------------------

PORT = env.int("PORT", default=8000)
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
SECRETS_DIR = VAR_DIR / "secrets"
VAR_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)  # links and messages are in there

DEBUG = env.bool("DEBUG", default=False)
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")
IS_HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[urlsplit(SITE_URL).hostname or "localhost", "localhost", "127.0.0.1"]
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret(
    SECRETS_DIR / "secret_key", new_secret_key
)
# Newest first: the first key encrypts, all of them decrypt (docs/operations.md, "Keys").
ENCRYPTION_KEYS = env.list("ENCRYPTION_KEYS", default=[]) or [
    kept_secret(SECRETS_DIR / "encryption_key", new_encryption_key)
]

# --- Applications ------------------------------------------------------------

INSTALLED_APPS = [
    "web.desk",
    "web.site",
    "web.keys",
    "notifications",
    "webhooks",
    "zoomlink",
    "booking",
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "anymail",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "booking.middleware.MemoryMiddleware",
    "web.site.embedding.EmbeddingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "web.desk.policy.DeskPolicyMiddleware",
    "web.desk.clock.CompanyTimeMiddleware",
    "web.desk.second_factor.middleware.SecondFactorMiddleware",
    "config.misses.MissesMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "web.site.context.frame",
            ],
        },
    },
]

# --- The company's events ----------------------------------------------------

# Called in this order, inside the transaction that records the event.
EVENT_LISTENERS = [
    "zoomlink.handlers.on_event",
    "notifications.handlers.on_event",
    "webhooks.handlers.on_event",
    "web.erasing.on_event",
    "web.desk.erasing.on_event",
]

# --- Database ----------------------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'zustrich.sqlite3'}")
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock at BEGIN: a reader never has to become a writer
    # half-way, which SQLite answers with "database is locked" without waiting.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # A new PostgreSQL connection costs about ten times an ordinary request.
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)

# --- Broker, cache, tasks ----------------------------------------------------

REDIS_URL = env.str("REDIS_URL", default="")
BROKER_DIR = VAR_DIR / "broker"

if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "zustrich",
            # A cache that hangs must not hold a request.
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
    }
    CACHES["reads"] = CACHES["default"]
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # A killed worker's tasks come back after this many seconds; the sweep is
        # what really guards them, so a short time costs nothing but a repeated claim.
        "visibility_timeout": 300,
        "unacked_restore_interval": 10,
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache",
            # Django's 300 would throw away what is counted of an address once many come.
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        },
        # What is only read is not to write into the database; here there is one process.
        "reads": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "reads",
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        },
    }
    for folder in ("queue", "processed", "control"):
        (BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
    # The host means nothing to files, but without one each process warns of a default.
    CELERY_BROKER_URL = "filesystem://localhost//"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "processed_folder": str(BROKER_DIR / "processed"),
        "control_folder": str(BROKER_DIR / "control"),
        "store_processed": False,
        "polling_interval": 0.05,  # seconds; with its own second, one task a second is all
    }

# Workers serve both in turn, unless told otherwise by -Q: where thousands of reminders are
# due at once, a confirmation or a sign-in code stands behind one of them at most.
BULK_QUEUE = "bulk"
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_QUEUES = [
    Queue(name, Exchange(name), routing_key=name)
    for name in (CELERY_TASK_DEFAULT_QUEUE, BULK_QUEUE)
]
CELERY_TASK_ROUTES = {
    "notifications.tasks.owe_timed": {"queue": BULK_QUEUE},
    # A receiver may take its time: nobody's sign-in code waits for it.
    "webhooks.tasks.deliver": {"queue": BULK_QUEUE},
}
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A server that answers drop by drop passes every timeout of a connection. The limit
# is shorter than any lease, so that whoever overruns it stores nothing late.
CELERY_TASK_TIME_LIMIT = 110
# Celery would close it before and after each task; config/celery.py closes what is old or broken.
CELERY_DB_REUSE_MAX = 1_000_000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A dead broker must not hold a request: the sweep will ring the bell later.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
SWEEP_SECONDS = 60
PURGE_SECONDS = 3600  # how often texts of messages are deleted whose time has come
AUDIT_CHECK_SECONDS = 3600  # how often it is looked whether the daily audit is due
CELERY_BEAT_SCHEDULE = {
    "expire-overdue": {
        "task": "config.tasks.expire_overdue",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},
    },
    "zoomlink-sweep": {
        "task": "zoomlink.tasks.sweep",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},
    },
    "zoomlink-deliveries": {
        "task": "zoomlink.tasks.sweep_deliveries",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},
    },
    "zoomlink-watch-connection": {
        "task": "zoomlink.tasks.watch_connection",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},
    },
    "zoomlink-audit": {
        "task": "zoomlink.tasks.audit_daily",
        "schedule": AUDIT_CHECK_SECONDS,
        "options": {"expires": AUDIT_CHECK_SECONDS},
    },
    "notifications-sweep": {
        "task": "notifications.tasks.sweep",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},
    },
    "webhooks-sweep": {
        "task": "webhooks.tasks.sweep",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},
    },
    "webhooks-clear-away": {
        "task": "webhooks.tasks.clear_away",
        "schedule": PURGE_SECONDS,
        "options": {"expires": PURGE_SECONDS},
    },
    "desk-exports": {
        "task": "web.desk.tasks.sweep_exports",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},
    },
    "notifications-purge": {
        "task": "notifications.tasks.purge_texts",
        "schedule": PURGE_SECONDS,
        "options": {"expires": PURGE_SECONDS},
    },
}

# --- People ------------------------------------------------------------------

AUTH_USER_MODEL = "booking.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "booking.backends.StaffBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "/my-bookings/"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"  # as the form has it; the model's field is called email
AXES_USERNAME_CALLABLE = "booking.backends.name_typed"
# Behind a proxy all requests come from one address: a stranger could lock everybody out.
AXES_CLIENT_IP_CALLABLE = "web.limits.address_of"
AXES_RESET_ON_SUCCESS = True
# It keeps the fields of a form that failed.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code"]
AXES_VERBOSE = False
# Requests a minute from one address on public forms; 0 switches the limit off.
RATE_LIMIT_PER_MINUTE = env.int("RATE_LIMIT_PER_MINUTE", default=600)

# --- Language and time -------------------------------------------------------

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
LOCALE_PATHS = [Path(env.str("LOCALE_DIR", default=str(BASE_DIR / "locale"))).resolve()]
LANGUAGES = languages_in(LOCALE_PATHS[0])
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["config.formats"]
# Django works in UTC; the company's zone is a value of the company (first from here).
TIME_ZONE = "UTC"
COMPANY_TIME_ZONE = env.str("TIME_ZONE", default="Europe/Kyiv")

# --- Static files ------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Pictures that the company uploads.
MEDIA_URL = "media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.static.StaticFiles"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# --- Safety ------------------------------------------------------------------

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_SSL_REDIRECT = False  # the proxy's work; /healthz must answer over plain HTTP
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/admin/",),  # the desk sets its own: web/desk/policy.py
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}
# The admin theme's scripts evaluate expressions written in attributes.
DESK_CONTENT_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
}

# --- Zoom --------------------------------------------------------------------

ZOOM_SIMULATOR_PORT = env.int("ZOOM_SIMULATOR_PORT", default=PORT + 1)
ZOOM_CLIENT_ID = env.str("ZOOM_CLIENT_ID", default="")
ZOOM_CLIENT_SECRET = env.str("ZOOM_CLIENT_SECRET", default="")
ZOOM_WEBHOOK_SECRET = env.str("ZOOM_WEBHOOK_SECRET", default="")
_zoom_oauth_url = env.str("ZOOM_OAUTH_URL", default="")
_zoom_api_url = env.str("ZOOM_API_URL", default="")
ZOOM_IS_SIMULATED = DEBUG and not (ZOOM_CLIENT_ID or _zoom_oauth_url)
if ZOOM_IS_SIMULATED:
    _zoom_oauth_url = f"http://localhost:{ZOOM_SIMULATOR_PORT}"
    _zoom_api_url = f"{_zoom_oauth_url}/v2"
    ZOOM_CLIENT_ID = "simulated-client"
    # Guards nothing real.
    ZOOM_CLIENT_SECRET = ZOOM_WEBHOOK_SECRET = "simulated-secret"  # nosec B105
# With addresses of our own choosing, Zoom's answer about regional hosts is ignored.
ZOOM_URLS_ARE_FIXED = bool(_zoom_oauth_url or _zoom_api_url)
ZOOM_OAUTH_URL = _zoom_oauth_url or "https://zoom.us"
ZOOM_API_URL = _zoom_api_url or "https://api.zoom.us/v2"

# --- Mail and SMS ------------------------------------------------------------

# Without an address, messages are caught and shown in "Sent messages".
EMAIL_URL = env.str("EMAIL_URL", default="")
EMAIL_SERVICE = ""  # a hosted service, where EMAIL_URL names one: config/mail.py
# By which reports of mail and SMS prove themselves; without one they are not taken.
EMAIL_REPORT_SECRET = env.str("EMAIL_REPORT_SECRET", default="")
SMS_REPORT_SECRET = env.str("SMS_REPORT_SECRET", default="")
if EMAIL_URL:
    for _name, _value in mail_settings(EMAIL_URL, report_secret=EMAIL_REPORT_SECRET).items():
        globals()[_name] = _value
EMAIL_TIMEOUT = 15  # seconds, for each step of the conversation
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", default=f"Zustrich <no-reply@{urlsplit(SITE_URL).hostname}>"
)
SMS_URL = env.str("SMS_URL", default="")
# How a gateway by HTTP wants to be asked, and what it answers (docs/operations.md, "SMS").
SMS_FORMAT = env.str("SMS_FORMAT", default="json")
SMS_FIELDS = env.str("SMS_FIELDS", default="to=to,text=text")
SMS_EXTRA = env.str("SMS_EXTRA", default="")
SMS_SENDER = env.str("SMS_SENDER", default="")
SMS_HEADERS = env.str("SMS_HEADERS", default="")
SMS_ID_FIELD = env.str("SMS_ID_FIELD", default="")
SMS_ERROR_FIELD = env.str("SMS_ERROR_FIELD", default="")
# What it calls things when it reports; of the words any case.
SMS_REPORT_FIELDS = env.str("SMS_REPORT_FIELDS", default="id=id,status=status")
SMS_REPORT_DELIVERED = env.list("SMS_REPORT_DELIVERED", default=["delivered", "delivrd"])
SMS_REPORT_UNDELIVERED = env.list(
    "SMS_REPORT_UNDELIVERED",
    default=[
        "undelivered",
        "undeliv",
        "failed",
        "delivery_failed",
        "rejected",
        "rejectd",
        "expired",
    ],
)

# --- Webhooks ----------------------------------------------------------------

# What was sent tells of clients: it is deleted as many days after it ended.
WEBHOOKS_KEPT_DAYS = env.int("WEBHOOKS_KEPT_DAYS", default=30)

# --- Client sign-in by a mailed code -----------------------------------------

ACCOUNT_ADAPTER = "web.site.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600  # seconds
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_PREVENT_ENUMERATION = True

# --- Staff sign-in in two steps ----------------------------------------------

# Of whoever is signed in, each request asks for it: in the query that loads them.
LOADED_WITH_USER = "web.desk.second_factor.standing.with_standing"
MFA_ADAPTER = "web.desk.second_factor.adapter.SecondFactorAdapter"

# --- Log lines and reports of failures ---------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"masked": {"()": "config.masking.MaskSecrets"}},
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["masked"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "axes": {"level": "WARNING"},
        # Its lines for developers tell whole addresses, in which some gateways want passwords.
        "urllib3": {"level": "INFO"},
    },
}

DEFAULT_EXCEPTION_REPORTER = "config.reports.MaskedReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "config.reports.HideSecrets"

# --- Staff side --------------------------------------------------------------

UNFOLD = {
    "SITE_TITLE": "Zustrich",
    "SITE_HEADER": "Zustrich",
    "SITE_SUBHEADER": "web.desk.navigation.company_name",
    "SITE_SYMBOL": "event_available",
    "SITE_URL": "/",
    "SHOW_HISTORY": False,
    "SHOW_LANGUAGES": True,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "8px",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": "web.desk.assets.favicon"},
    ],
    "STYLES": ["web.desk.assets.stylesheet", "web.desk.assets.search_stylesheet"],
    "ACCOUNT": {"navigation": "web.desk.navigation.account"},
    "SIDEBAR": {"navigation": "web.desk.navigation.navigation"},
    "COLORS": {
        "primary": {
            "50": "oklch(97.4% 0.014 192)",
            "100": "oklch(94.2% 0.036 192)",
            "200": "oklch(88.6% 0.064 192)",
            "300": "oklch(80.6% 0.092 192)",
            "400": "oklch(71.2% 0.104 192)",
            "500": "oklch(60.4% 0.099 192)",
            "600": "oklch(50.2% 0.084 194)",
            "700": "oklch(43.1% 0.071 195)",
            "800": "oklch(36.8% 0.058 196)",
            "900": "oklch(31.6% 0.047 197)",
            "950": "oklch(22.4% 0.036 198)",
        },
    },
}
