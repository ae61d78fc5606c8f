"""From a list over several pharmacies to something at another of them."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from applications.desk import Desk, addressed_waiting, applications_at, chain_of
from applications.desk_lists import number_of, pharmacy_of, product_line
from applications.models import Application
from klas import clock
from klas.access import Permission
from klas.acting import ActingView
from motivations.models import Motivation


class _OpenView(ActingView):
    """Says as what one will act at the other pharmacy, before anything there is opened.

    The page's button chooses that assignment (`accounts:choose_assignment`: a POST, kept in the
    access log) and goes on to the thing.
    """

    permission = Permission.APPLY
    target: ClassVar[str]

    def found(self, chain: Desk) -> QuerySet[Any]:
        """Of which things the asked one is to be."""
        raise NotImplementedError

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        chain = chain_of(self.acting, on=clock.today())
        item = get_object_or_404(self.found(chain), pk=pk)
        address = reverse(self.target, args=[pk])
        pharmacy = pharmacy_of(item)
        if pharmacy.pk == self.acting.pharmacy_id:
            return redirect(address)
        context = {
            "assignment": chain.at(pharmacy.pk).assignments[0],
            "product": product_line(item),
            "number": number_of(item),
            "address": address,
        }
        return render(request, "applications/open.html", context)


class OpenApplicationView(_OpenView):
    """An application of another of one's pharmacies."""

    target = "applications:detail"

    def found(self, chain: Desk) -> QuerySet[Application]:
        return applications_at(chain)


class OpenMotivationView(_OpenView):
    """A motivation addressed to another of one's pharmacies."""

    target = "applications:motivation"

    def found(self, chain: Desk) -> QuerySet[Motivation]:
        return addressed_waiting(chain)
