"""One product of the register."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from klas.access import Permission
from klas.acting import ActingView
from klas.presentation import swedish_date
from klas.summary import Row
from medicines.models import LicenceProduct
from medicines.queries import with_details


class ProductView(ActingView):
    """What the register says of a product, with its substances and packs."""

    permission = Permission.SEARCH_PRODUCTS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        product = get_object_or_404(with_details(LicenceProduct.objects.order_by("pk")), pk=pk)
        return render(
            request,
            "medicines/product.html",
            {
                "product": product,
                "rows": _rows(product),
                "substances": product.product_substances.all(),
                "packs": product.packs.all(),
            },
        )


def _rows(product: LicenceProduct) -> list[Row]:
    rows = [
        Row(_("Aktiva substanser"), product.substances_text),
        Row(_("Läkemedelsform"), product.form),
        Row(_("Styrka"), product.strength),
        Row(_("Administreringssätt"), product.route),
        Row(_("Innehavare av godkännandet"), product.mah),
        Row(_("Godkännandeland"), product.country_display or _("Inte godkänt i något land")),
        Row(_("Godkännandenummer"), product.approval_number),
        Row(_("ATC-kod"), product.atc),
        Row(_("Läkemedel för"), _("Djur") if product.veterinary else _("Människor")),
        Row(_("Säljs i landet"), product.marketed),
        Row(_("Har varit på licens tidigare"), product.on_licence_before),
    ]
    if product.supply_status:
        text = product.get_supply_status_display()
        if product.supply_changed_on:
            text = _("%(status)s sedan %(day)s") % {
                "status": text,
                "day": swedish_date(product.supply_changed_on),
            }
        rows.append(Row(_("Tillgång i landet"), text))
    return rows
