"""When two medicines hold the same substance in the same form, however their registers word it.

The registers are Swedish, French, German and English, so words are compared by how they sound
rather than by how they are spelled.
"""

import re
import unicodedata
from enum import StrEnum

# One substance has one name in each language (INN); these spellings tell the languages apart.
_SPELLINGS = (("qu", "kv"), ("ph", "f"), ("th", "t"), ("ch", "k"), ("c", "k"), ("y", "i"))
_BETWEEN_SUBSTANCES = re.compile(r"[,;+]|\s(?:och|et|and|und)\s")
_PARTS = re.compile(r"\s(?:och|et|and|und)\s")


class FormGroup(StrEnum):
    """Dosage forms that can stand in for each other; a tablet is a tablet, coated or not."""

    TABLET = "tablet"
    TABLET_DISSOLVED = "tablet_dissolved"
    TABLET_CHEWED = "tablet_chewed"
    LOZENGE = "lozenge"
    CAPSULE = "capsule"
    ORAL_PROLONGED = "oral_prolonged"
    ORAL_ENTERIC = "oral_enteric"
    ORAL_LIQUID = "oral_liquid"
    ORAL_GRANULES = "oral_granules"
    ORAL_PASTE = "oral_paste"
    SUBLINGUAL = "sublingual"
    MOUTH = "mouth"
    CHEWING_GUM = "chewing_gum"
    INJECTION = "injection"
    INJECTION_PROLONGED = "injection_prolonged"
    IMPLANT = "implant"
    PATCH = "patch"
    EYE = "eye"
    EAR = "ear"
    NOSE = "nose"
    INHALATION = "inhalation"
    GAS = "gas"
    SUPPOSITORY = "suppository"
    RECTAL = "rectal"
    VAGINAL = "vaginal"
    CREAM = "cream"
    OINTMENT = "ointment"
    GEL = "gel"
    NAIL = "nail"
    SKIN_LIQUID = "skin_liquid"
    SHAMPOO = "shampoo"
    SKIN_POWDER = "skin_powder"
    DIALYSIS = "dialysis"
    RADIOPHARMACEUTICAL = "radiopharmaceutical"
    TEA = "tea"


