"""The English catalogue is complete, and says what the code says."""

import fcntl
import itertools
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"

pytestmark = [
    pytest.mark.skipif(
        shutil.which("msgfmt") is None, reason="gettext is not installed on this machine"
    ),
    pytest.mark.xdist_group("catalogue"),
]


@pytest.fixture(autouse=True)
def _one_at_a_time() -> Iterator[None]:
    """The first test writes the file anew and puts it back: nobody reads it meanwhile."""
    with Path(__file__).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def entries(text: str) -> list[str]:
    """A catalogue's entries, without its header, which holds the time it was made.

    In no order: a text whose function moves to another file is the same text.
    """
    return sorted(text.strip().split("\n\n")[1:])


def gettext(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_the_catalogue_has_what_the_code_has() -> None:
    before = CATALOGUE.read_text()
    try:
        call_command(
            "makemessages",
            locale=["en"],
            no_wrap=True,
            no_location=True,
            no_obsolete=True,
            ignore_patterns=["static/*", "tests/*", ".venv/*"],
            verbosity=0,
        )
        assert entries(CATALOGUE.read_text()) == entries(before), "run `make messages`"
    finally:
        CATALOGUE.write_text(before)


def test_everything_is_translated_and_nothing_guessed() -> None:
    assert gettext("msgattrib", "--untranslated", str(CATALOGUE)) == ""
    assert gettext("msgattrib", "--only-fuzzy", str(CATALOGUE)) == ""


def test_the_compiled_catalogue_is_the_written_one(tmp_path: Path) -> None:
    compiled = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "--check", "-o", compiled, CATALOGUE], check=True)
    assert compiled.read_bytes() == CATALOGUE.with_suffix(".mo").read_bytes()


def test_placeholders_are_the_same_on_both_sides() -> None:
    """`msgfmt --check` sees those of `%`; those of `str.format` it does not."""
    quoted = re.compile(r'^msg(id|str) "(.*)"$', re.MULTILINE)
    pairs = quoted.findall(CATALOGUE.read_text())
    for (kind, source), (_, target) in itertools.pairwise(pairs):
        if kind == "id":
            assert sorted(re.findall(r"\{\w+\}", source)) == sorted(
                re.findall(r"\{\w+\}", target)
            ), source
