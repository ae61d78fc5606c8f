"""A decision in words: the preview, the pharmacy's decision, the prescriber's letters about it."""

import json
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from decisions.enums import Hearing, Recipient
from decisions.letters.filling import Words, filled, named
from decisions.letters.texts import texts, version_in_force
from decisions.models import Decision, Letter, Licence
from klas import clock, presentation
from klas.pdf import EmbeddedFile, document_time
from klas.policy import policy
from klas.summary import Row
from motivations.enums import Outcome, QuantityUnit
from motivations.kinds import Route, kind_of

_WEEKS = {1: "en vecka", 2: "två veckor", 3: "tre veckor", 4: "fyra veckor"}
_NOT_YET = "Sätts när beslutet är fattat"


def to_pharmacy(letter: Letter, words: Words) -> dict[str, Any]:
    """What the pharmacy's decision letter is drawn with."""
    decision = _decision(letter)
    return {
        "date": presentation.swedish_date(decision.decided_at),
        "fragment": decision_fragment(decision, words=words),
    }


def to_prescriber(letter: Letter, words: Words) -> dict[str, Any]:
    """What a prescriber's letter about a decision is drawn with."""
    decision = _decision(letter)
    date = presentation.swedish_date(decision.decided_at)
    fill = filled(letter, words, date=date)
    return {
        "date": date,
        "intro": words[f"prescriber_{letter.reason}"].format(**fill),
        "appeal": words["prescriber_appeal"].format(**fill),
        "questions": words["questions"].format(**fill),
        # The prescriber has described the product: a line is enough.
        "short_rows": [
            Row("Läkemedel", decision.product.product_line),
            *_licence_rows(decision, words),
        ],
        **_decision_context(decision, words),
    }


def _decision(letter: Letter) -> Decision:
    assert letter.decision is not None  # noqa: S101 - ordered with one
    return letter.decision


def decision_fragment(
    decision: Decision, *, text_version: str = "", words: Words | None = None
) -> SafeString:
    """What a decision says, from the verdict to how to appeal: for the letter and for pages.

    The headings are h2. A decision that is not made yet, saved or not, is shown as a proposal.

    Args:
        decision: with case, product, subject_line and proposed_by.
        text_version: else that of the decision's letters, or what is in force.
        words: the texts themselves, when the caller has them.
    """
    if words is None:
        version = text_version or _version_of(decision) or version_in_force(clock.today())
        words = texts(version)
    with translation.override("sv"):
        return render_to_string("letters/decision.html", _decision_context(decision, words))


def _version_of(decision: Decision) -> str:
    if decision.decided_at is None:
        return ""
    letter = Letter.objects.filter(decision=decision).order_by("pk").only("text_version").first()
    return letter.text_version if letter else ""


def decision_json(letter: Letter, corrected: Decision | None = None) -> EmbeddedFile | None:
    """The decision as data, to travel inside the pharmacy's letter with it; else None.

    Keys are sorted, amounts are strings, moments are UTC.

    Args:
        corrected: the decision as a letter of correction gives it.
    """
    decision = corrected or letter.decision
    if decision is None or letter.recipient != Recipient.PHARMACY:
        return None
    assert decision.decided_at is not None  # noqa: S101 - a letter is ordered on a made decision
    pharmacy = letter.case.application.pharmacy
    licence = _licence(decision)
    content = {
        "format": "klas-decision-1",
        "dnr": letter.case.dnr,
        "kind": letter.case.kind,
        "outcome": decision.outcome,
        "applicant": {
            "name": pharmacy.name,
            "gln": pharmacy.gln,
            "organisation_number": pharmacy.organisation_number,
        },
        "product": decision.product.product_facts(),
        "subject": decision.subject_line,
        "licence": licence.number if licence else None,
        "route": licence.route if licence else None,
        "quantity": None if decision.quantity is None else f"{decision.quantity.normalize():f}",
        "unit": decision.unit or None,
        "valid_from": decision.valid_from and decision.valid_from.isoformat(),
        "valid_to": decision.valid_to and decision.valid_to.isoformat(),
        "conditions": decision.conditions,
        "reservation": decision.reservation,
        "special_information": decision.special_information,
        "revocation_clause": decision.revocation_clause,
        "partly_rejected": decision.is_reduced,
        "reasons": decision.reasons,
        "provisions": decision.provisions,
        "decided_at": document_time(decision.decided_at),
        "decided_by": decision.decided_by.user.name if decision.decided_by else None,
        "proposed_by": decision.proposed_by.user.name,
        "code": letter.code,
    }
    return EmbeddedFile(
        name="beslut.json",
        content=json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True),
        created=letter.ordered_at,
        description="Beslutet som data",
    )


