"""The only pages of allauth there are: ask for a code, type it in. Names are allauth's."""

from django.urls import path

from web.site.views import mine

urlpatterns = [
    path("login/", mine.AskForCode.as_view(), name="account_login"),
    path("login/code/", mine.AskForCode.as_view(), name="account_request_login_code"),
    path("login/code/confirm/", mine.TypeCode.as_view(), name="account_confirm_login_code"),
]
