"""Dependencies run one way, and some things have one door (docs/architecture.md)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "klas", "pharmacies", "medicines", "accounts", "notifications", "motivations", "applications",
    "decisions", "licences",
)  # fmt: skip
# What each app may import. klas.urls is the one place that names all apps, as strings.
ALLOWED: dict[str, set[str]] = {
    "klas": set(),
    "pharmacies": {"klas"},
    "medicines": {"klas"},
    "accounts": {"klas", "pharmacies"},
    "notifications": {"klas", "accounts"},
    "motivations": {"klas", "pharmacies", "medicines", "accounts", "notifications"},
    "applications": {
        "klas",
        "pharmacies",
        "medicines",
        "accounts",
        "notifications",
        "motivations",
    },
    "decisions": {
        "klas",
        "pharmacies",
        "medicines",
        "accounts",
        "notifications",
        "motivations",
        "applications",
    },
    "licences": {
        "klas",
        "pharmacies",
        "medicines",
        "accounts",
        "notifications",
        "motivations",
        "applications",
        "decisions",
    },
}


def sources(app: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / app).rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, ast.parse(path.read_text())


def imported(tree: ast.Module) -> Iterator[str]:
    """Imported modules; those for type checking only carry no arrow."""
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            skipped.update(ast.walk(node))
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("app", APPS)
def test_an_app_imports_only_what_lies_below_it(app: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path, tree in sources(app)
        for module in imported(tree)
        if (top := module.split(".")[0]) in APPS and top != app and top not in ALLOWED[app]
    ]
    assert not wrong


def test_nothing_but_urls_imports_views() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for app in APPS
        for path, tree in sources(app)
        for module in imported(tree)
        if ".views" in module
        and module.split(".")[0] in APPS
        and path.name != "urls.py"
        and "views" not in path.parts
    ]
    assert not wrong


def test_only_the_flow_assigns_a_status() -> None:
    """No `x.status = …`, and no `update(status=…)`, outside `klas.flow`."""
    wrong = []
    for app in APPS:
        for path, tree in sources(app):
            if path.relative_to(ROOT).as_posix() == "klas/flow.py":
                continue
            for node in ast.walk(tree):
                targets = node.targets if isinstance(node, ast.Assign) else []
                if any(isinstance(t, ast.Attribute) and t.attr == "status" for t in targets):
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr == "update"
                    and any(keyword.arg == "status" for keyword in node.keywords)
                ):
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    # The register of products keeps another country's word, not a life cycle of ours.
    assert [place for place in wrong if not place.startswith("medicines/")] == []


def test_only_reading_and_submission_touch_clinical_text_and_identities() -> None:
    allowed = {
        "motivations/reading.py",
        "motivations/services/submission.py",
        "motivations/models/__init__.py",
        "motivations/models/version.py",
    }
    touching = {
        path.relative_to(ROOT).as_posix()
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts
        and re.search(r"\b(ClinicalText|PatientIdentity)\b", path.read_text())
    }
    assert touching <= allowed


def test_only_services_touch_draft_answers() -> None:
    allowed = {
        "motivations/services/drafts.py",
        "motivations/services/submission.py",
        "motivations/models/__init__.py",
        "motivations/models/draft.py",
    }
    touching = {
        path.relative_to(ROOT).as_posix()
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts and re.search(r"\bDraftSection\b", path.read_text())
    }
    assert touching <= allowed


def test_no_inline_script_or_style_in_any_page_template() -> None:
    pattern = re.compile(
        r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\son(click|load|error|change|input|submit|focus|key[a-z]+|mouse[a-z]+)=",
        re.IGNORECASE,
    )
    wrong = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "templates").rglob("*.html")
        if "letters" not in path.parts and pattern.search(path.read_text())
    ]
    assert not wrong


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
