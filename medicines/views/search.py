"""Search for a product: the page, and the suggestions while typing."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from klas.access import Permission
from klas.acting import ActingView
from klas.policy import policy
from medicines.forms import ProductSearchForm
from medicines.models import LicenceProduct
from medicines.queries import MOST_HITS, products_in_order, search_ids, search_products

MOST_SUGGESTIONS = 10


class ProductSearchView(ActingView):
    """The register's search page (GET q, species, page). Two queries for any number of hits."""

    permission = Permission.SEARCH_PRODUCTS

    def get(self, request: HttpRequest) -> HttpResponse:
        form = ProductSearchForm(request.GET)
        found: list[int] = []
        searched = form.is_valid() and bool(form.cleaned_data["q"].strip())
        if searched:
            found = search_ids(form.cleaned_data["q"], veterinary=form.veterinary)
        page = Paginator(found, policy.page_size).get_page(request.GET.get("page"))
        context: dict[str, Any] = {
            "form": form,
            "searched": searched,
            "page_obj": page,
            "products": products_in_order(list(page.object_list)),
            "most_hits": MOST_HITS,
            "is_cut": len(found) == MOST_HITS,
        }
        return render(request, "medicines/search.html", context)


class SuggestView(ActingView):
    """Suggestions while typing: {"results": [{"id", "label", "detail"}]}, at most ten."""

    permission = Permission.SEARCH_PRODUCTS

    def get(self, request: HttpRequest) -> JsonResponse:
        form = ProductSearchForm(request.GET)
        products = (
            search_products(
                form.cleaned_data["q"], limit=MOST_SUGGESTIONS, veterinary=form.veterinary
            )
            if form.is_valid()
            else []
        )
        return JsonResponse({"results": [_suggestion(product) for product in products]})


def _suggestion(product: LicenceProduct) -> dict[str, Any]:
    label = ", ".join(part for part in (product.name, product.form, product.strength) if part)
    detail = (product.substances_text, product.mah, product.country_display)
    return {
        "id": product.pk,
        "label": label,
        "detail": " · ".join(part for part in detail if part),
    }
