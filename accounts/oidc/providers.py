"""The identity providers that people sign in with: two, side by side, from the environment.

`KLAS_OIDC_SITHS_…` and `KLAS_OIDC_ELEG_…` (docs/operations.md). In the demo, when none is
configured, our own test provider is both.
"""

from dataclasses import dataclass, fields, replace
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEMO_CLIENT = "klas-demo"
LOA3 = ("http://id.elegnamnden.se/loa/1.0/loa3", "http://id.elegnamnden.se/loa/1.0/loa4")
SAMBI_LOA3 = ("http://id.sambi.se/loa/loa3", "http://id.sambi.se/loa/loa4")


class WrongSetup(Exception):
    """What is configured cannot work; the text says which variable, for the operator."""


@dataclass(frozen=True)
class ClaimNames:
    """What a provider calls that which we ask of it: of several names the first that is given.

    Attributes:
        subject: the HSA-id that the person is known by here. Only where the provider vouches for
            it: who may set this claim may be anybody.
        personal_number: twelve digits; used to find the person by, and not kept.
        pharmacy: the GLN of the pharmacy that the person signs in for.
    """

    subject: tuple[str, ...] = ()
    personal_number: tuple[str, ...] = ()
    name: tuple[str, ...] = ("name",)
    given_name: tuple[str, ...] = ("given_name",)
    family_name: tuple[str, ...] = ("family_name",)
    pharmacy: tuple[str, ...] = ()

    def all(self) -> list[str]:
        """Every name, for asking the provider."""
        return [name for one in fields(self) for name in getattr(self, one.name)]


# Inera's IdP, with the attributes of Sambi and HSA.
SAMBI = ClaimNames(
    subject=("employeeHsaId",),
    personal_number=("personalIdentityNumber", "credentialPersonalIdentityNumber"),
    pharmacy=("pharmacyIdentifier",),
)
# Claims and Scopes Specification for the Swedish OpenID Connect Profile.
OIDC_SWEDEN = ClaimNames(
    personal_number=(
        "https://id.oidc.se/claim/personalIdentityNumber",
        "https://id.oidc.se/claim/coordinationNumber",
    ),
)


@dataclass(frozen=True)
class Provider:
    """An identity provider, and what we are to it.

    Attributes:
        slug: its name in our addresses and in the access log.
        name, way: on its link, and in running text.
        acr_values: the levels of assurance that are enough, the wanted one first.
    """

    slug: str
    name: str | Promise
    way: str | Promise
    hint: str | Promise
    claims: ClaimNames
    acr_values: tuple[str, ...]
    scope: str
    issuer: str = ""
    client_id: str = ""


_KNOWN = {
    "KLAS_OIDC_SITHS_": Provider(
        slug="siths",
        name=_("SITHS"),
        way=_("SITHS"),
        hint=_("Du som arbetar i vården eller på apotek och har SITHS-kort eller Mobilt SITHS."),
        claims=SAMBI,
        acr_values=SAMBI_LOA3 + LOA3,
        scope="openid",
    ),
    "KLAS_OIDC_ELEG_": Provider(
        slug="e-legitimation",
        name=_("E-legitimation"),
        way=_("e-legitimation"),
        hint=_("Du som saknar SITHS, till exempel som veterinär eller på Läkemedelsverket."),
        claims=OIDC_SWEDEN,
        acr_values=LOA3,
        scope=(
            "openid https://id.oidc.se/scope/naturalPersonInfo "
            "https://id.oidc.se/scope/naturalPersonNumber"
        ),
    ),
}
SLUGS = tuple(provider.slug for provider in _KNOWN.values())


def configured() -> dict[str, Provider]:
    """The providers by slug, in the order they are offered; empty when sign-in is not set up.

    Raises:
        WrongSetup: a variable is missing or cannot be understood.
    """
    found = [
        _from_environment(prefix, known)
        for prefix, known in _KNOWN.items()
        if settings.OIDC.get(f"{prefix}ISSUER")
    ]
    if not found and settings.DEMO:
        found = _test_provider()
    return {provider.slug: provider for provider in found}


def _from_environment(prefix: str, known: Provider) -> Provider:
    def value(name: str) -> str:
        return str(settings.OIDC.get(f"{prefix}{name}", "")).strip()

    issuer = value("ISSUER")
    if not is_safe(issuer):
        raise WrongSetup(f"{prefix}ISSUER ska börja med https://.")
    if not value("CLIENT_ID"):
        raise WrongSetup(f"{prefix}CLIENT_ID saknas.")
    return replace(
        known,
        issuer=issuer,
        client_id=value("CLIENT_ID"),
        acr_values=tuple(value("ACR").split()) or known.acr_values,
        scope=value("SCOPE") or known.scope,
        claims=_claims(f"{prefix}CLAIMS", value("CLAIMS"), known.claims),
    )


def _claims(variable: str, text: str, usual: ClaimNames) -> ClaimNames:
    """`subject=employeeHsaId personal_number=a,b` laid over the usual names."""
    ours = {one.name for one in fields(ClaimNames)}
    changed: dict[str, tuple[str, ...]] = {}
    for pair in text.split():
        what, equals, names = pair.partition("=")
        if what not in ours or not equals:
            raise WrongSetup(f"{variable}: {pair} förstås inte. Skriv {'=… '.join(sorted(ours))}=…")
        changed[what] = tuple(name for name in names.split(",") if name)
    claims = replace(usual, **changed)
    if not claims.subject and not claims.personal_number:
        raise WrongSetup(f"{variable}: ange subject eller personal_number.")
    return claims


def _test_provider() -> list[Provider]:
    try:
        address = settings.TEST_PROVIDER_FILE.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return []
    return [
        replace(known, issuer=f"{address}/{known.slug}", client_id=DEMO_CLIENT)
        for known in _KNOWN.values()
    ]


def is_safe(address: str) -> bool:
    """Whether what is sent to an address stays between it and us: TLS, or this very machine."""
    parts = urlsplit(address)
    return (parts.scheme == "https" and bool(parts.hostname)) or (
        parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    )
