"""What the queue filters and counts by, for the cases that there are."""

from django.db import migrations

SEARCH_TEXT = """
UPDATE decisions_case AS c
SET search_text = public.klas_fold(concat_ws(' ', c.dnr, m.reference, p.name, p.substances, p.atc)),
    is_duplicate = a.duplicate_reason <> ''
FROM applications_application AS a
JOIN motivations_motivation AS m ON m.id = a.motivation_id
LEFT JOIN medicines_exactproduct AS p ON p.id = a.product_id
WHERE a.id = c.application_id
"""
COUNTS = """
INSERT INTO decisions_queuecount (tab, officer, day, n)
SELECT tabs.tab, tabs.officer, tabs.day, count(*)
FROM decisions_case
CROSS JOIN LATERAL (VALUES
    ('unassigned', NULL::bigint, NULL::date, status = 'registered'),
    ('mine', assignee_id, NULL, assignee_id IS NOT NULL),
    ('waiting', NULL, NULL, status = 'waiting'),
    ('to_countersign', NULL, NULL, status = 'proposed'),
    ('overdue', NULL, due_on, status <> 'waiting'),
    ('untold', NULL, due_on, status <> 'waiting'),
    ('open', NULL, NULL, TRUE)
) AS tabs (tab, officer, day, stands)
WHERE tabs.stands AND status IN ('registered', 'in_review', 'waiting', 'proposed')
GROUP BY tabs.tab, tabs.officer, tabs.day
"""


class Migration(migrations.Migration):
    dependencies = [
        ('applications', '0004_duplicate_reason'),
        ('decisions', '0006_queue'),
    ]

    operations = [
        migrations.RunSQL(SEARCH_TEXT, migrations.RunSQL.noop),
        migrations.RunSQL(COUNTS, migrations.RunSQL.noop),
    ]
