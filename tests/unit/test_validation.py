"""The rules of enrolments through pandera: each is reported for its row, and no verdict contains a value."""

from datetime import date
from functools import cache

import pandera.polars as pa
import polars as pl
import pytest
from pandera.errors import SchemaErrors

from assets.ingest.batch import ROW_NUMBER
from assets.ingest.standardise import Standardiser
from assets.ingest.validation import Verdict, rules_of_severity, validate
from schemas.contracts import contract
from schemas.extracts.enrolments import ENROLMENTS
from schemas.rule_texts import ROW_COUNTS
from schemas.tables import Severity

Cells = dict[str, str | None]
GOOD: Cells = {
    "membership_id": "12345678901", "nik": "3201051506900001", "birth_date": "15-06-1990", "sex": "L",
    "segment": "PU", "jkk": "Y", "jkm": "Y", "jht": "Y", "jp": "Y", "jkp": "T", "programmes": "JKK+JKM",
    "employer_id": "AB123456", "employer_division": "000", "project_no": None, "work_region": "3171",
    "home_region": "3201", "kbli": "10110", "occupation": "X1", "wage_idr": "5.000.000", "start_date": "01-01-2020",
    "end_date": None, "paid_through": "12-2024", "payer": "employer", "channel": "web", "vulnerable_basis": None,
    "office_code": "A01",
}  # fmt: skip
BPU: Cells = {"segment": "BPU", "jp": "T", "employer_id": None, "payer": "self"}
JAKON: Cells = {
    "segment": "JAKON", "jht": "T", "jp": "T", "employer_id": None, "project_no": "1234567890123",
    "end_date": "01-06-2025", "paid_through": None,
}  # fmt: skip


def verdict(*rows: Cells) -> Verdict:
    """The verdict on good rows that differ in these cells."""
    text = pl.DataFrame([GOOD | row for row in rows], schema=dict.fromkeys(GOOD, pl.String))
    numbered = text.with_columns(pl.int_range(2, len(rows) + 2, dtype=pl.Int32).alias(ROW_NUMBER))
    return validate(Standardiser(ENROLMENTS, date(2024, 12, 1)).standardise_rows(numbered), ENROLMENTS)


PLANTED: dict[str, tuple[Cells, tuple[str, ...]]] = {  # rule → (what breaks it, rules that cannot but break with it)
    "membership_id_present": ({"membership_id": None}, ()),
    "membership_id_intact": ({"membership_id": "1234567890"}, ()),
    "employer_id_intact": ({"employer_id": "1234567"}, ()),
    "employer_division_intact": ({"employer_division": "0"}, ()),
    "employer_division_format": ({"employer_division": "0001"}, ()),
    "project_no_intact": (JAKON | {"project_no": "123456789012"}, ()),
    "project_no_format": (JAKON | {"project_no": "12345678901234"}, ()),
    "office_code_intact": ({"office_code": "1,01E+05"}, ("office_code_present",)),
    "membership_id_format": ({"membership_id": "1234567/901"}, ()),
    "nik_present": ({"nik": None}, ()),
    "nik_intact": ({"nik": "3,20105E+15"}, ()),
    "project_worker_named": (JAKON | {"nik": None}, ()),
    "nik_digits": ({"nik": "320105150690001"}, ()),
    "nik_not_dummy": ({"nik": "1111111111111111", "birth_date": "11-11-1911"}, ("age_plausible",)),
    "nik_issued_region": ({"nik": "9999051506900001"}, ()),
    "nik_birth_date": ({"nik": "3201051513900001"}, ()),
    "nik_serial": ({"nik": "3201051506900000"}, ()),
    "nik_sex_agrees": ({"sex": "P"}, ()),
    "nik_birth_date_agrees": ({"birth_date": "16-06-1990"}, ()),
    "birth_date_present": ({"birth_date": None}, ()),
    "birth_date_readable": ({"birth_date": "31-02-1990"}, ()),
    "age_plausible": ({"nik": None, "birth_date": "01-01-2015"}, ("nik_present",)),
    "working_age": ({"nik": "3201051501100001", "birth_date": "15-01-2010"}, ()),
    "sex_present": ({"sex": None}, ()),
    "sex_readable": ({"sex": "Q"}, ()),
    "segment_present": ({"segment": None}, ()),
    "segment_readable": ({"segment": "QQ"}, ()),
    "jkk_readable": ({"jkk": "Q"}, ("minimum_programmes",)),
    "programme_held": (
        {"jkk": "T", "jkm": "T", "jht": "T", "jp": "T", "jkp": "T", "programmes": None},
        ("minimum_programmes",),
    ),
    "minimum_programmes": ({"jkm": "T"}, ()),
    "jkm_readable": ({"jkm": "Q"}, ("minimum_programmes",)),
    "jht_readable": ({"jht": "Q"}, ()),
    "jp_readable": ({"jp": "Q"}, ()),
    "programmes_offered": (BPU | {"jp": "Y"}, ()),
    "jkp_readable": ({"jkp": "Q"}, ()),
    "programmes_readable": ({"programmes": "JKX"}, ()),
    "employer_id_present": ({"employer_id": None}, ()),
    "employer_id_format": ({"employer_id": "AB12345"}, ()),
    "project_no_present": (JAKON | {"project_no": None}, ()),
    "work_region_present": ({"work_region": None}, ()),
    "work_region_readable": ({"work_region": "9999"}, ()),
    "home_region_present": ({"home_region": None}, ()),
    "home_region_readable": ({"home_region": "9999"}, ()),
    "kbli_readable": ({"kbli": "QQ"}, ()),
    "wage_idr_readable": ({"wage_idr": "much"}, ()),
    "wage_not_negative": ({"wage_idr": "-1"}, ()),
    "wage_plausible": ({"wage_idr": "1.000.000.001"}, ()),
    "start_date_present": ({"start_date": None}, ()),
    "start_date_readable": ({"start_date": "31-02-2020"}, ()),
    "started_by_month_end": ({"start_date": "01-01-2025"}, ()),
    "entry_age_bpu": (BPU | {"nik": "3201051506500001", "birth_date": "15-06-1950"}, ()),
    "end_date_present": (JAKON | {"end_date": None}, ()),
    "end_date_readable": ({"end_date": "31-02-2025"}, ()),
    "end_after_start": ({"end_date": "31-12-2019"}, ()),
    "paid_through_present": ({"paid_through": None}, ()),
    "paid_through_readable": ({"paid_through": "13-2024"}, ()),
    "prepaid_at_most_a_year": ({"paid_through": "01-2026"}, ()),
    "payer_readable": ({"payer": "QQ"}, ()),
    "subsidy_is_bpu": ({"payer": "APBD", "vulnerable_basis": "farmer"}, ()),
    "channel_readable": ({"channel": "QQ"}, ()),
    "vulnerable_basis_present": (BPU | {"payer": "APBD"}, ()),
    "vulnerable_basis_readable": (BPU | {"payer": "APBD", "vulnerable_basis": "QQ"}, ()),
    "office_code_present": ({"office_code": None}, ()),
}


