"""What is done to the register besides importing."""

from medicines.models import ExactProduct, LicenceProduct, LicensedProduct


def mark_on_licence(product: ExactProduct) -> None:
    """Note that a licence has been granted for the product: later ones are no longer the first.

    Longer handling is expected the first time (domain §2). Nothing undoes the mark.
    """
    LicensedProduct.objects.bulk_create(
        [LicensedProduct(product_key=product.product_key)], ignore_conflicts=True
    )
    if product.register_id is not None:
        LicenceProduct.objects.filter(pk=product.register_id, on_licence_before=False).update(
            on_licence_before=True
        )
