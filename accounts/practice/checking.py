"""Asking the registers about a person, and keeping what they said."""

import structlog

from accounts.enums import Profession
from accounts.models import User
from accounts.practice.registers import Entry, RegisterDown, registers
from klas import clock
from klas.access import Role
from klas.policy import policy

log = structlog.get_logger(__name__)


def check(user: User) -> None:
    """Ask the registers whether the person's licence to practise holds, and keep the answer.

    Not within a transaction: a register that is slow would keep its locks. Those who work where no
    licence is needed are not asked about, nor is anybody when no register is configured.

    Raises:
        RegisterDown: none says that a licence holds, and one gave no answer; what was said before
            stands, and `is_confirmed` is False when that is too long ago.
    """
    asked = registers()
    if not asked or not _works_by_licence(user):
        return
    known: Entry | None = None
    silent: RegisterDown | None = None
    for register in asked:
        try:
            entry = register.ask(user.subject)
        except RegisterDown as error:
            log.warning("register_down", reason=str(error))
            silent = error
            continue
        if entry is not None and entry.valid:
            _keep(user, entry)
            return
        known = known or entry
    if silent is not None:
        raise silent
    _keep(user, known)


def is_confirmed(user: User) -> bool:
    """Whether a register has answered so lately that the person may send something."""
    if not registers():
        return True
    checked_at = user.licence_checked_at
    return checked_at is not None and clock.now() - checked_at <= policy.licence_answer_holds


def _works_by_licence(user: User) -> bool:
    return user.assignments.filter(role__in=(Role.PRESCRIBER, Role.PHARMACIST)).exists()


def _keep(user: User, entry: Entry | None) -> None:
    """Who is in no register has no licence; their profession is left as it was."""
    if entry is not None:
        user.profession, user.prescriber_code = entry.profession, entry.prescriber_code
    held = user.licensed_to_practise
    user.licensed_to_practise = entry is not None and entry.valid
    if user.profession == Profession.NONE:
        user.licensed_to_practise = False
    user.licence_checked_at = clock.now()
    user.save(
        update_fields=[
            "profession",
            "prescriber_code",
            "licensed_to_practise",
            "licence_checked_at",
        ]
    )
    if held != user.licensed_to_practise:
        log.info("licence_to_practise", user=user.pk, valid=user.licensed_to_practise)
