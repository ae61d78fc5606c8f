"""From facts to cells: one statement counts a span in all combinations that pages ask for.

A page then reads its cells by index, however many cases there are.
"""

from datetime import date

from django.db import connection

from decisions.models.statistics import UNKNOWN, Level, Span, StatisticsCell

# Lengths of the ATC levels; ATCvet codes have a Q in front.
ATC_LENGTHS = (1, 3, 4, 5, 7)
OUTCOMES = ("granted", "granted_with_reservation", "rejected", "dismissed", "closed")
COUNTS = ("registered", *OUTCOMES, "supplemented")
_NODES = ("a1", "a2", "a3", "a4", "a5", "product")


def is_counted(level: Level, *, by_kind: bool, by_region: bool) -> bool:
    """Whether there are cells of a level told apart by kind and region.

    The finest are not told apart by both: nearly every cell would be a single case, and they would
    be more than the cases themselves.
    """
    if level <= Level.ATC3:
        return True
    if level == Level.PRODUCT:
        return not (by_kind and by_region)
    return not by_region


def count_span(span: Span, starts: date) -> None:
    """Count the cells of one span anew: of a month or a year, or of what is open.

    Args:
        starts: the span's first day; of what is open, the day it was counted.
    """
    if span == Span.OPEN:
        StatisticsCell.objects.filter(span=span).delete()
    else:
        StatisticsCell.objects.filter(span=span, starts=starts).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL.format(stream=_OPEN if span == Span.OPEN else _HAPPENED),
            {"span": span.value, "starts": starts, "ends": _end(span, starts)},
        )


def _end(span: Span, starts: date) -> date:
    """The first day after a month or a year."""
    if span == Span.YEAR or starts.month == 12:
        return date(starts.year + 1, 1, 1)
    return date(starts.year, starts.month + 1, 1)


def _sums(function: str) -> str:
    return ", ".join(function.format(name) for name in COUNTS)


_OPEN = """
    SELECT kind, region, product_id, 0 AS registered, '' AS outcome, 0 AS supplemented,
           working_days AS days
    FROM decisions_casefact WHERE ended_month IS NULL
"""
_HAPPENED = """
    SELECT kind, region, product_id, 1 AS registered, '' AS outcome, 0 AS supplemented,
           NULL::smallint AS days
    FROM decisions_casefact WHERE registered_month >= %(starts)s AND registered_month < %(ends)s
    UNION ALL
    SELECT kind, region, product_id, 0, outcome, had_supplement::int,
           CASE WHEN outcome <> 'closed' THEN working_days END
    FROM decisions_casefact WHERE ended_month >= %(starts)s AND ended_month < %(ends)s
"""
_EXTRA = "(atc LIKE 'Q%%')::int"
_ATC = ", ".join(
    f"CASE WHEN length(atc) >= {length} + {_EXTRA} THEN left(atc, {length} + {_EXTRA}) "
    f"ELSE atc || '{UNKNOWN}' END AS {node}"
    for node, length in zip(_NODES, ATC_LENGTHS, strict=False)
)
_LEVEL = " ".join(
    f"WHEN grouping({node}) = 0 THEN {place + 1}" for place, node in enumerate(_NODES)
)
_NODE = " ".join(f"WHEN grouping({node}) = 0 THEN {node}" for node in _NODES)
_SETS = ", ".join(
    "("
    + ", ".join(
        [
            *(["kind"] if by_kind else []),
            *(["region"] if by_region else []),
            *([_NODES[level - 1]] if level else []),
        ]
    )
    + ")"
    for level in Level
    for by_kind in (False, True)
    for by_region in (False, True)
    if is_counted(level, by_kind=by_kind, by_region=by_region)
)
_BY_OUTCOME = ", ".join(
    f"count(*) FILTER (WHERE outcome = '{name}') AS {name}" for name in OUTCOMES
)
_SQL = f"""
INSERT INTO decisions_statisticscell
    (span, starts, kind, region, level, node, {", ".join(COUNTS)}, days, counts)
WITH stream AS ({{stream}}),
base AS (
    SELECT kind, region, days, product_id, sum(registered) AS registered,
        {_BY_OUTCOME},
        sum(supplemented) AS supplemented, count(days) AS cases
    FROM stream GROUP BY kind, region, days, product_id
),
medicine AS (SELECT id, id::text AS product, {_ATC} FROM decisions_countedproduct),
named AS (
    SELECT base.*, {", ".join(f"coalesce({node}, '{UNKNOWN}') AS {node}" for node in _NODES)}
    FROM base LEFT JOIN medicine ON medicine.id = base.product_id
),
cube AS (
    SELECT CASE WHEN grouping(kind) = 0 THEN kind ELSE '' END AS kind,
        CASE WHEN grouping(region) = 0 THEN region ELSE '' END AS region,
        CASE {_LEVEL} ELSE 0 END AS level,
        CASE {_NODE} ELSE '' END AS node,
        days, sum(cases) AS cases, {_sums("sum({0}) AS {0}")}
    FROM named
    GROUP BY days, GROUPING SETS ({_SETS})
)
SELECT %(span)s, %(starts)s, kind, region, level, node, {_sums("sum({0})")},
    coalesce(array_agg(days ORDER BY days) FILTER (WHERE days IS NOT NULL), '{{{{}}}}'),
    coalesce(array_agg(cases ORDER BY days) FILTER (WHERE days IS NOT NULL), '{{{{}}}}')
FROM cube GROUP BY kind, region, level, node
"""  # nosec B608  # noqa: S608 - made of the constants above
