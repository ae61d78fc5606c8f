"""Finding a motivation, and what a pharmacy then sees of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from applications.models import Application, SearchHit
from klas import clock
from klas.models import AccessLogEntry
from klas.policy import policy
from klas.series import format_reference
from motivations.services import submission
from tests import factories
from tests.applications.conftest import hidden, text_of, url

pytestmark = pytest.mark.django_db


def _search(client: Any, reference: str, purpose: str = "customer") -> Any:
    asked = {"way": "reference", "reference": reference, "purpose": purpose}
    return client.post(url("search"), asked)


@pytest.mark.parametrize("write", [str, str.lower, lambda r: r.replace("-", " "), lambda r: r[2:]])
def test_a_reference_number_leads_to_its_motivation(
    acting: Any, pharmacist: Any, write: Any
) -> None:
    motivation = factories.motivation()
    response = _search(acting(pharmacist), write(motivation.reference))
    assert response.status_code == 302
    assert response.url == url("motivation", motivation.pk)
    hit = AccessLogEntry.objects.get(action="search")
    assert (hit.hit, hit.purpose, hit.whose) == (True, "customer", motivation.reference)


def test_staff_may_search_by_reference(acting: Any, colleague: Any) -> None:
    motivation = factories.motivation()
    client = acting(colleague)
    response = client.get(_search(client, motivation.reference).url)
    assert response.status_code == 200


def test_a_mistyped_check_character_is_pointed_out(acting: Any, pharmacist: Any) -> None:
    reference = factories.motivation().reference or ""
    wrong = reference[:-1] + ("A" if reference[-1] != "A" else "C")
    response = _search(acting(pharmacist), wrong)
    assert response.status_code == 422
    assert "Kontrolltecknet sist stämmer inte" in text_of(response)
    assert f'value="{wrong}"' in response.content.decode()
    assert not SearchHit.objects.exists()


def test_a_miss_is_told_and_recorded(acting: Any, pharmacist: Any) -> None:
    response = _search(acting(pharmacist), format_reference(2026, 4217))
    assert response.status_code == 422
    assert "Ingen licensmotivering har nummer KL-2026-004217" in text_of(response)
    assert AccessLogEntry.objects.filter(action="search", hit=False).count() == 1


def test_who_misses_too_often_is_stopped(acting: Any, pharmacist: Any, stranger: Any) -> None:
    motivation = factories.motivation()
    client = acting(pharmacist)
    with clock.at(timezone.now() + timedelta(minutes=5)):  # they have waited as they were told
        for number in range(policy.search_misses_before_block):
            assert "Ingen licensmotivering" in text_of(
                _search(client, format_reference(2025, 1000 + number))
            )
        response = _search(client, motivation.reference or "")
        elsewhere = _search(acting(stranger), motivation.reference or "")
    assert response.status_code == 422
    assert "Du har sökt många gånger utan träff" in text_of(response)
    assert elsewhere.status_code == 302


def test_a_purpose_must_be_chosen(acting: Any, pharmacist: Any) -> None:
    motivation = factories.motivation()
    response = _search(acting(pharmacist), motivation.reference or "", purpose="")
    assert response.status_code == 422
    assert "Välj varför du söker" in text_of(response)
    assert response.content.decode().count('href="#id_purpose_0"') == 1


def test_a_motivation_taken_back_is_not_found(acting: Any, pharmacist: Any) -> None:
    motivation = factories.motivation()
    submission.withdraw(motivation, by=motivation.author, reason="Fel läkemedel")
    response = _search(acting(pharmacist), motivation.reference or "")
    assert response.status_code == 422
    assert "Den kan ha tagits tillbaka." in text_of(response)


def test_the_page_shows_the_patient_and_says_that_clinical_text_is_hidden(
    acting: Any, pharmacist: Any
) -> None:
    motivation = factories.motivation(hantering={"message": "Ring mottagningen först."})
    client = acting(pharmacist)
    page = text_of(client.get(_search(client, motivation.reference or "").url))
    assert "Vera Provpatient" in page
    assert "19570428-9999" in page
    assert "Ring mottagningen först." in page
    assert "Den kliniska motiveringen visas inte för apotek." in page
    assert "Ansök om licens" in page
    read = AccessLogEntry.objects.filter(action="read", what="motivation").last()
    assert read is not None
    assert (read.whose, read.purpose) == (motivation.reference, "customer")


def test_the_title_names_nobody(acting: Any, pharmacist: Any) -> None:
    motivation = factories.motivation()
    client = acting(pharmacist)
    html = client.get(_search(client, motivation.reference or "").url).content.decode()
    title = html.split("<title>")[1].split("</title>")[0]
    assert title == f"Licensmotivering {motivation.reference} – KLAS"


def test_a_protected_identity_is_flagged(acting: Any, pharmacist: Any) -> None:
    motivation = factories.motivation(patient={"protected_identity": True})
    client = acting(pharmacist)
    page = text_of(client.get(_search(client, motivation.reference or "").url))
    assert "Patienten har skyddade personuppgifter." in page


def test_a_hit_opens_the_motivation_for_a_day(acting: Any, pharmacist: Any) -> None:
    motivation = factories.motivation()
    client = acting(pharmacist)
    address = _search(client, motivation.reference or "").url
    assert client.get(address).status_code == 200
    with clock.at(timezone.now() + timedelta(hours=25)):
        assert client.get(address).status_code == 404


def test_a_hit_opens_it_for_the_searching_pharmacy_only(
    acting: Any, pharmacist: Any, stranger: Any
) -> None:
    motivation = factories.motivation()
    address = _search(acting(pharmacist), motivation.reference or "").url
    assert acting(stranger).get(address).status_code == 404
    assert acting(stranger).get(url("motivation_document", motivation.pk)).status_code == 404


def test_a_motivation_addressed_to_the_pharmacy_is_open_without_a_search(
    acting: Any, pharmacist: Any
) -> None:
    motivation = factories.motivation(hantering={"pharmacy": pharmacist.pharmacy.gln})
    assert acting(pharmacist).get(url("motivation", motivation.pk)).status_code == 200
    read = AccessLogEntry.objects.filter(action="read", what="motivation").last()
    assert read is not None
    assert read.purpose == "addressed"


def test_care_and_agency_have_no_business_here(acting: Any) -> None:
    for person in (
        factories.AssignmentFactory(prescriber=True),
        factories.AssignmentFactory(decision_maker=True),
    ):
        client = acting(person)
        for name in ("inbox", "search"):
            assert client.get(url(name)).status_code == 403


def test_the_pdf_waits_until_it_is_made(acting: Any, pharmacist: Any) -> None:
    motivation = factories.motivation(hantering={"pharmacy": pharmacist.pharmacy.gln})
    response = acting(pharmacist).get(url("motivation_document", motivation.pk))
    assert response.status_code == 202
    assert response["Refresh"] == "3"


def test_applying_begins_once_however_often_the_button_is_pressed(
    acting: Any, pharmacist: Any
) -> None:
    motivation = factories.motivation(hantering={"pharmacy": pharmacist.pharmacy.gln})
    client = acting(pharmacist)
    fields = hidden(client.get(url("motivation", motivation.pk)))
    first = client.post(url("start", motivation.pk), fields)
    again = client.post(url("start", motivation.pk), fields)
    assert first.url == again.url == url("detail", Application.objects.get().pk)
    page = text_of(client.get(url("motivation", motivation.pk)))
    assert "Fortsätt med ansökan" in page


def test_a_motivation_already_applied_for_says_what_to_do(
    acting: Any, pharmacist: Any, stranger: Any
) -> None:
    motivation = factories.motivation()
    client = acting(pharmacist)
    address = _search(client, motivation.reference or "").url
    fields = hidden(client.get(address))
    factories.application(on=motivation, by=stranger)
    response = client.post(url("start", motivation.pk), fields)
    assert response.status_code == 409
    for page in (text_of(response), text_of(client.get(address))):
        assert "Det finns redan en ansökan på licensmotiveringen." in page
        assert "hämta läkemedlet på vilket öppenvårdsapotek som helst" in page
        assert "Ansök om licens" not in page
    assert Application.objects.count() == 1


def test_a_draft_overtaken_by_another_pharmacy_is_told_so(
    acting: Any, pharmacist: Any, stranger: Any
) -> None:
    motivation = factories.motivation()
    factories.application_draft(on=motivation, by=pharmacist)
    factories.application(on=motivation, by=stranger)
    page = text_of(acting(pharmacist).get(url("motivation", motivation.pk)))
    assert "Det finns redan en ansökan på licensmotiveringen." in page
    assert "Öppna utkastet" in page
    assert "Fortsätt med ansökan" not in page
