"""The address of the public page where letters are verified, below /kontrollera/."""

from django.urls import path

from decisions.views import verification

app_name = "verification"
urlpatterns = [path("", verification.check, name="check")]
