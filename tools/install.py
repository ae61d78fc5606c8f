#!/usr/bin/env python3
"""Install what KLAS needs: the system's packages, .venv, and the libraries of a lock file.

Usage: python3 tools/install.py run|test

Only the standard library is used, since nothing is installed yet. What is in place is not touched
again. Whatever cannot be done is said in one line, and the exit code is then 1.
"""

import ctypes
import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"run": "requirements.lock", "test": "requirements-test.lock"}
OLDEST = (3, 11)
# Debian package: the shared library or the program that shows that it is there.
LIBRARIES = {
    "libpango-1.0-0": "libpango-1.0.so.0",
    "libpangoft2-1.0-0": "libpangoft2-1.0.so.0",
    "libharfbuzz-subset0": "libharfbuzz-subset.so.0",
}
TEST_PROGRAMS = {"chromium": "chromium", "gettext": "msgfmt"}
# Tests that need these are skipped where they cannot be had.
OPTIONAL_TEST_PROGRAMS = {"clamav-daemon": "clamd"}
# Settings of a person's pip that would put the libraries elsewhere or contradict the lock file.
PIP_SETTINGS_DROPPED = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_CONSTRAINT")


class InstallError(Exception):
    """What cannot be done; the text is one line for the person at the terminal."""


def main(purpose: str) -> None:
    """Install for `purpose`: "run" or "test" (which includes run)."""
    with Path(__file__).open() as script:
        fcntl.flock(script, fcntl.LOCK_EX)  # two runs may be started side by side
        install_system_packages(missing_system_packages(purpose))
        if purpose == "test":
            install_optional_packages()
        make_venv()
        install_libraries(purpose)


def missing_system_packages(purpose: str) -> list[str]:
    """Return the Debian packages that are needed and not there."""
    if sys.platform != "linux":
        return []
    missing = [name for name, library in LIBRARIES.items() if not _loads(library)]
    if purpose == "test":
        missing += [name for name, tool in TEST_PROGRAMS.items() if not shutil.which(tool)]
    if not (VENV / "bin" / "pip").exists() and not _can_make_venv():
        missing.append("python{}.{}-venv".format(*sys.version_info))
    return missing


def install_system_packages(packages: list[str]) -> None:
    """Install through apt. Raises InstallError naming what is missing when that cannot be done."""
    if not packages:
        return
    names = " ".join(packages)
    by_hand = f"Systempaket saknas. Installera dem och försök igen: apt-get install {names}"
    if not shutil.which("apt-get"):
        raise InstallError(f"Systempaket saknas (namn enligt Debian): {names}")
    become_root = []
    if os.geteuid() != 0:
        become_root = ["sudo", "-n"]
        if not shutil.which("sudo") or _run_quietly([*become_root, "true"]):
            raise InstallError(by_hand)
    say(f"Installerar systempaket: {names} …")
    apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    install = [*apt, "install", "-y", "-q", "--no-install-recommends", *packages]
    # A machine that has never asked Debian for its lists, or asked long ago, must ask first.
    if _run_quietly(install) and (_run_quietly([*apt, "update", "-q"]) or _run(install)):
        raise InstallError(by_hand)


def install_optional_packages() -> None:
    """Install what only some tests need, where that can be done; otherwise say so and go on."""
    # Debian keeps such programs where an ordinary user does not look.
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))
    missing = [
        name for name, tool in OPTIONAL_TEST_PROGRAMS.items() if not shutil.which(tool, path=path)
    ]
    try:
        install_system_packages(missing)
    except InstallError as error:
        say(f"{error} (Går vidare utan: de tester som behöver dem hoppas över.)")


def make_venv() -> None:
    """Make .venv, or make it anew when it is half-made or its Python is gone."""
    if PYTHON.exists() and _run_quietly([str(PYTHON), "-m", "pip", "--version"]) == 0:
        return
    say("Skapar .venv …")
    if _run([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        raise InstallError("Det gick inte att skapa .venv. Ta bort mappen .venv och försök igen.")


def install_libraries(purpose: str) -> None:
    """Install the lock file's libraries, unless this very file is installed already."""
    if _stamp(purpose).exists():
        return
    lock = LOCKS[purpose]
    say(f"Installerar bibliotek enligt {lock} (någon minut första gången) …")
    environment = {key: os.environ[key] for key in os.environ if key not in PIP_SETTINGS_DROPPED}
    environment |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-deps"]
    command += ["--progress-bar", "off", "--root-user-action", "ignore", "-r", str(ROOT / lock)]
    if _run_showing_progress(command, environment, steps=_pinned(lock)):
        raise InstallError(
            f"Biblioteken i {lock} gick inte att installera (raderna ovan säger varför)."
            " Kontrollera att PyPI går att nå och försök igen."
        )
    # The test lock holds the whole run lock, so that one is installed as well.
    for done in LOCKS if purpose == "test" else [purpose]:
        for old in VENV.glob(f".installed-{done}-*"):
            old.unlink()
        _stamp(done).touch()


def say(line: str) -> None:
    """Show a line at once, also when the output goes to a file."""
    print(line, flush=True)


def _pinned(lock: str) -> int:
    lines = (ROOT / lock).read_text().splitlines()
    return sum("==" in line and not line.startswith((" ", "#")) for line in lines)


def _run_showing_progress(command: list[str], environment: dict[str, str], steps: int) -> int:
    fetched = 0
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as pip:
        for line in pip.stdout or ():
            if line.startswith("Collecting "):
                fetched += 1
                if fetched % 10 == 0:
                    say(f"  {fetched} av {steps} hämtade …")
            elif line.startswith("Installing collected"):
                say("  packar upp …")
    return pip.returncode


def _stamp(purpose: str) -> Path:
    content = (ROOT / LOCKS[purpose]).read_bytes() + platform.python_version().encode()
    return VENV / f".installed-{purpose}-{hashlib.sha256(content).hexdigest()[:16]}"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _can_make_venv() -> bool:
    # Debian's python3 has the module venv without the ensurepip that it needs.
    return _run_quietly([sys.executable, "-c", "import venv, ensurepip"]) == 0


def _run(command: list[str]) -> int:
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode


def _run_quietly(command: list[str]) -> int:
    quiet = subprocess.DEVNULL
    return subprocess.run(command, stdin=quiet, stdout=quiet, stderr=quiet, check=False).returncode


def _find_newer_python() -> None:
    """Go on with a Python that is new enough, when the one that runs this is not."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(20, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])
    raise InstallError("KLAS behöver Python 3.11 eller senare; den här är för gammal.")


if __name__ == "__main__":
    try:
        _find_newer_python()
        if len(sys.argv) != 2 or sys.argv[1] not in LOCKS:
            raise InstallError("Användning: python3 tools/install.py run|test")
        main(sys.argv[1])
    except InstallError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
