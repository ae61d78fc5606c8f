"""Addresses of the public statistics, below /statistik/."""

from django.urls import path

from decisions.views import public_statistics

app_name = "statistics"
urlpatterns = [
    path("", public_statistics.page, name="public"),
    path("english/", public_statistics.page, {"language": "en"}, name="public_in_english"),
    path("licenser.csv", public_statistics.csv_file, name="csv"),
    path("licenser.json", public_statistics.json_file, name="json"),
]
