"""Advice on what is answered but will be asked about: what every kind shares.

A rule that can decide belongs in the form. What stands here can only suspect, and keeps silent
unless it has good reason to speak: advice that is wrong once is not read twice. Pure functions
over a draft's answers, raw or canonical.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klas.policy import policy
from klas.sections import Answers, SectionAnswers
from medicines.sameness import folded
from motivations.kinds.common import APPROVED, CLINICAL, HANDLING, PRODUCT

Text = str | Promise


@dataclass(frozen=True)
class Hint:
    """What will be asked about an answer, and what to write. `cell` is ``<row>-<column>``."""

    slug: str
    field: str
    text: str
    cell: str = ""


Adviser = Callable[[Answers], Iterable[Hint]]

# Answers that say nothing, or that say that it stands somewhere else; folded, no punctuation.
_EMPTY = frozenset(
    (
        "", "ja", "nej", "x", "xx", "xxx", "na", "ok", "test", "ingen", "inga", "inget", "vet ej",
        "vet inte", "okant", "ej aktuellt", "inte aktuellt", "saknas", "finns ej", "annat", "flera",
        "alla", "diverse", "behovs", "bast", "effekt", "god effekt",
    )
)  # fmt: skip
_ELSEWHERE = re.compile(
    r"(?:(?:v g |var god )?(?:se|jfr|enl|enligt|som|samma som|framgar av|dito)"
    r"(?: (?:ovan|nedan|tidigare|forut|forra|ansokan|motivering(?:en)?|licens(?:en)?|journal(?:en)?"
    r"|bilaga(?:n)?|bilagor|bifogat|bif|remiss(?:en)?|brev|intyg|ordination|schema|lista|anteckning"
    r"(?:en)?|den|det|i|fran|av))+|dito|samma|idem)"
)
_LITTLE_WORDS = frozenset(
    ("och", "samt", "eller", "med", "i", "av", "plus", "mg", "ml", "g", "mikrogram", "tablett",
     "tabletter", "kapsel", "kapslar", "losning", "oral", "annan", "andra")
)  # fmt: skip
# What to write, by clinical field. Nothing here speaks of a patient: all kinds use it.
_ASKED: Mapping[str, Text] = {
    "indication": gettext_lazy(
        "Handläggaren frågar efter diagnosen, hur svår sjukdomen är och vad behandlingen ska "
        "åstadkomma. Skriv en mening om vart och ett."
    ),
    "why_not_text": gettext_lazy(
        "Handläggaren frågar vilka godkända läkemedel du har övervägt. Nämn dem, och skriv för "
        "vart och ett varför det inte räcker."
    ),
    "approved_in_sweden_reason": gettext_lazy(
        "Handläggaren frågar vad som hindrar att det används. Skriv till exempel vilken effekt "
        "eller biverkning det har gett, eller vilket hjälpämne som inte tåls."
    ),
    "no_earlier_therapy": gettext_lazy(
        "Handläggaren frågar varför. Skriv till exempel att det inte finns något alternativ, "
        "eller att tillståndet inte kan vänta."
    ),
    "choice_reason": gettext_lazy(
        "Handläggaren frågar efter det vetenskapliga stödet. Nämn en riktlinje, en studie eller "
        "den erfarenhet du bygger på."
    ),
    "effect_so_far": gettext_lazy(
        "Handläggaren frågar vad behandlingen har gett. Skriv vad som har ändrats sedan den "
        "började, till exempel symtom eller mätvärden, och om den har gett biverkningar."
    ),
    "restrictive_reason": gettext_lazy(
        "Handläggaren frågar hur risken vägs. Skriv varför godkännandet drogs in, så långt du "
        "vet, och varför nyttan ändå är större."
    ),
}
_NOT_APPROVED: Mapping[str, Text] = {
    "not_approved_comment": gettext_lazy(
        "Handläggaren frågar hur läkemedlet tillverkas. Skriv vem som gör det, och varför det inte "
        "är godkänt någonstans."
    )
}
_URGENT: Mapping[str, Text] = {
    "urgent_reason": gettext_lazy(
        "Handläggaren frågar hur snart behandlingen måste börja. Skriv det, och vad som händer om "
        "den dröjer."
    )
}


def words_of(text: str) -> list[str]:
    """The words of a text, in small letters without accents; figures and signs are none."""
    return [word for word in re.findall(r"\w+", folded(text)) if not word.isdigit()]


def is_empty_phrase(text: str) -> bool:
    """Whether a text is there only to fill the field."""
    return " ".join(re.findall(r"\w+", folded(text))) in _EMPTY


def refers_elsewhere(text: str) -> bool:
    """Whether a text only says that the answer stands in another place."""
    return bool(_ELSEWHERE.fullmatch(" ".join(re.findall(r"\w+", folded(text)))))


def thin(answers: Answers, slug: str, asked: Mapping[str, Text], *, fewest: int) -> Iterator[Hint]:
    """Hints on answers that are shorter than `fewest` words, or only fill the field.

    Args:
        asked: field → what will be asked, and what to write. Empty answers are the form's to judge.
    """
    section = answers.get(slug, {})
    for name, ask in asked.items():
        text = str(section.get(name) or "").strip()
        if not text:
            continue
        if refers_elsewhere(text):
            yield Hint(slug, name, f"{_('Svaret hänvisar till en annan plats.')} {ask}")
        elif is_empty_phrase(text) or len(words_of(text)) < fewest:
            yield Hint(slug, name, f"{_('Svaret är kort.')} {ask}")


def clinical_advice(answers: Answers) -> Iterator[Hint]:
    """Hints on the five mandatory parts (domain §4), in substance."""
    section = answers.get(CLINICAL, {})
    asked = _asked(answers)
    yield from thin(answers, CLINICAL, asked, fewest=policy.advice_fewest_words)
    yield from _only_names(answers, asked)
    yield from _same_text(section, asked)
    yield from _therapy(answers)
    yield from _effect(section)


def _asked(answers: Answers) -> dict[str, Text]:
    """The clinical texts that are asked for, given the other answers."""
    section, product = answers.get(CLINICAL, {}), answers.get(PRODUCT, {})
    unasked = {
        "approved_in_sweden_reason": not product.get(APPROVED),
        "restrictive_reason": product.get("withdrawn_by_authority") != "yes",
        "effect_so_far": section.get("treatment") != "continued",
        "no_earlier_therapy": bool(earlier(section)) or _was_tried(section),
    }
    return {name: ask for name, ask in _ASKED.items() if not unasked.get(name)}


def earlier(section: SectionAnswers) -> list[dict[str, Any]]:
    """The rows of earlier therapy that are not left blank."""
    rows = section.get("earlier_therapy")
    return [row for row in rows if any(row.values())] if isinstance(rows, list) else []


def _was_tried(section: SectionAnswers) -> bool:
    """Whether approved medicines are said to have been tried, so that some must be named."""
    return section.get("why_not_category") in ("no_effect", "adverse_reaction")


def _only_names(answers: Answers, asked: Mapping[str, Text]) -> Iterator[Hint]:
    section, product = answers.get(CLINICAL, {}), answers.get(PRODUCT, {})
    named = [product.get("name"), product.get("substances"), section.get("shortage_product")]
    named += [row.get("product") for row in earlier(section)]
    names = {word for text in named for word in words_of(str(text or ""))} | _LITTLE_WORDS
    for name, ask in asked.items():
        words = words_of(str(section.get(name) or ""))
        if words and set(words) <= names:
            yield Hint(CLINICAL, name, f"{_('Svaret nämner bara läkemedel.')} {ask}")


def _same_text(section: SectionAnswers, asked: Mapping[str, Text]) -> Iterator[Hint]:
    seen: set[tuple[str, ...]] = set()
    for name, ask in asked.items():
        words = tuple(words_of(str(section.get(name) or "")))
        if len(words) >= policy.advice_fewest_words and words in seen:
            yield Hint(CLINICAL, name, f"{_('Samma text står i ett svar ovanför.')} {ask}")
        seen.add(words)


def _therapy(answers: Answers) -> Iterator[Hint]:
    section = answers.get(CLINICAL, {})
    rows = earlier(section)
    if _was_tried(section) and not rows:
        yield Hint(
            CLINICAL,
            "earlier_therapy",
            _(
                "Du har svarat att godkända läkemedel har prövats, men inget står här. "
                "Handläggaren frågar vilka, hur länge och med vilket resultat. Lägg till en rad "
                "för varje."
            ),
        )
    is_short = section.get("why_not_category") == "shortage"
    if is_short and is_empty_phrase(str(section.get("shortage_product") or "x")):
        yield Hint(
            CLINICAL,
            "shortage_product",
            _("Handläggaren frågar vilket läkemedel som är slut. Skriv namn, form och styrka."),
        )
    for index, row in enumerate(section.get("earlier_therapy") or []):
        result = str(row.get("result") or "")
        if result.strip() and (
            refers_elsewhere(result) or is_empty_phrase(result) or not words_of(result)
        ):
            yield Hint(
                CLINICAL,
                "earlier_therapy",
                _("Handläggaren frågar hur det gick. Skriv vilken effekt och vilka biverkningar."),
                cell=f"{index}-result",
            )
    if section.get("treatment") == "new" and (row := _same_product(answers, rows)):
        yield Hint(
            CLINICAL,
            "treatment",
            _(
                "%(product)s står under tidigare behandling, men du har svarat att behandlingen "
                "är ny. Pågår den redan? Välj fortsatt och beskriv effekten. Är det ett nytt "
                "försök? Skriv varför."
            )
            % {"product": row["product"]},
        )


def _same_product(answers: Answers, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The row of earlier therapy that names the product itself."""
    product = answers.get(PRODUCT, {})
    names = [words_of(str(product.get(fact) or "")) for fact in ("name", "substances")]
    for row in rows:
        words = words_of(str(row.get("product") or ""))
        if any(name and name == words[: len(name)] for name in names):
            return row
    return None


