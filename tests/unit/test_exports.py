"""Every export, read by its standard's own library, gives the rows of the release back: each value, each code, each null."""

import gzip
import io
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from assets.release.exports import ilostat, sdmx
from assets.release.exports.contract import build_contract
from assets.release.exports.files import provisional
from schemas import columns
from schemas.indicators import indicators
from schemas.registers import MONTH
from schemas.summaries import COVERAGE, SUMMARIES
from schemas.summaries.common import CONF_STATUS
from schemas.tables import Field, Kind, Table
from tests.judged import TEXTS, invented, judge, offences, release_of, released_again, typed

INVENTED = Table(
    "invented", "a new table", "one row per month and office",
    (
        MONTH,
        Field("office_code", Kind.TEXT, "an office, not in any list"),
        Field("litmus_persons", Kind.COUNT, "persons", "person", sensitive=True),
        Field("litmus_ratio", Kind.NUMBER, "a ratio", "1", uses=("litmus_persons",)),
        Field("is_litmus", Kind.FLAG, "a flag"),
        Field("seen_on", Kind.DATE, "a day"),
        CONF_STATUS,
    ),
    key=("month", "office_code"),
)  # fmt: skip
TABLES = (*SUMMARIES, INVENTED)
ADDED = "added_by_nobody"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_of(TABLES, tmp_path_factory.mktemp("exports") / "release")


def parquet(release: Path, table: Table) -> pl.DataFrame:
    return pl.read_parquet(release / "parquet" / f"{table.name}.parquet")


# --- the rows themselves are hard -----------------------------------------------------------------------------------


def test_the_invented_rows_hold_what_is_hard_to_write_down(release):
    frame = parquet(release, INVENTED)
    assert set(frame["office_code"]) == set(TEXTS)
    assert {True, False, None} == set(frame["is_litmus"])
    assert frame["litmus_persons"].null_count() > 0 < frame["litmus_ratio"].null_count()
    assert 2**53 + 1 in frame["litmus_persons"].to_list()
    assert {"F", "A"} == set(frame["conf_status"])
    guarded = [text for text in TEXTS if text[0] in "=+-@'"]
    written = (release / "csv" / "invented.csv").read_text(encoding="utf-8")
    assert all(f"'{text}" in written for text in guarded)
    assert len(guarded) == 6


# --- Data Package ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def package(release):
    return judge("frictionless_reads", release, "5000")


def test_the_data_package_is_valid(package):
    verdict, _ = package
    assert (verdict["valid"], verdict["problems"]) == (True, [])
    assert {table.name for table in TABLES} < set(verdict["rows"])


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_frictionless_reads_the_rows_of_the_release(release, package, table):
    read = pl.read_parquet(package[1] / f"{table.name}.parquet")
    assert typed(read, table.released()).equals(parquet(release, table))


def test_the_data_package_gives_units_and_the_licence_of_the_regencies(package):
    verdict, _ = package
    assert verdict["units"]["invented"] == {"month": "month", "litmus_persons": "person", "litmus_ratio": "1"}
    assert verdict["licences"] == {"codes-regions": ["ODbL-1.0"], "registry-regencies": ["ODbL-1.0"]}


def test_frictionless_finds_planted_defects(tmp_path):
    """The judge judges: a code of no list, a second row of a key, a count that is none, a CSV changed afterwards."""
    frame = invented(COVERAGE.released())
    frame = frame.with_columns(segment=pl.when(pl.int_range(pl.len()) == 3).then(pl.lit("NOBODY")).otherwise("segment"))
    folder = release_of((COVERAGE,), tmp_path / "release", {"coverage": pl.concat([frame, frame.head(1)])})
    path = folder / "csv" / "coverage.csv"
    path.write_text(path.read_text().replace(",45200000,", ",many,", 1))
    verdict, _ = judge("frictionless_reads", folder, "5000")
    assert verdict["problems"] == [
        ["coverage", kind] for kind in ("byte-count", "foreign-key", "hash-count", "primary-key", "type-error")
    ]


# --- CSV on the Web -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def web(release):
    return judge("csvw_reads", release)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_csvw_finds_each_csv_valid_and_reads_its_rows(release, web, table):
    verdict, out = web
    assert verdict[table.name] == []
    assert typed(pl.read_parquet(out / f"{table.name}.parquet"), table.released()).equals(parquet(release, table))


