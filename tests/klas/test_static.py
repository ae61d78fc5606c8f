"""What is served: small, own, whole, and built from the sources beside it."""

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

DIST: Path = settings.BASE_DIR / "static" / "dist"
SOURCES: Path = settings.BASE_DIR / "static" / "src"
LETTER_FONTS: Path = settings.BASE_DIR / "templates" / "letters" / "fonts"


@pytest.mark.parametrize(("name", "most_kilobytes"), [("css/klas.css", 25), ("js/klas.js", 20)])
def test_files_stay_within_the_budget(name: str, most_kilobytes: int) -> None:
    assert len(gzip.compress((DIST / name).read_bytes())) <= most_kilobytes * 1024


def test_first_font_is_small_and_both_are_fonts() -> None:
    first = (DIST / "fonts/source-sans-3.woff2").read_bytes()
    second = (DIST / "fonts/source-sans-3-ext.woff2").read_bytes()
    assert len(first) <= 30 * 1024
    assert first[:4] == second[:4] == b"wOF2"


def test_stylesheet_fetches_nothing_but_our_own_fonts() -> None:
    css = (DIST / "css/klas.css").read_text(encoding="utf-8")
    addresses = set(re.findall(r"url\(['\"]?([^'\")]+)", css))
    own = {address for address in addresses if not address.startswith("data:")}
    assert own == {"../fonts/source-sans-3.woff2", "../fonts/source-sans-3-ext.woff2"}
    for address in own:
        assert (DIST / "css" / address).resolve().is_file()
    assert "GDS Transport" not in css
    assert "@import" not in css


def test_script_has_no_sink_that_trusted_types_forbid_and_keeps_nothing_in_the_browser() -> None:
    script = (DIST / "js/klas.js").read_text(encoding="utf-8")
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "localStorage",
        "sessionStorage",
        "indexedDB",
        "document.cookie",
    ):
        assert word not in script


@pytest.mark.parametrize("face", ["Regular", "Semibold", "Bold", "It"])
def test_letters_have_truetype_fonts_with_their_licence(face: str) -> None:
    assert (LETTER_FONTS / f"SourceSans3-{face}.ttf").read_bytes()[:4] == b"\x00\x01\x00\x00"
    assert "SIL OPEN FONT LICENSE" in (LETTER_FONTS / "OFL.txt").read_text(encoding="utf-8").upper()


@pytest.mark.skipif(
    not shutil.which("node") or not (SOURCES / "node_modules").is_dir(),
    reason="needs node and npm ci in static/src",
)
def test_what_is_served_is_what_the_sources_give_byte_for_byte() -> None:
    node = shutil.which("node")
    assert node is not None
    answer = subprocess.run(
        [node, "build.mjs", "--check"], cwd=SOURCES, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
