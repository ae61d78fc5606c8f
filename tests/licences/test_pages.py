"""The pharmacy's pages: card, print, register, scan, receipt, correct."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Assignment
from decisions.enums import LicenceStatus
from decisions.models import Licence
from klas import clock
from klas.policy import policy
from klas.presentation import swedish_date
from licences.models import Dispensing
from licences.services import dispensing
from medicines.models import Pack
from motivations.enums import LicenceKind, Outcome
from tests import factories
from tests.licences.conftest import (
    UNIT,
    dispense,
    found,
    granted,
    hidden,
    permitted,
    press,
    stopped,
    text_of,
    typed,
    url,
)

pytestmark = pytest.mark.django_db
CODE = "]d20103400930012345{gs}17310531{gs}10AB-12/7{gs}21S77".replace("{gs}", "\x1d")


class TestCard:
    def test_it_shows_product_terms_and_what_is_left(
        self, acting: Any, pharmacist: Assignment
    ) -> None:
        licence = granted(
            by=pharmacist,
            outcome=Outcome.GRANTED_WITH_RESERVATION,
            conditions="Bara till patienter som följs upp.",
        )
        dispense(licence, by=pharmacist, quantity=Decimal(130))
        page = text_of(acting(pharmacist).get(url("card", licence.pk)))
        for words in (
            "Ospolot", "Desitin Arzneimittel", "sultiam", "600 tabletter kvar av 730 tabletter",
            "Bara till patienter som följs upp.", "Gäller under uppföljning var tredje månad.",
            "Vera Provpatient", "Alla öppenvårdsapotek", swedish_date(licence.valid_to),
        ):  # fmt: skip
            assert words.replace("\u00a0", " ") in page, words

    def test_own_entries_in_full_and_others_in_short(
        self, acting: Any, licence: Licence, pharmacist: Assignment, elsewhere: Assignment
    ) -> None:
        dispense(licence, by=pharmacist, order_id="EGET-1", batch="EGENBATCH")
        dispense(licence, by=elsewhere, order_id="ANNAT-2", batch="ANNANBATCH")
        page = text_of(acting(pharmacist).get(url("card", licence.pk)))
        assert "EGET-1" in page
        assert "EGENBATCH" in page
        assert pharmacist.user.name in page
        assert elsewhere.pharmacy is not None
        assert elsewhere.pharmacy.name in page
        for secret in ("ANNAT-2", "ANNANBATCH", elsewhere.user.name):
            assert secret not in page

    @pytest.mark.parametrize(
        ("status", "words"),
        [
            (LicenceStatus.SUSPENDED, "Tillfälligt stoppad"),
            (LicenceStatus.REVOKED, "Återkallad"),
        ],
    )
    def test_a_stopped_licence_says_so_and_offers_nothing(
        self,
        acting: Any,
        licence: Licence,
        pharmacist: Assignment,
        status: LicenceStatus,
        words: str,
    ) -> None:
        stopped(licence, status)
        page = text_of(acting(pharmacist).get(url("card", licence.pk)))
        assert words in page
        assert "Lämna inte ut något" in page
        assert "Registrera uttag" not in page

    def test_an_ended_licence_lets_what_was_handed_out_in_time_be_written(
        self, acting: Any, pharmacist: Assignment
    ) -> None:
        today = clock.today()
        licence = granted(
            by=pharmacist,
            valid_from=today - timedelta(days=9),
            valid_to=today - timedelta(days=1),
        )
        page = text_of(acting(pharmacist).get(url("card", licence.pk)))
        assert "Har gått ut" in page
        assert "Registrera i efterhand" in page

    def test_a_general_licence_found_elsewhere_says_who_holds_it(
        self, acting: Any, pharmacist: Assignment, elsewhere: Assignment
    ) -> None:
        licence = granted(LicenceKind.GENERAL, by=pharmacist)
        found(licence, by=elsewhere)
        client = acting(elsewhere)
        page = text_of(client.get(url("card", licence.pk)))
        assert f"Hänvisa till {licence.holder.name}" in page
        assert "Registrera uttag" not in page
        response = client.post(url("dispense", licence.pk), typed(licence))
        assert response["Location"] == url("card", licence.pk)

    def test_the_staff_look_and_do_not_touch(
        self, acting: Any, licence: Licence, staff: Assignment, pharmacist: Assignment
    ) -> None:
        entry = dispense(licence, by=pharmacist)
        client = acting(staff)
        page = text_of(client.get(url("card", licence.pk)))
        assert "En farmaceut registrerar uttag" in page
        assert "Rätta" not in page.replace("Rättat", "").replace("rättelser", "")
        assert client.get(url("receipt", entry.pk)).status_code == 200
        for name, pk in (("dispense", licence.pk), ("reverse", entry.pk)):
            assert client.post(url(name, pk), typed(licence)).status_code == 403

    def test_protected_personal_data_are_warned_of(
        self, acting: Any, pharmacist: Assignment
    ) -> None:
        licence = granted(by=pharmacist, sections={"patient": {"protected_identity": True}})
        page = text_of(acting(pharmacist).get(url("card", licence.pk)))
        assert "skyddade personuppgifter" in page

    def test_printed_with_every_entry(
        self, acting: Any, licence: Licence, pharmacist: Assignment
    ) -> None:
        for number in range(policy.page_size + 2):
            dispense(licence, by=pharmacist, quantity=Decimal(1), order_id=f"ORDER{number:03}")
        client = acting(pharmacist)
        assert "ORDER000" not in text_of(client.get(url("card", licence.pk)))
        assert "ORDER000" in text_of(client.get(url("card", licence.pk) + "?page=2"))
        printed = text_of(client.get(url("print", licence.pk)))
        assert all(f"ORDER{number:03}" in printed for number in range(policy.page_size + 2))


def checked(client: Any, licence: Licence, **fields: str) -> Any:
    """The check page after the form has been filled in."""
    return press(client, url("dispense", licence.pk), **typed(licence, **fields))


def confirm(client: Any, licence: Licence, page: Any) -> Any:
    """Press “Registrera uttaget” on a check page."""
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode())
    return client.post(url("dispense", licence.pk), {**dict(fields), "_confirm": "1"})


class TestRegister:
    def test_typed_checked_and_registered(
        self, acting: Any, licence: Licence, elsewhere: Assignment
    ) -> None:
        client = acting(elsewhere)
        found(licence, by=elsewhere)
        page = checked(client, licence)
        assert page.status_code == 200
        assert "Inget är registrerat än" in text_of(page)
        assert "700 tabletter" in text_of(page)
        assert not Dispensing.objects.exists()
        receipt = confirm(client, licence, page)
        entry = Dispensing.objects.get()
        assert receipt["Location"] == url("receipt", entry.pk)
        assert entry.expires_on.isoformat() == "2031-05-31", "a month means its last day"
        assert "700 tabletter kvar" in text_of(client.get(receipt["Location"]))

    def test_sent_twice_it_is_registered_once(
        self, acting: Any, licence: Licence, pharmacist: Assignment
    ) -> None:
        client = acting(pharmacist)
        page = checked(client, licence)
        first, second = (confirm(client, licence, page) for _ in range(2))
        assert first["Location"] == second["Location"]
        assert Dispensing.objects.count() == 1

    def test_somebody_was_ahead(
        self, acting: Any, licence: Licence, pharmacist: Assignment, elsewhere: Assignment
    ) -> None:
        client = acting(pharmacist)
        page = checked(client, licence, order_id="MITT-NUMMER")
        dispense(licence, by=elsewhere, quantity=Decimal(200))
        response = confirm(client, licence, page)
        assert response.status_code == 409
        assert "Nu finns 530 tabletter kvar" in text_of(response)
        assert 'value="MITT-NUMMER"' in response.content.decode(), "nothing typed is lost"
        again = client.post(url("dispense", licence.pk), {**hidden(response), **typed(licence)})
        assert confirm(client, licence, again).status_code == 302

    def test_stopped_between_check_and_act(
        self, acting: Any, licence: Licence, pharmacist: Assignment
    ) -> None:
        client = acting(pharmacist)
        page = checked(client, licence)
        stopped(licence, LicenceStatus.SUSPENDED)
        response = confirm(client, licence, page)
        assert response.status_code == 409
        assert "stoppat licensen tills vidare" in text_of(response)
        assert not Dispensing.objects.exists()

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"quantity": "731"}, "Det finns bara 730 tabletter kvar"),
            ({"quantity": "0"}, "mer än noll"),
            ({"packs": "0"}, "minst 1"),
            ({"batch": "---"}, "Skriv batchnumret"),
            ({"batch": "A" * 21}, "högst 20 tecken"),
            ({"expires_on": "2020-01"}, "gick ut 31 januari 2020"),
            ({"expires_on": "snart"}, "Skriv datumet"),
            ({"time": "kvart över"}, "Skriv klockslaget"),
            ({"on": "2999-01-01"}, "framåt i tiden"),
            ({"gtin": "12345"}, "GTIN är 8, 12, 13 eller 14 siffror"),
            ({"order_id": "19570428-9999"}, "personnummer"),
            ({"product_checked": ""}, "Jämför förpackningen"),
            ({"order_id": ""}, "Fyll i receptets"),
        ],
    )
    def test_every_refusal_says_what_to_do_and_keeps_what_was_typed(
        self,
        acting: Any,
        licence: Licence,
        pharmacist: Assignment,
        fields: dict[str, str],
        words: str,
    ) -> None:
        response = checked(acting(pharmacist), licence, pack="Burk med lock", **fields)
        assert response.status_code == 422
        assert words in text_of(response)
        assert 'value="Burk med lock"' in response.content.decode()
        assert "<title>Fel: " in response.content.decode()

    def test_changed_from_the_check_page(
        self, acting: Any, licence: Licence, pharmacist: Assignment
    ) -> None:
        client = acting(pharmacist)
        response = client.post(
            url("dispense", licence.pk), {**typed(licence, quantity="12"), "_change": "1"}
        )
        assert response.status_code == 200
        assert 'value="12"' in response.content.decode()
        assert "Det finns ett problem" not in text_of(response)

    def test_a_general_licence_asks_for_the_unit(self, acting: Any, pharmacist: Assignment) -> None:
        licence = granted(LicenceKind.GENERAL, by=pharmacist)
        client = acting(pharmacist)
        response = checked(client, licence, care_unit="")
        assert "Välj vårdenheten som rekvirerade" in text_of(response)
        page = checked(client, licence)
        assert f"Provakuten ({UNIT})" in text_of(page)
        confirm(client, licence, page)
        assert Dispensing.objects.get().care_unit == UNIT

    def test_a_permission_adds_prescriptions(self, acting: Any, pharmacist: Assignment) -> None:
        licence = granted(LicenceKind.GENERAL, by=pharmacist)
        permitted(licence, by=factories.AssignmentFactory())
        client = acting(pharmacist)
        assert "Bara för barn." in text_of(client.get(url("card", licence.pk)))
        assert "På vad lämnades det ut?" in text_of(client.get(url("dispense", licence.pk)))
        page = checked(client, licence, route="prescription", care_unit="")
        assert confirm(client, licence, page).status_code == 302
        assert Dispensing.objects.get().permission is not None
        page = checked(client, licence, route="requisition", care_unit="")
        assert "Välj vårdenheten som rekvirerade" in text_of(page)


class TestScan:
    def scan(self, client: Any, licence: Licence, code: str = CODE, **fields: str) -> Any:
        return client.post(
            url("dispense", licence.pk),
            {"code": code, "order_id": "R-9", "quantity": "abc", **fields, "_scan": "1"},
        )

    def test_it_fills_in_and_keeps_the_rest(
        self, acting: Any, licence: Licence, pharmacist: Assignment
    ) -> None:
        response = self.scan(acting(pharmacist), licence)
        html = response.content.decode()
        assert response.status_code == 200
        for value in ("03400930012345", "AB-12/7", "2031-05-31", "S77", "R-9", "abc"):
            assert f'value="{value}"' in html, value
        assert "Det finns ett problem" not in html

    def test_a_known_pack_of_the_licence_needs_no_tick(
        self, acting: Any, licence: Licence, pharmacist: Assignment
    ) -> None:
        assert licence.product.register is not None
        Pack.objects.create(
            product=licence.product.register, pack_id="1", code="3400930012345", description="30 st"
        )
        client = acting(pharmacist)
        response = self.scan(client, licence)
        assert "Koden hör till licensens läkemedel" in text_of(response)
        assert 'value="30 st"' in response.content.decode()
        assert "Jag har jämfört" not in text_of(response)
        page = checked(client, licence, gtin="03400930012345", product_checked="")
        assert page.status_code == 200

    @pytest.mark.parametrize(
        ("code", "words"),
        [
            ("hej", "gick inte att läsa"),
            ("(01)03400930012345(17)200131(10)A", "gick ut 31 januari 2020"),
            ("(01)03400930012346(10)A", "kontrollsiffra"),
        ],
    )
    def test_what_is_wrong_with_a_code_is_said_at_the_code(
        self, acting: Any, licence: Licence, pharmacist: Assignment, code: str, words: str
    ) -> None:
        response = self.scan(acting(pharmacist), licence, code)
        assert response.status_code == 422
        assert words in text_of(response)
        assert 'href="#id_code"' in response.content.decode()
        assert response.content.decode().count("govuk-error-message") == 1

    def test_another_product_is_refused_at_once(
        self, acting: Any, licence: Licence, pharmacist: Assignment
    ) -> None:
        other = factories.ProductFactory(name="Diacomit")
        Pack.objects.create(product=other, pack_id="1", code="3400930012345", description="30 st")
        response = self.scan(acting(pharmacist), licence)
        assert response.status_code == 422
        assert "Fel läkemedel" in text_of(response)

    def test_enter_in_another_field_goes_on(
        self, acting: Any, licence: Licence, pharmacist: Assignment
    ) -> None:
        page = checked(acting(pharmacist), licence, code="", _scan="1")
        assert "Inget är registrerat än" in text_of(page)


class TestCorrect:
    def test_taken_back_with_a_reason(
        self, acting: Any, licence: Licence, pharmacist: Assignment
    ) -> None:
        entry = dispense(licence, by=pharmacist)
        client = acting(pharmacist)
        assert press(client, url("reverse", entry.pk), reason="").status_code == 422
        response = press(client, url("reverse", entry.pk), reason="Fel antal förpackningar.")
        page = text_of(client.get(response["Location"]))
        assert "Uttaget är rättat" in page
        assert "730 tabletter kvar" in page
        assert "Rättat" in text_of(client.get(url("card", licence.pk)))
        assert client.get(url("reverse", entry.pk))["Location"] == entry.get_absolute_url()

    def test_a_colleague_was_ahead(
        self, acting: Any, licence: Licence, pharmacist: Assignment
    ) -> None:
        entry = dispense(licence, by=pharmacist)
        client = acting(pharmacist)
        fields = hidden(client.get(url("reverse", entry.pk)))
        dispensing.reverse(entry, reason="Fel.", by=pharmacist)
        response = client.post(url("reverse", entry.pk), {**fields, "reason": "Också fel."})
        assert response.status_code == 409
        assert "redan rättat" in text_of(response)
        assert "Också fel." in text_of(response)

    def test_another_pharmacy_s_entry_is_not_there(
        self, acting: Any, licence: Licence, pharmacist: Assignment, elsewhere: Assignment
    ) -> None:
        entry = dispense(licence, by=elsewhere)
        client = acting(pharmacist)
        for name in ("receipt", "reverse"):
            assert client.get(url(name, entry.pk)).status_code == 404
