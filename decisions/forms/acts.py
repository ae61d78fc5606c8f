"""A button without fields."""

from klas.forms import KlasForm


class ActForm(KlasForm):
    """A button without fields; carries what a service answers when it refuses."""

    @classmethod
    def refused(cls, error: Exception) -> "ActForm":
        """The form with a refusal in its summary."""
        form = cls({})
        form.add_error(None, str(error))
        return form
