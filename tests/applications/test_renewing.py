"""A licence is renewed without a new motivation, by the pharmacy that holds it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Assignment
from applications.enums import ApplicationStatus
from applications.models import Application
from applications.rules import is_same_rate, is_young, months_after
from applications.services import applying, duplicates, handing_over, renewing, withdrawing
from decisions.enums import LicenceStatus
from decisions.models import Case, Licence
from decisions.services import deciding
from klas import clock
from klas.errors import NotAllowed, Refused, Stale, WrongState
from klas.policy import policy
from klas.sections import Incomplete
from motivations.enums import LicenceKind, MotivationStatus, Outcome
from motivations.kinds import kind_of
from motivations.kinds.animals import FOOD
from motivations.queries import licences_ending
from tests import factories, kinds
from tests.applications.conftest import hidden, press, text_of, url
from tests.licences.conftest import dispense

pytestmark = pytest.mark.django_db
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 12, 31))
ANSWERS: dict[str, dict[str, Any]] = {
    "fornyelse": {"unchanged": "yes", "asked_how": "phone", "asked_who": "Dr Prov, överläkare"},
    "lakemedel": {
        **{
            name: factories.APPLICATION_ANSWERS["lakemedel"][name]
            for name in ("supplier", "supplied_from", "pack_size", "packs", "lead_time_days")
        },
        "same_product": "yes",
        "available": True,
    },
    "kontroll": factories.APPLICATION_ANSWERS["kontroll"],
}


def licensed(by: Assignment, *, days_left: int = 30, on: Any = None, **facts: Any) -> Application:
    """An application that led to a licence with so many days left."""
    valid_to = clock.today() + timedelta(days=days_left)
    with clock.at(clock.now() - timedelta(days=60)):
        sent = factories.application(on=on, by=by)
        factories.decided(of=sent, valid_to=valid_to, **facts)
    sent.refresh_from_db()
    return sent


def fill(draft: Application, by: Assignment, **changed: dict[str, Any]) -> None:
    answers = {**ANSWERS, **changed}
    today = clock.today().isoformat()
    answers["fornyelse"] = {"asked_on": today, **ANSWERS["fornyelse"], **answers["fornyelse"]}
    for slug, section in answers.items():
        saved = applying.read_section(draft, slug)
        applying.save_section(
            draft,
            slug,
            answers={**saved.answers, **section},
            opened_revision=saved.revision,
            by=by,
        )


def renew(renewed: Application, by: Assignment) -> Application:
    draft = renewing.start(renewed, by=by)
    fill(draft, by)
    return applying.send(draft, by=by)


@pytest.fixture
def renewed(pharmacist: Assignment) -> Application:
    return licensed(pharmacist)


def licence_of(application: Application) -> Licence:
    return Licence.objects.get(decision__case__application=application)


def address(application: Application) -> str:
    return f"/licenser/{licence_of(application).pk}/fornya/"


class TestTheRules:
    @given(DAYS, st.integers(0, 60))
    def test_months_later_is_the_same_day_or_the_month_s_last(self, day: date, months: int) -> None:
        later = months_after(day, months)
        assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
        assert later.day == day.day or (
            later.day < day.day and (later + timedelta(days=1)).day == 1
        )

    @given(DAYS)
    def test_a_motivation_is_young_for_twenty_four_months(self, day: date) -> None:
        last = months_after(day, 24)
        assert is_young(day, on=day)
        assert is_young(day, on=last - timedelta(days=1))
        assert not is_young(day, on=last)

    @given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 5000))
    def test_the_same_each_month_for_any_time(self, months: int, before: int, each: int) -> None:
        as_in = (Decimal(each * before), before)
        assert is_same_rate(Decimal(each * months), months, as_in=as_in)
        assert is_same_rate(Decimal(each * months) * Decimal("1.1"), months, as_in=as_in)
        for factor in ("1.11", "0.89"):
            assert not is_same_rate(Decimal(each * months) * Decimal(factor), months, as_in=as_in)


class TestThePages:
    def test_from_the_licence_to_a_receipt(
        self, renewed: Application, pharmacist: Assignment, acting: Any
    ) -> None:
        client, licence = acting(pharmacist), licence_of(renewed)
        card = client.get(f"/licenser/{licence.pk}/").content.decode()
        assert address(renewed) in card
        page = text_of(client.get(address(renewed)))
        for words in ("yngre än 24 månader", "Fråga förskrivaren", renewed.motivation.reference):
            assert words in page
        answer = press(client, address(renewed))
        draft = Application.objects.get(renews=renewed)
        assert answer["Location"] == draft.get_absolute_url()
        page = text_of(client.get(answer["Location"]))
        assert f"Förnyar licens {licence.number}" in page
        assert "Ifylld efter licensen som förnyas." in page
        section = url("section", draft.pk, "fornyelse")
        sent = {"unchanged": "no", "asked_on": "2020-01-01", "asked_how": "phone"}
        answer = press(client, section, **sent, asked_who="Dr Prov")
        assert answer.status_code == 422
        page = text_of(answer)
        assert "be förskrivaren skriva en ny licensmotivering" in page
        assert "Det är för länge sedan" in page
        fill(draft, pharmacist)
        check = client.get(url("check", draft.pk))
        assert "Dr Prov, överläkare" in text_of(check)
        answer = client.post(url("check", draft.pk), hidden(check))
        assert answer["Location"] == url("receipt", draft.pk)
        page = text_of(client.get(draft.get_absolute_url()))
        assert f"Förnyar licens {licence.number}" in page
        # Begun and sent: the page of the licence says so.
        assert "Det finns redan en ansökan om att förnya" in text_of(client.get(address(renewed)))

    def test_the_licence_of_another_pharmacy_is_not_there(
        self, renewed: Application, stranger: Assignment, acting: Any
    ) -> None:
        assert acting(stranger).get(address(renewed)).status_code == 404
        with pytest.raises(Refused, match="annat apotek"):
            renewing.start(renewed, by=stranger)
        with pytest.raises(NotAllowed):
            renewing.start(renewed, by=factories.AssignmentFactory())

    def test_staff_prepare_and_a_pharmacist_sends(
        self, renewed: Application, colleague: Assignment, pharmacist: Assignment
    ) -> None:
        draft = renewing.start(renewed, by=colleague)
        fill(draft, colleague)
        with pytest.raises(NotAllowed):
            applying.send(draft, by=colleague)
        assert applying.send(draft, by=pharmacist).status == ApplicationStatus.SENT

    def test_begun_twice_is_one_draft(self, renewed: Application, pharmacist: Assignment) -> None:
        first = renewing.start(renewed, by=pharmacist)
        assert renewing.start(renewed, by=pharmacist) == first

    def test_the_link_is_there_when_it_is_time(
        self, pharmacist: Assignment, stranger: Assignment, acting: Any
    ) -> None:
        early = licensed(pharmacist, days_left=policy.renewal_offered_days + 1)
        card = f"/licenser/{licence_of(early).pk}/"
        assert address(early) not in acting(pharmacist).get(card).content.decode()
        page = acting(pharmacist).get(address(early))
        assert "Licensen kan förnyas från" in text_of(page)
        assert "Börja på förnyelsen" not in text_of(page)


class TestWhatIsRefused:
    def reason(self, renewed: Application, by: Assignment) -> str:
        renewed.refresh_from_db()
        assert by.pharmacy is not None
        return renewing.obstacle(renewed, pharmacy=by.pharmacy)

    @pytest.mark.parametrize(
        ("days_left", "reason"),
        [
            (policy.renewal_offered_days + 1, "Licensen kan förnyas från"),
            (policy.renewal_offered_days, ""),
            (0, ""),
            (-policy.renewal_late_days, ""),
            (-policy.renewal_late_days - 1, "upphörde för mer än"),
        ],
    )
    def test_too_early_and_too_late(
        self, pharmacist: Assignment, days_left: int, reason: str
    ) -> None:
        found = self.reason(licensed(pharmacist, days_left=days_left), pharmacist)
        assert bool(found) == bool(reason)
        assert reason in found

    def test_early_when_it_is_used_up(self, pharmacist: Assignment, acting: Any) -> None:
        early = licensed(pharmacist, days_left=200)
        licence = licence_of(early)
        assert "eller när hela mängden är uttagen" in self.reason(early, pharmacist)
        dispense(licence, by=pharmacist, quantity=licence.quantity)
        assert self.reason(early, pharmacist) == ""

    @pytest.mark.parametrize(
        ("status", "words"),
        [
            (LicenceStatus.REVOKED, "återkallad"),
            (LicenceStatus.SUSPENDED, "stoppat licensen tillfälligt"),
        ],
    )
    def test_a_stopped_licence_also_when_it_is_stopped_after_the_start(
        self, renewed: Application, pharmacist: Assignment, status: str, words: str
    ) -> None:
        draft = renewing.start(renewed, by=pharmacist)
        fill(draft, pharmacist)
        Licence.objects.filter(pk=licence_of(renewed).pk).update(status=status)
        assert words in self.reason(renewed, pharmacist)
        with pytest.raises(Refused, match=words):
            applying.send(draft, by=pharmacist)

    def test_a_rejected_case(self, pharmacist: Assignment) -> None:
        sent = factories.application(by=pharmacist)
        factories.decided(Outcome.REJECTED, of=sent)
        assert "inte till någon licens" in self.reason(sent, pharmacist)

    def test_an_undecided_case(self, pharmacist: Assignment) -> None:
        assert self.reason(factories.application(by=pharmacist), pharmacist)

    def test_an_old_motivation_counted_from_when_it_was_sent(self, pharmacist: Assignment) -> None:
        with clock.at(clock.now() - timedelta(days=2 * 366)):
            motivation = factories.motivation()
        assert "äldre än 24 månader" in self.reason(licensed(pharmacist, on=motivation), pharmacist)

    def test_a_newer_motivation_of_the_prescriber_s(
        self, renewed: Application, pharmacist: Assignment
    ) -> None:
        newer = factories.motivation(by=renewed.motivation.author)
        type(newer).objects.filter(pk=newer.pk).update(renews=renewed.motivation)
        assert newer.reference in self.reason(renewed, pharmacist)

    @pytest.mark.parametrize(
        ("kind", "refused"),
        [
            (LicenceKind.INDIVIDUAL, False),
            (LicenceKind.GENERAL, False),
            (LicenceKind.VETERINARY, True),  # a horse that gives food
            (LicenceKind.PREPAREDNESS, True),
        ],
    )
    def test_kinds(self, pharmacist: Assignment, kind: LicenceKind, refused: bool) -> None:
        sent = licensed(pharmacist, on=kinds.sent(kind))
        assert bool(self.reason(sent, pharmacist)) is refused

    @pytest.mark.parametrize("food", ["no", "land", ""])
    def test_animals_that_give_food(self, food: str) -> None:
        kind = kind_of(LicenceKind.VETERINARY)
        reason = str(kind.no_renewal({FOOD: {"food_producing": food}}))
        assert bool(reason) is (food != "no")

    def test_not_two_at_once_nor_a_licence_renewed_already(
        self, renewed: Application, pharmacist: Assignment
    ) -> None:
        sent = renew(renewed, pharmacist)
        assert "redan en ansökan" in self.reason(renewed, pharmacist)
        with pytest.raises(Refused):
            renewing.start(renewed, by=pharmacist)
        factories.decided(of=sent)
        assert "redan förnyad" in self.reason(renewed, pharmacist)

    def test_changes_are_refused(self, renewed: Application, pharmacist: Assignment) -> None:
        draft = renewing.start(renewed, by=pharmacist)
        today, tomorrow = clock.today(), clock.today() + timedelta(days=1)
        old = today - timedelta(days=policy.renewal_asked_days + 1)
        for changed in (
            {"fornyelse": {"unchanged": "no"}},
            {"fornyelse": {"asked_on": tomorrow.isoformat()}},
            {"fornyelse": {"asked_on": old.isoformat()}},
            {"fornyelse": {"asked_who": "19121212-1212"}},
            {"lakemedel": {**ANSWERS["lakemedel"], "same_product": "no"}},
            {"licens": {"quantity": "365"}},
            {"licens": {"months": "6"}},
            {"licens": {"unit": "ml"}},
        ):
            fill(draft, pharmacist, licens=renewing.as_before(renewed))
            fill(draft, pharmacist, **changed)
            with pytest.raises(Incomplete):
                applying.send(draft, by=pharmacist)
        fill(draft, pharmacist, licens={"unit": "tablet", "quantity": "365", "months": "6"})
        assert applying.send(draft, by=pharmacist).months == 6

    def test_it_cannot_be_handed_over(
        self, renewed: Application, pharmacist: Assignment, stranger: Assignment, acting: Any
    ) -> None:
        sent = renew(renewed, pharmacist)
        with pytest.raises(WrongState):
            handing_over.offer(sent, to=stranger.pharmacy, reason="Fel", by=pharmacist)  # type: ignore[arg-type]
        page = acting(pharmacist).get(sent.get_absolute_url()).content.decode()
        assert url("offer", sent.pk) not in page


class TestWhatFollows:
    def test_the_agency_sees_what_it_is(
        self, renewed: Application, pharmacist: Assignment, acting: Any
    ) -> None:
        sent = renew(renewed, pharmacist)
        case = factories.case(of=sent, taken_by=factories.AssignmentFactory())
        assert case.assignee is not None
        page = acting(case.assignee).get(case.get_absolute_url())
        assert Case.objects.get(application=renewed).get_absolute_url() in page.content.decode()
        for words in (
            licence_of(renewed).number,
            "Ingen ny: version 1 från",
            "Dr Prov, överläkare",
            "Svårbehandlad epilepsi",
        ):
            assert words in text_of(page)

    def test_the_prescriber_is_told_what_the_pharmacy_says(
        self, renewed: Application, pharmacist: Assignment, acting: Any
    ) -> None:
        sent = renew(renewed, pharmacist)
        author = sent.motivation.author
        notice = author.user.notices.get(kind="renewal_sent")
        assert notice.facts["asked_on"] == clock.today().isoformat()
        page = text_of(acting(author).get(sent.motivation.get_absolute_url()))
        assert "har ansökt om att förnya licensen på samma licensmotivering" in page
        assert licence_of(renewed).number in page

    def test_a_grant_gives_a_new_licence_on_the_same_motivation(
        self, renewed: Application, pharmacist: Assignment
    ) -> None:
        before = licence_of(renewed)
        sent = renew(renewed, pharmacist)
        motivation = sent.motivation
        motivation.refresh_from_db()
        # Until then the licence is what it was, and its end is nothing to remind of.
        assert motivation.status == MotivationStatus.IN_CASE
        assert motivation.licence_number == before.number
        today = clock.today()
        assert not licences_ending(after=today, until=today + timedelta(days=90)).exists()
        factories.decided(of=sent)
        motivation.refresh_from_db()
        assert motivation.licence_number == licence_of(sent).number != before.number
        assert motivation.dnr == sent.dnr
        # And again, while the motivation is young.
        with clock.at(clock.now() + timedelta(days=340)):
            sent.refresh_from_db()
            assert renew(sent, pharmacist).renewed_licence == licence_of(sent).number

    def test_a_rejection_leaves_the_licence_as_it_was(
        self, renewed: Application, pharmacist: Assignment
    ) -> None:
        before = licence_of(renewed)
        sent = renew(renewed, pharmacist)
        factories.decided(Outcome.REJECTED, of=sent)
        motivation = sent.motivation
        motivation.refresh_from_db()
        assert (motivation.licence_number, motivation.licence_valid_to, motivation.outcome) == (
            before.number,
            before.valid_to,
            Outcome.REJECTED,
        )

    @pytest.mark.parametrize("asked", [False, True])
    def test_withdrawn_the_motivation_is_over_as_before(
        self, renewed: Application, pharmacist: Assignment, asked: bool
    ) -> None:
        sent = renew(renewed, pharmacist)
        if asked:
            factories.asked(factories.case(of=sent, taken_by=factories.AssignmentFactory()))
        withdrawing.withdraw(sent, by=pharmacist, reason="Går inte att beställa")
        motivation = sent.motivation
        motivation.refresh_from_db()
        assert (motivation.status, motivation.dnr, motivation.outcome) == (
            MotivationStatus.CLOSED,
            renewed.dnr,
            Outcome.GRANTED,
        )
        assert motivation.author.user.notices.filter(kind="renewal_withdrawn").count() == 1
        assert applying.obstacle(motivation)
        assert renew(renewed, pharmacist).status == ApplicationStatus.SENT

    def test_the_prescriber_can_be_asked_and_a_new_version_is_decided_on(
        self, renewed: Application, pharmacist: Assignment
    ) -> None:
        sent = renew(renewed, pharmacist)
        case = factories.asked(factories.case(of=sent, taken_by=factories.AssignmentFactory()))
        factories.answered(case)
        case = factories.reassessed(case)
        assert case.assignee is not None
        assert deciding.decide(case, factories.facts(), by=case.assignee).status == "decided"

    def test_the_licence_renewed_is_no_duplicate_and_a_renewed_one_is_told_once(
        self, renewed: Application, pharmacist: Assignment
    ) -> None:
        sent = renew(renewed, pharmacist)  # without a reason: there is nothing else
        factories.decided(of=sent)
        other = factories.application_draft(by=pharmacist)
        found = applying.duplicates_of(other, applying.answers_of(other), by=pharmacist)
        assert [one.number for one in found] == [licence_of(sent).number]
        assert duplicates.Duplicate in {type(one) for one in found}

    def test_urgency_was_for_the_first_time(self, pharmacist: Assignment) -> None:
        urgent = {"urgency": "urgent", "urgent_reason": "Akut.", "urgent_phone": "018-1234567"}
        motivation = factories.motivation(hantering=urgent)
        sent = renew(licensed(pharmacist, on=motivation), pharmacist)
        assert not Case.objects.get(application=sent).is_urgent

    def test_what_somebody_has_changed_meanwhile_is_not_sent(
        self, renewed: Application, pharmacist: Assignment
    ) -> None:
        draft = renewing.start(renewed, by=pharmacist)
        seen = draft.revision
        fill(draft, pharmacist)
        with pytest.raises(Stale):
            applying.send(draft, by=pharmacist, opened_revision=seen)

    def test_another_product_than_the_motivation_s_stays_the_same_again(
        self, pharmacist: Assignment
    ) -> None:
        about = factories.motivation()
        draft = factories.application_draft(on=about, by=pharmacist)
        other = {
            **factories.APPLICATION_ANSWERS["lakemedel"],
            "same_product": "no",
            "name": "Annolot",
            "substances": "sultiam",
            "form": "tablett",
            "strength": "50 mg",
            "mah": "Annat Bolag",
            "difference_reason": "Restnoterat.",
            "contacted_on": clock.today().isoformat(),
            "contacted_how": "phone",
        }
        saved = applying.read_section(draft, "lakemedel")
        applying.save_section(
            draft, "lakemedel", answers=other, opened_revision=saved.revision, by=pharmacist
        )
        first = applying.send(draft, by=pharmacist)
        factories.decided(of=first, valid_to=clock.today() + timedelta(days=30))
        first.refresh_from_db()
        sent = renew(first, pharmacist)
        assert sent.product is not None
        assert sent.product.name == "Annolot"
