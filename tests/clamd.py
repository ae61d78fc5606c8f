"""A virus scanner for the tests: Debian's clamd, with a signature of our own for the test virus."""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

# In two halves: no scanner shall trip on this file.
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PROGRAM = shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/opt/homebrew/sbin")
# As long as a machine that does other things may need.
_PATIENCE = 60


class Clamd:
    """A clamd of one's own: its socket, its settings and its signatures lie in a folder of its own.

    Nothing is downloaded: the one signature is the test string's own bytes, wherever they stand.
    """

    def __init__(self) -> None:
        # A socket's address must be short.
        self.folder = Path(tempfile.mkdtemp(prefix="clamd-"))
        self.socket = str(self.folder / "clamd.sock")
        database = self.folder / "database"
        database.mkdir()
        (database / "klas.ndb").write_text(f"Eicar-Test:0:*:{EICAR.encode().hex()}\n")
        self.settings = self.folder / "clamd.conf"
        self.settings.write_text(
            f"LocalSocket {self.socket}\nDatabaseDirectory {database}\n"
            f"TemporaryDirectory {self.folder}\nForeground yes\nExitOnOOM yes\n"
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        assert PROGRAM is not None
        self.process = subprocess.Popen(
            [PROGRAM, "--config-file", str(self.settings)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + _PATIENCE
        while not Path(self.socket).exists():
            assert self.process.poll() is None, "clamd ended at its start"
            assert time.monotonic() < deadline, "clamd does not start"
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it hard; nobody answers at its address any more."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        Path(self.socket).unlink(missing_ok=True)

    def remove(self) -> None:
        """Stop it and leave nothing behind."""
        self.stop()
        shutil.rmtree(self.folder)
