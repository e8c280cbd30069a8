"""The meaning of a NIK and a region code, through standardising, the rules and the stored form."""

from datetime import date
from functools import cache

import polars as pl
import pytest
from tables import drawn

from assets.coverage.geography import geography
from assets.ingest import stored_rows
from assets.ingest.batch import ROW_NUMBER
from assets.ingest.columns import conversions
from assets.ingest.pseudonyms import PersonKey
from assets.ingest.standardise import Standardiser
from assets.ingest.validation import Verdict, validate
from schemas import code_lists
from schemas.extracts.enrolments import ENROLMENTS
from schemas.extracts.workforce import WORKFORCE

KEY = PersonKey(bytes(32))
MAN = {
    "membership_id": "12345678901", "nik": "3201051506900001", "birth_date": "15-06-1990", "sex": "L",
    "segment": "BPU", "jkk": "Y", "jkm": "Y", "work_region": "3201", "home_region": "3273", "start_date": "01-01-2020",
    "paid_through": "12-2024", "office_code": "A01",
}  # fmt: skip


def read(**cells: str | None) -> tuple[pl.DataFrame, Verdict]:
    """One enrolment, standardised and judged; `cells` differ from those of a man born on 15 June 1990."""
    text = pl.DataFrame({name: [cell] for name, cell in (MAN | cells).items()}, schema=dict.fromkeys(MAN, pl.String))
    rows = text.with_columns(pl.lit(2, dtype=pl.Int32).alias(ROW_NUMBER))
    frame = Standardiser(ENROLMENTS, date(2024, 12, 1)).standardise_rows(rows)
    return frame, validate(frame, ENROLMENTS)


def broken(**cells: str | None) -> list[str]:
    return read(**cells)[1].broken["rule"].to_list()


def kept(**cells: str | None) -> dict[str, object]:
    """The one stored membership."""
    frame, verdict = read(**cells)
    return stored_rows.to_stored_rows(frame, verdict, ENROLMENTS, "a.csv", KEY).row(0, named=True)


NIKS = """
    nik              | born       | sex | broken
    3201051506900001 | 15-06-1990 | L   |
    3201055506900001 | 15-06-1990 | P   |
    9101051506900001 | 15-06-1990 | L   |
    9301051506900001 | 15-06-1990 | L   |
    9403051506900001 | 15-06-1990 | L   |
    9404051506900001 | 15-06-1990 | L   |
    9433051506900001 | 15-06-1990 | L   | nik_issued_region
    9499051506900001 | 15-06-1990 | L   | nik_issued_region
    0001051506900001 | 15-06-1990 | L   | nik_issued_region
    3201053112900001 | 31-12-1990 | L   |
    3201057112900001 | 31-12-1990 | P   |
    3201057212900001 | 31-12-1990 | P   | nik_birth_date
    3201050006900001 | 15-06-1990 | L   | nik_birth_date
    3201054006900001 | 15-06-1990 | P   | nik_birth_date
    3201053206900001 | 15-06-1990 | L   | nik_birth_date
    3201053104900001 | 30-04-1990 | L   | nik_birth_date
    3201051500900001 | 15-06-1990 | L   | nik_birth_date
    3201051513900001 | 15-06-1990 | L   | nik_birth_date
    3201052902920001 | 29-02-1992 | L   |
    3201056902920001 | 29-02-1992 | P   |
    3201052902000001 | 29-02-2000 | L   |
    3201052902910001 | 28-02-1991 | L   | nik_birth_date
    3201053002920001 | 29-02-1992 | L   | nik_birth_date
    3201051506900000 | 15-06-1990 | L   | nik_serial
    3201051506909999 | 15-06-1990 | L   |
    320105150690001  | 15-06-1990 | L   | nik_digits
    32010515069000011| 15-06-1990 | L   | nik_digits
    32010515069O0001 | 15-06-1990 | L   | nik_digits
    1111111111111111 | 15-06-1990 | L   | nik_not_dummy nik_birth_date_agrees
    9999999999999999 | 15-06-1990 | L   | nik_not_dummy nik_issued_region nik_birth_date
    3201051506900001 | 15-06-1990 | P   | nik_sex_agrees
    3201055506900001 | 15-06-1990 | L   | nik_sex_agrees
    3201051506900001 | 16-06-1990 | L   | nik_birth_date_agrees
    3201051506900001 | 15-07-1990 | L   | nik_birth_date_agrees
    3201051506900001 | 15-06-1991 | L   | nik_birth_date_agrees
"""


