"""Registers of medicines: what can be ordered from abroad, and what is approved in Sweden."""

from medicines.models.approved import ApprovedProduct
from medicines.models.exact import ExactProduct, LicensedProduct
from medicines.models.facts import ProductFacts
from medicines.models.pack import Pack
from medicines.models.product import LicenceProduct, ProductSubstance, Substance

__all__ = [
    "ApprovedProduct",
    "ExactProduct",
    "LicenceProduct",
    "LicensedProduct",
    "Pack",
    "ProductFacts",
    "ProductSubstance",
    "Substance",
]
