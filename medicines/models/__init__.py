"""Register of licence products: what can be ordered from abroad."""

from medicines.models.exact import ExactProduct
from medicines.models.facts import ProductFacts
from medicines.models.pack import Pack
from medicines.models.product import LicenceProduct, ProductSubstance, Substance

__all__ = [
    "ExactProduct",
    "LicenceProduct",
    "Pack",
    "ProductFacts",
    "ProductSubstance",
    "Substance",
]
