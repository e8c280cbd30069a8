"""Headers: names of fields, columns that qualify others, and ambiguous columns, which are refused."""

from collections import Counter

import polars as pl
import pytest

from assets.errors import FileRejected
from assets.ingest.columns.regions import common_scheme
from assets.ingest.header import normalise_header
from assets.ingest.report import FileReport
from assets.ingest.standardise import Standardiser
from schemas.extracts.catalogue import EXTRACTS
from schemas.extracts.employers import EMPLOYERS
from schemas.extracts.enrolments import ENROLMENTS
from schemas.extracts.outreach import OUTREACH_ACTIVITIES
from schemas.extracts.regional_programmes import REGIONAL_PROGRAMMES
from schemas.extracts.targets import TARGETS
from schemas.extracts.workforce import WORKFORCE
from tests.unit.column_files import headed, read, standardised

CELL = ("gelombang", "status_pekerjaan", "jk", "kelompok_umur", "jumlah")


@pytest.mark.parametrize(
    ("one", "other"),
    [("No. KPJ", "nomor_kpj"), ("NOMOR KPJ", "no_kpj"), ("Tanggal\nLahir", "tgl_lahir"), ("Tgl. Lahir", "tanggal_lahir"),
     ("Jml. Tenaga Kerja", "jumlah_tenaga_kerja"), ("Kode Kabupaten/Kota", "kode_kab_kota"), ("jenis_kelamín", "jenis_kelamin"),
     ("Kd. Provinsi", "kode_prov"), ("  KODE   KANTOR ", "kode_kantor"), ("ＫＰＪ", "kpj")],
)  # fmt: skip
def test_spellings_of_one_header_are_equal(one, other):
    assert normalise_header(one) == normalise_header(other)


@pytest.mark.parametrize("table", EXTRACTS, ids=lambda table: table.name)
def test_each_header_names_one_field(table):
    texts = [(normalise_header(text), field.name) for field in table.fields for text in (field.name, *field.aliases)]
    fields = Counter(text for text, _ in set(texts))
    assert [text for text, count in fields.items() if count > 1] == []


def test_two_columns_for_one_field_are_refused_with_both_headers():
    with pytest.raises(FileRejected, match="two columns could be region_code: “Kode Wilayah” and “kode_kab”: keep one"):
        headed(WORKFORCE, *CELL, "Kode Wilayah", "kode_kab")


def test_a_file_without_programmes_is_refused_with_their_names():
    needed = [field.name for field in ENROLMENTS.fields if field.column_required]
    with pytest.raises(FileRejected, match="no column jkk or jkm or jht or jp or jkp or programmes"):
        headed(ENROLMENTS, *needed)
    assert headed(ENROLMENTS, *needed, "program").ignored == ()


def test_ignored_columns_are_reported():
    header = headed(WORKFORCE, "id", *CELL, "kode_kab", "nama_kabupaten_kota")
    assert header.ignored == ("id", "nama_kabupaten_kota")


def test_units_in_brackets_apply_and_an_unknown_unit_is_another_column():
    header = headed(WORKFORCE, "kode_kab", *CELL[:-1], "Jumlah (ribu orang)", "RSE (%)")
    assert header.units == {"persons": "thousand persons", "rse": "percent"}
    for odd in ("Jumlah (hektar)", "Jumlah (juta rupiah)", "Jumlah (2023)", "Jumlah (ribu ton)"):
        with pytest.raises(FileRejected, match="no column persons"):
            headed(WORKFORCE, "kode_kab", *CELL[:-1], odd)
    frame, _ = standardised(WORKFORCE, {"persons": ["120", "95,5"]}, header=header)
    assert frame["persons"].to_list() == [120_000, 95_500]
    wages = headed(ENROLMENTS, *(f.name for f in ENROLMENTS.fields if f.column_required), "jkk", "Upah (juta)")
    assert wages.units == {"wage_idr": "million"}


def test_a_province_column_qualifies_the_regency_column():
    for table in (WORKFORCE, REGIONAL_PROGRAMMES, TARGETS, EMPLOYERS, OUTREACH_ACTIVITIES):
        known = [field.name for field in table.fields if field.column_required and field.kind not in ("region", "area")]
        fields = headed(table, "kode_provinsi", "nama_provinsi", "kode_kabupaten_kota", *known).fields
        region = next(field.name for field in table.fields if field.kind in ("region", "area"))
        assert (fields[0], fields[2]) == (f"province_of_{region}", region)


