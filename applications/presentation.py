"""An application in rows and sentences, for the pharmacy's pages and the agency's."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Assignment
from applications.enums import HandOverStatus
from applications.models import Application, ApplicationVersion, HandOver
from applications.sections import LICENCE, MOTIVATION, PRODUCT, routes_of, sections_of
from applications.services.duplicates import Duplicate
from klas.pack import first_control_id
from klas.presentation import quantity, swedish_date
from klas.sections import Answers, Secrecy, Section, SectionForm, display_value
from klas.summary import Change, Row
from motivations.enums import MotivationStatus, QuantityUnit
from motivations.kinds import kind_of
from motivations.models import Motivation, MotivationVersion
from motivations.presentation import Answered, SectionRows, is_free_text
from pharmacies.models import Pharmacy


def section_rows(
    answers: Answers, *, change_url: Callable[[Section], str] | None = None
) -> list[SectionRows]:
    """All answers of an application, section by section; what a choice hides is left out.

    Args:
        answers: of a draft (`applying.answers_of`) or as sent (`frozen_answers`).
        change_url: where a section can be changed; without it there are no links.
    """
    return [
        SectionRows(
            str(section.title),
            section.slug,
            _rows(section.bind(answers), change_url(section) if change_url else ""),
        )
        for section in sections_of(answers)
    ]


def answered(answers: Answers) -> list[tuple[Section, list[Answered]]]:
    """All answers of an application that hold something, with each one's name."""
    found = []
    for section in sections_of(answers):
        form = section.bind(answers)
        hidden = set(form._unrevealed()) | {"unit"}
        rows = [
            (name, Row(str(field.label), _shown(form, name)))
            for name, field in form.fields.items()
            if name not in hidden and not field.widget.is_hidden
        ]
        shown = [
            Answered(name, Secrecy.OPEN, is_free_text(form.fields[name]), row)
            for name, row in rows
            if not row.is_empty
        ]
        if shown:
            found.append((section, shown))
    return found


def frozen_answers(application: Application) -> Answers:
    """The answers of a sent application, with what its forms need to show them."""
    assert application.version is not None  # noqa: S101 - a sent application has frozen it
    routes = routes_of(kind_of(application.motivation.kind), application.version.answers)
    beside = {"routes": routes, "renewed": application.is_renewal, "fee": application.fee}
    return {**(application.answers or {}), MOTIVATION: beside}


@dataclass(frozen=True)
class ApplicationStep:
    """A later version of an application, and what it changed."""

    version: ApplicationVersion
    changes: list[Change]


def application_steps(application: Application) -> list[ApplicationStep]:
    """What each version after the first changed, the newest first."""
    if application.version is None:
        return []
    versions = list(application.versions.order_by("number"))
    beside = frozen_answers(application)[MOTIVATION]
    steps = [
        ApplicationStep(
            after,
            changes({**before.answers, MOTIVATION: beside}, {**after.answers, MOTIVATION: beside}),
        )
        for before, after in pairwise(versions)
    ]
    return steps[::-1]


def changes(before: Answers, after: Answers) -> list[Change]:
    """What differs between two versions of an application, question by question."""
    found = []
    for old, new in zip(section_rows(before), section_rows(after), strict=True):
        was = {row.key: row for row in old.rows if not row.is_empty}
        now = {row.key: row for row in new.rows if not row.is_empty}
        found += [
            Change(new.title, was.get(key, Row(key, "")), now.get(key, Row(key, "")))
            for key in {**was, **now}
            if was.get(key) != now.get(key)
        ]
    return found


