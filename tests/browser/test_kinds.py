"""Every kind but the individual one (test_main_line.py) written from nothing and sent."""

import re
from collections.abc import Callable

import pytest

from motivations.models import Motivation
from tests.browser.conftest import Visitor

NewVisitor = Callable[[], Visitor]


@pytest.fixture(params=[True], ids=["script"])
def with_script(request: pytest.FixtureRequest) -> bool:
    """The pages without script are those of test_main_line.py."""
    return bool(request.param)


def begin(visitor: Visitor, kind: str) -> None:
    visitor.follow("Skriv ny licensmotivering")
    if visitor.page.get_by_label(kind).count():
        visitor.choose(kind)
    visitor.press("Börja skriva")
    assert kind in visitor.text


def choose_product(visitor: Visitor, text: str, button: str, *, number: str = "N-1") -> None:
    visitor.page.locator("input[name=q]").fill(text)
    visitor.page.keyboard.press("Escape")
    visitor.press("Sök", exact=True)
    visitor.page.get_by_role("button", name=re.compile(button)).first.click()
    visitor.look()
    if visitor.page.get_by_label("Godkännandenummer i det landet").count():
        visitor.fill("Godkännandenummer i det landet", number)
    visitor.page.get_by_role("group", name="Har en myndighet").get_by_label("Nej").check()
    visitor.press("Spara och fortsätt")


def fill_rows(visitor: Visitor, name: str, *rows: dict[str, str]) -> None:
    for index, row in enumerate(rows):
        if index:
            visitor.page.locator(f"button[name=_add][value={name}]").click()
            visitor.page.wait_for_load_state()
            visitor.look()
        for column, text in row.items():
            cell = visitor.page.locator(f"[name={name}-{index}-{column}]")
            if cell.evaluate("cell => cell.tagName") == "SELECT":
                cell.select_option(text)
            else:
                cell.fill(text)


def write_reasons(visitor: Visitor) -> None:
    visitor.page.locator("[name=indication]").fill("Allvarligt tillstånd, HEMLIGORDET.")
    visitor.page.locator("[name=why_not_category][value=none]").check()
    visitor.page.locator("[name=why_not_text]").fill("Det finns inget godkänt läkemedel.")
    visitor.page.locator("[name=no_earlier_therapy]").fill("Det finns ingen annan behandling.")
    visitor.page.locator("[name=choice_reason]").fill("Stöd i riktlinjer.")
    visitor.page.locator("[name=treatment][value=new]").check()
    visitor.press("Spara och fortsätt")


def send(visitor: Visitor, declaration: str) -> Motivation:
    visitor.choose("Normal").choose(declaration).choose("Behandlingen är inte forskning")
    visitor.press("Spara och fortsätt")
    visitor.open(re.sub(r"avsnitt.*|bilagor.*", "", visitor.path)).follow("Granska och skicka")
    assert "HEMLIGORDET" in visitor.text
    visitor.press("Skicka licensmotivering")
    found = re.search(r"KL-\d{4}-\d{6}-[0-9A-Z]", visitor.text)
    assert found, visitor.text
    visitor.follow("Följ ärendet")
    return Motivation.objects.get(reference=found.group())


def test_general(visitor: NewVisitor) -> None:
    doctor = visitor().sign_in("lakare")
    begin(doctor, "Generell licens")
    doctor.follow("Vårdenheter", exact=True)
    unit = {"organisation": "Region Prov", "region": "Region Prov"}
    fill_rows(
        doctor,
        "units",
        {"name": "Provakuten", "hsa_id": "SE2321000016-1003", **unit},
        {"name": "Provintensiven", "hsa_id": "se2321000016-1004", **unit},
    )
    doctor.choose("Ja, ett sjukhus").fill("Vilken kännedom", "Ansvarig överläkare.")
    doctor.press("Spara och fortsätt")
    choose_product(doctor, "ospolot", "Välj.*50 mg")
    doctor.fill("Vilken patientgrupp", "Vuxna med pågående kramper.")
    doctor.fill("Ungefär hur många patienter", "40").fill("Total mängd för ett år", "1 200")
    doctor.select("Enhet", "tablet").fill("Varför räcker det inte", "Måste ges inom minuter.")
    doctor.press("Spara och fortsätt")
    write_reasons(doctor)
    sent = send(doctor, "Vårdenheterna vet")
    assert sent.subject_label == "Provakuten och 1 till"
    assert "SE2321000016-1004" in doctor.text


def test_veterinary(visitor: NewVisitor) -> None:
    vet = visitor().sign_in("veterinar")
    begin(vet, "Veterinär licens")
    vet.follow("Djur", exact=True)
    vet.choose("En djurbesättning").fill("Besättningens produktionsplats", "SE-012345")
    vet.fill("Hur många djur i besättningen", "40")
    vet.page.locator("select[name=species]").select_option("horse")
    vet.press("Spara och fortsätt")
    vet.fill("Djurägarens namn", "Olle Provägare").fill("Djurägarens telefon", "070-174 06 70")
    vet.press("Spara och fortsätt")
    choose_product(vet, "marquis", "Välj.*150 mg")
    vet.fill("Dosering", "5 mg per kg i 28 dygn").choose("Vid behov, i kurer")
    vet.fill("Behandlingstid", "1").fill("Total mängd", "800").select("Enhet", "g")
    vet.press("Spara och fortsätt")

    vet.choose("Ja, landlevande").choose("Veterinärläkemedel som är godkänt bara utanför")
    vet.fill("Varför går det inte att använda", "Inget i tidigare steg har substansen.")
    fill_rows(vet, "withdrawal", {"foodstuff": "meat", "period": "27"})
    vet.press("Spara och fortsätt")
    assert "karenstiden måste vara minst 28" in vet.text
    fill_rows(vet, "withdrawal", {"foodstuff": "meat", "period": "28"})
    vet.press("Spara och fortsätt")
    write_reasons(vet)
    sent = send(vet, "Djurägaren vet")
    assert sent.subject_label == "Olle Provägare"


def test_preparedness(visitor: NewVisitor) -> None:
    doctor = visitor().sign_in("beredskapslakare")
    begin(doctor, "Beredskapslicens")
    doctor.follow("Hot och område")
    doctor.choose("Kemiskt ämne").fill("Beskriv hotet", "Utsläpp av nervgas.")
    doctor.choose("Människor").choose("En del av landet").fill("Vilken del", "Region Exempelvik")
    doctor.press("Spara och fortsätt")
    doctor.fill("Organisation som ansvarar", "Region Exempelvik")
    doctor.fill("Funktion som nås", "Tjänsteman i beredskap")
    doctor.fill("Telefon som besvaras", "070-174 06 63").press("Spara och fortsätt")
    choose_product(doctor, "ospolot", "Välj.*50 mg")
    doctor.fill("Total mängd", "500").select("Enhet", "tablet")
    fill_rows(
        doctor,
        "sites",
        {"site": "Sjukhusapoteket", "city": "Exempelvik", "amount": "300"},
        {"site": "Ambulansstationen", "city": "Provsund", "amount": "200"},
    )
    doctor.fill("Hur ska läkemedlet fördelas", "Körs ut inom en timme på order.")
    doctor.press("Spara och fortsätt")
    write_reasons(doctor)
    sent = send(doctor, "Organisationen vet")
    assert sent.subject_label == "Region Exempelvik"
