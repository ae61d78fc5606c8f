"""What a search among precedents costs when there are many more of them.

`KLAS_BENCH_ROWS` says how many at most.
"""

import os
import statistics
import time
from typing import Any

import pytest
from django.db import connection

from decisions import before
from decisions.before import Sought
from decisions.models import Case, Decision, Precedent
from tests import factories
from tests.bench.copies import copies

pytestmark = [pytest.mark.bench, pytest.mark.django_db]
FEW, MANY = 1_000, int(os.environ.get("KLAS_BENCH_ROWS", "200_000"))
BASE, ROUNDS = 100_000_000, 15
MOST_MS = 150
# Of words, a language has so many; the notes of a hundred thousands hold no more.
WORDS_OF_FEW, WORDS_OF_MANY = 2_000, 50_000
# Two hundred words, so that one is in a few notes of a hundred.
WORDS = "'ord' || chr(97 + mod(n, 20)) || chr(97 + mod(n / 20, 10)) || 'lek'"
NOTE = f"'Beviljat efter dokumenterad svikt, se ' || {WORDS} || ' och uppföljning'"

SOUGHT = {
    "a rare word": Sought(words="ordablek"),
    "a word of every note": Sought(words="uppföljning"),
    "a misspelled word": Sought(words="dokumetnerad"),
    "a misspelled rare word": Sought(words="ordabelk"),
    "a misspelled product": Sought(about="ospolott"),
    "product": Sought(about="ospolot"),
    "ATC": Sought(atc="N03"),
    "diagnosis": Sought(icd10="G40.4"),
    "nothing found": Sought(words="leverflundra"),
}


def _fill(precedent: Precedent, *, first: int, last: int, words: int) -> None:
    span = {"first": BASE + first, "last": BASE + last}
    case = precedent.decision.case
    # A case for each, since a case has one decision; an application for each case.
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    copies("decisions_decision", {"case_id": str(case.pk)}, source=precedent.decision_id, **span)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO decisions_precedent (id, decision_id, kind, outcome, decided_at, "
            "product_line, product_key, substances, substances_key, atc, icd10, icd10_keys, note) "
            "SELECT n, n, kind, outcome, decided_at - (n - %s) * interval '1 minute', "
            "CASE mod(n, 50) WHEN 0 THEN product_line ELSE 'Annat ' || mod(n, 500) END, "
            "md5(mod(n, 500)::text), substances, substances_key || mod(n, 300), "
            "CASE mod(n, 50) WHEN 0 THEN atc ELSE 'P02BX' || lpad(mod(n, 90)::text, 2, '0') END, "
            "CASE mod(n, 50) WHEN 0 THEN ARRAY['G40.4'] ELSE ARRAY['B66'] END, "
            "CASE mod(n, 50) WHEN 0 THEN ARRAY['G40', 'G40.4'] ELSE ARRAY['B66'] END, "
            f"{NOTE} FROM decisions_precedent, generate_series(%s, %s) n WHERE id = %s",
            [BASE, span["first"], span["last"], precedent.pk],
        )
        cursor.execute("SET session_replication_role = origin")
        # Those of the notes, as `precedents.keep` leaves them, and others.
        cursor.execute(
            "INSERT INTO decisions_precedentword (word) "
            "SELECT DISTINCT regexp_split_to_table(lower(note), '[ ,.]+') FROM decisions_precedent "
            "UNION SELECT translate(md5(n::text), '0123456789', 'aeiouyåäö') "
            "FROM generate_series(1, %s) n ON CONFLICT DO NOTHING",
            [words],
        )
        cursor.execute("ANALYZE decisions_precedent")
        cursor.execute("ANALYZE decisions_precedentword")
        cursor.execute("ANALYZE decisions_decision")


def _milliseconds() -> dict[str, float]:
    taken = {}
    for name, sought in SOUGHT.items():
        rounds = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            before.search(sought)
            rounds.append((time.perf_counter() - begun) * 1000)
        taken[name] = statistics.median(rounds)
    return taken


def test_a_search_among_many_more_precedents(capsys: Any) -> None:
    case: Case = factories.decided(precedent_note="Beviljat.", precedent_icd10="G40.4")
    precedent = Precedent.objects.get(decision=Decision.objects.get(case=case))
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS one_live_decision_per_case")
    _fill(precedent, first=0, last=FEW - 1, words=WORDS_OF_FEW)
    few = _milliseconds()
    _fill(precedent, first=FEW, last=MANY - 1, words=WORDS_OF_MANY)
    many = _milliseconds()
    with capsys.disabled():
        print()
        for name in SOUGHT:
            print(
                f"{name}: {few[name]:.1f} ms among {FEW}, {many[name]:.1f} ms among {MANY}: "
                f"{many[name] / few[name]:.1f} times"
            )
    assert max(many.values()) < MOST_MS
