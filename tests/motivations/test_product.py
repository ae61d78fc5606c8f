"""The product of a draft: from the register first, by hand second."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Assignment
from medicines.enums import ProductStatus
from medicines.models import ApprovedProduct, ExactProduct, LicenceProduct
from medicines.services import mark_on_licence
from motivations.letters import motivation_html
from motivations.models import Motivation
from motivations.queries import current_version
from motivations.services import drafts
from tests import factories
from tests.conftest import ActingClient
from tests.motivations.conftest import Page

pytestmark = pytest.mark.django_db

FIRST_TIME = "Handläggningen tar därför längre tid"


@pytest.fixture
def draft(doctor: Assignment) -> Motivation:
    return factories.draft(by=doctor)


@pytest.fixture
def product() -> LicenceProduct:
    return factories.ProductFactory()


def address(draft: Motivation) -> str:
    return reverse("motivations:product", args=[draft.pk])


def stored(draft: Motivation) -> dict[str, Any]:
    return drafts.read_section(draft, "lakemedel").answers


def choose(browser: ActingClient, draft: Motivation, product: LicenceProduct, key: Any) -> Page:
    revision = drafts.read_section(draft, "lakemedel").revision
    return Page(
        browser.post(
            address(draft),
            {"choose": product.pk, "_revision": revision, "_key": key()},
            follow=True,
        )
    )


BY_HAND = {
    "register": "",
    "name": "Provolol",
    "substances": "provolol",
    "form": "tablett",
    "strength": "5 mg",
    "mah": "Prov Pharma",
    "approved_elsewhere": "no",
    "not_approved_comment": "Tillverkas av ett sjukhusapotek.",
    "withdrawn_by_authority": "no",
}


def test_the_register_is_searched_first(
    browser: ActingClient, draft: Motivation, product: LicenceProduct
) -> None:
    page = Page(browser.get(address(draft)))
    assert "Vilket läkemedel gäller det?" in page
    assert f'data-typeahead-url="{reverse("medicines:suggest")}?species=people"' in page.html
    found = Page(browser.get(address(draft), {"q": "ospolott"}))
    assert f'name="choose" value="{product.pk}"' in found.html
    assert stored(draft) == {}


def test_nothing_found_says_what_to_try(browser: ActingClient, draft: Motivation) -> None:
    page = Page(browser.get(address(draft), {"q": "xyzzy"}))
    assert "Inga läkemedel hittades" in page
    assert "Skriv in det för hand" in page


def test_medicines_for_animals_are_not_offered_for_people(
    browser: ActingClient, draft: Motivation
) -> None:
    factories.ProductFactory(name="Hundolot", veterinary=True)
    assert "Inga läkemedel hittades" in Page(browser.get(address(draft), {"q": "hundolot"}))


def test_a_chosen_product_is_shown_and_only_the_rest_is_asked(
    browser: ActingClient, draft: Motivation, product: LicenceProduct, key: Any
) -> None:
    page = choose(browser, draft, product, key)
    assert "Desitin Arzneimittel" in page
    assert "Tyskland" in page
    assert "Byt läkemedel" in page
    assert "Har en myndighet dragit in godkännandet?" in page
    for hidden in ("name", "strength", "country", "approval_number", "approved_elsewhere"):
        assert f'type="hidden" name="{hidden}"' in page.html
    assert FIRST_TIME not in page
    draft.refresh_from_db()
    assert draft.product_line == product.product_line


def test_saving_keeps_the_registers_facts_whatever_is_posted(
    browser: ActingClient, draft: Motivation, product: LicenceProduct, key: Any
) -> None:
    page = choose(browser, draft, product, key)
    typed = {
        **product.facts(),
        "name": "Något annat",
        "register": product.pk,
        "approved_elsewhere": "yes",
        "withdrawn_by_authority": "yes",
        "_revision": page.hidden("_revision"),
    }
    answer = browser.post(address(draft), typed)
    assert answer.status_code == 302
    assert stored(draft)["name"] == "Ospolot"
    assert stored(draft)["withdrawn_by_authority"] == "yes"


def test_what_the_register_does_not_know_is_asked(
    browser: ActingClient, draft: Motivation, key: Any
) -> None:
    blank = factories.ProductFactory(mah="", country="", approval_number="")
    page = choose(browser, draft, blank, key)
    assert 'type="hidden" name="mah"' not in page.html
    assert "Är läkemedlet godkänt i ett annat land?" in page
    posted = {
        **blank.facts(),
        "register": blank.pk,
        "withdrawn_by_authority": "no",
        "_revision": page.hidden("_revision"),
    }
    wrong = Page(browser.post(address(draft), posted))
    assert "Fyll i innehavare av godkännandet eller ansvarigt företag" in wrong
    right = {
        **posted,
        "mah": "Prov Pharma",
        "approved_elsewhere": "no",
        "not_approved_comment": "Gammalt läkemedel.",
        "_revision": wrong.hidden("_revision"),
    }
    assert browser.post(address(draft), right).status_code == 302
    assert stored(draft)["mah"] == "Prov Pharma"


def test_a_product_never_on_licence_is_said_to_take_longer(
    browser: ActingClient, draft: Motivation, key: Any
) -> None:
    new = factories.ProductFactory(on_licence_before=False)
    assert FIRST_TIME in choose(browser, draft, new, key)


def test_a_product_written_by_hand_that_has_been_on_licence_is_not_the_first(
    browser: ActingClient, draft: Motivation, key: Any
) -> None:
    facts = {name: BY_HAND[name] for name in ("name", "form", "strength", "mah")}
    mark_on_licence(ExactProduct.objects.create(**facts))
    browser.post(address(draft), {"by_hand": "1", "_revision": "0", "_key": key()})
    browser.post(address(draft), {**BY_HAND, "name": "PROVOLOL", "_revision": "1"})
    assert FIRST_TIME not in Page(browser.get(address(draft)))
    other = {**BY_HAND, "strength": "10 mg", "_revision": "2"}
    browser.post(address(draft), other)
    assert FIRST_TIME in Page(browser.get(address(draft)))


def test_a_withdrawn_approval_comes_from_the_register(
    browser: ActingClient, draft: Motivation, key: Any
) -> None:
    withdrawn = factories.ProductFactory(status=ProductStatus.WITHDRAWN_BY_AUTHORITY)
    page = choose(browser, draft, withdrawn, key)
    assert "återkallat av myndighet" in page
    assert 'type="hidden" name="withdrawn_by_authority" value="yes"' in page.html
    denied = {
        **withdrawn.facts(),
        "register": withdrawn.pk,
        "approved_elsewhere": "yes",
        "withdrawn_by_authority": "no",
        "_revision": page.hidden("_revision"),
    }
    assert browser.post(address(draft), denied).status_code == 302
    clinical = Page(browser.get(reverse("motivations:section", args=[draft.pk, "motivering"])))
    assert "Varför behövs ett läkemedel vars godkännande har dragits in?" in clinical


def test_by_hand(browser: ActingClient, draft: Motivation, key: Any) -> None:
    start = {"by_hand": "1", "_revision": "0", "_key": key()}
    page = Page(browser.post(address(draft), start, follow=True))
    assert FIRST_TIME in page
    assert "Läkemedlets namn" in page
    half = {"name": "Provolol", "_revision": page.hidden("_revision")}
    wrong = Page(browser.post(address(draft), half))
    assert wrong.status == 422
    assert "Fyll i styrka" in wrong
    assert 'value="Provolol"' in wrong.html
    answer = browser.post(address(draft), {**BY_HAND, "_revision": wrong.hidden("_revision")})
    assert answer["Location"] == reverse("motivations:section", args=[draft.pk, "behandling"])
    assert stored(draft)["name"] == "Provolol"


def test_the_active_one_of_the_two_ways_must_be_filled(
    browser: ActingClient, draft: Motivation, key: Any
) -> None:
    browser.post(address(draft), {"by_hand": "1", "_revision": "0", "_key": key()})
    typed = {**BY_HAND, "approved_elsewhere": "yes", "_revision": "1"}
    page = Page(browser.post(address(draft), typed))
    assert "Välj landet där läkemedlet är godkänt" in page
    assert "Fyll i läkemedlets godkännandenummer i det landet" in page


def test_everything_emptied_by_hand_does_not_turn_into_a_search(
    browser: ActingClient, draft: Motivation, key: Any
) -> None:
    browser.post(address(draft), {"by_hand": "1", "_revision": "0", "_key": key()})
    browser.post(address(draft), {"_revision": "1", "_later": "1"})
    assert "Läkemedlets namn" in Page(browser.get(address(draft)))


def test_changing_product_clears_what_was_answered(
    browser: ActingClient, draft: Motivation, product: LicenceProduct, key: Any
) -> None:
    page = choose(browser, draft, product, key)
    clear = {"clear": "1", "_revision": page.hidden("_revision"), "_key": key()}
    again = Page(browser.post(address(draft), clear, follow=True))
    assert "Vilket läkemedel gäller det?" in again
    assert stored(draft) == {}


def test_a_double_click_on_choose_is_no_conflict(
    browser: ActingClient, draft: Motivation, product: LicenceProduct, key: Any
) -> None:
    form = {"choose": product.pk, "_revision": "0", "_key": key()}
    answers = [browser.post(address(draft), form) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [address(draft)] * 2


def test_two_tabs_choosing_the_second_is_told(
    browser: ActingClient, draft: Motivation, product: LicenceProduct, key: Any
) -> None:
    choose(browser, draft, product, key)
    other = factories.ProductFactory(name="Annatprov")
    form = {"choose": other.pk, "_revision": "0", "_key": key()}
    page = Page(browser.post(address(draft), form))
    assert page.status == 409
    assert "Svaren har sparats på ett annat ställe" in page
    assert stored(draft)["name"] == "Ospolot"


def test_two_tabs_saving_the_other_product_is_told(
    browser: ActingClient, draft: Motivation, product: LicenceProduct, key: Any
) -> None:
    opened = choose(browser, draft, product, key)
    other = factories.ProductFactory(name="Annatprov")
    choose(browser, draft, other, key)
    form = {
        **product.facts(),
        "register": product.pk,
        "approved_elsewhere": "yes",
        "withdrawn_by_authority": "no",
        "_revision": opened.hidden("_revision"),
    }
    page = Page(browser.post(address(draft), form))
    assert page.status == 409
    assert "Annatprov" in page
    assert stored(draft)["name"] == "Annatprov"


@pytest.mark.parametrize("key_typed", ["", "abc", "999999", "٣"])
def test_a_product_that_is_not_there(
    browser: ActingClient, draft: Motivation, key: Any, key_typed: str
) -> None:
    form = {"choose": key_typed, "_revision": "0", "_key": key()}
    assert browser.post(address(draft), form).status_code == 404


def test_a_personal_number_in_the_search_is_pointed_out(
    browser: ActingClient, draft: Motivation
) -> None:
    page = Page(browser.get(address(draft), {"q": factories.PERSONAL_NUMBER}))
    assert "Texten innehåller ett personnummer" in page


# The two ways: exactly one counts


@pytest.mark.parametrize(
    ("way", "kept", "emptied"),
    [
        ("yes", ("country", "approval_number"), ("not_approved_comment",)),
        ("no", ("not_approved_comment",), ("country", "approval_number")),
    ],
)
def test_what_belongs_to_the_way_not_chosen_is_not_sent(
    doctor: Assignment, way: str, kept: tuple[str, ...], emptied: tuple[str, ...]
) -> None:
    both = {
        "approved_elsewhere": way,
        "country": "DE",
        "approval_number": "1",
        "not_approved_comment": "Tillverkas av ett sjukhusapotek.",
    }
    product = factories.ProductFactory()
    sent = factories.motivation(by=doctor, product=product, lakemedel=both)
    answers = current_version(sent).answers["lakemedel"]
    assert all(answers[name] for name in kept)
    assert not any(answers[name] for name in emptied)


# What is approved and sold in Sweden

WARNING = "Ett läkemedel med samma substans och form är godkänt och säljs i Sverige."
QUESTION = "Varför räcker inte Sultimed, som är godkänt och säljs i Sverige?"
LINE = "Sultimed, tablett, 50 mg (Svenska Provbolaget)"


def clinical_page(draft: Motivation) -> str:
    return reverse("motivations:section", args=[draft.pk, "motivering"])


def test_a_chosen_product_that_has_its_equal_in_sweden_is_warned_of(
    browser: ActingClient, draft: Motivation, product: LicenceProduct, key: Any
) -> None:
    assert WARNING not in choose(browser, draft, product, key)
    factories.ApprovedProductFactory()
    other = factories.ProductFactory(strength="200 mg")
    page = choose(browser, draft, other, key)
    assert WARNING in page
    assert LINE in page
    assert QUESTION in Page(browser.get(clinical_page(draft)))
    again = {
        **other.facts(),
        "register": other.pk,
        "approved_elsewhere": "yes",
        "withdrawn_by_authority": "no",
        "_warned": page.hidden("_warned"),
        "_revision": page.hidden("_revision"),
    }
    assert browser.post(address(draft), again)["Location"].endswith("/behandling/")


def test_one_written_by_hand_is_warned_of_before_the_person_goes_on(
    browser: ActingClient, draft: Motivation, key: Any
) -> None:
    factories.ApprovedProductFactory(atc="", substances_text="Provolol")
    browser.post(address(draft), {"by_hand": "1", "_revision": "0", "_key": key()})
    typed = {**BY_HAND, "_warned": "", "_revision": "1"}
    answer = browser.post(address(draft), typed)
    assert answer["Location"] == f"{address(draft)}#godkant-i-sverige"
    page = Page(browser.get(address(draft)))
    assert LINE in page
    onwards = {**typed, "_warned": page.hidden("_warned"), "_revision": page.hidden("_revision")}
    assert browser.post(address(draft), onwards)["Location"].endswith("/behandling/")
    other = {**onwards, "substances": "annat", "_revision": "2"}
    assert browser.post(address(draft), other)["Location"].endswith("/behandling/"), "all clear"
    onwards["_revision"] = "3"
    assert browser.post(address(draft), onwards)["Location"].endswith("/behandling/")
    # A double click on a page that is already saved is no conflict.
    assert browser.post(address(draft), onwards)["Location"].endswith("/behandling/")


def test_the_browser_cannot_say_what_is_approved(
    browser: ActingClient, draft: Motivation, key: Any
) -> None:
    browser.post(address(draft), {"by_hand": "1", "_revision": "0", "_key": key()})
    browser.post(address(draft), {**BY_HAND, "approved_in_sweden": "x", "_revision": "1"})
    assert "approved_in_sweden" not in stored(draft)
    forged = {**BY_HAND, "approved_in_sweden": [{"name": "Påhittat"}]}
    drafts.save_section(draft, "lakemedel", answers=forged, opened_revision=2, by=draft.author)
    assert "approved_in_sweden" not in stored(draft)


def test_another_product_takes_the_warning_away(
    browser: ActingClient, draft: Motivation, product: LicenceProduct, key: Any
) -> None:
    factories.ApprovedProductFactory()
    choose(browser, draft, product, key)
    other = factories.ProductFactory(atc="N03AX04", substances_text="något annat")
    assert WARNING not in choose(browser, draft, other, key)
    assert "säljs i Sverige?" not in Page(browser.get(clinical_page(draft)))


def test_many_are_counted_in_the_question_and_listed_on_the_page(
    browser: ActingClient, draft: Motivation, product: LicenceProduct, key: Any
) -> None:
    for name in ("Alfamed", "Betamed", "Gammamed", "Deltamed"):
        factories.ApprovedProductFactory(name=name)
    factories.ApprovedProductFactory(name="Alfamed", strength="200 mg")
    page = choose(browser, draft, product, key)
    assert "5 läkemedel med samma substans och form" in page
    assert page.text.count("Alfamed, tablett") == 2
    assert (
        "Varför räcker inte Alfamed, Betamed, Deltamed och 1 till, som är godkända och säljs i "
        "Sverige?"
    ) in Page(browser.get(clinical_page(draft)))


def test_the_answer_is_demanded_and_follows_the_motivation_to_the_officer(
    browser: ActingClient, acting: Any, doctor: Assignment
) -> None:
    factories.ApprovedProductFactory()
    answers = factories.individual_answers(factories.ProductFactory())
    begun = factories.draft(by=doctor, answers=answers)
    check = Page(browser.get(reverse("motivations:check", args=[begun.pk])))
    assert "Skriv varför det godkända läkemedlet inte räcker" in check
    assert LINE in check
    why = {"approved_in_sweden_reason": "Sultimed gav nässelutslag vid två försök."}
    sent = factories.motivation(by=doctor, motivering=why)
    # What the register says later does not change what was known.
    ApprovedProduct.objects.all().delete()
    own = Page(browser.get(sent.get_absolute_url()))
    case = factories.case(of=factories.application(on=sent))
    officer = Page(acting(factories.AssignmentFactory()).get(case.get_absolute_url()))
    whole = factories.submission.MotivationDocument.objects.get(
        version__motivation=sent, audience="full"
    )
    for shown in (own.text, officer.text, motivation_html(whole)):
        assert QUESTION in shown
        assert "nässelutslag" in shown
        assert LINE in shown
