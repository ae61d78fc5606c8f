"""What a service answers when it will not do what was asked. Messages are shown to the user."""

from django.utils.translation import gettext as _


class Refused(Exception):
    """The act cannot be done now; `str(error)` says why and what to do, in the user's language."""


class UploadRefused(Refused):
    """The file is not taken; the message says why and what to do."""

    @classmethod
    def type_unknown(cls) -> "UploadRefused":
        """The file is not of a type that we take."""
        return cls(
            _(
                "Filen är av en typ som vi inte kan ta emot. Spara den som PDF, Word (.docx), JPEG "
                "eller PNG."
            )
        )

    @classmethod
    def broken(cls) -> "UploadRefused":
        """The file cannot be read."""
        return cls(
            _("Filen går inte att läsa. Öppna den på din dator, spara den på nytt och försök igen.")
        )

    @classmethod
    def locked(cls) -> "UploadRefused":
        """The file cannot be read without a password."""
        return cls(_("Filen är skyddad med lösenord. Spara den utan lösenord och försök igen."))


class WrongState(Refused):
    """The object has moved on since the page was opened."""


class Stale(Refused):
    """Somebody else changed the object since the page was opened."""


class NotAllowed(Exception):
    """The acting assignment may never do this; the page would not have offered it (→ 403)."""
