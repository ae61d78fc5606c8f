"""What the test provider does wrong when it is asked to, to see that the service notices."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Fault(StrEnum):
    NONE = ""
    WRONG_NONCE = "nonce"
    EXPIRED = "utgangen"
    WRONG_AUDIENCE = "mottagare"
    ROTATED_KEY = "ny-nyckel"
    WRONG_KEY = "fel-nyckel"
    UNSIGNED = "osignerad"
    BAD_STATE = "state"
    ANOTHER_ISSUER = "utfardare"
    NOT_ANEW = "inte-pa-nytt"
    REFUSES = "vagrar"
    ERROR = "500"
    SILENT = "tyst"

    @property
    def label(self) -> Promise:
        return _LABELS[self]


_LABELS = {
    Fault.NONE: _("Inget fel"),
    Fault.WRONG_NONCE: _("Svar på en annan fråga (fel nonce)"),
    Fault.EXPIRED: _("Intyget har gått ut"),
    Fault.WRONG_AUDIENCE: _("Intyget gäller en annan tjänst (fel mottagare)"),
    Fault.ROTATED_KEY: _("Ny nyckel sedan nyss (ska fungera)"),
    Fault.WRONG_KEY: _("Underskrivet med en nyckel som inte är publicerad"),
    Fault.UNSIGNED: _("Inte underskrivet"),
    Fault.BAD_STATE: _("Fel state"),
    Fault.ANOTHER_ISSUER: _("Svaret kommer från en annan utfärdare"),
    Fault.NOT_ANEW: _("Frågar inte på nytt trots att det begärs"),
    Fault.REFUSES: _("Godtar inte koden"),
    Fault.ERROR: _("Svarar 500"),
    Fault.SILENT: _("Svarar inte alls"),
}
