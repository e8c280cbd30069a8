"""The code version of each asset in Dagster: the digest of what decides its stage, as the warehouse records it too.

Belongs here: the modules that build each asset. Not: the digest (`assets/provenance`).
"""

import dagster as dg

from assets.coverage.catalogue import CATALOGUE
from assets.provenance import code_version
from assets.release.editions import EDITIONS
from schemas.extracts.catalogue import EXTRACTS, stored_table
from schemas.plausibility import MEASURES, PLAUSIBILITY
from schemas.registers import PREPAYMENTS
from schemas.summaries import COVERAGE, DATA_QUALITY

_MODULES: dict[str, tuple[str, ...]] = {
    **{stored_table(extract).name: ("assets.ingest.month",) for extract in EXTRACTS},
    **dict.fromkeys(
        ("persons", "person_status_codes", "person_attribute_codes", "person_cells"), ("assets.registers.persons",)
    ),
    **dict.fromkeys(("transitions", "entrants"), ("assets.registers.transitions",)),
    PREPAYMENTS.name: ("assets.registers.prepayments",),
    COVERAGE.name: ("assets.coverage.build",),
    DATA_QUALITY.name: ("assets.coverage.quality",),
    **{summary.table.name: summary.code for summary in CATALOGUE},
    **dict.fromkeys((MEASURES.name, PLAUSIBILITY.name), ("assets.plausibility.build",)),
    "delivery": ("assets.ingest.delivery",),
    **{edition.asset: ("assets.release.publish",) for edition in EDITIONS.values()},
}


def versioned(spec: dg.AssetSpec) -> dg.AssetSpec:
    """The asset with its code version. KeyError if no module is declared for it."""
    return spec.replace_attributes(code_version=code_version(*_MODULES[spec.key.to_user_string()]))
