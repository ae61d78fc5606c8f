"""The questions that the service comes with; officers change them in the service itself.

Loaded once by a migration. Words in braces are filled in when a question is chosen
(`decisions.services.question_texts.FIELDS`).
"""

# Whom it is put to, kind of licence ("" for all), topic, wording.
SHIPPED: tuple[tuple[str, str, str, str], ...] = (
    (
        "prescriber", "individual", "Dosering och vikt saknas",
        "Vilken dos ska patienten ha av {produkt}, och hur många gånger per dygn? Ange patientens "
        "vikt om dosen beror på den.",
    ),
    (
        "prescriber", "", "Tidigare behandling",
        "Vilka läkemedel har prövats tidigare? Ange för varje läkemedel dos, hur länge det gavs "
        "och vilken effekt eller biverkning det hade.",
    ),
    (
        "prescriber", "", "Varför inte godkänt läkemedel",
        "Varför räcker inte de läkemedel som är godkända i Sverige? Ange vilka alternativ som har "
        "övervägts och varför vart och ett inte är lämpligt.",
    ),
    (
        "prescriber", "", "Vetenskapligt stöd",
        "Vilket vetenskapligt stöd finns för behandlingen med {produkt}? Bifoga artiklar eller "
        "hänvisa till riktlinjer.",
    ),
    (
        "prescriber", "individual", "Effekt av pågående behandling",
        "Behandlingen pågår enligt motiveringen. Vilken effekt har den haft hittills, och hur har "
        "den följts upp?",
    ),
    (
        "prescriber", "", "Mängd och behandlingstid",
        "Mängden stämmer inte med doseringen och behandlingstiden. Hur stor mängd behövs, och för "
        "hur lång tid?",
    ),
    (
        "prescriber", "", "Produktdokumentation saknas",
        "{produkt} har inte varit på licens förut. Bifoga produktresumé eller annan dokumentation "
        "om läkemedlet till motiveringen.",
    ),
    (
        "prescriber", "general", "Varför inte enskild licens",
        "Varför kan behovet inte lösas med enskilda licenser? Ange hur många patienter ni räknar "
        "med och hur snabbt läkemedlet behöver finnas på plats.",
    ),
    (
        "prescriber", "veterinary", "Karenstid",
        "Vilken karenstid ska gälla för varje livsmedel från djuren, och hur är den beräknad?",
    ),
    (
        "pharmacy", "", "Intyg om GMP",
        "Skicka in intyg som visar att {produkt} är tillverkat enligt god tillverkningssed (GMP), "
        "till exempel GMP-certifikat för tillverkaren.",
    ),
    (
        "pharmacy", "", "Leverantör och leverans",
        "Bekräfta att {produkt} går att beställa. Ange leverantör, land, förpackningsstorlek och "
        "leveranstid.",
    ),
    (
        "pharmacy", "", "Läkemedlet skiljer sig från motiveringen",
        "Läkemedlet i ansökan är inte detsamma som i motivering {referens}. Förklara skillnaden, "
        "och ange när och hur ni var i kontakt med förskrivaren om den.",
    ),
    (
        "pharmacy", "", "Mängd och förpackningar",
        "Antalet förpackningar stämmer inte med mängden ni ansöker om. Hur många förpackningar "
        "gäller ansökan, och vilken förpackningsstorlek?",
    ),
    (
        "pharmacy", "", "Produktinformation",
        "Skicka in läkemedlets produktinformation (märkning och bipacksedel) på ett språk som "
        "vården kan läsa, eller ange var den finns.",
    ),
    (
        "pharmacy", "preparedness", "Lagring och distribution",
        "Var ska {produkt} lagras, och hur kommer det ut till dem som behöver det? Svara senast "
        "den {sista_dag}.",
    ),
)  # fmt: skip
