"""What can stop a sign-in, and what the person is told and can do about it."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Trouble(StrEnum):
    """Its value stands in the page's address."""

    CANCELLED = "avbruten"
    LOW_ASSURANCE = "tillitsniva"
    NO_ASSIGNMENT = "inget-uppdrag"
    UNKNOWN_PHARMACY = "okant-apotek"
    PROVIDER_DOWN = "svarar-inte"
    FAILED = "misslyckad"
    SOMEBODY_ELSE = "nagon-annan"


class SignInTrouble(Exception):
    """The sign-in cannot go on.

    Attributes:
        reason: for the log; never anything about the person.
    """

    def __init__(self, trouble: Trouble, reason: str) -> None:
        super().__init__(reason)
        self.trouble = trouble
        self.reason = reason


@dataclass(frozen=True)
class Told:
    """The page about a trouble. `%(way)s` is the way to sign in, in running text.

    Attributes:
        again: the link that tries once more; "" where that helps nobody.
        as_other: whether it asks for identification anew, since the same answer would come again.
    """

    title: Promise
    what: Promise
    do: tuple[Promise, ...]
    again: Promise | str = ""
    as_other: bool = False


TOLD: dict[Trouble, Told] = {
    Trouble.CANCELLED: Told(
        _("Du avbröt innan du hade visat vem du är"),
        _("Ingenting har ändrats. Det du höll på att skriva finns kvar."),
        (_("Försök igen när du vill, eller välj ett annat sätt."),),
        again=_("Försök igen"),
    ),
    Trouble.LOW_ASSURANCE: Told(
        _("Din legitimation räcker inte till"),
        _(
            "KLAS innehåller uppgifter om patienters hälsa. Därför behöver du en legitimation på "
            "tillitsnivå 3. Den du använde ligger på en lägre nivå."
        ),
        (
            _("Logga in på nytt med SITHS-kort, Mobilt SITHS eller en e-legitimation på nivå 3."),
            _(
                "Har du ingen sådan? Fråga den som ger ut SITHS hos din arbetsgivare, eller din "
                "it-support."
            ),
        ),
        again=_("Logga in med en annan legitimation"),
        as_other=True,
    ),
    Trouble.NO_ASSIGNMENT: Told(
        _("Du har inget uppdrag i KLAS"),
        _(
            "Vi vet vem du är, men du har inget uppdrag i KLAS just nu. Utan uppdrag kan ingen se "
            "eller göra något här."
        ),
        (
            _(
                "Be den som sköter behörigheter hos din arbetsgivare att lägga till ett uppdrag. "
                "Logga sedan in igen."
            ),
            _("Har du flera tjänste-id? Logga in igen med det som hör till ditt uppdrag."),
        ),
        again=_("Logga in som någon annan"),
        as_other=True,
    ),
    Trouble.UNKNOWN_PHARMACY: Told(
        _("Vi känner inte till apoteket"),
        _(
            "Du loggade in för ett apotek som inte finns i KLAS register, eller som har upphört. "
            "Därför kan du inte arbeta för det här."
        ),
        (
            _("Har du valt fel apotek? Logga in igen och välj ett annat."),
            _(
                "Är apoteket nytt, eller har det bytt GLN-kod? Be den som sköter behörigheter hos "
                "er att anmäla det till E-hälsomyndigheten."
            ),
        ),
        again=_("Logga in för ett annat apotek"),
        as_other=True,
    ),
    Trouble.PROVIDER_DOWN: Told(
        _("Inloggningen svarar inte just nu"),
        _(
            "KLAS fungerar, men får inget svar från %(way)s. Felet ligger inte hos dig. Det du "
            "höll på att skriva finns kvar."
        ),
        (
            _("Vänta några minuter och försök igen, eller välj ett annat sätt att logga in."),
            _(
                "Är det medicinskt brådskande? Läkemedelsverket svarar på telefon; numret står "
                "längst ner på sidan."
            ),
        ),
        again=_("Försök igen"),
    ),
    Trouble.FAILED: Told(
        _("Inloggningen kunde inte slutföras"),
        _(
            "Svaret från %(way)s gick inte att kontrollera. Det kan bero på att inloggningen tog "
            "för lång tid, eller att den började i ett annat webbläsarfönster."
        ),
        (
            _("Börja om från inloggningen. Det du höll på att skriva finns kvar."),
            _(
                "Händer det igen? Kontakta din it-support och säg när det hände. De kan fråga den "
                "som driver KLAS."
            ),
        ),
        again=_("Börja om"),
    ),
    Trouble.SOMEBODY_ELSE: Told(
        _("Det var någon annan som bekräftade"),
        _(
            "Du är inloggad som en person och bekräftade med en annan persons legitimation. "
            "Ingenting är underskrivet."
        ),
        (_("Bekräfta igen, med samma legitimation som du loggade in med."),),
        again=_("Bekräfta igen"),
        as_other=True,
    ),
}
