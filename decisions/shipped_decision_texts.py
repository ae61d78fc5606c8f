"""Passages of decisions that the service comes with; officers change them in the service itself.

Loaded once by a migration, beside `shipped_questions`. The pharmacy reads reasons and conditions:
nothing of a patient's health stands here.
"""

# Field of the decision, kind of licence ("" for all), topic, wording.
SHIPPED: tuple[tuple[str, str, str, str], ...] = (
    (
        "reasons", "", "Godkända läkemedel räcker",
        "Av licensmotivering {referens} framgår inte varför läkemedel som är godkända i Sverige "
        "inte räcker. Det särskilda behovet av {produkt} är därför inte styrkt.",
    ),
    (
        "reasons", "", "Underlaget räcker inte",
        "Underlaget visar inte att nyttan av {produkt} är större än riskerna. Det saknas uppgifter "
        "om effekt och säkerhet som motsvarar den användning som ansökan gäller.",
    ),
    (
        "reasons", "", "Tillverkningen är inte styrkt",
        "Ansökan visar inte att {produkt} är tillverkat enligt god tillverkningssed (GMP).",
    ),
    (
        "reasons", "", "Mindre mängd än ansökan",
        "Mängden i ansökan är större än vad doseringen och behandlingstiden i licensmotivering "
        "{referens} kräver. Licensen beviljas därför för en mindre mängd.",
    ),
    (
        "reasons", "", "Kortare tid än ansökan",
        "Behandlingen behöver utvärderas innan den fortsätter. Licensen beviljas därför till och "
        "med den {sista_dag}. Därefter kan {apotek} ansöka på nytt.",
    ),
    (
        "reasons", "", "Ansökan är ofullständig",
        "{apotek} har förelagts att komplettera ansökan i ärende {diarienummer} men har inte gjort "
        "det. Ansökan är så ofullständig att den inte kan prövas.",
    ),
    (
        "conditions", "", "Utvärdering av effekten",
        "Effekten av {produkt} ska utvärderas före den {sista_dag}. Utvärderingen ska framgå av en "
        "ny licensmotivering.",
    ),
    (
        "conditions", "", "Rapportering av biverkningar",
        "Misstänkta biverkningar av {produkt} ska rapporteras till Läkemedelsverket.",
    ),
    (
        "special_information", "individual", "Information på svenska saknas",
        "{produkt} har ingen märkning eller bipacksedel på svenska. Se till att patienten får veta "
        "hur läkemedlet ska användas och vilka biverkningar som är möjliga.",
    ),
    (
        "special_information", "", "Ny licens i god tid",
        "Licensen gäller till och med den {sista_dag}. Ska behandlingen fortsätta behövs en ny "
        "licens: skriv licensmotiveringen i god tid före den dagen.",
    ),
)  # fmt: skip