@cache
def judged() -> dict[str, list[str]]:
    """Each drawn NIK with the rules it breaks, all in one batch."""
    rows = [[*(cell.strip() for cell in row.split("|")), ""][:3] for row in drawn(NIKS)]
    members = [MAN | {"nik": nik, "birth_date": born, "sex": sex} for nik, born, sex in rows]
    text = pl.DataFrame(members).with_columns(pl.int_range(2, len(rows) + 2, dtype=pl.Int32).alias(ROW_NUMBER))
    broken = validate(Standardiser(ENROLMENTS, date(2024, 12, 1)).standardise_rows(text), ENROLMENTS).broken
    return {row: broken.filter(row=at)["rule"].to_list() for at, row in enumerate(drawn(NIKS))}


@pytest.mark.parametrize("row", drawn(NIKS))
def test_a_nik_has_16_digits_of_an_issued_region_a_real_date_and_a_serial(row):
    rules = [*(cell.strip() for cell in row.split("|")), ""][3]
    assert judged()[row] == rules.split()


@pytest.mark.parametrize("nik", ["1234567890123456", "0000000000000000", "7777777777777777"])
def test_fillers_are_no_identity(nik):
    assert kept(nik=nik)["identity"] == "membership"


CLEARING = """
    nik              | rule
    320105150690001  | nik_digits
    1111111111111111 | nik_not_dummy
    9433051506900001 | nik_issued_region
    3201051513900001 | nik_birth_date
    3201051506900000 | nik_serial
    3,20105E+15      | nik_intact
"""


@pytest.mark.parametrize("row", drawn(CLEARING))
def test_a_nik_that_breaks_its_own_rules_is_no_identity_and_the_row_stays(row):
    nik, rule = row.split(" | ")
    stored = kept(nik=nik)
    assert stored["identity"] == "membership"
    assert stored["person_id"] == stored["membership_key"]
    assert rule in str(stored["flags"]).split()


@pytest.mark.parametrize("other", [{"sex": "P"}, {"birth_date": "16-06-1990"}, {"home_region": "9999"}])
def test_a_nik_that_only_disagrees_with_the_row_stays_an_identity(other):
    stored = kept(**other)
    assert stored["identity"] == "nik"
    assert stored["person_id"] == kept()["person_id"]


def test_the_rules_that_clear_a_nik_are_these_six():
    assert {rule.name for rule in ENROLMENTS.all_rules() if rule.clears == "nik"} == {
        "nik_intact",
        "nik_digits",
        "nik_not_dummy",
        "nik_issued_region",
        "nik_birth_date",
        "nik_serial",
    }


def test_one_nik_is_one_person_whatever_the_membership():
    first, second = kept(membership_id="12345678901"), kept(membership_id="12345678902")
    assert first["person_id"] == second["person_id"]
    assert first["membership_key"] != second["membership_key"]


def test_memberships_without_nik_are_persons_of_their_own():
    first, second = kept(nik=None, membership_id="12345678901"), kept(nik=None, membership_id="12345678902")
    assert (first["identity"], second["identity"]) == ("membership", "membership")
    assert first["person_id"] != second["person_id"]


def test_no_stored_column_holds_the_nik_or_the_membership_number():
    cells = [str(cell) for cell in kept().values()]
    assert not any(MAN["nik"] in cell or MAN["membership_id"] in cell for cell in cells)


HOMES = """
    declared | nik              | home_region | home_basis
    3273     | 3201051506900001 | 3273        | declared
             | 3201051506900001 | 3201        | nik
    9999     | 3201051506900001 | 3201        | nik
             | 9101051506900001 | 9301        | nik
    9101     |                  | 9301        | declared
             |                  |             | none
             | 9433051506900001 |             | none
             | 3201051506900000 |             | none
"""


