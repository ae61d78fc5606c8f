"""What has happened to a licence after the decision, in the agency's words."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from decisions.corrections import in_words
from decisions.enums import CorrectedPart, LicenceStatus
from decisions.models import Licence, LicenceEvent
from klas.summary import Event, Row
from licences import oversight

_EVENTS: dict[str, str | Promise] = {
    "suspend": gettext_lazy("Licensen stoppades tills vidare"),
    "lift": gettext_lazy("Stoppet hävdes. Licensen gäller igen"),
    "revoke": gettext_lazy("Licensen återkallades"),
    "restore": gettext_lazy("Återkallelsen upphävdes efter ett överklagande. Licensen gäller igen"),
    "replace": gettext_lazy("Licensen ersattes av ett nytt beslut"),
}
STOPPED = (LicenceStatus.SUSPENDED, LicenceStatus.REVOKED)
_STOPS = ("suspend", "revoke", "replace")


def events(licence: Licence) -> list[Event]:
    """Granted, corrected, stopped, revoked and told about; five queries."""
    decision = licence.decision
    granted = Event(_("Licensen beviljades"), decision.decided_at)  # type: ignore[arg-type]
    return [
        granted,
        *(_event(event) for event in oversight.events_of(licence)),
        *_revocations(licence),
        *(_corrections(licence)),
        *(
            Event(
                _("Säkerhetsinformation lämnades"),
                acted.done_at,  # type: ignore[arg-type]  # those that are done
                by=acted.action.by.user.name,
                text=acted.action.reason,
            )
            for acted in oversight.told_on(licence)
        ),
    ]


def stop_of(licence: Licence) -> LicenceEvent | None:
    """The event that stops a licence now, if one does."""
    if licence.status not in STOPPED:
        return None
    return LicenceEvent.objects.filter(subject=licence, action__in=_STOPS).latest("pk")


def stops_of(licences: Iterable[Licence]) -> dict[int, LicenceEvent]:
    """The same for many, by the licence's key; one query, none when nothing is stopped."""
    stopped = [licence.pk for licence in licences if licence.status in STOPPED]
    if not stopped:
        return {}
    found = LicenceEvent.objects.filter(subject__in=stopped, action__in=_STOPS).order_by("pk")
    return {event.subject_id: event for event in found}


def stop_rows(stop: LicenceEvent | None) -> list[Row]:
    """Since when a licence is stopped, why, and what the pharmacies are to do."""
    if stop is None:
        return []
    rows = [Row(_("Sedan"), stop.at), Row(_("Skäl"), stop.reason)]
    if stop.data.get("instruction"):
        rows.append(Row(_("Det här ska apoteket göra"), stop.data["instruction"]))
    return rows


def _event(event: LicenceEvent) -> Event:
    instruction = event.data.get("instruction", "")
    return Event(
        _EVENTS[event.action],
        event.at,
        by=event.actor.user.name if event.actor else "",
        text="\n".join(part for part in (event.reason, instruction) if part),
    )


def _revocations(licence: Licence) -> Iterable[Event]:
    for revocation in oversight.revocations_of(licence):
        yield Event(
            _("Återkallelse föreslogs"),
            revocation.proposed_at,
            by=revocation.proposed_by.user.name,
            text=revocation.get_ground_display(),
        )
        if revocation.returned_at is not None and revocation.returned_by is not None:
            yield Event(
                _("Förslaget om återkallelse togs tillbaka"),
                revocation.returned_at,
                by=revocation.returned_by.user.name,
                text=revocation.return_reason,
            )


def _corrections(licence: Licence) -> Iterable[Event]:
    for correction in oversight.corrections_on(licence):
        part = CorrectedPart(correction.part)
        wrong, right = (
            in_words(part, text, unit=licence.unit) for text in (correction.wrong, correction.right)
        )
        yield Event(
            _("Beslutet rättades: %(part)s") % {"part": part.label},
            correction.corrected_at,
            by=correction.corrected_by.user.name,
            text=_("Stod: %(wrong)s\nSka stå: %(right)s\n%(reason)s")
            % {"wrong": wrong or "–", "right": right or "–", "reason": correction.reason},
        )
