"""Reconciliation: our figures against published ones, and published ones against themselves."""

from schemas.registers import MONTH
from schemas.summaries.common import CONF_STATUS
from schemas.tables import Field, Kind, Table

RECONCILIATION = Table(
    "reconciliation", "our figure against every published figure of the month, and defects found in published figures",
    "one row a month and figure; a month without a published figure has none",
    (
        MONTH,
        Field("figure_id", Kind.TEXT, "figure of the list published_figures or published_claims"),
        Field("indicator", Kind.TEXT, "what the figure measures"),
        Field("region_code", Kind.TEXT, "region as published; ID: the nation", codes="regions", special=("ID",)),
        Field("segment", Kind.TEXT, "segment or group as published", codes="segments_and_groups"),
        Field("published_value", Kind.NUMBER, "as published", "unit of the indicator"),
        Field("our_value", Kind.NUMBER, "as computed; for a claim about published figures: recomputed from its parts",
              "unit of the indicator", uses=("our_persons",)),
        Field("our_persons", Kind.COUNT, "fewest persons in a count the value rests on; empty: an estimate, or "
              "recomputed from published parts", "person", sensitive=True),
        Field("difference", Kind.NUMBER, "ours − published; empty where they are not of one unit", "unit of the indicator",
              uses=("our_persons",)),
        Field("tolerance", Kind.NUMBER, "half the last digit published, for each term; of a change: the limit; of a synthetic "
              "month, what rounding to its scale may lose besides", "unit of the indicator"),
        Field("verdict", Kind.TEXT, "agrees, differs, defect (the published figure contradicts itself), not_computed",
              codes="verdicts", uses=("our_persons",)),
        Field("note", Kind.TEXT, "what was found"),
        Field("source", Kind.TEXT, "where it was published"),
        CONF_STATUS,
    ),
    key=("month", "figure_id"), may_be_empty=True,
)  # fmt: skip
