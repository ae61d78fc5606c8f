"""A batch is recalled: every pharmacy that dispensed it is told, once."""

from django.db import transaction
from django.urls import reverse

from accounts.models import Assignment
from accounts.queries import pharmacists_at
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed
from klas.models import AccessAction
from licences import queries
from licences.gs1 import fold_batch
from licences.models import RecallNotice
from notifications.enums import NoticeKind
from notifications.services.telling import tell


@transaction.atomic
def tell_pharmacies(*, product: str, batch: str, by: Assignment) -> int:
    """Tell the pharmacists of each pharmacy that dispensed a batch; returns how many pharmacies.

    Those that have been told of the product and batch before are left alone.

    Raises:
        NotAllowed: the role may not recall.
    """
    if not by.has(Permission.RECALL):
        raise NotAllowed
    told = set()
    for reach in queries.reach_of(queries.dispensed_of(by, product=product, batch=batch)):
        notice, is_new = RecallNotice.objects.get_or_create(
            product_key=reach.product_key,
            batch_folded=fold_batch(batch),
            pharmacy_id=reach.pharmacy_id,
            defaults={
                "product_line": reach.product_line,
                "batch": batch.strip(),
                "sent_by": by,
                "sent_at": clock.now(),
            },
        )
        if is_new:
            told.add(reach.pharmacy_id)
            _tell(notice)
    audit.record(AccessAction.WRITE, by=by, what="recall")
    return len(told)


def _tell(notice: RecallNotice) -> None:
    today = clock.today()
    for user in pharmacists_at(notice.pharmacy_id, on=today):
        tell(
            user,
            NoticeKind.RECALL,
            key=f"recall-{notice.pk}",
            url=reverse("licences:recalled", args=[notice.pk]),
            facts={"product": notice.product_line, "batch": notice.batch},
        )
