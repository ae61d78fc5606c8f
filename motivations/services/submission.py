"""Sending a motivation: it is frozen, gets its reference number, and its PDFs are ordered."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Profession
from accounts.models import Assignment
from accounts.practice.checking import is_confirmed
from klas import audit, clock
from klas.errors import Refused, Stale
from klas.models import AccessAction
from klas.sections import Answers, Frozen, Secrecy, freeze, merge
from klas.series import format_reference, next_number
from medicines.models import ExactProduct, LicenceProduct
from medicines.models.facts import FACT_FIELDS
from motivations.enums import Audience, Urgency
from motivations.flow import MOTIVATION
from motivations.kinds import Kind, kind_of, kinds_for
from motivations.kinds.common import HANDLING, PRODUCT, chosen_pharmacy
from motivations.kinds.supplement import ANSWER
from motivations.models import (
    ClinicalText,
    DraftSection,
    Motivation,
    MotivationDocument,
    MotivationVersion,
    PatientIdentity,
)
from motivations.permissions import may_write
from motivations.services import attachments, search_keys
from motivations.services.drafts import NO_LICENCE, REGISTER_DOWN, answers_of, state_of
from motivations.services.writing import sections_of
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
    prepared = _prepare(motivation, checked=checked)
    now = clock.now()
    year = timezone.localtime(now).year
    sent = MOTIVATION.perform(
        motivation,
        "submit",
        by=by,
        opened_revision=opened_revision,
        reference=format_reference(year, next_number(SERIES, year)),
        submitted_at=now,
        **prepared.for_lists(),
    )
    _write_version(sent, prepared, by=by)
    return sent


@transaction.atomic
def supplement(
    motivation: Motivation,
    *,
    by: Assignment,
    opened_revision: int | None = None,
    checked: str | None = None,
) -> tuple[MotivationVersion, str]:
    """Send a supplement: freeze the next version beside the earlier ones, which stay as they were.

    Called by `motivations.services.supplements.answer`, which holds the locks that come before
    the motivation's. Returns the version and the answer to the questions.

    Raises: as `submit`.
    """
    motivation = Motivation.objects.select_for_update(of=("self",)).get(pk=motivation.pk)
    if not may_write(by, motivation):
        # Answered a moment ago, or not theirs: let the door say so.
        MOTIVATION.perform(motivation, "answer_supplement", by=by)
    prepared = _prepare(motivation, checked=checked)
    answer = prepared.frozen[Secrecy.CLINICAL].pop(ANSWER.slug)["answer"]
    number = motivation.versions.count() + 1
    sent = MOTIVATION.perform(
        motivation,
        "answer_supplement",
        by=by,
        opened_revision=opened_revision,
        data={"version": number},
        **prepared.for_lists(),
    )
    return _write_version(sent, prepared, by=by), answer


@transaction.atomic
def withdraw(
    motivation: Motivation, *, by: Assignment, reason: str, opened_revision: int | None = None
) -> Motivation:
    """Take a motivation back before any application is sent. Raises as `Flow.perform`."""
    return MOTIVATION.perform(
        motivation, "withdraw", by=by, reason=reason, opened_revision=opened_revision
    )


def prescriber_block(author: Assignment) -> dict[str, Any]:
    """The prescriber as frozen into the motivation; letters go to this address.

    Args:
        author: the motivation's, whoever drafted it.

    Raises:
        Refused: something that a letter or the agency needs is missing in the profile.
    """
    user, unit = author.user, author.care_unit
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


def _demand_right_to_write(kind: Kind, author: Assignment) -> None:
    user = author.user
    if not user.licensed_to_practise or user.profession not in kind.professions:
        raise Refused(NO_LICENCE)
    if not is_confirmed(user):
        raise Refused(REGISTER_DOWN)
    if kind not in kinds_for(author):
        raise Refused(
            _("Vårdenheten får inte längre skriva för beredskapslicens. Kontakta Läkemedelsverket.")
        )


@dataclass(frozen=True)
class _Prepared:
    """What is to be sent, found right."""

    kind: Kind
    frozen: Frozen
    product: ExactProduct
    prescriber: dict[str, Any]

    def about(self) -> Answers:
        """All but the clinical answers."""
        return merge([self.frozen[Secrecy.IDENTITY], self.frozen[Secrecy.OPEN]])

    def for_lists(self) -> dict[str, Any]:
        """The motivation's columns that repeat what the version says."""
        handling = self.frozen[Secrecy.OPEN][HANDLING]
        return {
            "urgency": Urgency(handling["urgency"]),
            "chosen_pharmacy": chosen_pharmacy(handling["pharmacy"]),
            "product_line": self.product.product_line,
            "subject_label": self.kind.subject_label(self.about()),
        }


def _prepare(motivation: Motivation, *, checked: str | None) -> _Prepared:
    kind, author = kind_of(motivation.kind), motivation.author
    _demand_right_to_write(kind, author)
    if checked is not None and checked != state_of(motivation):
        raise Stale(
            _(
                "Svaren har ändrats på ett annat ställe sedan du öppnade sidan. "
                "Läs dem igen innan du skickar."
            )
        )
    prescriber = prescriber_block(author)
    frozen = freeze(sections_of(motivation), answers_of(motivation))
    attachments.check(motivation, frozen[Secrecy.OPEN])
    return _Prepared(kind, frozen, freeze_product(frozen), prescriber)


def _write_version(
    motivation: Motivation, prepared: _Prepared, *, by: Assignment
) -> MotivationVersion:
    now = clock.now()
    version = MotivationVersion.objects.create(
        motivation=motivation,
        number=motivation.versions.count() + 1,
        created_at=now,
        created_by=by,
        product=prepared.product,
        prescriber=prepared.prescriber,
        answers=merge([prepared.frozen[Secrecy.OPEN]]),
    )
    motivation.attachments.filter(version__isnull=True).update(version=version)
    PatientIdentity.objects.create(version=version, answers=prepared.frozen[Secrecy.IDENTITY])
    ClinicalText.objects.create(version=version, answers=prepared.frozen[Secrecy.CLINICAL])
    search_keys.keep(version, prepared.about())
    for audience in Audience:
        # The slip has been handed out with the first version, and says nothing that could change.
        if audience == Audience.PATIENT and version.number > 1:
            continue
        MotivationDocument.objects.create(version=version, audience=audience, ordered_at=now)
    issue_documents.defer()
    DraftSection.objects.filter(motivation=motivation).delete()
    audit.record(
        AccessAction.WRITE,
        by=by,
        what="motivation",
        obj=motivation,
        whose=motivation.reference or "",
    )
    return version
