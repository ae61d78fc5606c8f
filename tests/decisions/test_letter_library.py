"""The library of the letters' texts: two persons, versions, braces, and trying a draft."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import Assignment
from decisions.enums import LetterReason
from decisions.letters import letter_html
from decisions.letters.letter import KINDS
from decisions.letters.library import GROUPS, group_of
from decisions.letters.texts import TEXT_VERSION, TEXTS, braces, fillable, texts, version_in_force
from decisions.models import Letter, LetterText
from decisions.services import letter_texts
from decisions.services.issuing import issue_letters
from klas import clock
from klas.access import Role
from klas.errors import NotAllowed, Refused, WrongState
from motivations.enums import Outcome
from tests import factories
from tests.decisions.letter_samples import SAMPLES, sample
from tests.klas.pdf_reading import pages_of

pytestmark = pytest.mark.django_db
NEW = "Läkemedelsverket ger licens. Sälj läkemedlet som beslutet säger."


def maker() -> Assignment:
    return factories.AssignmentFactory(decision_maker=True)


def proposed(wording: str = NEW, *, key: str = "granted", days: int = 0) -> LetterText:
    return letter_texts.propose(
        key,
        wording=wording,
        reason="Klarspråk.",
        from_day=clock.today() + timedelta(days=days),
        by=maker(),
    )


def published(wording: str = NEW, *, key: str = "granted", days: int = 0) -> LetterText:
    draft = proposed(wording, key=key, days=days)
    return letter_texts.publish(draft, wording=wording, by=maker())


def in_force(days: int = 0) -> dict[str, str]:
    return texts(version_in_force(clock.today() + timedelta(days=days)))


# Versions


def test_a_published_text_holds_for_letters_ordered_from_its_day() -> None:
    before = Letter.objects.get(case=factories.decided())
    published()
    after = Letter.objects.get(case=factories.decided())
    assert NEW not in letter_html(before)
    assert NEW in letter_html(after)
    assert before.text_version == TEXT_VERSION
    # Made later, the older letter still has its words.
    assert issue_letters() == 2


def test_one_that_begins_later_waits_for_its_day() -> None:
    published(days=3)
    assert in_force(2)["granted"] == TEXTS["granted"][TEXT_VERSION]
    assert in_force(3)["granted"] == NEW


def test_a_version_never_changes_whatever_is_published_after_it() -> None:
    published("Ett.", days=5)
    version = version_in_force(clock.today() + timedelta(days=9))
    published("Två.", days=2)
    assert texts(version)["granted"] == "Ett."
    published("Tre.", days=5)
    assert texts(version)["granted"] == "Ett."
    assert in_force(3)["granted"] == "Två."
    assert in_force(5)["granted"] == "Tre."  # the last of two from the same day


def test_a_younger_wording_in_the_code_holds_over_an_older_one_in_the_library(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    published()
    version = version_in_force(clock.today())
    monkeypatch.setattr(
        "decisions.letters.texts.TEXTS",
        {**TEXTS, "granted": {**TEXTS["granted"], "2099-01": "Kodens nya ord."}},
    )
    assert texts(version)["granted"] == NEW
    monkeypatch.setattr("decisions.letters.texts.TEXT_VERSION", "2099-01")
    assert in_force()["granted"] == "Kodens nya ord."


def test_what_is_published_is_never_changed_or_removed() -> None:
    published()
    for change in ({"wording": "Annat."}, {"from_day": clock.today()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            LetterText.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        LetterText.objects.all().delete()


# Who


def test_another_person_publishes_than_the_one_who_proposed() -> None:
    draft = proposed()
    with pytest.raises(Refused, match="själv föreslagit"):
        letter_texts.publish(draft, wording=NEW, by=draft.proposed_by)
    letter_texts.publish(draft, wording=NEW, by=maker())


def test_what_is_published_is_what_was_read() -> None:
    draft = proposed()
    proposed("Andra ord.")
    assert LetterText.objects.count() == 1  # the draft was changed
    with pytest.raises(WrongState, match="ändrats"):
        letter_texts.publish(draft, wording=NEW, by=maker())
    letter_texts.discard(draft, by=maker())
    with pytest.raises(WrongState):
        letter_texts.publish(draft, wording="Andra ord.", by=maker())


def test_only_decision_makers_change_texts() -> None:
    caseworker = factories.AssignmentFactory()
    draft = proposed()
    for act in (
        lambda: letter_texts.propose(
            "granted", wording="x", reason="y", from_day=clock.today(), by=caseworker
        ),
        lambda: letter_texts.publish(draft, wording=NEW, by=caseworker),
        lambda: letter_texts.discard(draft, by=caseworker),
        lambda: letter_texts.preview_html(draft, reason=LetterReason.DECISION, by=caseworker),
    ):
        with pytest.raises(NotAllowed):
            act()


# Braces


@pytest.mark.parametrize(
    ("key", "wording", "said"),
    [
        ("appeal_when", "Överklaga i tid.", "ska innehålla {weeks}"),
        ("appeal_when", "Inom {weeks}, {name}.", "{name} kan inte fyllas i"),
        ("granted", "Ja, {dnr}.", "{dnr} kan inte fyllas i. Ta bort det. Här fylls ingenting i."),
        ("appeal_when", "Inom {weeks", "inte avslutad"),
        ("appeal_when", "Inom {weeks.__class__}", "mer än ett namn"),
        ("appeal_when", "Inom {weeks!r}", "mer än ett namn"),
        ("appeal_when", "Inom {0} {weeks}", "mer än ett namn"),
        ("appeal_when", "Inom {}", "mer än ett namn"),
    ],
)
def test_what_cannot_be_filled_in_is_told_plainly(key: str, wording: str, said: str) -> None:
    with pytest.raises(Refused) as error:
        letter_texts.demand_fillable(key, wording)
    assert said in str(error.value)


@pytest.mark.parametrize("key", list(TEXTS))
def test_the_texts_of_the_code_can_be_filled_in_themselves(key: str) -> None:
    letter_texts.demand_fillable(key, TEXTS[key][TEXT_VERSION])
    assert braces(TEXTS[key][TEXT_VERSION]) == fillable(key)


# Where they are used


def test_every_text_stands_in_one_group() -> None:
    keys = [key for group in GROUPS for key in group.titles]
    assert sorted(keys) == sorted(TEXTS)


def test_a_text_has_a_title_of_its_own_in_its_group() -> None:
    for group in GROUPS:
        titles = list(group.titles.values())
        assert len(set(titles)) == len(titles)
        assert not set(titles) & set(TEXTS)


@pytest.mark.parametrize("name", list(SAMPLES))
def test_a_text_is_said_to_be_used_where_it_is(name: str) -> None:
    letter = sample(name)
    marked = {key: f"[{key}] {wording}" for key, wording in texts(TEXT_VERSION).items()}
    html = letter_html(letter, trial=marked)
    used = {key for key in marked if f"[{key}]" in html}
    assert len(used) >= 5
    assert {key for key in used if letter.reason not in group_of(key).letters} == set()


# Trying


def test_a_draft_is_tried_in_a_real_letter_that_is_never_stored() -> None:
    case = factories.decided()
    issue_letters()
    letter = Letter.objects.get(case=case)
    html, dnr = letter_texts.preview_html(proposed(), reason=LetterReason.DECISION, by=maker())
    assert dnr == case.dnr
    assert NEW in html
    assert "FÖRHANDSGRANSKNING" in html
    assert "Vera Provpatient" in html
    assert letter.code not in html.replace(" ", "")
    assert "OOOO OOOO OOOO" in html
    assert Letter.objects.count() == 1


def test_a_letter_never_written_is_tried_on_the_newest_case_with_made_up_facts() -> None:
    case = factories.case()
    draft = proposed("Ni har ansökt. Det tar längre tid.", key="delay")
    html, dnr = letter_texts.preview_html(draft, reason=LetterReason.DELAY, by=maker())
    assert dnr == case.dnr
    assert "Det tar längre tid." in html
    with pytest.raises(Refused, match="inte skrivits"):
        letter_texts.preview_html(proposed(), reason=LetterReason.DECISION, by=maker())
    with pytest.raises(Refused, match="inget sådant ärende"):
        letter_texts.preview_html(draft, reason=LetterReason.DELAY, dnr="5.8.1-x", by=maker())


@pytest.mark.parametrize("reason", [reason for reason, kind in KINDS.items() if kind.example])
def test_every_made_up_letter_can_be_drawn(reason: LetterReason) -> None:
    factories.case()
    assert "Läkemedelsverket" in letter_texts.preview_html(proposed(), reason=reason, by=maker())[0]


# Pages


def text_url(name: str, key: str = "granted") -> str:
    return reverse(f"decisions:{name}", args=[key])


def test_a_text_is_proposed_tried_and_published_on_the_pages(acting: Any) -> None:
    factories.decided()
    writer, publisher = acting(maker()), acting(maker())
    assert "granted" in writer.get(reverse("decisions:texts")).content.decode()
    data = {
        "wording": f"{NEW}\r\n",
        "reason": "Klarspråk.",
        "from_day": clock.today().isoformat(),
        "_key": str(uuid4()),
    }
    for _ in range(2):
        assert writer.post(text_url("text_draft"), data).url == text_url("text")
    draft = LetterText.objects.get()
    page = writer.get(text_url("text")).content.decode()
    assert NEW in page
    assert "En annan beslutsfattare publicerar det." in page
    assert "Publicera texten" not in page
    pdf = writer.get(text_url("preview_text"), {"slag": "decision"})
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf["Cache-Control"] == "private, no-store"
    text = " ".join(pages_of(pdf.content))
    assert "Läkemedelsverket ger licens." in text
    assert "FÖRHANDSGRANSKNING" in text
    sending = {"draft": draft.pk, "wording": NEW, "_key": str(uuid4())}
    refused = writer.post(text_url("publish_text"), {**sending, "_key": str(uuid4())})
    assert refused.status_code == 409
    assert publisher.post(text_url("publish_text"), sending).url == text_url("text")
    page = publisher.get(text_url("text")).content.decode()
    assert "Texten är publicerad." in page
    assert "Klarspråk." in page
    assert TEXTS["granted"][TEXT_VERSION] in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"wording": ""}, "Skriv texten"),
        ({"wording": "{x}"}, "kan inte fyllas i"),
        ({"wording": "Vera 19570428-9999"}, "personnummer"),
        ({"reason": ""}, "Skriv varför texten ändras"),
        ({"from_day": "2020-01-01"}, "Dagen har passerat"),
    ],
)
def test_what_is_wrong_with_a_draft_is_said(acting: Any, fields: dict[str, str], said: str) -> None:
    data = {"wording": NEW, "reason": "x", "from_day": clock.today().isoformat()}
    answer = acting(maker()).post(text_url("text_draft"), {**data, **fields, "_key": str(uuid4())})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_the_words_in_force_are_no_change(acting: Any) -> None:
    data = {
        "wording": TEXTS["granted"][TEXT_VERSION],
        "reason": "x",
        "from_day": clock.today().isoformat(),
        "_key": str(uuid4()),
    }
    answer = acting(maker()).post(text_url("text_draft"), data)
    assert answer.status_code == 409
    assert "samma ord" in answer.content.decode()


def test_a_draft_is_thrown_away(acting: Any) -> None:
    draft = proposed()
    data = {"draft": draft.pk, "_key": str(uuid4())}
    assert acting(maker()).post(text_url("discard_text"), data).status_code == 302
    assert in_force()["granted"] == TEXTS["granted"][TEXT_VERSION]
    proposed("En annan.")  # and another can be written


def test_there_is_no_text_by_another_name(acting: Any) -> None:
    client = acting(maker())
    for name in ("text", "text_draft", "preview_text"):
        assert client.get(text_url(name, "finns-inte")).status_code == 404
    assert client.post(text_url("publish_text"), {"_key": str(uuid4())}).status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_who_reads_the_library(acting: Any, role: Role) -> None:
    client = acting(factories.acting_as(role))
    expected = 200 if role == Role.DECISION_MAKER else 403
    assert client.get(reverse("decisions:texts")).status_code == expected


def test_a_rejected_decision_shows_the_words_of_its_letters(acting: Any) -> None:
    pharmacist = factories.AssignmentFactory(pharmacist=True)
    case = factories.decided(Outcome.GRANTED, of=factories.application(by=pharmacist))
    published()
    url = reverse("decisions:pharmacy_decision", args=[case.application_id])
    assert NEW not in acting(pharmacist).get(url).content.decode()
