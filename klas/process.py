"""Children that do not outlive their parent."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
# Loaded before any fork: the child may not load libraries between fork and exec.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(number: signal.Signals, *, parent: int | None = None) -> Callable[[], None]:
    """Return a `preexec_fn` that has the kernel send `number` to the child when we die.

    A process that asks for itself calls it at once, with its `parent`'s number. It holds even
    when the parent is killed with SIGKILL. Works on Linux; elsewhere it does nothing.
    The kernel counts the *thread* that starts the child as its parent: start from the main one.
    """
    expected = parent or os.getpid()

    def before_exec() -> None:
        if _libc is None:
            return
        _libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != expected:
            os._exit(1)  # the parent died between fork and prctl

    return before_exec