def differences(answers: Answers) -> list[str]:
    """How a draft differs from its motivation, one sentence each: product, quantity, time.

    A renewal's may differ in quantity and time together only, from the licence.
    """
    asked, licence = answers[MOTIVATION], answers.get(LICENCE, {})
    if asked["renewed"]:
        return _renewal_differences(asked, licence)
    found = []
    if answers.get(PRODUCT, {}).get("same_product") == "no":
        found.append(_("Läkemedlet är ett annat än det i motiveringen."))
    if _differs(licence.get("quantity"), asked["quantity"]) or (
        licence.get("unit") and licence["unit"] != asked["unit"]
    ):
        found.append(
            _("Ni ansöker om %(applied)s. Motiveringen gäller %(asked)s.")
            % {
                "applied": _amount(licence.get("quantity"), licence.get("unit")),
                "asked": _amount(asked["quantity"], asked["unit"]),
            }
        )
    if _differs(licence.get("months"), asked["months"]):
        found.append(
            _("Ni ansöker för %(applied)s månader. Motiveringen gäller %(asked)s månader.")
            % {"applied": licence["months"], "asked": asked["months"]}
        )
    return found


def _renewal_differences(asked: Mapping[str, Any], licence: Mapping[str, Any]) -> list[str]:
    if not (_differs(licence.get("quantity"), asked["quantity"])) and not (
        _differs(licence.get("months"), asked["months"])
    ):
        return []
    return [
        _("Ni ansöker om %(applied)s i %(months)s månader. Licensen gällde %(before)s.")
        % {
            "applied": _amount(licence.get("quantity"), licence.get("unit")),
            "months": licence.get("months"),
            "before": asked_for({MOTIVATION: dict(asked)}),
        }
    ]


def duplicate_text(duplicate: Duplicate) -> str:
    """A licence or case there is already, in a sentence without anything of the patient."""
    facts = {"number": duplicate.number, "pharmacy": duplicate.pharmacy}
    if duplicate.valid_to is None:
        return _("Det finns redan ett pågående ärende: %(number)s, %(pharmacy)s.") % facts
    return _("Det finns redan en giltig licens: %(number)s, %(pharmacy)s, till %(day)s.") % {
        **facts,
        "day": swedish_date(duplicate.valid_to),
    }


def asked_for(answers: Answers) -> str:
    """What the motivation asks for: “730 tabletter i 12 månader”."""
    asked = answers[MOTIVATION]
    return _("%(quantity)s i %(months)s månader") % {
        "quantity": _amount(asked["quantity"], asked["unit"]),
        "months": asked["months"],
    }


def _rows(form: SectionForm, change_url: str) -> list[Row]:
    hidden = set(form._unrevealed()) | {"unit"}
    return [
        Row(
            str(field.label),
            _shown(form, name),
            f"{change_url}#{first_control_id(form[name])}" if change_url else "",
        )
        for name, field in form.fields.items()
        if name not in hidden and not field.widget.is_hidden
    ]


def _shown(form: SectionForm, name: str) -> str | list[str]:
    value = form[name].data
    if name == "quantity":
        return _amount(value, form["unit"].data)
    text = display_value(form.fields[name], value)
    look = form.looks.get(name)
    return f"{text} {look.suffix}" if text and look and look.suffix else text


def _amount(value: Any, unit: Any) -> str:
    """An amount with its unit in words; what was typed when it is no number."""
    exact = _decimal(value)
    words = dict(QuantityUnit.choices)
    if exact is None:
        return str(value or "")
    return quantity(exact, words.get(str(unit), ""))


def _decimal(value: Any) -> Decimal | None:
    try:
        exact = Decimal(str(value).replace(",", "."))
    except InvalidOperation:
        return None
    return exact if exact.is_finite() else None


def _differs(applied: Any, asked: Any) -> bool:
    """Whether two numbers are both there and not the same; “730” and “730,0” are."""
    first, second = _decimal(applied), _decimal(asked)
    return first is not None and second is not None and first != second


def applicant_rows(pharmacy: Pharmacy) -> list[Row]:
    """Which pharmacy applies: name, legal person, numbers, chain and address."""
    rows = [
        Row(_("Apotek"), pharmacy.name),
        Row(_("Juridisk person"), pharmacy.legal_name),
        Row(_("Organisationsnummer"), pharmacy.organisation_number_display),
        Row(_("GLN"), pharmacy.gln),
        Row(_("Kedja"), pharmacy.chain),
        Row(_("Adress"), ", ".join(pharmacy.address_lines[1:])),
    ]
    return [row for row in rows if not row.is_empty]


