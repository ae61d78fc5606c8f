"""Filling in an application: saved right or wrong, by itself, and in two tabs."""

from typing import Any

import pytest

from applications.models import ApplicationSection
from applications.services import applying
from tests import factories
from tests.applications.conftest import hidden, press, text_of, url

pytestmark = pytest.mark.django_db

PRODUCT = factories.APPLICATION_ANSWERS["lakemedel"]


def _posted(answers: dict[str, Any]) -> dict[str, Any]:
    return {name: "on" if value is True else value for name, value in answers.items()}


@pytest.fixture
def begun(pharmacist: Any) -> Any:
    return factories.application_draft(by=pharmacist, filled=False)


def test_the_task_list_says_how_far_it_has_come(acting: Any, pharmacist: Any, begun: Any) -> None:
    page = text_of(acting(pharmacist).get(url("detail", begun.pk)))
    assert "1 av 3 avsnitt är klara." in page
    assert "Läkemedlet som kan beställas Inte påbörjad" in page
    assert "Granska och skicka Kan inte påbörjas än" in page


def test_saving_goes_on_to_the_next_section(acting: Any, pharmacist: Any, begun: Any) -> None:
    response = press(acting(pharmacist), url("section", begun.pk, "lakemedel"), **_posted(PRODUCT))
    assert response.url == url("section", begun.pk, "licens")
    assert applying.read_section(begun, "lakemedel").answers["supplier"] == "Provgrossisten AB"


def test_the_last_section_leads_to_the_overview(acting: Any, pharmacist: Any, begun: Any) -> None:
    answers = _posted(factories.APPLICATION_ANSWERS["kontroll"])
    response = press(acting(pharmacist), url("section", begun.pk, "kontroll"), **answers)
    assert response.url == url("detail", begun.pk)


def test_the_product_of_the_motivation_stands_above(
    acting: Any, pharmacist: Any, begun: Any
) -> None:
    page = text_of(acting(pharmacist).get(url("section", begun.pk, "lakemedel")))
    assert "Läkemedlet i licensmotiveringen" in page
    assert "Desitin Arzneimittel" in page


def test_the_licence_is_filled_in_from_the_motivation(
    acting: Any, pharmacist: Any, begun: Any
) -> None:
    html = acting(pharmacist).get(url("section", begun.pk, "licens")).content.decode()
    assert 'name="quantity" value="730"' in html
    assert 'name="months" value="12"' in html
    assert "Licensmotiveringen gäller 730" in html


def test_the_fee_stands_beside_its_checkbox(acting: Any, pharmacist: Any, begun: Any) -> None:
    page = text_of(acting(pharmacist).get(url("section", begun.pk, "kontroll")))
    assert "Vi betalar ansökningsavgiften, 400 kr" in page


def test_wrong_answers_are_kept_and_pointed_out(acting: Any, pharmacist: Any, begun: Any) -> None:
    client = acting(pharmacist)
    address = url("section", begun.pk, "licens")
    response = press(
        client, address, route="prescription", quantity="0", unit="tablet", months="13"
    )
    assert response.status_code == 422
    page = text_of(response)
    assert "Mängden måste vara större än noll" in page
    assert "En licens kan gälla 1 till 12 månader. Du har skrivit 13." in page
    assert "<title>Fel: " in response.content.decode()
    again = client.get(address)
    assert 'value="13"' in again.content.decode()
    assert "Det finns ett problem" not in text_of(again)
    assert "Du har skrivit 13." in text_of(client.get(address + "?fel=1"))


def test_another_product_wants_reason_and_contact(acting: Any, pharmacist: Any, begun: Any) -> None:
    response = press(
        acting(pharmacist),
        url("section", begun.pk, "lakemedel"),
        **(_posted(PRODUCT) | {"same_product": "no", "contacted_on": "2999-01-01"}),
    )
    page = text_of(response)
    assert response.status_code == 422
    assert "Fyll i läkemedlets namn" in page
    assert "Svara på frågan ”Varför ett annat läkemedel?”" in page
    assert "Datumet ligger i framtiden." in page


def test_later_saves_without_judging(acting: Any, pharmacist: Any, begun: Any) -> None:
    response = press(
        acting(pharmacist), url("section", begun.pk, "lakemedel"), supplier="Halv", _later="1"
    )
    assert response.url == url("detail", begun.pk)
    assert applying.read_section(begun, "lakemedel").answers["supplier"] == "Halv"


