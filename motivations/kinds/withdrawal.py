"""The shortest withdrawal periods (karenstid) under the cascade: EU 2019/6 art. 115."""

from decimal import ROUND_CEILING, Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from klas.policy import policy


class Foodstuff(models.TextChoices):
    """What is eaten of an animal; fish counts in degree-days, the others in days."""

    MEAT = "meat", _("Kött och slaktbiprodukter")
    MILK = "milk", _("Mjölk")
    EGGS = "eggs", _("Ägg")
    HONEY = "honey", _("Honung")
    FISH = "fish", _("Vattenlevande djur")


def least_withdrawal(foodstuff: str, longest_authorised: int | None) -> int:
    """The shortest withdrawal period that may be set.

    Args:
        foodstuff: a `Foodstuff` value.
        longest_authorised: the longest one for the foodstuff that the product is authorised with,
            for any species; None when it is authorised for no species that gives this foodstuff.

    Returns:
        Days, for fish degree-days. Honey has no fixed minimum: 0 (art. 115.5, the vet judges).
        A fraction is rounded up. Where the product is authorised with zero, the vet's caution is
        taken for granted and the least of art. 115.1 (a) iii, (b) iii, (c) iii and (d) iv holds.
    """
    if foodstuff == Foodstuff.HONEY:
        return 0
    if longest_authorised is None:
        return {
            Foodstuff.MEAT: policy.withdrawal_meat_days,
            Foodstuff.MILK: policy.withdrawal_milk_days,
            Foodstuff.EGGS: policy.withdrawal_eggs_days,
            Foodstuff.FISH: policy.withdrawal_fish_degree_days,
        }[Foodstuff(foodstuff)]
    raised = (Decimal(longest_authorised) * policy.withdrawal_factor).to_integral_value(
        ROUND_CEILING
    )
    least = (
        policy.withdrawal_least_fish_degree_days
        if foodstuff == Foodstuff.FISH
        else policy.withdrawal_least_days
    )
    return max(int(raised), least)
