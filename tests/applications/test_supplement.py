"""The pharmacy answers the agency: staff write, a pharmacist sends; each reads its own."""

import re
from typing import Any

import pytest

from accounts.models import Assignment
from applications.enums import WaitingFor
from applications.models import Application, QualityDocument
from applications.services import applying, documents, supplements, withdrawing
from decisions.models import Case, Letter
from decisions.services.issuing import issue_letters
from klas.errors import NotAllowed, WrongState
from klas.models import AccessLogEntry
from klas.sections import Incomplete
from motivations import reading
from motivations.permissions import may_read_clinical_text
from motivations.services.supplements import requests_of
from tests import factories
from tests.applications.conftest import press, text_of, url

pytestmark = pytest.mark.django_db


KEY = "0a0a0a0a-0000-4000-8000-000000000001"


@pytest.fixture
def officer() -> Assignment:
    return factories.AssignmentFactory()


@pytest.fixture
def application(pharmacist: Assignment) -> Application:
    return factories.application(by=pharmacist)


@pytest.fixture
def asked(application: Application, officer: Assignment) -> Case:
    case = factories.case(of=application, taken_by=officer)
    return factories.asked(case, "Hur många förpackningar?", to=WaitingFor.PHARMACY)


def write(application: Application, slug: str, by: Assignment, **changed: Any) -> None:
    saved = applying.read_section(application, slug)
    applying.save_section(
        application,
        slug,
        answers={**saved.answers, **changed},
        opened_revision=saved.revision,
        by=by,
    )


class TestThePages:
    def test_from_the_question_to_the_answer(
        self, asked: Case, application: Application, pharmacist: Assignment, acting: Any
    ) -> None:
        client = acting(pharmacist)
        page = text_of(client.get(url("detail", application.pk)))
        for words in (
            "Läkemedelsverket behöver ert svar senast",
            "Hur många förpackningar?",
            "Läkemedelsverket har begärt komplettering av er",
        ):
            assert words in page
        assert "Svar på frågorna" in text_of(client.get(url("supplement", application.pk)))
        section = url("section", application.pk, "svar")
        assert "Förskrivaren ser det inte" in text_of(client.get(section))
        saved = press(client, section, answer="Åtta stycken.")
        assert saved["Location"] == url("section", application.pk, "lakemedel")
        form = client.get(url("section", application.pk, "lakemedel")).content.decode()
        assert re.search(r'name="packs" value="4"', form)
        write(application, "lakemedel", pharmacist, packs="8")
        check = text_of(client.get(url("supplement_check", application.pk)))
        for words in ("Åtta stycken.", "Det här har ni ändrat", "Antal förpackningar"):
            assert words in check
        sent = press(client, url("supplement_check", application.pk))
        assert sent["Location"] == url("detail", application.pk)
        page = text_of(client.get(url("detail", application.pk)))
        for words in (
            "Svaret är skickat.",
            "Vi svarade på Läkemedelsverkets frågor",
            "Åtta stycken.",
            "Ändringar i ansökan, version 2",
            "Beslut väntas",
        ):
            assert words in page
        # Answered: nothing can be written any more, and the pages lead to how it went.
        assert client.get(section)["Location"] == url("detail", application.pk)
        for name in ("supplement", "supplement_check"):
            assert client.get(url(name, application.pk))["Location"] == sent["Location"]
        assert AccessLogEntry.objects.filter(what="supplement", action="write").exists()

    def test_staff_write_and_a_pharmacist_sends(
        self, asked: Case, application: Application, colleague: Assignment, acting: Any
    ) -> None:
        write(application, "svar", colleague, answer="Åtta.")
        client = acting(colleague)
        page = text_of(client.get(url("supplement_check", application.pk)))
        assert "En farmaceut behöver skicka svaret" in page
        refused = client.post(url("supplement_check", application.pk), {"_key": KEY})
        assert refused.status_code == 403
        with pytest.raises(NotAllowed):
            supplements.answer(application, by=colleague)
        assert application.versions.count() == 1

    def test_what_is_not_right_is_not_sent(
        self, asked: Case, application: Application, pharmacist: Assignment, acting: Any
    ) -> None:
        client = acting(pharmacist)
        answer = client.post(url("supplement_check", application.pk), {"_key": KEY})
        assert answer.status_code == 422
        page = text_of(answer)
        assert "Fel:" in page
        assert "”Svar på frågorna” är inte klart" in page
        write(application, "svar", pharmacist, answer="Gäller 19570428-9999.")
        with pytest.raises(Incomplete):
            supplements.answer(application, by=pharmacist)
        assert application.versions.count() == 1

    def test_what_a_colleague_saved_meanwhile_is_not_sent_unread(
        self, asked: Case, application: Application, pharmacist: Assignment, acting: Any
    ) -> None:
        write(application, "svar", pharmacist, answer="Åtta.")
        client = acting(pharmacist)
        page = client.get(url("supplement_check", application.pk))
        fields = dict(re.findall(r'name="(_key|_version)" value="([^"]*)"', page.content.decode()))
        write(application, "svar", pharmacist, answer="Nio.")
        answer = client.post(url("supplement_check", application.pk), fields)
        assert answer.status_code == 409
        assert "Nio." in text_of(answer)

    def test_another_pharmacy_finds_nothing(
        self, asked: Case, application: Application, stranger: Assignment, acting: Any
    ) -> None:
        for name in ("supplement", "supplement_check"):
            assert acting(stranger).get(url(name, application.pk)).status_code == 404
        with pytest.raises(NotAllowed):
            supplements.answer(application, by=stranger)
        assert supplements.requests_of(application, by=stranger) == []

    def test_without_a_question_nothing_can_be_written(
        self, application: Application, pharmacist: Assignment
    ) -> None:
        with pytest.raises(WrongState):
            write(application, "licens", pharmacist, quantity="1")
        with pytest.raises(WrongState):
            supplements.answer(application, by=pharmacist)