def test_every_rule_has_a_case_here():
    """Rules about statuses and whole columns are in `test_whole_columns`."""
    assert PLANTED.keys() == {rule.name for rule in ENROLMENTS.all_rules() if not rule.judges_column} - {ROW_COUNTS}


@pytest.mark.parametrize("row", [{}, BPU, JAKON], ids=["PU", "BPU", "JAKON"])
def test_a_good_row_breaks_nothing(row):
    assert verdict(row).broken.is_empty()


@cache
def planted() -> pl.DataFrame:
    """The broken rules of one batch in which each rule is broken once, with a good row after each."""
    return verdict(*(row for cells, _ in PLANTED.values() for row in (cells, {}))).broken


@pytest.mark.parametrize("rule", PLANTED)
def test_a_rule_is_reported_only_for_the_row_that_breaks_it(rule):
    at = 2 * list(PLANTED).index(rule)
    _, unavoidable = PLANTED[rule]
    assert set(planted().filter(pl.col("row").is_in([at, at + 1])).rows()) == {
        (at, name) for name in (rule, *unavoidable)
    }


BOUNDS = [
    ("age_plausible", {"birth_date": "31-12-2014"}, {"birth_date": "01-01-2015"}),
    ("age_plausible", {"birth_date": "01-01-1924"}, {"birth_date": "31-12-1923"}),
    ("working_age", {"birth_date": "31-12-2009"}, {"birth_date": "01-01-2010"}),
    ("started_by_month_end", {"start_date": "31-12-2024"}, {"start_date": "01-01-2025"}),
    ("end_after_start", {"end_date": "01-01-2020"}, {"end_date": "31-12-2019"}),
    ("prepaid_at_most_a_year", {"paid_through": "12-2025"}, {"paid_through": "01-2026"}),
    ("wage_plausible", {"wage_idr": "1.000.000.000"}, {"wage_idr": "1.000.000.001"}),
    ("wage_not_negative", {"wage_idr": "0"}, {"wage_idr": "-1"}),
    ("entry_age_bpu", BPU | {"start_date": "31-12-2020", "birth_date": "01-01-1955"},
     BPU | {"start_date": "01-01-2021", "birth_date": "31-12-1954"}),
]  # fmt: skip


def test_each_rule_starts_exactly_at_its_bound():
    broken = verdict(*(row for _, last_good, first_bad in BOUNDS for row in (last_good, first_bad))).broken
    for at, (rule, _, _) in enumerate(BOUNDS):
        mine = broken.filter(pl.col("rule") == rule, pl.col("row").is_in([2 * at, 2 * at + 1]))
        assert mine["row"].to_list() == [2 * at + 1], rule


