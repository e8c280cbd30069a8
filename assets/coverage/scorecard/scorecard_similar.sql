-- scorecard_similar: the five most similar regions of each region. A working table.
-- Grain: region with a potential.
-- Unit: codes of regions.
-- Source: scorecard_residents (figures of the survey only).
-- Both ranks run over all regions of the level, so neither has more weight. The distance is the sum of the two differences of ranks.
WITH shares AS (
    SELECT
        region_level, region_code, potential_persons,
        CAST(coalesce(informal_potential, 0) AS DOUBLE) / nullif(CAST(potential_persons AS DOUBLE), 0) AS informal_share
    FROM scorecard_residents
    WHERE potential_persons IS NOT NULL
),
ranked AS (
    SELECT
        region_level, region_code,
        row_number() OVER (
            PARTITION BY region_level ORDER BY potential_persons DESC NULLS LAST, region_code NULLS LAST
        ) AS potential_rank,
        row_number() OVER (
            PARTITION BY region_level ORDER BY informal_share DESC NULLS LAST, region_code NULLS LAST
        ) AS informal_rank
    FROM shares
),
pairs AS (
    SELECT
        regions.region_code, others.region_code AS similar_code,
        row_number() OVER (
            PARTITION BY regions.region_code
            ORDER BY abs(regions.potential_rank - others.potential_rank) + abs(regions.informal_rank - others.informal_rank)
                NULLS LAST, others.region_code NULLS LAST
        ) AS similarity_rank
    FROM ranked AS regions
    JOIN ranked AS others ON others.region_level = regions.region_level
    WHERE others.region_code <> regions.region_code
)
SELECT
    region_code,
    max(CASE WHEN similarity_rank = 1 THEN similar_code END) AS similar_region_1,
    max(CASE WHEN similarity_rank = 2 THEN similar_code END) AS similar_region_2,
    max(CASE WHEN similarity_rank = 3 THEN similar_code END) AS similar_region_3,
    max(CASE WHEN similarity_rank = 4 THEN similar_code END) AS similar_region_4,
    max(CASE WHEN similarity_rank = 5 THEN similar_code END) AS similar_region_5
FROM pairs
GROUP BY region_code