class TestSecrecy:
    def test_each_reads_its_own_questions_and_answers_only(
        self, application: Application, officer: Assignment, pharmacist: Assignment, acting: Any
    ) -> None:
        case = factories.case(of=application, taken_by=officer)
        factories.asked(case, "Zyxfråga till läkaren?")
        case.refresh_from_db()
        factories.asked(case, "Qvxfråga till apoteket?", to=WaitingFor.PHARMACY)
        motivation = application.motivation
        author = motivation.author
        for answered in (False, True):
            pharmacys = [
                text_of(acting(pharmacist).get(url(name, application.pk), follow=True))
                for name in ("detail", "supplement", "supplement_check", "receipt")
            ] + [text_of(acting(pharmacist).get(url("inbox") + "?tab=skickade"))]
            doctors = text_of(acting(author).get(motivation.get_absolute_url()))
            assert not any("Zyx" in page for page in pharmacys)
            assert any("Qvxfråga" in page for page in pharmacys)
            assert "Qvx" not in doctors
            assert "Zyxfråga" in doctors
            if not answered:
                factories.answered(case, "Zyxsvar från läkaren.")
                factories.pharmacy_answered(case, "Qvxsvar från apoteket.")
        assert requests_of(motivation, by=pharmacist) == []
        assert supplements.requests_of(application, by=author) == []
        issue_letters()
        notices = [
            str(notice.facts) + notice.reference
            for user in (author.user, pharmacist.user)
            for notice in user.notices.all()
        ]
        assert notices
        assert not any("Zyx" in notice or "Qvx" in notice for notice in notices)


