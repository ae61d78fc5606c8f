"""Saved views of the queue, its filters, and the list as a file."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Assignment
from decisions.models import SavedView
from decisions.queue import TABS
from decisions.services import saved_views
from klas import clock
from klas.errors import NotAllowed, Refused
from klas.models import AccessLogEntry
from klas.policy import policy
from tests import factories

pytestmark = pytest.mark.django_db
QUEUE, SAVE = reverse("decisions:queue"), reverse("decisions:save_view")
EXPORT = reverse("decisions:export")


@pytest.fixture
def officer(db: None) -> Assignment:
    return factories.AssignmentFactory()


def _post(client: Any, address: str, **fields: Any) -> Any:
    return client.post(address, {"_key": str(uuid4()), **fields})


class TestSavedViews:
    def test_a_filter_becomes_a_link(self, acting: Any, officer: Any) -> None:
        client = acting(officer)
        asked = f"{SAVE}?flik=open&urgency=urgent&page=3&nonsense=1"
        answer = _post(client, asked, name="Brådskande")
        assert answer.url == f"{QUEUE}?flik=open&sort=due&urgency=urgent"
        page = client.get(answer.url)
        assert [(view.text, view.current) for view in page.context["views"]] == [
            ("Brådskande", True)
        ]
        assert "Brådskande" not in acting(factories.AssignmentFactory()).get(QUEUE).content.decode()

    def test_the_queue_begins_with_the_one_chosen(self, acting: Any, officer: Any) -> None:
        client = acting(officer)
        for name, tab in (("Mina", "mine"), ("Alla", "open")):
            _post(client, f"{SAVE}?flik={tab}", name=name, is_start="on")
        assert client.get(QUEUE).url == f"{QUEUE}?flik=open&sort=due"
        assert SavedView.objects.filter(is_start=True).count() == 1

    def test_renamed_and_removed(self, acting: Any, officer: Any) -> None:
        view = saved_views.save(name="Mina", query="flik=mine", by=officer)
        saved_views.save(name="Andra", query="flik=open", by=officer)
        client, address = acting(officer), reverse("decisions:saved_view", args=[view.pk])
        assert _post(client, address, name="").status_code == 422
        taken = _post(client, address, name="Andra")
        assert taken.status_code == 409
        assert "redan ett urval som heter så" in taken.content.decode()
        _post(client, address, name="Mina egna")
        assert "Mina egna" in client.get(reverse("decisions:saved_views")).content.decode()
        assert acting(factories.AssignmentFactory()).get(address).status_code == 404
        _post(client, address, _remove="1")
        assert not SavedView.objects.filter(pk=view.pk).exists()

    def test_what_is_refused(self, acting: Any, officer: Any) -> None:
        client = acting(officer)
        assert _post(client, SAVE, name="").status_code == 422
        assert _post(client, SAVE, name=f"Om {factories.PERSONAL_NUMBER}").status_code == 422
        saved_views.save(name="Mina", query="flik=mine", by=officer)
        assert _post(client, SAVE, name="Mina").status_code == 409
        with pytest.raises(NotAllowed):
            saved_views.save(name="x", query="", by=factories.AssignmentFactory(pharmacist=True))
        for n in range(policy.queue_views_per_officer - 1):
            saved_views.save(name=str(n), query="", by=officer)
        with pytest.raises(Refused, match="så många"):
            saved_views.save(name="En till", query="", by=officer)


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"status": "in_review"}, True),
            ({"status": "waiting"}, False),
            ({"assignee": "none"}, False),
            ({"duplicate": "on"}, False),
            ({"requested": "on"}, False),
            ({"q": "OSPÓLOT sultiam"}, True),
            ({"q": "ospolot diacomit"}, False),
            ({"q": "N03AX03"}, True),
            ({"q": "100%"}, False),
        ],
    )
    def test_each_narrows_the_list(
        self, acting: Any, officer: Any, query: dict[str, str], found: bool
    ) -> None:
        case = factories.case(taken_by=officer)
        page = acting(officer).get(QUEUE, {"flik": "open", **query}).content.decode()
        assert (case.dnr in page) is found

    def test_a_number_is_found_however_it_is_typed(self, acting: Any, officer: Any) -> None:
        case = factories.case()
        reference = case.application.motivation.reference or ""
        for typed in (case.dnr.replace("-", " "), reference.lower(), reference.replace("-", "")):
            page = acting(officer).get(QUEUE, {"flik": "open", "q": typed}).content.decode()
            assert case.dnr in page, typed

    def test_two_letters_are_too_few(self, acting: Any, officer: Any) -> None:
        page = acting(officer).get(QUEUE, {"q": "os"}).content.decode()
        assert "Skriv minst tre tecken" in page

    def test_a_page_that_is_not_there_is_the_nearest(self, acting: Any, officer: Any) -> None:
        factories.case()
        for query in ({"page": "99"}, {"page": "99", "kind": "individual"}, {"page": "-1"}):
            assert len(acting(officer).get(QUEUE, query).context["rows"]) == 1

    def test_every_tab_asks_as_much_for_many_as_for_one(self, acting: Any, officer: Any) -> None:
        client = acting(officer)
        saved_views.save(name="Mina", query="flik=mine", by=officer)
        with clock.at(clock.now() - timedelta(days=60)):
            factories.asked(factories.case(taken_by=officer))
            factories.case(taken_by=officer)
            factories.case()
        asked: dict[str, list[int]] = {tab: [] for tab in TABS}
        for more in (0, 6):
            for n in range(more):
                factories.case(taken_by=officer if n % 2 else None)
            for tab in TABS:
                for query in ({}, {"q": "ospolot"}):
                    with CaptureQueriesContext(connection) as captured:
                        client.get(QUEUE, {"flik": tab, **query})
                    asked[tab].append(len(captured))
        for tab, counts in asked.items():
            assert len(set(counts)) == 1, tab
            assert counts[0] <= 8, tab


class TestTheFile:
    def test_it_holds_exactly_the_filtered_list_in_its_order(
        self, acting: Any, officer: Any
    ) -> None:
        mine, free = factories.case(taken_by=officer), factories.case()
        client = acting(officer)
        answer = client.get(EXPORT, {"flik": "open", "sort": "-registered", "format": "csv"})
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        assert [line.split(";")[0] for line in lines] == ["Diarienummer", free.dnr, mine.dnr]
        assert officer.user.name in lines[2]
        assert "Vera Provpatient" not in "".join(lines)
        answer = client.get(EXPORT, {"flik": "mine", "format": "xlsx"})
        sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
        assert [row[0].value for row in sheet.iter_rows()] == ["Diarienummer", mine.dnr]
        log = AccessLogEntry.objects.filter(action="download", what="case_list")
        assert log.count() == 2

    def test_the_page_links_to_it_with_its_filter(self, acting: Any, officer: Any) -> None:
        factories.case()
        page = acting(officer).get(QUEUE, {"flik": "open", "q": "ospolot"}).content.decode()
        assert f"{EXPORT}?flik=open&amp;sort=due&amp;q=ospolot&amp;format=xlsx" in page
