"""The warning before a session ends: asking leaves it, going on keeps it, and nothing is lost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import PersonSession
from klas.policy import policy
from motivations.services import drafts
from tests import factories
from tests.browser.conftest import LOOKED_AT, Visitor
from tests.browser.test_drafts import wait_until_saved

BACK = "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
IDLE = timedelta(minutes=policy.session_idle_minutes)
MINE = "Det jag höll på att skriva"


def unused_for(time: timedelta) -> None:
    PersonSession.objects.update(last_used_at=timezone.now() - time)


@pytest.mark.parametrize("with_script", [True], indirect=True)
def test_one_is_warned_goes_on_and_comes_back_to_what_was_typed(
    visitor: Callable[[], Visitor], provider: str
) -> None:
    doctor = visitor().sign_in("lakare").open("/profil/")
    author = PersonSession.objects.get().user
    assert author is not None
    draft = factories.draft(
        by=author.assignments.get(),
        answers=factories.individual_answers(factories.ProductFactory()),
    )
    section = f"/motiveringar/{draft.pk}/avsnitt/behandling/"
    doctor.open(section)
    doctor.page.locator("[name=dosage]").fill(MINE)
    wait_until_saved(doctor)

    unused_for(IDLE - timedelta(seconds=150))
    doctor.page.evaluate(BACK)
    dialog = doctor.page.get_by_role("dialog", name="Är du kvar?")
    dialog.get_by_text("Du loggas ut om 3 minuter.").first.wait_for()
    LOOKED_AT.clear()
    doctor.look()
    assert PersonSession.objects.get().last_used_at < timezone.now() - timedelta(minutes=5)
    dialog.get_by_role("button", name="Fortsätt").click()
    dialog.wait_for(state="hidden")
    assert PersonSession.objects.get().last_used_at > timezone.now() - timedelta(minutes=1)

    # Unsaved, and then gone for long: what is on the screen goes, what was typed does not.
    doctor.page.locator("[name=dosage]").fill(f"{MINE}, mer")
    unused_for(IDLE)
    doctor.page.evaluate(BACK)
    doctor.page.wait_for_url("**/logga-in/**")
    text = doctor.look().text
    assert "Du har loggats ut" in text
    assert "Det du höll på att skriva finns kvar där." in text
    doctor.sign_in_over_provider("lakare")
    assert doctor.path == section
    assert doctor.page.locator("[name=dosage]").input_value() == f"{MINE}, mer"
    assert drafts.answers_of(draft)["behandling"]["dosage"] == MINE

    # A page with nothing to keep is left.
    doctor.open("/profil/")
    unused_for(IDLE)
    doctor.page.evaluate(BACK)
    doctor.page.wait_for_url("**/logga-in/?avslutad=1&next=%2Fprofil%2F")
