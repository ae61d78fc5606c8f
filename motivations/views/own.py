"""What the pages of one motivation start from: which ones are open to the acting person."""

from abc import abstractmethod
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from klas.access import Permission
from klas.acting import ActingView
from motivations.kinds import Kind, kind_of
from motivations.models import Motivation
from motivations.permissions import is_author
from motivations.queries import visible_to, writable_by, written_by
from motivations.services import progress


class _MotivationView(ActingView):
    """A page of the motivation with the address' ``pk``; one that is not open here is a 404."""

    permission = Permission.WRITE_MOTIVATIONS
    kwargs: dict[str, Any]

    @abstractmethod
    def open_motivations(self) -> QuerySet[Motivation]:
        """Those that this page is open for."""

    @cached_property
    def motivation(self) -> Motivation:
        return get_object_or_404(self.open_motivations(), pk=self.kwargs["pk"])

    @property
    def kind(self) -> Kind:
        return kind_of(self.motivation.kind)

    @property
    def is_author(self) -> bool:
        return is_author(self.acting, self.motivation)


class OwnMotivationView(_MotivationView):
    """A page for the author alone."""

    def open_motivations(self) -> QuerySet[Motivation]:
        return written_by(self.acting)


class WritableMotivationView(_MotivationView):
    """A page for the author, and for colleagues with whom the draft is shared."""

    def open_motivations(self) -> QuerySet[Motivation]:
        return writable_by(self.acting)

    def prescriber_problem(self) -> str:
        """What the author's particulars lack, in words for the acting person; "" when nothing."""
        problem = progress.prescriber_problem(self.motivation.author)
        if problem and not self.is_author:
            return _("Förskrivarens uppgifter är inte fullständiga. Be förskrivaren se sin profil.")
        return problem


class VisibleMotivationView(WritableMotivationView):
    """A page also for those at the author's care unit, once the motivation has been sent."""

    def open_motivations(self) -> QuerySet[Motivation]:
        return visible_to(self.acting)
