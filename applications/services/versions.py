"""What a pharmacy sent is kept, version by version: nothing is overwritten (domain §4, §5)."""

from typing import Any

from accounts.models import Assignment
from applications.models import Application, ApplicationVersion
from applications.sections import LICENCE
from klas import clock
from klas.sections import Answers


def columns(frozen: Answers) -> dict[str, Any]:
    """The columns of an application that say what it says, from its frozen answers."""
    licence = frozen[LICENCE]
    return {"answers": frozen, **{name: licence[name] for name in _SAID}}


def keep(application: Application, *, by: Assignment) -> ApplicationVersion:
    """Freeze what an application says now as its next version, with the documents added since.

    The caller holds its lock.
    """
    assert application.product is not None  # noqa: S101 - it has been sent
    version: ApplicationVersion = ApplicationVersion.objects.create(
        application=application,
        number=application.versions.count() + 1,
        created_at=clock.now(),
        created_by=by,
        answers=application.answers,
        product=application.product,
        **{name: getattr(application, name) for name in _SAID},
    )
    application.documents.filter(version__isnull=True).update(version=version)
    return version


_SAID = ("route", "quantity", "unit", "months")
