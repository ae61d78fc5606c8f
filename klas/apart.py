"""Work on what strangers have sent, in a process of its own with limits.

A file that is more than its reader can bear takes that process with it, not the web or the worker.
The process has no database, no secrets and nobody else's data: bytes in, bytes out.
"""

import contextlib
import importlib
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_KEPT = ("PATH", "LANG", "LC_ALL", "HOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


# Nobody's fault but the surroundings': a shutdown, a machine without time or memory.
_FROM_OUTSIDE = (signal.SIGHUP, signal.SIGINT, signal.SIGKILL, signal.SIGTERM)
_RAISED = 3
# A machine with much to do takes so many times longer than the computing itself.
_PATIENCE = 10


class Failed(RuntimeError):
    """The work cannot be done on this file; the text names the kind of error and nothing else."""


class Interrupted(RuntimeError):
    """The work was not done, which says nothing of the file: it can be tried again."""


def apart(work: str, content: bytes, *arguments: str, seconds: int, memory: int) -> bytes:
    """Let a function work on a file in a process of its own, and return what it returns.

    Args:
        work: `module:function`; it takes the bytes and the arguments, and returns bytes.
        seconds: of computing; waiting for it takes three times as long at most.
        memory: bytes.

    Raises:
        Failed: the function raised something, crashed, or took too much time or memory.
        Interrupted: it was stopped from outside, or could not be started.
    """
    command = [sys.executable, "-m", "klas.apart", work, str(seconds), str(memory), *arguments]
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own program, arguments our own
            command,
            input=content,
            capture_output=True,
            cwd=_ROOT,
            env=environment,
            timeout=seconds * _PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Interrupted("timeout") from error
    if done.returncode == 0:
        return done.stdout
    if done.returncode == _RAISED:
        raise Failed(done.stderr.decode("utf-8", "replace").rsplit("\n", 1)[-1])
    if done.returncode > 0 or -done.returncode in _FROM_OUTSIDE:
        raise Interrupted(f"code {done.returncode}")
    raise Failed(f"signal {-done.returncode}")


def _main(work: str, seconds: str, memory: str, *arguments: str) -> None:
    # Ctrl-C ends it as a signal, not as an error of the work.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    for limit, soft, hard in (
        # The soft limit ends it with a signal of its own; at the hard one it would be SIGKILL.
        (resource.RLIMIT_CPU, int(seconds), int(seconds) + 5),
        (resource.RLIMIT_AS, int(memory), int(memory)),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        # Not every system knows every limit.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (soft, hard))
    module, function = work.split(":")
    content = sys.stdin.buffer.read()
    try:
        result: bytes = getattr(importlib.import_module(module), function)(content, *arguments)
    except ImportError:
        raise  # the installation is at fault, not the file
    except Exception as error:
        sys.stderr.write(f"\n{type(error).__name__}")
        sys.exit(_RAISED)
    sys.stdout.buffer.write(result)


if __name__ == "__main__":
    _main(*sys.argv[1:])
