"""Many granted licences for one product, each with a case and a motivation of its own."""

from django.db import connection

from decisions.models import Licence
from tests import factories
from tests.bench.copies import copies

BASE = 10_000_000


def many_licences(count: int) -> Licence:
    """So many licences for one product, held by one pharmacy; returns the one made by hand."""
    case = factories.decided()
    sample = Licence.objects.select_related("product").get(decision__case=case)
    application = case.application
    span = {"first": BASE, "last": BASE + count - 2}
    copies(
        "motivations_motivation",
        {"reference": "'KL-MANY-' || n"},
        source=application.motivation_id,
        **span,
    )
    copies("applications_application", {"motivation_id": "n"}, source=application.pk, **span)
    copies(
        "decisions_case",
        {"application_id": "n", "dnr": "'5.8.1-2026-' || n"},
        source=case.pk,
        **span,
    )
    copies("decisions_decision", {"case_id": "n"}, source=sample.decision_id, **span)
    copies(
        "decisions_licence",
        {"decision_id": "n", "number": "'L-2026-' || n", "subject_line": "'\"\"'"},
        source=sample.pk,
        **span,
    )
    with connection.cursor() as cursor:
        for table in ("decisions_licence", "decisions_case", "applications_application"):
            cursor.execute(f"ANALYZE {table}")
    return sample
