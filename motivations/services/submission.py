"""Sending a motivation: it is frozen, gets its reference number, and its PDFs are ordered."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Profession
from accounts.models import Assignment
from klas import audit, clock
from klas.errors import Refused, Stale
from klas.models import AccessAction
from klas.sections import Frozen, Secrecy, freeze, merge
from klas.series import format_reference, next_number
from medicines.models import ExactProduct, LicenceProduct
from medicines.models.facts import FACT_FIELDS
from motivations.enums import Audience, Urgency
from motivations.flow import MOTIVATION
from motivations.kinds import Kind, kind_of, kinds_for
from motivations.kinds.common import HANDLING, PRODUCT, chosen_pharmacy
from motivations.models import (
    ClinicalText,
    DraftSection,
    Motivation,
    MotivationDocument,
    MotivationVersion,
    PatientIdentity,
)
from motivations.services import attachments
from motivations.services.drafts import NO_LICENCE, answers_of, state_of
from motivations.tasks import issue_documents

SERIES = "motivation"


@transaction.atomic
def submit(
    motivation: Motivation,
    *,
    by: Assignment,
    opened_revision: int | None = None,
    checked: str | None = None,
) -> Motivation:
    """Send a draft: freeze version 1, give the reference number, order the PDFs.

    Args:
        checked: `drafts.state_of` the draft when the answers were shown to be checked.

    Raises:
        Incomplete: sections that are not right yet.
        Stale: a section has been saved since the answers were checked.
        Refused: the prescriber's own particulars do not suffice, the licence to practise does not
            hold, or product documentation is missing.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    motivation = Motivation.objects.select_for_update(of=("self",)).get(pk=motivation.pk)
    if not MOTIVATION.allows(motivation, "submit", by=by):
        # Somebody sent it a moment ago, or it is not theirs: let the door say so.
        return MOTIVATION.perform(motivation, "submit", by=by)
    kind = kind_of(motivation.kind)
    _demand_right_to_write(kind, by)
    if checked is not None and checked != state_of(motivation):
        raise Stale(
            _(
                "Svaren har ändrats i en annan flik sedan du öppnade sidan. "
                "Läs dem igen innan du skickar."
            )
        )
    prescriber = prescriber_block(by)
    frozen = freeze(kind.sections, answers_of(motivation))
    attachments.check(motivation, frozen[Secrecy.OPEN])
    now = clock.now()
    year = timezone.localtime(now).year
    product = freeze_product(frozen)
    handling = frozen[Secrecy.OPEN][HANDLING]
    sent = MOTIVATION.perform(
        motivation,
        "submit",
        by=by,
        opened_revision=opened_revision,
        reference=format_reference(year, next_number(SERIES, year)),
        submitted_at=now,
        urgency=Urgency(handling["urgency"]),
        chosen_pharmacy=chosen_pharmacy(handling["pharmacy"]),
        product_line=product.product_line,
        subject_label=kind.subject_label(merge([frozen[Secrecy.IDENTITY], frozen[Secrecy.OPEN]])),
    )
    _write_version(sent, frozen, product=product, prescriber=prescriber, by=by)
    DraftSection.objects.filter(motivation=sent).delete()
    audit.record(AccessAction.WRITE, by=by, what="motivation", obj=sent, whose=sent.reference or "")
    return sent


@transaction.atomic
def withdraw(
    motivation: Motivation, *, by: Assignment, reason: str, opened_revision: int | None = None
) -> Motivation:
    """Take a motivation back before any application is sent. Raises as `Flow.perform`."""
    return MOTIVATION.perform(
        motivation, "withdraw", by=by, reason=reason, opened_revision=opened_revision
    )


def prescriber_block(by: Assignment) -> dict[str, Any]:
    """The prescriber as frozen into the motivation; letters go to this address.

    Raises:
        Refused: something that a letter or the agency needs is missing in the profile.
    """
    user, unit = by.user, by.care_unit
    if unit is None:
        raise Refused(_("Du har inget uppdrag på en vårdenhet. Byt uppdrag och försök igen."))
    phone = user.phone or unit.phone
    missing = [
        str(word)
        for value, word in (
            (
                user.prescriber_code or user.profession == Profession.VETERINARIAN,
                _("förskrivarkod"),
            ),
            (unit.street and unit.postcode and unit.city, _("vårdenhetens postadress")),
            (phone, _("telefonnummer")),
        )
        if not value
    ]
    if missing:
        raise Refused(
            _("Det saknas uppgifter om dig: %(missing)s. Fyll i dem i din profil och försök igen.")
            % {"missing": ", ".join(missing)}
        )
    return {
        "name": user.name,
        "profession": user.profession,
        "prescriber_code": user.prescriber_code,
        "workplace": unit.name,
        "organisation": unit.organisation,
        "workplace_code": unit.workplace_code,
        "address": [user.name, *unit.address_lines],
        "phone": phone,
        "email": user.email,
    }


def freeze_product(frozen: Frozen) -> ExactProduct:
    """The product section as a row that nothing changes any more."""
    answers = frozen[Secrecy.OPEN][PRODUCT]
    key = answers["register"]
    register = LicenceProduct.objects.filter(pk=key).first() if key else None
    return ExactProduct.objects.create(
        register=register, **{fact: answers.get(fact, "") for fact in FACT_FIELDS}
    )


def _demand_right_to_write(kind: Kind, by: Assignment) -> None:
    if not by.user.licensed_to_practise or by.user.profession not in kind.professions:
        raise Refused(NO_LICENCE)
    if kind not in kinds_for(by):
        raise Refused(
            _("Vårdenheten får inte längre skriva för beredskapslicens. Kontakta Läkemedelsverket.")
        )


def _write_version(
    motivation: Motivation,
    frozen: Frozen,
    *,
    product: ExactProduct,
    prescriber: dict[str, Any],
    by: Assignment,
) -> None:
    now = clock.now()
    number = motivation.versions.count() + 1
    version = MotivationVersion.objects.create(
        motivation=motivation,
        number=number,
        created_at=now,
        created_by=by,
        product=product,
        prescriber=prescriber,
        answers=merge([frozen[Secrecy.OPEN]]),
    )
    motivation.attachments.filter(version__isnull=True).update(version=version)
    PatientIdentity.objects.create(version=version, answers=frozen[Secrecy.IDENTITY])
    ClinicalText.objects.create(version=version, answers=frozen[Secrecy.CLINICAL])
    for audience in Audience:
        # The slip has been handed out with the first version, and says nothing that could change.
        if audience == Audience.PATIENT and number > 1:
            continue
        MotivationDocument.objects.create(version=version, audience=audience, ordered_at=now)
    issue_documents.defer()
