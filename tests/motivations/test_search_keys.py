"""What a motivation is found by: kept with each version, and never readable."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection

from klas.keys import KeySource
from motivations.enums import LicenceKind, SearchedBy
from motivations.models import Motivation, SearchKey
from motivations.queries import known_by
from motivations.services import submission
from motivations.services.search_keys import keep_all, keys_of
from tests import factories, kinds

pytestmark = pytest.mark.django_db

OTHER_NUMBER = "190905271474"  # a public test number


def found(by: SearchedBy, text: str) -> list[Motivation]:
    return [version.motivation for version in known_by(by, keys_of(by, text))]


@pytest.mark.parametrize(
    ("kind", "by", "text"),
    [
        (LicenceKind.INDIVIDUAL, SearchedBy.PERSONAL_NUMBER, "570428-9999"),
        (LicenceKind.VETERINARY, SearchedBy.OWNER, "olle  PROVAGARE"),
        (LicenceKind.GENERAL, SearchedBy.CARE_UNIT, "se2321000016-1004"),
        (LicenceKind.GENERAL, SearchedBy.CARE_UNIT, "provintensiven"),
    ],
)
def test_each_kind_is_found_by_its_own_facts(kind: LicenceKind, by: Any, text: str) -> None:
    assert found(by, text) == []
    motivation = kinds.sent(kind)
    assert found(by, text) == [motivation]


def test_a_preparedness_licence_is_found_by_its_number_only() -> None:
    kinds.sent(LicenceKind.PREPAREDNESS)
    assert not SearchKey.objects.exists()


def test_a_patient_without_personnummer_is_found_by_the_reserve_number() -> None:
    patient = {
        "identified_by": "reserve_number",
        "personal_number": "",
        "reserve_number": "19570428-Q123",
        "birth_date": "1957-04-28",
    }
    motivation = factories.motivation(patient=patient)
    assert found(SearchedBy.RESERVE_NUMBER, "19570428 q123") == [motivation]
    assert SearchKey.objects.count() == 1


def test_a_veterinary_establishment_is_found_by_its_name() -> None:
    names = {"owner_name": "", "owner_contact": "", "establishment": "Provhästkliniken"}
    motivation = kinds.sent(
        LicenceKind.VETERINARY,
        djur={"scope": "species", "species": "horse", "expected_animals": "40"},
        djuragare={**names, "establishment_contact": "018-00 00 02"},
    )
    assert found(SearchedBy.OWNER, "PROVHÄSTKLINIKEN") == [motivation]


def test_a_draft_is_not_found() -> None:
    factories.draft(answers=factories.individual_answers())
    assert not SearchKey.objects.exists()


def test_what_is_withdrawn_is_not_found() -> None:
    motivation = factories.motivation()
    submission.withdraw(motivation, by=motivation.author, reason="Fel läkemedel")
    assert found(SearchedBy.PERSONAL_NUMBER, factories.PERSONAL_NUMBER) == []


def test_a_supplement_replaces_what_it_is_found_by() -> None:
    officer = factories.AssignmentFactory()
    case = factories.asked(factories.case(taken_by=officer))
    motivation = factories.answered(case, patient={"personal_number": OTHER_NUMBER})
    assert found(SearchedBy.PERSONAL_NUMBER, OTHER_NUMBER) == [motivation]
    assert found(SearchedBy.PERSONAL_NUMBER, factories.PERSONAL_NUMBER) == []


def test_the_database_cannot_read_who_it_is() -> None:
    factories.motivation()
    kinds.sent(LicenceKind.VETERINARY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(key, 'escape') || kind FROM motivations_searchkey")
        stored = " ".join(row for (row,) in cursor.fetchall()).lower()
    assert stored
    for word in ("1957", "9999", "olle", "agare"):
        assert word not in stored


def test_a_wrong_number_is_no_key() -> None:
    with pytest.raises(ValidationError, match="Kontrollsiffran stämmer inte"):
        keys_of(SearchedBy.PERSONAL_NUMBER, "19570428-9998")
    with pytest.raises(ValidationError, match="organisationsnummer"):
        keys_of(SearchedBy.CARE_UNIT, "SE2321000017-1003")
    assert keys_of(SearchedBy.CARE_UNIT, "Senvården 3") == keys_of(
        SearchedBy.CARE_UNIT, "senvarden 3"
    )


class TestKeepAll:
    def test_what_was_sent_before_becomes_found(self) -> None:
        motivation, kept = factories.motivation(), factories.motivation()
        SearchKey.objects.filter(version__motivation=motivation).delete()
        assert keep_all() == 1
        assert set(found(SearchedBy.PERSONAL_NUMBER, factories.PERSONAL_NUMBER)) == {
            motivation,
            kept,
        }
        assert keep_all() == 0

    def test_only_the_newest_version_counts(self) -> None:
        case = factories.asked(factories.case(taken_by=factories.AssignmentFactory()))
        factories.answered(case, patient={"personal_number": OTHER_NUMBER})
        SearchKey.objects.all().delete()
        keep_all()
        assert found(SearchedBy.PERSONAL_NUMBER, factories.PERSONAL_NUMBER) == []
        assert len(found(SearchedBy.PERSONAL_NUMBER, OTHER_NUMBER)) == 1

    def test_a_changed_secret_needs_all_keys_anew(
        self, settings: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("motivations.services.search_keys.BATCH", 2)
        sent = [factories.motivation() for _ in range(3)]
        settings.SEARCH_KEYS = KeySource("2 " + "n" * 43, Path())
        assert found(SearchedBy.PERSONAL_NUMBER, factories.PERSONAL_NUMBER) == []
        call_command("index_persons", "--anew")
        assert "3 licensmotiveringar" in capsys.readouterr().out
        newest_first = found(SearchedBy.PERSONAL_NUMBER, factories.PERSONAL_NUMBER)
        assert newest_first == sent[::-1]
        assert SearchKey.objects.count() == 3
