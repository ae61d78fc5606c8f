"""The same patient and product twice: warned of before sending, answered with a reason."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Assignment
from applications.enums import ApplicationStatus
from applications.models import Application
from applications.services import applying, duplicates, withdrawing
from applications.services.applying import answers_of
from klas import clock
from klas.errors import Refused
from klas.models import AccessLogEntry, KeptForm
from motivations.kinds import kind_of
from motivations.models import Motivation
from tests import factories
from tests.applications.conftest import press, status_of, text_of, url

WARNING = "Samma patient eller djurägare och samma läkemedel"
REASON = "Den andra licensen gäller en annan förpackning."


def found(draft: Application, by: Assignment) -> list[tuple[str, str]]:
    return [
        (duplicate.pharmacy, duplicate.number)
        for duplicate in applying.duplicates_of(draft, answers_of(draft), by=by)
    ]


def motivation(**patient: Any) -> Motivation:
    return factories.motivation(patient=patient)


@pytest.fixture
def other(stranger: Assignment) -> Application:
    """Another pharmacy's application for the same patient and product."""
    return factories.application(on=motivation(), by=stranger)


@pytest.mark.django_db
class TestWhatIsFound:
    def test_an_open_case(self, other: Application, pharmacist: Assignment) -> None:
        draft = factories.application_draft(on=motivation(name="Vera P."), by=pharmacist)
        assert found(draft, pharmacist) == [(other.pharmacy.name, other.dnr)]

    def test_a_valid_licence_until_it_ends(
        self, other: Application, pharmacist: Assignment
    ) -> None:
        factories.decided(of=other)
        other.motivation.refresh_from_db()
        number, valid_to = other.motivation.licence_number, other.motivation.licence_valid_to
        assert valid_to is not None
        draft = factories.application_draft(on=motivation(), by=pharmacist)
        assert found(draft, pharmacist) == [(other.pharmacy.name, number)]
        with clock.at(clock.now() + timedelta(days=(valid_to - clock.today()).days + 1)):
            assert found(draft, pharmacist) == []

    def test_neither_what_was_withdrawn_nor_rejected(
        self, other: Application, stranger: Assignment, pharmacist: Assignment
    ) -> None:
        withdrawing.withdraw(other, by=stranger, reason="Fel")
        factories.decided(factories.Outcome.REJECTED, of=factories.application(on=motivation()))
        draft = factories.application_draft(on=motivation(), by=pharmacist)
        assert found(draft, pharmacist) == []

    @pytest.mark.usefixtures("other")
    def test_not_another_patient_nor_another_product(self, pharmacist: Assignment) -> None:
        someone = motivation(
            identified_by="reserve_number",
            personal_number="",
            birth_date="1957-04-28",
            reserve_number="SLL 1234",
        )
        other_product = factories.motivation(product=factories.ProductFactory(strength="200 mg"))
        for about in (someone, other_product):
            draft = factories.application_draft(on=about, by=pharmacist)
            assert found(draft, pharmacist) == []

    def test_spelled_otherwise_it_is_the_same(self, pharmacist: Assignment) -> None:
        by_reserve = {
            "identified_by": "reserve_number",
            "personal_number": "",
            "birth_date": "1957-04-28",
        }
        factories.application(on=motivation(**by_reserve, reserve_number="SLL 1234"))
        product = factories.ProductFactory(name="OSPOLOT", form="Filmdragerad  tablett")
        same = factories.motivation(
            product=product, patient={**by_reserve, "reserve_number": "sll1234"}
        )
        draft = factories.application_draft(on=same, by=pharmacist)
        assert len(found(draft, pharmacist)) == 1

    def test_a_renewal_does_not_warn_of_what_it_renews(
        self, other: Application, pharmacist: Assignment
    ) -> None:
        factories.decided(of=other)
        renewal = motivation()
        Motivation.objects.filter(pk=renewal.pk).update(renews=other.motivation)
        draft = factories.application_draft(on=renewal, by=pharmacist)
        assert found(draft, pharmacist) == []

    def test_kinds_without_a_patient_or_owner_are_not_compared(self) -> None:
        assert kind_of("general").identity({}) == ""
        assert kind_of("preparedness").identity({}) == ""

    @pytest.mark.usefixtures("other")
    def test_the_comparison_is_recorded(self, pharmacist: Assignment) -> None:
        draft = factories.application_draft(on=motivation(), by=pharmacist)
        found(draft, pharmacist)
        entry = AccessLogEntry.objects.get(what="duplicates", user=pharmacist.user)
        assert (entry.hit, entry.whose) == (True, draft.motivation.reference)

    def test_one_or_many_take_as_many_queries(
        self, pharmacist: Assignment, django_assert_num_queries: Any
    ) -> None:
        draft = factories.application_draft(on=motivation(), by=pharmacist)
        version = draft.motivation.versions.select_related("motivation", "product").get()
        for count in (1, 3):
            while Application.objects.filter(sent_at__isnull=False).count() < count:
                factories.application(on=motivation())
            with django_assert_num_queries(5):
                many = duplicates.find(
                    draft, version=version, product=version.product.product_facts(), by=pharmacist
                )
            assert len(many) == count


