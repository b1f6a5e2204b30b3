"""The addresses of the product's API that are measured."""

from django.urls import path

from benchmarks.floor import views

urlpatterns = [
    path("healthz", views.healthz),
    path("api/v1/slots", views.slots),
    path("api/v1/bookings", views.bookings),
]
