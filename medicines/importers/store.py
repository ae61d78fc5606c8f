"""Writes the products of one source: creates, changes, and marks what has vanished.

Both importers end here. Nothing is deleted: a product or pack that its source no longer names is
marked unknown and not marketed, since licences and motivations may stand on it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.management.base import CommandError
from django.db import models
from django.utils import timezone

from klas.importing import Account, Fate
from medicines.enums import PackStatus, ProductStatus, SubstanceRole
from medicines.models import LicenceProduct, Pack, ProductSubstance, Substance

BATCH = 2000
# More than this share gone at once is a half-downloaded file rather than the truth.
SHRINK_LIMIT = 0.1
Progress = Callable[[str], None]


@dataclass(frozen=True)
class SubstanceRow:
    """A substance of a product, as `ProductSubstance` stores it; the order is the list's."""

    name: str
    strength: str = ""
    role: str = SubstanceRole.ACTIVE_SUBSTANCE
    part: str = ""
    per: str = ""


@dataclass(frozen=True)
class PackRow:
    """A pack of a product, by `pack_id`."""

    pack_id: str
    description: str
    code: str = ""
    status: str = PackStatus.UNKNOWN
    marketed: bool = False


@dataclass
class ProductRow:
    """A product with its substances and packs; `values` are fields of LicenceProduct."""

    values: dict[str, Any]
    substances: list[SubstanceRow] = field(default_factory=list)
    packs: dict[str, PackRow] = field(default_factory=dict)


@dataclass
class Outcome:
    """What became of everything, by the source's own numbers."""

    # source_id → the fields of an existing product that differ; None when the product is new
    products: dict[str, set[str] | None] = field(default_factory=dict)
    substances: dict[str, list[Fate]] = field(default_factory=dict)
    packs: dict[tuple[str, str], Fate] = field(default_factory=dict)

    def product_fate(self, source_id: str, fields: Iterable[str]) -> Fate:
        """Return the fate of a row that carries just `fields` of the product."""
        differing = self.products[source_id]
        if differing is None:
            return Fate.NEW
        return Fate.CHANGED if differing & set(fields) else Fate.UNCHANGED

    def row_fate(self, source_id: str, row: "ProductRow") -> Fate:
        """Return the fate of a row that carries the whole product with substances and packs."""
        differing = self.products[source_id]
        if differing is None:
            return Fate.NEW
        fates = [
            *self.substances.get(source_id, []),
            *(self.packs[source_id, pack_id] for pack_id in row.packs),
        ]
        same = not differing and all(fate is Fate.UNCHANGED for fate in fates)
        return Fate.UNCHANGED if same else Fate.CHANGED


def store(
    source: str, rows: Mapping[str, ProductRow], account: Account, progress: Progress
) -> Outcome:
    """Make the register's products of `source` equal to `rows` (by source_id).

    Must run inside a transaction. `on_licence_before` is set but never cleared. Vanished products,
    packs and substances are noted in `account`.
    """
    outcome = Outcome()
    stored = {
        product.source_id: product
        for product in LicenceProduct.objects.select_for_update()
        .filter(source=source)
        .order_by("pk")
    }
    _store_products(source, rows, stored, outcome)
    progress(f"{len(rows)} läkemedel jämförda")
    _mark_vanished(stored, rows, account)
    pks = dict(LicenceProduct.objects.filter(source=source).values_list("source_id", "pk"))
    _store_substances(source, rows, pks, outcome, account)
    progress(f"{sum(len(row.substances) for row in rows.values())} substansrader jämförda")
    _store_packs(source, rows, pks, outcome, account)
    progress(f"{sum(len(row.packs) for row in rows.values())} förpackningar jämförda")
    return outcome


def live_products(source: str) -> set[str]:
    """Return the source_id of the source's products that are not marked as vanished."""
    return set(
        LicenceProduct.objects.filter(source=source)
        .exclude(status=ProductStatus.UNKNOWN)
        .values_list("source_id", flat=True)
    )


def refuse_shrunken(live: set[str], named: Iterable[str]) -> None:
    """Raise CommandError when the file does not name more than a tenth of what is live now."""
    gone = len(live.difference(named))
    if gone > max(1, len(live) * SHRINK_LIMIT):
        raise CommandError(
            f"{gone} av {len(live)} läkemedel saknas i filen. Kontrollera att filen är hel. "
            "Är det rätt: kör igen med --accept-shrunken. Ingenting har ändrats."
        )


def _store_products(
    source: str,
    rows: Mapping[str, ProductRow],
    stored: Mapping[str, LicenceProduct],
    outcome: Outcome,
) -> None:
    new: list[LicenceProduct] = []
    changed: list[LicenceProduct] = []
    now = timezone.now()
    for source_id, row in rows.items():
        product = stored.get(source_id)
        if product is None:
            new.append(LicenceProduct(source=source, source_id=source_id, **row.values))
            outcome.products[source_id] = None
            continue
        values = dict(row.values)
        if product.on_licence_before:
            values["on_licence_before"] = True
        differing = {name for name, value in values.items() if getattr(product, name) != value}
        outcome.products[source_id] = differing
        if differing:
            for name in differing:
                setattr(product, name, values[name])
            product.updated_at = now
            changed.append(product)
    LicenceProduct.objects.bulk_create(new, batch_size=BATCH)
    if changed:
        names = {"updated_at"}.union(*(outcome.products[p.source_id] or () for p in changed))
        LicenceProduct.objects.bulk_update(changed, sorted(names), batch_size=BATCH)