def test_a_province_column_alone_is_the_region():
    assert headed(WORKFORCE, "kode_provinsi", *CELL).fields[0] == "region_code"


def test_a_regency_outside_its_province_is_unreadable():
    beside = {"province_of_region_code": ["32", "32.0", "33", None]}
    found, file = standardised(REGIONAL_PROGRAMMES, {"region_code": ["3201", "32.02", "3203", "3204"], **beside})
    assert found["region_code"].to_list() == ["3201", "3202", None, "3204"]
    assert found["marks"].to_list().count(0) == 3
    assert file.report["region_code"].unreadable == 1


UNITS = [
    (WORKFORCE, "persons", "RIBU ORANG", 120_000), (WORKFORCE, "persons", "Ribu orang", 120_000), (WORKFORCE, "persons", "JIWA", 120),
    (WORKFORCE, "persons", "000 orang", 120_000), (EMPLOYERS, "annual_sales_idr", "Juta Rupiah", 120_000_000.0),
    (ENROLMENTS, "wage_idr", "RIBU RUPIAH", 120_000.0), (REGIONAL_PROGRAMMES, "budget_idr", "Rp. miliar", 120_000_000_000.0),
    (OUTREACH_ACTIVITIES, "cost_idr", "RUPIAH", 120.0), (OUTREACH_ACTIVITIES, "reach_persons", "juta orang", 120_000_000),
]  # fmt: skip


@pytest.mark.parametrize(("table", "field", "unit", "meant"), UNITS)
def test_a_unit_column_applies_to_the_figures(table, field, unit, meant):
    assert read(table, field, ["120"], unit_of_figures=[unit]) == [meant]


def test_each_row_may_have_a_unit():
    assert read(WORKFORCE, "persons", ["120", "120"], unit_of_figures=["ORANG", "RIBU ORANG"]) == [120, 120_000]


@pytest.mark.parametrize("units", [["HEKTAR", "ORANG"], ["RIBU RUPIAH", "RIBU RUPIAH"], ["RIBU ORANG", None]])
def test_an_unknown_or_unsuitable_unit_refuses_the_file(units):
    with pytest.raises(FileRejected, match=r"unit_of_figures \(satuan, unit\) names a unit"):
        read(WORKFORCE, "persons", ["120", "120"], unit_of_figures=units)