def _decision_context(decision: Decision, words: Words) -> dict[str, Any]:
    return {
        "decision": decision,
        "texts": words,
        "verdict": _verdict(decision, words),
        "product_rows": _product_rows(decision),
        "licence_rows": _licence_rows(decision, words),
        "hearing": _hearing(decision, words),
        "signed": _signed(decision, words),
        **appeal(words, dnr=decision.case.dnr),
    }


def appeal(words: Words, *, dnr: str) -> dict[str, str]:
    """What `letters/_appeal.html` is drawn with, besides `texts`."""
    return {
        "appeal_where": words["appeal_where"].format(
            email=words["sender_email"],
            address=f"{words['sender_name']}, {words['sender_address']}",
        ),
        "appeal_when": words["appeal_when"].format(
            weeks=_WEEKS.get(policy.appeal_weeks, f"{policy.appeal_weeks} veckor")
        ),
        "appeal_which": f"vilket beslut det gäller: diarienummer {dnr}",
    }


def _verdict(decision: Decision, words: Words) -> str:
    if not decision.is_reduced:
        return words[Outcome(decision.outcome).value]
    if decision.outcome == Outcome.GRANTED:
        return words["granted_reduced"]
    return f"{words[Outcome(decision.outcome).value]} {words['reserved_reduced']}"


def _asked_for(decision: Decision) -> str:
    application = decision.case.application
    unit = QuantityUnit(application.unit).label if application.unit else ""
    asked = presentation.quantity(application.quantity, unit)
    return f"{asked} i {application.months} {'månad' if application.months == 1 else 'månader'}"


def _product_rows(decision: Decision) -> list[Row]:
    product = decision.product
    rows = [
        Row("Namn", product.name),
        Row("Aktiv substans", product.substances),
        Row("Läkemedelsform", product.form),
        Row("Styrka", product.strength),
        Row("Företag", product.mah),
        Row("Godkänt i", product.country_display or "Inget land"),
        Row("Godkännandenummer", product.approval_number),
    ]
    return [row for row in rows if not row.is_empty]


def _licence_rows(decision: Decision, words: Words) -> list[Row]:
    """Whom and what the licence covers; for a decision against, whom it was asked for."""
    case = decision.case
    pharmacy = case.application.pharmacy
    rows = [
        Row(str(kind_of(case.kind).subject_title), decision.subject_line),
        Row("Sökande", f"{pharmacy.name}, org.nr {pharmacy.organisation_number_display}"),
    ]
    if not decision.is_granted:
        return rows
    licence = _licence(decision)
    route = Route(licence.route if licence else case.application.route)
    begins, ends = (presentation.swedish_date(d) for d in (decision.valid_from, decision.valid_to))
    return [
        *rows,
        Row("Licensnummer", licence.number if licence else _NOT_YET),
        *([Row("Apoteket ansökte om", _asked_for(decision))] if decision.is_reduced else []),
        Row("Mängd", presentation.quantity(decision.quantity, decision.get_unit_display())),
        Row("Gäller", f"{begins} till och med {ends}"),
        Row("Lämnas ut", words[f"route_{route.value}"]),
    ]


def _licence(decision: Decision) -> Licence | None:
    if decision.pk is None:
        return None
    return Licence.objects.filter(decision=decision).first()


def _hearing(decision: Decision, words: Words) -> str:
    match decision.hearing:
        case Hearing.HEARD:
            return words["heard"]
        case Hearing.EXCEPTION:
            return words["not_heard"].format(why=decision.hearing_text)
    return ""


def _signed(decision: Decision, words: Words) -> str:
    """Who decided and who prepared it (FL 31 §)."""
    proposer = named(decision.proposed_by)
    if decision.decided_by is None:
        return words["proposed"].format(proposer=proposer)
    decider = named(decision.decided_by)
    if decision.decided_by.user_id == decision.proposed_by.user_id:
        return words["decided_alone"].format(decider=decider)
    return words["decided_by_two"].format(decider=decider, proposer=proposer)
