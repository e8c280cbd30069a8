"""The command `cakupan validate`: what an office reads of its file, in its language, on a screen of 80 columns."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli.main import app

HEADER = "npp,divisi,kode_wilayah,jumlah_tk,tgl_daftar,tgl_non_aktif,keterangan"
SECRET = "MILIK_RAHASIA"
FILE = f"""{HEADER}
AB123456,000,3171,12,01-01-2020,,{SECRET}
AB12345X,000,3171,-4,01-01-2020,,{SECRET}
AB12345Y,000,3171,5,01-01-2020,01-01-2019,{SECRET}
AB12345Z,000,3171,5,{SECRET},,{SECRET}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "pemberi_kerja.csv"
    path.write_text(FILE)
    return path


def lines_of(file: Path, *options: str, **environment: str) -> list[str]:
    arguments = ["validate", str(file), "--extract", "employers", "--month", "2024-12", *options]
    done = CliRunner().invoke(app, arguments, env={"COLUMNS": "80", **environment})
    assert done.exit_code == 3, done.output
    assert SECRET not in done.output  # no value of a cell
    assert max(map(len, done.output.splitlines())) <= 80
    return done.output.splitlines()


def test_an_office_reads_reasons_and_remedies_in_bahasa_indonesia(file: Path) -> None:
    assert lines_of(file, "--lang", "id") == [
        "pemberi_kerja.csv: 4 baris sebagai employers bulan 2024-12; 2 baris akan",
        "dikarantina",
        "",
        "Dikarantina: baris ini tidak dihitung sampai diperbaiki",
        "  workers_declared_not_negative  baris (1): 3",
        "    `jumlah_tk` tidak boleh negatif",
        "    → perbaiki `jumlah_tk`",
        "  closed_after_registered  baris (1): 4",
        "    `tgl_non_aktif` tidak boleh sebelum `tgl_daftar`",
        "    → perbaiki kedua tanggal",
        "",
        "Ditandai: baris ini dihitung, dan diberi tanda meragukan",
        "  registered_on_readable  baris (1): 5",
        "    `tgl_daftar` harus berupa tanggal",
        "    → perbaiki `tgl_daftar`",
        "",
        "Kolom yang tidak dibaca: keterangan.",
    ]


def test_english_is_the_default(file: Path) -> None:
    shown = lines_of(file)
    assert shown[0] == "pemberi_kerja.csv: 4 rows as employers of 2024-12; 2 would be quarantined"
    assert "    `workers_declared` must not be negative" in shown


def test_the_environment_sets_the_language(file: Path) -> None:
    assert lines_of(file, CAKUPAN_LANG="id") == lines_of(file, "--lang", "id")
    assert lines_of(file, "--lang", "en", CAKUPAN_LANG="id") == lines_of(file)


def test_an_unknown_language_is_refused(file: Path) -> None:
    done = CliRunner().invoke(app, ["validate", str(file), "--lang", "jv"])
    assert done.exit_code == 1
    assert str(done.exception) == "jv is not a language of the product: --lang and $CAKUPAN_LANG are en or id"


def test_a_sound_file_has_one_line_more(tmp_path: Path) -> None:
    path = tmp_path / "sound.csv"
    path.write_text("\n".join(FILE.splitlines()[:2]).replace(f",{SECRET}", "").replace(",keterangan", ""))
    arguments = ["validate", str(path), "--extract", "employers", "--month", "2024-12", "--lang", "id"]
    done = CliRunner().invoke(app, arguments)
    assert (done.exit_code, done.output) == (
        0,
        "sound.csv: 1 baris sebagai employers bulan 2024-12; 0 baris akan dikarantina\n"
        "Tidak ada aturan yang dilanggar.\n",
    )


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "x.csv: no column work_region: name them as the contract of employers does"),
        ("id", "x.csv: tidak ada kolom kode_wilayah: beri nama seperti dalam kontrak employers"),
    ],
)
def test_a_refused_file_is_explained_in_the_language(tmp_path: Path, language: str, message: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text("npp,divisi\nAB123456,000\n")
    done = CliRunner().invoke(app, ["validate", str(path), "--extract", "employers", "--lang", language])
    assert (done.exit_code, str(done.exception)) == (1, message)
