"""What must be right before KLAS serves: the keys (`manage.py check`)."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import models

from klas.sealed import RowKeyField, SealedField


@register(Tags.security)
def keys_are_there(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Both rings can be read, hold keys that are long enough, and are nobody else's to read."""
    rings = {"klas.E001": settings.SEAL_KEYS, "klas.E002": settings.SEARCH_KEYS}
    return [Error(ring.problem(), id=number) for number, ring in rings.items() if ring.problem()]


@register(Tags.models)
def sealed_rows_have_keys(app_configs: Any, **kwargs: Any) -> list[Error]:
    """A model with a sealed field has a key that is known before its row is inserted."""
    from django.apps import apps

    return [
        Error("A model with sealed fields needs a RowKeyField.", obj=model, id="klas.E003")
        for model in apps.get_models()
        if _has_sealed(model) and not isinstance(model._meta.pk, RowKeyField)
    ]


def _has_sealed(model: type[models.Model]) -> bool:
    return any(isinstance(field, SealedField) for field in model._meta.local_concrete_fields)