def test_columns_have_titles_in_both_languages(release):
    for table in SUMMARIES:
        described = json.loads((release / "csv" / f"{table.name}.csv-metadata.json").read_text())
        for column in described["tableSchema"]["columns"]:
            assert column["titles"]["en"][0] == column["name"]
            assert column["titles"]["id"][0], f"{table.name}.{column['name']}"


def test_csvw_finds_planted_defects(tmp_path):
    folder = release_of((INVENTED,), tmp_path / "release")
    path = folder / "csv" / "invented.csv"
    path.write_text(path.read_text().replace(",true,", ",maybe,", 1))
    verdict, _ = judge("csvw_reads", folder)
    assert verdict["invented"]


# --- SDMX -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def observations(release):
    return judge("pysdmx_reads", release)


def test_the_structure_is_valid_sdmx_and_describes_the_files(observations):
    verdict, _ = observations
    assert verdict["unknown"] == {}
    kinds = [kind for kind, _ in verdict["structures"]]
    assert (
        kinds.count("DataStructureDefinition") == kinds.count("Dataflow") == kinds.count("ConceptScheme") == len(TABLES)
    )
    assert ["Codelist", "CL_CONFIDENTIALITY"] in verdict["structures"]
    assert [part for part in verdict["components"]["invented"] if part[0] == "LITMUS_PERSONS"] == [
        ["LITMUS_PERSONS", "M", "BigInteger"]
    ]


def test_conf_status_speaks_of_the_measures_that_can_be_withheld(observations):
    verdict, _ = observations
    assert verdict["withheld"]["invented"] == ["LITMUS_PERSONS", "LITMUS_RATIO"]
    assert "DENOMINATOR_PERSONS" not in verdict["withheld"]["coverage"]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_pysdmx_reads_the_rows_of_the_release(release, observations, table):
    frame, declared = parquet(release, table), table.released()
    assert typed(released_again(observations[1], declared), declared).equals(frame)


def test_a_withheld_figure_is_an_empty_observation_with_its_status(release, observations):
    read = pl.read_parquet(observations[1] / "invented.parquet")
    hidden = read.filter(pl.col("LITMUS_PERSONS").is_null())
    assert set(hidden.rows_by_key("CONF_STATUS", named=True)) == {"A"}
    assert set(read.filter(CONF_STATUS="A")["OBS_STATUS"]) == {"Q"}
    assert set(read.filter(CONF_STATUS="F")["OBS_STATUS"]) == {"A"}
    absent = pl.read_parquet(observations[1] / "flows.parquet").filter(AVAILABILITY="not_available", CONF_STATUS="F")
    assert set(absent["OBS_STATUS"]) == {"O"}


def test_months_of_a_provisional_vintage_are_marked(tmp_path):
    """A month is what its newest vintage is: January has become final, February is still provisional."""
    folder = tmp_path / "release"
    (folder / "history").mkdir(parents=True)
    vintages = [(1, "provisional", 1), (1, "final", 2), (2, "provisional", 2), (3, "provisional", 1), (3, "revised", 2)]
    rows = [
        {"month": date(2024, month, 1), "status": status, "sequence": position} for month, status, position in vintages
    ]
    pl.DataFrame(rows).write_parquet(folder / "history" / "release_months.parquet")
    assert provisional(folder) == [date(2024, 2, 1)]
    shown = invented(INVENTED).with_columns(conf_status=pl.lit("F"))
    built = sdmx.build_observations(shown, INVENTED, provisional(folder))
    assert dict(built.select("TIME_PERIOD", "OBS_STATUS").filter(pl.col("TIME_PERIOD") <= "2024-03").rows()) == {
        "2024-01": "A", "2024-02": "P", "2024-03": "A",
    }  # fmt: skip
    states = ilostat.build_series(covered(), [date(2024, 12, 1)]).select("time", "sex", "obs_status").rows()
    assert states == [
        ("2024M11", "SEX_T", None),
        ("2024M12", "SEX_F", "Q"),
        ("2024M12", "SEX_M", "U"),
        ("2024M12", "SEX_T", "P"),
    ]


def test_every_code_is_an_identifier_of_sdmx_and_no_two_become_one():
    for name, codes in columns.codes_by_list(SUMMARIES).items():
        built = codes.select(sdmx.code_id(pl.col("code"), name)).to_series()
        assert built.n_unique() == codes.height
        assert built.str.contains(r"^[A-Za-z0-9_@$\-]+$").all(), name


# --- ILOSTAT --------------------------------------------------------------------------------------------------------