@pytest.mark.parametrize("row", drawn(HOMES))
def test_residence_is_declared_else_that_of_a_valid_nik_and_flagged_so(row):
    declared, nik, home, basis = (cell.strip() or None for cell in row.split("|"))
    stored = kept(home_region=declared, nik=nik)
    assert (stored["home_region"], stored["home_basis"]) == (home, basis)


# --- region codes of other schemes and vintages -------------------------------------------------------------------

SCHEMES = """
    region_scheme   | written | present
    kemendagri_2025 | 91      | 91
    kemendagri_2025 | 9301    | 9301
    kemendagri_2025 | 32.01   | 3201
    KEMENDAGRI      | 32      | 32
    kemendagri_2020 | 9101    | 9301
    kemendagri_2020 | 91      |
    kemendagri_2020 | 92      |
    bps_2020        | 9401    | 9301
    bps_2020        | 94      |
    bps_2020        | 91      |
    bps_2020        | 32      | 32
    bps_2022        | 94      | 91
    bps_2022        | 91      | 92
    bps_2022        | 92      | 96
    bps_2022        | 95      | 93
    bps_2022        | 96      | 94
    bps_2022        | 97      | 95
    bps_2022        | 9401    |
"""


@pytest.mark.parametrize("row", drawn(SCHEMES))
def test_survey_regions_become_present_codes_and_a_province_since_divided_is_refused(row):
    scheme, code, present = (cell.strip() or None for cell in row.split("|"))
    text = {"region_scheme": scheme, "region_code": code, "survey_wave": "2024-08", "employment_status": "4",
            "sex": "L", "age_band": "25-34", "persons": "10", "rse": "5"}  # fmt: skip
    rows = pl.DataFrame([text]).with_columns(pl.lit(2, dtype=pl.Int32).alias(ROW_NUMBER))
    frame = Standardiser(WORKFORCE, date(2024, 12, 1)).standardise_rows(rows)
    assert frame["region_code"].to_list() == [present]
    assert validate(frame, WORKFORCE).broken["rule"].to_list() == ([] if present else ["region_code_readable"])


def test_a_survey_without_scheme_is_in_present_codes():
    rows = pl.DataFrame({"region_code": ["93", "9301"], ROW_NUMBER: [2, 3]}).cast({ROW_NUMBER: pl.Int32})
    frame = Standardiser(WORKFORCE, date(2024, 12, 1)).standardise_rows(rows)
    assert frame["region_code"].to_list() == ["93", "9301"]


def test_the_26_regencies_of_the_four_new_papuan_provinces_map_from_their_2020_codes():
    regencies = code_lists.codes("regencies").filter(pl.col("province_code").is_in(["93", "94", "95", "96"]))
    assert regencies.height == 26
    assert (regencies["kemendagri_2020"] != regencies["code"]).all()
    now = conversions.to_present_regions(regencies["kemendagri_2020"], "kemendagri")
    assert now.to_list() == regencies["code"].to_list()
    from_bps = conversions.to_present_regions("bps_2020|" + regencies["bps_2020"], "scoped")
    assert from_bps.to_list() == regencies["code"].to_list()


def test_no_regency_code_of_one_vintage_means_another_regency_in_the_other():
    old, new = code_lists.regions("kemendagri_2020"), code_lists.regions("kemendagri_2025")
    assert {code for code in old.keys() & new.keys() if len(code) == 4 and old[code] != new[code]} == set()


def test_38_provinces_are_parts_of_34():
    provinces = geography().filter(geography_level="province")["region_code"].unique()
    parents = geography().filter(geography_level="province_2020")["region_code"].unique()
    assert (len(provinces), len(parents)) == (38 + 1, 34 + 1)  # and 00: not stated
    assert code_lists.split_provinces() == ("91", "92")


def test_each_member_counts_once_at_every_level():
    counted = geography().group_by("member_code", "geography_level").len()
    assert counted["len"].unique().to_list() == [1]


PARENTS = """
    2020 | now
    91   | 91 93 94 95
    92   | 92 96
    32   | 32
"""


@pytest.mark.parametrize("row", drawn(PARENTS))
def test_a_province_of_2020_sums_its_successors(row):
    parent, successors = row.split(" | ")
    tree = geography().pivot("geography_level", index="member_code", values="region_code")
    assert sorted(tree.filter(province_2020=parent)["province"].unique()) == successors.split()
