"""What is to be erased by rule, and what has been: for the operator."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from klas import audit, retention
from klas.access import Permission
from klas.acting import ActingView
from klas.models import AccessAction, Erasure
from klas.policy import policy


class RetentionView(ActingView):
    """The preview, class by class, and past erasures. Erasing is done by command only."""

    permission = Permission.VIEW_ACCESS_LOG

    def get(self, request: HttpRequest) -> HttpResponse:
        audit.record(AccessAction.READ, by=self.acting, what="retention")
        erasures = Erasure.objects.order_by("-at", "-pk")
        page = Paginator(erasures, policy.page_size).get_page(request.GET.get("page"))
        context = {"previews": retention.preview(), "page_obj": page}
        return render(request, "retention.html", context)
