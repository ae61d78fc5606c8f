"""When drafts, motivations that nobody applied on, and files without rows are erased."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from klas import clock
from klas.models import Erasure
from klas.policy import policy
from klas.retention import Files, OwnClass, RowClass, record
from klas.retention_rules import months_before
from motivations.enums import MotivationStatus
from motivations.models import Attachment, Motivation, MotivationEvent
from motivations.models.stored import StoredFile, stored_models
from motivations.services import files
from motivations.services.drafts import touched_since


def stored_files() -> Sequence[Files]:
    """What uploaded files of every kind keep outside the database, for a class's `files`."""
    return [Files(model, _paths_of(model)) for model in stored_models()]


def _paths_of(model: type[StoredFile]) -> Any:
    def paths(keys: Sequence[Any]) -> list[str]:
        rows = model._default_manager.filter(pk__in=keys).order_by("pk")
        found = rows.values_list("stored_as", "quarantined_as")
        return [
            f"{folder}/{key}"
            for pair in found
            for folder, key in zip((files.KEPT, files.QUARANTINE), pair, strict=True)
            if key is not None
        ]

    return paths


def untouched_drafts(now: datetime) -> QuerySet[Motivation]:
    """Drafts that nobody has written in, or added a file to, since the rule's day."""
    limit = months_before(now, policy.draft_kept_months)
    newer_file = Attachment.objects.filter(motivation=OuterRef("pk"), uploaded_at__gte=limit)
    return Motivation.objects.filter(
        ~touched_since(limit),
        ~Exists(newer_file),
        status=MotivationStatus.DRAFT,
        created_at__lt=limit,
    )


def never_applied(now: datetime) -> QuerySet[Motivation]:
    """Motivations that were withdrawn or lapsed, and that no pharmacy has applied on."""
    limit = months_before(now, 12 * policy.never_applied_kept_years)
    later = MotivationEvent.objects.filter(subject=OuterRef("pk"), at__gte=limit)
    return Motivation.objects.filter(
        ~Exists(later),
        status__in=(MotivationStatus.WITHDRAWN, MotivationStatus.LAPSED),
        submitted_at__lt=limit,
        applications__isnull=True,
    )


def preview_strays(now: datetime) -> tuple[int, datetime | None]:
    """How many stored files no row names, and the oldest."""
    found = [at for _path, at in files.strays(now)]
    return len(found), min(found, default=None)


def erase_strays(by: int | None) -> int:
    """Delete the files that no row names."""
    now = clock.now()
    count, oldest = preview_strays(now)
    if not count:
        return 0
    with transaction.atomic():
        removed = files.remove_strays(now)
        record(
            Erasure.objects.create(
                kind="stray_files", count=removed, rows=0, files=removed, oldest=oldest, by_id=by
            )
        )
    return removed


CLASSES = (
    RowClass(
        key="drafts",
        title=_("Utkast till licensmotivering"),
        rule=lambda: (
            gettext("%(months)s månader utan ändring") % {"months": policy.draft_kept_months}
        ),
        due=untouched_drafts,
        age="created_at",
        archived=False,
        files=stored_files,
    ),
    RowClass(
        key="never_applied",
        title=_("Licensmotiveringar som inget apotek har ansökt på"),
        rule=lambda: (
            gettext("%(years)s år efter att de återtogs eller förföll")
            % {"years": policy.never_applied_kept_years}
        ),
        due=never_applied,
        age="submitted_at",
        files=stored_files,
    ),
    OwnClass(
        key="stray_files",
        title=_("Filer som inte hör till något"),
        rule=lambda: gettext("%(hours)s timmar") % {"hours": policy.stray_file_hours},
        preview=preview_strays,
        erase=erase_strays,
    ),
)
