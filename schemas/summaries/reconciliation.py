"""Reconciliation: our figures beside published ones, and published ones checked against themselves."""

from schemas.registers import MONTH
from schemas.summaries.common import CONF_STATUS
from schemas.tables import Field, Kind, Table

RECONCILIATION = Table(
    "reconciliation", "our figure beside every published figure of the month, and contradictions in published figures",
    "one row per month and figure; a month without published figures has no row",
    (
        MONTH,
        Field("figure_id", Kind.TEXT, "figure of the list published_figures or published_claims"),
        Field("indicator", Kind.TEXT, "indicator of the figure"),
        Field("region_code", Kind.TEXT, "region as published; ID: the nation", codes="regions", special=("ID",)),
        Field("segment", Kind.TEXT, "segment or group as published", codes="segments_and_groups"),
        Field("published_value", Kind.NUMBER, "as published", "unit of the indicator"),
        Field("our_value", Kind.NUMBER, "our value; for a claim about published figures: recomputed from its parts",
              "unit of the indicator", uses=("our_persons",)),
        Field("our_persons", Kind.COUNT, "smallest count of persons that the value depends on; empty: an estimate, or "
              "recomputed from published parts", "person", sensitive=True),
        Field("difference", Kind.NUMBER, "ours − published; empty where the units differ", "unit of the indicator",
              uses=("our_persons",)),
        Field("tolerance", Kind.NUMBER, "half the last published digit for each term; for a change, the limit; in a synthetic "
              "month, also the rounding to its scale", "unit of the indicator"),
        Field("verdict", Kind.TEXT, "agrees, differs, defect (the published figure contradicts itself), not_computed",
              codes="verdicts", uses=("our_persons",)),
        Field("note", Kind.TEXT, "explanation of the verdict"),
        Field("source", Kind.TEXT, "publication"),
        CONF_STATUS,
    ),
    key=("month", "figure_id"), may_be_empty=True,
)  # fmt: skip
