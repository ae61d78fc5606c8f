"""`make audit` says what was found, and never that all is well when nobody could be asked."""

import importlib.util
import json
from typing import Any

import pytest

from tests.faults.installation import ROOT

_spec = importlib.util.spec_from_file_location("audit", ROOT / "tools" / "audit.py")
assert _spec is not None
assert _spec.loader is not None
audit: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(audit)

WELL = {"name": "django", "version": "5.2.19", "vulns": []}
ILL = {
    "name": "pillow",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.0"], "aliases": [], "description": ""}],
}
UNKNOWN = {"name": "own", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("dependencies", "code", "words"),
    [
        ([WELL], 0, "1 packages audited"),
        ([WELL, ILL], 1, "pillow 1.0: PYSEC-1 (fixed in 2.0)"),
        ([WELL, UNKNOWN], 1, "own: not audited"),
        ([ILL, UNKNOWN], 1, "PYSEC-1"),
        ([UNKNOWN], 75, "NOT AUDITED"),
        ([], 75, "NOT AUDITED"),
    ],
)
def test_what_is_found_is_said(dependencies: list[Any], code: int, words: str) -> None:
    ended, said = audit.judge(json.dumps({"dependencies": dependencies}), "")
    assert ended == code
    assert words in said


def test_no_answer_is_not_a_clean_answer() -> None:
    assert audit.judge("", "requests.exceptions.ConnectionError: refused")[0] == 75
    assert audit.judge("", "ValueError: the lock file is broken")[0] == 1


def test_the_lock_files_name_what_is_asked_about_first() -> None:
    for name in audit.LOCK_FILES:
        assert audit._PINNED.search((ROOT / name).read_text())