def document_rows(application: Application) -> list[Row]:
    """The quality documents of a draft, with a link to where they can be changed."""
    address = reverse("applications:documents", args=[application.pk])
    names = [
        f"{document.get_kind_display()}: {document.name}"
        + ("" if document.is_clean else f" ({document.state.label})")
        for document in application.documents.all()
    ]
    return [Row(_("Kvalitetsdokument"), names, address)]


def is_protected(answers: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the patient of a motivation has protected personal data."""
    return any(section.get("protected_identity") is True for section in answers.values())


def fee_text(fee: int) -> str:
    """A fee in SEK: “400 kr”."""
    return quantity(fee, _("kr"))


@dataclass(frozen=True)
class HandOverLine:
    """A hand-over in a list: nothing of whom the application is for."""

    hand_over: HandOver
    text: str
    product: str
    status: HandOverStatus


def handover_lines(handovers: Iterable[HandOver], *, by: Assignment) -> list[HandOverLine]:
    """Hand-overs as the acting pharmacy sees them, giving or getting."""
    return [
        HandOverLine(
            one,
            _handover_text(one, is_giver=one.giver_id == by.pharmacy_id),
            one.application.product.product_line if one.application.product else "",
            HandOverStatus(one.status),
        )
        for one in handovers
    ]


def _handover_text(hand_over: HandOver, *, is_giver: bool) -> str:
    pharmacy = {"pharmacy": hand_over.receiver.name if is_giver else hand_over.giver.name}
    if hand_over.status == HandOverStatus.ACCEPTED:
        words = _("Överlämnad till %(pharmacy)s") if is_giver else _("Övertagen från %(pharmacy)s")
    elif is_giver:
        words = _("Erbjuden %(pharmacy)s")
    else:
        words = _("Erbjudande från %(pharmacy)s")
    return words % pharmacy


def handover_rows(hand_over: HandOver) -> list[Row]:
    """What both pharmacies see of a hand-over: the application without its patient."""
    application = hand_over.application
    giver, receiver = hand_over.giver, hand_over.receiver
    rows = [
        Row(_("Diarienummer"), application.dnr),
        Row(_("Licensmotivering"), application.motivation.reference or ""),
        Row(_("Läkemedel"), application.product.product_line if application.product else ""),
        Row(
            _("Ansökan gäller"),
            _("%(quantity)s i %(months)s månader")
            % {
                "quantity": _amount(application.quantity, application.unit),
                "months": application.months,
            },
        ),
        Row(_("Lämnas ut mot"), application.get_route_display()),
        Row(_("Skickad"), application.sent_at),
        Row(
            _("Avgift"),
            _("%(fee)s, betald av %(pharmacy)s")
            % {"fee": fee_text(application.fee or 0), "pharmacy": giver.name},
        ),
        Row(_("Från"), f"{giver.name}, {giver.city}"),
        Row(_("Till"), f"{receiver.name}, {receiver.city}"),
        Row(_("Skäl"), hand_over.reason),
        Row(_("Erbjuden"), hand_over.offered_at),
        Row(_("Erbjuden av"), hand_over.offered_by.user.name),
    ]
    if hand_over.ended_at is not None:
        rows.append(Row(hand_over.get_status_display(), hand_over.ended_at))
    if hand_over.status == HandOverStatus.DECLINED:
        rows.append(Row(_("Skäl att avböja"), hand_over.events.get(action="decline").reason))
    return rows


@dataclass(frozen=True)
class FoundLine:
    """One of several motivations that a search found. Says nothing of the patient."""

    motivation: Motivation
    kind: str
    product: str
    unit: str
    status: MotivationStatus


def found_lines(found: Iterable[MotivationVersion]) -> list[FoundLine]:
    """What tells motivations apart that a pharmacy found, in the order given."""
    return [
        FoundLine(
            version.motivation,
            str(kind_of(version.motivation.kind).title),
            version.product.product_line,
            str(version.prescriber["workplace"]),
            MotivationStatus(version.motivation.status),
        )
        for version in found
    ]
