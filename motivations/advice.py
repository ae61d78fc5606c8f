"""What an officer will ask about in a motivation that is complete: told before it is sent.

Supplements are the largest delay; this is what prevents them. The rules stand with the kinds
(`motivations.kinds.advising`); they suspect and never stop anybody.
"""

from dataclasses import dataclass

from klas.pack import first_control_id
from klas.sections import Answers, Section
from motivations.kinds import Kind


@dataclass(frozen=True)
class Advice:
    """What will be asked about an answer, and what to write.

    Attributes:
        section: where the answer stands.
        question: the question it answers.
        text: what will be asked, and what to write.
        control: the id of the question's first control on the section's page.
    """

    section: Section
    question: str
    text: str
    control: str


def advice_on(kind: Kind, answers: Answers) -> list[Advice]:
    """At most one advice for each question, in the order of the pages. Reads no database.

    Args:
        answers: a draft's, raw or canonical; for complete ones. What a form refuses is its own to
            say (`motivations.services.progress.faults`).
    """
    hints = [hint for adviser in kind.advisers for hint in adviser(answers)]
    found: list[Advice] = []
    for section in kind.sections:
        form = section.form_class(initial=answers.get(section.slug, {}), answers=answers)
        for name in form.fields:
            hint = next((h for h in hints if (h.slug, h.field) == (section.slug, name)), None)
            if hint is not None:
                control = first_control_id(form[name], hint.cell or None)
                found.append(Advice(section, str(form.fields[name].label), hint.text, control))
    return found
