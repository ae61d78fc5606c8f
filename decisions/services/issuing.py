"""Letters ordered with a decision become PDFs; called by the worker."""

from django.db.models import Q

from decisions.enums import Channel, LetterStatus
from decisions.flow import LETTER
from decisions.letters import letter_data, letter_html
from decisions.models import Letter
from klas import clock
from klas.access import SYSTEM
from klas.documents import Drawn, issue_waiting
from klas.pdf import RenderedPdf


def issue_letters(*, limit: int | None = None) -> int:
    """Render the letters that are waiting (at most `limit`); returns how many."""
    return issue_waiting(Letter, draw=draw, keep=_keep, limit=limit, only=_WANTED)


_WANTED = Q(status=LetterStatus.PENDING)


def draw(letter: Letter) -> Drawn:
    """A letter before it is rendered."""
    return Drawn(letter_html(letter), letter_data(letter))


def _keep(letter: Letter, rendered: RenderedPdf) -> None:
    """Store a letter's PDF; one that goes electronically is delivered by being there."""
    issued = LETTER.perform(
        letter,
        "issue",
        by=SYSTEM,
        pdf=rendered.content,
        sha256=rendered.sha256,
        size=len(rendered.content),
        issued_at=clock.now(),
        attempts=letter.attempts + 1,
    )
    if issued.channel == Channel.ELECTRONIC:
        LETTER.perform(issued, "deliver", by=SYSTEM)