def test_all_broken_rules_of_a_row_are_reported_in_the_order_of_fields():
    broken = verdict({"wage_idr": "-1", "sex": None, "membership_id": None}).broken
    assert broken["rule"].to_list() == ["membership_id_present", "sex_present", "wage_not_negative"]


def test_an_unreadable_cell_is_not_missing_too():
    fields = [field for field in ENROLMENTS.fields if field.present and field.readable]
    assert len(fields) > 5
    for field in fields:
        cells = (JAKON if field.name == "end_date" else {}) | {field.name: "?#"}
        found = set(verdict(cells).broken["rule"])
        assert f"{field.name}_readable" in found, field.name
        assert f"{field.name}_present" not in found, field.name


def test_a_blank_cell_is_missing_and_not_unreadable():
    assert verdict({"birth_date": "  "}).broken["rule"].to_list() == ["birth_date_present"]


def test_counts_have_broken_rules_only():
    assert verdict({"wage_idr": "-1"}, {}, {"wage_idr": "-2"}, {"sex": "Q"}).counts() == {
        "wage_not_negative": 2,
        "sex_readable": 1,
    }


def test_rules_by_row_has_the_chosen_rules_only():
    found = verdict({}, {"wage_idr": "-1", "kbli": "QQ"}, {"kbli": "QQ"})
    assert found.rules_by_row(rules_of_severity(ENROLMENTS, Severity.FATAL)).rows() == [(1, "wage_not_negative")]
    assert found.rules_by_row(rules_of_severity(ENROLMENTS, Severity.CONVENTION)).rows() == [
        (1, "kbli_readable"),
        (2, "kbli_readable"),
    ]


def test_a_rule_counts_the_rows_to_which_it_applies():
    applicable = verdict({}, BPU, BPU, JAKON).applicable
    named = ("employer_id_present", "project_no_present", "entry_age_bpu", "paid_through_present", "sex_present")
    assert [applicable[name] for name in named] == [1, 1, 2, 3, 4]


def test_a_rule_without_rows_is_not_applicable():
    applicable = verdict({}, {}).applicable
    assert (applicable["project_no_present"], applicable["entry_age_bpu"], applicable["subsidy_is_bpu"]) == (0, 0, 0)


def test_an_empty_batch_breaks_nothing():
    assert verdict().broken.is_empty()
    assert set(verdict().applicable.values()) == {0}


# --- pandera itself ------------------------------------------------------------------------------------------------


def test_canary_a_bad_batch_fails():
    """This test fails if pandera skips its checks silently."""
    assert verdict({"wage_idr": "-1"}).counts() == {"wage_not_negative": 1}


def test_canary_pandera_checks_only_types_of_a_lazy_frame():
    schema = pa.DataFrameSchema({"wage": pa.Column(pl.Int64, pa.Check.ge(0))})
    bad = pl.DataFrame({"wage": [-1]})
    assert schema.validate(bad.lazy(), lazy=True).collect().equals(bad)
    with pytest.raises(SchemaErrors):
        schema.validate(bad, lazy=True)


SECRETS: Cells = {
    "membership_id": "SECRET/0001", "nik": "3299051513900000", "birth_date": "SECRET-0003", "sex": "SECRET-0004",
    "employer_id": "SECRET-0005", "wage_idr": "-77700077", "start_date": "SECRET-0007", "kbli": "SECRET-0008",
    "paid_through": "07-2077", "payer": "SECRET-0010",
}  # fmt: skip


def test_the_errors_of_a_batch_contain_no_cell():
    text = pl.DataFrame([GOOD | SECRETS], schema=dict.fromkeys(GOOD, pl.String))
    rows = text.with_columns(pl.lit(2, dtype=pl.Int32).alias(ROW_NUMBER))
    frame = Standardiser(ENROLMENTS, date(2024, 12, 1)).standardise_rows(rows)
    with pytest.raises(SchemaErrors) as caught:
        contract(ENROLMENTS).validate(frame, lazy=True)
    errors = caught.value
    parts = [error for one in errors.schema_errors for error in (one, one.args, one.failure_cases, one.check_output)]
    texts = " ".join(str(part) for part in [errors, errors.args, errors.message, errors.failure_cases, *parts])
    assert len(errors.schema_errors) >= 10
    for cell in ("SECRET", "0001", "3299051513900000", "77700077", "2077"):
        assert cell not in texts


def test_a_batch_with_other_types_raises_an_error_without_values():
    frame = Standardiser(ENROLMENTS, date(2024, 12, 1)).standardise_rows(
        pl.DataFrame([GOOD], schema=dict.fromkeys(GOOD, pl.String)).with_columns(
            pl.lit(2, dtype=pl.Int32).alias(ROW_NUMBER)
        )
    )
    with pytest.raises(TypeError, match=r"^a batch of [a-z_]+ lacks the columns and types of its contract$"):
        validate(frame.with_columns(pl.lit("SECRET").alias("wage_idr")), ENROLMENTS)
