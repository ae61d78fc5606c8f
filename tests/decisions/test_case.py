"""The review page: what it tells, who may do what, and work on a case."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.flow import APPLICATION
from decisions import words
from decisions.flow import CASE
from decisions.models import Assessment, Case, Note
from decisions.services import cases
from klas.access import Role
from klas.models import AccessLogEntry
from motivations.flow import MOTIVATION
from motivations.services import attachments, submission
from motivations.services.issuing import issue_documents
from tests import factories

pytestmark = pytest.mark.django_db
OFFICERS = {Role.CASEWORKER, Role.ASSESSOR, Role.DECISION_MAKER}


def _post(case: Case, name: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    return reverse(f"decisions:{name}", args=[case.pk]), {"_key": str(uuid4()), **fields}


def _page(client: Any, case: Case) -> str:
    answer = client.get(case.get_absolute_url())
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_everything_stands_on_one_page(acting: Any) -> None:
    earlier = factories.decided(precedent_note="Etablerat vid syndromet")
    case = factories.case(taken_by=factories.AssignmentFactory())
    page = _page(acting(factories.AssignmentFactory(assessor=True)), case)
    for words_ in (
        case.dnr,
        "Vera Provpatient",
        "Svårbehandlad epilepsi med dagliga anfall",
        "Provgrossisten AB",
        "Nyttan överväger.",
        earlier.dnr,
        "Etablerat vid syndromet",
        "Förskrivaren skickade licensmotiveringen",
        "Apoteket skickade ansökan",
        "Ärendet togs",
        "Förskrivaren har inte bifogat några filer.",
    ):
        assert words_ in page
    title = page.split("<title>")[1].split("</title>")[0]
    assert "Vera" not in title


def test_reading_a_case_is_recorded(acting: Any) -> None:
    officer = factories.AssignmentFactory()
    case = factories.case()
    _page(acting(officer), case)
    read = AccessLogEntry.objects.filter(assignment=officer, action="read")
    assert {(entry.what, entry.whose) for entry in read} == {
        ("case", case.dnr),
        ("earlier_of_same", case.dnr),
        ("duplicates", case.application.motivation.reference),
        ("motivation_with_clinical_text", case.application.motivation.reference),
    }


def test_the_page_says_what_stops_a_decision(acting: Any) -> None:
    officer = factories.AssignmentFactory()
    client, case = acting(officer), factories.case()
    page = _page(client, case)
    assert "Ingen har tagit ärendet." in page
    assert "Bedömningen är inte påbörjad." in page
    cases.take(case, by=officer)
    page = _page(client, case)
    assert "Ingen har tagit ärendet." not in page
    assert f'href="{reverse("decisions:assess", args=[case.pk])}"' in page
    cases.assess(case, factories.ASSESSMENT, by=officer, opened_revision=0)
    page = _page(client, case)
    assert "Bedömningen är klar och ärendet kan beslutas." in page
    assert f'href="{reverse("decisions:decide", args=[case.pk])}"' in page
    assert f"Ärendet handläggs av {officer.user.name}." in _page(
        acting(factories.AssignmentFactory()), case
    )


def test_the_page_costs_the_same_however_much_has_happened(acting: Any) -> None:
    officer = factories.AssignmentFactory()
    client, case = acting(officer), factories.case(taken_by=officer)
    cases.add_note(case, text="Första", by=officer)
    factories.decided()
    with CaptureQueriesContext(connection) as once:
        _page(client, case)
    for number in range(4):
        cases.add_note(case, text=f"Nummer {number}", by=factories.AssignmentFactory())
        cases.release(case, by=officer)
        cases.take(case, by=officer)
        factories.decided()
    with CaptureQueriesContext(connection) as often:
        _page(client, case)
    assert len(once) == len(often)


def test_the_agency_opens_attachments_once_there_is_an_application(
    acting: Any, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    author, officer = factories.AssignmentFactory(prescriber=True), factories.AssignmentFactory()
    draft = factories.draft(
        by=author, answers=factories.individual_answers(factories.ProductFactory())
    )
    file = factories.picture("artikel.png")
    attachment = attachments.add(draft, file=file, kind="article", secrecy="clinical", by=author)
    case = factories.case(of=factories.application(on=submission.submit(draft, by=author)))
    url = reverse("decisions:attachment", args=[case.pk, attachment.pk])
    client = acting(officer)
    assert url in _page(client, case)
    answer = client.get(url)
    assert b"".join(answer.streaming_content) == file.content
    assert answer["Content-Disposition"].startswith("attachment")
    assert AccessLogEntry.objects.get(assignment=officer, action="download").what == "attachment"
    shown = client.get(reverse("decisions:attachment_preview", args=[case.pk, attachment.pk]))
    page = reverse("decisions:attachment_page", args=[case.pk, attachment.pk, 1])
    assert page in shown.content.decode()
    assert client.get(page)["Content-Type"] == "image/png"
    read = AccessLogEntry.objects.filter(assignment=officer, action="read", what="attachment")
    assert {entry.object_id for entry in read} == {attachment.pk}
    other = factories.case()
    for name, more in (("attachment", []), ("attachment_preview", []), ("attachment_page", [1])):
        elsewhere = reverse(f"decisions:{name}", args=[other.pk, attachment.pk, *more])
        assert client.get(elsewhere).status_code == 404
    assert acting(factories.AssignmentFactory(pharmacist=True)).get(url).status_code == 403


def test_opening_the_address_of_an_act_leads_to_the_case(acting: Any) -> None:
    client, case = acting(factories.AssignmentFactory()), factories.case()
    for name in ("take", "release", "note"):
        answer = client.get(reverse(f"decisions:{name}", args=[case.pk]))
        assert answer.url == case.get_absolute_url()
    assert case_officer(case) is None


# What happens to a case without changing its status.
def test_every_event_has_words() -> None:
    assert {"register", *CASE.table} == words.CASE.keys()
    assert {*words.APPLICATION, *words.UNTOLD["application"]} == APPLICATION.table.keys()
    assert {*words.MOTIVATION, *words.UNTOLD["motivation"]} == MOTIVATION.table.keys()


@pytest.mark.parametrize("role", list(Role))
def test_what_each_role_may_open_and_do(acting: Any, role: Role) -> None:
    case = factories.case()
    client = acting(factories.acting_as(role))
    reads = 200 if role in OFFICERS else 403
    assert client.get(case.get_absolute_url()).status_code == reads
    document = reverse("decisions:motivation_document", args=[case.pk])
    assert client.get(document).status_code == (202 if role in OFFICERS else 403)
    assert client.get(reverse("decisions:assess", args=[case.pk])).status_code == reads
    url, data = _post(case, "note", text="Ringt")
    assert client.post(url, data).status_code == (302 if role in OFFICERS else 403)
    handles = role in {Role.CASEWORKER, Role.DECISION_MAKER}
    for name in ("take", "release"):
        url, data = _post(case, name)
        assert client.post(url, data).status_code == (302 if handles else 403)


def test_an_assessor_sees_no_button_to_take_or_decide(acting: Any) -> None:
    client = acting(factories.AssignmentFactory(assessor=True))
    case = factories.case()
    page = _page(client, case)
    assert "Ta ärendet" not in page
    assert "Skriv en bedömning" in page
    cases.take(case, by=factories.AssignmentFactory())
    cases.assess(case, factories.ASSESSMENT, by=case_officer(case), opened_revision=0)
    assert "Besluta<" not in _page(client, case)


def case_officer(case: Case) -> Any:
    case.refresh_from_db()
    return case.assignee


def test_a_case_that_is_not_there_is_not_found(acting: Any) -> None:
    client = acting(factories.AssignmentFactory())
    for name in ("case", "assess", "decide", "motivation_document"):
        assert client.get(reverse(f"decisions:{name}", args=[4711])).status_code == 404


def test_take_and_leave(acting: Any) -> None:
    officer = factories.AssignmentFactory()
    client, case = acting(officer), factories.case()
    url, data = _post(case, "take")
    assert client.post(url, data).url == case.get_absolute_url()
    assert client.post(url, data).url == case.get_absolute_url()
    assert case_officer(case) == officer
    url, data = _post(case, "release", _version=case.revision)
    assert client.post(url, data).url == case.get_absolute_url()
    assert case_officer(case) is None


def test_the_second_to_take_is_told_who_was_first(acting: Any) -> None:
    first, second = factories.AssignmentFactory(), factories.AssignmentFactory()
    case = factories.case()
    cases.take(case, by=first)
    url, data = _post(case, "take")
    answer = acting(second).post(url, data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"{first.user.name} hann före och har tagit ärendet. Ta nästa i kön." in page
    assert "Ta nästa ärende" in page
    assert case_officer(case) == first


def test_somebody_elses_case_is_not_put_back(acting: Any) -> None:
    officer = factories.AssignmentFactory()
    case = factories.case(taken_by=officer)
    url, data = _post(case, "release", _version=case.revision)
    answer = acting(factories.AssignmentFactory()).post(url, data)
    assert answer.status_code == 409
    assert "Ärendet är tilldelat en annan handläggare." in answer.content.decode()
    assert case_officer(case) == officer


def test_a_note_keeps_who_and_when_once(acting: Any) -> None:
    author = factories.AssignmentFactory(assessor=True)
    client, case = acting(author), factories.case()
    url, data = _post(case, "note", text="Ringde kliniken om vikten.")
    for _ in range(2):
        assert client.post(url, data).url == f"{case.get_absolute_url()}#anteckningar"
    assert Note.objects.get().author == author
    page = _page(client, case)
    assert "Ringde kliniken om vikten." in page
    assert author.user.name in page


def test_an_empty_note_is_refused_on_the_page(acting: Any) -> None:
    case = factories.case()
    url, data = _post(case, "note", text="  ")
    answer = acting(factories.AssignmentFactory()).post(url, data)
    assert answer.status_code == 422
    assert "Skriv anteckningen innan du sparar den" in answer.content.decode()


ASSESSMENT = {
    "need": "shown",
    "need_text": "",
    "ground": "shown",
    "ground_text": "",
    "manufacture": "not_shown",
    "manufacture_text": "Intyg saknas.",
    "benefit_risk": "Nyttan överväger.",
}


def test_an_assessment_may_be_saved_unfinished(acting: Any) -> None:
    officer = factories.AssignmentFactory()
    client, case = acting(officer), factories.case(taken_by=officer, assessed=False)
    url, data = _post(case, "assess", need="shown", _version=0)
    page = client.post(url, data, follow=True).content.decode()
    assert "Bedömningen är sparad men inte klar än." in page
    assert "Gör klart bedömningen" in page
    url, data = _post(case, "assess", **ASSESSMENT, _version=1)
    page = client.post(url, data, follow=True).content.decode()
    assert "Bedömningen är sparad och klar." in page
    assert "Intyg saknas." in page


def test_what_is_not_shown_is_explained(acting: Any) -> None:
    case = factories.case()
    url, data = _post(case, "assess", **{**ASSESSMENT, "manufacture_text": ""}, _version=0)
    answer = acting(factories.AssignmentFactory(assessor=True)).post(url, data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Skriv vad som saknas när kravet inte är styrkt" in page
    assert 'href="#id_manufacture_text"' in page
    assert "<title>Fel: " in page
    assert not Assessment.objects.exists()


def test_two_who_assess_at_once_lose_nothing(acting: Any) -> None:
    officer, colleague = factories.AssignmentFactory(), factories.AssignmentFactory()
    case = factories.case(taken_by=officer)
    url, data = _post(case, "assess", **{**ASSESSMENT, "benefit_risk": "Min text"}, _version=0)
    client = acting(colleague)
    answer = client.post(url, data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "En kollega har ändrat bedömningen" in page
    assert "Min text" in page
    assert "Nyttan överväger." in page  # what the colleague saved
    assert Assessment.objects.get().benefit_risk == "Nyttan överväger."
    again = {**data, "_key": str(uuid4()), "_version": answer.context["assessment"].revision}
    assert client.post(url, again).status_code == 302
    assert Assessment.objects.get().benefit_risk == "Min text"


def test_a_decided_case_is_not_assessed_again(acting: Any) -> None:
    case = factories.decided()
    url, data = _post(case, "assess", **ASSESSMENT, _version=1)
    answer = acting(factories.AssignmentFactory()).post(url, data)
    assert answer.status_code == 409
    assert "Ärendet är redan beslutat. Bedömningen kan inte ändras." in answer.content.decode()


def test_the_motivation_opens_as_pdf_with_clinical_text(acting: Any) -> None:
    import pypdfium2

    case = factories.case()
    issue_documents()
    officer = factories.AssignmentFactory()
    answer = acting(officer).get(reverse("decisions:motivation_document", args=[case.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert "Vera" not in answer["Content-Disposition"]
    pdf = pypdfium2.PdfDocument(answer.content)
    text = "".join(page.get_textpage().get_text_range() for page in pdf)
    pdf.close()
    assert "epilepsi" in text
    assert AccessLogEntry.objects.filter(assignment=officer, action="download").count() == 1
