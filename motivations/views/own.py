"""What the pages of one motivation start from: it must be the acting person's own."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from klas.access import Permission
from klas.acting import ActingView
from motivations.kinds import Kind, kind_of
from motivations.models import Motivation
from motivations.queries import written_by


class OwnMotivationView(ActingView):
    """A page of the motivation with the address' ``pk``; somebody else's is a 404."""

    permission = Permission.WRITE_MOTIVATIONS
    kwargs: dict[str, Any]

    @cached_property
    def motivation(self) -> Motivation:
        return get_object_or_404(written_by(self.acting), pk=self.kwargs["pk"])

    @property
    def kind(self) -> Kind:
        return kind_of(self.motivation.kind)
