"""The booking site's addresses."""

from django.urls import path

from web.site.views import (
    catalog,
    company,
    details,
    manage,
    mine,
    move,
    own_data,
    own_details,
    prove,
    sent,
    waiting,
)

app_name = "site"
urlpatterns = [
    path("", catalog.home, name="home"),
    path("with/<int:pk>/", catalog.provider, name="provider"),
    path("terms/", company.terms, name="terms"),
    path("book/<slug:slug>/", catalog.service, name="service"),
    path("book/<slug:slug>/details/", details.details, name="details"),
    path("book/<slug:slug>/waiting/<int:session_id>/", waiting.join, name="join-waiting-list"),
    path("w/<slug:token>/", waiting.entry, name="waiting"),
    path("w/<slug:token>/leave/", waiting.leave, name="leave-waiting-list"),
    path("b/<slug:token>/", manage.booking, name="booking"),
    path("b/<slug:token>/confirm/", manage.confirm, name="confirm"),
    path("b/<slug:token>/cancel/", manage.cancel, name="cancel"),
    path("b/<slug:token>/reschedule/", move.reschedule, name="reschedule"),
    path("b/<slug:token>/calendar.ics", manage.calendar, name="calendar"),
    path("b/<slug:token>/calendar/<slug:name>/", manage.web_calendar, name="web-calendar"),
    path("b/<slug:token>/proof/", prove.send_again, name="send-proof"),
    path("c/<str:token>/", prove.prove, name="prove"),
    path("my-bookings/", mine.my_bookings, name="my-bookings"),
    path("my-bookings/messages/", sent.messages, name="my-messages"),
    path("my-bookings/messages/<int:pk>/", sent.message, name="my-message"),
    path("my-bookings/details/", own_details.details, name="my-details"),
    path("my-bookings/data/", own_data.own_data, name="my-data"),
    path("my-bookings/data/file/", own_data.own_data_file, name="my-data-file"),
    path("my-bookings/sign-out/", mine.sign_out, name="sign-out"),
]
