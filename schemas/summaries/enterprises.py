"""Enterprises: employers by size, and whether they hold the programmes that the law requires of their size."""

import polars as pl

from schemas.constraints import PartsOf, Sum, TableConstraints
from schemas.registers import MONTH
from schemas.summaries.common import ALL, NATION, PROVINCE, SIZE_CLASS, STATE, persons, ratio
from schemas.tables import Field, Kind, Table

_EMPLOYERS = ("employers",)
_WORKERS = ("protected_workers",)
COMPARED = "compared_workers"  # protected workers of the employers that declare workers: the ratio reveals them
_COMPARED_OF = (pl.col("worker_ratio") * pl.col("workers_declared")).round()

CONSTRAINTS = TableConstraints(
    (
        Sum("provinces", "province_code", NATION),
        Sum("sizes", "size_class", ALL),
        Sum("bases", "size_basis", ALL),
        Sum("sectors", "sector", ALL),
        PartsOf("employers", ("enrolled_employers",)),
        PartsOf("enrolled_employers", ("compliant_employers",)),
        PartsOf("employers", ("kur_employers",)),
        PartsOf("employers", ("size_differs_employers",)),
        PartsOf("protected_workers", (COMPARED,)),
    ),
    amounts={"workers_declared": "employers"},
    derived={COMPARED: _COMPARED_OF},
)

COVERAGE_ENTERPRISE = Table(
    "coverage_enterprise", "micro, small, medium and large employers: workers, and compliance with the programmes their "
    "size obliges",
    "one row per month, province of registration, size, basis of the size and sector; only the declared breakdowns: for the "
    "nation sizes by basis and sizes by sector, for provinces sizes",
    (
        MONTH, PROVINCE, SIZE_CLASS,
        Field("size_basis", Kind.TEXT, "basis of the size, the first that is known: capital of firms registered since "
              "2 February 2021, sales, capital, workers (bands of BPS), size declared, or none; all: any",
              codes="size_bases", special=("none", "all"),
              source="PP 7/2021 art. 35: capital for firms registered since, else sales"),
        Field("sector", Kind.TEXT, "KBLI version and section, unknown, or all", codes="sectors", special=("unknown", "all")),
        Field("employers", Kind.COUNT, "employers and divisions that have not closed", "employer", sensitive=True),
        Field("workers_declared", Kind.COUNT, "workers declared; empty: no employer declares any", "person", uses=_EMPLOYERS),
        persons("protected_workers", "protected PU memberships registered with them", uses=_EMPLOYERS),
        Field("enrolled_employers", Kind.COUNT, "employers with at least one protected worker", "employer", sensitive=True,
              uses=_EMPLOYERS),
        Field("compliant_employers", Kind.COUNT, "enrolled employers whose protected workers all hold every programme that their "
              "size requires (unknown size: JKK and JKM, as for every size)", "employer",
              source="Perpres 109/2013 art. 6(3)", sensitive=True, uses=_EMPLOYERS),
        Field("kur_employers", Kind.COUNT, "employers that declare business credit (KUR)", "employer", sensitive=True,
              uses=_EMPLOYERS),
        Field("size_differs_employers", Kind.COUNT, "employers whose declared size differs from their band",
              "employer", sensitive=True, uses=_EMPLOYERS),
        ratio("enrolled_ratio", "enrolled ÷ employers", (*_EMPLOYERS, "enrolled_employers")),
        ratio("compliant_ratio", "compliant ÷ enrolled employers",
              (*_EMPLOYERS, "enrolled_employers", "compliant_employers")),
        ratio("worker_ratio", "protected ÷ declared workers, both of the employers that declare workers; can exceed 100 %",
              (*_EMPLOYERS, *_WORKERS, COMPARED)),
        Field("largest_workers", Kind.COUNT, "protected workers of the largest employer, its divisions together", "person",
              internal=True),
        Field("second_workers", Kind.COUNT, "protected workers of the second largest employer", "person", internal=True),
        Field("is_dominated", Kind.FLAG, "one employer has more than 85 % of the protected workers", uses=_WORKERS),
        *STATE,
    ),
    key=("month", "province_code", "size_class", "size_basis", "sector"), constraints=CONSTRAINTS,
)  # fmt: skip
