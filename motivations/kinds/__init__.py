"""The licence kinds: everything that differs between them stands in one module per kind."""

from motivations.kinds.base import Kind, Route, SearchFact, Unit, Words
from motivations.kinds.registry import KINDS, kind_of, kinds_for

__all__ = ["KINDS", "Kind", "Route", "SearchFact", "Unit", "Words", "kind_of", "kinds_for"]
