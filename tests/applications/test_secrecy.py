"""Clinical text never reaches a pharmacy: planted words are looked for in every answer."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pypdfium2
import pytest
from django.http import HttpResponse
from django.urls import URLPattern, reverse

from applications.desk_lists import LISTS
from applications.models import Application
from applications.services import handing_over, renewing
from applications.services.issuing import issue_receipts
from applications.urls import urlpatterns
from klas import clock
from klas.export import Format
from klas.models import AccessLogEntry
from klas.sections import Secrecy
from motivations.enums import LicenceKind
from motivations.kinds import KINDS
from motivations.kinds.common import AUTHOR, ClinicalForm, HandlingForm
from motivations.models import Motivation
from motivations.queries import current_version
from motivations.reading import for_document
from motivations.services import attachments
from motivations.services.issuing import issue_documents
from tests import factories, kinds
from tests.applications.conftest import hidden, url
from tests.pdftext import pdf_text
from tests.saved import content_of

pytestmark = pytest.mark.django_db

# One word per clinical field of any kind, found nowhere else in the house.
PLANTED: dict[str, dict[str, Any]] = {
    "lakemedel": {"withdrawn_by_authority": "yes"},
    "motivering": {
        "indication": "Zyxindikation",
        "icd10": "Z98.7",
        "why_not_category": "shortage",
        "shortage_product": "Zyxrestnotering",
        "why_not_text": "Zyxforklaring",
        "approved_in_sweden_reason": "Zyxgodkant",
        "earlier_therapy": [
            {"product": "Zyxtidigare", "period": "Zyxperiod", "result": "Zyxresultat"}
        ],
        "no_earlier_therapy": "Zyxingenterapi",
        "choice_reason": "Zyxval",
        "treatment": "continued",
        "effect_so_far": "Zyxeffekt",
        "changes": "Zyxandrat",
        "restrictive_reason": "Zyxrestriktiv",
    },
    "hantering": {
        "urgency": "urgent",
        "urgent_reason": "Zyxbrattom",
        "urgent_phone": "018-12 34 56",
    },
}
WORDS = ("zyx", "z98.7", "z987", "vilken indikation ska", "hur bråttom är det? zyx")
WRONG_KEY = {"_key": "not-a-key"}


def test_every_clinical_field_is_planted() -> None:
    """A clinical field added later, to any kind, must get a word here."""
    clinical = {
        (section.slug, name)
        for kind in KINDS.values()
        for section in kind.sections
        for name in section.form_class(
            answers={
                "lakemedel": {
                    "withdrawn_by_authority": "yes",
                    "approved_in_sweden": [{"name": "Sultimed"}],
                },
                AUTHOR: {"renews": True},
            }
        ).fields
        if section.form_class.secrecy_of(name) == Secrecy.CLINICAL
    }
    planted = {(slug, name) for slug, answers in PLANTED.items() for name in answers}
    assert clinical <= planted
    assert ClinicalForm.secrecy == HandlingForm.field_secrecy["urgent_reason"] == Secrecy.CLINICAL


@pytest.fixture(params=list(LicenceKind))
def motivation(request: Any, pharmacist: Any, settings: Any, tmp_path: Any) -> Motivation:
    """A sent motivation with a word in every hidden field and in a clinical attachment's name."""
    settings.MEDIA_ROOT = tmp_path
    for veterinary in (False, True):
        factories.ApprovedProductFactory(veterinary=veterinary)
    addressed = {**PLANTED["hantering"], "pharmacy": pharmacist.pharmacy.gln}
    begun = kinds.draft(request.param, **{**PLANTED, "hantering": addressed})
    attachments.add(
        begun,
        file=factories.picture("Zyxbilaga.png"),
        kind="other",
        secrecy="clinical",
        by=begun.author,
    )
    return factories.submission.submit(begun, by=begun.author)


def _addresses(motivation: Motivation, application: Application | None) -> Iterator[str]:
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        name = str(pattern.name)
        if name in {"search", "hand_overs"}:
            yield url(name)
        elif name in {"inbox", "chain"}:
            yield from (f"{url(name)}?tab={tab}" for tab in LISTS)
        elif name in {"export", "chain_export"}:
            yield from (
                f"{url(name)}?tab={tab}&format={format}" for tab in LISTS for format in Format
            )
        elif name in {"motivation", "motivation_document", "start", "open_motivation"}:
            yield url(name, motivation.pk)
        elif name in {"attachment", "attachment_preview"}:
            yield url(name, motivation.pk, motivation.attachments.get().pk)
        elif name == "attachment_page":
            yield url(name, motivation.pk, motivation.attachments.get().pk, 1)
        elif application is not None and name == "section":
            yield from (
                url(name, application.pk, slug)
                for slug in ("fornyelse", "lakemedel", "licens", "kontroll")
            )
        elif name in {"document", "document_preview", "document_page", "remove_document"}:
            if application is not None:
                # There is none with this key: also what is told of that is looked at.
                more = [1] if name == "document_page" else []
                yield url(name, application.pk, motivation.attachments.get().pk, *more)
        elif name in {"hand_over", "take_back"}:
            if application is not None and application.handovers.exists():
                yield url(name, application.handovers.get().pk)
        elif application is not None:
            yield url(name, application.pk)


def _whole(response: Any) -> HttpResponse:
    """An answer that can be read more than once, also when it was sent piece by piece."""
    if not response.streaming:
        return response  # type: ignore[no-any-return]
    content = content_of(response)
    if content.startswith(b"PK"):  # a spreadsheet: what it holds, unpacked
        book = ZipFile(BytesIO(content))
        content = b" ".join(book.read(name) for name in book.namelist())
    return HttpResponse(content, headers=dict(response.items()))


