"""Example data of the demo: invented people and cases, made through the services.

Nothing here sets a status or a number: the same drafts, submissions, applications and decisions are
made as people make them, at moments in the past (`klas.clock.at`).
"""

from decisions.examples.load import load

__all__ = ["load"]