CELLS = (  # month, sex, protected, denominator, conf_status, flag
    (date(2024, 11, 1), "all", 400, 1600, "F", "ok"),
    (date(2024, 12, 1), "all", 440, 1600, "F", "ok"),
    (date(2024, 12, 1), "F", None, 700, "A", "ok"),
    (date(2024, 12, 1), "M", 300, 900, "F", "denominator_uncertain"),
)


def covered(**other: object) -> pl.DataFrame:
    rows = [
        ilostat.NATIONAL | {"month": month, "region_code": "ID", "sex": sex, "protected_persons": protected,
                            "denominator_persons": denominator, "conf_status": status, "coverage_flag": flag} | other
        for month, sex, protected, denominator, status, flag in CELLS
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=COVERAGE.storage)


def test_sdg_1_3_1_is_national_jkk_among_the_employed_and_marks_what_is_withheld_or_uncertain(tmp_path):
    others = [covered(programme="jp"), covered(denominator_id="potential"), covered(geography_basis="work"),
              covered(geography_level="province"), covered(segment="formal"), covered(age_band="25-34")]  # fmt: skip
    folder = release_of((COVERAGE,), tmp_path / "release", {"coverage": pl.concat([covered(), *others])})
    monthly, annual = (pl.read_csv(folder / "exports" / "ilostat" / f"{ilostat.INDICATOR}_{f}.csv") for f in "MA")
    shown = ("ref_area", "indicator", "sex", "classif1", "time", "obs_value", "obs_status")
    assert monthly.select(shown).rows() == [
        ("IDN", "SDG_0131_SEX_SOC_RT", "SEX_T", "SOC_CONTIG_INJ", "2024M11", 25.0, None),
        ("IDN", "SDG_0131_SEX_SOC_RT", "SEX_F", "SOC_CONTIG_INJ", "2024M12", None, "Q"),
        ("IDN", "SDG_0131_SEX_SOC_RT", "SEX_M", "SOC_CONTIG_INJ", "2024M12", 100 * 300 / 900, "U"),
        ("IDN", "SDG_0131_SEX_SOC_RT", "SEX_T", "SOC_CONTIG_INJ", "2024M12", 27.5, None),
    ]
    assert annual["time"].to_list() == [2024, 2024, 2024]
    assert tuple(monthly.columns) == ilostat.COLUMNS
    assert all("civil servants" in note for note in monthly["note_indicator"])


# --- data contract --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def agreed(release):
    return judge("odcs_reads", release)[0]


def test_the_contract_keeps_the_standard_and_nothing_is_lost_in_its_model(agreed):
    assert (agreed["api"], agreed["problems"], agreed["kept"]) == ("v3.1.0", [], True)
    assert agreed["levels"] == ["frequency", "retention", "timeliness"]


def test_the_contract_has_every_column_with_type_and_position_in_the_key(agreed):
    types = {
        pl.String(): "VARCHAR",
        pl.Int64(): "BIGINT",
        pl.Float64(): "DOUBLE",
        pl.Boolean(): "BOOLEAN",
        pl.Date(): "DATE",
    }
    assert agreed["columns"] == {
        table.name: {
            field.name: [types[field.dtype], table.key.index(field.name) + 1 if field.name in table.key else None]
            for field in table.released().fields
        }
        for table in TABLES
    }


def test_another_column_is_another_version_of_the_contract():
    more = replace(INVENTED, fields=(*INVENTED.fields, Field(ADDED, Kind.COUNT, "a count")))
    first, again, other = (build_contract((table,))["version"] for table in (INVENTED, replace(INVENTED), more))
    assert first == again != other
    assert first.startswith("1.0.0+")


def test_rules_of_the_contract_find_what_is_wrong_and_nothing_else(tmp_path):
    frame = invented(INVENTED).with_columns(pl.col("litmus_persons").abs())
    sound = release_of((INVENTED,), tmp_path / "sound", {"invented": frame})
    assert {name for name, count in offences(sound).items() if count} == set()
    spoilt = pl.concat(
        [frame, frame.head(1).with_columns(litmus_persons=pl.lit(-1, pl.Int64), conf_status=pl.lit("Z"))]
    )
    wrong = release_of((INVENTED,), tmp_path / "wrong", {"invented": spoilt})
    assert {name: count for name, count in offences(wrong).items() if count} == {
        "invented.None: one row per key": 2,
        "invented.None: no count is negative": 1,
        "invented.conf_status: a code of its list": 1,
    }


