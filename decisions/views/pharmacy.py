"""What the applying pharmacy gets: the decision on its application, and its letter."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from accounts.models import Assignment
from applications.queries import of_pharmacy
from decisions import letter_queries, queries
from decisions.appeal_presentation import appeal_links
from decisions.appealed import all_appealable
from decisions.corrections import as_corrected, corrections_of
from decisions.enums import LetterReason
from decisions.letters import decision_fragment
from decisions.models import Letter
from decisions.presentation import letter_rows
from decisions.services.appeals import appeals_of
from klas import audit
from klas.access import Permission
from klas.acting import ActingView
from klas.download import pdf_response
from klas.models import AccessAction


class PharmacyDecisionView(ActingView):
    """The decision, in the words of the letter; 404 until it is made."""

    permission = Permission.APPLY

    def get(self, request: HttpRequest, application_pk: int) -> HttpResponse:
        application = get_object_or_404(of_pharmacy(self.acting), pk=application_pk)
        decision = queries.decision_told(application)
        if decision is None:
            raise Http404
        audit.record(
            AccessAction.READ,
            by=self.acting,
            what="decision",
            obj=decision,
            whose=decision.case.dnr,
        )
        context = {
            "application": application,
            "decision": decision,
            "fragment": decision_fragment(as_corrected(decision)),
            "corrections": corrections_of(decision),
            "licence": queries.licence_of(decision),
            "letter": letter_queries.decided_letter(application),
            "later": letter_queries.later_letters(application),
            "appealable": appeal_links(all_appealable(decision.case), by=self.acting),
            "appeals": appeals_of(decision.case),
        }
        return render(request, "decisions/pharmacy_decision.html", context)


class PharmacyLetterView(ActingView):
    """The latest letter to the pharmacy for one of some reasons, as PDF: its decision unless said.

    Attributes:
        reasons: `LetterReason`s, given in the URLs.
        filename: how the file's name begins.
    """

    permission = Permission.APPLY
    reasons: tuple[LetterReason, ...] = (LetterReason.DECISION, LetterReason.CORRECTION)
    filename = "beslut"

    def get(self, request: HttpRequest, application_pk: int) -> HttpResponseBase:
        application = get_object_or_404(of_pharmacy(self.acting), pk=application_pk)
        letter = letter_queries.letter_to_pharmacy(application, *self.reasons)
        if letter is None:
            raise Http404
        return _as_pdf(
            request, letter, by=self.acting, filename=f"{self.filename}-{letter.case.dnr}"
        )


class PharmacyLettersView(ActingView):
    """The letters that the agency has sent to the pharmacy about its application."""

    permission = Permission.APPLY

    def get(self, request: HttpRequest, application_pk: int) -> HttpResponse:
        application = get_object_or_404(of_pharmacy(self.acting), pk=application_pk)
        rows = letter_rows(letter_queries.letters_to_pharmacy(application))
        context = {"application": application, "rows": rows}
        return render(request, "decisions/pharmacy_letters.html", context)


class PharmacyAnyLetterView(ActingView):
    """One of these letters as PDF."""

    permission = Permission.APPLY

    def get(self, request: HttpRequest, application_pk: int, pk: int) -> HttpResponseBase:
        application = get_object_or_404(of_pharmacy(self.acting), pk=application_pk)
        letters = letter_queries.letters_to_pharmacy(application).select_related("case")
        letter = get_object_or_404(letters, pk=pk)
        filename = f"brev-{letter.case.dnr}-{letter.pk}"
        return _as_pdf(request, letter, by=self.acting, filename=filename)


def _as_pdf(
    request: HttpRequest, letter: Letter, *, by: Assignment, filename: str
) -> HttpResponseBase:
    return pdf_response(
        request,
        letter,
        by=by,
        what="letter",
        whose=letter.case.dnr,
        filename=f"{filename}.pdf",
    )
