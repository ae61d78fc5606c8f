"""Work for `test_apart`: each function runs in a process of its own."""

import json
import os


def shout(content: bytes, mark: str) -> bytes:
    return content.upper() + mark.encode()


def environment(content: bytes) -> bytes:
    return json.dumps(dict(os.environ)).encode()


def loaded(content: bytes) -> bytes:
    import sys

    return json.dumps([name for name in sys.modules if name.startswith("django")]).encode()


def fail(content: bytes) -> bytes:
    raise LookupError(content.decode())


def compute_for_ever(content: bytes) -> bytes:
    while True:
        pass


def wait_for_ever(content: bytes) -> bytes:
    import time

    time.sleep(600)
    return b""


def take_everything(content: bytes) -> bytes:
    return b"0" * 1_000_000_000


def crash(content: bytes) -> bytes:
    os.abort()


def be_stopped(content: bytes, number: str = "15") -> bytes:
    os.kill(os.getpid(), int(number))
    return b""


def be_installed_badly(content: bytes) -> bytes:
    import not_there  # noqa: F401

    return b""
