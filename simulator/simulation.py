"""The simulation of a month: from the calibration to files, ledger and manifest.

Belongs here: the order of the steps. Not here: the steps.
"""

from collections.abc import Collection
from pathlib import Path

from simulator.delivery.delivery import Delivery, Progress, create_folder, selected_extracts
from simulator.delivery.national_extracts import count_national_files, write_national_extracts
from simulator.delivery.office_files import count_office_files, write_office_files
from simulator.extracts.survey import employed_in, survey_correction_truth, wave_of
from simulator.extracts.survey_correction import PROVINCE
from simulator.memberships.activity import true_activity
from simulator.memberships.flows import true_flows
from simulator.memberships.retention import true_retention
from simulator.months import month_index
from simulator.population.calibration import national_persons, potential_persons, scaled
from simulator.population.history import SUBSIDISED_PERCENT
from simulator.population.month_plan import plan_month


def simulate(
    landing: Path,
    month: str,
    scale: float,
    seed: int = 2024,
    progress: Progress | None = None,
    extracts: Collection[str] | None = None,
    *,
    dormant: bool = False,
) -> Path:
    """Write a delivery to `<landing>/<month>`, and what the pipeline must find in it to `<landing>/<month>.ledger.json`.

    `scale` is the size of the nation, 1 for all of it. The same month, scale and seed give the same bytes. `extracts` names
    the extracts to write; the content of each does not depend on the others. With `dormant` the enrolments have as many members
    who are not protected as published (20 million at full scale); without it, only those of the last months. An earlier
    simulated delivery of the month is replaced.

    Raises:
        ValueError: the scale is not a share of the nation, or too small for the defects, or an extract is unknown.
        FileExistsError: the folder holds a delivery that was not simulated.
    """
    if not 0 < scale <= 1:
        raise ValueError(f"scale is a share of the nation, more than 0 and at most 1, not {scale}")
    selected = selected_extracts(extracts)
    folder, ledger = landing / month, landing / f"{month}.ledger.json"
    create_folder(folder, ledger, selected)
    delivery = Delivery(folder, month_index(month), scale, seed, selected, dormant, progress)
    plan = plan_month(delivery.month, scale, seed, dormant=dormant)
    delivery.expected_files = count_office_files(delivery, plan) + count_national_files(delivery)
    write_office_files(delivery, plan)
    write_national_extracts(delivery)
    correction = survey_correction_truth(delivery.month, scale)
    delivery.truth["flows"] = true_flows(delivery.month, scale, seed)
    delivery.truth["activity"] = true_activity(delivery.month, scale, seed, dormant=dormant)
    delivery.truth["retention"] = true_retention(delivery.month, scale, seed)
    if correction:
        delivery.truth["survey"] = {"province": PROVINCE, **correction}
    delivery.write_ledger(ledger, month, _figures(delivery, correction))
    delivery.write_manifest(month)
    return folder


def _figures(delivery: Delivery, correction: dict[str, dict[str, int]]) -> dict[str, object]:
    """The sums of the calibrated persons, with the correction of the survey."""
    protected = national_persons(delivery.month, delivery.scale)
    formal = protected["PU"] + protected["JAKON"]
    employed = employed_in(wave_of(delivery.month))
    potential = potential_persons(delivery.scale, employed) | {"employed": scaled(employed, delivery.scale)}
    if correction:
        before, after = correction["before"], correction["after"]
        potential = {name: persons + after[name] - before[name] for name, persons in potential.items()}
    return {
        "protected": protected | {"formal": formal, "informal": protected["BPU"], "all": formal + protected["BPU"]},
        "potential": {name: potential[name] for name in ("formal", "informal", "all")},
        "vulnerable": potential["vulnerable"],
        "employed": potential["employed"],
        "subsidised": round(protected["BPU"] * SUBSIDISED_PERCENT / 100),
    }
