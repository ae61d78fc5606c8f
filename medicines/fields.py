"""Answers about medicines that the system gives itself."""

from typing import Any

from django import forms
from django.utils.safestring import SafeString

from medicines.models.facts import product_line


class _NotDrawn(forms.HiddenInput):
    """Has nothing in the page, and takes nothing from a browser, which sends no lists."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:
        stored = data.get(name)
        return stored if isinstance(stored, list) else []

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return SafeString("")


class ApprovedProductsField(forms.Field):
    """Products approved in Sweden, as `ApprovedProduct.as_known` gives them."""

    widget = _NotDrawn

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def display(self, value: list[dict[str, Any]]) -> list[str]:
        """One line per product."""
        return [
            product_line(*(str(product.get(fact) or "") for fact in _LINE)) for product in value
        ]


_LINE = ("name", "form", "strength", "mah")
