"""What the invented prescribers write, per substance."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """One invented reason for a licence."""

    product: str
    indication: str
    icd10: str
    category: str
    why_not: str
    earlier: tuple[str, str, str]
    choice: str
    dosage: str
    daily: str
    unit: str
    months: int = 12
    # Why the product sold in Sweden does not do, where the example register has one.
    why_not_approved: str = ""
    # Why it is needed although an authority has withdrawn its approval, where one has.
    why_withdrawn: str = ""


STORIES = (
    Story(
        "Ospolot",
        "Självbegränsande fokal epilepsi med kontinuerlig spike-wave-aktivitet under sömn. "
        "Språkutvecklingen har stannat av och anfallen kommer flera gånger i veckan.",
        "G40.8", "no_effect",
        "Valproat och levetiracetam har prövats i full dos utan att EEG har förbättrats.",
        ("Levetiracetam", "januari–maj 2026", "Färre anfall, oförändrat EEG"),
        "Sultiam har stöd i europeiska riktlinjer för just det här epilepsisyndromet.",
        "1 tablett morgon och kväll", "2", "tablet",
    ),
    Story(
        "Humatin",
        "Tarmamöba utan symtom efter genomgången behandling av invasiv infektion.",
        "A06.1", "none",
        "Det finns inget godkänt läkemedel i Sverige som verkar i tarmen mot cystor.",
        ("Metronidazol", "tio dagar i oktober", "Symtomfri, men cystor kvar i avföringen"),
        "Paromomycin tas inte upp från tarmen och är förstahandsval enligt rekommendation.",
        "2 kapslar tre gånger om dagen i tio dagar", "", "capsule", 1,
    ),
    Story(
        "Impavido",
        "Kutan leishmaniasis efter resa till Bolivia, flera sår i ansiktet.",
        "B55.1", "unsuitable",
        "Lokalbehandling går inte nära ögat och injektioner är inte möjliga av hjärtskäl.",
        ("Paromomycinkräm", "fyra veckor", "Ingen förbättring"),
        "Miltefosin är enda perorala behandlingen med dokumenterad effekt på arten.",
        "1 kapsel tre gånger om dagen i 28 dagar", "", "capsule", 1,
    ),
    Story(
        "Egaten",
        "Fascioliasis med feber, smärta under höger revbensbåge och eosinofili.",
        "B66.3", "none",
        "Inget läkemedel mot stora leverflundran är godkänt i Sverige.",
        ("Prazikvantel", "en dag", "Utan effekt, som väntat vid arten"),
        "Triklabendazol är förstahandsval enligt WHO.",
        "10 mg per kg vid två tillfällen med ett dygns mellanrum", "", "tablet", 1,
    ),
    Story(
        "Lampit",
        "Kronisk Chagas sjukdom utan hjärtpåverkan hos yngre vuxen.",
        "B57.2", "adverse_reaction",
        "Bensnidazol gav utslag över hela kroppen efter en vecka och fick avbrytas.",
        ("Bensnidazol", "åtta dagar", "Avbrutet på grund av hudreaktion"),
        "Nifurtimox är det enda alternativ som har visad effekt på parasiten.",
        "2 tabletter tre gånger om dagen i 60 dagar", "", "tablet", 2,
    ),
    Story(
        "Ruzurgi",
        "Lambert-Eatons myastena syndrom med tilltagande proximal svaghet.",
        "G70.8", "no_effect",
        "Pyridostigmin och immunglobulin har gett otillräcklig och kortvarig effekt.",
        ("Pyridostigmin", "2024–2026", "Lätt förbättring, nu avtagande"),
        "Amifampridin förbättrar muskelstyrkan i kontrollerade studier.",
        "1 tablett tre gånger om dagen", "3", "tablet",
        why_not_approved="Firdapse gav nässelutslag vid två försök, troligen av ett hjälpämne. "
        "Ruzurgi har tålts väl under tre månader i Kanada.",
        why_withdrawn="Godkännandet drogs in av formella skäl, inte för någon risk med läkemedlet.",
    ),
)  # fmt: skip

# Never on licence before: longer handling, documentation attached, two persons decide.
FIRST_TIME = Story(
    "Celontin",
    "Absensepilepsi med många anfall om dagen hos ung vuxen.",
    "G40.3", "no_effect",
    "Etosuximid, valproat och lamotrigin har prövats var för sig och tillsammans.",
    ("Etosuximid", "2023–2025", "Halverad anfallsfrekvens, biverkningar från magen"),
    "Mesuximid har beskriven effekt vid behandlingsresistenta absenser.",
    "1 kapsel två gånger om dagen", "2", "capsule",
)  # fmt: skip

NAMES = (
    "Alva Testsson", "Bertil Prov", "Clara Exempelberg", "Dag Mönster", "Ebba Låtsas",
    "Filip Fiktiv", "Gudrun Påhittad", "Harald Demo", "Inez Provlund", "Jonna Testfors",
    "Kjell Exempelgren", "Lovisa Skenbar", "Malte Fingerad", "Nora Demoström", "Olle Provare",
    "Petra Mallmark", "Quirin Testå", "Ruth Exempelbäck", "Sixten Provén", "Tuva Demowall",
)  # fmt: skip

# What an officer asks when the earlier treatment is told too briefly.
QUESTIONS = (
    "Vilka doser av de godkända läkemedlen har prövats, och hur länge?",
    "Hur ska effekt och biverkningar följas upp?",
)
PHARMACY_QUESTIONS = (
    "Skicka in intyg som visar att läkemedlet är tillverkat enligt god tillverkningssed (GMP).",
    "Bekräfta leveranstiden: i ansökan står tio dagar.",
)
