"""Write requirements.lock and requirements-test.lock from pyproject.toml (`make lock`).

The test lock is made under the run lock, so that the tests run on the very versions that serve.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILE = [
    *("uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--quiet", "--custom-compile-command", "make lock"),
    *("--default-index", "https://pypi.org/simple"),
    # Nothing of the machine it is made on may stand in the file.
    *("--no-config", "--no-emit-index-url", "--no-emit-find-links"),
]


def main() -> None:
    """Write both files; raises CalledProcessError when a version cannot be found."""
    for name, more in (
        ("requirements.lock", ()),
        ("requirements-test.lock", ("--extra", "test", "--constraint", "requirements.lock")),
    ):
        command = [sys.executable, "-m", *COMPILE, *more, "--output-file", name]
        subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
