"""What a licence kind is made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import Profession
from klas.sections import Answers, Section
from motivations.enums import LicenceKind, SearchedBy
from motivations.kinds.advising import Adviser


class Route(models.TextChoices):
    """How a licence's medicine may be handed out."""

    PRESCRIPTION = "prescription", _("Recept")
    REQUISITION = "requisition", _("Rekvisition")


Text = str | Promise


@dataclass(frozen=True)
class SlipWords:
    """What the slip to take home says, where it differs between kinds. It names nobody.

    Attributes:
        reader: for whom the public page “Vad händer nu?” is worded, a key of `klas.what_now`.
        link: the link to the slip.
        title: to whom it is.
        why: why they have been given it.
        fetch: how the medicine is handed out once the licence is granted.
        treatment: who answers questions about the treatment.
    """

    reader: str
    link: Text
    title: Text
    why: Text
    fetch: Text
    treatment: Text


@dataclass(frozen=True)
class Unit:
    """A care unit that may requisition, as the motivation names it."""

    hsa_id: str
    name: str


@dataclass(frozen=True)
class SearchFact:
    """Something that a motivation may be found by, as it was answered."""

    by: SearchedBy
    text: str


@dataclass(frozen=True)
class Words:
    """What the prescriber is told after sending, where it differs between kinds.

    Attributes:
        call: who contacts a pharmacy, with the reference number.
        fetch_title, fetch: how the medicine is handed out once the licence is granted.
        slip: what the printed receipt is for, and that it holds nothing secret.
        slip_link: the link to the receipt.
        granted: what a grant means.
        take_home: what the slip for patient, owner or care unit says.
    """

    call: Text
    fetch_title: Text
    fetch: Text
    slip: Text
    slip_link: Text
    granted: Text
    take_home: SlipWords


@dataclass(frozen=True)
class Kind:
    """One licence kind (domain §3).

    Attributes:
        code: the kind.
        description: one sentence for the page where the kind is chosen.
        professions: who may write it.
        sections: the pages of its motivation, in order.
        subject_title: what the licence is for, as a heading (“Patient”).
        subject_label: the patient's or owner's name from the answers, for lists of those who may
            see it; "" while it is not known.
        subject_line: name and number for decision and licence, from all but the clinical answers.
        identity: equal for two motivations that are for the same patient, or owner and animals,
            from the same answers; "" where that is not asked.
        quantity: (amount, unit) that the motivation asks for.
        period_months: the length that the motivation asks for.
        routes: how it may be handed out, from the open answers.
        words: what the prescriber is told after sending.
        requisition_units: the units that may requisition, from the open answers; none when it is
            only for the organisation or establishment that the licence is for.
        search_facts: what a pharmacy may find it by, from all but the clinical answers.
        any_pharmacy: whether any öppenvårdsapotek may dispense, not the holder alone.
        prescription_by_permission: whether the agency can permit dispensing on prescription
            although the licence is for requisitions (särskilt tillstånd).
        for_animals: whether its products are veterinary ones, from a draft's answers.
        always_two_persons: whether every decision needs a countersignature.
        only_listed_units: whether only care units on the allow-list may write it.
        no_renewal: why its licences cannot be renewed without a new motivation, from the open
            answers; "" when they can.
        advisers: what looks for answers that will be asked about, in substance (`advising`).
        public: the answers that are open when documents are given out (`decisions.disclosing`), as
            “section.field”; every other is masked.
        reminders: profession → what its holders are reminded of beside the clinical text.
    """

    code: LicenceKind
    description: str | Promise
    professions: frozenset[str]
    sections: tuple[Section, ...]
    subject_title: str | Promise
    subject_label: Callable[[Answers], str]
    subject_line: Callable[[Answers], str]
    quantity: Callable[[Answers], tuple[str, str]]
    period_months: Callable[[Answers], int]
    routes: Callable[[Answers], tuple[Route, ...]]
    words: Words
    identity: Callable[[Answers], str] = lambda answers: ""
    requisition_units: Callable[[Answers], tuple[Unit, ...]] = lambda answers: ()
    search_facts: Callable[[Answers], tuple[SearchFact, ...]] = lambda answers: ()
    any_pharmacy: bool = False
    prescription_by_permission: bool = False
    for_animals: Callable[[Answers], bool] = lambda answers: False
    always_two_persons: bool = False
    no_renewal: Callable[[Answers], Text] = lambda answers: ""
    only_listed_units: bool = False
    advisers: tuple[Adviser, ...] = ()
    public: frozenset[str] = frozenset()
    reminders: Mapping[Profession, Text] = field(default_factory=dict)

    @property
    def title(self) -> str | Promise:
        return self.code.label

    def section(self, slug: str) -> Section:
        """The section with a slug.

        Raises:
            KeyError: the kind has no such section.
        """
        for section in self.sections:
            if section.slug == slug:
                return section
        raise KeyError(slug)
