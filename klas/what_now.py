"""The public page “Vad händer nu?”, which the slip to take home leads to.

The same for everybody who reads it: no session, no cookie and no data in the address, so that any
cache may keep it. English is another address.
"""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from klas.context import public_shell
from klas.pages import AGENCY_URL, REPORT_ANIMAL_URL, REPORT_HUMAN_URL
from klas.policy import policy

KEPT_SECONDS = 60 * 60


@dataclass(frozen=True)
class Reader:
    """For whom the page is worded.

    Attributes:
        name: on the page where one chooses.
        lead: what has happened so far.
        call, fetch_title, fetch: the first and the last step.
        treatment: who answers questions about the treatment.
    """

    name: Promise
    lead: Promise
    call: Promise
    fetch_title: Promise
    fetch: Promise
    treatment: Promise


READERS = {
    "person": Reader(
        name=_("Läkemedlet är till mig eller någon jag hjälper"),
        lead=_(
            "Din läkare eller tandläkare har skrivit en licensmotivering för ett läkemedel som "
            "inte är godkänt i Sverige. Här står vad som händer sedan."
        ),
        call=_("Uppge referensnumret på lappen. Du kan välja vilket apotek som helst."),
        fetch_title=_("Du hämtar läkemedlet."),
        fetch=_(
            "När licensen är beviljad går det på vilket öppenvårdsapotek som helst. Fråga apoteket "
            "om leveranstiden."
        ),
        treatment=_(
            "Läkaren eller tandläkaren som skrev motiveringen svarar på frågor om dosen, "
            "behandlingen och biverkningar."
        ),
    ),
    "djur": Reader(
        name=_("Läkemedlet är till mitt djur"),
        lead=_(
            "Veterinären har skrivit en licensmotivering för ett läkemedel som inte är godkänt i "
            "Sverige. Här står vad som händer sedan."
        ),
        call=_("Uppge referensnumret på lappen. Du kan välja vilket apotek som helst."),
        fetch_title=_("Läkemedlet hämtas på apotek."),
        fetch=_(
            "När licensen är beviljad går det på vilket öppenvårdsapotek som helst, mot recept. En "
            "veterinär verksamhet får läkemedlet mot rekvisition. Fråga apoteket om leveranstiden."
        ),
        treatment=_(
            "Veterinären som skrev motiveringen svarar på frågor om dosen, behandlingen, "
            "karenstid och biverkningar."
        ),
    ),
    "vard": Reader(
        name=_("Läkemedlet är till en vårdenhet eller en organisation"),
        lead=_(
            "En förskrivare har skrivit en licensmotivering för ett läkemedel som inte är godkänt "
            "i Sverige. Här står vad som händer sedan."
        ),
        call=_(
            "Uppge referensnumret på lappen. Ni kan välja vilket apotek som helst, och apoteket "
            "som får licensen är det som lämnar ut läkemedlet."
        ),
        fetch_title=_("Ni rekvirerar läkemedlet."),
        fetch=_(
            "När licensen är beviljad lämnar apoteket ut läkemedlet mot rekvisition. Fråga "
            "apoteket om leveranstiden."
        ),
        treatment=_(
            "Förskrivaren som skrev motiveringen svarar på frågor om hur läkemedlet ska användas."
        ),
    ),
}


@login_not_required
@require_safe
@cache_control(public=True, max_age=KEPT_SECONDS)
def page(request: HttpRequest, reader: str = "", language: str = "sv") -> HttpResponse:
    """The page for one kind of reader; without one, the choice between them."""
    if reader and reader not in READERS:
        raise Http404
    with translation.override(language):
        context = {
            "shell": public_shell(request.path),
            "readers": READERS,
            "reader": reader,
            "words": READERS.get(reader),
            "language": language,
            "handling_days": policy.handling_working_days,
            "lapse_days": policy.lapse_after_days,
            "agency_url": AGENCY_URL,
            "report_human_url": REPORT_HUMAN_URL,
            "report_animal_url": REPORT_ANIMAL_URL,
        }
        response = HttpResponse(render_to_string("what_now.html", context))
    response["Content-Language"] = language
    return response
