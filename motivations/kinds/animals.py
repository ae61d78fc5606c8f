"""The pages of a veterinary motivation: animal, owner, food, and the vet's own wordings."""

import re
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from klas.forms import Look
from klas.rows import RowsField
from klas.sections import Answers, Secrecy, SectionForm
from motivations.kinds.common import ClinicalForm, HandlingForm
from motivations.kinds.individual import TreatmentForm
from motivations.kinds.withdrawal import Foodstuff, least_withdrawal

ANIMALS, OWNER, FOOD = "djur", "djuragare", "livsmedel"


class Scope(models.TextChoices):
    """What a veterinary licence is for (HSLF-FS 2018:25 3 §)."""

    ANIMAL = "animal", _("Ett djur")
    HERD = "herd", _("En djurbesättning")
    SPECIES = "species", _("Ett djurslag, för en veterinär verksamhet")


class Species(models.TextChoices):
    DOG = "dog", _("Hund")
    CAT = "cat", _("Katt")
    HORSE = "horse", _("Häst")
    CATTLE = "cattle", _("Nöt")
    PIG = "pig", _("Gris")
    SHEEP = "sheep", _("Får")
    GOAT = "goat", _("Get")
    REINDEER = "reindeer", _("Ren")
    POULTRY = "poultry", _("Fjäderfä")
    RABBIT = "rabbit", _("Kanin")
    BEE = "bee", _("Bi")
    FISH = "fish", _("Fisk")
    OTHER = "other", _("Annat djurslag")


_SEVERAL = re.compile(r"[,;/&+]|\b(?:och|samt|eller|and|or)\b", re.IGNORECASE)


def scope_of(answers: Answers) -> str:
    """What the licence is for: a `Scope` value, "" while it is not said."""
    return str(answers.get(ANIMALS, {}).get("scope") or "")