_NO_EFFECT = re.compile(
    r"\b(?:(?:ingen|inte nagon|utan|okand|oklar|osaker) (?:\w+ )?(?:effekt|forbattring|skillnad)"
    r"|(?:effekten (?:ar )?)?(?:okan[dt]|oklart?)|oforandra\w*|vet (?:ej|inte)"
    r"|(?:ej|inte|annu inte) (?:\w+ )?(?:utvarderad|utvarderats|bedombar|bedomts)"
    r"|for tidigt (?:att (?:saga|bedoma))?|har inte haft (?:nagon )?effekt)\b"
)
_EFFECT = re.compile(
    r"forbattr|battre|minsk|halver|farre|lagre|sjunk|stabil|lindr|anfallsfri|symtomfri|besvarsfri"
    r"|smartfri|lakt|laker|normali|god effekt|svarat|okat|vuxit|avstanna|tillbaka|kontroll|effektiv"
    r"|friare|snabbare|langre|starkare|\bfri\b|botad|aterhamt|utan (?!effekt|forbattring|skillnad)"
)


def _effect(section: SectionAnswers) -> Iterator[Hint]:
    if section.get("treatment") != "continued":
        return
    text = folded(str(section.get("effect_so_far") or ""))
    without, found = _NO_EFFECT.subn(" ", text)
    if found and not _EFFECT.search(without):
        yield Hint(
            CLINICAL,
            "effect_so_far",
            _(
                "Svaret säger inte att behandlingen har haft effekt. Handläggaren frågar varför "
                "den ska fortsätta. Skriv vad som har blivit bättre, eller varför det är för "
                "tidigt att säga."
            ),
        )


