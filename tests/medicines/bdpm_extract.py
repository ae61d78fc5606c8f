"""A small register in the layout of the French files, with every kind of row."""

from pathlib import Path

PRODUCTS = [
    "61000001\tZINNPROV 250 mg, comprimé pelliculé\tcomprimé pelliculé\torale\tAutorisation active"
    "\tProcédure nationale\tCommercialisée\t12/03/1998\t\t\t LABO PROV\tNon",
    "61000002\tEUROPROV 10 mg/ml, solution injectable\tsolution injectable\tintraveineuse;orale"
    "\tAutorisation active\tProcédure centralisée\tCommercialisée\t01/02/2003\t"
    "Warning disponibilité\tEU/1/17/1235/\t PROV PHARMA\tNon",
    '61000003\tPOMMADE "PROV" 4 POUR CENT, pommade\t pommade\tcutanée\tAutorisation retirée'
    "\tProcédure nationale\tNon commercialisée\t01/01/1990\t\t\t LABO PROV\tNon",
    "61000004\tARCHIPROV, gélule\tgélule\torale\tAutorisation archivée\tProcédure nationale"
    "\tNon commercialisée\t01/01/1991\t\t\t LABO PROV\tNon",
]
COMPOSITION = [
    "61000001\tcomprimé\t1\tCHLORHYDRATE DE PROVINE\t280 mg\tun comprimé\tSA\t1",
    "61000001\tcomprimé\t2\tPROVINE\t250 mg\tun comprimé\tFT\t1",
    "61000002\tsolution\t3\tL&RSQUO;ARYLPROVASE\t10 mg\t1 ml de solution\tSA\t1",
    "61000003\tpommade\t4\tBÉTAPROVE\t4 g\t100 g\tSA\t1",
    "61000003\tpommade\t4\tBÉTAPROVE\t4 g\t100 g\tSA\t1",  # repeated
    "69999999\tgélule\t5\tINCONNU\t1 mg\tune gélule\tSA\t1",  # unknown product
]
PACKS = [
    "61000001\t3000001\tplaquette(s) de 30 comprimé(s)\tPrésentation active"
    "\tDéclaration de commercialisation\t16/03/2011\t3400930000010\toui\t65%\t1\t2\t3\t",
    "61000001\t3000002\tplaquette(s) de 90\ncomprimé(s)\tPrésentation active"  # a broken line
    "\tDéclaration d'arrêt de commercialisation\t16/03/2011\t3400930000027\toui\t65%\t\t\t\t"
    "texte\tavec tabulation",
    "69999999\t3000009\tflacon\tPrésentation active\tDéclaration de commercialisation"
    "\t16/03/2011\t3400930000099\tnon\t\t\t\t\t",
]
ATC = [
    "61000001\tJ01DC02\tZINNPROV\thttps://exempel.invalid/1",
    "61000001\tJ01DC02\tZINNPROV\thttps://exempel.invalid/1",
    "69999999\tJ01DC02\tINCONNU\thttps://exempel.invalid/9",
]
SUPPLY = [
    "61000001\t\t4\tRemise à disposition\t01/10/2025\t02/10/2025\t\thttps://exempel.invalid",
    "61000001\t\t1\tRupture de stock\t22/10/2025\t26/01/2026\t\thttps://exempel.invalid",
    "69999999\t\t1\tRupture de stock\t22/10/2025\t26/01/2026\t\thttps://exempel.invalid",
]


def write(folder: Path, **replaced: list[str]) -> Path:
    """Write the five files; `products=`, `composition=` … replace their rows."""
    rows = {
        "CIS_bdpm.txt": replaced.get("products", PRODUCTS),
        "CIS_COMPO_bdpm.txt": replaced.get("composition", COMPOSITION),
        "CIS_CIP_bdpm.txt": replaced.get("packs", PACKS),
        "CIS_MITM.txt": replaced.get("atc", ATC),
        "CIS_CIP_Dispo_Spec.txt": replaced.get("supply", SUPPLY),
    }
    for name, lines in rows.items():
        text = "".join(line + "\r\n" for line in lines)
        (folder / name).write_bytes(text.encode())
    return folder
