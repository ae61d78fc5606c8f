"""Applications that were sent before there was a ledger are charged in the month they were sent."""

from django.db import migrations
from django.utils import timezone


def charge(apps, schema_editor):
    from klas.policy import policy
    from motivations.kinds import kind_of

    entries = apps.get_model("decisions", "FeeEntry").objects
    cases = apps.get_model("decisions", "Case").objects.select_related(
        "application__version", "application__motivation", "application__sent_by__pharmacy"
    )
    for case in cases.order_by("registered_at", "pk").iterator(chunk_size=500):
        application = case.application
        # Who sent it pays, also when it has been handed over since.
        pharmacy, day = application.sent_by.pharmacy, timezone.localdate(application.sent_at)
        kind = kind_of(application.motivation.kind)
        entries.create(
            month=day.replace(day=1),
            booked_at=application.sent_at,
            organisation_number=pharmacy.organisation_number,
            company=pharmacy.legal_name,
            pharmacy=pharmacy,
            application=application,
            dnr=case.dnr,
            kind=application.motivation.kind,
            for_animals=kind.for_animals(application.version.answers),
            rate_from=policy.fee_row_on(day).valid_from,
            amount=application.fee,
        )


class Migration(migrations.Migration):

    dependencies = [("decisions", "0017_fees_and_disclosures")]

    operations = [migrations.RunPython(charge, migrations.RunPython.noop)]
