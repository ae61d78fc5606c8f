"""Applying for a licence: begun on a motivation, prepared by staff, sent by a pharmacist."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from accounts.practice.checking import is_confirmed
from applications.flow import APPLICATION
from applications.models import Application, ApplicationReceipt, ApplicationSection
from applications.sections import (
    CONFIRM,
    LICENCE,
    MOTIVATION,
    PRODUCT,
    RENEWAL,
    OrderedProductForm,
    routes_of,
    section,
    sections_of,
)
from applications.services import documents, duplicates, renewing, versions
from applications.services.duplicates import Duplicate
from applications.services.writing import ALREADY_SENT, locked_for_writing
from applications.tasks import issue_receipt
from klas import audit, clock
from klas.access import SYSTEM, Permission
from klas.errors import NotAllowed, Refused, Stale, WrongState
from klas.models import AccessAction
from klas.policy import policy
from klas.sections import Answers, Secrecy, SectionAnswers, freeze
from medicines.models import ExactProduct
from motivations.enums import MotivationStatus
from motivations.flow import MOTIVATION as MOTIVATION_FLOW
from motivations.kinds import kind_of
from motivations.models import Motivation, MotivationVersion
from motivations.queries import current_version
from motivations.services.telling import tell_author
from notifications.enums import NoticeKind

IN_CASE_ALREADY = _(
    "Det finns redan en ansökan på licensmotiveringen. Två apotek kan inte ansöka om samma licens; "
    "när licensen är beviljad kan kunden hämta läkemedlet på vilket öppenvårdsapotek som helst."
)

NO_LICENCE = _(
    "Du saknar giltig legitimation i registret och kan inte skicka ansökan. Allt är sparat: be en "
    "annan farmaceut skicka den. Stämmer det inte? Kontakta din arbetsgivare."
)
REGISTER_DOWN = _(
    "Registret över legitimationer svarar inte, så ansökan kan inte skickas just nu. Allt är "
    "sparat. Försök igen om några minuter."
)
DUPLICATE = _(
    "Det finns redan en licens eller ett pågående ärende för samma patient eller djurägare och "
    "läkemedel. Skriv varför ni ansöker ändå."
)
TAKEN_BACK = _(
    "Det går inte att ansöka: förskrivaren har tagit tillbaka licensmotiveringen. Be kunden "
    "kontakta förskrivaren."
)
LAPSED = _(
    "Det går inte att ansöka: licensmotiveringen är för gammal. Be kunden kontakta förskrivaren, "
    "som kan skriva en ny."
)


@dataclass(frozen=True)
class SavedSection:
    """A section as it is stored; revision 0 means that nothing has been saved."""

    answers: SectionAnswers
    revision: int
    saved_at: datetime | None = None
    saved_by: Assignment | None = None


@transaction.atomic
def start(motivation: Motivation, *, by: Assignment) -> Application:
    """Begin an application, or go on with the one the pharmacy has begun.

    Raises:
        NotAllowed: the role may not apply.
        Refused: somebody has applied, or the motivation can no longer be applied for.
    """
    if not by.has(Permission.APPLY) or by.pharmacy is None:
        raise NotAllowed
    locked = Motivation.objects.select_for_update(of=("self",)).get(pk=motivation.pk)
    _demand_free(locked)
    begun = Application.objects.filter(
        motivation=locked, pharmacy=by.pharmacy, status="draft"
    ).first()
    if begun is not None:
        return begun
    now = clock.now()
    application = Application.objects.create(
        motivation=locked, pharmacy=by.pharmacy, created_by=by, created_at=now
    )
    ApplicationSection.objects.create(
        application=application,
        slug=LICENCE,
        answers=_what_is_asked(current_version(locked)),
        saved_at=now,
        saved_by=by,
    )
    audit.record(
        AccessAction.WRITE,
        by=by,
        what="application_draft",
        obj=application,
        whose=locked.reference or "",
    )
    return application


def answers_of(application: Application) -> Answers:
    """The stored answers of what is being written, with what it is compared with beside them.

    That is what its motivation asks for, or for a renewal what the licence was applied for with.
    """
    motivation = application.motivation
    version = current_version(motivation)
    answers: Answers = {saved.slug: saved.answers for saved in application.sections.all()}
    renewed = application.renews
    asked = renewing.as_before(renewed) if renewed else _what_is_asked(version)
    answers[MOTIVATION] = {
        "product": product_asked_for(application, version).product_facts(),
        "routes": routes_of(kind_of(motivation.kind), version.answers),
        "fee": fee_of(version) if application.is_draft else application.fee,
        **_kind_of_pages(application),
        **asked,
    }
    return answers


def fee_of(version: MotivationVersion) -> int:
    """What an application on a version of a motivation costs today, in SEK."""
    kind = kind_of(version.motivation.kind)
    return policy.fee_on(clock.today(), for_animals=kind.for_animals(version.answers))


def product_asked_for(
    application: Application, version: MotivationVersion | None = None
) -> ExactProduct:
    """The product that a draft is compared with: the motivation's, or the licence's it renews.

    Args:
        version: the motivation's current one, when it is at hand.
    """
    renewed = application.renews.product if application.renews else None
    return renewed or (version or current_version(application.motivation)).product


def duplicates_of(
    application: Application,
    answers: Answers,
    *,
    by: Assignment,
    version: MotivationVersion | None = None,
) -> list[Duplicate]:
    """What there is already for the same patient or owner and the product of a draft.

    While the product section is not right, the product that the motivation asks for counts.
    """
    version = version or current_version(application.motivation)
    product = _product_facts(answers, product_asked_for(application, version))
    return duplicates.find(application, version=version, product=product, by=by)


def read_section(application: Application, slug: str) -> SavedSection:
    """One section as stored."""
    saved = application.sections.filter(slug=slug).select_related("saved_by__user").first()
    return _as_saved(saved) if saved else SavedSection({}, 0)


@transaction.atomic
def save_section(
    application: Application,
    slug: str,
    *,
    answers: SectionAnswers,
    opened_revision: int,
    by: Assignment,
) -> SavedSection:
    """Keep what was typed in a section, right or wrong.

    Raises:
        NotAllowed: `by` does not work at the applying pharmacy.
        WrongState: the application has been sent, and nothing is asked of the pharmacy.
        Stale: the section was saved in another window since.
    """
    locked = locked_for_writing(application, by=by)
    section({MOTIVATION: _kind_of_pages(locked)}, slug)
    saved = locked.sections.filter(slug=slug).first()
    if opened_revision != (saved.revision if saved else 0):
        raise Stale(
            _(
                "Svaren har sparats på ett annat ställe sedan du öppnade sidan. Det du skrev är "
                "inte sparat än. Jämför och välj vad som ska gälla."
            )
        )
    if saved is None:
        saved = ApplicationSection(application=locked, slug=slug, revision=0)
    elif saved.answers == answers:
        return _as_saved(saved)
    saved.answers = answers
    saved.revision += 1
    saved.saved_at = clock.now()
    saved.saved_by = by
    saved.save()
    # Who has checked the answers must not send others that a colleague saved meanwhile.
    locked.revision += 1
    locked.save(update_fields=["revision"])
    return _as_saved(saved)


@transaction.atomic
def discard(application: Application, *, by: Assignment) -> None:
    """Throw a draft away.

    Raises:
        NotAllowed: `by` does not work at the applying pharmacy.
        WrongState: the application has been sent.
    """
    locked = _locked_draft(application, by=by)
    throw_away(locked, by=by)


def throw_away(draft: Application, *, by: Assignment) -> None:
    """Delete a draft, whose lock the caller holds, with its files."""
    audit.record(AccessAction.WRITE, by=by, what="application_discarded", obj=draft)
    documents.remove_all(draft)
    draft.delete()


@transaction.atomic
def send(
    application: Application,
    *,
    by: Assignment,
    opened_revision: int | None = None,
    duplicate_reason: str = "",
) -> Application:
    """Send a draft to the agency, which registers it in the same transaction; order the receipt.

    Args:
        duplicate_reason: why it is sent although `duplicates_of` found something.

    Raises:
        Incomplete: sections that are not right yet.
        Refused: another pharmacy has applied, the prescriber has taken the motivation back, the
            pharmacist's licence to practise does not hold, or there is a duplicate and no reason.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    application = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if not APPLICATION.allows(application, "send", by=by):
        return APPLICATION.perform(application, "send", by=by)
    # Case, application, motivation: the order in which everybody locks.
    motivation = Motivation.objects.select_for_update(of=("self",)).get(
        pk=application.motivation_id
    )
    reason = obstacle_to(application)
    if reason:
        raise Refused(reason)
    if not by.user.licensed_to_practise:
        raise Refused(NO_LICENCE)
    if not is_confirmed(by.user):
        raise Refused(REGISTER_DOWN)
    version = current_version(motivation)
    answers = answers_of(application)
    frozen = freeze(sections_of(answers), answers)[Secrecy.OPEN]
    promised = frozen[CONFIRM]["quality_documents"] == "attached"
    reason = documents.problem(application, promised=promised)
    if reason:
        raise Refused(reason)
    has_duplicates = bool(duplicates_of(application, answers, by=by, version=version))
    if has_duplicates and not duplicate_reason.strip():
        raise Refused(DUPLICATE)
    now = clock.now()
    try:
        with transaction.atomic():
            sent = APPLICATION.perform(
                application,
                "send",
                by=by,
                opened_revision=opened_revision,
                version=version,
                sent_by=by,
                sent_at=now,
                product=freeze_product(answers, asked_for=product_asked_for(application, version)),
                fee=answers[MOTIVATION]["fee"],
                **versions.columns(frozen),
                duplicate_reason=duplicate_reason.strip() if has_duplicates else "",
            )
    except IntegrityError as error:
        raise Refused(IN_CASE_ALREADY) from error
    versions.keep(sent, by=by)
    if sent.is_renewal:
        renewing.renewal_sent(sent, asked_on=frozen[RENEWAL]["asked_on"])
    else:
        MOTIVATION_FLOW.perform(
            motivation, "application_sent", by=SYSTEM, data={"pharmacy": sent.pharmacy.name}
        )
        tell_author(
            motivation,
            NoticeKind.APPLICATION_SENT,
            occasion=sent.pk,
            product=motivation.product_line,
            pharmacy=sent.pharmacy.name,
        )
    ApplicationReceipt.objects.create(application=sent, pharmacy=sent.pharmacy, ordered_at=now)
    issue_receipt.defer()
    audit.record(
        AccessAction.WRITE, by=by, what="application", obj=sent, whose=motivation.reference or ""
    )
    return _receiver()(sent)


