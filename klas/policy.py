"""The rules' numbers: every amount, day count and limit that the domain marks as a *setting*.

One typed object, read as `policy.handling_working_days`; nothing of the kind stands elsewhere.
"""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal


@dataclass(frozen=True)
class Fee:
    """Application fee in SEK, in force from a day on."""

    valid_from: date
    amount: int


@dataclass(frozen=True)
class Policy:
    # Handling (domain §6)
    handling_working_days: int = 7
    urgent_same_day_before: time = time(13, 0)
    supplement_working_days: int = 10
    supplement_reminder_working_days: int = 3
    appeal_weeks: int = 3
    # Motivation (domain §4)
    longest_treatment_months: int = 12
    weight_needed_under_years: int = 12
    quantity_tolerance: Decimal = Decimal("0.10")
    waiting_notice_working_days: int = 3
    lapse_after_days: int = 180
    # Withdrawal periods (regulation (EU) 2019/6 article 115): the longest of an authorised food
    # species times the factor, and what is demanded where there is none; days, fish degree-days.
    withdrawal_factor: Decimal = Decimal("1.5")
    withdrawal_meat_days: int = 28
    withdrawal_milk_days: int = 7
    withdrawal_eggs_days: int = 10
    withdrawal_fish_degree_days: int = 500
    withdrawal_least_days: int = 1
    withdrawal_least_fish_degree_days: int = 25
    # Pharmacy (domain §5)
    renewal_motivation_months: int = 24
    search_hit_hours: int = 24
    search_misses_before_slow: int = 5
    search_misses_before_block: int = 20
    search_miss_window_minutes: int = 60
    # Licence (domain §3)
    longest_licence_days: int = 365
    licence_ends_soon_days: int = 60
    # Keeping (domain §5, §7)
    dispensing_kept_years: int = 5
    access_log_kept_years: int = 5
    # Pages
    page_size: int = 25
    # Attachments (domain §4)
    attachment_max_bytes: int = 10_000_000
    attachment_max_pages: int = 200
    attachments_per_motivation: int = 20
    fees: tuple[Fee, ...] = (Fee(date(2020, 1, 1), 300), Fee(date(2025, 1, 1), 400))

    def fee_on(self, day: date) -> int:
        """Application fee in whole SEK on a day. Amounts are examples, not the statute's.

        Raises:
            LookupError: no fee is known for so early a day.
        """
        for fee in sorted(self.fees, key=lambda fee: fee.valid_from, reverse=True):
            if fee.valid_from <= day:
                return fee.amount
        raise LookupError(f"no fee known on {day}")


policy = Policy()