def ongoing_advice(answers: Answers) -> Iterator[Hint]:
    """A hint where a treatment goes on that no row tells of; for kinds with one to be treated."""
    section = answers.get(CLINICAL, {})
    if section.get("treatment") == "continued" and not earlier(section):
        yield Hint(
            CLINICAL,
            "earlier_therapy",
            _(
                "Behandlingen är fortsatt, men ingen tidigare behandling står här. Handläggaren "
                "frågar sedan när den pågår. Lägg till en rad med period, dos och resultat."
            ),
        )


def diagnosis_advice(answers: Answers) -> Iterator[Hint]:
    """A hint where there is no diagnosis code; for kinds about one patient."""
    section = answers.get(CLINICAL, {})
    if section.get("indication") and not str(section.get("icd10") or "").strip():
        yield Hint(
            CLINICAL,
            "icd10",
            _(
                "Ingen diagnoskod. Finns det en? Den gör att handläggaren hittar tidigare beslut "
                "om samma diagnos."
            ),
        )


def product_advice(answers: Answers) -> Iterator[Hint]:
    """A hint where little is said of a product that is approved nowhere."""
    if answers.get(PRODUCT, {}).get("approved_elsewhere") == "no":
        fewest = policy.advice_fewest_words_explanation
        yield from thin(answers, PRODUCT, _NOT_APPROVED, fewest=fewest)


def handling_advice(answers: Answers) -> Iterator[Hint]:
    """A hint on a thin reason for haste."""
    if answers.get(HANDLING, {}).get("urgency") == "urgent":
        yield from thin(answers, HANDLING, _URGENT, fewest=policy.advice_fewest_words)
