"""The search over names, substances and ATC codes."""

from django.db import migrations

# One statement, so that a search is one round trip and the threshold of its trigram operators is
# its own (SET at the end) whatever the session's is. Custom plans: generic ones ran into the
# time limit (engineering, "Search").
#
# A word is found sharply (as the beginning or a part of a name, a substance or an ATC code) or,
# when nothing is found so, bluntly by trigrams. The score of a product is the sum over the words
# of the best find, plus a little for words that stand in strength, form or holder.
SEARCH = r"""
CREATE FUNCTION public.klas_search_products(
    sought text, most integer, want_veterinary boolean DEFAULT NULL
) RETURNS TABLE (product_id bigint, score double precision, rough text[], near text[])
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET pg_trgm.word_similarity_threshold = 0.2
SET plan_cache_mode = force_custom_plan
AS $function$
#variable_conflict use_column
DECLARE
    folded text := btrim(public.klas_fold(sought));
    words text[] := (
        SELECT array_agg(word ORDER BY place)
        FROM (
            SELECT word, min(place) AS place
            FROM regexp_split_to_table(folded, '[^[:alnum:]]+') WITH ORDINALITY AS s (word, place)
            WHERE word <> ''
            GROUP BY word ORDER BY min(place) LIMIT 6
        ) AS first_words
    );
BEGIN
    RETURN QUERY
    WITH word AS MATERIALIZED (
        SELECT w FROM unnest(words) AS w
        -- Numbers are strengths, unless nothing else is sought.
        WHERE (w !~ '^[0-9]+$' AND w NOT IN ('mg', 'g', 'ml', 'ug'))
           OR cardinality(words) = 1
    ),
    sharp AS MATERIALIZED (
        SELECT word.w, p.id,
            CASE WHEN p.name_folded = folded THEN 1.3
                 WHEN starts_with(p.name_folded, folded) THEN 1.15
                 WHEN starts_with(p.name_folded, word.w) THEN 1.0
                 WHEN p.name_folded ~ ('\m' || word.w) THEN 0.9
                 ELSE 0.6 END::float8 AS found
        FROM word JOIN medicines_licenceproduct AS p
          ON length(word.w) >= 3 AND p.name_folded LIKE '%' || word.w || '%'
        UNION ALL
        SELECT word.w, p.id, 1.0
        FROM word JOIN medicines_licenceproduct AS p
          ON length(word.w) < 3
         AND p.name_folded ~>=~ word.w AND p.name_folded ~<~ (word.w || chr(1114111))
        UNION ALL
        SELECT word.w, link.product_id,
            CASE WHEN s.name_folded = folded THEN 1.1
                 WHEN starts_with(s.name_folded, word.w) THEN 0.95
                 WHEN s.name_folded ~ ('\m' || word.w) THEN 0.85
                 ELSE 0.55 END::float8
        FROM word
        JOIN medicines_substance AS s
          ON length(word.w) >= 3 AND s.name_folded LIKE '%' || word.w || '%'
        JOIN medicines_productsubstance AS link ON link.substance_id = s.id
        UNION ALL
        SELECT word.w, p.id, 1.2
        FROM word JOIN medicines_licenceproduct AS p
          ON word.w ~ '^q?[a-z][0-9]{2}'
         AND p.atc ~>=~ upper(word.w) AND p.atc ~<~ (upper(word.w) || chr(1114111))
    ),
    missed AS MATERIALIZED (
        SELECT word.w FROM word
        WHERE length(word.w) >= 3 AND NOT EXISTS (SELECT 1 FROM sharp WHERE sharp.w = word.w)
    ),
    near_name AS (
        SELECT missed.w, p.id, p.name_folded AS near,
            public.strict_word_similarity(missed.w, p.name_folded)::float8 AS alike
        FROM missed JOIN medicines_licenceproduct AS p ON p.name_folded %> missed.w
        ORDER BY alike DESC, p.id LIMIT 150
    ),
    near_substance AS (
        SELECT missed.w, s.id, s.name_folded AS near,
            public.strict_word_similarity(missed.w, s.name_folded)::float8 AS alike
        FROM missed JOIN medicines_substance AS s ON s.name_folded %> missed.w
        ORDER BY alike DESC, s.id LIMIT 40
    ),
    hit AS (
        SELECT w, id, found, NULL::text AS near FROM sharp
        UNION ALL
        SELECT w, id, 0.4 * alike, near FROM near_name
        UNION ALL
        SELECT w, link.product_id, 0.395 * alike, near
        FROM near_substance
        JOIN medicines_productsubstance AS link ON link.substance_id = near_substance.id
    ),
    best AS (
        SELECT DISTINCT ON (hit.id, hit.w) hit.id, hit.w, hit.found, hit.near
        FROM hit ORDER BY hit.id, hit.w, hit.found DESC, hit.near
    ),
    summed AS (
        SELECT best.id, sum(best.found) AS found, array_agg(best.w) AS seen,
            array_agg(best.w ORDER BY best.w) FILTER (WHERE best.near IS NOT NULL) AS rough,
            array_agg(best.near ORDER BY best.w) FILTER (WHERE best.near IS NOT NULL) AS near
        FROM best
        JOIN medicines_licenceproduct AS p ON p.id = best.id
        WHERE want_veterinary IS NULL OR p.veterinary = want_veterinary
        GROUP BY best.id
        ORDER BY sum(best.found) DESC, best.id
        LIMIT greatest(most * 5, 200)
    )
    SELECT p.id, summed.found + 0.15 * (
        SELECT count(*) FROM unnest(words) AS w
        WHERE NOT w = ANY (summed.seen)
          AND public.klas_fold(concat_ws(' ', p.strength, p.form, p.mah)) ~ ('\m' || w || '\M')
    ) AS total, summed.rough, summed.near
    FROM summed JOIN medicines_licenceproduct AS p ON p.id = summed.id
    ORDER BY total DESC, (p.status = 'active') DESC, p.name_folded, p.strength, p.id
    LIMIT most;
END
$function$;
"""


class Migration(migrations.Migration):
    dependencies = [("medicines", "0002_initial")]

    operations = [
        migrations.RunSQL(
            SEARCH, "DROP FUNCTION public.klas_search_products(text, integer, boolean)"
        )
    ]
