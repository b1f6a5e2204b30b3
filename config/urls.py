"""Which page answers which address (docs/architecture.md, "Names that others rely on")."""

from django.contrib import admin
from django.urls import include, path

from web.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", include("web.desk.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("web.api.urls")),
    path("accounts/", include("web.site.account_urls")),
    path("", include("zoomlink.urls")),
    path("", include("web.site.urls")),
]
