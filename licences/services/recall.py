"""A batch is recalled: nobody dispenses it any more, and who did is told, once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Assignment
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused, WrongState
from klas.models import AccessAction
from licences import queries
from licences.gs1 import fold_batch
from licences.models import Dispensing, Recall, RecallNotice
from licences.oversight import of_products
from licences.services.telling import tell_pharmacists
from medicines.models import ExactProduct
from notifications.enums import NoticeKind


@dataclass(frozen=True)
class Recalled:
    """What a recall led to: the recalls in force, and how many pharmacies were told just now."""

    recalls: list[Recall]
    pharmacies: int


@transaction.atomic
def recall(
    products: Sequence[ExactProduct], *, batch: str, reason: str, by: Assignment
) -> Recalled:
    """Recall a batch of each product from now on, and tell the pharmacies that dispensed it.

    A product whose batch is recalled already keeps that recall; pharmacies that have been told of
    it are left alone. Waits for who is dispensing at this moment: they are told, the next refused.

    Raises:
        NotAllowed: the role may not recall.
        Refused: no product, no batch or no reason is given.
    """
    if not by.has(Permission.RECALL):
        raise NotAllowed
    if not (products and fold_batch(batch) and reason.strip()):
        raise Refused(_("Välj läkemedel och skriv batch och skäl."))
    # Before the licences are locked: who dispenses after that sees the recall.
    recalls = [_recalled(product, batch, reason.strip(), by) for product in products]
    locked = of_products(products).order_by("pk").select_for_update(of=("self",))
    list(locked.values_list("pk", flat=True))
    told: set[int] = set()
    for one in recalls:
        told |= tell_dispensed(one, queries.dispensed_of_recall(one), by=by)
        audit.record(AccessAction.WRITE, by=by, what="recall", obj=one)
    return Recalled(recalls, len(told))


@transaction.atomic
def end(recall: Recall, *, reason: str, by: Assignment) -> Recall:
    """Let a batch be dispensed again.

    Raises:
        NotAllowed: the role may not recall.
        Refused: no reason is given.
        WrongState: it has been ended already.
    """
    if not by.has(Permission.RECALL):
        raise NotAllowed
    if not reason.strip():
        raise Refused(_("Skriv varför indragningen ska upphöra."))
    locked = Recall.objects.select_for_update(of=("self",)).get(pk=recall.pk)
    if locked.is_ended:
        raise WrongState(_("Indragningen har redan upphört. Någon kan ha hunnit före dig."))
    locked.ended_by, locked.ended_at, locked.end_reason = by, clock.now(), reason.strip()
    locked.save(update_fields=["ended_by", "ended_at", "end_reason"])
    audit.record(AccessAction.WRITE, by=by, what="recall", obj=locked)
    return locked


def tell_dispensed(recall: Recall, entries: Iterable[Dispensing], *, by: Assignment) -> set[int]:
    """Tell the pharmacies behind some withdrawals, each once per recall; the keys of those told."""
    told: set[int] = set()
    for entry in entries:
        if entry.pharmacy_id in told:
            continue
        notice, is_new = RecallNotice.objects.get_or_create(
            recall=recall,
            pharmacy_id=entry.pharmacy_id,
            defaults={
                "product_key": recall.product_key,
                "product_line": recall.product.product_line,
                "batch": recall.batch,
                "sent_by": by,
                "sent_at": clock.now(),
            },
        )
        if is_new:
            told.add(entry.pharmacy_id)
            _tell(notice)
    return told


def _recalled(product: ExactProduct, batch: str, reason: str, by: Assignment) -> Recall:
    recall, _is_new = Recall.objects.get_or_create(
        product_key=product.product_key,
        batch_folded=fold_batch(batch),
        ended_at__isnull=True,
        defaults={
            "product": product,
            "batch": batch.strip(),
            "reason": reason,
            "by": by,
            "at": clock.now(),
        },
    )
    # The database folds the batch.
    recall.refresh_from_db()
    return recall


def _tell(notice: RecallNotice) -> None:
    tell_pharmacists(
        notice.pharmacy_id,
        NoticeKind.RECALL,
        key=f"recall-{notice.pk}",
        url=reverse("licences:recalled", args=[notice.pk]),
        facts={"product": notice.product_line, "batch": notice.batch},
    )