def _mark_vanished(
    stored: Mapping[str, LicenceProduct], rows: Mapping[str, ProductRow], account: Account
) -> None:
    # A product withdrawn by an authority stays so: the licence rules hang on it.
    gone = [
        product.pk
        for source_id, product in stored.items()
        if source_id not in rows
        and (product.marketed or product.status in (ProductStatus.ACTIVE, ProductStatus.SUSPENDED))
    ]
    if gone:
        LicenceProduct.objects.filter(pk__in=gone).update(
            status=ProductStatus.UNKNOWN,
            marketed=False,
            supply_status="",
            supply_changed_on=None,
            updated_at=timezone.now(),
        )
        account.notes["läkemedel som inte längre finns i filen, nu med okänd status"] += len(gone)


def _substance_pks(rows: Mapping[str, ProductRow]) -> dict[str, int]:
    wanted = {s.name.lower(): s.name for row in rows.values() for s in row.substances}
    known = {name.lower(): pk for pk, name in Substance.objects.values_list("pk", "name")}
    missing = [Substance(name=name) for key, name in sorted(wanted.items()) if key not in known]
    for substance in Substance.objects.bulk_create(missing, batch_size=BATCH):
        known[substance.name.lower()] = substance.pk
    return known


def _store_substances(
    source: str,
    rows: Mapping[str, ProductRow],
    pks: Mapping[str, int],
    outcome: Outcome,
    account: Account,
) -> None:
    substances = _substance_pks(rows)
    stored: dict[tuple[str, int], ProductSubstance] = {
        (link.product.source_id, link.order): link
        for link in ProductSubstance.objects.filter(product__source=source)
        .select_related("product")
        .order_by("pk")
    }
    new: list[ProductSubstance] = []
    changed: list[ProductSubstance] = []
    fields = ("substance_id", "role", "part", "strength", "per")
    for source_id, row in rows.items():
        fates = outcome.substances.setdefault(source_id, [])
        for order, substance in enumerate(row.substances, start=1):
            wanted = ProductSubstance(
                product_id=pks[source_id],
                substance_id=substances[substance.name.lower()],
                role=substance.role,
                part=substance.part,
                strength=substance.strength,
                per=substance.per,
                order=order,
            )
            link = stored.pop((source_id, order), None)
            if link is None:
                new.append(wanted)
                fates.append(Fate.NEW)
            elif _copy_differences(wanted, link, fields):
                changed.append(link)
                fates.append(Fate.CHANGED)
            else:
                fates.append(Fate.UNCHANGED)
    # What is left stands in products of the file without being named there any more.
    gone = [link.pk for (source_id, _order), link in stored.items() if source_id in rows]
    if gone:
        ProductSubstance.objects.filter(pk__in=gone).delete()
        account.notes["substansrader som inte längre finns i filen, borttagna"] += len(gone)
    ProductSubstance.objects.bulk_create(new, batch_size=BATCH)
    ProductSubstance.objects.bulk_update(changed, fields, batch_size=BATCH)


def _store_packs(
    source: str,
    rows: Mapping[str, ProductRow],
    pks: Mapping[str, int],
    outcome: Outcome,
    account: Account,
) -> None:
    stored: dict[tuple[str, str], Pack] = {
        (pack.product.source_id, pack.pack_id): pack
        for pack in Pack.objects.filter(product__source=source)
        .select_related("product")
        .order_by("pk")
    }
    new: list[Pack] = []
    changed: list[Pack] = []
    fields = ("code", "description", "status", "marketed")
    for source_id, row in rows.items():
        for pack_row in row.packs.values():
            wanted = Pack(
                product_id=pks[source_id],
                pack_id=pack_row.pack_id,
                code=pack_row.code,
                description=pack_row.description,
                status=pack_row.status,
                marketed=pack_row.marketed,
            )
            pack = stored.pop((source_id, pack_row.pack_id), None)
            if pack is None:
                new.append(wanted)
                fate = Fate.NEW
            elif _copy_differences(wanted, pack, fields):
                changed.append(pack)
                fate = Fate.CHANGED
            else:
                fate = Fate.UNCHANGED
            outcome.packs[source_id, pack_row.pack_id] = fate
    gone = [p.pk for p in stored.values() if p.marketed or p.status != PackStatus.UNKNOWN]
    if gone:
        Pack.objects.filter(pk__in=gone).update(status=PackStatus.UNKNOWN, marketed=False)
        account.notes["förpackningar som inte längre finns i filen, nu med okänd status"] += len(
            gone
        )
    Pack.objects.bulk_create(new, batch_size=BATCH)
    Pack.objects.bulk_update(changed, fields, batch_size=BATCH)


def _copy_differences(wanted: models.Model, stored: models.Model, fields: Iterable[str]) -> bool:
    """Copy `fields` from wanted to stored; tell whether any differed."""
    differing = [name for name in fields if getattr(wanted, name) != getattr(stored, name)]
    for name in differing:
        setattr(stored, name, getattr(wanted, name))
    return bool(differing)
