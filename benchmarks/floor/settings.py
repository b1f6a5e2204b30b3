"""The product's settings without its middlewares and applications."""

from config.settings import *  # noqa: F403

MIDDLEWARE = []
INSTALLED_APPS = []
AUTH_USER_MODEL = "auth.User"
ROOT_URLCONF = "benchmarks.floor.urls"
