"""Whole columns and tables: titles, units, currencies, statuses, ambiguous letters, and columns that divide figures."""

from datetime import date

import polars as pl
import pytest

from assets.errors import FileRejected
from assets.ingest.batch import BROKEN_SCHEMA, ROW_NUMBER, Batch
from assets.ingest.header import Header
from assets.ingest.standardise import Standardiser
from assets.ingest.validation import validate
from schemas.extracts.catalogue import BY_NAME
from schemas.extracts.contributions import CONTRIBUTIONS
from schemas.extracts.employers import EMPLOYERS
from schemas.extracts.enrolments import ENROLMENTS
from schemas.extracts.kur_debtors import KUR_DEBTORS
from schemas.extracts.outreach import OUTREACH_ACTIVITIES
from schemas.extracts.regional_programmes import REGIONAL_PROGRAMMES
from schemas.extracts.targets import TARGETS
from schemas.extracts.workforce import WORKFORCE
from schemas.rule_texts import ROW_COUNTS
from schemas.tables import Table
from tests.unit.column_files import headed, read, standardised

CELL = ("gelombang", "kode_kab", "status_pekerjaan", "jk", "kelompok_umur", "jumlah")
BUDGET = (
    "kode_kab",
    "tahun",
    "jenis_regulasi",
    "nomor_regulasi",
    "anggaran",
    "jumlah_bulan",
    "jumlah_pekerja",
    "sumber_dana",
)
ENROLMENT = tuple(field.name for field in ENROLMENTS.fields)
MONTH = date(2024, 12, 1)


def broken(table: Table, columns: dict[str, list[object]]) -> dict[str, list[int]]:
    """Rule → indices of the rows that break it, in a file with these columns."""
    frame, _ = standardised(table, columns)
    found: dict[str, list[int]] = {}
    for row, rule in validate(frame, table).broken.select("row", "rule").sort("row").iter_rows():
        found.setdefault(rule, []).append(row)
    return found


# --- sex -------------------------------------------------------------------------------------------------------------


def test_p_is_pria_beside_w_and_perempuan_beside_l():
    assert read(ENROLMENTS, "sex", ["P", "W", "p", "w"]) == ["M", "F", "M", "F"]
    assert read(ENROLMENTS, "sex", ["P", "L", "p", "l"]) == ["F", "M", "F", "M"]
    assert read(ENROLMENTS, "sex", ["P", "P"]) == ["F", "F"]
    assert read(WORKFORCE, "sex", ["Pria", "Wanita", "Perempuan", "LK", "2", "1"]) == ["M", "F", "F", "M", "F", "M"]


def test_p_in_an_early_batch_follows_w_in_a_later_one():
    frame, _ = standardised(ENROLMENTS, {"sex": ["P", "P", "P", "W"]}, batch=2)
    assert frame["sex"].to_list() == ["M", "M", "M", "F"]


@pytest.mark.parametrize(
    ("texts", "question"), [(["0", "1"], "0 and 1 do not show"), (["P", "L", "W"], "with L and with W")]
)
def test_ambiguous_letters_and_digits_refuse_the_file(texts, question):
    with pytest.raises(FileRejected, match=question):
        read(ENROLMENTS, "sex", texts * 20)


def test_one_digit_typed_by_mistake_is_unreadable_alone():
    assert read(ENROLMENTS, "sex", ["1", "2"] * 10 + ["0"]) == ["M", "F"] * 10 + [None]


# --- units and currencies --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "factor"),
    [("Penduduk Bekerja (Ribu Orang)", 1000), ("Satuan: ribu jiwa", 1000), ("dalam ribuan orang menurut umur", 1000),
     ("Jumlah dalam juta orang", 10**6), ("Penduduk bekerja (orang)", 1), ("Tabel 3 (lanjutan)", 1), ("", 1)],
)  # fmt: skip
def test_a_title_gives_the_unit_of_figures_of_its_dimension(title, factor):
    header = headed(WORKFORCE, *CELL, titles=(title, ""))
    rows = {
        name: [text]
        for name, text in zip(header.fields.values(), ("08-2024", "3201", "4", "L", "25-34", "120"), strict=True)
    }
    assert standardised(WORKFORCE, rows, header=header)[0]["persons"].to_list() == [120 * factor]


