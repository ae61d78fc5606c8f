"""Example appeals: one with the court, one whose case is open again, one that has just come in."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from accounts.models import Assignment
from applications.services.issuing import issue_receipts
from decisions.models import Appeal, Case
from decisions.services import appeal_acts, appeals, court_files
from decisions.services.issuing import issue_letters
from klas import clock
from motivations.services.issuing import issue_documents

_FACTS = appeals.AppealFacts(
    change="Avslaget på ansökan om licens.",
    how="Licensen ska beviljas så som vi har ansökt.",
    reasons="Förskrivaren har nu beskrivit vilka godkända läkemedel som har prövats och varför de "
    "sattes ut. Behovet är därmed visat.",
)
_STANDS = "Överklagandet tillför inget om vilka godkända läkemedel som har prövats."
_CHANGES = "Det som apoteket har skickat visar att godkända läkemedel har prövats."


class Moment(Protocol):
    """A working hour about so many days ago."""

    def __call__(self, now: datetime, *, days: float) -> AbstractContextManager[None]: ...


def load(rejected: Callable[[], Case], moment: Moment, people: dict[str, Assignment]) -> None:
    """Three rejections and what came of them.

    Args:
        rejected: makes a rejected case.
    """
    now = clock.now()
    officer, chief = people["handlaggare"], people["beslutsfattare"]

    def decided(days: float) -> Case:
        with moment(now, days=days):
            case = rejected()
            issue_letters()
        return case

    def lodged(case: Case, days: float) -> Appeal:
        pharmacist = case.application.sent_by
        assert pharmacist is not None  # noqa: S101 - it is sent
        with moment(now, days=days):
            draft = appeals.draft(case.application, _FACTS, by=pharmacist)
            return appeals.lodge(draft, by=pharmacist)

    case = decided(50)
    appeal = lodged(case, 40)
    with moment(now, days=38):
        appeal = appeal_acts.reconsider(appeal, by=officer)
    with moment(now, days=36):
        appeal = appeal_acts.keep(appeal, reasons=_STANDS, by=chief)
        # What the file to the court is made of.
        for issue in (issue_letters, issue_documents, issue_receipts, court_files.issue):
            issue()
    with moment(now, days=30):
        appeal_acts.forward(appeal, on=clock.today(), by=officer)

    appeal = lodged(decided(30), 20)
    with moment(now, days=18):
        appeal = appeal_acts.reconsider(appeal, by=officer)
    with moment(now, days=3):
        appeal_acts.change(appeal, reasons=_CHANGES, by=chief)

    lodged(decided(14), 2)
