"""What the braces of the letters' texts are filled in with."""

from collections.abc import Mapping

from accounts.models import Assignment
from decisions.models import Letter
from klas.summary import Row

Words = Mapping[str, str]


def filled(letter: Letter, words: Words, **more: str) -> dict[str, str]:
    """Reference number, pharmacy, sender and dnr of a letter, and whatever else is given."""
    application = letter.case.application
    pharmacy = application.pharmacy
    return {
        "reference": application.motivation.reference or "",
        "pharmacy": pharmacy.name,
        "phone": f", {pharmacy.phone}" if pharmacy.phone else "",
        "email": words["sender_email"],
        "agency_phone": words["sender_phone"],
        "dnr": letter.case.dnr,
        **more,
    }


def named(assignment: Assignment) -> str:
    """A person with their role, as a letter names them."""
    return f"{assignment.user.name} ({assignment.get_role_display().lower()})"


def about_application(letter: Letter) -> list[Row]:
    """Which application a letter is about; the patient is not named: the reference number does."""
    application = letter.case.application
    return [
        Row("Läkemedel", application.product.product_line if application.product else ""),
        Row("Licensmotivering", application.motivation.reference or ""),
        Row("Sökande", application.pharmacy.name),
    ]