# --- Satu Data ------------------------------------------------------------------------------------------------------


def metadata(release: Path, name: str) -> list[dict]:
    return json.loads((release / "exports" / "metadata" / f"{name}.json").read_text(encoding="utf-8"))


def test_every_indicator_answers_every_question_in_both_languages(release):
    entries = metadata(release, "ms-ind")
    assert len(entries) == len(indicators())
    asked = ("nama_indikator", "konsep", "definisi", "interpretasi", "metode_rumus", "ukuran", "satuan", "klasifikasi_penyajian",
             "indikator_komposit", "level_estimasi", "akses_umum")  # fmt: skip
    for entry in entries:
        assert all(entry[question][language] for question in asked for language in ("id", "en")), entry["kode"]
        assert entry["variabel_pembangun"]
        assert "month" not in entry["variabel_pembangun"]
    assert {entry["kode_referensi"]: entry["kode"] for entry in entries if entry["kode_referensi"]} == {
        "06.02.021": "informal_jkk_jkm_coverage"
    }
    reported = next(entry for entry in entries if entry["kode_referensi"])
    assert reported["variabel_pembangun"] == ["protected_persons", "denominator_persons"]
    assert reported["klasifikasi_penyajian"]["id"] == "Tingkat wilayah, Kode wilayah"
    assert reported["satuan"] == {"en": "percent", "id": "persen"}


def test_every_column_is_a_variable_with_a_definition_in_bahasa_indonesia(release):
    entries = metadata(release, "ms-var")
    assert [(entry["tabel"], entry["alias"]) for entry in entries] == [
        (table.name, name) for table in TABLES for name in table.released().names
    ]
    for table, field in [(t, f) for t in SUMMARIES for f in t.released().fields]:
        for reported in (columns.title(field, table.name), columns.definition(field, table.name)):
            assert reported.get("id"), f"write {table.name}.{field.name} into codes/fields.csv"


def test_the_activity_has_its_eight_blocks_and_marks_what_the_producer_must_fill_in(release):
    blocks = {entry["blok"]["id"].split(".")[0] for entry in metadata(release, "ms-keg")}
    assert {"I", "II", "III", "IV", "V", "VI", "VII", "VIII"} < blocks
    page = (release / "exports" / "metadata" / "metadata.id.md").read_text(encoding="utf-8")
    assert page.count("*diisi oleh produsen data*") == 6
    assert "### Cakupan kepesertaan (`coverage_ratio`)" in page


# --- DCAT -----------------------------------------------------------------------------------------------------------


def test_the_catalogue_is_a_graph_of_datasets_whose_files_are_there(release):
    verdict, _ = judge("rdflib_reads", release)
    assert {name for (name,) in verdict["datasets"]} == {"cakupan-coverage", *(table.name for table in TABLES)}
    missing = [name for name in verdict["files"] if not (release / name).exists()]
    assert missing == ["coverage.duckdb"]  # no export writes it
    assert len(verdict["files"]) == 4 + 3 * len(TABLES)
    assert {language for _, language in verdict["titles"]} == {"en", "id"}
    assert verdict["months"] == [["2024-01", "2024-12"]]


# --- all of them ----------------------------------------------------------------------------------------------------


def test_a_column_added_to_a_table_appears_in_every_export(tmp_path):
    field = Field(ADDED, Kind.COUNT, "a count that was added", "person")
    table = replace(INVENTED, fields=(*INVENTED.fields, field))
    folder = release_of((table,), tmp_path / "release")
    packed = gzip.decompress((folder / "exports" / "sdmx" / "invented.csv.gz").read_bytes())
    assert pl.read_csv(io.BytesIO(packed))[ADDED.upper()].drop_nulls().len() > 0
    for name in ("exports/sdmx/structure.xml", "exports/contract.odcs.yaml", "exports/metadata/ms-var.json",
                 "exports/metadata/metadata.id.md", "csv/invented.csv-metadata.json", "datapackage.json"):  # fmt: skip
        assert re.search(rf"\b{ADDED}\b", (folder / name).read_text(encoding="utf-8"), re.IGNORECASE), name


def test_the_same_release_gives_the_same_bytes(release, tmp_path):
    again = release_of(TABLES, tmp_path / "release")
    files = sorted(path.relative_to(release) for path in release.rglob("*") if path.is_file())
    assert len(files) > 90
    assert [name for name in files if (release / name).read_bytes() != (again / name).read_bytes()] == []
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
