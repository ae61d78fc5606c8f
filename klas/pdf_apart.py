"""A document as PDF at once, for a web page: rendered in a process of its own (`klas.apart`).

Only for what is never stored; what is, the worker renders.
"""

from pathlib import Path

from django.conf import settings

from klas.apart import apart

_SECONDS, _MEMORY = 20, 2_000_000_000


def render_apart(html: str) -> bytes:
    """The PDF of a document's HTML (see `klas.pdf.render`).

    Raises:
        apart.Failed, apart.Interrupted: it cannot be made, or not just now.
    """
    return apart(f"{__name__}:convert", html.encode(), seconds=_SECONDS, memory=_MEMORY)


def convert(content: bytes) -> bytes:
    """The work itself; called in the process of its own."""
    if not settings.configured:
        settings.configure(BASE_DIR=Path(__file__).resolve().parent.parent, USE_I18N=False)
    from klas.pdf import render

    return render(content.decode()).content