class AnimalForm(SectionForm):
    """What the licence is for, and exactly one species.

    The markings lead to the owner and belong to the same layer.
    """

    field_secrecy: ClassVar = {"id_marking": Secrecy.IDENTITY, "herd_number": Secrecy.IDENTITY}

    scope = forms.ChoiceField(
        label=_("Vad gäller licensen?"), choices=Scope.choices, widget=forms.RadioSelect
    )
    id_marking = forms.CharField(
        label=_("Djurets id-märkning"),
        max_length=100,
        required=False,
        help_text=_("Chip, öronmärke eller annan märkning. Saknas den: djurets namn och utseende."),
    )
    herd_number = forms.CharField(
        label=_("Besättningens produktionsplatsnummer eller annan id-märkning"),
        max_length=100,
        required=False,
    )
    herd_size = forms.IntegerField(
        label=_("Hur många djur i besättningen ska behandlas?"),
        required=False,
        min_value=1,
        max_value=100_000_000,
    )
    expected_animals = forms.IntegerField(
        label=_("Ungefär hur många djur väntas få läkemedlet?"),
        required=False,
        min_value=1,
        max_value=100_000_000,
    )
    species = forms.ChoiceField(
        label=_("Djurslag"),
        choices=[("", _("Välj djurslag")), *Species.choices],
        help_text=_("En licens gäller exakt ett djurslag."),
    )
    other_species = forms.CharField(
        label=_("Vilket annat djurslag?"),
        max_length=100,
        required=False,
        help_text=_("Bara om du har valt ”Annat djurslag”."),
    )
    weight = forms.DecimalField(
        label=_("Vikt per djur"),
        required=False,
        min_value=Decimal("0.001"),
        max_value=Decimal("10000"),
        max_digits=8,
        decimal_places=3,
        help_text=_("Krävs för ett enskilt djur. Annars ungefär, om dosen beror på vikten."),
    )

    conditional: ClassVar = {
        "scope": {
            Scope.ANIMAL.value: ("id_marking",),
            Scope.HERD.value: ("herd_number", "herd_size"),
            Scope.SPECIES.value: ("expected_animals",),
        }
    }
    demanded: ClassVar = {
        "id_marking": _("Skriv djurets id-märkning, eller namn och utseende"),
        "herd_number": _("Skriv besättningens produktionsplatsnummer eller annan id-märkning"),
        "herd_size": _("Skriv hur många djur i besättningen som ska behandlas"),
        "expected_animals": _("Skriv ungefär hur många djur som väntas få läkemedlet"),
    }
    looks: ClassVar = {
        "herd_size": Look(width=10),
        "expected_animals": Look(width=10),
        "other_species": Look(width="two-thirds", optional=False),
        "weight": Look(width=5, suffix="kg", optional=False),
    }

    @staticmethod
    def not_asked(answers: dict[str, Any]) -> set[str]:
        """Questions that the other answers leave no room for, besides the conditional ones."""
        return set() if answers.get("species") == Species.OTHER else {"other_species"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        other = str(cleaned.get("other_species") or "")
        if cleaned.get("species") != Species.OTHER:
            # What was written before another species was chosen says nothing.
            self.errors.pop("other_species", None)
            cleaned["other_species"] = ""
        elif not other:
            self.demand("other_species", _("Skriv vilket djurslag"))
        elif _SEVERAL.search(other):
            self.add_error(
                "other_species",
                ValidationError(
                    _("Skriv ett enda djurslag. Behövs flera skriver du en motivering för vart."),
                    code="several",
                ),
            )
        if cleaned.get("scope") == Scope.ANIMAL:
            self.demand("weight", _("Skriv djurets vikt"))
        return cleaned


class OwnerForm(SectionForm):
    """The owner of animal or herd; for a species, the establishment."""

    secrecy = Secrecy.IDENTITY

    owner_name = forms.CharField(label=_("Djurägarens namn"), max_length=120)
    owner_contact = forms.CharField(
        label=_("Djurägarens telefon, e-post eller adress"), max_length=200
    )
    establishment = forms.CharField(label=_("Den veterinära verksamhetens namn"), max_length=160)
    establishment_contact = forms.CharField(
        label=_("Verksamhetens telefon, e-post eller adress"), max_length=200
    )

    OF_OWNER: ClassVar = ("owner_name", "owner_contact")
    OF_ESTABLISHMENT: ClassVar = ("establishment", "establishment_contact")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_establishment = scope_of(self.answers) == Scope.SPECIES
        for name in self.OF_OWNER if is_establishment else self.OF_ESTABLISHMENT:
            del self.fields[name]


FOOD_PRODUCING = [
    ("no", _("Nej (EU 2019/6 artikel 112)")),
    ("land", _("Ja, landlevande djur (EU 2019/6 artikel 113)")),
    ("aquatic", _("Ja, vattenlevande djur (EU 2019/6 artikel 114)")),
]
CASCADE = [
    ("other_member_state", _("Veterinärläkemedel som är godkänt i ett annat EU- eller EES-land")),
    ("human", _("Humanläkemedel")),
    ("third_country", _("Veterinärläkemedel som är godkänt bara utanför EU och EES")),
    ("none", _("Läkemedel som inte är godkänt i något land")),
]
NEVER_EATEN = (Species.DOG, Species.CAT)
AQUATIC = (Species.FISH, Species.OTHER)


class FoodForm(SectionForm):
    """Whether the animal gives food, the step of the cascade, and the withdrawal periods."""

    food_producing = forms.ChoiceField(
        label=_("Är djuret livsmedelsproducerande?"),
        choices=FOOD_PRODUCING,
        widget=forms.RadioSelect,
    )
    cascade_step = forms.ChoiceField(
        label=_("Vilket steg i kaskaden gäller det?"), choices=CASCADE, widget=forms.RadioSelect
    )
    cascade_reason = forms.CharField(
        label=_("Varför går det inte att använda ett läkemedel från ett tidigare steg?"),
        widget=forms.Textarea,
        max_length=2000,
        required=False,
        help_text=_("Behövs inte för det första steget. Alla apotek kan läsa det här."),
    )
    withdrawal = RowsField(
        label=_("Karenstider"),
        required=False,
        columns={
            "foodstuff": forms.ChoiceField(
                label=_("Livsmedel"), choices=[("", _("Välj livsmedel")), *Foodstuff.choices]
            ),
            "longest_authorised": forms.IntegerField(
                label=_("Längsta godkända karenstid"), required=False, min_value=0, max_value=10_000
            ),
            "period": forms.IntegerField(
                label=_("Karenstid (dygn eller dygnsgrader)"), min_value=0, max_value=20_000
            ),
        },
        looks={
            "longest_authorised": Look(size="", width=5),
            "period": Look(size="", width=5),
        },
        row_label=_("Karenstid"),
        add_label=_("Lägg till ett livsmedel"),
        max_rows=5,
        help_text=_(
            "Krävs för livsmedelsproducerande djur: dygn, för vattenlevande dygnsgrader. Lämna "
            "längsta godkända karenstid tom om läkemedlet inte är godkänt för något djurslag som "
            "ger livsmedlet."
        ),
    )

    looks: ClassVar = {
        "cascade_reason": Look(rows=3, optional=False),
        "withdrawal": Look(optional=False),
    }

    @staticmethod
    def not_asked(answers: dict[str, Any]) -> set[str]:
        """Questions that the other answers leave no room for."""
        return {"withdrawal"} if answers.get("food_producing") == "no" else set()

    def clean_food_producing(self) -> str:
        answer: str = self.cleaned_data["food_producing"]
        species = self.answers.get(ANIMALS, {}).get("species")
        if species in NEVER_EATEN and answer != "no":
            raise ValidationError(
                _("Hund och katt är inte livsmedelsproducerande. Ändra svaret eller djurslaget."),
                code="species",
            )
        if species == Species.FISH and answer == "land":
            raise ValidationError(
                _("Fisk är vattenlevande. Ändra svaret eller djurslaget."), code="species"
            )
        if species and species not in AQUATIC and answer == "aquatic":
            raise ValidationError(
                _("Djurslaget är landlevande. Ändra svaret eller djurslaget."), code="species"
            )
        return answer

    def clean_withdrawal(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.cleaned_data["withdrawal"]
        food = self.cleaned_data.get("food_producing")
        if food == "no":
            return []
        wrong = [
            ValidationError(problem, code=f"{index}-{column}")
            for index, row in enumerate(rows)
            for column, problem in self._problems(row, rows[:index], food)
        ]
        if wrong:
            raise ValidationError(wrong)
        return rows

    @staticmethod
    def _problems(
        row: dict[str, Any], before: list[dict[str, Any]], food: str | None
    ) -> list[tuple[str, str]]:
        """What is wrong with a row: (column, message)."""
        foodstuff = Foodstuff(row["foodstuff"])
        if foodstuff in [other["foodstuff"] for other in before]:
            message = _("%(food)s står två gånger. Ta bort den ena raden.")
            return [("foodstuff", str(message) % {"food": foodstuff.label})]
        if food and (foodstuff == Foodstuff.FISH) != (food == "aquatic"):
            message = _("%(food)s kommer inte från djur av det slaget. Välj ett annat livsmedel.")
            return [("foodstuff", str(message) % {"food": foodstuff.label})]
        least = least_withdrawal(foodstuff, row["longest_authorised"])
        if row["period"] < least:
            message = _(
                "%(food)s: karenstiden måste vara minst %(least)s %(unit)s. "
                "Du har skrivit %(period)s. (EU 2019/6 artikel 115)"
            )
            unit = _("dygnsgrader") if foodstuff == Foodstuff.FISH else _("dygn")
            filled = {
                "food": foodstuff.label,
                "least": least,
                "unit": unit,
                "period": row["period"],
            }
            return [("period", str(message) % filled)]
        return []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("food_producing") in ("land", "aquatic"):
            self.demand("withdrawal", _("Lägg till karenstid för varje livsmedel som djuret ger"))
        if cleaned.get("cascade_step") in ("human", "third_country", "none"):
            self.demand("cascade_reason", _("Skriv varför ett tidigare steg inte räcker"))
        return cleaned


class AnimalTreatmentForm(TreatmentForm):
    """Dosage, length and quantity for animal, herd or an establishment's need."""

    labels: ClassVar = {"regularity": _("Hur ges läkemedlet?")}
    helps: ClassVar = {
        "dosage": _("Så som den ska stå på receptet eller i journalen."),
        "daily_amount": _("Till alla djur tillsammans, i samma enhet som den totala mängden."),
    }
    demanded: ClassVar = {"daily_amount": _("Skriv hur mycket som ges per dygn")}


class AnimalClinicalForm(ClinicalForm):
    """The clinical text of a vet; ICD-10 is for people."""

    left_out: ClassVar = ("icd10",)

    labels: ClassVar = {"earlier_therapy": _("Tidigare behandling av djuren och resultat")}


class AnimalHandlingForm(HandlingForm):
    """The owner is informed instead of a patient."""

    labels: ClassVar = {
        "informed": _(
            "Djurägaren vet att uppgifterna registreras och att läkemedlet inte är godkänt i "
            "Sverige"
        ),
        "not_research": _("Behandlingen är inte forskning eller klinisk prövning"),
    }
    helps: ClassVar = {
        "pharmacy": _(
            "Skriv apotekets namn eller GLN. Apoteket ser din motivering i sin inkorg, men alla "
            "apotek kan söka fram den. Välj gärna tillsammans med djurägaren."
        ),
        "message": _("Alla apotek kan läsa det. Skriv inget om djurets hälsa."),
        "not_research": _(
            "Ska effekten utvärderas systematiskt behövs tillstånd till klinisk prövning på djur."
        ),
    }
