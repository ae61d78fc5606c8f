"""The same substance in the same form, in whichever language the register speaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medicines.sameness import FormGroup, form_group, substances_key

SAME_FORMS = [
    ("tablett", "filmdragerad tablett", "comprimé pelliculé sécable", "Filmtablette", "tabl."),
    ("kapsel, hård", "kapsel, mjuk", "gélule", "capsule molle", "caps."),
    ("depottablett", "comprimé à libération prolongée", "Retardtablette"),
    ("enterotablett", "gélule gastro-résistant(e)", "magensaftresistente Tablette"),
    ("munsönderfallande tablett", "comprimé orodispersible", "brustablett"),
    ("tuggtablett", "comprimé à croquer", "Kautablette"),
    ("oral lösning", "oral suspension till häst", "sirop", "poudre pour suspension buvable"),
    (
        "injektionsvätska, lösning",
        "koncentrat till infusionsvätska",
        "pulver och vätska till injektionsvätska",
        "poudre et  solvant pour solution injectable",
        "Injektionslösung",
    ),
    ("injektionsvätska, depotsuspension", "suspension injectable à libération prolongée"),
    ("ögondroppar, lösning", "collyre en solution", "Augentropfen"),
    ("inhalationspulver", "poudre pour inhalation"),
    ("suppositorium", "suppositoire", "Zäpfchen"),
    ("kräm", "crème"),
    ("salva", "pommade", "Salbe"),
    ("depotplåster", "dispositif", "patch"),
]


@pytest.mark.parametrize("forms", SAME_FORMS)
def test_forms_that_stand_in_for_each_other(forms: tuple[str, ...]) -> None:
    groups = {form_group(form) for form in forms}
    assert len(groups) == 1
    assert groups <= {group.value for group in FormGroup}


def test_other_forms_do_not() -> None:
    groups = [form_group(forms[0]) for forms in SAME_FORMS]
    assert len(set(groups)) == len(groups)


@pytest.mark.parametrize(
    "form", ["medicinerat foder", "comprimé et solution(s) et granules et pommade", "patch et gel"]
)
def test_an_unknown_form_and_a_set_of_forms_equal_only_themselves(form: str) -> None:
    assert form_group(form) not in {group.value for group in FormGroup}
    assert form_group(form) == form_group(f" {form.upper()} ")


@given(form=st.text(max_size=60))
def test_any_form_has_one_group_whatever_its_case_and_spaces(form: str) -> None:
    assert form_group(form) == form_group(f"  {form}  ")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sultiam", "SULTIAME"),
        ("flukonazol", "FLUCONAZOLE"),
        ("tiamin", "THIAMINE"),
        ("fenobarbital", "Phénobarbital"),
        ("paracetamol, kodein", "Codéine + paracétamol"),
        ("trimetoprim och sulfametoxazol", "sulfamethoxazole; triméthoprime"),
        ("paracetamol", "paracetamol, Paracetamol"),
    ],
)
def test_a_substance_is_the_same_in_every_language(one: str, other: str) -> None:
    assert substances_key(one) == substances_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("prednison", "prednisolon"), ("paracetamol", "paracetamol, kodein")]
)
def test_other_substances_are_not(one: str, other: str) -> None:
    assert substances_key(one) != substances_key(other)


@given(names=st.lists(st.text("abcdefghijklmnop", min_size=3), min_size=1), chance=st.randoms())
def test_the_order_of_substances_says_nothing(names: list[str], chance) -> None:
    shuffled = names[:]
    chance.shuffle(shuffled)
    assert substances_key(", ".join(names)) == substances_key(" + ".join(shuffled))
