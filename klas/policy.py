"""The rules' numbers: every amount, day count and limit that the domain marks as a *setting*.

One typed object, read as `policy.handling_working_days`; nothing of the kind stands elsewhere.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal


@dataclass(frozen=True)
class Fee:
    """Application fees in SEK, in force from a day on."""

    valid_from: date
    human: int
    veterinary: int


@dataclass(frozen=True)
class Rate:
    """So many at once, and then as many again spread over so many minutes."""

    most: int
    minutes: int


@dataclass(frozen=True)
class Policy:
    # Handling (domain §6)
    handling_working_days: int = 7
    urgent_same_day_before: time = time(13, 0)
    supplement_working_days: int = 10
    # Reminded so many working days before the last day; 0 is that day itself.
    supplement_reminder_working_days: tuple[int, ...] = (3, 0)
    # How long the party has when an injunction demands an answer that did not come.
    injunction_working_days: int = 10
    # Before a decision against (FL 25 §), and for a colleague's opinion: days to answer
    hearing_working_days: int = 10
    referral_working_days: int = 5
    appeal_weeks: int = 3
    appeal_documents: int = 20
    # A request that the case be decided (FL 12 §): when it can be made, and be answered
    decision_request_after_months: int = 6
    decision_request_answer_weeks: int = 4
    # What a register of licences answered may be relied on for so long, by who sends something.
    licence_answer_holds: timedelta = timedelta(minutes=5)
    # Motivation (domain §4)
    longest_treatment_months: int = 12
    weight_needed_under_years: int = 12
    quantity_tolerance: Decimal = Decimal("0.10")
    waiting_notice_working_days: int = 3
    lapse_after_days: int = 180
    # Advice before sending: what is too short to have said anything, and how far is far off.
    advice_fewest_words: int = 5
    advice_fewest_words_explanation: int = 3
    advice_quantity_factor: int = 3
    # A licence can be renewed so long before it ends, and so long after.
    renewal_offered_days: int = 60
    renewal_offered_after_days: int = 180
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
    # Without a new motivation: so long after the licence has ended, and so lately asked.
    renewal_late_days: int = 30
    renewal_asked_days: int = 30
    search_hit_hours: int = 24
    duplicates_compared: int = 2_000
    search_misses_before_slow: int = 5
    search_misses_before_block: int = 20
    search_miss_window_minutes: int = 60
    # From so many misses on, each adds so many seconds to the wait before the next search.
    search_wait_seconds: int = 10
    # Several people search at a pharmacy: together they may miss so many times as often.
    search_misses_pharmacy_factor: int = 4
    search_most_hits: int = 20
    # Licence (domain §3)
    longest_licence_days: int = 365
    licence_ends_notice_days: tuple[int, ...] = (60, 30, 7)
    licence_ends_soon_days: int = 60
    # A safety action on many licences: so many a job, and how often one that fails is tried
    safety_batch: int = 200
    safety_attempts: int = 3
    # Keeping (domain §5, §7)
    dispensing_kept_years: int = 5
    access_log_kept_years: int = 5
    # Retention, where the design is silent: examples for the agency's own plan to replace. A case
    # is kept longer than its dispensings and its accesses, a print-out no longer than it is needed.
    draft_kept_months: int = 12
    never_applied_kept_years: int = 5
    case_kept_years: int = 10
    print_batch_kept_months: int = 12
    notice_kept_months: int = 24
    form_key_kept_days: int = 30
    # So many of a class are erased in one run, that is in one transaction and one archive.
    retention_batch: int = 500
    # The seal of the access log: a row that commits later than this after it was written is told
    # as inserted; a head is made at least so often; so many entries in one go.
    log_late_minutes: int = 60
    log_head_minutes: int = 60
    log_batch: int = 5_000
    # Sample checks, and the report of who has seen a person's data
    log_sample_most: int = 100
    log_of_person_shown: int = 100
    # E-mail about notices: minutes until an attempt that failed is made again (one that fails after
    # the last is given up), and until a worker that took an e-mail is taken to be dead
    mail_retry_minutes: tuple[int, ...] = (5, 30, 120, 720)
    mail_lost_after_minutes: int = 10
    # What is typed when a session has ended (klas.kept_forms); the cap is per person and not per
    # address, which a whole hospital may share
    kept_form_hours: int = 24
    kept_form_max_bytes: int = 200_000
    kept_forms_per_person: int = 20
    # A session ends when it has not been used for so long, and so long after the sign-in; its
    # person is warned so long before. That it is used is written at most so often.
    session_idle_minutes: int = 30
    session_hours: int = 12
    session_warning_minutes: int = 3
    session_used_written_every: timedelta = timedelta(minutes=1)
    # The emergency sign-in: how long it holds, and tries per person and per address, in how long
    break_glass_hours: int = 24
    break_glass_tries: Rate = Rate(5, 15)
    break_glass_tries_address: Rate = Rate(20, 15)
    # Letters printed in one go
    print_batch_most: int = 200
    # How often (klas.limits). Wide enough that nobody at work meets them: a page saves by itself
    # every few seconds, and a whole hospital may stand behind one address.
    verifications: Rate = Rate(30, 10)
    writes_per_person: Rate = Rate(600, 5)
    writes_per_unit: Rate = Rate(6_000, 5)
    writes_per_address: Rate = Rate(12_000, 5)
    uploads_per_person: Rate = Rate(60, 10)
    uploads_per_unit: Rate = Rate(600, 10)
    uploads_per_address: Rate = Rate(1_200, 10)
    downloads_per_person: Rate = Rate(300, 10)
    downloads_per_unit: Rate = Rate(3_000, 10)
    downloads_per_address: Rate = Rate(6_000, 10)
    sign_ins_per_address: Rate = Rate(600, 10)
    csp_reports_per_address: Rate = Rate(60, 10)
    # A request that says it is longer is not read at all; a file that is too large but below
    # this gets its own words (klas.uploads).
    request_max_bytes: int = 100_000_000
    csp_report_max_bytes: int = 10_000
    # Pages
    page_size: int = 25
    # Statistics: the least number of cases that is published (domain §6), how long after its end a
    # year is published, and how many rows a page shows of a long list
    statistics_least_published: int = 10
    statistics_published_after_days: int = 31
    statistics_rows: int = 50
    statistics_chart_rows: int = 12
    # Ages of open cases are told in these steps: up to and including so many working days.
    statistics_age_steps: tuple[int, ...] = (7, 14, 30, 60)
    # The agency's queue: how far one turns pages, and how many cases one act takes
    queue_most_rows: int = 2_500
    queue_most_at_once: int = 100
    queue_views_per_officer: int = 20
    # The review page shows so many earlier cases and precedents of each kind; a search so many.
    earlier_shown: int = 10
    precedents_suggested: int = 8
    precedents_found: int = 50
    # Attachments (domain §4)
    attachment_max_bytes: int = 10_000_000
    attachment_max_pages: int = 200
    attachments_per_motivation: int = 20
    # Word documents: parts, size and density as unpacked, and how long making a PDF may take
    word_max_parts: int = 1_000
    word_max_unpacked_bytes: int = 100_000_000
    word_max_density: int = 200
    word_seconds: int = 60
    # A file whose check was interrupted is taken up again after so long.
    attachment_check_minutes: int = 5
    # A stored file without a row may belong to a transaction that is not through.
    stray_file_hours: int = 24
    fees: tuple[Fee, ...] = (
        Fee(date(2020, 1, 1), human=300, veterinary=300),
        Fee(date(2025, 1, 1), human=400, veterinary=400),
    )

    def fee_on(self, day: date, *, for_animals: bool = False) -> int:
        """Application fee in whole SEK on a day. Amounts are examples, not the statute's.

        Raises:
            LookupError: no fee is known for so early a day.
        """
        fee = self.fee_row_on(day)
        return fee.veterinary if for_animals else fee.human

    def fee_row_on(self, day: date) -> Fee:
        """The row of the fee table in force on a day.

        Raises:
            LookupError: no fee is known for so early a day.
        """
        for fee in sorted(self.fees, key=lambda fee: fee.valid_from, reverse=True):
            if fee.valid_from <= day:
                return fee
        raise LookupError(f"no fee known on {day}")


policy = Policy()
