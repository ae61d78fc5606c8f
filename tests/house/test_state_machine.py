"""Anybody tries anything, in any order: the services against a model of states written by hand.

The model below is a second telling of domain §4–§6. Each act is foretold by it: done or refused.
What is done must leave the states, events, decisions, licences and letters that the model says;
what is refused must leave the database as it was, to the last byte.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.db import connection, transaction
from hypothesis import HealthCheck
from hypothesis import settings as HypothesisSettings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Assignment
from applications.models import Application
from applications.services import applying
from decisions.models import Case, Decision, Letter, Licence
from decisions.services import cases, deciding
from klas.access import Role
from klas.errors import NotAllowed, Refused
from klas.sections import Incomplete
from klas.uploads import RebuiltFile
from medicines.models import LicenceProduct
from motivations.enums import AttachmentClass, AttachmentKind, Outcome
from motivations.models import Motivation
from motivations.services import attachments, submission
from tests import factories

AUTHORS, PHARMACISTS = ("doctor", "dentist"), ("pharmacist", "other_pharmacist")
PHARMACY_OF = {"pharmacist": "first", "staff": "first", "other_pharmacist": "second"}
HANDLERS = {"officer", "other_officer", "chief", "other_chief", "officer_as_chief"}
CHIEFS = {"chief", "other_chief", "officer_as_chief"}
ASSESSORS = HANDLERS | {"assessor"}
# Two assignments of one person are one person (FL 31 §).
PERSON = {"officer_as_chief": "officer", "doctor_elsewhere": "doctor"}
ACTORS = sorted(
    {*AUTHORS, *PHARMACISTS, *ASSESSORS, "doctor_elsewhere", "staff", "colleague", "operator"}
)
OUTCOMES = ("granted", "granted_with_reservation", "rejected")


def person(actor: str) -> str:
    return PERSON.get(actor, actor)


@dataclass(eq=False)
class Drafted:
    """What the model knows of one application."""

    row: Application
    filled: bool
    status: str = "draft"
    events: list[str] = field(default_factory=list)


@dataclass(eq=False)
class Line:
    """What the model knows of one motivation and all that has come of it."""

    row: Motivation
    author: str
    product: str
    documented: bool = False
    motivation: str = "draft"
    motivation_events: list[str] = field(default_factory=list)
    applications: dict[str, Drafted] = field(default_factory=dict)
    case: str | None = None
    case_events: list[str] = field(default_factory=list)
    first_time: bool = False
    assignee: str | None = None
    assessment: str | None = None
    assessment_revision: int = 0
    live: tuple[str, bool] | None = None
    returned: int = 0

    @property
    def sent(self) -> Drafted:
        return next(one for one in self.applications.values() if one.status != "draft")

    @property
    def case_row(self) -> Case:
        return Case.objects.get(application=self.sent.row)


def people() -> dict[str, Assignment]:
    officer = factories.AssignmentFactory()
    doctor = factories.acting_as(Role.PRESCRIBER)
    pharmacist = factories.acting_as(Role.PHARMACIST)
    return {
        "doctor": doctor,
        "doctor_elsewhere": factories.acting_as(Role.PRESCRIBER, user=doctor.user),
        "dentist": factories.acting_as(
            Role.PRESCRIBER, user=factories.UserFactory(dentist=True), care_unit=doctor.care_unit
        ),
        "colleague": factories.acting_as(Role.CARE_COLLEAGUE, care_unit=doctor.care_unit),
        "pharmacist": pharmacist,
        "staff": factories.acting_as(Role.PHARMACY_STAFF, pharmacy=pharmacist.pharmacy),
        "other_pharmacist": factories.acting_as(Role.PHARMACIST),
        "officer": officer,
        "other_officer": factories.AssignmentFactory(),
        "officer_as_chief": factories.AssignmentFactory(decision_maker=True, user=officer.user),
        "chief": factories.AssignmentFactory(decision_maker=True),
        "other_chief": factories.AssignmentFactory(decision_maker=True),
        "assessor": factories.AssignmentFactory(assessor=True),
        "operator": factories.AssignmentFactory(operator=True),
    }


def everything() -> str:
    """A fingerprint of all rows of all tables."""
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)})
    each = " UNION ALL ".join(
        f"SELECT '{table}' AS name, md5(string_agg(t::text, '|' ORDER BY t::text)) AS sum "
        f'FROM "{table}" t'
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(each)
        return str(sorted(cursor.fetchall()))


LINES: Bundle[Line] = Bundle("lines")
# Mostly the one who may, so that lines come far; else anybody.
WHO = st.sampled_from(["right"] * 24 + ACTORS)
STALE = st.sampled_from([False] * 5 + [True])


class Service(RuleBasedStateMachine):
    """The acts, each with what the model foretells."""

    actors: ClassVar[dict[str, Assignment]]
    products: ClassVar[dict[str, LicenceProduct]]
    file: ClassVar[RebuiltFile]

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.lines: list[Line] = []
        self.only_what_is_refused = False
        self.result: Any = None
        # Products that have been granted a licence: no longer a first time (domain §6).
        self.known = {"known"}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def attempt(self, may: bool, act: Callable[[], Any]) -> bool:
        """Do it; done exactly when the model says that one may, else without a trace."""
        if may and self.only_what_is_refused:
            return False
        before = "" if may or self.only_what_is_refused else everything()
        try:
            with transaction.atomic():
                self.result = act()
        except (Refused, NotAllowed, Incomplete):
            if may:
                raise  # the model allows it
            assert not before or everything() == before, "a refusal left a trace"
            return False
        assert may, "done, but the model refuses it"
        return True

    def begin(self, author: str, product: str, *, documented: bool) -> Line:
        # A dentist says besides that the purpose is odontological.
        asked = {"hantering": {"odontological": True}} if author == "dentist" else {}
        answers = factories.individual_answers(self.products[product], **asked)
        row = factories.draft(by=self.actors[author], answers=answers)
        self.lines.append(Line(row, author, product))
        if documented:
            self.document(self.lines[-1])
        return self.lines[-1]

    def document(self, line: Line) -> None:
        attachments.add(
            line.row,
            file=self.file,
            kind=AttachmentKind.PRODUCT_DOCUMENTATION,
            secrecy=AttachmentClass.PRODUCT,
            by=self.actors[line.author],
        )
        line.documented = True

    @initialize(
        target=LINES,
        far=st.lists(st.sampled_from(range(9, -1, -1)), min_size=2, max_size=2),
        outcomes=st.lists(st.sampled_from(OUTCOMES), min_size=2, max_size=2),
        special=st.booleans(),
    )
    def some_lines(self, far: list[int], outcomes: list[str], special: bool) -> Any:
        """Two lines that have come some way already, one of them with a first-time product."""
        for number, product in enumerate(("known", "new")):
            line = self.begin(AUTHORS[0], product, documented=True)
            for _ in range(far[number]):
                self.go_on(line, outcomes[number], special)
        return multiple(*self.lines)

    @rule(
        target=LINES,
        author=st.sampled_from(AUTHORS),
        product=st.sampled_from(["known", "new"]),
        documented=st.booleans(),
    )
    def write(self, author: str, product: str, documented: bool) -> Any:
        if len(self.lines) == 4:
            return multiple()
        return self.begin(author, product, documented=documented)

    @rule(line=LINES, by=st.sampled_from(ACTORS))
    def nobody_may_what_the_model_refuses(self, line: Line, by: str) -> None:
        """Two people try every act on a line; those that the model allows are left out."""
        before = everything()
        self.only_what_is_refused = True
        for who in sorted({by, "officer_as_chief"}):  # the officer in another role, always
            self.submit(line, who, False)
            self.start(line, who, False)
            self.take(line, who)
            self.release(line, who, False)
            self.assess(line, "shown", who, False)
            self.countersign(line, who, False)
            for reason in ("Skäl", ""):
                self.withdraw(line, who, reason, False)
                self.send_back(line, reason, who, False)
            for pharmacy in line.applications:
                self.send(line, pharmacy, who, False)
            for outcome in OUTCOMES:
                self.decide(line, outcome, False, who, False)
        self.only_what_is_refused = False
        assert everything() == before, "a refusal left a trace"

    @rule(line=LINES, outcome=st.sampled_from(OUTCOMES), special=st.booleans())
    def go_on(self, line: Line, outcome: str, special: bool) -> None:
        """The next step of the line, by the one whose turn it is."""
        if line.motivation == "draft" and not (line.documented or line.product in self.known):
            self.document(line)
        elif line.motivation == "draft":
            self.submit(line, "right", False)
        elif line.motivation == "submitted":
            ready = [one for one in line.applications.values() if one.filled]
            if ready:
                self.send(line, next(iter(line.applications)), "right", False)
            else:
                self.start(line, "right", True)
        elif line.case == "registered":
            self.take(line, "right")
        elif line.case == "in_review" and line.assessment != "shown":
            self.assess(line, "shown", "right", False)
        elif line.case == "in_review":
            self.decide(line, outcome, special, "right", False)
        elif line.case == "proposed":
            self.countersign(line, "right", False)

    def who(self, by: str, right: str | None) -> str:
        return (right or "operator") if by == "right" else by

    # The prescriber

    @rule(line=LINES, by=WHO, stale=STALE)
    def submit(self, line: Line, by: str, stale: bool) -> None:
        by = self.who(by, line.author)
        papers = line.documented or line.product in self.known
        may = line.motivation == "draft" and person(by) == line.author and papers and not stale
        if self.attempt(
            may,
            lambda: submission.submit(
                line.row, by=self.actors[by], opened_revision=revision(stale)
            ),
        ):
            line.motivation = "submitted"
            line.motivation_events.append("submit")

    @rule(line=LINES, by=WHO, reason=st.sampled_from(["Fel patient", " "]), stale=STALE)
    def withdraw(self, line: Line, by: str, reason: str, stale: bool) -> None:
        by = self.who(by, line.author)
        may = (
            line.motivation == "submitted"
            and person(by) == line.author
            and bool(reason.strip())
            and not stale
        )
        if self.attempt(
            may,
            lambda: submission.withdraw(
                line.row, by=self.actors[by], reason=reason, opened_revision=revision(stale)
            ),
        ):
            line.motivation = "withdrawn"
            line.motivation_events.append("withdraw")

    # The pharmacy

    @rule(line=LINES, by=WHO, filled=st.booleans())
    def start(self, line: Line, by: str, filled: bool) -> None:
        """Begin, or go on with what the pharmacy has begun; perhaps fill it in."""
        by = self.who(by, "pharmacist")
        pharmacy = PHARMACY_OF.get(by)
        may = line.motivation == "submitted" and pharmacy is not None
        done = self.attempt(may, lambda: applying.start(line.row, by=self.actors[by]))
        if not done or pharmacy is None:
            return
        row = self.result
        begun = line.applications.setdefault(pharmacy, Drafted(row, False))
        assert begun.row.pk == row.pk, "a pharmacy has one draft on a motivation"
        if filled and not begun.filled:
            for slug, answers in factories.APPLICATION_ANSWERS.items():
                applying.save_section(
                    row, slug, answers=answers, opened_revision=0, by=self.actors[by]
                )
            begun.filled = True

    @rule(line=LINES, pharmacy=st.sampled_from(["first", "second"]), by=WHO, stale=STALE)
    def send(self, line: Line, pharmacy: str, by: str, stale: bool) -> None:
        begun = line.applications.get(pharmacy)
        if begun is None:
            return
        by = self.who(by, "pharmacist" if pharmacy == "first" else "other_pharmacist")
        may = (
            begun.status == "draft"
            and begun.filled
            and line.motivation == "submitted"
            and by in PHARMACISTS
            and PHARMACY_OF[by] == pharmacy
            and not stale
        )
        if self.attempt(
            may,
            lambda: applying.send(
                begun.row,
                by=self.actors[by],
                opened_revision=revision(stale),
                duplicate_reason="Ett prov.",
            ),
        ):
            begun.status, line.motivation, line.case = "sent", "in_case", "registered"
            begun.events += ["send", "registered"]
            line.motivation_events.append("application_sent")
            line.case_events.append("register")
            line.first_time = line.product not in self.known

    # The agency

    @rule(line=LINES, by=WHO)
    def take(self, line: Line, by: str) -> None:
        if line.case is None:
            return
        by = self.who(by, "officer")
        may = line.case == "registered" and by in HANDLERS
        if self.attempt(may, lambda: cases.take(line.case_row, by=self.actors[by])):
            line.case, line.assignee = "in_review", by
            line.case_events.append("take")
            line.sent.status = "in_review"
            line.sent.events.append("review_started")
            line.motivation_events.append("review_started")

    @rule(line=LINES, by=WHO, stale=STALE)
    def release(self, line: Line, by: str, stale: bool) -> None:
        if line.case is None:
            return
        by = self.who(by, line.assignee)
        may = line.case == "in_review" and by == line.assignee and not stale
        if self.attempt(
            may,
            lambda: cases.release(
                line.case_row, by=self.actors[by], opened_revision=revision(stale)
            ),
        ):
            line.case, line.assignee = "registered", None
            line.case_events.append("release")

    @rule(line=LINES, conclusion=st.sampled_from(["shown", "not_shown", ""]), by=WHO, stale=STALE)
    def assess(self, line: Line, conclusion: str, by: str, stale: bool) -> None:
        """Shown, not shown, or one requirement left open."""
        if line.case is None:
            return
        by = self.who(by, line.assignee or "assessor")
        may = line.case in ("registered", "in_review") and by in ASSESSORS and not stale
        facts = cases.AssessmentFacts(**{**vars(factories.ASSESSMENT), "need": conclusion})
        opened = line.assessment_revision + (1 if stale else 0)
        if self.attempt(
            may,
            lambda: cases.assess(line.case_row, facts, by=self.actors[by], opened_revision=opened),
        ):
            line.assessment = conclusion
            line.assessment_revision += 1

    @rule(line=LINES, outcome=st.sampled_from(OUTCOMES), special=st.booleans(), by=WHO, stale=STALE)
    def decide(self, line: Line, outcome: str, special: bool, by: str, stale: bool) -> None:
        if line.case is None:
            return
        by = self.who(by, line.assignee)
        enough = line.assessment == "shown" or (
            line.assessment == "not_shown" and outcome != "granted"
        )
        may = line.case == "in_review" and by == line.assignee and enough and not stale
        information = "Följ leverprover." if special else ""
        facts = factories.facts(Outcome(outcome), special_information=information)
        if not self.attempt(
            may,
            lambda: deciding.decide(
                line.case_row, facts, by=self.actors[by], opened_revision=revision(stale)
            ),
        ):
            return
        line.live = (outcome, special)
        if line.first_time or outcome in ("rejected", "granted_with_reservation"):
            line.case = "proposed"
            line.case_events.append("propose")
        else:
            self.now_decided(line, "decide")

    @rule(line=LINES, reason=st.sampled_from(["Skälen är för korta", ""]), by=WHO, stale=STALE)
    def send_back(self, line: Line, reason: str, by: str, stale: bool) -> None:
        if line.case is None:
            return
        by = self.who(by, self.second(line))
        may = self.may_sign(line, by) and bool(reason) and not stale
        if self.attempt(
            may,
            lambda: deciding.send_back(
                line.case_row, reason=reason, by=self.actors[by], opened_revision=revision(stale)
            ),
        ):
            line.case, line.live, line.returned = "in_review", None, line.returned + 1
            line.case_events.append("return")

    @rule(line=LINES, by=WHO, stale=STALE)
    def countersign(self, line: Line, by: str, stale: bool) -> None:
        if line.case is None:
            return
        by = self.who(by, self.second(line))
        may = self.may_sign(line, by) and not stale
        if self.attempt(
            may,
            lambda: deciding.countersign(
                line.case_row, by=self.actors[by], opened_revision=revision(stale)
            ),
        ):
            self.now_decided(line, "countersign")

    def second(self, line: Line) -> str:
        return "other_chief" if line.assignee == "chief" else "chief"

    def may_sign(self, line: Line, by: str) -> bool:
        is_another = line.assignee is None or person(by) != person(line.assignee)
        return line.case == "proposed" and by in CHIEFS and is_another

    def now_decided(self, line: Line, action: str) -> None:
        line.case, line.motivation, line.sent.status = "decided", "closed", "decided"
        line.case_events.append(action)
        line.sent.events.append("decided")
        line.motivation_events.append("decided")
        if line.live and line.live[0] != "rejected":
            self.known.add(line.product)

    # What always holds

    @invariant()
    def states_and_events_are_the_model_s(self) -> None:
        assert Motivation.objects.count() == len(self.lines)
        assert Case.objects.count() == sum(line.case is not None for line in self.lines)
        for line in self.lines:
            row = Motivation.objects.get(pk=line.row.pk)
            assert (row.status, actions(row)) == (line.motivation, line.motivation_events)
            for begun in line.applications.values():
                sent = Application.objects.get(pk=begun.row.pk)
                assert (sent.status, actions(sent)) == (begun.status, begun.events)
            assert row.applications.count() == len(line.applications)
            if line.case is not None:
                case = line.case_row
                assert (case.status, actions(case)) == (line.case, line.case_events)
                holder = self.actors[line.assignee].pk if line.assignee else None
                assert (case.assignee_id, case.is_first_time) == (holder, line.first_time)

    @invariant()
    def the_parties_see_one_story(self) -> None:
        """Case, application and motivation agree, whatever the model says (domain §4–§6)."""
        together = {
            "registered": ({"sent", "in_review"}, "in_case"),
            "in_review": ({"in_review"}, "in_case"),
            "proposed": ({"in_review"}, "in_case"),
            "decided": ({"decided"}, "closed"),
        }
        for case in Case.objects.select_related("application__motivation"):
            application, motivation = together[case.status]
            assert case.application.status in application
            assert case.application.motivation.status == motivation

    @invariant()
    def decisions_licences_and_letters_follow(self) -> None:
        for line in self.lines:
            made = Decision.objects.filter(case__application__motivation=line.row)
            live = [one for one in made if one.returned_at is None]
            assert len(made) - len(live) == line.returned
            assert [one.outcome for one in live] == ([line.live[0]] if line.live else [])
            in_force = line.live if line.case == "decided" else None
            granted = in_force is not None and in_force[0] != "rejected"
            licences = Licence.objects.filter(decision__in=made)
            assert licences.count() == int(granted)
            assert {licence.decision_id for licence in licences} <= {one.pk for one in live}
            letters = Letter.objects.filter(case__application__motivation=line.row)
            sent = sorted(letters.values_list("recipient", "reason"))
            assert sent == letters_of(in_force)


def letters_of(decided: tuple[str, bool] | None) -> list[tuple[str, str]]:
    """The four-case rule, by hand: three of the cases are decisions [seed]."""
    if decided is None:
        return []
    outcome, special = decided
    to_prescriber = {"rejected": "rejected", "granted_with_reservation": "reservation"}.get(
        outcome, "special_information" if special else ""
    )
    letters = [("pharmacy", "decision")]
    return letters + ([("prescriber", to_prescriber)] if to_prescriber else [])


def actions(subject: Any) -> list[str]:
    return list(subject.events.order_by("pk").values_list("action", flat=True))


def revision(stale: bool) -> int | None:
    """The revision shown on a page that is out of date, or no page at all."""
    return 0 if stale else None


@pytest.mark.django_db
def test_anybody_tries_anything(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    Service.actors = people()
    Service.file = factories.picture("spc.png")
    Service.products = {
        "known": factories.ProductFactory(),
        "new": factories.ProductFactory(
            name="Diacomit", substances_text="stiripentol", atc="N03AX17", on_licence_before=False
        ),
    }
    run_state_machine_as_test(
        Service,
        settings=HypothesisSettings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
