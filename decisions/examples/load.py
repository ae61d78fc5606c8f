"""Load everything the demo shows, once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import cycle
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont
from stdnum import luhn

from accounts.models import Assignment
from applications.enums import WaitingFor
from applications.models import Application
from applications.services import applying, handing_over
from applications.services.search import find_by_reference
from decisions import disclosing
from decisions.enums import CaseStatus, Conclusion, Hearing
from decisions.examples import appealed
from decisions.examples.kinds import examples, product_answers
from decisions.examples.people import load_people
from decisions.examples.texts import (
    FIRST_TIME,
    NAMES,
    PHARMACY_QUESTIONS,
    QUESTIONS,
    STORIES,
    Story,
)
from decisions.models import Case, FeeEntry
from decisions.presentation import icd10_of
from decisions.rules import latest_valid_to
from decisions.services import (
    cases,
    communications,
    deciding,
    delays,
    disclosures,
    fees,
    referrals,
    supplements,
)
from klas import clock, log_samples
from klas.models import Verdict
from klas.policy import policy
from klas.uploads import RebuiltFile, rebuild
from klas.working_days import add_working_days, is_working_day
from medicines.models import LicenceProduct
from motivations import reading
from motivations.enums import AttachmentClass, AttachmentKind, LicenceKind, Outcome
from motivations.kinds import KINDS
from motivations.models import Motivation
from motivations.services import attachments, drafts, reasons, sharing, submission

Say = Callable[[str], None]
QUEUE_SIZE, DECIDED, WAITING = 40, 9, 4
# So long ago that a licence for a year ends soon.
DAYS_SINCE_LICENCE = 330


def load(*, say: Say) -> bool:
    """Registers, people and cases; returns False when they are there already.

    All or nothing: an interrupted run leaves no half of the cases behind.
    """
    say("register")
    load_registers()
    with transaction.atomic():
        people = load_people()
        if Motivation.objects.exists():
            return False
        _Cases(people, say).load()
        sample_the_log(people)
    return True


def sample_the_log(people: dict[str, Assignment]) -> None:
    """A sample check with one access judged and the rest to do."""
    by, today = people["drift"], clock.today()
    sample = log_samples.draw(first_day=today, last_day=today, most=5, by=by)
    log_samples.check(sample.entries.get(place=1), verdict=Verdict.FINE, note="", by=by)


def load_registers() -> None:
    """The example catalogue, pharmacies and care units, by the importers."""
    base = Path(settings.BASE_DIR)
    for command, file in (
        ("import_products", "medicines/examples/products.csv"),
        ("import_swedish_products", "medicines/examples/swedish_products.csv"),
        ("import_pharmacies", "pharmacies/examples/pharmacies.csv"),
        ("import_care_units", "pharmacies/examples/care_units.csv"),
    ):
        extra = {"source": "example"} if command == "import_products" else {}
        call_command(command, str(base / file), stdout=StringIO(), **extra)


def example_number(index: int) -> str:
    """An invented personnummer: birth numbers 980–999 are kept for tests and given to nobody."""
    born = f"{1950 + index % 60:04d}{1 + index % 12:02d}{1 + index % 28:02d}"
    body = f"{born[2:]}{980 + index % 20}"
    return f"{born}-{body[6:]}{luhn.calc_check_digit(body)}"


class _Cases:
    """The example cases, oldest first."""

    def __init__(self, people: dict[str, Assignment], say: Say) -> None:
        self.people = people
        self.say = say
        self.stories = cycle(STORIES)
        self.count = 0
        self.prescribers = cycle([people["lakare"], people["lakare2"], people["lakare"]])
        self.pharmacists = cycle([people["farmaceut"], people["farmaceut2"]])

    def load(self) -> None:
        now = clock.now()
        self.say("ärenden")
        with self.moment(now, days=DAYS_SINCE_LICENCE):
            self._decide(self._case(by=self.people["lakare"]), Outcome.GRANTED)
        others = _Cases(self.people, self.say)
        others.count = 200  # people of its own
        appealed.load(others.rejected, others.moment, self.people)
        for index in range(DECIDED):
            with self.moment(now, days=60 - 5 * index):
                case = self._case()
                outcome = (Outcome.GRANTED, Outcome.GRANTED_WITH_RESERVATION, Outcome.REJECTED)[
                    (index % 5) // 2
                ]
                self._decide(case, outcome)
        for index in range(QUEUE_SIZE):
            days = (QUEUE_SIZE - index) * 14 / QUEUE_SIZE
            with self.moment(now, days=days):
                is_first_time = index % 12 == 7
                case = self._case(
                    urgent=index % 9 == 4, story=FIRST_TIME if is_first_time else None
                )
                self._work_on(case, index)
        self._tell_of_delay()
        self._offer(case.application)
        self.say("licensmotiveringar")
        for index in range(WAITING):
            with self.moment(now, days=(9, 6, 2, 0.2)[index]):
                pharmacy = self.people["farmaceut"].pharmacy if index % 2 else None
                self._motivation(pharmacy=pharmacy.gln if pharmacy else "")
        for place, example in enumerate(examples(_product)):
            with self.moment(now, days=3 - place):
                by = self.people[example.person]
                submission.submit(self._draft(by, example.answers, example.kind), by=by)
        self._drafts()
        self._keep_books()
        self._disclose()

    def rejected(self) -> Case:
        """A case that ended in a rejection."""
        case = self._case()
        self._decide(case, Outcome.REJECTED)
        case.refresh_from_db()
        return case

    def _keep_books(self) -> None:
        """A credit this month, and the months before it closed."""
        chief = self.people["beslutsfattare"]
        charged = FeeEntry.objects.filter(credits__isnull=True).order_by("-pk")[0]
        reason = "Ansökan skickades två gånger."
        fees.credit(charged, amount=charged.amount, reason=reason, by=chief)
        over = FeeEntry.objects.filter(month__lt=fees.first_of(clock.today()))
        for month in sorted(set(over.order_by().values_list("month", flat=True))):
            fees.close_month(month, by=chief)

    def _disclose(self) -> None:
        """A case given out, masked as a rule."""
        chief = self.people["beslutsfattare"]
        case = Case.objects.filter(status=CaseStatus.DECIDED).order_by("pk")[0]
        documents = disclosing.documents_of(case, by=chief)
        disclosures.disclose(
            case,
            disclosures.Choice(
                requester="",
                requested="Alla handlingar i ärendet",
                masked={field.key: field.ground for field in documents.fields if field.ground},
                opened={},
                assessment="Uppgifterna gör det möjligt att förstå vem patienten är.",
            ),
            seen=documents.fingerprint,
            by=chief,
        )

    @contextmanager
    def moment(self, now: datetime, *, days: float) -> Iterator[None]:
        """A working hour about so many days ago."""
        moment = timezone.localtime(now - timedelta(days=days))
        while not is_working_day(moment.date()):
            moment -= timedelta(days=1)
        if days >= 1:
            moment = moment.replace(hour=8 + self.count % 8, minute=(self.count * 7) % 60)
        with clock.at(moment):
            yield

    def _answers(self, story: Story, *, urgent: bool, pharmacy: str) -> dict[str, dict[str, Any]]:
        product = _product(story.product)
        drug, period, result = story.earlier
        amount = Decimal(story.daily or 3) * Decimal("30.4") * story.months
        return {
            "patient": {
                "identified_by": "personal_number",
                "personal_number": example_number(self.count),
                "name": NAMES[self.count % len(NAMES)],
                "protected_identity": self.count % 17 == 5,
            },
            "lakemedel": product_answers(product),
            "behandling": {
                "dosage": story.dosage,
                "regularity": "regular" if story.daily else "varying",
                "daily_amount": story.daily,
                "months": str(story.months),
                "amount": str(amount.quantize(Decimal(1))),
                "unit": story.unit,
            },
            "motivering": {
                "indication": story.indication,
                "icd10": story.icd10,
                "why_not_category": story.category,
                "why_not_text": story.why_not,
                "approved_in_sweden_reason": story.why_not_approved,
                "restrictive_reason": story.why_withdrawn,
                "earlier_therapy": [{"product": drug, "period": period, "result": result}],
                "choice_reason": story.choice,
                "treatment": "new",
            },
            "hantering": {
                "urgency": "urgent" if urgent else "normal",
                "urgent_reason": "Tillståndet försämras från dag till dag." if urgent else "",
                "urgent_phone": "070-174 06 91" if urgent else "",
                "pharmacy": pharmacy,
                "message": "Kunden hör av sig till er i veckan." if pharmacy else "",
                "informed": True,
                "not_research": True,
            },
        }

    def _draft(
        self,
        by: Assignment,
        sections: dict[str, dict[str, Any]],
        kind: LicenceKind = LicenceKind.INDIVIDUAL,
    ) -> Motivation:
        motivation = drafts.start(kind=KINDS[kind], by=by)
        for slug, answers in sections.items():
            drafts.save_section(motivation, slug, answers=answers, opened_revision=0, by=by)
        if attachments.needs_product_documentation(motivation, sections):
            attachments.add(
                motivation,
                file=_documentation(),
                kind=AttachmentKind.PRODUCT_DOCUMENTATION,
                secrecy=AttachmentClass.PRODUCT,
                by=by,
            )
        return motivation

    def _motivation(
        self,
        *,
        urgent: bool = False,
        pharmacy: str = "",
        story: Story | None = None,
        by: Assignment | None = None,
    ) -> Motivation:
        by = by or next(self.prescribers)
        self.count += 1
        answers = self._answers(story or next(self.stories), urgent=urgent, pharmacy=pharmacy)
        return submission.submit(self._draft(by, answers), by=by)

    def _application(self, motivation: Motivation, *, send: bool = True) -> Application:
        by = next(self.pharmacists)
        find_by_reference(motivation.reference or "", purpose="customer", by=by)
        application = applying.start(motivation, by=by)
        for slug, answers in _APPLICATION.items():
            applying.save_section(application, slug, answers=answers, opened_revision=0, by=by)
        return applying.send(application, by=by) if send else application

    def _case(
        self, *, urgent: bool = False, story: Story | None = None, by: Assignment | None = None
    ) -> Case:
        motivation = self._motivation(urgent=urgent, story=story, by=by)
        return Case.objects.get(application=self._application(motivation))

    def _work_on(self, case: Case, index: int) -> None:
        """Leave most in the queue, some taken, a few waiting for an answer or a signature."""
        officer = self.people["handlaggare" if index % 2 else "handlaggare2"]
        if index % 6 == 1:
            taken = cases.take(case, by=officer)
            if index == QUEUE_SIZE - 3:
                self._ask_around(taken, by=officer)
            if index % 4 == 1:
                cases.add_note(
                    taken, text="Ringde apoteket om leveranstiden: tio dagar.", by=officer
                )
        elif index % 10 == 8:
            asked = supplements.request(
                cases.take(case, by=officer),
                questions=QUESTIONS,
                due_on=add_working_days(clock.today(), policy.supplement_working_days),
                by=officer,
            )
            if index > QUEUE_SIZE // 2:
                supplements.request(
                    asked,
                    to=WaitingFor.PHARMACY,
                    questions=PHARMACY_QUESTIONS,
                    due_on=add_working_days(clock.today(), policy.supplement_working_days),
                    by=officer,
                )
        elif index % 13 == 3:
            self._decide(case, Outcome.GRANTED_WITH_RESERVATION, countersign=False)

    def _tell_of_delay(self) -> None:
        """The oldest late case: its pharmacy knows why and when."""
        late = Case.objects.filter(status=CaseStatus.REGISTERED, due_on__lt=clock.today())
        oldest = late.order_by("due_on", "pk").first()
        if oldest is not None:
            delays.tell(
                oldest,
                reason="Tillverkarens dokumentation behöver granskas av ytterligare en utredare.",
                expected_on=add_working_days(clock.today(), 5),
                by=self.people["handlaggare"],
            )

    def _offer(self, application: Application) -> None:
        """Offer one to the other pharmacy, which has not answered."""
        giver = application.sent_by
        assert giver is not None  # noqa: S101 - it is sent
        others = (self.people["farmaceut"], self.people["farmaceut2"])
        receiver = next(other.pharmacy for other in others if other.pharmacy != giver.pharmacy)
        assert receiver is not None  # noqa: S101 - they are pharmacists
        reason = "Vår leverantör kan inte leverera före årsskiftet."
        handing_over.offer(application, to=receiver, reason=reason, by=giver)

    def _decide(self, case: Case, outcome: Outcome, *, countersign: bool = True) -> None:
        officer = self.people["handlaggare"]
        taken = cases.take(case, by=officer)
        is_rejected = outcome == Outcome.REJECTED
        cases.assess(
            taken,
            cases.AssessmentFacts(
                need=Conclusion.NOT_SHOWN if is_rejected else Conclusion.SHOWN,
                need_text="Godkända alternativ har inte prövats." if is_rejected else "",
                ground=Conclusion.SHOWN,
                ground_text="Riktlinjer och publicerade studier.",
                manufacture=Conclusion.SHOWN,
                manufacture_text="Godkänt i landet det köps från.",
                benefit_risk="Risken är känd och kan följas upp."
                if is_rejected
                else "Nyttan överväger risken för den här patienten.",
            ),
            by=officer,
            opened_revision=0,
        )
        if is_rejected:
            self._hear(taken, by=officer)
        assert case.application.version is not None  # noqa: S101
        answers = reading.read(case.application.version, by=officer).answers
        facts = _decision(taken, outcome, icd10=icd10_of(answers))
        moved = deciding.decide(taken, facts, by=officer)
        if countersign and moved.status == "proposed":
            deciding.countersign(moved, by=self.people["beslutsfattare"])

    def _hear(self, case: Case, *, by: Assignment) -> None:
        """The pharmacy is told what speaks against its application, and answers."""
        sent = communications.send(
            case,
            text="Motiveringen visar inte att godkända läkemedel har prövats.",
            due_on=add_working_days(clock.today(), policy.hearing_working_days),
            by=by,
        )
        pharmacist = case.application.sent_by
        assert pharmacist is not None  # noqa: S101
        communications.answer(sent, text="Vi har inget att tillägga.", by=pharmacist)

    def _ask_around(self, case: Case, *, by: Assignment) -> None:
        """A case under review: a colleague is asked and named, the pharmacy is heard."""
        consultant = self.people["utredare"]
        cases.add_note(
            case,
            text="@Johan Vägsten: se referens 3 i produktdokumentationen innan du yttrar dig.",
            by=by,
        )
        referrals.refer(
            case,
            to=consultant,
            question="Räcker den vetenskapliga grunden för den här doseringen?",
            due_on=add_working_days(clock.today(), policy.referral_working_days),
            by=by,
        )
        communications.send(
            case,
            text="Det framgår inte hur tillverkningen är dokumenterad. Skicka intyg om GMP.",
            due_on=add_working_days(clock.today(), policy.hearing_working_days),
            by=by,
        )

    def _drafts(self) -> None:
        doctor = self.people["lakare"]
        self.count += 1
        story = next(self.stories)
        answers = self._answers(story, urgent=False, pharmacy="")
        self._draft(doctor, {slug: answers[slug] for slug in ("patient", "lakemedel")})
        answers = self._answers(next(self.stories), urgent=False, pharmacy="")
        answers["hantering"]["informed"] = False
        draft = self._draft(doctor, answers)
        reasons.keep(draft, title="Efter avbruten förstahandsbehandling", by=doctor)
        self._draft(self.people["tandlakare"], {})
        self._begun_by_a_colleague()
        self._application(self._motivation(), send=False)

    def _begun_by_a_colleague(self) -> None:
        """Written by a care colleague for the doctor, who is to read it through and send it."""
        doctor, colleague = self.people["lakare"], self.people["medarbetare"]
        self.count += 1
        answers = self._answers(next(self.stories), urgent=False, pharmacy="")
        begun = drafts.start(kind=KINDS[LicenceKind.INDIVIDUAL], by=colleague, author=doctor)
        for slug, section in answers.items():
            drafts.save_section(begun, slug, answers=section, opened_revision=0, by=colleague)
        message = "Allt utom motiveringen av valet är hämtat ur journalen. Kontrollera doseringen."
        sharing.hand_over(begun, by=colleague, message=message)


def _product(name: str) -> LicenceProduct:
    return LicenceProduct.objects.filter(name=name).order_by("pk")[0]


_APPLICATION: dict[str, dict[str, Any]] = {
    "lakemedel": {
        "same_product": "yes",
        "supplier": "Exempelgrossisten AB",
        "supplied_from": "DE",
        "pack_size": "100 stycken",
        "packs": "8",
        "lead_time_days": "10",
        "available": True,
    },
    "kontroll": {
        "product_checked": True,
        "quantity_checked": True,
        "customer_informed": True,
        "quality_documents": "known",
        "fee_accepted": True,
        "message": "",
    },
}


def _documentation() -> RebuiltFile:
    """A page that stands in for a manufacturer's documentation."""
    page = Image.new("RGB", (1240, 1754), "white")
    letters = Path(settings.BASE_DIR) / "templates" / "letters" / "fonts"
    font = ImageFont.truetype(letters / "SourceSans3-Regular.ttf", 42)
    lines = "Produktdokumentation\n\nPåhittat exempel: tillverkning enligt GMP,\nsammansättning."
    ImageDraw.Draw(page).multiline_text((120, 160), lines, fill="black", font=font)
    content = BytesIO()
    page.save(content, "PDF", resolution=150)
    return rebuild(SimpleUploadedFile("produktdokumentation.pdf", content.getvalue()))


