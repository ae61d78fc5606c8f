"""“Mina textmallar”: kept from a draft, used in another, never over what is written."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Assignment
from klas.access import Role
from klas.errors import NotAllowed, Refused, Stale
from klas.models import AccessLogEntry
from motivations.kinds.common import CLINICAL, PRODUCT
from motivations.models import Motivation, ReasonTemplate
from motivations.services import drafts, reasons, submission
from tests import factories
from tests.conftest import ActingClient
from tests.motivations.conftest import Page

pytestmark = pytest.mark.django_db

TEXTS = {
    "indication": "Svårbehandlad epilepsi.",
    "why_not_category": "no_effect",
    "why_not_text": "Två läkemedel utan effekt.",
    "choice_reason": "Stöd i riktlinjer.",
}
LIST = reverse("motivations:templates")


def draft(by: Assignment, *, product: str = "Ospolot", **clinical: Any) -> Motivation:
    answers = {PRODUCT: {"by_hand": "yes", "name": product}, CLINICAL: clinical}
    return factories.draft(by=by, answers=answers)


def template(by: Assignment, title: str = "Epilepsi", **changes: Any) -> ReasonTemplate:
    product = changes.pop("product", "Ospolot")
    return reasons.keep(draft(by, product=product, **{**TEXTS, **changes}), title=title, by=by)


def page_of(name: str, pk: int) -> str:
    return reverse(f"motivations:{name}", args=[pk])


def section_of(motivation: Motivation) -> str:
    return reverse("motivations:section", args=[motivation.pk, CLINICAL])


def clinical_of(motivation: Motivation) -> dict[str, Any]:
    return drafts.read_section(motivation, CLINICAL).answers


class TestKeeping:
    def test_takes_the_reasons_and_nothing_of_the_patient(self, doctor: Assignment) -> None:
        about = draft(doctor, **TEXTS, icd10="G40.4", effect_so_far="Vera mår bättre")
        kept = reasons.keep(about, title="Epilepsi", by=doctor)
        assert kept.texts == TEXTS
        assert (kept.owner, kept.product_name) == (doctor.user, "Ospolot")

    def test_from_the_section_saves_what_was_typed_and_asks_for_a_name(
        self, doctor: Assignment, browser: ActingClient
    ) -> None:
        about = draft(doctor)
        page = Page(browser.get(section_of(about)))
        form = {"_key": page.hidden("_key"), "_revision": page.hidden("_revision")}
        answer = browser.post(section_of(about), {**form, **TEXTS, "_keep_template": "1"})
        assert answer["Location"] == page_of("new_template", about.pk)
        assert clinical_of(about)["indication"] == TEXTS["indication"]
        page = Page(browser.get(answer["Location"]))
        for words in ("Inget om en viss patient får stå i en mall", TEXTS["why_not_text"]):
            assert words in page
        form = {"_key": page.hidden("_key"), "title": "Epilepsi, vuxna"}
        answers = [browser.post(page_of("new_template", about.pk), form) for _ in range(2)]
        assert {answer["Location"] for answer in answers} == {section_of(about)}
        assert ReasonTemplate.objects.get().title == "Epilepsi, vuxna"
        page = Page(browser.get(section_of(about)))
        assert "Mallen ”Epilepsi, vuxna” är sparad för Ospolot." in page
        assert "Dina mallar för Ospolot" in page

    @pytest.mark.parametrize(
        ("changes", "title", "words"),
        [
            ({}, "", "Skriv vad mallen ska heta"),
            ({}, "Gäller 19570428-9999", "personnummer"),
            ({"why_not_text": "Som 195704289999"}, "Epilepsi", "personnummer"),
            ({"product": ""}, "Epilepsi", "Välj läkemedel först."),
            ({}, "Finns", "Du har redan en mall med det namnet"),
        ],
    )
    def test_what_cannot_be_kept_is_told(
        self,
        doctor: Assignment,
        browser: ActingClient,
        key: Any,
        changes: dict[str, str],
        title: str,
        words: str,
    ) -> None:
        template(doctor, "Finns")
        about = draft(doctor, **{**TEXTS, **changes})
        answer = browser.post(page_of("new_template", about.pk), {"_key": key(), "title": title})
        assert answer.status_code in (409, 422)
        assert words in Page(answer)
        assert ReasonTemplate.objects.count() == 1

    def test_nothing_written_is_nothing_to_keep(
        self, doctor: Assignment, browser: ActingClient
    ) -> None:
        about = draft(doctor)
        with pytest.raises(Refused):
            reasons.keep(about, title="Tom", by=doctor)
        page = Page(browser.get(page_of("new_template", about.pk)))
        assert "Det finns ingen text att spara än." in page

    def test_two_products_may_have_templates_of_one_name(self, doctor: Assignment) -> None:
        template(doctor)
        template(doctor, product="Lampit")
        assert ReasonTemplate.objects.count() == 2

    def test_somebody_elses_draft_is_not_read(self, doctor: Assignment) -> None:
        with pytest.raises(NotAllowed):
            reasons.keep(
                draft(factories.AssignmentFactory(prescriber=True), **TEXTS), title="x", by=doctor
            )


class TestUsing:
    def press(
        self,
        browser: ActingClient,
        about: Motivation,
        used: ReasonTemplate,
        **typed: str,
    ) -> Page:
        page = Page(browser.get(section_of(about)))
        form = {"_key": page.hidden("_key"), "_revision": page.hidden("_revision")}
        form |= {**typed, "_template": str(used.pk)}
        answers = [browser.post(section_of(about), form) for _ in range(2)]
        assert [answer["Location"] for answer in answers] == [section_of(about)] * 2
        return Page(browser.get(section_of(about)))

    def test_fills_what_is_empty_and_says_so(
        self, doctor: Assignment, browser: ActingClient
    ) -> None:
        about = draft(doctor)
        page = self.press(browser, about, template(doctor))
        assert {name: clinical_of(about)[name] for name in TEXTS} == TEXTS
        assert "Mallen har fyllt i: Vilken indikation ska behandlas?" in page
        assert "redan svarat" not in page

    def test_keeps_what_is_typed_at_that_moment_though_it_was_not_saved(
        self, doctor: Assignment, browser: ActingClient
    ) -> None:
        about = draft(doctor)
        typed = {"why_not_text": "Mitt eget skäl", "icd10": "nyss skrivet"}
        page = self.press(browser, about, template(doctor), **typed)
        after = clinical_of(about)
        assert (after["why_not_text"], after["icd10"]) == ("Mitt eget skäl", "nyss skrivet")
        assert after["indication"] == TEXTS["indication"]
        assert "svaren står kvar: Förklara varför" in page

    def test_from_an_old_page_nothing_is_lost(
        self, doctor: Assignment, browser: ActingClient
    ) -> None:
        about, used = draft(doctor), template(doctor)
        page = Page(browser.get(section_of(about)))
        drafts.save_section(
            about, CLINICAL, answers={"indication": "Annan flik"}, opened_revision=1, by=doctor
        )
        form = {"_key": page.hidden("_key"), "_revision": page.hidden("_revision")}
        answer = browser.post(
            section_of(about), {**form, "indication": "Min flik", "_template": used.pk}
        )
        assert answer.status_code == 409
        assert "Min flik" in Page(answer).html
        assert clinical_of(about) == {"indication": "Annan flik"}

    def test_is_offered_for_the_product_however_its_name_is_written(
        self, doctor: Assignment, browser: ActingClient
    ) -> None:
        template(doctor, "Rätt")
        template(doctor, "Fel", product="Lampit")
        page = Page(browser.get(section_of(draft(doctor, product="ÓSPOLOT"))))
        assert "Rätt" in page
        assert "Fel" not in page.text.split("Dina mallar för")[1].split("Alla mallar")[0]

    def test_other_products_stand_under_all_templates(
        self, doctor: Assignment, browser: ActingClient
    ) -> None:
        about, used = draft(doctor), template(doctor, "Annat", product="Lampit")
        page = Page(browser.get(section_of(about)))
        form = {"_key": page.hidden("_key"), "_revision": page.hidden("_revision")}
        typed = {"indication": "Eget", "_all_templates": "1"}
        choose = browser.post(section_of(about), {**form, **typed})["Location"]
        assert choose == page_of("choose_template", about.pk)
        page = Page(browser.get(choose))
        assert "Annat" in page
        form = {"_key": page.hidden("_key"), "_template": used.pk}
        answers = [browser.post(choose, form) for _ in range(2)]
        assert {answer["Location"] for answer in answers} == {section_of(about)}
        after = clinical_of(about)
        assert (after["indication"], after["why_not_text"]) == ("Eget", TEXTS["why_not_text"])

    def test_nobody_can_use_somebody_elses(
        self, doctor: Assignment, browser: ActingClient, key: Any
    ) -> None:
        about = draft(doctor)
        others = template(factories.AssignmentFactory(prescriber=True))
        form = {"_key": key(), "_revision": 1, "_template": others.pk}
        for address in (section_of(about), page_of("choose_template", about.pk)):
            assert browser.post(address, form).status_code == 404
        assert clinical_of(about) == {}

    def test_what_is_sent_cannot_be_filled(self, doctor: Assignment, key: Any) -> None:
        sent = factories.motivation(by=doctor)
        with pytest.raises(Refused):
            reasons.use(template(doctor), sent, opened_revision=0, by=doctor)

    def test_other_sections_offer_none(self, doctor: Assignment, browser: ActingClient) -> None:
        template(doctor)
        address = reverse("motivations:section", args=[draft(doctor).pk, "patient"])
        assert "mall" not in Page(browser.get(address)).text.lower()

    def test_the_page_asks_the_same_number_of_questions(
        self, doctor: Assignment, browser: ActingClient
    ) -> None:
        about = draft(doctor)
        template(doctor)
        with CaptureQueriesContext(connection) as one:
            browser.get(section_of(about))
        for number in range(20):
            template(doctor, f"Mall {number}")
        with CaptureQueriesContext(connection) as many:
            page = Page(browser.get(section_of(about)))
        assert len(many) == len(one)
        assert page.html.count('name="_template"') == 10


class TestMyTemplates:
    def test_are_listed_shown_and_recorded(self, doctor: Assignment, browser: ActingClient) -> None:
        kept = template(doctor)
        page = Page(browser.get(LIST))
        assert "Epilepsi" in page
        assert "Ospolot" in page
        page = Page(browser.get(page_of("template", kept.pk)))
        assert TEXTS["choice_reason"] in page
        assert "Godkända läkemedel har inte haft tillräcklig effekt" in page
        log = AccessLogEntry.objects.filter(what="reason_template", object_id=kept.pk)
        assert set(log.values_list("action", flat=True)) == {"read", "write"}

    def test_none_yet(self, browser: ActingClient) -> None:
        assert "Du har inga mallar än" in Page(browser.get(LIST))

    def test_twenty_five_a_page_with_as_many_questions(
        self, doctor: Assignment, browser: ActingClient
    ) -> None:
        template(doctor)
        with CaptureQueriesContext(connection) as one:
            browser.get(LIST)
        for number in range(25):
            template(doctor, f"Mall {number}")
        with CaptureQueriesContext(connection) as many:
            page = Page(browser.get(LIST))
        assert len(many) == len(one)
        assert "(sida 1 av 2)" in page.title

    def test_are_changed(self, doctor: Assignment, browser: ActingClient) -> None:
        kept = template(doctor)
        edit = page_of("edit_template", kept.pk)
        page = Page(browser.get(edit))
        form = {"_key": page.hidden("_key"), "_version": page.hidden("_version")}
        form |= {"title": "Nytt namn", "choice_reason": "Ny text"}
        assert browser.post(edit, form)["Location"] == page_of("template", kept.pk)
        kept.refresh_from_db()
        assert (kept.title, kept.texts) == ("Nytt namn", {"choice_reason": "Ny text"})

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"title": ""}, "Skriv vad mallen ska heta"),
            ({"indication": "Som 19570428-9999"}, "Texten innehåller ett personnummer"),
            (dict.fromkeys(TEXTS, ""), "Det finns ingen text att spara."),
        ],
    )
    def test_what_is_wrong_is_told(
        self,
        doctor: Assignment,
        browser: ActingClient,
        key: Any,
        changes: dict[str, str],
        words: str,
    ) -> None:
        kept = template(doctor)
        form = {"_key": key(), "_version": 1, "title": "Epilepsi", **TEXTS, **changes}
        answer = browser.post(page_of("edit_template", kept.pk), form)
        assert answer.status_code in (409, 422)
        assert words in Page(answer)
        kept.refresh_from_db()
        assert kept.texts == TEXTS

    def test_an_old_page_changes_nothing(
        self, doctor: Assignment, browser: ActingClient, key: Any
    ) -> None:
        kept = template(doctor)
        reasons.change(kept, title="Först", texts=TEXTS, by=doctor, opened_revision=1)
        with pytest.raises(Stale):
            reasons.change(kept, title="Sen", texts=TEXTS, by=doctor, opened_revision=1)
        form = {"_key": key(), "_version": 1, "title": "Sen", **TEXTS}
        page = Page(browser.post(page_of("edit_template", kept.pk), form))
        assert page.status == 409
        assert 'value="Sen"' in page.html
        assert page.hidden("_version") == "2"

    def test_are_thrown_away_once_asked(self, doctor: Assignment, browser: ActingClient) -> None:
        kept = template(doctor)
        delete = page_of("delete_template", kept.pk)
        page = Page(browser.get(delete))
        assert "går inte att få tillbaka" in page
        assert ReasonTemplate.objects.exists()
        form = {"_key": page.hidden("_key")}
        assert {browser.post(delete, form)["Location"] for _ in range(2)} == {LIST}
        assert not ReasonTemplate.objects.exists()

    def test_thrown_away_in_another_tab_is_told(self, doctor: Assignment) -> None:
        kept = template(doctor)
        reasons.throw_away(kept, by=doctor)
        with pytest.raises(Refused, match="finns inte kvar"):
            reasons.change(kept, title="x", texts=TEXTS, by=doctor, opened_revision=1)

    @pytest.mark.parametrize("name", ["template", "edit_template", "delete_template"])
    def test_somebody_elses_is_not_found(self, browser: ActingClient, key: Any, name: str) -> None:
        others = template(factories.AssignmentFactory(prescriber=True))
        address = page_of(name, others.pk)
        assert browser.get(address).status_code == 404
        if name != "template":
            answer = browser.post(address, {"_key": key(), "title": "x", **TEXTS})
            assert answer.status_code == 404
        assert "Epilepsi" not in Page(browser.get(LIST))

    def test_belong_to_the_person_not_the_assignment(self, doctor: Assignment, acting: Any) -> None:
        template(doctor)
        elsewhere = factories.acting_as(Role.PRESCRIBER, user=doctor.user)
        assert "Epilepsi" in Page(acting(elsewhere).get(LIST))


def test_a_draft_filled_by_a_template_can_be_sent(doctor: Assignment) -> None:
    answers = factories.individual_answers(factories.ProductFactory())
    kept = reasons.keep(factories.draft(by=doctor, answers=answers), title="Hel", by=doctor)
    for name in TEXTS:
        answers[CLINICAL][name] = ""
    about = factories.draft(by=doctor, answers=answers)
    reasons.use(kept, about, opened_revision=1, by=doctor)
    assert submission.submit(about, by=doctor).reference