def test_a_unit_of_a_header_or_column_is_nearer_than_that_of_a_title():
    header = headed(WORKFORCE, *CELL[:-1], "Jumlah (orang)", titles=("(ribu orang)",))
    assert standardised(WORKFORCE, {"persons": ["120"]}, header=header)[0]["persons"].to_list() == [120]
    named = ("Anggaran (juta Rp)" if cell == "anggaran" else cell for cell in BUDGET)
    header = headed(REGIONAL_PROGRAMMES, *named, titles=("dalam ribuan",))
    rows = {"budget_idr": ["5"], "workers_budgeted": ["5"]}
    frame = standardised(REGIONAL_PROGRAMMES, rows, header=header)[0]
    assert frame.select("budget_idr", "workers_budgeted").row(0) == (5 * 10**6, 5000)
    header = headed(WORKFORCE, *CELL, "satuan", titles=("(ribu orang)",))
    rows = {"persons": ["120"], "unit_of_figures": ["JUTA ORANG"]}
    assert standardised(WORKFORCE, rows, header=header)[0]["persons"].to_list() == [120 * 10**6]


def test_a_title_whose_unit_may_be_of_persons_or_amounts_refuses_the_file():
    header = headed(REGIONAL_PROGRAMMES, *BUDGET, titles=("Anggaran (dalam ribuan)",))
    with pytest.raises(FileRejected, match="name it in the headers"):
        standardised(REGIONAL_PROGRAMMES, {"budget_idr": ["5"], "workers_budgeted": ["5"]}, header=header)


@pytest.mark.parametrize(
    ("table", "header", "field"),
    [(ENROLMENTS, "satuan_upah", "wage_idr"), (REGIONAL_PROGRAMMES, "satuan_anggaran", "budget_idr"),
     (KUR_DEBTORS, "plafon_satuan", "plafond_idr"), (EMPLOYERS, "Satuan Omzet", "annual_sales_idr")],
)  # fmt: skip
def test_a_unit_named_after_a_field_is_of_that_field_alone(table, header, field):
    name = f"unit_of_{field}"
    needed = [each.name for each in table.fields if each.name != field and (each.column_required or each.name == "jkk")]
    assert headed(table, *needed, field, header).fields[len(needed) + 1] == name
    assert read(table, field, ["5", "7"], **{name: ["JUTA RUPIAH", "RUPIAH"]}) == [5 * 10**6, 7]
    with pytest.raises(FileRejected, match="a unit that is not known"):
        read(table, field, ["5"], **{name: ["karung"]})


@pytest.mark.parametrize("table", [t for t in BY_NAME.values() if any(f.unit.startswith("IDR") for f in t.fields)])
def test_amounts_in_another_currency_refuse_the_file(table):
    field = next(field.name for field in table.fields if field.unit.startswith("IDR"))
    assert read(table, field, ["5000000"] * 3, currency_of_amounts=["IDR", "Rp", None]) == [5_000_000] * 3
    with pytest.raises(FileRejected, match="another currency in 2 rows"):
        read(table, field, ["5000000"] * 3, currency_of_amounts=["USD", "IDR", "SGD"])


def test_amounts_of_a_file_in_thousands_or_millions_are_not_read_as_rupiah():
    assert broken(KUR_DEBTORS, {"plafond_idr": ["50", "100"]})["plafond_in_rupiah"] == [0, 1]
    assert "plafond_in_rupiah" not in broken(KUR_DEBTORS, {"plafond_idr": ["50", "25000000"]})
    assert broken(ENROLMENTS, {"wage_idr": ["4500", "3250", "0"]})["wage_in_rupiah"] == [0, 1]
    assert "wage_in_rupiah" not in broken(ENROLMENTS, {"wage_idr": ["4500", "3250000"]})
    assert broken(WORKFORCE, {"rse": ["0.05", "0.312", "0"]})["rse_not_a_fraction"] == [0, 1]
    assert "rse_not_a_fraction" not in broken(WORKFORCE, {"rse": ["0.05", "31.2"]})
    budgets = {"budget_idr": ["2016", "2016000000", "0"], "workers_budgeted": ["10000"] * 3, "months": ["12"] * 3}
    assert broken(REGIONAL_PROGRAMMES, budgets)["budget_in_rupiah"] == [0]
    fractions = {"indicator": ["coverage_ratio"] * 2, "value": ["0.5215", "52.15"], "denominator_id": ["potential"] * 2}
    assert broken(TARGETS, fractions)["ratio_not_a_fraction"] == [0]


