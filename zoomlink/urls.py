from django.urls import path

app_name = "zoomlink"
urlpatterns: list = []