def _decision(case: Case, outcome: Outcome, *, icd10: str) -> deciding.DecisionFacts:
    application, today = case.application, clock.today()
    if outcome == Outcome.REJECTED:
        return deciding.DecisionFacts(
            outcome=outcome,
            reasons="Det framgår inte att godkända läkemedel med samma indikation har prövats.",
            provisions="4 kap. 10 § läkemedelslagen (2015:315) och HSLF-FS 2018:25",
            hearing=Hearing.HEARD,
            precedent_note="Avslag när godkända läkemedel med samma indikation inte är prövade.",
            precedent_icd10=icd10,
        )
    reserved = outcome == Outcome.GRANTED_WITH_RESERVATION
    return deciding.DecisionFacts(
        outcome=outcome,
        reasons="Underlaget om långtidseffekt är begränsat." if reserved else "",
        provisions="HSLF-FS 2018:25" if reserved else "",
        reservation="Effekten ska utvärderas efter tre månader." if reserved else "",
        hearing=Hearing.EXCEPTION if reserved else "",
        hearing_text="Förbehållet bygger på apotekets egna uppgifter." if reserved else "",
        precedent_note="Förbehåll om utvärdering när underlaget om långtidseffekt är begränsat."
        if reserved
        else "Beviljat efter dokumenterad svikt på godkänd behandling.",
        precedent_icd10=icd10,
        quantity=application.quantity,
        unit=application.unit,
        valid_from=today,
        valid_to=latest_valid_to(today),
    )
