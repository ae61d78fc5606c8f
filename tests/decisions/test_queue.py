"""The queue: what an officer sees, how it is filtered, and taking the next case."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from decisions.models import Case
from klas import clock
from klas.access import Role
from tests import factories

pytestmark = pytest.mark.django_db
QUEUE = reverse("decisions:queue")
TAKE_NEXT = reverse("decisions:take_next")


def _cases(count: int) -> list[Case]:
    """Cases of one doctor, one product and one pharmacy."""
    doctor = factories.AssignmentFactory(prescriber=True)
    pharmacist = factories.AssignmentFactory(pharmacist=True)
    product = factories.ProductFactory()
    return [
        factories.case(
            of=factories.application(
                on=factories.motivation(by=doctor, product=product), by=pharmacist
            )
        )
        for _ in range(count)
    ]


def _key() -> dict[str, str]:
    return {"_key": str(uuid4())}


def test_a_row_says_what_the_case_is_and_how_long_is_left(acting: Any) -> None:
    urgent = {"urgency": "urgent", "urgent_reason": "Kramper", "urgent_phone": "070-1"}
    # A Monday morning; the case is due the same day.
    with clock.at(datetime(2026, 11, 23, 8, tzinfo=UTC)):
        case = factories.case(of=factories.application(on=factories.motivation(hantering=urgent)))
        page = acting(factories.AssignmentFactory()).get(QUEUE).content.decode()
    assert case.dnr in page
    assert "Ospolot, filmdragerad tablett, 50 mg" in page
    assert "Medicinskt brådskande" in page
    assert "Ska beslutas i dag" in page
    assert case.application.pharmacy.name in page
    assert "Ej fördelat" in page
    assert "Ärendekö: 1 ärende<" in page
    assert "Vera Provpatient" not in page


def test_a_late_case_says_how_late(acting: Any) -> None:
    with clock.at(datetime(2026, 11, 9, 8, tzinfo=UTC)):
        factories.case()  # due on the 18th
    with clock.at(datetime(2026, 11, 20, 8, tzinfo=UTC)):
        page = acting(factories.AssignmentFactory()).get(QUEUE, {"flik": "overdue"})
    assert "2 arbetsdagar försenat" in page.content.decode()


def test_tabs_count_and_show_their_own_cases(acting: Any) -> None:
    officer = factories.AssignmentFactory()
    mine = factories.case(taken_by=officer)
    free = factories.case()
    done = factories.decided()
    client = acting(officer)
    shown = {
        tab: {
            case.dnr
            for case in (mine, free, done)
            if case.dnr in client.get(QUEUE, {"flik": tab}).content.decode()
        }
        for tab in ("unassigned", "mine", "waiting", "to_countersign", "overdue", "open", "decided")
    }
    assert shown == {
        "unassigned": {free.dnr},
        "mine": {mine.dnr},
        "waiting": set(),
        "to_countersign": set(),
        "overdue": set(),
        "open": {mine.dnr, free.dnr},
        "decided": {done.dnr},
    }
    counts = {tab.text: tab.count for tab in client.get(QUEUE).context["tabs"]}
    assert {str(text): count for text, count in counts.items()} == {
        "Ej fördelade": 1,
        "Mina": 1,
        "Väntar på komplettering": 0,
        "Komplettering inkommen": 0,
        "Att kontrasignera": 0,
        "Försenade": 0,
        "Försenade, ej meddelade": 0,
        "Alla öppna": 2,
        "Avslutade": None,
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "ospolot"}, True),
        ({"q": "sultiam"}, True),
        ({"q": "diacomit"}, False),
        ({"kind": "individual"}, True),
        ({"kind": "general"}, False),
        ({"urgency": "normal"}, True),
        ({"urgency": "urgent"}, False),
        ({"first_time": "on"}, False),
    ],
)
def test_filters_narrow_the_list(acting: Any, query: dict[str, str], found: bool) -> None:
    case = factories.case()
    page = acting(factories.AssignmentFactory()).get(QUEUE, query).content.decode()
    assert (case.dnr in page) is found
    assert ("Inga ärenden passar filtret" in page) is not found


def test_filtering_on_number_and_officer(acting: Any) -> None:
    officer = factories.AssignmentFactory()
    taken, free = factories.case(taken_by=officer), factories.case()
    client = acting(officer)
    by_number = client.get(QUEUE, {"flik": "open", "q": free.dnr[-6:]}).content.decode()
    assert free.dnr in by_number
    assert taken.dnr not in by_number
    by_officer = client.get(QUEUE, {"flik": "open", "assignee": officer.pk}).content.decode()
    assert taken.dnr in by_officer
    assert free.dnr not in by_officer


def test_a_personnummer_is_not_searched_for(acting: Any) -> None:
    page = acting(factories.AssignmentFactory()).get(QUEUE, {"q": factories.PERSONAL_NUMBER})
    assert "Texten innehåller ett personnummer" in page.content.decode()


def test_order_follows_due_date_or_registration(acting: Any) -> None:
    start = datetime(2026, 11, 2, 8, tzinfo=UTC)
    made = []
    for days in (1, 0, 2):
        with clock.at(start + timedelta(days=days)):
            made.append(factories.case())
    client = acting(factories.AssignmentFactory())
    middle, first, last = (case.pk for case in made)

    def order(sort: str) -> list[int]:
        page = client.get(QUEUE, {"sort": sort})
        return [row.case.pk for row in page.context["rows"]]

    assert order("due") == order("registered") == [first, middle, last]
    assert order("-due") == order("-registered") == [last, middle, first]
    assert order("nonsense") == order("due")


def test_the_number_of_queries_does_not_grow_with_the_rows(acting: Any) -> None:
    client = acting(factories.AssignmentFactory())
    _cases(1)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(QUEUE)
    _cases(29)
    with CaptureQueriesContext(connection) as thirty:
        page = client.get(QUEUE)
    assert "(sida 1 av 2)" in page.content.decode()
    assert len(page.context["rows"]) == 25
    assert len(one) == len(thirty) <= 8, [query["sql"] for query in thirty]


def test_take_next_takes_urgent_cases_first_and_opens_them(acting: Any) -> None:
    officer = factories.AssignmentFactory()
    factories.case()
    urgent = {"urgency": "urgent", "urgent_reason": "Kramper", "urgent_phone": "070-1"}
    case = factories.case(of=factories.application(on=factories.motivation(hantering=urgent)))
    answer = acting(officer).post(TAKE_NEXT, _key())
    assert answer.url == case.get_absolute_url()
    case.refresh_from_db()
    assert case.assignee == officer


def test_a_double_click_takes_one_case(acting: Any) -> None:
    officer, key = factories.AssignmentFactory(), _key()
    factories.case()
    factories.case()
    client = acting(officer)
    assert client.post(TAKE_NEXT, key).url == client.post(TAKE_NEXT, key).url
    assert Case.objects.filter(assignee=officer).count() == 1


def test_an_empty_queue_says_so(acting: Any) -> None:
    client = acting(factories.AssignmentFactory())
    assert "Inga ärenden väntar" in client.get(QUEUE).content.decode()
    answer = client.post(TAKE_NEXT, _key())
    assert answer.status_code == 409
    assert "Det finns inga ärenden att ta just nu." in answer.content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_only_officers_see_the_queue(acting: Any, role: Role) -> None:
    officers = {Role.CASEWORKER, Role.ASSESSOR, Role.DECISION_MAKER}
    client = acting(factories.acting_as(role))
    assert client.get(QUEUE).status_code == (200 if role in officers else 403)
    factories.case()
    takers = officers - {Role.ASSESSOR}
    assert client.post(TAKE_NEXT, _key()).status_code == (302 if role in takers else 403)
    button = "Ta nästa ärende" in client.get(QUEUE).content.decode()
    assert button is (role in takers)


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_never_get_the_same_case(acting: Any) -> None:
    _cases(6)
    clients = [acting(factories.AssignmentFactory()) for _ in range(2)]
    barrier = threading.Barrier(2)
    taken: list[list[str]] = [[], []]

    def work(index: int, client: Client) -> None:
        try:
            for _ in range(3):
                barrier.wait(timeout=20)
                taken[index].append(client.post(TAKE_NEXT, _key()).url)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert [len(urls) for urls in taken] == [3, 3]
    assert len({*taken[0], *taken[1]}) == 6
