"""What every view starts from: the acting assignment and the permission the page asks for."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views import View

from klas.access import Permission
from klas.errors import NotAllowed
from klas.read_pages import record_read

if TYPE_CHECKING:
    from accounts.models import Assignment


class ActingView(View):
    """A view for those whose acting assignment has `permission`; others get 403.

    Subclasses take their objects from a queryset of what `self.acting` may see, so that somebody
    else's object is a 404.
    """

    permission: ClassVar[Permission]

    @property
    def acting(self) -> "Assignment":
        acting: Assignment = self.request.acting  # type: ignore[attr-defined]
        return acting

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        acting = request.acting  # type: ignore[attr-defined]
        if acting is None or not acting.has(self.permission):
            raise PermissionDenied
        try:
            response = super().dispatch(request, *args, **kwargs)
        except NotAllowed as error:
            raise PermissionDenied from error
        if request.method == "GET":
            record_read(request, response, by=acting)
        return response
