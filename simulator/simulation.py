"""A month of the nation, from its calibration to files, ledger and manifest.

Belongs here: the order of the steps. Does not belong here: any of them.
"""

from collections.abc import Collection
from pathlib import Path

from simulator.delivery.delivery import Delivery, Progress, chosen, cleared
from simulator.delivery.national_extracts import OTHERS, other_files
from simulator.delivery.office_files import office_files, write_offices
from simulator.extracts.survey import corrected, employed_in, wave_of
from simulator.extracts.survey_correction import PROVINCE
from simulator.memberships.flows import flows
from simulator.memberships.retention import retention
from simulator.months import month_index
from simulator.population.calibration import national, potential, scaled
from simulator.population.history import SUBSIDISED_PERCENT
from simulator.population.month_plan import plan_month


def simulate(
    landing: Path,
    month: str,
    scale: float,
    seed: int = 2024,
    progress: Progress | None = None,
    extracts: Collection[str] | None = None,
) -> Path:
    """Write `<landing>/<month>` with a simulated delivery, and `<landing>/<month>.ledger.json` with what is in it.

    `scale` is the size of the nation, 1 for all of it; the same month, scale and seed give the same bytes.
    `extracts`: make only these; what each holds does not depend on the others.
    An earlier simulated delivery of the month is replaced; raises FileExistsError where another one is there.
    """
    if not 0 < scale <= 1:
        raise ValueError(f"scale is a share of the nation, more than 0 and at most 1, not {scale}")
    wanted = chosen(extracts)
    ledger = landing / f"{month}.ledger.json"
    folder = cleared(landing / month, ledger, wanted)
    delivery = Delivery(folder, month_index(month), scale, seed, wanted, progress)
    _write(delivery)
    delivery.truth["flows"] = flows(delivery.month, scale, seed)
    delivery.truth["retention"] = retention(delivery.month, scale, seed)
    if again := corrected(delivery.month, scale):
        delivery.truth["survey"] = {"province": PROVINCE, **again}
    delivery.write_ledger(ledger, month, _figures(delivery))
    delivery.write_manifest(month)
    return folder


def _write(delivery: Delivery) -> None:
    plan = plan_month(delivery.month, delivery.scale, delivery.seed)
    delivery.expected_files = office_files(delivery, plan) + other_files(delivery)
    write_offices(delivery, plan)
    for extract, write in OTHERS.items():
        if extract in delivery.extracts:
            write(delivery)


def _figures(delivery: Delivery) -> dict[str, object]:
    """What the calibrated persons add up to, with the correction of the survey."""
    persons = national(delivery.month, delivery.scale)
    formal = persons["PU"] + persons["JAKON"]
    employed = employed_in(wave_of(delivery.month))
    able = potential(delivery.scale, employed) | {"employed": scaled(employed, delivery.scale)}
    if again := corrected(delivery.month, delivery.scale):
        able = {name: persons + again["after"][name] - again["before"][name] for name, persons in able.items()}
    return {
        "protected": persons | {"formal": formal, "informal": persons["BPU"], "all": formal + persons["BPU"]},
        "potential": {name: able[name] for name in ("formal", "informal", "all")},
        "vulnerable": able["vulnerable"],
        "employed": able["employed"],
        "subsidised": round(persons["BPU"] * SUBSIDISED_PERCENT / 100),
    }
