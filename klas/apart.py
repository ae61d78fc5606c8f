"""Work on what strangers have sent, in a process of its own with limits.

A file that is more than its reader can bear takes that process with it, not the web or the worker.
The process has no database, no secrets and nobody else's data: bytes in, bytes out.
"""

import contextlib
import importlib
import os
import resource
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_KEPT = ("PATH", "LANG", "LC_ALL", "HOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class Failed(RuntimeError):
    """The work was not done; the text names the kind of error and holds nothing of the file."""


def apart(work: str, content: bytes, *arguments: str, seconds: int, memory: int) -> bytes:
    """Let a function work on a file in a process of its own, and return what it returns.

    Args:
        work: `module:function`; it takes the bytes and the arguments, and returns bytes.
        seconds: of computing, and of waiting for it.
        memory: bytes.

    Raises:
        Failed: the function raised something, or took too long or too much.
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
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Failed("timeout") from error
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").rsplit("\n", 1)[-1]
        raise Failed(last if done.returncode > 0 else f"signal {-done.returncode}")
    return done.stdout


def _main(work: str, seconds: str, memory: str, *arguments: str) -> None:
    for limit, value in (
        (resource.RLIMIT_CPU, int(seconds)),
        (resource.RLIMIT_AS, int(memory)),
        (resource.RLIMIT_CORE, 0),
    ):
        # Not every system knows every limit; the time given by the parent always holds.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
    module, function = work.split(":")
    content = sys.stdin.buffer.read()
    try:
        result: bytes = getattr(importlib.import_module(module), function)(content, *arguments)
    except BaseException as error:
        sys.stderr.write(f"\n{type(error).__name__}")
        sys.exit(1)
    sys.stdout.buffer.write(result)


if __name__ == "__main__":
    _main(*sys.argv[1:])
