"""Decisions and questions in words: preview, the pharmacy's decision, the prescriber's letters.

Everything is made of frozen rows, so that a letter reads the same whenever it is rendered. Letters
are Swedish whatever language the reader works in.
"""

import json
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from decisions.enums import Hearing, LetterReason
from decisions.letter_texts import TEXT_VERSION, texts
from decisions.models import Decision, Letter, Licence
from klas import presentation
from klas.pdf import EmbeddedFile, document_time
from klas.policy import policy
from klas.summary import Row
from motivations.enums import Outcome
from motivations.kinds import Route, kind_of

_TEMPLATES = {
    LetterReason.DECISION: "letters/pharmacy_decision.html",
    LetterReason.REJECTED: "letters/prescriber_rejected.html",
    LetterReason.RESERVATION: "letters/prescriber_reservation.html",
    LetterReason.SPECIAL_INFORMATION: "letters/prescriber_special_information.html",
    LetterReason.SUPPLEMENT: "letters/prescriber_supplement.html",
}
_WEEKS = {1: "en vecka", 2: "två veckor", 3: "tre veckor", 4: "fyra veckor"}
_NOT_YET = "Sätts när beslutet är fattat"


def letter_html(letter: Letter) -> str:
    """A letter as HTML for `klas.pdf.render`.

    Raises:
        LookupError: the letter's text version or reason has no words here.
    """
    words = texts(letter.text_version)
    with translation.override("sv"):
        context: dict[str, Any] = {
            "letter": letter,
            "case": letter.case,
            "created": document_time(letter.ordered_at),
            "texts": words,
            "code": grouped_code(letter.code),
        }
        context |= (
            _about_question(letter, words)
            if letter.supplement is not None
            else _about_decision(letter, words)
        )
        return render_to_string(_TEMPLATES[LetterReason(letter.reason)], context)


def _about_decision(letter: Letter, words: dict[str, str]) -> dict[str, Any]:
    decision = letter.decision
    assert decision is not None  # noqa: S101 - a letter tells of a decision or of a question
    filled = _filled(letter, words, date=presentation.swedish_date(decision.decided_at))
    context = {
        "decision": decision,
        "date": filled["date"],
        "intro": words.get(f"prescriber_{letter.reason}", "").format(**filled),
        "appeal": words["prescriber_appeal"].format(**filled),
        "questions": words["questions"].format(**filled),
    }
    if letter.reason == LetterReason.DECISION:
        fragment = decision_fragment(decision, text_version=letter.text_version)
        return {**context, "fragment": fragment}
    return {**context, **_decision_context(decision, words)}


def _about_question(letter: Letter, words: dict[str, str]) -> dict[str, Any]:
    """What a letter with questions says; the patient is not named: the reference number does."""
    supplement = letter.supplement
    assert supplement is not None  # noqa: S101 - see above
    filled = _filled(
        letter,
        words,
        date=presentation.swedish_date(supplement.asked_at),
        due=presentation.swedish_date(supplement.due_on),
    )
    product = letter.case.application.product
    return {
        "date": filled["date"],
        "intro": words["prescriber_supplement"].format(**filled),
        "asked": supplement.questions,
        "product_line": product.product_line if product else "",
        "answer_how": words["prescriber_supplement_how"].format(**filled),
        "answer_late": words["prescriber_supplement_late"].format(**filled),
        "asked_by": words["asked_by"].format(officer=_named(supplement.asked_by)),
        "questions": words["case_questions"].format(**filled),
    }


def _filled(letter: Letter, words: dict[str, str], **more: str) -> dict[str, str]:
    """What the braces of the letters' texts are filled in with."""
    application = letter.case.application
    pharmacy = application.pharmacy
    return {
        "reference": application.motivation.reference or "",
        "pharmacy": pharmacy.name,
        "phone": f", {pharmacy.phone}" if pharmacy.phone else "",
        "email": words["sender_email"],
        "agency_phone": words["sender_phone"],
        "dnr": letter.case.dnr,
        **more,
    }


def decision_fragment(decision: Decision, *, text_version: str = TEXT_VERSION) -> SafeString:
    """What a decision says, from the verdict to how to appeal: for the letter and for pages.

    The headings are h2. A decision that is not made yet, saved or not, is shown as a proposal.

    Args:
        decision: with case, product, subject_line and proposed_by.
    """
    with translation.override("sv"):
        return render_to_string(
            "letters/decision.html", _decision_context(decision, texts(text_version))
        )


def decision_json(letter: Letter) -> EmbeddedFile | None:
    """The decision as data, to travel inside the pharmacy's decision letter; else None.

    Keys are sorted, amounts are strings, moments are UTC.
    """
    decision = letter.decision
    if decision is None or letter.reason != LetterReason.DECISION:
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


def grouped_code(code: str) -> str:
    """A verification code as it is printed and read aloud: ``ABCD EFGH JKLM``."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def _decision_context(decision: Decision, words: dict[str, str]) -> dict[str, Any]:
    return {
        "decision": decision,
        "texts": words,
        "verdict": words[Outcome(decision.outcome).value],
        "product_rows": _product_rows(decision),
        "licence_rows": _licence_rows(decision, words),
        "hearing": _hearing(decision, words),
        "signed": _signed(decision, words),
        "appeal_where": words["appeal_where"].format(
            email=words["sender_email"],
            address=f"{words['sender_name']}, {words['sender_address']}",
        ),
        "appeal_when": words["appeal_when"].format(
            weeks=_WEEKS.get(policy.appeal_weeks, f"{policy.appeal_weeks} veckor")
        ),
        "appeal_which": f"vilket beslut det gäller: diarienummer {decision.case.dnr}",
    }


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


def _licence_rows(decision: Decision, words: dict[str, str]) -> list[Row]:
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
        Row("Mängd", presentation.quantity(decision.quantity, decision.get_unit_display())),
        Row("Gäller", f"{begins} till och med {ends}"),
        Row("Lämnas ut", words[f"route_{route.value}"]),
    ]


def _licence(decision: Decision) -> Licence | None:
    if decision.pk is None:
        return None
    return Licence.objects.filter(decision=decision).first()


def _hearing(decision: Decision, words: dict[str, str]) -> str:
    match decision.hearing:
        case Hearing.HEARD:
            return words["heard"]
        case Hearing.EXCEPTION:
            return words["not_heard"].format(why=decision.hearing_text)
    return ""


def _signed(decision: Decision, words: dict[str, str]) -> str:
    """Who decided and who prepared it (FL 31 §)."""
    proposer = _named(decision.proposed_by)
    if decision.decided_by is None:
        return words["proposed"].format(proposer=proposer)
    decider = _named(decision.decided_by)
    if decision.decided_by.user_id == decision.proposed_by.user_id:
        return words["decided_alone"].format(decider=decider)
    return words["decided_by_two"].format(decider=decider, proposer=proposer)


def _named(assignment: Any) -> str:
    return f"{assignment.user.name} ({assignment.get_role_display().lower()})"
