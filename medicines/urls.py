"""Addresses of the register of licence products."""

from django.urls import path

from medicines.views.product import ProductView
from medicines.views.search import ProductSearchView, SuggestView

app_name = "medicines"
urlpatterns = [
    path("", ProductSearchView.as_view(), name="search"),
    path("forslag/", SuggestView.as_view(), name="suggest"),
    path("<int:pk>/", ProductView.as_view(), name="product"),
]
