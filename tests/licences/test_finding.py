"""Finding a licence, and the pharmacy's own list of them."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Assignment
from applications.services.search import NotFound
from decisions.enums import LicenceStatus
from decisions.models import Licence
from klas import clock
from klas.access import Role
from klas.errors import Refused
from klas.models import AccessLogEntry
from klas.policy import policy
from licences import queries
from licences.models import RecallNotice
from licences.services.finding import find_by_number
from motivations.enums import LicenceKind
from tests import factories
from tests.licences.conftest import (
    dispense,
    found,
    granted,
    permitted,
    recalled,
    stopped,
    text_of,
    url,
)

pytestmark = pytest.mark.django_db


class TestFind:
    @pytest.mark.parametrize("number", ["number", "dnr", "reference"])
    def test_by_each_of_its_numbers_however_typed(
        self, acting: Any, licence: Licence, elsewhere: Assignment, number: str
    ) -> None:
        numbers = {
            "number": licence.number,
            "dnr": licence.decision.case.dnr,
            "reference": licence.decision.case.application.motivation.reference,
        }
        written = str(numbers[number]).lower().replace("-", " ")
        client = acting(elsewhere)
        assert client.get(url("card", licence.pk)).status_code == 404
        response = client.post(url("find"), {"number": written, "purpose": "dispense"})
        assert response["Location"] == url("card", licence.pk)
        assert client.get(url("card", licence.pk)).status_code == 200
        searched = AccessLogEntry.objects.get(what="licence_by_number")
        assert (searched.hit, searched.whose) == (True, numbers[number])
        assert searched.purpose == "dispense"
        read = AccessLogEntry.objects.get(what="licence")
        assert (read.purpose, read.whose) == ("dispense", licence.decision.case.dnr)

    def test_a_miss_is_said_recorded_and_in_the_end_stops_the_searching(
        self, acting: Any, elsewhere: Assignment
    ) -> None:
        client = acting(elsewhere)
        asked = {"number": "L-2026-999999", "purpose": "question"}
        response = client.post(url("find"), asked)
        assert response.status_code == 422
        assert "Ingen licens har nummer L-2026-999999" in text_of(response)
        assert AccessLogEntry.objects.get(hit=False).purpose == "question"
        with clock.at(clock.now() + timedelta(minutes=5)):  # waits between them as it must
            for _ in range(policy.search_misses_before_block):
                response = client.post(url("find"), asked)
        assert "kan inte söka just nu" in text_of(response)

    def test_what_is_no_number_is_no_miss(self, acting: Any, elsewhere: Assignment) -> None:
        response = acting(elsewhere).post(url("find"), {"number": "hej", "purpose": "dispense"})
        assert "Det är inget nummer på en licens" in text_of(response)
        assert 'value="hej"' in response.content.decode()
        assert not AccessLogEntry.objects.filter(hit=False).exists()

    def test_it_opens_for_a_day_and_for_that_pharmacy_only(
        self, acting: Any, licence: Licence, elsewhere: Assignment
    ) -> None:
        with clock.at(clock.now() - timedelta(hours=policy.search_hit_hours, minutes=1)):
            found(licence, by=elsewhere)
        assert acting(elsewhere).get(url("card", licence.pk)).status_code == 404
        found(licence, by=elsewhere)
        third = factories.AssignmentFactory(pharmacist=True)
        assert acting(third).get(url("card", licence.pk)).status_code == 404

    def test_a_number_with_several_licences_lets_one_choose(
        self, acting: Any, pharmacist: Assignment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # A renewal on the same motivation, which nobody can apply for yet.
        both = [granted(by=pharmacist), granted(by=pharmacist)]
        monkeypatch.setattr("licences.views.finding.find_by_number", lambda *_, **__: both)
        asked = {"number": "KL-2026-000001-X", "purpose": "dispense"}
        response = acting(pharmacist).post(url("find"), asked)
        assert "Numret hör till flera licenser" in text_of(response)
        for licence in both:
            assert url("card", licence.pk) in response.content.decode()

    def test_the_staff_do_not_search(self, acting: Any, staff: Assignment) -> None:
        assert acting(staff).get(url("find")).status_code == 403


class TestOwn:
    def test_the_tabs(self, acting: Any, pharmacist: Assignment) -> None:
        today = clock.today()
        far = granted(by=pharmacist)
        soon = granted(by=pharmacist, valid_to=today + timedelta(days=60))
        over = granted(
            by=pharmacist,
            valid_from=today - timedelta(days=9),
            valid_to=today - timedelta(days=1),
        )
        gone = stopped(granted(by=pharmacist), LicenceStatus.REVOKED)
        others = granted()
        client = acting(pharmacist)
        shown = {
            tab: {
                one.number
                for one in (far, soon, over, gone, others)
                if one.number in text_of(client.get(url("own"), {"tab": tab}))
            }
            for tab in (queries.VALID, queries.ENDING, queries.ENDED)
        }
        assert shown == {
            queries.VALID: {far.number, soon.number},
            queries.ENDING: {soon.number},
            queries.ENDED: {over.number, gone.number},
        }

    def test_search_on_number_and_product(self, acting: Any, pharmacist: Assignment) -> None:
        one = granted(by=pharmacist)
        client = acting(pharmacist)
        for text, is_there in (("ospolot 50", True), (one.number[-6:], True), ("diacomit", False)):
            page = text_of(client.get(url("own"), {"q": text}))
            assert (one.number in page) is is_there, text
        page = text_of(client.get(url("own"), {"q": "19570428-9999"}))
        assert "inte att söka på personnummer" in page

    def test_nobody_s_name_is_in_the_list(
        self, acting: Any, licence: Licence, pharmacist: Assignment
    ) -> None:
        page = text_of(acting(pharmacist).get(url("own")))
        assert licence.number in page
        assert "Vera" not in page

    def test_as_many_queries_for_many_as_for_one(self, acting: Any, pharmacist: Assignment) -> None:
        licence = granted(by=pharmacist)
        client = acting(pharmacist)

        def count(address: str) -> int:
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert client.get(address).status_code == 200
            return len(captured)

        def few_and_many(address: str, more: Callable[[], object]) -> None:
            count(address)
            few = count(address)
            more()
            assert count(address) == few, address

        few_and_many(url("own"), lambda: [granted(by=pharmacist) for _ in range(3)])
        dispense(licence, by=pharmacist, quantity=Decimal(1))
        before = clock.now() - timedelta(
            minutes=1
        )  # what is written down after the recall was handed out then
        many = lambda: [  # noqa: E731
            dispense(licence, by=pharmacist, quantity=Decimal(1), at=before) for _ in range(20)
        ]
        few_and_many(url("card", licence.pk), many)
        few_and_many(url("print", licence.pk), many)
        operator = factories.acting_as(Role.OPERATOR)
        recalled(licence, "AB127", by=operator)
        few_and_many(url("recalled", RecallNotice.objects.get().pk), many)
        client = acting(operator)
        asked = "?product=ospolot&batch=AB127"
        for name in ("recall", "recall_csv"):
            few_and_many(url(name) + asked, lambda: dispense_at_others(licence, at=before))
        client = acting(officer := factories.AssignmentFactory())
        general = granted(LicenceKind.GENERAL, by=pharmacist)
        permitted(general, by=officer)
        few_and_many(url("permissions"), lambda: [permitted(general, by=officer) for _ in "abcd"])


def dispense_at_others(licence: Licence, *, at: datetime) -> None:
    for _ in range(4):
        by = factories.AssignmentFactory(pharmacist=True)
        dispense(licence, by=by, quantity=Decimal(1), at=at)


@pytest.mark.django_db(transaction=True)
def test_many_searches_at_once_get_no_more_tries_than_one_by_one() -> None:
    pharmacist = factories.AssignmentFactory(pharmacist=True)
    slow = policy.search_misses_before_slow
    outcomes: list[str] = []

    def search() -> None:
        try:
            find_by_number("L-2026-999999", purpose="dispense", by=pharmacist)
        except NotFound:
            outcomes.append("missed")
        except Refused:
            outcomes.append("held back")
        finally:
            connection.close()

    threads = [threading.Thread(target=search) for _ in range(slow + 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["held back"] * 3 + ["missed"] * slow
