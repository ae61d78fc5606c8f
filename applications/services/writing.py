"""What is being written: a draft, or the answer to the agency; and the lock that changes take."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from applications.flow import SUPPLEMENT
from applications.models import Application
from applications.permissions import works_here
from klas.errors import NotAllowed, WrongState
from motivations.services.asking import open_request

ALREADY_SENT = _("Ansökan är redan skickad och kan inte ändras.")


def is_written(application: Application) -> bool:
    """Whether its answers can be changed: a draft, or while the agency asks the pharmacy."""
    return application.is_draft or bool(open_request(SUPPLEMENT, {"application": application}))


def locked_for_writing(application: Application, *, by: Assignment) -> Application:
    """The application, locked, if `by` may write it now.

    Raises:
        NotAllowed: `by` does not work at the applying pharmacy.
        WrongState: it has been sent, and the agency asks nothing.
    """
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if not works_here(by, locked):
        raise NotAllowed
    if not is_written(locked):
        raise WrongState(ALREADY_SENT)
    return locked
