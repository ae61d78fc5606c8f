"""The fact beside a person that a search must know too (domain §5, “Search”)."""

from klas.formats import fold_words
from motivations.models import MotivationVersion


def is_about_product(version: MotivationVersion, text: str) -> bool:
    """Whether a text names a version's product: whole words of its line or substances.

    At least one must be of the name or a substance: “tablett 50 mg” is said of too many.
    """
    product = version.product
    names = {word for word in _words(product.name, product.substances) if not word.isdigit()}
    typed = _words(text)
    return bool(typed & names) and typed <= names | _words(product.name, product.product_line)


def is_by_prescriber(version: MotivationVersion, text: str) -> bool:
    """Whether a text is a version's prescriber: the code, or the name with at least the last."""
    prescriber = version.prescriber
    code = fold_words(text).replace(" ", "")
    name, typed = fold_words(prescriber["name"]).split(), _words(text)
    is_name = bool(name) and name[-1] in typed and typed <= set(name)
    return is_name or bool(code and code == prescriber["prescriber_code"])


def _words(*texts: str) -> set[str]:
    return set(fold_words(" ".join(texts)).split())
