"""How far a draft has come: section by section, and what still stops it from being sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Assignment
from klas.errors import Refused
from klas.pack import first_control_id
from klas.sections import Answers, Section, SectionForm
from klas.summary import TaskStatus
from motivations.services.submission import prescriber_block


@dataclass(frozen=True)
class Fault:
    """Something that must be put right before sending. `control` is the field's id, or ""."""

    section: Section
    message: str
    control: str


def section_status(section: Section, answers: Answers) -> TaskStatus:
    """How far a section has come; PROBLEM when something filled in is wrong, not only missing."""
    form = section.bind(answers)
    if form.is_valid():
        return TaskStatus.DONE
    if _has_wrong_answer(form):
        return TaskStatus.PROBLEM
    return TaskStatus.STARTED if form.is_started() else TaskStatus.NOT_STARTED


def faults(sections: Sequence[Section], answers: Answers) -> list[Fault]:
    """Everything that is missing or wrong; one line for a section that is not begun."""
    found: list[Fault] = []
    for section in sections:
        form = section.bind(answers)
        if form.is_valid():
            continue
        if not form.is_started():
            text = _("Fyll i avsnittet %(title)s") % {"title": section.title}
            found.append(Fault(section, text, ""))
            continue
        found += [
            Fault(section, f"{section.title}: {message}", first_control_id(form[name], error.code))
            for name in form.fields
            for error in (form.errors[name].as_data() if name in form.errors else ())
            for message in error.messages
        ]
        found += [Fault(section, str(message), "") for message in form.non_field_errors()]
    return found


def prescriber_problem(author: Assignment) -> str:
    """What the author's own particulars lack for a motivation to be sent; "" when nothing."""
    try:
        prescriber_block(author)
    except Refused as error:
        return str(error)
    return ""


def _has_wrong_answer(form: SectionForm) -> bool:
    for name, errors in form.errors.as_data().items():
        field = form.fields.get(name)
        if field is None:
            return True
        if form[name].data not in field.empty_values and form[name].data is not False:
            return True
        if any(error.code not in (None, "required") for error in errors):
            return True
    return False
