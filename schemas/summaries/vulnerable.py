"""Vulnerable workers: the potential, the protected, and who pays for them."""

import polars as pl

from schemas.constraints import EqualTo, Sum, TableConstraints
from schemas.registers import MONTH
from schemas.summaries.common import ALL, NATION, PAYER, PROVINCE, STATE, persons, ratio, residents
from schemas.tables import Field, Kind, Table

_POTENTIAL = "survey; no legal definition: regional lists differ (domain of Permendagri 27/2021, 84/2022)"

CONSTRAINTS = TableConstraints(
    (
        Sum("provinces", "province_code", NATION),
        Sum("payers", "payer", ALL),
        Sum("occupation groups", "vulnerable_basis", ALL),
        EqualTo(
            "protected_persons",
            "coverage",
            "protected_persons",
            residents("province_code", pl.lit("BPU")),
            is_subset=True,
            where=(pl.col("payer") == ALL) & (pl.col("vulnerable_basis") == ALL),
        ),
    ),
)

VULNERABLE_WORKERS = Table(
    "vulnerable_workers", "vulnerable workers protected, by payer; `became_unpaid_persons` shows when subsidies end together",
    "one row per month, province of residence, payer and occupation group",
    (
        MONTH, PROVINCE, PAYER,
        Field("vulnerable_basis", Kind.TEXT, "occupation group, the reason why the worker counts as vulnerable; not_stated, or all",
              codes="vulnerable_bases", special=("not_stated", "all")),
        Field("potential_persons", Kind.COUNT, "vulnerable workers among the eligible; only for all payers and groups",
              "person", source=_POTENTIAL),
        persons("protected_persons", "protected informal workers with an occupation group, or paid by a public budget or "
                "donor"),
        persons("grace_persons", "in grace: not protected, up to three months unpaid"),
        persons("became_unpaid_persons", "protected the month before, unpaid now; by payer of that month; empty without that month",
                formerly="lapsed_persons"),
        persons("left_persons", "protected the month before and ended or no longer reported; empty without that month"),
        persons("new_persons", "protected and not the month before; empty without that month"),
        ratio("coverage_ratio", "protected ÷ potential", ("protected_persons",)),
        Field("gap_persons", Kind.COUNT, "potential − protected", "person", uses=("protected_persons",)),
        *STATE,
    ),
    key=("month", "province_code", "payer", "vulnerable_basis"), constraints=CONSTRAINTS,
)  # fmt: skip
