"""Every page that shows somebody's data leaves an entry in the access log (domain §7)."""

from typing import Any

import pytest
from django.urls import reverse

from klas.models import AccessAction, AccessLogEntry
from tests.conftest import ActingClient
from tests.house.test_access_table import TABLE, WHO, make_world

# Pages that show nothing of a patient, an owner or what somebody did to theirs. By hand: a new
# page leaves an entry, or its writer says here that it need not.
WITHOUT_PERSONAL_DATA = {
    # open to everybody, or about the one who asks
    "start", "accessibility", "what_now", "what_now_for", "what_now_in_english", "healthz",
    "statistics:public", "statistics:public_in_english", "statistics:csv", "statistics:json",
    "verification:check", "accounts:sign_in", "accounts:choose_assignment",
    "accounts:reauthenticate", "accounts:profile", "accounts:no_licence", "accounts:trouble",
    "accounts:signed_out", "accounts:client_keys", "accounts:time_left", "robots_txt",
    "security_txt",
    "notifications:list", "notifications:settings",
    # forms that ask and show nothing yet
    "applications:search", "licences:find", "motivations:new", "motivations:own_patient",
    "decisions:who_has_seen", "klas:log_samples",
    # products, batches, companies, colleagues, texts and numbers
    "medicines:search", "medicines:suggest", "medicines:product", "licences:recall",
    "licences:recall_end", "licences:safety", "decisions:absence", "decisions:absence_of",
    "decisions:fees", "decisions:company_fees", "decisions:credit_fee", "decisions:close_fees",
    "decisions:pharmacy_fees", "decisions:batches", "decisions:precedents",
    "decisions:question_text", "decisions:question_text_new", "decisions:question_texts",
    "decisions:saved_view", "decisions:saved_views", "decisions:statistics",
    "decisions:statistics_file", "decisions:text", "decisions:text_draft", "decisions:texts",
    "motivations:templates", "motivations:delete_template",
}  # fmt: skip
TO_PAPER = {"decisions:batch_pdf", "licences:print"}
TO_FILE = {
    "klas:access_log_file", "decisions:export", "decisions:fees_file", "motivations:document",
    "applications:motivation_document", "applications:receipt_document", "decisions:letter",
    "decisions:motivation_document", "decisions:receipt", "decisions:disclosed_pdf",
    "decisions:court_file", "motivations:attachment", "applications:attachment",
    "applications:document", "decisions:attachment", "decisions:application_document",
    "decisions:appeal_document", "decisions:own_appeal_document", "decisions:pharmacy_letter",
}  # fmt: skip


@pytest.mark.django_db
def test_every_page_with_personal_data_leaves_an_entry(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    world = make_world()
    clients = {who: ActingClient().act_as(world.people[who]) for who in WHO if who != "anonymous"}
    silent, wrong = [], []
    for name, codes in TABLE.items():
        who = next((who for who, code in zip(WHO, codes.split(), strict=True)
                    if code == "200" and who != "anonymous"), None)  # fmt: skip
        if who is None or name in WITHOUT_PERSONAL_DATA:
            continue
        last = AccessLogEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        response = clients[who].get(world.addresses[name])
        b"".join(response) if response.streaming else response.content
        entries = AccessLogEntry.objects.filter(pk__gt=last).order_by("pk")
        if not entries:
            silent.append(name)
            continue
        actions = {entry.action for entry in entries}
        if name in TO_PAPER and AccessAction.PRINT not in actions:
            wrong.append(f"{name}: {actions}")
        if name in TO_FILE and AccessAction.DOWNLOAD not in actions:
            wrong.append(f"{name}: {actions}")
        for entry in entries:
            assert entry.user_id == world.people[who].user_id, name
            assert (entry.role, entry.unit) == (
                world.people[who].role,
                world.people[who].unit_name,
            ), name
            assert entry.address == "127.0.0.1", name
            assert entry.request_id, name
            assert entry.at, name
    assert not wrong, "\n".join(wrong)
    assert not silent, f"no entry for {sorted(silent)}"


def test_the_list_of_pages_without_personal_data_names_real_pages() -> None:
    assert set(TABLE) >= WITHOUT_PERSONAL_DATA | TO_PAPER | TO_FILE
    assert reverse("klas:access_log")