def _receiver() -> Callable[[Application], Application]:
    """What the agency does with an application sent (named in settings: it stands above us)."""
    return cast(Callable[[Application], Application], import_string(settings.APPLICATION_RECEIVER))


def obstacle(motivation: Motivation) -> Promise | None:
    """Why nobody can apply on a motivation (any more), in words; None when somebody can."""
    if motivation.status in (MotivationStatus.IN_CASE, MotivationStatus.CLOSED):
        return IN_CASE_ALREADY
    if motivation.status == MotivationStatus.LAPSED:
        return LAPSED
    return None if motivation.status == MotivationStatus.SUBMITTED else TAKEN_BACK


def obstacle_to(application: Application) -> str:
    """Why a draft cannot be sent (any more), in words; "" when it can."""
    if application.renews is not None:
        return renewing.obstacle(application.renews, pharmacy=application.pharmacy)
    return str(obstacle(application.motivation) or "")


def _demand_free(motivation: Motivation) -> None:
    reason = obstacle(motivation)
    if reason is not None:
        raise Refused(reason)


def _locked_draft(application: Application, *, by: Assignment) -> Application:
    locked = locked_for_writing(application, by=by)
    if not locked.is_draft:
        raise WrongState(ALREADY_SENT)
    return locked


def _as_saved(section: ApplicationSection) -> SavedSection:
    return SavedSection(section.answers, section.revision, section.saved_at, section.saved_by)


