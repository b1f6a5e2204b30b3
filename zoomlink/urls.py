"""The way to Zoom and back, the page behind every meeting link, and Zoom's own calls."""

from django.urls import path

from zoomlink import views

app_name = "zoomlink"
urlpatterns = [
    path("zoom/authorize/", views.authorize, name="authorize"),
    path("zoom/callback/", views.callback, name="callback"),
    path("zoom/logout/", views.logout, name="logout"),
    path("zoom/webhook/", views.webhook, name="webhook"),
    path("m/<slug:token>/", views.meeting, name="meeting"),
    path("m/<slug:token>/status/", views.meeting_status, name="meeting-status"),
    path("m/<slug:token>/enter/", views.meeting_enter, name="meeting-enter"),
]
