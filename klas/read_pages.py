"""Pages that show personal data and whose views record nothing themselves.

Each is recorded as a reading of a kind of data (`klas.models.WHAT`), and where the page is about
one object, of whose: which row the address names, and where its reference number or dnr stands.
`tests/house/test_every_access_is_logged.py` asks every page.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from klas import audit
from klas.models import AccessAction

if TYPE_CHECKING:
    from accounts.models import Assignment

_OK = 200


@dataclass(frozen=True)
class Read:
    """What a page shows: the kind of data; of `model`'s row with the address' `key`, `number`."""

    what: str
    model: str = ""
    number: str = ""
    key: str = "pk"


_DRAFT = Read("motivation_draft", "motivations.Motivation", "reference")
_MOTIVATION = Read("motivation", "motivations.Motivation", "reference")
_APPLICATION = Read("application", "applications.Application", "motivation__reference")
_CASE = Read("case", "decisions.Case", "dnr")
_OWN_CASE = Read("application", "applications.Application", "dnr", "application_pk")
_LETTER = Read("letter", "decisions.Letter", "case__dnr")
_ATTACHMENT = Read("attachment", "motivations.Attachment", "motivation__reference", "attachment_pk")
_DOCUMENT = Read("attachment", "applications.QualityDocument", "application__dnr", "attachment_pk")
_APPEAL_DOCUMENT = Read(
    "attachment", "decisions.AppealDocument", "appeal__case__dnr", "attachment_pk"
)

PAGES: dict[str, Read] = {
    "motivations:list": Read("own_motivations"),
    "motivations:shared": Read("own_motivations"),
    "motivations:ending_licences": Read("own_motivations"),
    **dict.fromkeys(
        (
            "motivations:attachments", "motivations:discard", "motivations:hand_over",
            "motivations:remove_attachment", "motivations:replace_attachment", "motivations:share",
            "motivations:choose_template",
        ),
        _DRAFT,
    ),
    "motivations:receipt": _MOTIVATION,
    "motivations:withdraw": _MOTIVATION,
    "motivations:attachment_preview": _ATTACHMENT,
    "applications:inbox": Read("application_list"),
    "applications:hand_overs": Read("application_list"),
    **dict.fromkeys(
        (
            "applications:assign", "applications:discard", "applications:documents",
            "applications:offer", "applications:section", "applications:withdraw",
        ),
        _APPLICATION,
    ),
    "applications:attachment_preview": _ATTACHMENT,
    "applications:document_preview": _DOCUMENT,
    "decisions:queue": Read("case_list"),
    "decisions:bulk_done": Read("case_list"),
    "decisions:letters": Read("letter_list"),
    "decisions:referrals": Read("referral"),
    **dict.fromkeys(
        (
            "decisions:communicate", "decisions:delay", "decisions:refer", "decisions:request",
            "decisions:request_supplement", "decisions:request_from_pharmacy",
            "decisions:register_appeal",
        ),
        _CASE,
    ),
    "decisions:appeal_act": Read("appeal", "decisions.Appeal", "case__dnr"),
    **dict.fromkeys(
        (
            "decisions:appeal_check", "decisions:appeal_documents", "decisions:appeal_write",
            "decisions:appeal_discard",
            "decisions:pharmacy_letters",
        ),
        _OWN_CASE,
    ),
    "decisions:attachment_preview": _ATTACHMENT,
    "decisions:application_document_preview": _DOCUMENT,
    "decisions:appeal_document_preview": _APPEAL_DOCUMENT,
    "decisions:own_appeal_document_preview": _APPEAL_DOCUMENT,
    "decisions:batch": Read("print_batch", "decisions.PrintBatch"),
    "decisions:reprint_batch": Read("print_batch", "decisions.PrintBatch"),
    "decisions:reprint_letter": _LETTER,
    "licences:own": Read("licence_list"),
    "licences:oversight": Read("licence_list"),
    "licences:permissions": Read("dispensing_permission"),
    "licences:permission_add": Read("dispensing_permission"),
    "licences:permission_end": Read(
        "dispensing_permission", "licences.DispensingPermission", "licence__decision__case__dnr"
    ),
}  # fmt: skip


def record_read(request: HttpRequest, response: HttpResponseBase, *, by: "Assignment") -> None:
    """Record that a page was read, if it is one of `PAGES` and has not recorded anything itself.

    Called after a GET by the view that all views derive (`klas.acting`).
    """
    match = request.resolver_match
    if match is None or response.status_code != _OK or audit.recorded():
        return
    read = PAGES.get(match.view_name)
    if read is None:
        return
    row, whose = None, ""
    if read.model:
        model = apps.get_model(read.model)
        row = model._default_manager.only("pk").filter(pk=match.kwargs[read.key]).first()
        if row is not None and read.number:
            rows = model._default_manager.filter(pk=row.pk)
            whose = rows.values_list(read.number, flat=True).get() or ""
    audit.record(AccessAction.READ, by=by, what=read.what, obj=row, whose=whose)
