"""Who at the pharmacy looks after an application."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from applications.models import Application
from applications.permissions import works_here
from klas import audit
from klas.errors import NotAllowed, Refused, Stale, WrongState
from klas.models import AccessAction


@transaction.atomic
def assign(
    application: Application,
    *,
    to: Assignment | None,
    by: Assignment,
    opened_revision: int | None = None,
) -> Application:
    """Say who looks after a draft or an application sent; None: nobody.

    Raises:
        NotAllowed: `by` does not work at the applying pharmacy.
        WrongState: it is decided or withdrawn.
        Stale: it was changed since the page was opened.
        Refused: `to` does not work at the pharmacy (any more).
    """
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if not works_here(by, locked):
        raise NotAllowed
    if not locked.is_live:
        raise WrongState(_("Ansökan är avslutad. Ingen behöver vara ansvarig."))
    if opened_revision is not None and opened_revision != locked.revision:
        raise Stale(
            _("Någon annan har ändrat ansökan sedan du öppnade sidan. Läs vem som är ansvarig nu.")
        )
    if to is not None and not (works_here(to, locked) and to.user.is_active):
        raise Refused(_("Personen arbetar inte längre här. Välj någon annan."))
    locked.assigned_to = to
    locked.revision += 1
    locked.save(update_fields=["assigned_to", "revision"])
    audit.record(
        AccessAction.WRITE,
        by=by,
        what="application_assigned",
        obj=locked,
        whose=locked.dnr or locked.motivation.reference or "",
    )
    return locked
