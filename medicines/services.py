"""What is done to the register besides importing."""

from medicines.models import LicenceProduct


def mark_on_licence(product: LicenceProduct) -> None:
    """Note that a licence has been granted for the product: later ones are no longer the first.

    Longer handling is expected the first time (domain §2). Nothing undoes the mark.
    """
    LicenceProduct.objects.filter(pk=product.pk, on_licence_before=False).update(
        on_licence_before=True
    )
