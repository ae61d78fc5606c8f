"""Saved views of the queue: keep, rename, begin with, remove."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from decisions import queries, queue
from decisions.forms import QueueFilter, SavedViewForm
from decisions.models import SavedView
from decisions.services import saved_views
from decisions.views.queue import QueueView
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.once import once


class SaveViewView(QueueView):
    """Keeps the filter that the address asks for under a name."""

    def get(self, request: HttpRequest) -> HttpResponseRedirect:
        return redirect(f"{reverse('decisions:queue')}?{request.GET.urlencode()}")

    def post(self, request: HttpRequest) -> HttpResponse:
        naming = SavedViewForm(request.POST)
        if not naming.is_valid():
            return self.page(naming=naming, status=422)
        # Only what the filter knows and finds right is kept.
        query = QueryDict(request.GET.urlencode())
        wanted = QueueFilter(query, officers=queries.officers()).wanted()

        def act() -> str:
            view = saved_views.save(by=self.acting, query=wanted.query, **naming.cleaned_data)
            messages.success(request, _("Urvalet ”%(name)s” är sparat.") % {"name": view.name})
            return view.get_absolute_url()

        try:
            return once(request, act)
        except Refused as error:
            naming.add_error("name", str(error))
            return self.page(naming=naming, status=409)


class SavedViewsView(ActingView):
    """One's own saved views, with links to change each."""

    permission = Permission.VIEW_QUEUE

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"views": queue.views_of(self.acting)}
        return render(request, "decisions/saved_views.html", context)


class SavedViewView(ActingView):
    """Renames a saved view, says whether the queue begins with it, or removes it."""

    permission = Permission.VIEW_QUEUE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = self.found(pk)
        return self.page(
            view, SavedViewForm(initial={"name": view.name, "is_start": view.is_start})
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if "_remove" in request.POST:
            return once(request, lambda: self.remove(pk))
        view = self.found(pk)
        form = SavedViewForm(request.POST)
        if not form.is_valid():
            return self.page(view, form, status=422)

        def act() -> str:
            saved_views.change(view, **form.cleaned_data)
            return reverse("decisions:saved_views")

        try:
            return once(request, act)
        except Refused as error:
            form.add_error("name", str(error))
            return self.page(self.found(pk), form, status=409)

    def found(self, pk: int) -> SavedView:
        return get_object_or_404(SavedView, owner=self.acting, pk=pk)

    def remove(self, pk: int) -> str:
        """Looked up in here: on a second press it is gone, and the key knows the answer."""
        saved_views.remove(self.found(pk))
        messages.success(self.request, _("Urvalet är borttaget."))
        return reverse("decisions:saved_views")

    def page(self, view: SavedView, form: SavedViewForm, status: int = 200) -> HttpResponse:
        context = {"view": view, "form": form}
        return render(self.request, "decisions/saved_view.html", context, status=status)
