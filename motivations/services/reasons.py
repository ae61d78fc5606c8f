"""A prescriber's own texts: kept from a draft, used in another, changed and thrown away."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Assignment
from klas import audit, clock
from klas.errors import Refused, Stale, WrongState
from klas.fields import demand_no_person
from klas.forms import is_empty
from klas.models import AccessAction
from klas.sections import SectionAnswers
from medicines.queries import folded_text
from motivations.kinds import kind_of
from motivations.kinds.common import CLINICAL, PRODUCT, ClinicalForm
from motivations.models import Motivation, ReasonTemplate
from motivations.services import drafts


@dataclass(frozen=True)
class Used:
    """What a template did to a draft: the questions it answered, and those answered already."""

    filled: list[str]
    kept: list[str]


def texts_of(motivation: Motivation) -> SectionAnswers:
    """What of a draft a template would keep (for a caller that has shown that it may read it)."""
    answers = drafts.read_section(motivation, CLINICAL).answers
    return {
        name: answers[name] for name in ClinicalForm.in_templates if not is_empty(answers.get(name))
    }


@transaction.atomic
def keep(motivation: Motivation, *, title: str, by: Assignment) -> ReasonTemplate:
    """Keep a draft's reason texts under a name, for its product.

    Raises:
        NotAllowed: `by` may not write the draft.
        Refused: no product is chosen, nothing is written, a personnummer stands in it, or there is
            one with that name for the product.
    """
    product = drafts.read(motivation, by=by).get(PRODUCT, {}).get("name") or ""
    if not product:
        raise Refused(_("Välj läkemedel först. En textmall hör till ett läkemedel."))
    template = ReasonTemplate(
        owner=by.user, title=title, product_name=product, texts=texts_of(motivation), revision=0
    )
    return _saved(template, by=by)


@transaction.atomic
def change(
    template: ReasonTemplate,
    *,
    title: str,
    texts: SectionAnswers,
    by: Assignment,
    opened_revision: int | None,
) -> ReasonTemplate:
    """Give a template another name and other texts.

    Raises:
        Stale, WrongState: it was changed or thrown away in another window since.
        Refused: as `keep`.
    """
    locked = _locked(template, by=by)
    if opened_revision is not None and opened_revision != locked.revision:
        raise Stale(
            _(
                "Mallen har ändrats i en annan flik sedan du öppnade sidan. Det du skrev står kvar "
                "här. Spara igen om det är det som ska gälla."
            )
        )
    locked.title = title
    locked.texts = {name: value for name, value in texts.items() if not is_empty(value)}
    return _saved(locked, by=by)


@transaction.atomic
def throw_away(template: ReasonTemplate, *, by: Assignment) -> None:
    """Delete a template; drafts in which it was used keep their texts.

    Raises:
        WrongState: it is gone already.
    """
    locked = _locked(template, by=by)
    audit.record(AccessAction.WRITE, by=by, what="reason_template", obj=locked)
    locked.delete()


def read(template: ReasonTemplate, *, by: Assignment) -> SectionAnswers:
    """A template's texts; recorded in the access log."""
    audit.record(AccessAction.READ, by=by, what="reason_template", obj=template)
    texts: SectionAnswers = template.texts
    return texts


@transaction.atomic
def use(
    template: ReasonTemplate, motivation: Motivation, *, opened_revision: int, by: Assignment
) -> Used:
    """Answer with a template what a draft leaves open; nothing that is written is changed.

    Args:
        opened_revision: the clinical section's when the page was opened.

    Raises:
        as `drafts.save_section`.
    """
    texts = read(template, by=by)
    answers = drafts.read_section(motivation, CLINICAL).answers
    names = [name for name in ClinicalForm.in_templates if name in texts]
    filled = [name for name in names if is_empty(answers.get(name))]
    drafts.save_section(
        motivation,
        CLINICAL,
        answers={**answers, **{name: texts[name] for name in filled}},
        opened_revision=opened_revision,
        by=by,
    )
    form = kind_of(motivation.kind).section(CLINICAL).form_class()
    return Used(
        [str(form.fields[name].label) for name in filled],
        [str(form.fields[name].label) for name in names if name not in filled],
    )


def _locked(template: ReasonTemplate, *, by: Assignment) -> ReasonTemplate:
    own = ReasonTemplate.objects.filter(owner=by.user_id)
    locked = own.select_for_update().filter(pk=template.pk).first()
    if locked is None:
        raise WrongState(_("Mallen finns inte kvar. Den kan ha tagits bort i en annan flik."))
    return locked


def _saved(template: ReasonTemplate, *, by: Assignment) -> ReasonTemplate:
    texts: dict[str, Any] = template.texts
    if not texts:
        raise Refused(_("Det finns ingen text att spara. Skriv något i minst ett av fälten."))
    try:
        for text in (template.title, *texts.values()):
            demand_no_person(str(text))
    except ValidationError as error:
        raise Refused(error.messages[0]) from error
    template.product_folded = folded_text(template.product_name)
    template.revision += 1
    template.saved_at = clock.now()
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as error:
        raise Refused(
            _("Du har redan en mall med det namnet för läkemedlet. Välj ett annat namn.")
        ) from error
    audit.record(AccessAction.WRITE, by=by, what="reason_template", obj=template)
    return template
