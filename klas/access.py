"""Who may do what: permissions, and the roles that carry them.

There are no permission rows in the database: a role is a definition in code, an *assignment*
(user × role × unit, `accounts.Assignment`) is what acts. What an assignment may do with one
particular object is a question for the app's own `permissions.py` and `queries.visible_to`.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """One thing a person can be allowed to do."""

    SEARCH_PRODUCTS = "search_products"
    WRITE_MOTIVATIONS = "write_motivations"
    SUBMIT_MOTIVATIONS = "submit_motivations"
    SEARCH_MOTIVATIONS = "search_motivations"
    SEARCH_PERSONS = "search_persons"
    APPLY = "apply"
    SEND_APPLICATIONS = "send_applications"
    VIEW_LICENCES = "view_licences"
    DISPENSE = "dispense"
    VIEW_QUEUE = "view_queue"
    HANDLE_CASES = "handle_cases"
    COORDINATE_CASES = "coordinate_cases"
    ASSESS = "assess"
    DECIDE = "decide"
    COUNTERSIGN = "countersign"
    PRINT_LETTERS = "print_letters"
    VIEW_STATISTICS = "view_statistics"
    KEEP_QUESTIONS = "keep_questions"
    EDIT_LETTER_TEXTS = "edit_letter_texts"
    RECALL = "recall"
    VIEW_ACCESS_LOG = "view_access_log"


class Role(models.TextChoices):
    PRESCRIBER = "prescriber", _("Förskrivare")
    CARE_COLLEAGUE = "care_colleague", _("Medarbetare på vårdenhet")
    PHARMACIST = "pharmacist", _("Farmaceut")
    PHARMACY_STAFF = "pharmacy_staff", _("Apotekspersonal")
    CASEWORKER = "caseworker", _("Handläggare")
    ASSESSOR = "assessor", _("Utredare")
    DECISION_MAKER = "decision_maker", _("Beslutsfattare")
    OPERATOR = "operator", _("Driftansvarig")


@dataclass(frozen=True)
class RoleDefinition:
    """What a role may do, and one sentence on who may hold it."""

    holder: str
    permissions: AbstractSet[Permission]


_AGENCY_READING = frozenset(
    {Permission.SEARCH_PRODUCTS, Permission.VIEW_QUEUE, Permission.VIEW_STATISTICS}
)

ROLES: dict[Role, RoleDefinition] = {
    Role.PRESCRIBER: RoleDefinition(
        "A doctor, dentist or vet with a valid licence to practise, at a care unit.",
        frozenset(
            {
                Permission.SEARCH_PRODUCTS,
                Permission.WRITE_MOTIVATIONS,
                Permission.SUBMIT_MOTIVATIONS,
            }
        ),
    ),
    Role.CARE_COLLEAGUE: RoleDefinition(
        "A colleague at the same care unit who may draft for a prescriber, never submit.",
        frozenset({Permission.SEARCH_PRODUCTS, Permission.WRITE_MOTIVATIONS}),
    ),
    Role.PHARMACIST: RoleDefinition(
        "A licensed pharmacist (apotekare or receptarie) at a pharmacy.",
        frozenset(
            {
                Permission.SEARCH_PRODUCTS,
                Permission.SEARCH_MOTIVATIONS,
                Permission.SEARCH_PERSONS,
                Permission.APPLY,
                Permission.SEND_APPLICATIONS,
                Permission.VIEW_LICENCES,
                Permission.DISPENSE,
            }
        ),
    ),
    Role.PHARMACY_STAFF: RoleDefinition(
        "Other staff of a pharmacy: may prepare applications, not send them.",
        frozenset(
            {
                Permission.SEARCH_PRODUCTS,
                Permission.SEARCH_MOTIVATIONS,
                Permission.APPLY,
                Permission.VIEW_LICENCES,
            }
        ),
    ),
    Role.CASEWORKER: RoleDefinition(
        "An officer of the agency with delegation to decide what needs one person only.",
        _AGENCY_READING
        | {
            Permission.HANDLE_CASES,
            Permission.ASSESS,
            Permission.DECIDE,
            Permission.PRINT_LETTERS,
            Permission.RECALL,
        },
    ),
    Role.ASSESSOR: RoleDefinition(
        "A scientific assessor of the agency: assesses and takes notes, decides nothing.",
        _AGENCY_READING | {Permission.ASSESS},
    ),
    Role.DECISION_MAKER: RoleDefinition(
        "An officer of the agency with delegation to countersign; moves colleagues' cases.",
        _AGENCY_READING
        | {
            Permission.HANDLE_CASES,
            Permission.COORDINATE_CASES,
            Permission.ASSESS,
            Permission.DECIDE,
            Permission.COUNTERSIGN,
            Permission.PRINT_LETTERS,
            Permission.KEEP_QUESTIONS,
            Permission.EDIT_LETTER_TEXTS,
            Permission.RECALL,
        },
    ),
    Role.OPERATOR: RoleDefinition(
        "Runs the service; sees who did what, never health data.",
        frozenset({Permission.VIEW_ACCESS_LOG, Permission.RECALL}),
    ),
}


class Actor(Protocol):
    """Somebody or something that acts: an assignment, or the system itself."""

    @property
    def assignment_id(self) -> int | None: ...

    def has(self, permission: Permission) -> bool: ...


class System:
    """The service acting by itself (time-outs, letters); may do only what names no permission."""

    assignment_id: int | None = None

    def has(self, permission: Permission) -> bool:
        return False


SYSTEM = System()
