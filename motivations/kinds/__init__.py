"""The licence kinds: everything that differs between them stands in one module per kind."""

from motivations.kinds.base import Kind, Route
from motivations.kinds.registry import KINDS, kind_of, kinds_for

__all__ = ["KINDS", "Kind", "Route", "kind_of", "kinds_for"]