class TestWithdrawing:
    def test_closes_both_questions_and_takes_the_letter_back(
        self, application: Application, officer: Assignment, pharmacist: Assignment
    ) -> None:
        case = factories.case(of=application, taken_by=officer)
        factories.asked(case)
        case.refresh_from_db()
        factories.asked(case, to=WaitingFor.PHARMACY)
        withdrawing.withdraw(application, by=pharmacist, reason="Behövs inte.")
        assert Letter.objects.get(case=case).status == "cancelled"
        assert issue_letters() == 0
        (own,) = supplements.requests_of(application, by=pharmacist)
        assert own.status == "closed"
        case.refresh_from_db()
        assert case.answer_due_on is None

    def test_the_closed_case_keeps_what_the_agency_had_received(
        self, application: Application, officer: Assignment, pharmacist: Assignment, acting: Any
    ) -> None:
        case = factories.case(of=application, taken_by=officer)
        motivation = application.motivation
        factories.asked(case)
        factories.answered(case, "Svar.", motivering={"indication": "Zyxindikation två"})
        withdrawing.withdraw(
            Application.objects.get(pk=application.pk), by=pharmacist, reason="Behövs inte."
        )
        motivation.refresh_from_db()
        assert motivation.status == "submitted"
        assert may_read_clinical_text(officer, motivation)
        page = text_of(acting(officer).get(case.get_absolute_url()))
        assert "Zyxindikation två" in page
        # What comes in a later case is no part of this one.
        later = factories.application(
            on=motivation, by=factories.AssignmentFactory(pharmacist=True)
        )
        second = factories.case(of=later, taken_by=officer)
        factories.asked(second, "Qvxfråga?")
        factories.answered(second, "Qvxsvar.", motivering={"indication": "Qvxindikation tre"})
        old = text_of(acting(officer).get(case.get_absolute_url()))
        assert "Zyxindikation två" in old
        assert "Qvx" not in old
        assert "Qvxindikation tre" in text_of(acting(officer).get(second.get_absolute_url()))

    def test_before_any_application_the_agency_reads_nothing(self, officer: Assignment) -> None:
        motivation = factories.motivation()
        assert not may_read_clinical_text(officer, motivation)
        layers = reading.read(motivation.versions.get(), by=officer).layers
        assert "clinical" not in layers


class TestDocuments:
    @pytest.fixture(autouse=True)
    def _media(self, settings: Any, tmp_path: Any) -> None:
        settings.MEDIA_ROOT = tmp_path

    def added(self, application: Application, by: Assignment) -> QualityDocument:
        return documents.add(application, file=factories.picture("gmp.png"), kind="gmp", by=by)

    def test_come_with_the_answer_and_stay(
        self, asked: Case, application: Application, pharmacist: Assignment, officer: Assignment
    ) -> None:
        document = self.added(application, pharmacist)
        assert document not in documents.readable_by(application, officer)
        factories.pharmacy_answered(asked)
        document.refresh_from_db()
        assert document in documents.readable_by(application, officer)
        assert document.version is not None
        assert document.version.number == 2
        with pytest.raises(WrongState):
            documents.remove(document, by=pharmacist)
        with pytest.raises(WrongState):
            self.added(application, pharmacist)

    def test_can_be_taken_away_until_it_is_sent_but_not_those_sent_before(
        self, asked: Case, application: Application, pharmacist: Assignment
    ) -> None:
        document = self.added(application, pharmacist)
        documents.remove(document, by=pharmacist)
        assert not application.documents.exists()
        before = self.added(application, pharmacist)
        type(before).objects.update(version=application.versions.get())
        with pytest.raises(WrongState, match="redan skickat"):
            documents.remove(before, by=pharmacist)

    def test_the_pages_lead_there_and_back(
        self, asked: Case, application: Application, pharmacist: Assignment, acting: Any
    ) -> None:
        client = acting(pharmacist)
        answer, here = url("supplement", application.pk), url("documents", application.pk)
        assert here in client.get(answer).content.decode()
        page = client.get(here).content.decode()
        assert "Lägg till dokumentet" in page
        assert f'href="{answer}"' in page
        factories.pharmacy_answered(asked)
        assert "Lägg till dokumentet" not in client.get(here).content.decode()
