"""Asks the virus scanner (ClamAV's clamd) about a file, over its Unix socket."""

from io import BytesIO

from clamav_client.clamd import ClamdError, ClamdUnixSocket
from django.conf import settings

# Seconds to wait for each answer.
_PATIENCE = 60


class ScannerDown(RuntimeError):
    """The scanner gave no verdict."""


def is_set() -> bool:
    """Whether this installation has a scanner (`CLAMD_SOCKET`)."""
    return bool(settings.CLAMD_SOCKET)


def is_infected(content: bytes) -> bool:
    """Whether the scanner finds something in a file.

    Raises:
        ScannerDown: it cannot be reached, gives up, or there is none. Never taken for a verdict.
    """
    if not is_set():
        raise ScannerDown
    try:
        answer = ClamdUnixSocket(settings.CLAMD_SOCKET, _PATIENCE).instream(BytesIO(content))
    except (ClamdError, OSError) as error:
        raise ScannerDown from error
    states = {state for state, _name in answer.values()}
    if states not in ({"OK"}, {"FOUND"}):
        raise ScannerDown
    return states == {"FOUND"}