def _kind_of_pages(application: Application) -> SectionAnswers:
    """What `sections_of` goes by."""
    return {"renewed": application.is_renewal, "answering": not application.is_draft}


def _what_is_asked(version: MotivationVersion) -> SectionAnswers:
    kind = kind_of(version.motivation.kind)
    quantity, unit = kind.quantity(version.answers)
    routes = kind.routes(version.answers)
    return {
        "route": routes[0].value if len(routes) == 1 else "",
        "quantity": quantity,
        "unit": unit,
        "months": str(kind.period_months(version.answers)),
    }


def _product_facts(answers: Answers, asked_for: ExactProduct) -> dict[str, str]:
    form = cast(OrderedProductForm, section(answers, PRODUCT).bind(answers))
    stated = asked_for.product_facts()
    return form.product_facts(stated) if form.is_valid() else stated


def freeze_product(
    answers: Answers, *, asked_for: ExactProduct, kept: ExactProduct | None = None
) -> ExactProduct:
    """The product applied for; the one asked for keeps its place in the register.

    Args:
        kept: the row of what was sent before, which still holds if nothing is changed.
    """
    facts = _product_facts(answers, asked_for)
    if kept is not None and facts == kept.product_facts():
        return kept
    register = asked_for.register_id if facts == asked_for.product_facts() else None
    return ExactProduct.objects.create(register_id=register, **facts)
