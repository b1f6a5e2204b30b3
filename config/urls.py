"""Which page answers which address (docs/architecture.md, "Names that others rely on")."""

from django.contrib import admin
from django.urls import include, path, re_path

from web.delivery_reports import mail_report, sms_report, twilio_report
from web.health import healthz, readyz
from web.pictures import picture
from web.site.views.company import colours
from web.site.views.framed import script as embed_script
from web.site.views.language import choose_language

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    re_path(
        r"^media/(?P<folder>services|providers|company)/(?P<name>[0-9a-f]{32})\.webp\Z",
        picture,
        name="picture",
    ),
    re_path(r"^colours/(?P<colour>[0-9a-f]{6})\.css\Z", colours, name="colours"),
    path("i18n/setlang/", choose_language, name="set_language"),
    path("admin/", include("web.desk.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("web.api.urls")),
    path("accounts/", include("web.site.account_urls")),
    path("mail/report/", mail_report, name="mail-report"),
    path("sms/report/", sms_report, name="sms-report"),
    path("sms/report/twilio/", twilio_report, name="twilio-report"),
    path("", include("zoomlink.urls")),
    path("embed.js", embed_script, name="embed-script"),
    path("embed/", include("web.site.embed_urls", namespace="embed")),
    path("", include("web.site.urls")),
]

handler400 = "config.errors.bad_request"
handler500 = "config.errors.server_error"