def _responses(client: Any, address: str) -> Iterator[HttpResponse]:
    shown = _whole(client.get(address))
    yield shown
    more = "&" if "?" in address else "?"
    yield _whole(client.get(f"{address}{more}fel=1"))
    yield client.post(address, WRONG_KEY)
    yield client.post(address, {**hidden(shown), "q": "zyxq"}, headers={"X-KLAS-Autosave": "1"})


# Random tokens and signatures spell anything in time.
TOKENS = re.compile(r"[\w-]{43,}")


def _assert_clean(response: HttpResponse, where: str) -> None:
    page = response.content.decode("utf-8", "replace") + str(response.headers)
    seen = TOKENS.sub("", page).lower()
    for word in WORDS:
        assert word not in seen.replace("zyxq", ""), f"{word} in {where} ({response.status_code})"


# What a state shows is the same for every kind; what a kind shows differs only by whether it is
# sent and decided.
EVERY_KIND = ("sent", "decided")
STATES = ("nothing", "draft", *EVERY_KIND, "offered", "taken", "renewed")


@pytest.mark.parametrize(
    ("motivation", "state"),
    [
        (kind, state)
        for kind in LicenceKind
        for state in (STATES if kind == LicenceKind.INDIVIDUAL else EVERY_KIND)
    ],
    indirect=["motivation"],
)
def test_no_answer_of_any_address_holds_clinical_text(
    acting: Any, pharmacist: Any, stranger: Any, motivation: Motivation, state: str
) -> None:
    application: Any = None
    if state == "draft":
        application = factories.application_draft(on=motivation, by=pharmacist)
    elif state != "nothing":
        application = factories.application(on=motivation, by=pharmacist)
    if state in {"offered", "taken"}:
        offered = handing_over.offer(
            application,
            to=factories.PharmacyFactory() if state == "offered" else stranger.pharmacy,
            reason="Provat i ett prov.",
            by=pharmacist,
        )
        if state == "taken":
            handing_over.accept(offered, available=True, by=stranger)
    if state == "renewed":
        soon = clock.today() + timedelta(days=30)
        factories.decided(of=application, valid_to=soon)
        application.refresh_from_db()
        application = renewing.start(application, by=pharmacist)
    if state == "decided":
        factories.decided(of=application)
    client = acting(stranger if state == "taken" else pharmacist)
    client.raise_request_exception = False
    # Who works at one more pharmacy sees all of it from there, in the lists over both.
    other = acting(factories.AssignmentFactory(pharmacist=True, user=pharmacist.user))
    seen = 0
    for address in [*_addresses(motivation, application)]:
        if "/alla/" in address:
            response = _whole(other.get(address))
            assert response.status_code in {200, 404}, address
            _assert_clean(response, address)
        if application and not Application.objects.filter(pk=application.pk).exists():
            break
        for response in _responses(client, address):
            assert response.status_code < 500, address
            _assert_clean(response, address)
            seen += response.status_code == 200
    assert seen > 3


def test_the_receipt_names_no_patient_and_holds_no_clinical_text(
    acting: Any, pharmacist: Any, motivation: Motivation
) -> None:
    application = factories.application(on=motivation, by=pharmacist)
    issue_receipts()
    officer = factories.AssignmentFactory()
    case = factories.case(of=application)
    agency = reverse("decisions:receipt", args=[case.pk])
    for who, address in (
        (pharmacist, url("receipt_document", application.pk)),
        (officer, agency),
    ):
        response = acting(who).get(address)
        assert response["Content-Type"] == "application/pdf"
        text = pdf_text(response.content).lower()
        assert application.dnr in text
        assert "400 kr" in text
        for word in (*WORDS, str(motivation.subject_label).lower() or "zyx"):
            assert word not in text


@pytest.mark.parametrize("name", ["attachment", "attachment_preview", "attachment_page"])
def test_a_clinical_attachment_is_to_a_pharmacy_as_if_it_did_not_exist(
    acting: Any, pharmacist: Any, motivation: Motivation, name: str
) -> None:
    hidden_one, more = motivation.attachments.get().pk, [1] if name == "attachment_page" else []
    client = acting(pharmacist)
    assert client.get(url("motivation", motivation.pk)).status_code == 200
    said = []
    for key in (hidden_one, hidden_one + 1_000):
        response = client.get(url(name, motivation.pk, key, *more))
        assert response.status_code == 404
        page = TOKENS.sub("", response.content.decode())
        said.append(page.replace(f"bilagor/{key}/", ""))
    assert said[0] == said[1]
    assert not AccessLogEntry.objects.filter(what="attachment", user=pharmacist.user).exists()


def test_the_words_are_there_for_the_author(motivation: Motivation) -> None:
    """The other tests look for words that really are stored."""
    whole = str(for_document(current_version(motivation), clinical=True)).lower()
    assert all(
        word in whole
        for word in ("zyxindikation", "zyxbrattom", "zyxrestriktiv", "zyxgodkant", "zyxandrat")
    )
    has_code = motivation.kind in {LicenceKind.INDIVIDUAL, LicenceKind.GENERAL}
    assert ("z98.7" in whole) == has_code


def test_the_pdf_for_pharmacies_has_no_clinical_text(
    acting: Any, pharmacist: Any, motivation: Motivation
) -> None:
    issue_documents()
    response = acting(pharmacist).get(url("motivation_document", motivation.pk))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'inline; filename="{motivation.reference}.pdf"'
    document = pypdfium2.PdfDocument(response.content)
    text = " ".join(page.get_textpage().get_text_range() for page in document).lower()
    assert "ospolot" in text
    for word in WORDS:
        assert word not in text