PERIODS = [
    (ENROLMENTS, "year_of_reported_month", "2024", True), (ENROLMENTS, "year_of_reported_month", "2023", False),
    (ENROLMENTS, "month_of_reported_month", "Desember", True), (ENROLMENTS, "month_of_reported_month", "12", True),
    (ENROLMENTS, "month_of_reported_month", "11", False), (EMPLOYERS, "period_of_reported_month", "Desember 2024", True),
    (EMPLOYERS, "period_of_reported_month", "2024-11", False), (OUTREACH_ACTIVITIES, "year_of_reported_month", "2025.0", False),
    (OUTREACH_ACTIVITIES, "year_of_reported_month", "NULL", True), (EMPLOYERS, "period_of_reported_month", "Triwulan IV", False),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column", "text", "same"), PERIODS)
def test_another_period_in_a_column_refuses_the_file(table, column, text, same):
    first = {table.names[0]: ["12345678901"], column: [text]}
    if same:
        standardised(table, first)
        return
    with pytest.raises(FileRejected, match=f"{column} .* gives another .* in 1 rows"):
        standardised(table, first)


def test_a_year_column_must_agree_with_the_survey_wave():
    standardised(WORKFORCE, {"survey_wave": ["08-2024"], "year_of_survey_wave": ["2024"]})
    with pytest.raises(FileRejected, match="gives another year than survey_wave in 1 rows"):
        standardised(WORKFORCE, {"survey_wave": ["08-2024"], "year_of_survey_wave": ["2023"]})


# --- flags and regions: one spelling and one scheme per file ------------------------------------------------------------

FLAGS = {
    "t beside f": (["t", "f"], [True, False]),
    "T beside Y": (["T", "Y"], [False, True]),
    "T alone": (["T", "T"], [False, False]),
    "TRUE beside FALSE": (["TRUE", "FALSE"], [True, False]),
    "T beside 1": (["T", "1"], [False, True]),
    "F beside Y": (["F", "Y"], [False, True]),
    "Ya beside Tidak and T": (["Ya", "Tidak", "T"], [True, False, False]),
}


@pytest.mark.parametrize("case", FLAGS)
def test_a_file_has_one_spelling_of_flags(case):
    cells, expected = FLAGS[case]
    assert read(ENROLMENTS, "jkk", cells) == expected


def test_other_flags_of_the_file_decide_about_t():
    assert read(ENROLMENTS, "jkk", ["t", "t"], jp=["f", "t"]) == [True, True]


@pytest.mark.parametrize("cells", [["T", "F", "Y"], ["T", "N"], ["T", "0"]])
def test_an_ambiguous_t_refuses_the_file(cells):
    with pytest.raises(FileRejected, match="write Y and N"):
        read(ENROLMENTS, "jkk", cells)


def test_typed_booleans_are_flags():
    assert read(ENROLMENTS, "jkk", [None, None], **{"jkk:flag": pl.Series([True, False])}) == [True, False]
    assert read(ENROLMENTS, "jkk", [None] * 3, **{"jkk:number": pl.Series([1.0, 0.0, 2.0])}) == [True, False, False]


PROVINCES = ["11", "32", "82"]


@pytest.mark.parametrize(
    ("codes", "meant"),
    [
        (["91", "92", "94", "95", "96", "97"], ["92", "96", "91", "93", "94", "95"]),
        (["91", "92", "93", "94", "95", "96"], ["91", "92", "93", "94", "95", "96"]),
        ([*PROVINCES, "97"], [*PROVINCES, "95"]),
        (PROVINCES, PROVINCES),
        (["3201", "9401"], ["3201", "9401"]),
        (["3201", "9101"], ["3201", "9301"]),
    ],
)
def test_the_only_scheme_that_has_all_codes_applies(codes, meant):
    assert read(WORKFORCE, "region_code", codes) == meant


@pytest.mark.parametrize("codes", [["91", "92", "94", "95", "96"], ["91", "92"], ["93", "97"]])
def test_codes_of_several_schemes_refuse_the_file(codes):
    with pytest.raises(FileRejected, match="no scheme is named: add a column region_scheme") as refused:
        read(WORKFORCE, "region_code", codes)
    assert refused.value.reason == "region_scheme"


def test_a_named_scheme_applies_in_every_extract():
    named = {"scheme_of_regions": ["bps_2020", "kemendagri_2025", None]}
    assert read(EMPLOYERS, "work_region", ["9401", "9401", "3201"], **named) == ["9301", "9401", "3201"]
    assert read(WORKFORCE, "region_code", ["91", "91"], region_scheme=["bps_2022", "kemendagri_2025"]) == ["92", "91"]


def test_codes_of_enrolments_are_read_in_any_scheme():
    assert read(ENROLMENTS, "home_region", ["9101", "9401", "3201", "32"]) == ["9301", "9401", "3201", None]


def test_the_files_of_a_wave_share_one_scheme():
    def report(schemes: str, rejected: str = "") -> FileReport:
        return FileReport("a", "b", 1, styles={"regions": schemes} if schemes else {}, rejected=rejected)

    doubtful = report("kemendagri_2025|bps_2022", "region_scheme")
    assert common_scheme([doubtful, report("bps_2022"), report("")]) == "bps_2022"
    assert common_scheme([doubtful, report("kemendagri_2025|kemendagri_2020")]) == "kemendagri_2025"
    assert common_scheme([doubtful, report("")]) == ""


def test_a_given_scheme_applies():
    from datetime import date

    rows = pl.DataFrame({"region_code": ["91", "94"], "row_number": pl.Series([2, 3], dtype=pl.Int32)})
    file = Standardiser(WORKFORCE, date(2024, 12, 1), scheme="bps_2022")
    assert file.standardise_rows(rows)["region_code"].to_list() == ["92", "91"]
    assert file.is_settled()
    assert file.standardise_rows(rows)["region_scheme"].to_list() == ["bps_2022"] * 2
