"""Regions and the regions that contain them, for sums in SQL.

Belongs here: the tree of regions. Not here: codes of other schemes and vintages (`schemas.code_lists`).
"""

import polars as pl

from schemas import code_lists

NOT_STATED = "0000"


def geography() -> pl.DataFrame:
    """member_code (regency, or province where the survey has no regencies) → every region that contains it.

    Columns member_code, geography_level, region_code. A region that is not stated belongs to region 00 of every level.
    """
    provinces = code_lists.codes("provinces").select(province="code", parent="parent_2020")
    regencies = code_lists.codes("regencies").select(member_code="code", province="province_code")
    members = pl.concat([regencies, provinces.select(member_code="province", province="province")])
    tree = members.join(provinces, on="province")
    not_stated = pl.DataFrame({"member_code": [NOT_STATED], "province": ["00"], "parent": ["00"]})
    tree = pl.concat([tree, not_stated])
    levels = {
        "nation": pl.lit("ID"),
        "province": pl.col("province"),
        "province_2020": pl.col("parent"),
        "regency": pl.col("member_code"),
    }
    rows = [
        tree.select("member_code", pl.lit(name).alias("geography_level"), code.alias("region_code"))
        for name, code in levels.items()
    ]
    tree_rows = pl.concat(rows)
    return tree_rows.filter((pl.col("geography_level") != "regency") | (pl.col("region_code").str.len_chars() == 4))
