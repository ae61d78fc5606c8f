"""Filters of the queue that an officer keeps under a name."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Assignment
from decisions.models import SavedView
from klas.access import Permission
from klas.errors import NotAllowed, Refused
from klas.policy import policy


@transaction.atomic
def save(*, name: str, query: str, by: Assignment, is_start: bool = False) -> SavedView:
    """Keep a filter.

    Args:
        query: as it stands in the address of the queue, cleaned.

    Raises:
        NotAllowed: the role does not see the queue.
        Refused: there is one of that name, or there are too many.
    """
    if not by.has(Permission.VIEW_QUEUE):
        raise NotAllowed
    if SavedView.objects.filter(owner=by).count() >= policy.queue_views_per_officer:
        raise Refused(_("Du har så många sparade urval som går. Ta bort något av dem först."))
    view = SavedView(owner=by, query=query)
    return _named(view, name=name, is_start=is_start)


@transaction.atomic
def change(view: SavedView, *, name: str, is_start: bool) -> SavedView:
    """Rename a saved view, or say whether the queue begins with it.

    Raises:
        Refused: there is another of that name.
    """
    return _named(view, name=name, is_start=is_start)


@transaction.atomic
def remove(view: SavedView) -> None:
    """Forget a saved view."""
    view.delete()


def _named(view: SavedView, *, name: str, is_start: bool) -> SavedView:
    view.name, view.is_start = name.strip(), is_start
    if is_start:
        SavedView.objects.filter(owner_id=view.owner_id, is_start=True).exclude(pk=view.pk).update(
            is_start=False
        )
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise Refused(_("Du har redan ett urval som heter så. Välj ett annat namn.")) from error
    return view
