"""Questions about letters: whose they are, what is to be printed, the library of their texts."""

from django.db.models import QuerySet

from accounts.models import Assignment
from applications.models import Application
from decisions.enums import (
    Channel,
    LetterReason,
    LetterStatus,
    Recipient,
)
from decisions.models import (
    Case,
    Letter,
    LetterText,
    PrintBatch,
)
from klas.access import Permission


def decided_letter(application: Application) -> Letter | None:
    """The pharmacy's decision letter on an application, once it is ordered; the newest version."""
    return letter_to_pharmacy(application, LetterReason.DECISION, LetterReason.CORRECTION)


def letter_to_pharmacy(application: Application, *reasons: LetterReason) -> Letter | None:
    """The latest letter to the pharmacy for one of these reasons, if one is ordered."""
    return (
        letters_to_pharmacy(application)
        .filter(reason__in=reasons)
        .select_related("decision__product", "case")
        .order_by("-ordered_at", "-pk")
        .first()
    )


def letters_to_pharmacy(application: Application) -> QuerySet[Letter]:
    """The letters that the pharmacy with an application has got, in the order they were sent."""
    return Letter.objects.filter(
        case__application=application, recipient=Recipient.PHARMACY
    ).order_by("ordered_at", "pk")


def later_letters(application: Application) -> QuerySet[Letter]:
    """The pharmacy's letters on what has happened to its licence since, newest first."""
    return (
        letters_to_pharmacy(application)
        .filter(
            reason__in=(
                LetterReason.SUSPENSION,
                LetterReason.LIFTED,
                LetterReason.REVOCATION,
                LetterReason.CORRECTION,
                LetterReason.APPEAL_RECEIVED,
                LetterReason.APPEAL_REJECTED,
            )
        )
        .select_related("case")
        .order_by("-ordered_at", "-pk")
    )


def letters_of(case: Case) -> QuerySet[Letter]:
    """The letters of a case, in the order they were ordered."""
    return Letter.objects.filter(case=case)


def letters_by_post(acting: Assignment) -> QuerySet[Letter]:
    """The letters that an officer puts in envelopes."""
    if not acting.has(Permission.PRINT_LETTERS):
        return Letter.objects.none()
    return Letter.objects.filter(channel=Channel.POST).select_related("case").order_by("pk")


def letters_on_tab(acting: Assignment, tab: str) -> QuerySet[Letter]:
    """The letters by post under a tab: those to print, those to post, or those posted.

    Raises:
        KeyError: there is no such tab.
    """
    statuses, order = {
        "waiting": ((LetterStatus.PENDING, LetterStatus.ISSUED), ("ordered_at", "pk")),
        "printed": ((LetterStatus.PRINTED,), ("prints__batch", "prints__position", "pk")),
        "posted": ((LetterStatus.POSTED,), ("-posted_on", "-pk")),
    }[tab]
    found = letters_by_post(acting).filter(status__in=statuses)
    if tab == "printed":
        found = found.filter(prints__is_reprint=False)
    return found.order_by(*order)


def print_batches(acting: Assignment) -> QuerySet[PrintBatch]:
    """The batches of letters that have been printed, newest first."""
    if not acting.has(Permission.PRINT_LETTERS):
        return PrintBatch.objects.none()
    return PrintBatch.objects.select_related("made_by__user", "posted_by__user").order_by("-pk")


def letters_in(batch: PrintBatch) -> QuerySet[Letter]:
    """The letters of a batch, in the order they are printed."""
    return (
        Letter.objects.filter(prints__batch=batch)
        .select_related("case")
        .order_by("prints__position")
    )


def letters_visible_to(acting: Assignment) -> QuerySet[Letter]:
    """The letters an assignment may open: the agency's officers all of them."""
    if not acting.has(Permission.VIEW_QUEUE):
        return Letter.objects.none()
    return Letter.objects.select_related("case")


def text_drafts() -> QuerySet[LetterText]:
    """Wordings of the letters' texts that are proposed and not published."""
    return (
        LetterText.objects.filter(published_at__isnull=True, discarded_at__isnull=True)
        .select_related("proposed_by__user")
        .order_by("key", "pk")
    )


def published_texts(key: str) -> QuerySet[LetterText]:
    """The wordings of a text that have been published, newest first."""
    return (
        LetterText.objects.filter(key=key, published_at__isnull=False)
        .select_related("proposed_by__user", "published_by__user")
        .order_by("-number")
    )
