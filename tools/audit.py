"""Known vulnerabilities in what the two lock files name (`make audit`).

Ends with 0 when everything was audited and nothing found, 1 when something was found or could not
be audited, and 75 (EX_TEMPFAIL) when PyPI's vulnerability service was not reached: then nothing has
been audited, and that is all that is said.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK_FILES = ("requirements.lock", "requirements-test.lock")
CLEAN, FOUND, NOT_REACHED = 0, 1, 75
_PINNED = re.compile(r"^\S+==\S+(?: \\\n +--hash=\S+)+", re.MULTILINE)


def main() -> int:
    # One is asked about first: where the service is out of reach the others are not asked about.
    first = _PINNED.search((ROOT / LOCK_FILES[0]).read_text())
    if first is None:
        raise SystemExit(f"{LOCK_FILES[0]} names nothing")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as one:
        one.write(first.group() + "\n")
        one.flush()
        code, said = judge(*_ask(one.name))
    if code != NOT_REACHED:
        code, said = judge(*_ask(*(str(ROOT / name) for name in LOCK_FILES)))
    print(said, file=sys.stderr if code else sys.stdout)
    return code


def _ask(*files: str) -> tuple[str, str]:
    """What pip-audit answers about lock files: (stdout, stderr).

    Not `--strict`, which ends at the first that it cannot audit; `judge` is as strict, and names
    all.
    """
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off"]
    for file in files:
        command += ["--requirement", file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout, done.stderr


def judge(stdout: str, stderr: str) -> tuple[int, str]:
    """The exit code and the words for an answer of pip-audit."""
    try:
        answered = json.loads(stdout)["dependencies"]
    except (ValueError, KeyError):
        lines = stderr.strip().splitlines()
        if re.search("ConnectionError|ServiceError|Timeout|HTTPError|[Cc]onnect", stderr):
            return NOT_REACHED, _not_reached(lines[-1] if lines else "no answer")
        return FOUND, f"pip-audit failed:\n{stderr}"
    skipped = [one for one in answered if "skip_reason" in one]
    if len(skipped) == len(answered):
        return NOT_REACHED, _not_reached(f"it knows none of {len(answered)} packages")
    found = [
        f"{one['name']} {one['version']}: {vulnerability['id']}"
        f" (fixed in {', '.join(vulnerability['fix_versions']) or 'nothing yet'})"
        for one in answered
        for vulnerability in one.get("vulns", ())
    ]
    found += [f"{one['name']}: not audited, {one['skip_reason']}" for one in skipped]
    if found:
        return FOUND, "\n".join(found)
    return CLEAN, f"{len(answered)} packages audited, no known vulnerability."


def _not_reached(why: str) -> str:
    return f"NOT AUDITED: PyPI's vulnerability service was not reached ({why})."


if __name__ == "__main__":
    raise SystemExit(main())
