"""The staff side's own pages, beside those of Django's admin."""

from django.urls import path, reverse_lazy
from django.views.generic import RedirectView

from web.desk import flexible, message_settings, messages, messaging_settings, timings, trying
from web.desk.views import (
    approval,
    bookings,
    calendar,
    changes,
    classes,
    clients,
    drops,
    features,
    hours,
    live,
    meeting_settings,
    notes,
    online_meetings,
    outside,
    readiness,
    reports,
    search,
    sessions,
    undoing,
    why,
)

app_name = "desk"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="desk:calendar"), name="home"),
    path("search/", search.page, name="search"),
    path("search/hints/", search.hints, name="search-hints"),
    # Calendar
    path("calendar/", calendar.page, name="calendar"),
    path("calendar/feed/", calendar.feed, name="calendar-feed"),
    path("calendar/background/", calendar.background, name="calendar-background"),
    path("calendar/pulse/", live.pulse, name="calendar-pulse"),
    path("undo/", undoing.undo, name="undo"),
    path("bookings/new/", changes.new_booking, name="booking-new"),
    path("bookings/<int:pk>/", bookings.page, name="booking"),
    path("bookings/<int:pk>/popup/", bookings.popup, name="booking-popup"),
    path("bookings/<int:pk>/move/", changes.move, name="booking-move"),
    path("bookings/<int:pk>/drop/", drops.booking, name="booking-drop"),
    path("bookings/<int:pk>/tell-nobody/", drops.tell_nobody, name="booking-tell-nobody"),
    path("bookings/<int:pk>/cancel/", bookings.cancel, name="booking-cancel"),
    path("bookings/<int:pk>/approve/", approval.approve, name="booking-approve"),
    path("bookings/<int:pk>/decline/", approval.decline, name="booking-decline"),
    path("bookings/<int:pk>/label/", notes.label, name="booking-label"),
    path("bookings/<int:pk>/attendance/", notes.attendance, name="booking-attendance"),
    path("bookings/<int:pk>/comment/", notes.comment, name="booking-comment"),
    path("bookings/<int:pk>/words/", flexible.of_booking, name="booking-words"),
    path("pending/", approval.pending, name="pending"),
    path("pending/decide/", approval.decide, name="pending-decide"),
    # Class sessions
    path("sessions/", sessions.overview, name="sessions"),
    path("sessions/new/", classes.new_session, name="session-new"),
    path("sessions/<int:pk>/", sessions.page, name="session"),
    path("sessions/<int:pk>/popup/", sessions.popup, name="session-popup"),
    path("sessions/<int:pk>/book/", changes.new_place, name="session-book"),
    path("sessions/<int:pk>/move/", classes.move, name="session-move"),
    path("sessions/<int:pk>/drop/", drops.session, name="session-drop"),
    path("sessions/<int:pk>/places/", classes.places, name="session-places"),
    path("sessions/<int:pk>/cancel/", sessions.cancel, name="session-cancel"),
    path(
        "sessions/<int:pk>/waiting/<int:entry>/remove/",
        sessions.remove_from_waiting_list,
        name="waiting-remove",
    ),
    # Reports
    path("reports/bookings/", reports.bookings, name="reports-bookings"),
    path("reports/online-meetings/", reports.online_meetings, name="reports-online-meetings"),
    # Manage
    path("outside-rules/", outside.overview, name="outside-rules"),
    path("why/", why.page, name="why"),
    path("clients/<int:pk>/", clients.page, name="client"),
    path("hours/", hours.page, name="hours"),
    path("hours/<int:pk>/", hours.page, name="hours-of"),
    path("hours/<int:pk>/forget/", hours.use_companys, name="hours-forget"),
    # Manage: short addresses of the admin's own pages
    path(
        "services/",
        RedirectView.as_view(pattern_name="admin:booking_service_changelist"),
        name="services",
    ),
    path(
        "classes/",
        RedirectView.as_view(pattern_name="admin:desk_class_changelist"),
        name="classes",
    ),
    # Messages
    path("sent-messages/", messages.overview, name="messages"),
    path("sent-messages/again/", messages.send_several, name="messages-resend"),
    path("sent-messages/<int:pk>/", messages.message, name="message"),
    path("sent-messages/<int:pk>/again/", messages.send_again, name="message-resend"),
    path("message-settings/", message_settings.overview, name="message-settings"),
    path("message-settings/general/", messaging_settings.page, name="messaging-settings"),
    path("message-settings/switches/", message_settings.save_switches, name="message-switches"),
    path("message-settings/restore/", message_settings.restore_all, name="message-restore-all"),
    path("message-settings/meeting-links/", message_settings.insert_links, name="message-links"),
    path("message-settings/times/", timings.add, name="message-timings"),
    path("message-settings/times/<int:pk>/remove/", timings.remove, name="message-timing-remove"),
    path(
        "message-settings/<slug:slug>/<slug:language>/",
        message_settings.template,
        name="message-template",
    ),
    path(
        "message-settings/<slug:slug>/<slug:language>/restore/",
        message_settings.restore,
        name="message-restore",
    ),
    path(
        "message-settings/<slug:slug>/<slug:language>/preview/",
        trying.preview,
        name="message-preview",
    ),
    path(
        "message-settings/<slug:slug>/<slug:language>/test/",
        trying.send_test,
        name="message-test",
    ),
    path("flexible-notifications/", flexible.overview, name="flexible"),
    path("flexible-notifications/manage/", flexible.manage, name="flexible-manage"),
    path(
        "flexible-notifications/<slug:slug>/<slug:language>/", flexible.text, name="flexible-text"
    ),
    path(
        "flexible-notifications/<slug:slug>/<slug:language>/forget/",
        flexible.forget,
        name="flexible-forget",
    ),
    # Settings
    path("features/", features.overview, name="features"),
    path("features/<slug:key>/", features.switch, name="feature-switch"),
    path("online-meetings/", online_meetings.overview, name="online-meetings"),
    path("online-meetings/readiness/", readiness.page, name="readiness"),
    path("online-meetings/readiness/audit/", readiness.start_audit, name="readiness-audit"),
    path("online-meetings/readiness/orphans/", readiness.remove_orphans, name="readiness-orphans"),
    path("online-meetings/readiness/trial/", readiness.start_trial, name="readiness-trial"),
    path("online-meetings/settings/", meeting_settings.page, name="meeting-settings"),
    path("online-meetings/logout/", online_meetings.logout, name="online-meetings-logout"),
    path("online-meetings/providers/", online_meetings.save_providers, name="meeting-providers"),
    path("online-meetings/services/", online_meetings.save_services, name="meeting-services"),
    path("online-meetings/refresh/", online_meetings.refresh, name="meeting-users-refresh"),
    path(
        "company/",
        RedirectView.as_view(url=reverse_lazy("admin:booking_company_change", args=[1])),
        name="company",
    ),
]
