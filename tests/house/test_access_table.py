"""Every URL × who asks → the status code of a GET. A URL missing here fails.

Addresses for POST lead a GET (a refusal reloaded) back to their page: 302, or 405. `-` in the table is a redirect to sign-in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import Assignment
from applications.services import applying, documents, handing_over
from applications.services.issuing import issue_receipts
from applications.services.search import find_by_reference
from decisions.enums import CorrectedPart
from decisions.models import Letter, Licence
from decisions.services import (
    appeal_acts,
    appeal_documents,
    appeals,
    bulk,
    communications,
    court_files,
    decision_requests,
    delays,
    question_texts,
    referrals,
    saved_views,
)
from decisions.services.issuing import issue_letters
from decisions.services.issuing_disclosures import issue_disclosures
from decisions.services.merging import issue_batches
from decisions.services.printing import print_waiting
from decisions.statistics.refresh import refresh
from klas import clock, log_samples
from klas.access import Role
from licences import oversight
from licences.models import RecallNotice
from licences.services import safety, safety_work
from licences.services.permissions import permit
from motivations.enums import AttachmentClass, AttachmentKind, LicenceKind
from motivations.services import attachments, reasons, sharing
from motivations.services.issuing import issue_documents
from notifications.queries import notices_of
from tests import factories
from tests.conftest import ActingClient
from tests.licences.conftest import corrected, dispense, granted, recalled, stopped
from tests.licences.conftest import proposed as proposed_revocation

WHO = (
    "anonymous", "author", "doctor", "colleague", "pharmacist", "staff", "other_pharmacist",
    "caseworker", "assessor", "decision_maker", "operator",
)  # fmt: skip

ALL = "200 " * 11
PUBLIC = ALL
SIGNED_IN = "- " + "200 " * 10
# Columns in the order of WHO. doctor and other_pharmacist belong to other units; the draft is shared
# with the colleague, who works at the author's.
TABLE: dict[str, str] = {
    #                                  anon author doctor colleag pharm staff other  case assess decide operator
    "start":                           PUBLIC,
    "accessibility":                   PUBLIC,
    "what_now":                        PUBLIC,
    "what_now_for":                    PUBLIC,
    "what_now_in_english":             PUBLIC,
    "statistics:public":               PUBLIC,
    "statistics:public_in_english":    PUBLIC,
    "statistics:csv":                  PUBLIC,
    "statistics:json":                 PUBLIC,
    "verification:check":              PUBLIC,
    "healthz":                         "503 " * 11,  # no worker runs in this test
    "csp_report":                      "405 " * 11,
    "security_txt":                    PUBLIC,
    "robots_txt":                      PUBLIC,
    "set_language":                    "302 " * 11,
    "accounts:sign_in":                PUBLIC,
    "accounts:begin":                  "404 " * 11,  # no provider is configured in this test
    "accounts:answer":                 "404 " * 11,
    "accounts:trouble":                PUBLIC,
    "accounts:client_keys":            PUBLIC,
    "accounts:no_licence":             SIGNED_IN,
    "accounts:signed_out":             PUBLIC,
    "accounts:sign_out":               "405 " * 11,
    "accounts:break_glass":            "404 " * 11,  # it is off
    "accounts:time_left":              PUBLIC,
    "accounts:end_sessions":           "- " + "405 " * 10,
    "accounts:choose_assignment":      SIGNED_IN,
    "accounts:reauthenticate":         SIGNED_IN,
    "accounts:profile":                SIGNED_IN,
    "home":                            "- " + "302 " * 10,
    "klas:access_log":                 "-    403    403    403     403   403   403    403  403    403    200",
    "klas:access_log_file":            "-    403    403    403     403   403   403    403  403    403    200",
    "klas:log_samples":                "-    403    403    403     403   403   403    403  403    403    200",
    "klas:log_sample":                 "-    403    403    403     403   403   403    403  403    403    200",
    "klas:check_sampled":              "-    403    403    403     403   403   403    403  403    403    200",
    "klas:retention":                  "-    403    403    403     403   403   403    403  403    403    200",
    "decisions:who_has_seen":          "-    403    403    403     403   403   403    403  403    403    200",
    "notifications:list":              SIGNED_IN,
    "notifications:open":              "- " + "302 " * 10,
    "notifications:mark_all_read":     "- " + "302 " * 10,
    "notifications:settings":          SIGNED_IN,
    "medicines:search":                "-    200    200    200     200   200   200    200  200    200    403",
    "medicines:suggest":               "-    200    200    200     200   200   200    200  200    200    403",
    "medicines:product":               "-    200    200    200     200   200   200    200  200    200    403",
    "motivations:list":                "-    200    200    302     403   403   403    403  403    403    403",
    "motivations:shared":              "-    200    200    200     403   403   403    403  403    403    403",
    "motivations:workplace":           "-    200    200    200     403   403   403    403  403    403    403",
    "motivations:own_patient":          "-    200    200    403     403   403   403    403  403    403    403",
    "motivations:new":                 "-    200    200    200     403   403   403    403  403    403    403",
    "motivations:detail":              "-    200    404    200     403   403   403    403  403    403    403",
    "motivations:section":             "-    200    404    200     403   403   403    403  403    403    403",
    "motivations:product":             "-    200    404    200     403   403   403    403  403    403    403",
    "motivations:attachments":         "-    200    404    200     403   403   403    403  403    403    403",
    "motivations:attachment":          "-    200    404    200     403   403   403    403  403    403    403",
    "motivations:remove_attachment":   "-    200    404    200     403   403   403    403  403    403    403",
    "motivations:check":               "-    200    404    200     403   403   403    403  403    403    403",
    "motivations:share":               "-    200    404    404     403   403   403    403  403    403    403",
    "motivations:hand_over":           "-    302    404    200     403   403   403    403  403    403    403",
    "motivations:discard":             "-    200    404    404     403   403   403    403  403    403    403",
    "motivations:receipt":             "-    200    404    404     403   403   403    403  403    403    403",
    "motivations:document":            "-    200    404    404     403   403   403    403  403    403    403",
    "motivations:withdraw":            "-    200    404    404     403   403   403    403  403    403    403",
    "motivations:attachment_preview":  "-    200    404    200     403   403   403    403  403    403    403",
    "motivations:attachment_page":     "-    200    404    200     403   403   403    403  403    403    403",
    "motivations:replace_attachment":  "-    200    404    200     403   403   403    403  403    403    403",
    "motivations:supplement":          "-    200    404    404     403   403   403    403  403    403    403",
    "motivations:supplement_check":    "-    200    404    404     403   403   403    403  403    403    403",
    "motivations:ending_licences":     "-    200    200    200     403   403   403    403  403    403    403",
    "motivations:templates":           "-    200    200    200     403   403   403    403  403    403    403",
    "motivations:template":            "-    200    404    404     403   403   403    403  403    403    403",
    "motivations:edit_template":       "-    200    404    404     403   403   403    403  403    403    403",
    "motivations:delete_template":     "-    200    404    404     403   403   403    403  403    403    403",
    "motivations:choose_template":     "-    200    404    200     403   403   403    403  403    403    403",
    "motivations:new_template":        "-    200    404    200     403   403   403    403  403    403    403",
    "motivations:copy":                "-    302    404    404     403   403   403    403  403    403    403",
    "motivations:renew":               "-    302    404    404     403   403   403    403  403    403    403",
    "motivations:slip":                "-    200    404    404     403   403   403    403  403    403    403",
    "applications:inbox":              "-    403    403    403     200   200   200    403  403    403    403",
    "applications:export":             "-    403    403    403     404   404   404    403  403    403    403",  # no tab
    "applications:chain":              "-    403    403    403     404   404   404    403  403    403    403",  # one pharmacy
    "applications:chain_export":       "-    403    403    403     404   404   404    403  403    403    403",
    "applications:open_application":   "-    403    403    403     302   302   404    403  403    403    403",
    "applications:open_motivation":    "-    403    403    403     302   302   404    403  403    403    403",
    "applications:search":             "-    403    403    403     200   200   200    403  403    403    403",
    "applications:motivation":         "-    403    403    403     200   200   404    403  403    403    403",
    "applications:motivation_document":"-    403    403    403     200   200   404    403  403    403    403",
    "applications:attachment":         "-    403    403    403     200   200   404    403  403    403    403",
    "applications:attachment_preview": "-    403    403    403     200   200   404    403  403    403    403",
    "applications:attachment_page":    "-    403    403    403     200   200   404    403  403    403    403",
    "applications:start":              "-    403    403    403     302   302   404    403  403    403    403",
    "applications:detail":             "-    403    403    403     200   200   404    403  403    403    403",
    "applications:section":            "-    403    403    403     200   200   404    403  403    403    403",
    "applications:supplement":       "-    403    403    403     200   200   404    403  403    403    403",
    "applications:supplement_check": "-    403    403    403     200   200   404    403  403    403    403",
    "applications:check":              "-    403    403    403     200   200   404    403  403    403    403",
    "applications:discard":            "-    403    403    403     200   200   404    403  403    403    403",
    "applications:assign":             "-    403    403    403     200   200   404    403  403    403    403",
    "applications:withdraw":           "-    403    403    403     200   302   404    403  403    403    403",
    "applications:receipt_document":   "-    403    403    403     200   200   404    403  403    403    403",
    "applications:documents":          "-    403    403    403     200   200   404    403  403    403    403",
    "applications:document":           "-    403    403    403     200   200   404    403  403    403    403",
    "applications:document_preview":   "-    403    403    403     200   200   404    403  403    403    403",
    "applications:document_page":      "-    403    403    403     200   200   404    403  403    403    403",
    "applications:remove_document":    "-    403    403    403     302   302   404    403  403    403    403",
    "applications:offer":              "-    403    403    403     200   302   404    403  403    403    403",
    "applications:hand_overs":         "-    403    403    403     200   200   200    403  403    403    403",
    "applications:hand_over":          "-    403    403    403     200   200   404    403  403    403    403",
    "applications:take_back":          "-    403    403    403     302   302   404    403  403    403    403",
    "applications:receipt":            "-    403    403    403     200   200   404    403  403    403    403",
    "decisions:queue":                 "-    403    403    403     403   403   403    200  200    200    403",
    "decisions:take_next":             "-    403    403    403     403   403   403    302  403    302    403",
    "decisions:export":                "-    403    403    403     403   403   403    200  200    200    403",
    "decisions:saved_views":           "-    403    403    403     403   403   403    200  200    200    403",
    "decisions:save_view":             "-    403    403    403     403   403   403    302  302    302    403",
    "decisions:saved_view":            "-    403    403    403     403   403   403    200  404    404    403",
    "decisions:bulk_assign":           "-    403    403    403     403   403   403    302  403    302    403",
    "decisions:bulk_remind":           "-    403    403    403     403   403   403    302  403    302    403",
    "decisions:bulk_done":             "-    403    403    403     403   403   403    200  403    404    403",
    "decisions:absence":               "-    403    403    403     403   403   403    200  403    200    403",
    "decisions:absence_of":            "-    403    403    403     403   403   403    200  403    200    403",
    "decisions:delay":                 "-    403    403    403     403   403   403    200  403    200    403",
    "decisions:request":               "-    403    403    403     403   403   403    200  403    200    403",
    "decisions:seen":                  "-    403    403    403     403   403   403    302  403    302    403",
    "decisions:pharmacy_request":      "-    403    403    403     200   200   404    403  403    403    403",
    "decisions:pharmacy_delay_letter": "-    403    403    403     200   200   404    403  403    403    403",
    "decisions:case":                  "-    403    403    403     403   403   403    200  200    200    403",
    "decisions:take":                  "-    403    403    403     403   403   403    302  403    302    403",
    "decisions:release":               "-    403    403    403     403   403   403    302  403    302    403",
    "decisions:note":                  "-    403    403    403     403   403   403    302  302    302    403",
    "decisions:request_supplement":    "-    403    403    403     403   403   403    200  403    302    403",
    "decisions:close_supplement":      "-    403    403    403     403   403   403    302  403    302    403",
    "decisions:request_from_pharmacy":"-    403    403    403     403   403   403    200  403    302    403",
    "decisions:accept_supplement":   "-    403    403    403     403   403   403    302  403    302    403",
    "decisions:remind":              "-    403    403    403     403   403   403    302  403    302    403",
    "decisions:injunction":          "-    403    403    403     403   403   403    302  403    302    403",
    "decisions:give_up":             "-    403    403    403     403   403   403    302  403    302    403",
    "decisions:question_texts":      "-    403    403    403     403   403   403    403  403    200    403",
    "decisions:question_text_new":   "-    403    403    403     403   403   403    403  403    200    403",
    "decisions:question_text":       "-    403    403    403     403   403   403    403  403    200    403",
    "decisions:question_text_retire":"-    403    403    403     403   403   403    403  403    302    403",
    "decisions:pharmacy_injunction": "-    403    403    403     200   200   404    403  403    403    403",
    "decisions:communicate":           "-    403    403    403     403   403   403    200  403    302    403",
    "decisions:close_communication":   "-    403    403    403     403   403   403    302  403    302    403",
    "decisions:refer":                 "-    403    403    403     403   403   403    200  403    302    403",
    "decisions:referrals":             "-    403    403    403     403   403   403    200  200    200    403",
    "decisions:opinion":               "-    403    403    403     403   403   403    302  200    302    403",
    "decisions:withdraw_referral":     "-    403    403    403     403   403   403    302  403    302    403",
    "decisions:mentions":              "-    403    403    403     403   403   403    200  200    200    403",
    "decisions:precedents":            "-    403    403    403     403   403   403    200  200    200    403",
    "decisions:pharmacy_communication":"-    403    403    403     200   200   404    403  403    403    403",
    "decisions:assess":                "-    403    403    403     403   403   403    200  200    200    403",
    "decisions:decide":                "-    403    403    403     403   403   403    200  403    302    403",
    "decisions:preview":               "-    403    403    403     403   403   403    302  403    302    403",
    "decisions:countersign":           "-    403    403    403     403   403   403    403  403    200    403",
    "decisions:motivation_document":   "-    403    403    403     403   403   403    200  200    200    403",
    "decisions:application_document":  "-    403    403    403     403   403   403    200  200    200    403",
    "decisions:application_document_preview": "- 403 403 403       403   403   403    200  200    200    403",
    "decisions:application_document_page": "- 403 403  403         403   403   403    200  200    200    403",
    "decisions:receipt":               "-    403    403    403     403   403   403    200  200    200    403",
    "decisions:attachment":            "-    403    403    403     403   403   403    200  200    200    403",
    "decisions:attachment_preview":    "-    403    403    403     403   403   403    200  200    200    403",
    "decisions:attachment_page":       "-    403    403    403     403   403   403    200  200    200    403",
    "decisions:statistics":            "-    403    403    403     403   403   403    200  200    200    403",
    "decisions:statistics_file":       "-    403    403    403     403   403   403    200  200    200    403",
    "decisions:letters":               "-    403    403    403     403   403   403    200  403    200    403",
    "decisions:letter":                "-    403    403    403     403   403   403    200  200    200    403",
    "decisions:reprint_letter":        "-    403    403    403     403   403   403    200  403    200    403",
    "decisions:print_letters":         "-    403    403    403     403   403   403    302  403    302    403",
    "decisions:batches":               "-    403    403    403     403   403   403    200  403    200    403",
    "decisions:batch":                 "-    403    403    403     403   403   403    200  403    200    403",
    "decisions:batch_pdf":             "-    403    403    403     403   403   403    200  403    200    403",
    "decisions:reprint_batch":         "-    403    403    403     403   403   403    200  403    200    403",
    "decisions:texts":                 "-    403    403    403     403   403   403    403  403    200    403",
    "decisions:text":                  "-    403    403    403     403   403   403    403  403    200    403",
    "decisions:text_draft":            "-    403    403    403     403   403   403    403  403    200    403",
    "decisions:publish_text":          "-    403    403    403     403   403   403    403  403    302    403",
    "decisions:discard_text":          "-    403    403    403     403   403   403    403  403    302    403",
    "decisions:preview_text":          "-    403    403    403     403   403   403    403  403    302    403",
    "decisions:appeals": "- 403    403    403     403   403   403    200  200    200    403",
    "decisions:appeal": "- 403    403    403     403   403   403    200  200    200    403",
    "decisions:court_file": "- 403    403    403     403   403   403    200  403    200    403",
    "decisions:appeal_act": "- 403    403    403     403   403   403    200  403    200    403",
    "decisions:appeal_document": "- 403    403    403     403   403   403    200  200    200    403",
    "decisions:appeal_document_preview": "- 403    403    403     403   403   403    200  200    200    403",
    "decisions:appeal_document_page": "- 403    403    403     403   403   403    200  200    200    403",
    "decisions:register_appeal": "- 403    403    403     403   403   403    200  403    200    403",
    "decisions:appeal_write": "- 403    403    403     200   403   404    403  403    403    403",
    "decisions:appeal_documents": "- 403    403    403     200   403   404    403  403    403    403",
    "decisions:appeal_remove_document": "- 403    403    403     302   403   404    403  403    403    403",
    "decisions:appeal_check": "- 403    403    403     200   403   404    403  403    403    403",
    "decisions:appeal_discard": "- 403    403    403     200   403   404    403  403    403    403",
    "decisions:own_appeal": "- 403    403    403     200   200   404    403  403    403    403",
    "decisions:appeal_lodged": "- 403    403    403     200   200   404    403  403    403    403",
    "decisions:own_appeal_document": "- 403    403    403     200   200   404    403  403    403    403",
    "decisions:own_appeal_document_preview": "- 403    403    403     200   200   404    403  403    403    403",
    "decisions:own_appeal_document_page": "- 403    403    403     200   200   404    403  403    403    403",
    "decisions:pharmacy_letters":      "-    403    403    403     200   200   404    403  403    403    403",
    "decisions:pharmacy_any_letter":   "-    403    403    403     200   200   404    403  403    403    403",
    "decisions:pharmacy_decision":     "-    403    403    403     200   200   404    403  403    403    403",
    "decisions:pharmacy_letter":       "-    403    403    403     200   200   404    403  403    403    403",
    "decisions:disclose":              "-    403    403    403     403   403   403    403  403    200    403",
    "decisions:disclosed":             "-    403    403    403     403   403   403    200  200    200    403",
    "decisions:disclosed_pdf":         "-    403    403    403     403   403   403    200  200    200    403",
    "decisions:fees":                  "-    403    403    403     403   403   403    403  403    200    200",
    "decisions:fees_file":             "-    403    403    403     403   403   403    403  403    200    200",
    "decisions:company_fees":          "-    403    403    403     403   403   403    403  403    200    200",
    "decisions:credit_fee":            "-    403    403    403     403   403   403    403  403    200    403",
    "decisions:close_fees":            "-    403    403    403     403   403   403    403  403    200    403",
    "decisions:pharmacy_fees":         "-    403    403    403     200   200   200    403  403    403    403",
    "licences:own":                    "-    403    403    403     200   200   200    403  403    403    403",
    "licences:find":                   "-    403    403    403     200   403   200    403  403    403    403",
    "licences:card":                   "-    403    403    403     200   200   404    403  403    403    403",
    "licences:print":                  "-    403    403    403     200   200   404    403  403    403    403",
    "licences:dispense":               "-    403    403    403     200   403   404    403  403    403    403",
    "licences:renew":                  "-    403    403    403     200   200   404    403  403    403    403",
    "licences:receipt":                "-    403    403    403     200   200   404    403  403    403    403",
    "licences:reverse":                "-    403    403    403     200   403   404    403  403    403    403",
    "licences:permissions":            "-    403    403    403     403   403   403    200  403    200    403",
    "licences:permission_add":         "-    403    403    403     403   403   403    200  403    200    403",
    "licences:permission_end":         "-    403    403    403     403   403   403    200  403    200    403",
    "licences:recall":                 "-    403    403    403     403   403   403    200  403    200    200",
    "licences:recall_csv":             "-    403    403    403     403   403   403    404  403    404    404",
    "licences:recalled":               "-    403    403    403     200   200   404    403  403    403    403",
    "licences:recall_end":             "-    403    403    403     403   403   403    200  403    200    200",
    "licences:safety_told":            "-    403    403    403     200   200   404    403  403    403    403",
    "licences:oversight":              "-    403    403    403     403   403   403    200  200    200    403",
    "licences:oversee":                "-    403    403    403     403   403   403    200  200    200    403",
    "licences:suspend":                "-    403    403    403     403   403   403    200  403    200    403",
    "licences:lift":                   "-    403    403    403     403   403   403    200  403    200    403",
    "licences:revoke":                 "-    403    403    403     403   403   403    200  403    200    403",
    "licences:sign_revocation":        "-    403    403    403     403   403   403    200  403    200    403",
    "licences:correct":                "-    403    403    403     403   403   403    200  403    200    403",
    "licences:safety":                 "-    403    403    403     403   403   403    200  403    200    403",
    "licences:safety_action":          "-    403    403    403     403   403   403    200  200    200    403",
}  # fmt: skip

APPEAL = appeals.AppealFacts(change="Avslaget", how="Bevilja.", reasons="Behovet är visat.")


def _file(name: str, pk: int, attachment_pk: int) -> dict[str, dict[str, int]]:
    """The keys of the three addresses of a file."""
    keys = {"pk": pk, "attachment_pk": attachment_pk}
    return {name: keys, f"{name}_preview": keys, f"{name}_page": {**keys, "number": 1}}


def url_names(resolver: Any = None, namespace: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from url_names(pattern, inner)
        else:
            yield f"{namespace}{pattern.name}"


def test_the_table_covers_every_url() -> None:
    assert set(url_names()) == set(TABLE)


@dataclass
class World:
    """One of everything, and who looks at it."""

    people: dict[str, Assignment]
    addresses: dict[str, str]
    keys: dict[str, dict[str, Any]]


def tomorrow() -> date:
    return clock.today() + timedelta(days=1)


def make_world() -> World:
    author = factories.acting_as(Role.PRESCRIBER)
    pharmacist = factories.acting_as(Role.PHARMACIST)
    officer, chief = factories.acting_as(Role.CASEWORKER), factories.acting_as(Role.DECISION_MAKER)
    people = {
        "author": author,
        "doctor": factories.acting_as(Role.PRESCRIBER),
        "colleague": factories.acting_as(Role.CARE_COLLEAGUE, care_unit=author.care_unit),
        "pharmacist": pharmacist,
        "staff": factories.acting_as(Role.PHARMACY_STAFF, pharmacy=pharmacist.pharmacy),
        "other_pharmacist": factories.acting_as(Role.PHARMACIST),
        "caseworker": officer,
        "assessor": factories.acting_as(Role.ASSESSOR),
        "decision_maker": chief,
        "operator": factories.acting_as(Role.OPERATOR),
    }
    product = factories.ProductFactory()
    draft = factories.draft(by=author, answers=factories.individual_answers(product))
    sharing.share(draft, colleague=people["colleague"], by=author)
    template = reasons.keep(draft, title="Epilepsi", by=author)
    on_draft = attachments.add(
        draft,
        file=factories.picture("a.png"),
        kind=AttachmentKind.OTHER,
        secrecy="clinical",
        by=author,
    )
    addressed = {"pharmacy": pharmacist.pharmacy.gln}
    answers = factories.individual_answers(product, hantering=addressed)
    begun = factories.draft(by=author, answers=answers)
    about_product = attachments.add(
        begun,
        file=factories.picture("b.png"),
        kind=AttachmentKind.SPC,
        secrecy=AttachmentClass.PRODUCT,
        by=author,
    )
    waiting = factories.submission.submit(begun, by=author)
    find_by_reference(waiting.reference or "", purpose="customer", by=pharmacist)
    application_draft = factories.application_draft(by=pharmacist)
    on_application = documents.add(
        application_draft, file=factories.picture("d.png"), kind="gmp", by=pharmacist
    )
    decided = factories.decided(of=factories.application(by=pharmacist))
    sent_begun = factories.draft(by=author, answers=factories.individual_answers(product))
    in_case_file = attachments.add(
        sent_begun, file=factories.picture("c.png"), kind="other", secrecy="clinical", by=author
    )
    to_be_sent = factories.application_draft(
        on=factories.submission.submit(sent_begun, by=author), by=pharmacist
    )
    quality = documents.add(
        to_be_sent, file=factories.picture("e.png"), kind="analysis", by=pharmacist
    )
    in_case = applying.send(to_be_sent, by=pharmacist, duplicate_reason="Provat i ett prov.")
    open_case = factories.case(of=in_case, taken_by=officer)
    proposed = factories.case(taken_by=officer)
    proposed = factories.deciding.decide(
        proposed, factories.facts(factories.Outcome.REJECTED), by=officer
    )
    asked = factories.asked(
        factories.case(
            of=factories.application(by=pharmacist, on=factories.motivation(by=author)),
            taken_by=officer,
        )
    )
    with clock.at(clock.now() + timedelta(days=200)):
        decision_requests.ask(in_case, text="Patienten väntar", by=pharmacist)
    delays.tell(in_case.case, reason="Sjuk", expected_on=date(2040, 3, 2), by=officer)
    view = saved_views.save(name="Mina", query="flik=mine", by=officer)
    given = bulk.assign([factories.case().pk], to=officer, by=officer)
    # The pharmacy has let its last day pass, and been enjoined.
    enjoined = factories.enjoined(
        factories.case(of=factories.application(by=pharmacist), taken_by=officer)
    )
    question = question_texts.add(
        place="pharmacy",
        kind="",
        topic=f"Lager {author.pk}",
        text="Hur lagras {produkt}?",
        by=chief,
    )
    heard = factories.case(of=factories.application(by=pharmacist), taken_by=officer)
    communications.send(heard, text="Behovet är inte visat.", due_on=tomorrow(), by=officer)
    referral = referrals.refer(
        heard, to=people["assessor"], question="Räcker underlaget?", due_on=tomorrow(), by=officer
    )
    issue_documents()
    issue_receipts()
    issue_letters()
    batch = print_waiting(by=officer)
    issue_batches()
    letter = Letter.objects.get(case=decided)
    notice = notices_of(author.user)[0]
    licence = Licence.objects.get(decision__case=decided)
    entry = dispense(licence, by=pharmacist, batch=f"AB-{author.pk}")
    general = granted(LicenceKind.GENERAL)
    permission = permit(
        general,
        dnr="5.8.2-2026-7",
        conditions="",
        valid_from=general.valid_from,
        valid_to=general.valid_to,
        by=officer,
    )
    refresh()
    recalled(licence, entry.batch, by=people["operator"])
    recall_notice = RecallNotice.objects.latest("pk")
    informing = safety.SafetyFacts(act="tell", products=[licence.product], reason="Läs mer.")
    touched = oversight.touched_by(informing.act, informing.products, today=clock.today())
    action = safety.order(informing, expected=touched.count(), by=officer)
    safety_work.work(limit=10)
    suspended = stopped(general)
    to_sign = granted(LicenceKind.VETERINARY, by=pharmacist)
    proposed_revocation(to_sign)
    corrected(licence, CorrectedPart.CONDITIONS, "Följ upp.")
    issue_letters()
    refused = factories.decided(factories.Outcome.REJECTED, of=factories.application(by=pharmacist))
    begun = appeals.draft(refused.application, APPEAL, by=pharmacist)
    to_lodge = appeal_documents.add(
        begun, file=factories.picture("f.png"), kind="statement", by=pharmacist
    )
    appealed = appeals.register(
        factories.decided(factories.Outcome.REJECTED, of=factories.application(by=pharmacist)),
        APPEAL,
        received_on=clock.today(),
        file=factories.picture("g.png"),
        by=officer,
    )
    appealed = appeal_acts.reconsider(appealed, by=officer)
    appealed = appeal_acts.keep(appealed, reasons="Inget nytt.", by=chief)
    scanned = appealed.documents.get()
    issue_documents()
    issue_receipts()
    issue_letters()
    court_files.issue()
    offered = handing_over.offer(
        factories.application(by=pharmacist),
        to=factories.PharmacyFactory(),
        reason="Vi kan inte beställa läkemedlet.",
        by=pharmacist,
    )
    disclosed = factories.disclosed(decided, by=chief)
    issue_disclosures()
    today = clock.today()
    sample = log_samples.draw(first_day=today, last_day=today, most=3, by=people["operator"])
    keys: dict[str, dict[str, Any]] = {
        "medicines:product": {"pk": product.pk},
        "notifications:open": {"pk": notice.pk},
        "notifications:mark_all_read": {"pk": notice.pk},
        "what_now_for": {"reader": "person"},
        "what_now_in_english": {"reader": "djur"},
        "motivations:slip": {"pk": waiting.pk},
        "motivations:template": {"pk": template.pk},
        "motivations:edit_template": {"pk": template.pk},
        "motivations:delete_template": {"pk": template.pk},
        "motivations:section": {"pk": draft.pk, "slug": "patient"},
        "motivations:attachment": {"pk": draft.pk, "attachment_pk": on_draft.pk},
        "motivations:attachment_preview": {"pk": draft.pk, "attachment_pk": on_draft.pk},
        "motivations:attachment_page": {"pk": draft.pk, "attachment_pk": on_draft.pk, "number": 1},
        "motivations:replace_attachment": {"pk": draft.pk, "attachment_pk": on_draft.pk},
        "motivations:remove_attachment": {"pk": draft.pk, "attachment_pk": on_draft.pk},
        "motivations:supplement": {"pk": asked.application.motivation_id},
        "motivations:supplement_check": {"pk": asked.application.motivation_id},
        "motivations:receipt": {"pk": waiting.pk},
        "motivations:document": {"pk": waiting.pk},
        "motivations:withdraw": {"pk": waiting.pk},
        "applications:motivation": {"pk": waiting.pk},
        "applications:open_motivation": {"pk": waiting.pk},
        "applications:motivation_document": {"pk": waiting.pk},
        "applications:attachment": {"pk": waiting.pk, "attachment_pk": about_product.pk},
        "applications:attachment_preview": {"pk": waiting.pk, "attachment_pk": about_product.pk},
        "applications:attachment_page": {
            "pk": waiting.pk,
            "attachment_pk": about_product.pk,
            "number": 1,
        },
        "applications:start": {"pk": waiting.pk},
        "applications:section": {"pk": application_draft.pk, "slug": "licens"},
        "applications:receipt": {"pk": in_case.pk},
        "applications:receipt_document": {"pk": in_case.pk},
        "applications:withdraw": {"pk": in_case.pk},
        "decisions:saved_view": {"pk": view.pk},
        "decisions:bulk_done": {"pk": given.pk},
        "decisions:absence_of": {"pk": officer.pk},
        "decisions:pharmacy_request": {"application_pk": in_case.pk},
        "decisions:pharmacy_delay_letter": {"application_pk": in_case.pk},
        "applications:document": {"pk": application_draft.pk, "attachment_pk": on_application.pk},
        "applications:document_preview": {
            "pk": application_draft.pk,
            "attachment_pk": on_application.pk,
        },
        "applications:document_page": {
            "pk": application_draft.pk,
            "attachment_pk": on_application.pk,
            "number": 1,
        },
        "applications:remove_document": {
            "pk": application_draft.pk,
            "attachment_pk": on_application.pk,
        },
        "decisions:application_document": {"pk": open_case.pk, "attachment_pk": quality.pk},
        "decisions:application_document_preview": {
            "pk": open_case.pk,
            "attachment_pk": quality.pk,
        },
        "decisions:application_document_page": {
            "pk": open_case.pk,
            "attachment_pk": quality.pk,
            "number": 1,
        },
        "applications:offer": {"pk": in_case.pk},
        "applications:hand_over": {"pk": offered.pk},
        "applications:take_back": {"pk": offered.pk},
        "decisions:countersign": {"pk": proposed.pk},
        "decisions:attachment": {"pk": open_case.pk, "attachment_pk": in_case_file.pk},
        "decisions:attachment_preview": {"pk": open_case.pk, "attachment_pk": in_case_file.pk},
        "decisions:attachment_page": {
            "pk": open_case.pk,
            "attachment_pk": in_case_file.pk,
            "number": 1,
        },
        "applications:supplement": {"pk": enjoined.application_id},
        "applications:supplement_check": {"pk": enjoined.application_id},
        "decisions:question_text": {"pk": question.pk},
        "decisions:question_text_retire": {"pk": question.pk},
        "decisions:pharmacy_injunction": {"application_pk": enjoined.application_id},
        "decisions:letter": {"pk": letter.pk},
        "decisions:disclosed": {"pk": disclosed.pk},
        "decisions:disclosed_pdf": {"pk": disclosed.pk},
        "decisions:company_fees": {"organisation_number": pharmacist.pharmacy.organisation_number},
        "decisions:credit_fee": {"pk": decided.application.fees.get().pk},
        "decisions:close_fees": {"month": "2026-01"},
        "decisions:opinion": {"pk": referral.pk},
        "decisions:withdraw_referral": {"pk": referral.pk},
        "decisions:pharmacy_communication": {"application_pk": heard.application_id},
        "decisions:reprint_letter": {"pk": batch.printed.order_by("pk")[0].letter_id},
        **{
            f"decisions:{name}": {"pk": batch.pk}
            for name in ("batch", "batch_pdf", "reprint_batch")
        },
        **{
            f"decisions:{name}": {"key": "granted"}
            for name in ("text", "text_draft", "publish_text", "discard_text", "preview_text")
        },
        "decisions:appeal": {"pk": appealed.pk},
        "decisions:court_file": {"pk": appealed.pk},
        "decisions:appeal_act": {"pk": appealed.pk, "act": "aterkallat"},
        **_file("decisions:appeal_document", appealed.pk, scanned.pk),
        "decisions:register_appeal": {"pk": refused.pk},
        **{
            f"decisions:appeal_{page}": {
                "application_pk": refused.application_id,
                "matter": "beslutet",
            }
            for page in ("write", "documents", "check", "discard")
        },
        "decisions:own_appeal": {
            "application_pk": appealed.case.application_id,
            "pk": appealed.pk,
        },
        "decisions:appeal_remove_document": {
            "application_pk": refused.application_id,
            "attachment_pk": to_lodge.pk,
            "matter": "beslutet",
        },
        "decisions:appeal_lodged": {"application_pk": appealed.case.application_id},
        **_file("decisions:own_appeal_document", refused.application_id, to_lodge.pk),
        "decisions:pharmacy_letters": {"application_pk": decided.application_id},
        "decisions:pharmacy_any_letter": {
            "application_pk": decided.application_id,
            "pk": letter.pk,
        },
        "decisions:pharmacy_decision": {"application_pk": decided.application_id},
        "decisions:pharmacy_letter": {"application_pk": decided.application_id},
        "klas:log_sample": {"pk": sample.pk},
        "klas:check_sampled": {"pk": sample.pk, "place": 1},
        "licences:receipt": {"pk": entry.pk},
        "licences:reverse": {"pk": entry.pk},
        "licences:permission_end": {"pk": permission.pk},
        "licences:recalled": {"pk": recall_notice.pk},
        "licences:recall_end": {"pk": recall_notice.recall_id},
        "licences:safety_told": {"pk": action.pk},
        "licences:safety_action": {"pk": action.pk},
        "licences:lift": {"pk": suspended.pk},
        "licences:sign_revocation": {"pk": to_sign.pk},
        "licences:correct": {"pk": decided.pk},
        "accounts:begin": {"slug": "siths"},
        "accounts:answer": {"slug": "siths"},
        "accounts:trouble": {"trouble": "avbruten"},
    }
    usual = {
        "motivations": draft,
        "applications": application_draft,
        "decisions": open_case,
        "licences": licence,
    }
    addresses = {}
    for name in TABLE:
        app = name.split(":")[0]
        try:
            addresses[name] = reverse(name, kwargs=keys.setdefault(name, {}))
        except Exception:
            keys[name] = {"pk": usual[app].pk}
            addresses[name] = reverse(name, kwargs=keys[name])
    return World(people, addresses, keys)


@pytest.mark.django_db
def test_every_url_for_everybody(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    world = make_world()
    wrong = []
    for column, who in enumerate(WHO):
        client: Client = ActingClient()
        if who != "anonymous":
            client = ActingClient().act_as(world.people[who])
        for name, codes in TABLE.items():
            expected = codes.split()[column]
            response = client.get(world.addresses[name])
            code = str(response.status_code)
            if code == "302" and response["Location"].startswith(reverse("accounts:sign_in")):
                code = "-"
            if code != expected:
                wrong.append(f"{name} for {who}: {code}, expected {expected}")
    assert not wrong, "\n".join(wrong)