@pytest.mark.django_db
class TestTheCheckPage:
    def test_warns_and_demands_a_reason_the_officer_reads(
        self, other: Application, pharmacist: Assignment, acting: Any
    ) -> None:
        draft = factories.application_draft(on=motivation(), by=pharmacist)
        client = acting(pharmacist)
        page = text_of(client.get(url("check", draft.pk)))
        assert WARNING in page
        assert f"pågående ärende: {other.dnr}, {other.pharmacy.name}." in page
        assert (other.motivation.reference or "") not in page
        for reason in ("", "19121212-1212 har två"):
            answer = press(client, url("check", draft.pk), duplicate_reason=reason)
            assert answer.status_code == 422
            assert 'href="#id_duplicate_reason"' in answer.content.decode()
        assert status_of(draft) == ApplicationStatus.DRAFT
        assert press(client, url("check", draft.pk), duplicate_reason=REASON).status_code == 302
        case = factories.case(of=draft)
        officer = acting(factories.AssignmentFactory())
        shown = officer.get(case.get_absolute_url())
        for words in (WARNING, REASON, other.dnr, other.pharmacy.name):
            assert words in text_of(shown)
        assert factories.case(of=other).get_absolute_url() in shown.content.decode()

    def test_who_must_prove_who_they_are_first_finds_the_reason_again(
        self, other: Application, pharmacist: Assignment, acting: Any
    ) -> None:
        draft = factories.application_draft(on=motivation(), by=pharmacist)
        client = acting(pharmacist)
        client.prove_long_ago()
        away = press(client, url("check", draft.pk), duplicate_reason=REASON)
        assert away["Location"].startswith(reverse("accounts:reauthenticate"))
        assert status_of(draft) == ApplicationStatus.DRAFT
        assert REASON in client.get(url("check", draft.pk)).content.decode()
        client.act_as(pharmacist)
        assert press(client, url("check", draft.pk), duplicate_reason=REASON).status_code == 302
        assert status_of(draft) != ApplicationStatus.DRAFT
        assert not KeptForm.objects.exists()

    def test_one_that_came_meanwhile_is_told(self, pharmacist: Assignment, acting: Any) -> None:
        draft = factories.application_draft(on=motivation(), by=pharmacist)
        client = acting(pharmacist)
        assert WARNING not in text_of(client.get(url("check", draft.pk)))
        factories.application(on=motivation())
        answer = press_without_looking(client, draft)
        assert answer.status_code == 409
        assert "Skriv varför ni ansöker ändå." in text_of(answer)
        assert 'name="duplicate_reason"' in answer.content.decode()
        with pytest.raises(Refused):
            applying.send(draft, by=pharmacist, duplicate_reason=" ")

    def test_without_any_nothing_is_asked_or_kept(
        self, pharmacist: Assignment, acting: Any
    ) -> None:
        draft = factories.application_draft(on=motivation(), by=pharmacist)
        client = acting(pharmacist)
        assert "duplicate_reason" not in client.get(url("check", draft.pk)).content.decode()
        assert press(client, url("check", draft.pk), duplicate_reason=REASON).status_code == 302
        draft.refresh_from_db()
        assert draft.duplicate_reason == ""


def press_without_looking(client: Any, draft: Application) -> Any:
    key = "0a0a0a0a-0000-4000-8000-000000000008"
    return client.post(url("check", draft.pk), {"_key": key})
