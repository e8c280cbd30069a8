"""Persons of a simulated month, counted in its files by plain rules, against the calibration."""

from calendar import monthrange
from collections import Counter, defaultdict
from datetime import date

from schemas.code_lists import codes
from simulator.population.calibration import published_figures
from tests.simulator.contract_rules import NIK_RULES, months_of
from tests.simulator.delivered import Delivered
from tests.simulator.delivered_files import Row

# Rules that a damaged number of an employer or division breaks.
DAMAGED = {f"{name}_{rule}" for name in ("employer_id", "employer_division") for rule in ("format", "intact")}


def is_protected(row: Row, month: date) -> bool:
    """The rule of the segment, in months."""
    end_of_month = month.replace(day=monthrange(month.year, month.month)[1])
    open_ended = row["end_date"] is None or row["end_date"] > end_of_month
    if row["segment"] in ("JAKON", "PMI"):
        return bool(row["start_date"] <= end_of_month) and open_ended
    arrears = months_of(month) - months_of(row["paid_through"])
    return open_ended and arrears <= (3 if row["segment"] == "PU" else 0)


def primary(delivered: Delivered) -> list[Row]:
    """One protected membership per person: in the first segment of PU, JAKON, BPU, PMI."""
    best: dict[str, Row] = {}
    order = ("PU", "JAKON", "BPU", "PMI")
    clearing = {"nik_digits", "nik_not_dummy", "nik_issued_region", "nik_birth_date", "nik_serial", "nik_intact"}
    for row in delivered.good["enrolments"]:
        if is_protected(row, delivered.month):
            trusted = row["nik"] and not row["_broken"] & clearing
            person = row["nik"] if trusted else "KPJ" + row["membership_id"]
            if person not in best or order.index(row["segment"]) < order.index(best[person]["segment"]):
                best[person] = row
    return list(best.values())


def test_protected_persons_match_the_calibration(delivered: Delivered) -> None:
    """Exactly, by segment and for the subsidised."""
    figures = delivered.ledger["figures"]
    persons = primary(delivered)
    counted = Counter(row["segment"] for row in persons)
    assert dict(counted) == {segment: figures["protected"][segment] for segment in ("PU", "JAKON", "BPU", "PMI")}
    payers = ("regional_government", "village_fund")
    assert sum(row["segment"] == "BPU" and row["payer"] in payers for row in persons) == figures["subsidised"]


def test_protected_persons_follow_the_published_shares_of_provinces(delivered: Delivered) -> None:
    """Each of the 34 provinces has its published share of the segment, rounded down or up."""
    parents = dict(codes("provinces").select("code", "parent_2020").iter_rows())
    counted = Counter((row["segment"], parents[row["work_region"][:2]]) for row in primary(delivered))
    for segment in ("PU", "JAKON", "BPU"):
        shares = {
            code: published_figures("protected_persons", segment, code)["2023-12"] for code in set(parents.values())
        }
        total = delivered.ledger["figures"]["protected"][segment]
        for parent, share in shares.items():
            assert abs(counted[segment, parent] - total * share / sum(shares.values())) < 1


def test_workforce_adds_up_to_the_potential(delivered: Delivered) -> None:
    """Employed, eligible by group, and vulnerable persons, exactly; no part exceeds its total."""
    cells = delivered.good["workforce"]
    figures = delivered.ledger["figures"]
    formal = sum(row["eligible_persons"] for row in cells if row["employment_status"] == "4")
    assert sum(row["persons"] for row in cells) == figures["employed"]
    assert formal == figures["potential"]["formal"]
    assert sum(row["eligible_persons"] for row in cells) == figures["potential"]["all"]
    assert sum(row["vulnerable_persons"] for row in cells) == figures["vulnerable"]
    assert all(row["persons"] >= row["eligible_persons"] >= row["vulnerable_persons"] for row in cells)
    assert all(row["eligible_persons"] == 0 for row in cells if row["employment_status"] == "7")


def test_wage_earners_work_in_the_region_of_their_employer(delivered: Delivered) -> None:
    """Each wage earner's employer is delivered, in the region where the wage earner is registered."""
    employers = {
        (row["employer_id"].zfill(8), row["employer_division"].zfill(3), row["work_region"])
        for row in delivered.good["employers"]
    }
    wage_earners = [row for row in delivered.good["enrolments"] if row["segment"] == "PU"]
    stray = [
        row
        for row in wage_earners
        if (row["employer_id"], row["employer_division"], row["work_region"]) not in employers
        and not row["_broken"] & DAMAGED
    ]
    assert not stray


def test_no_two_persons_share_a_nik(delivered: Delivered) -> None:
    """Rows with one NIK are one person, with one birth date and sex, and at most three memberships."""
    persons: dict[str, list[Row]] = defaultdict(list)
    for row in delivered.good["enrolments"]:
        if row["nik"] and not row["_broken"] & NIK_RULES:
            persons[row["nik"]].append(row)
    assert all(len({(row["birth_date"], row["sex"]) for row in rows}) == 1 for rows in persons.values())
    assert max(len(rows) for rows in persons.values()) <= 3
    assert all(nik[4:6] == "99" for nik in persons), "only districts that were never issued"
