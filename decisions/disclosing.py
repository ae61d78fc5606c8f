"""The documents of a case, field by field, with what is masked as a rule when they are given out.

Everything is masked unless it is listed as open: of a motivation in its kind (`Kind.public`), of an
application and a decision here. A new field is masked until somebody lists it, and an officer who
has read it opens it with a reason. Files and letters are given out whole or only named.

From the design (domain §6–7): clinical text and clinical attachments are secret, the assessment and
notes are the agency's own, what is masked is logged. Our reading of the law: identity, treatment
and quantity are masked by OSL 25 kap. 1 § and addresses by 21 kap. 3 §; protected data by 22 kap.
1 §, never opened; the supplier's terms by 31 kap. 16 §; internal notes are no public documents,
nor is the assessment until the case has ended (2 kap. TF).
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import translation

from accounts.models import Assignment
from applications.models import Application
from applications.presentation import answered as application_answers
from applications.presentation import applicant_rows, fee_text, frozen_answers, is_protected
from applications.services import documents as quality_documents
from applications.services import supplements as pharmacys
from decisions import letter_queries, queries
from decisions.corrections import as_corrected
from decisions.enums import LetterReason, LetterStatus, Recipient, SecrecyGround
from decisions.models import Case, Injunction
from decisions.presentation import assessment_rows
from klas.presentation import quantity, swedish_date
from klas.sections import Secrecy
from klas.summary import Row
from motivations import reading
from motivations.enums import AttachmentClass
from motivations.kinds import kind_of
from motivations.models.stored import StoredFile
from motivations.presentation import answered, prescriber_rows
from motivations.services import attachments
from motivations.services import supplements as prescribers

# What of an application is the pharmacy's business with its supplier.
_BUSINESS = {"supplier", "lead_time_days"}
# What of an application is open.
_APPLICATION_OPEN = {
    *("same_product", "name", "substances", "form", "strength", "mah", "country"),
    *("approval_number", "supplied_from", "available", "route", "product_checked"),
    *("quantity_checked", "customer_informed", "quality_documents", "fee_accepted", "unchanged"),
}
# What of a prescriber is open: who they are in their profession.
_PRESCRIBER_OPEN = 2


@dataclass(frozen=True)
class Field:
    """One thing that is masked or given out; `ground` is "" for what is open as a rule.

    `locked` is never given out: protected personal data. `file` names the file or letter that
    follows as pages when the field is open: `attachment`, `document` or `letter`, and its key.
    """

    key: str
    title: str
    value: list[str]
    ground: str = ""
    locked: bool = False
    file: str = ""


@dataclass(frozen=True)
class Part:
    """One document of a case, or a part of one."""

    title: str
    fields: list[Field]


@dataclass(frozen=True)
class Documents:
    """What can be given out of a case."""

    parts: list[Part]

    @property
    def fields(self) -> list[Field]:
        return [field for part in self.parts for field in part.fields]

    @cached_property
    def fingerprint(self) -> str:
        """Changes when any field does: what is decided on is what was read."""
        said = [[field.key, field.value, field.ground, field.locked] for field in self.fields]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def documents_of(case: Case, *, by: Assignment) -> Documents:
    """Everything of a case that can be given out, in Swedish; recorded as read by `by`."""
    with translation.override("sv"):
        parts = [part for part in _parts(case, by) if part.fields]
    return Documents(parts)


def _parts(case: Case, by: Assignment) -> Iterator[Part]:
    application = case.application
    version = application.version
    assert version is not None  # noqa: S101 - a case is opened on a version that was sent
    readings = reading.read_all(
        application.motivation, by=by, last=None if case.is_open else version
    )
    protected = is_protected(readings[-1].answers)
    for one in readings:
        yield from _version(case, one, protected=protected)
    yield from _application(application)
    yield from _questions(case, by)
    yield from _files(case, by)
    yield from _handled(case)
    yield from _decision(case, protected=protected)
    yield _letters(case, protected=protected)


def _version(case: Case, one: reading.Reading, *, protected: bool) -> Iterator[Part]:
    number = one.version.number
    name = f"Licensmotivering, version {number}"
    kind = kind_of(case.kind)
    for section, shown in answered(kind, one.answers):
        fields = []
        for answer in shown:
            is_identity = answer.secrecy == Secrecy.IDENTITY
            locked = is_identity and protected
            is_secret = f"{section.slug}.{answer.name}" not in kind.public
            ground = SecrecyGround.PROTECTED if locked else SecrecyGround.HEALTH
            key = f"motivering.{number}.{section.slug}.{answer.name}"
            fields.append(_field(key, answer.row, ground if is_secret else "", locked=locked))
        yield Part(f"{name}: {str(section.title).lower()}", fields)
    yield Part(
        f"{name}: förskrivare",
        [
            _field(
                f"motivering.{number}.forskrivare.{place}",
                row,
                "" if place < _PRESCRIBER_OPEN else SecrecyGround.CONTACT,
            )
            for place, row in enumerate(prescriber_rows(one.version.prescriber))
        ],
    )


def _application(application: Application) -> Iterator[Part]:
    rows = [
        *applicant_rows(application.pharmacy),
        Row("Farmaceut", application.sent_by.user.name if application.sent_by else ""),
        Row("Skickad", application.sent_at),
        Row("Avgift", fee_text(application.fee or 0)),
    ]
    yield Part("Ansökan: sökande", [_field(f"ansokan.{at}", row) for at, row in enumerate(rows)])
    for section, shown in application_answers(frozen_answers(application)):
        yield Part(
            f"Ansökan: {str(section.title).lower()}",
            [
                _field(
                    f"ansokan.{section.slug}.{answer.name}",
                    answer.row,
                    _application_ground(answer.name),
                )
                for answer in shown
            ],
        )
    if application.duplicate_reason:
        row = Row("Skäl att ansöka trots tidigare ärende", application.duplicate_reason)
        yield Part("Ansökan: dubblett", [_field("ansokan.dubblett", row, SecrecyGround.HEALTH)])


def _application_ground(name: str) -> str:
    if name in _APPLICATION_OPEN:
        return ""
    return SecrecyGround.BUSINESS if name in _BUSINESS else SecrecyGround.HEALTH


def _questions(case: Case, by: Assignment) -> Iterator[Part]:
    application = case.application
    for whom, requests in (
        ("förskrivaren", prescribers.requests_of(application.motivation, by=by)),
        ("apoteket", pharmacys.requests_of(application, by=by)),
    ):
        for request in requests:
            # What was asked in an earlier or later case on the same motivation belongs to that.
            if request.asked_at < case.registered_at:
                continue
            if case.decided_at is not None and request.asked_at > case.decided_at:
                continue
            key = f"komplettering.{whom}.{request.number}"
            rows = [
                Row("Frågor", list(request.questions)),
                Row("Svar", request.answer),
            ]
            yield Part(
                f"Komplettering {request.number} från {whom}",
                [
                    _field(f"{key}.dag", Row("Begärd", request.asked_at)),
                    *_free(key, rows),
                ],
            )


def _files(case: Case, by: Assignment) -> Iterator[Part]:
    application = case.application
    attached = attachments.readable_by(application.motivation, by)
    if not case.is_open:
        # Those of a later case on the same motivation are no part of this one.
        assert application.version is not None  # noqa: S101 - see `_parts`
        attached = attached.filter(version__number__lte=application.version.number)
    yield Part(
        "Bilagor från förskrivaren",
        [
            _file_field(
                "attachment",
                one,
                "" if one.secrecy == AttachmentClass.PRODUCT else SecrecyGround.HEALTH,
            )
            for one in attached.order_by("uploaded_at", "pk")
        ],
    )
    sent = quality_documents.readable_by(application, by).order_by("uploaded_at", "pk")
    yield Part(
        "Bilagor från apoteket",
        [_file_field("document", one, SecrecyGround.BUSINESS) for one in sent],
    )


def _file_field(what: str, file: StoredFile, ground: str) -> Field:
    title = file.get_kind_display()  # type: ignore[attr-defined]
    return Field(f"{what}.{file.pk}", title, [file.name], str(ground), file=f"{what}:{file.pk}")


def _handled(case: Case) -> Iterator[Part]:
    for sent in queries.communications_of(case):
        rows = [Row("Det som talar emot", sent.text), Row("Apotekets svar", sent.answer)]
        yield Part(
            f"Kommunicering {swedish_date(sent.sent_at)}", _free(f"kommunicering.{sent.pk}", rows)
        )
    for notice in case.delay_notices.order_by("pk"):
        yield Part(
            f"Underrättelse om försening {swedish_date(notice.told_at)}",
            [
                _field(f"forsening.{notice.pk}", Row("Beslut väntas", notice.expected_on)),
                *_free(f"forsening.{notice.pk}", [Row("Skäl", notice.reason)]),
            ],
        )
    for one in Injunction.objects.filter(case=case).order_by("pk"):
        yield Part(
            f"Föreläggande {swedish_date(one.sent_at)}",
            _free(f"forelaggande.{one.pk}", [Row("Text", one.text)]),
        )
    assessment = queries.assessment_of(case)
    if assessment is not None and not case.is_open:
        yield Part("Bedömning", _free("bedomning", assessment_rows(assessment)))


def _decision(case: Case, *, protected: bool) -> Iterator[Part]:
    made = queries.live_decision(case)
    if made is None or made.decided_at is None:
        return
    decision = as_corrected(made)
    who = Row(str(kind_of(case.kind).subject_title), decision.subject_line)
    is_herd = "" if not decision.subject_line else SecrecyGround.HEALTH
    open_rows = [
        Row("Utgång", decision.get_outcome_display()),
        Row("Läkemedel", decision.product.product_line),
        Row("Gäller från", decision.valid_from),
        Row("Gäller till och med", decision.valid_to),
        Row("Bestämmelser", decision.provisions),
        Row("Beslutat", decision.decided_at),
        Row("Beslutat av", decision.decided_by.user.name if decision.decided_by else ""),
        Row("Föredragande", decision.proposed_by.user.name),
    ]
    masked_rows = [
        Row("Mängd", quantity(decision.quantity, decision.get_unit_display())),
        Row("Skäl", decision.reasons),
        Row("Villkor", decision.conditions),
        Row("Förbehåll", decision.reservation),
        Row("Särskild information", decision.special_information),
        Row("Återkallelse", decision.revocation_clause),
        Row("Kommunicering", decision.hearing_text),
    ]
    yield Part(
        "Beslut",
        [
            _field(
                "beslut.avser",
                who,
                SecrecyGround.PROTECTED if protected else is_herd,
                locked=protected,
            ),
            *(
                _field(f"beslut.{place}", row)
                for place, row in enumerate(open_rows)
                if not row.is_empty
            ),
            *_free("beslut.text", masked_rows),
        ],
    )


def _letters(case: Case, *, protected: bool) -> Part:
    fields = []
    for letter in letter_queries.letters_of(case).order_by("ordered_at", "pk"):
        title = f"{LetterReason(letter.reason).label}, {swedish_date(letter.ordered_at)}"
        is_open = letter.recipient == Recipient.PHARMACY
        row = Row(f"{title}, till", ", ".join(letter.address))
        fields.append(_field(f"brev.{letter.pk}", row, "" if is_open else SecrecyGround.CONTACT))
        if letter.status != LetterStatus.CANCELLED:
            fields.append(
                Field(
                    f"brevet.{letter.pk}",
                    f"{title}, brevet",
                    [f"{title}.pdf"],
                    SecrecyGround.HEALTH.value,
                    locked=protected,
                    file=f"letter:{letter.pk}",
                )
            )
    return Part("Brev i ärendet", fields)


def _free(key: str, rows: list[Row]) -> list[Field]:
    """Free texts: masked until somebody has read them and opened them."""
    return [
        _field(f"{key}.{place}", row, SecrecyGround.HEALTH)
        for place, row in enumerate(rows)
        if not row.is_empty
    ]


def _field(key: str, row: Row, ground: str = "", *, locked: bool = False) -> Field:
    value: Any = row.value if row.is_list else [row.shown]
    return Field(key, str(row.key), [str(item) for item in value], str(ground), locked)
