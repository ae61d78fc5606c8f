"""How many cases stand under each tab of the queue, kept by the database (docs/decisions/007)."""

import pgtrigger
from django.db import models

from decisions.enums import OPEN_CASES


class QueueCount(models.Model):
    """So many cases more, or fewer, under a tab; the sum of a tab's rows is its count.

    Only ever added, by triggers on `Case`, in the transaction that changes a case: nobody waits
    for anybody. The worker puts them together (`decisions.services.counting.fold`). `officer` is
    the key of the assignment whose tab it is; `day` the last day on which they do not count yet.
    """

    tab = models.CharField(max_length=20)
    officer = models.BigIntegerField(null=True)
    day = models.DateField(null=True)
    n = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.tab} {self.n:+}"


_OPEN = ", ".join(f"'{status}'" for status in OPEN_CASES)
_FACTS = "status, assignee_id, due_on, told_until, supplement_arrived_at"

# The same tabs as `decisions.queue.tab_filter` says; tests/decisions/test_counting.py holds them
# together. What stands under a tab before and after takes itself out. %s: the rows of `cases`.
_COUNT = f"""
INSERT INTO decisions_queuecount (tab, officer, day, n)
SELECT tabs.tab, tabs.officer, tabs.day, sum(cases.n)
FROM (%s) AS cases (status, assignee, due_on, told_until, arrived_at, n)
CROSS JOIN LATERAL (VALUES
    ('unassigned', NULL::bigint, NULL::date, status = 'registered'),
    ('mine', assignee, NULL, assignee IS NOT NULL),
    ('waiting', NULL, NULL, status = 'waiting'),
    ('arrived', NULL, NULL, status = 'in_review' AND arrived_at IS NOT NULL),
    ('to_countersign', NULL, NULL, status = 'proposed'),
    ('overdue', NULL, due_on, status <> 'waiting'),
    ('untold', NULL, GREATEST(due_on, told_until), status <> 'waiting'),
    ('open', NULL, NULL, TRUE)
) AS tabs (tab, officer, day, stands)
WHERE tabs.stands AND cases.status IN ({_OPEN})
GROUP BY tabs.tab, tabs.officer, tabs.day
HAVING sum(cases.n) <> 0;
RETURN NULL;
"""  # nosec B608  # noqa: S608 - constants of ours
_BEFORE = f"SELECT {_FACTS}, -1 FROM old_cases"  # nosec B608  # noqa: S608 - the same
_AFTER = f"SELECT {_FACTS}, 1 FROM new_cases"  # nosec B608  # noqa: S608 - the same


def counted() -> list[pgtrigger.Trigger]:
    """The triggers for `Case.Meta.triggers`: one for each kind of statement.

    Of statements, not rows: what changes many cases at once adds as few rows as what changes one.
    """
    old, new = {"old": "old_cases"}, {"new": "new_cases"}
    kinds = (
        ("inserted", pgtrigger.Insert, new, _AFTER),
        ("updated", pgtrigger.Update, old | new, f"{_BEFORE} UNION ALL {_AFTER}"),
        ("deleted", pgtrigger.Delete, old, _BEFORE),
    )
    return [
        pgtrigger.Trigger(
            name=f"count_{name}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=pgtrigger.Referencing(**rows),  # type: ignore[no-untyped-call]
            func=_COUNT % cases,
        )
        for name, operation, rows, cases in kinds
    ]