def test_the_check_page_gets_one_back(acting: Any, pharmacist: Any, begun: Any) -> None:
    address = url("section", begun.pk, "lakemedel") + "?granska=1"
    response = press(acting(pharmacist), address, **_posted(PRODUCT))
    assert response.url == url("check", begun.pk)


def test_autosave_says_when_and_which_revision(acting: Any, pharmacist: Any, begun: Any) -> None:
    client = acting(pharmacist)
    address = url("section", begun.pk, "lakemedel")
    fields = {**hidden(client.get(address)), "supplier": "Halvvägs"}
    response = client.post(address, fields, headers={"X-KLAS-Autosave": "1"})
    assert response.status_code == 200
    assert response.json()["revision"] == 1
    assert len(response.json()["saved_at"]) == 5
    late = client.post(
        address, {**fields, "supplier": "Annan flik"}, headers={"X-KLAS-Autosave": "1"}
    )
    assert late.status_code == 409
    assert "annat ställe" in late.json()["message"]


def test_two_tabs_never_overwrite_each_other_unseen(
    acting: Any, pharmacist: Any, begun: Any
) -> None:
    client = acting(pharmacist)
    address = url("section", begun.pk, "lakemedel")
    first_tab = second_tab = hidden(client.get(address))
    saved = _posted(PRODUCT)
    client.post(address, {**first_tab, **saved})
    mine = saved | {"supplier": "Min leverantör", "packs": "9"}
    response = client.post(address, {**second_tab, **mine})
    assert response.status_code == 409
    page = text_of(response)
    assert "Svaren har sparats på ett annat ställe" in page
    assert "Provgrossisten AB" in page
    assert 'value="Min leverantör"' in response.content.decode()
    assert applying.read_section(begun, "lakemedel").answers["packs"] == "4"
    knowingly = client.post(address, {**mine, **hidden(response)})
    assert knowingly.status_code == 302
    assert applying.read_section(begun, "lakemedel").answers["packs"] == "9"


def test_a_double_click_is_no_conflict(acting: Any, pharmacist: Any, begun: Any) -> None:
    client = acting(pharmacist)
    address = url("section", begun.pk, "lakemedel")
    fields = {**hidden(client.get(address)), **_posted(PRODUCT)}
    assert client.post(address, fields).url == client.post(address, fields).url
    assert ApplicationSection.objects.get(application=begun, slug="lakemedel").revision == 1


def test_a_colleague_goes_on_where_one_stopped(
    acting: Any, pharmacist: Any, colleague: Any, begun: Any
) -> None:
    press(acting(pharmacist), url("section", begun.pk, "lakemedel"), supplier="A", _later="1")
    html = acting(colleague).get(url("section", begun.pk, "lakemedel")).content.decode()
    assert 'value="A"' in html


def test_a_sent_application_cannot_be_changed(acting: Any, pharmacist: Any) -> None:
    draft = factories.application_draft(by=pharmacist)
    client = acting(pharmacist)
    address = url("section", draft.pk, "licens")
    fields = hidden(client.get(address))
    applying.send(draft, by=pharmacist)
    assert client.get(address).url == url("detail", draft.pk)
    response = client.post(address, {**fields, "quantity": "1"})
    assert response.status_code == 409
    assert "Ansökan är redan skickad och kan inte ändras." in text_of(response)


def test_unknown_sections_are_not_found(acting: Any, pharmacist: Any, begun: Any) -> None:
    assert acting(pharmacist).get(url("section", begun.pk, "annat")).status_code == 404


def test_a_draft_is_thrown_away_once(acting: Any, pharmacist: Any, begun: Any) -> None:
    client = acting(pharmacist)
    asked = client.get(url("discard", begun.pk))
    assert "Det går inte att ångra." in text_of(asked)
    first = client.post(url("discard", begun.pk), hidden(asked))
    again = client.post(url("discard", begun.pk), hidden(asked))
    assert first.url == again.url == url("inbox")
    assert client.get(url("detail", begun.pk)).status_code == 404


def test_a_sent_application_cannot_be_thrown_away(acting: Any, pharmacist: Any) -> None:
    draft = factories.application_draft(by=pharmacist)
    client = acting(pharmacist)
    fields = hidden(client.get(url("discard", draft.pk)))
    applying.send(draft, by=pharmacist)
    response = client.post(url("discard", draft.pk), fields, follow=True)
    assert "Ansökan är redan skickad" in text_of(response)
    assert client.get(url("discard", draft.pk)).url == url("detail", draft.pk)