# --- other columns ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "statuses", "void"),
    [(CONTRIBUTIONS, ["PEMBAYARAN", "Pembatalan", "reversal", None], [1, 2]),
     (KUR_DEBTORS, ["AKTIF", "LUNAS", "Kol. 1"], [1]),
     (REGIONAL_PROGRAMMES, ["berlaku", "DICABUT", "usulan"], [1, 2]),
     (OUTREACH_ACTIVITIES, ["terlaksana", "BATAL"], [1]),
     (TARGETS, ["target", "Realisasi"], [1])],
)  # fmt: skip
def test_rows_without_effect_by_their_status_are_quarantined(table, statuses, void):
    assert broken(table, {"status_of_row": statuses}).get(ROW_COUNTS) == void
    header = next(q.aliases[-1] for q in table.qualifiers if q.name == "status_of_row")
    required = [field.name for field in table.fields if field.column_required]
    assert headed(table, *required, header).fields[len(required)] == "status_of_row"


def test_an_inactive_membership_contradicts_only_dates_that_go_on():
    columns = {
        "status_of_row": ["AKTIF", "NON AKTIF", "Non-Aktif", "nonaktif"],
        "paid_through": ["12-2024", "12-2024", "03-2024", "12-2024"],
        "end_date": [None, None, None, "2024-11-30"],
    }
    assert broken(ENROLMENTS, columns)[ROW_COUNTS] == [1]
    columns = {"status_of_row": ["TUTUP", "TUTUP"], "closed_on": [None, "2024-06-30"]}
    assert broken(EMPLOYERS, columns)[ROW_COUNTS] == [0]


@pytest.mark.parametrize("odd", ["daerah", "kategori", "indikator", "Klasifikasi desa", "jenis"])
def test_a_survey_with_a_column_that_may_divide_its_figures_is_refused(odd):
    with pytest.raises(FileRejected, match=f"workforce has no column “{odd}”: leave it out, or first add up"):
        headed(WORKFORCE, *CELL, odd)


def test_names_numbers_and_notes_beside_the_figures_of_a_survey_are_ignored():
    harmless = ("No", "id", "nama_provinsi", "Provinsi", "", "keterangan", "sumber data")
    assert headed(WORKFORCE, *CELL, *harmless).ignored == harmless


@pytest.mark.parametrize(
    "title", ["Bulan: November 2024", "PERIODE 11-2024", "Posisi data 2024-11", "Bulan Laporan Nopember 2024"]
)
def test_a_title_of_another_month_refuses_the_file(title):
    header = headed(ENROLMENTS, *ENROLMENT, titles=(title,))
    with pytest.raises(FileRejected, match="another month than the reported month 2024-12"):
        standardised_batch(header)


@pytest.mark.parametrize(
    "title", ["Bulan: Desember 2024", "Periode 12-2024", "Dicetak 5 Januari 2025", "Bulan ini", ""]
)
def test_a_title_of_the_month_or_of_no_month_is_fine(title):
    assert standardised_batch(headed(ENROLMENTS, *ENROLMENT, titles=(title,))).height == 1


def standardised_batch(header: Header) -> pl.DataFrame:
    """A row of enrolments below these titles."""
    rows = pl.DataFrame({"membership_id": ["12345678901"], ROW_NUMBER: pl.Series([5], dtype=pl.Int32)})
    return Standardiser(ENROLMENTS, MONTH).standardise(Batch(rows, pl.DataFrame(schema=BROKEN_SCHEMA), header=header))


# --- texts -----------------------------------------------------------------------------------------------------------


def test_dates_without_an_end_and_identifiers_of_zeros_mean_no_value():
    no_end = ["9999-12-31", "31/12/9999", "31-12-2999", "2025-01-31"]
    assert read(ENROLMENTS, "end_date", no_end) == [None, None, None, date(2025, 1, 31)]
    assert read(ENROLMENTS, "employer_id", ["00000000", "01234567"]) == [None, "01234567"]
    assert read(ENROLMENTS, "employer_division", ["000", "001"]) == ["000", "001"]
    assert broken(ENROLMENTS, {"employer_id": ["99999999", "XXXXXXXX", "12345678"]})["employer_id_format"] == [0, 1]


def test_a_region_code_that_was_a_number_has_its_zero_back():
    assert read(ENROLMENTS, "work_region", ["32.1", "32.01", "32.71", "32.7"]) == ["3210", "3201", "3271", None]


def test_a_date_with_the_midnight_of_a_spreadsheet_is_a_date():
    assert read(ENROLMENTS, "start_date", ["31/12/2020 0:00", "13/01/2019 00:00:00"]) == [
        date(2020, 12, 31),
        date(2019, 1, 13),
    ]
