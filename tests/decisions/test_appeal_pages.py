"""What the pages of an appeal answer: empty, stale, from another pharmacy, from two at once."""

import threading
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse

from accounts.models import Assignment
from decisions.enums import AppealStatus, CourtOutcome, LetterReason
from decisions.models import Appeal, Case, Letter
from decisions.services import appeals
from klas.errors import Refused
from tests import factories
from tests.applications.conftest import hidden, press, text_of
from tests.decisions.test_appeals import (
    FACTS,
    concluded,
    drafted,
    lodged,
    pharmacist_of,
    rejected,
)

WRITTEN = {"change": "Avslaget", "how": "Bifall.", "reasons": "Behovet finns."}


def page(name: str, case: Case, matter: str = "beslutet") -> str:
    return reverse(f"decisions:{name}", args=[case.application_id, matter])


def act_page(appeal: Appeal, act: str) -> str:
    return reverse("decisions:appeal_act", args=[appeal.pk, act])


def colleague_of(case: Case) -> Assignment:
    colleague: Assignment = factories.AssignmentFactory(
        pharmacist=True, pharmacy=pharmacist_of(case).pharmacy
    )
    return colleague


@pytest.mark.django_db
class TestThePharmacy:
    def test_what_was_typed_stays_when_something_is_missing(self, acting: Any) -> None:
        case = rejected()
        answer = press(
            acting(pharmacist_of(case)), page("appeal_write", case), change="Bara detta", how=" "
        )
        assert answer.status_code == 422
        assert "Bara detta" in answer.content.decode()
        assert "Skriv hur ni vill att beslutet ändras" in text_of(answer)
        assert not Appeal.objects.exists()

    def test_a_file_must_be_chosen(self, acting: Any) -> None:
        case = rejected()
        drafted(case)
        answer = press(acting(pharmacist_of(case)), page("appeal_documents", case), kind="other")
        assert answer.status_code == 422
        assert '<option value="other" selected>' in answer.content.decode()

    @pytest.mark.parametrize("begun", [True, False])
    def test_a_colleagues_words_are_not_replaced(self, acting: Any, *, begun: bool) -> None:
        case = rejected()
        if begun:
            drafted(case)
        client = acting(pharmacist_of(case))
        opened = hidden(client.get(page("appeal_write", case)))
        appeals.draft(case.application, FACTS, by=colleague_of(case))
        answer = client.post(page("appeal_write", case), {**opened, **WRITTEN})
        assert answer.status_code == 409
        assert WRITTEN["reasons"] in answer.content.decode()
        assert Appeal.objects.get().text == vars(FACTS)

    def test_not_lodged_with_other_words_than_were_checked(self, acting: Any) -> None:
        case = rejected()
        drafted(case)
        client = acting(pharmacist_of(case))
        opened = hidden(client.get(page("appeal_check", case)))
        drafted(case)
        assert client.post(page("appeal_check", case), opened).status_code == 409
        assert Appeal.objects.get().status == AppealStatus.DRAFT

    def test_checked_without_a_draft_leads_to_the_decision(self, acting: Any) -> None:
        case = rejected()
        draft = drafted(case)
        client = acting(pharmacist_of(case))
        opened = hidden(client.get(page("appeal_check", case)))
        appeals.discard(draft, by=pharmacist_of(case))
        answer = client.post(page("appeal_check", case), opened)
        decision = reverse("decisions:pharmacy_decision", args=[case.application_id])
        assert answer["Location"] == decision

    def test_a_draft_is_thrown_away_after_a_question(self, acting: Any) -> None:
        case = rejected()
        drafted(case)
        client = acting(pharmacist_of(case))
        address = page("appeal_discard", case)
        assert address in client.get(page("appeal_write", case)).content.decode()
        assert "alla bifogade filer försvinner" in text_of(client.get(address))
        assert press(client, address).status_code == 302
        assert not Appeal.objects.exists()
        assert client.get(address)["Location"] == reverse(
            "decisions:pharmacy_decision", args=[case.application_id]
        )

    def test_after_reopening_the_status_page_leads_to_the_earlier_decision(
        self, acting: Any
    ) -> None:
        case = rejected()
        appeal = concluded(CourtOutcome.REMITTED, lodged(case))
        shown = acting(pharmacist_of(case)).get(case.application.get_absolute_url())
        for name in ("pharmacy_decision", "appeal_lodged"):
            address = reverse(f"decisions:{name}", args=[case.application_id])
            assert f'href="{address}"' in shown.content.decode()
            assert acting(pharmacist_of(case)).get(address).status_code == 200
        assert appeal.number

    @pytest.mark.parametrize("name", ["appeal_write", "appeal_documents", "appeal_check"])
    def test_another_pharmacy_finds_nothing(self, acting: Any, name: str) -> None:
        case = rejected()
        drafted(case)
        opened = hidden(acting(pharmacist_of(case)).get(page(name, case)))
        stranger = acting(factories.AssignmentFactory(pharmacist=True))
        assert stranger.post(page(name, case), {**opened, **WRITTEN}).status_code == 404
        appeal = Appeal.objects.get()
        assert (appeal.status, appeal.text) == (AppealStatus.DRAFT, vars(FACTS))


@pytest.mark.django_db
class TestTheAgency:
    def test_time_is_not_judged_without_a_reason(self, acting: Any) -> None:
        appeal = lodged()
        client = acting(factories.AssignmentFactory())
        answer = press(client, act_page(appeal, "tid"), got_on="2026-01-02", reason="")
        assert answer.status_code == 422
        assert "2026-01-02" in answer.content.decode()
        assert "Skriv vad bedömningen bygger på" in text_of(answer)

    def test_registered_with_day_words_and_file(self, acting: Any) -> None:
        case = rejected()
        address = reverse("decisions:register_appeal", args=[case.pk])
        answer = press(acting(factories.AssignmentFactory()), address, change="Hela avslaget")
        assert answer.status_code == 422
        assert "Hela avslaget" in answer.content.decode()
        assert not Appeal.objects.exists()

    def test_done_by_a_colleague_meanwhile_is_refused(self, acting: Any) -> None:
        appeal = lodged()
        first, second = (acting(factories.AssignmentFactory()) for _ in range(2))
        address = act_page(appeal, "omprova")
        opened = hidden(second.get(address))
        assert press(first, address).status_code == 302
        assert second.post(address, opened).status_code == 409
        assert appeal.events.filter(action="reconsider").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_lodge_at_the_same_time_lodge_one_appeal() -> None:
    case = rejected()
    draft = drafted(case)
    people = [pharmacist_of(case), colleague_of(case)]
    barrier, done, refused = threading.Barrier(2), [], []

    def work(by: Assignment) -> None:
        try:
            mine = Appeal.objects.get(pk=draft.pk)
            barrier.wait(timeout=20)
            done.append(appeals.lodge(mine, by=by, opened_revision=mine.revision))
        except Refused as error:
            refused.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(by,)) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert (len(done), len(refused)) == (1, 1)
    assert Appeal.objects.get().number == f"{case.dnr}-Ö1"
    assert Letter.objects.filter(reason=LetterReason.APPEAL_RECEIVED).count() == 1
