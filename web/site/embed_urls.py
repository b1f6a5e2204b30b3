"""The pages of the booking flow a second time, for frames in other people's pages.

What is not in the flow has no address here: it opens outside (``{% outside … %}``).
"""

from django.urls import path

from web.site.embedding import embedded
from web.site.views import catalog, details, framed, waiting

app_name = "site"
urlpatterns = [
    path("", embedded(catalog.home), name="home"),
    path("with/<int:pk>/", embedded(catalog.provider), name="provider"),
    path("book/<slug:slug>/", embedded(catalog.service), name="service"),
    path("book/<slug:slug>/details/", embedded(details.details), name="details"),
    path(
        "book/<slug:slug>/waiting/<int:session_id>/",
        embedded(waiting.join),
        name="join-waiting-list",
    ),
    path("w/<slug:token>/", embedded(waiting.entry), name="waiting"),
    path("b/<slug:token>/", embedded(framed.booked), name="booking"),
]
