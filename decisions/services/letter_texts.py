"""The library of the letters' texts: one person proposes a wording, another publishes it."""

from datetime import date

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Assignment
from decisions.enums import LetterReason, Recipient
from decisions.letters.letter import KINDS, letter_html
from decisions.letters.texts import TEXTS, braces, fillable, texts, version_in_force
from decisions.models import Case, Letter, LetterText
from decisions.services.ordering import address_of
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused, WrongState
from klas.models import AccessAction


@transaction.atomic
def propose(key: str, *, wording: str, reason: str, from_day: date, by: Assignment) -> LetterText:
    """Keep a new wording of a text as its draft; a draft that is there already is changed.

    Who changes it is the one who proposes it.

    Raises:
        LookupError: there is no such text.
        NotAllowed: the role may not change texts.
        Refused: the wording does not fill in what it has to, or nothing is changed.
    """
    _demand_right(by)
    demand_fillable(key, wording)
    if wording == current(key):
        raise Refused(_("Det är samma ord som gäller nu. Ändra texten, eller lämna sidan."))
    draft = _draft_of(key) or LetterText(key=key)
    draft.wording, draft.reason, draft.from_day = wording, reason, from_day
    draft.proposed_by, draft.proposed_at = by, clock.now()
    draft.save()
    audit.record(AccessAction.WRITE, by=by, what="letter_text", obj=draft)
    return draft


@transaction.atomic
def publish(draft: LetterText, *, wording: str, by: Assignment) -> LetterText:
    """Let a draft hold for letters ordered from its day on.

    Args:
        wording: what the publisher has read.

    Raises:
        NotAllowed: the role may not change texts.
        WrongState: it is published or thrown away already, or somebody has changed it.
        Refused: the publisher proposed it, its day has passed, or it can no longer be filled in.
    """
    _demand_right(by)
    # Numbers are given one after the other, each committed before the next: who has seen one has
    # seen all before it (`version_in_force`).
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('letter_texts', 0))")
    locked = _locked(draft)
    if locked.wording != wording:
        raise WrongState(_("Texten har ändrats sedan du öppnade sidan. Läs den igen."))
    if locked.proposed_by.user_id == by.user_id:
        raise Refused(_("Du har själv föreslagit texten. En annan beslutsfattare publicerar den."))
    if locked.from_day < clock.today():
        raise Refused(_("Dagen då texten ska börja gälla har passerat. Ändra den i utkastet."))
    demand_fillable(locked.key, locked.wording)
    last = LetterText.objects.aggregate(last=Max("number"))["last"] or 0
    locked.number, locked.published_by, locked.published_at = last + 1, by, clock.now()
    locked.save()
    audit.record(AccessAction.WRITE, by=by, what="letter_text", obj=locked)
    return locked


@transaction.atomic
def discard(draft: LetterText, *, by: Assignment) -> LetterText:
    """Throw a draft away. Raises NotAllowed or WrongState as `publish`."""
    _demand_right(by)
    locked = _locked(draft)
    locked.discarded_by, locked.discarded_at = by, clock.now()
    locked.save()
    audit.record(AccessAction.WRITE, by=by, what="letter_text", obj=locked)
    return locked


def demand_fillable(key: str, wording: str) -> None:
    """Let a wording fill in what its text has to, and nothing else.

    Raises:
        LookupError: there is no such text.
        Refused: what is missing, or what cannot be filled in.
    """
    wanted = fillable(key)
    try:
        names = braces(wording)
    except ValueError as error:
        raise Refused(
            _(
                "En klammer är inte avslutad, eller innehåller mer än ett namn. Skriv den som "
                "{namn}, till exempel {reference}."
            )
        ) from error
    if missing := sorted(wanted - names):
        raise Refused(
            _("Texten ska innehålla %(names)s, som fylls i med ärendets uppgifter. Lägg till det.")
            % {"names": _in_braces(missing)}
        )
    if unknown := sorted(names - wanted):
        allowed = (
            _("Här kan du använda %(names)s.") % {"names": _in_braces(sorted(wanted))}
            if wanted
            else _("Här fylls ingenting i.")
        )
        raise Refused(
            _("%(names)s kan inte fyllas i. Ta bort det.") % {"names": _in_braces(unknown)}
            + f" {allowed}"
        )


def current(key: str) -> str:
    """The wording of a text in force today."""
    return texts(version_in_force(clock.today()))[key]


def preview_html(
    draft: LetterText, *, reason: LetterReason, dnr: str = "", by: Assignment
) -> tuple[str, str]:
    """A letter of a kind with a draft's wording, made of a real case, and that case's number.

    It is never stored. The newest letter of that kind is written anew with the texts of today;
    when there is none, a kind that has made-up facts is written about the newest case.

    Args:
        dnr: a case to take instead.

    Raises:
        NotAllowed: the role may not change texts.
        Refused: there is nothing to make it of.
    """
    _demand_right(by)
    letter = _letter_to_try(reason, dnr.strip())
    letter.text_version = version_in_force(clock.today())
    shown = letter.case.dnr
    audit.record(AccessAction.READ, by=by, what="letter_preview", obj=letter.case, whose=shown)
    return letter_html(letter, trial={draft.key: draft.wording}), shown


def _letter_to_try(reason: LetterReason, dnr: str) -> Letter:
    letters = Letter.objects.filter(reason=reason).select_related("case").order_by("-pk")
    real: Letter | None = letters.filter(case__dnr=dnr).first() if dnr else letters.first()
    if real is not None:
        return real
    kind = KINDS[reason]
    cases = Case.objects.order_by("-pk")
    case = cases.filter(dnr=dnr).first() if dnr else cases.first()
    if case is None:
        raise Refused(_("Det finns inget sådant ärende. Kontrollera numret, eller lämna tomt."))
    if kind.example is None:
        raise Refused(
            _("Det finns inget sådant brev i ärendet än. Välj ett annat ärende eller brev.")
            if dnr
            else _("Det har inte skrivits något sådant brev än. Välj ett annat slags brev.")
        )
    to = Recipient.PRESCRIBER if reason == LetterReason.SUPPLEMENT else Recipient.PHARMACY
    return Letter(
        case=case,
        facts=dict(kind.example),
        recipient=to,
        reason=reason,
        address=address_of(case, to),
        ordered_at=clock.now(),
    )


def _draft_of(key: str) -> LetterText | None:
    if key not in TEXTS:
        raise LookupError(key)
    return (
        LetterText.objects.select_for_update()
        .filter(key=key, published_at__isnull=True, discarded_at__isnull=True)
        .first()
    )


def _locked(draft: LetterText) -> LetterText:
    locked = (
        LetterText.objects.select_for_update(of=("self",))
        .select_related("proposed_by")
        .get(pk=draft.pk)
    )
    if locked.published_at or locked.discarded_at:
        raise WrongState(_("Utkastet finns inte längre: det är publicerat eller borttaget."))
    return locked


def _demand_right(by: Assignment) -> None:
    if not by.has(Permission.EDIT_LETTER_TEXTS):
        raise NotAllowed


def _in_braces(names: list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)