_PROLONGED = (
    r"depot|\bretard|liberation (?:prolongee|modifiee)|osmotique|"
    r"(?:prolonged|extended|modified|sustained|slow)[- ]release|modifierad frisattning"
)
_ORAL_SOLID = r"tabl|comprim|kaps|caps|gelul|granul|korn"
# The first that is found in a form decides: the particular stands before the general.
_RULES: tuple[tuple[FormGroup, str], ...] = (
    (FormGroup.RADIOPHARMACEUTICAL, r"radiopharmac|radiofarma|radioaktiv"),
    (FormGroup.DIALYSIS, r"dialys|hemofiltr|filtrat"),
    (FormGroup.IMPLANT, r"implant"),
    (FormGroup.EYE, r"\bogon|collyre|\beye|\baugen|ophtalm|ophthalm|oculaire|intravitre"),
    (FormGroup.EAR, r"\boron|auricul|\bear\b|\bohren|\botic"),
    (FormGroup.NOSE, r"\bnas(?:al|spray|drop|en)|\bnose|endonasal"),
    (FormGroup.VAGINAL, r"vagin|\bvagitor|\bovule|pessar"),
    (FormGroup.SUPPOSITORY, r"suppos|\bsupp\b|stolpiller|zapfchen"),
    (FormGroup.RECTAL, r"rekt|rect|lavement|klysma|enema|klistier"),
    (FormGroup.GAS, r"\bgaz\b|\bgas(?:er)?\b"),
    (FormGroup.INHALATION, r"inhal|nebulis|aerosol"),
    (
        FormGroup.INJECTION_PROLONGED,
        rf"(?=.*(?:inj|depotsusp|depotlosn))(?=.*(?:{_PROLONGED}))",
    ),
    (
        FormGroup.INJECTION,
        r"inj|infus|perfus|parenter|\bi\.?v\.?\b|koncentrat till|cardiopleg|kardiopleg",
    ),
    (FormGroup.PATCH, r"plaster|\bpatch|emplatre|pflaster|transderm|dispositif"),
    (FormGroup.SUBLINGUAL, r"sublingual|resoriblett|under tungan"),
    (FormGroup.CHEWING_GUM, r"tuggummi|gomme? a macher|gomme\b|chewing gum|kaugummi"),
    (FormGroup.ORAL_PROLONGED, rf"(?=.*(?:{_ORAL_SOLID}))(?=.*(?:{_PROLONGED}))"),
    (
        FormGroup.ORAL_ENTERIC,
        rf"(?=.*(?:{_ORAL_SOLID}))"
        r"(?=.*(?:entero|gastro[- ]?resist|magensaft|enteric|delayed[- ]release))",
    ),
    (FormGroup.TABLET_CHEWED, r"tuggtabl|a croquer|chewable|kautabl"),
    (FormGroup.LOZENGE, r"sugtabl|\ba sucer|pastil|lozenge|lutschtabl"),
    (
        FormGroup.TABLET_DISSOLVED,
        r"(?=.*(?:tabl|comprim|lyophil|frystork|film))"
        r"(?=.*(?:disper|effervesc|\bbrus|loslig|soluble|schmelz|munsonder|buvable))|brustabl",
    ),
    (FormGroup.MOUTH, r"munhal|munskolj|munspray|buk?k?al|buccal|bain de bouche|collutoire|gargar|"
                      r"dentifrice|dental|dentaire|orom?ucos|muco[- ]?adh|mouth"),
    (FormGroup.TABLET, r"tabl|comprim|\bcompr\b|\btbl\b|dragee"),
    (FormGroup.CAPSULE, r"kaps|\bcaps|gelul|\bcps\b"),
    (FormGroup.NAIL, r"vernis|nagellack|nail"),
    (FormGroup.SHAMPOO, r"s[ch]+am[np]o|shampo|schampo"),
    (FormGroup.TEA, r"tisane|plante|\btea\b|\bte\b|\btee\b"),
    (FormGroup.ORAL_PASTE, r"(?=.*(?:oral|buvab|intestin))(?=.*(?:\bpast|\bpate\b|\bgel\b))"),
    (
        FormGroup.ORAL_LIQUID,
        r"(?=.*(?:oral|buvab|einnehmen|peroral))"
        r"(?=.*(?:losning|susp|solution|drop|goutt|emulsion|vatska|tropfen))|"
        r"\bsirop|\bsirap|syrup|\bsaft\b|elixir|mixtur",
    ),
    (FormGroup.ORAL_GRANULES, r"granul|dospas|sachet|(?:oral|buvab).*pul|pul.*(?:oral|buvab)|"
                              r"oralt pulver|pulver zum einnehmen"),
    (FormGroup.CREAM, r"kram\b|\bcreme|\bcream"),
    (FormGroup.OINTMENT, r"\bsalva|pommade|ointment|\bsalbe|\bungt?\b"),
    (FormGroup.GEL, r"\bgel(?:ee)?\b"),
    (FormGroup.SKIN_POWDER, r"puder|poudre pour application"),
    (FormGroup.SKIN_LIQUID, r"liniment|\blotion|kutan|cutan|pour application|topical"),
)  # fmt: skip
_COMPILED = tuple((group, re.compile(pattern)) for group, pattern in _RULES)


def folded(text: str) -> str:
    """A text in small letters, without accents and with single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def substances_key(text: str) -> str:
    """Equal for two lists of substances that name the same ones; "" when there is none.

    In: names with comma, semicolon or plus between. Order, capitals, accents and the spelling of
    the language are forgiven (paracétamol, Paracetamol; fluconazole, flukonazol).
    """
    names = {_sound(name) for name in _BETWEEN_SUBSTANCES.split(folded(text))}
    return "|".join(sorted(names - {""}))


def _sound(name: str) -> str:
    for spelled, same in _SPELLINGS:
        name = name.replace(spelled, same)
    return re.sub(r"e\b", "", re.sub(r"[^a-z0-9]+", " ", name)).strip()


def form_group(text: str) -> str:
    """The `FormGroup` of a dosage form in Swedish, French, German or English.

    A form that is not known, or that is a set of several, is its own group: the folded text.
    """
    form = folded(text)
    found = {group for part in _PARTS.split(form) if (group := _group(part))}
    if len(found) == 1:
        return found.pop().value
    return form


def _group(form: str) -> FormGroup | None:
    return next((group for group, pattern in _COMPILED if pattern.search(form)), None)
