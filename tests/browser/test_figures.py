"""The page equals SQL: every figure, in both languages; and the page is reproducible."""

import re
import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest

from assets.release.published_release import PublishedRelease
from assets.release.report import language
from assets.release.report.page import write_report
from schemas import code_lists
from tests.browser.figures import differences, figures, form

LIMIT_BYTES = 3_000_000


def text(release: Path) -> str:
    return (release / "report" / "index.html").read_text(encoding="utf-8")


def again(release: Path, folder: Path) -> str:
    """The report of a copy of the written files, as they are now."""
    shutil.rmtree(folder / "report", ignore_errors=True)
    return write_report(folder, PublishedRelease(release).manifest).read_text(encoding="utf-8")


@pytest.fixture
def copy(release: Path, tmp_path: Path) -> Path:
    """Only what the report may read: written Parquet files and code lists."""
    for part in ("parquet", "codes"):
        shutil.copytree(release / part, tmp_path / part)
    return tmp_path


def changed(folder: Path, table: str, *changes: pl.Expr) -> None:
    path = folder / "parquet" / f"{table}.parquet"
    pl.read_parquet(path).with_columns(*changes).write_parquet(path)


def test_every_figure_of_the_page_equals_sql(release: Path) -> None:
    page = text(release)
    found = figures(page)
    assert len(found) > 3000
    assert {figure.table for figure in found} >= {
        "coverage",
        "flows",
        "kur_linkage",
        "vulnerable_workers",
        "priorities",
        "data_quality",
    }
    assert differences(page, release / "coverage.duckdb") == []


def test_a_figure_that_is_not_that_of_sql_is_found(release: Path) -> None:
    page = text(release)
    flows = section(page, "flows")
    value = re.search(r'data-v="(\d+)"', flows)
    assert value
    false = flows[: value.start(1)] + str(int(value.group(1)) + 1) + flows[value.end(1) :]
    assert differences(flows, release / "coverage.duckdb") == []
    assert len(differences(false, release / "coverage.duckdb")) == 1
    ratio = re.search(r'data-f="p1" data-v="[^"]+"><span lang="id">([^<]+)</span>', kur := section(page, "kur"))
    assert ratio
    false = kur[: ratio.start(1)] + "99,9%" + kur[ratio.end(1) :]
    assert len(differences(false, release / "coverage.duckdb")) == 1


def test_the_headline_is_the_nation_s_coverage(release: Path) -> None:
    with duckdb.connect(release / "coverage.duckdb", read_only=True) as con:
        protected, ratio = con.execute(
            "SELECT protected_persons, coverage_ratio FROM coverage WHERE month = DATE '2025-03-01' AND geography_basis = 'home' "
            "AND geography_level = 'nation' AND segment = 'all' AND programme = 'any' AND sex = 'all' AND age_band = 'all' "
            "AND denominator_id = 'potential'"
        ).fetchall()[0]
    heading = re.sub(r"<[^>]+>", "", re.search(r"<h1>.*?</h1>", text(release), re.DOTALL).group())  # type: ignore[union-attr]
    assert f"{100 * ratio:.1f}\u00a0%" in heading
    assert f"{100 * ratio:.1f}%".replace(".", ",") in heading
    assert form("c", protected, "id") in heading
    assert form("c", protected, "en") in heading


def test_the_page_is_one_small_file_the_same_every_time(release: Path, copy: Path) -> None:
    page = text(release)
    assert again(release, copy) == page
    assert len(page.encode()) < LIMIT_BYTES
    assert not re.findall(r'(?:src|href)="(?!#|data:|\.\./csv/)[^"]*"', page)
    assert not re.findall(r"url\((?!#)|@import", page)


REASON = "no kur_debtors was delivered for 2025-03: put it in 2025-03/kur_debtors/ and run the month again"
PLANTED = "<img src=x onerror=alert(1)>"
MASKED = ("employers", "compliant_ratio", "protected_workers")


@pytest.fixture(scope="module")
def mended(release: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a release without KUR debtors, with three figures withheld, and with markup for the name of an office."""
    folder = tmp_path_factory.mktemp("mended")
    for part in ("parquet", "codes"):
        shutil.copytree(release / part, folder / part)
    kur = pl.read_parquet(folder / "parquet" / "kur_linkage.parquet").head(1)
    nothing = [pl.lit(None, kind).alias(name) for name, kind in kur.schema.items() if kind.is_numeric()]
    month = pl.lit("2025-03-01").str.to_date().alias("month")
    kur.with_columns(
        pl.lit("not_available").alias("availability"), pl.lit(REASON).alias("reason"), month, *nothing
    ).write_parquet(folder / "parquet" / "kur_linkage.parquet")
    medium = pl.col("size_class") == "medium"
    withheld = pl.when(medium).then(pl.lit("D")).otherwise(pl.col("conf_status").cast(pl.String)).alias("conf_status")
    changed(
        folder, "coverage_enterprise", *(pl.when(~medium).then(pl.col(name)).alias(name) for name in MASKED), withheld
    )
    named = (
        pl.when(pl.col("office_code") != "unknown").then(pl.lit(PLANTED)).otherwise("office_code").alias("office_code")
    )
    changed(folder, "data_quality", named)
    return again(release, folder)


def section(page: str, name: str) -> str:
    found = re.search(rf'<section id="{name}".*?</section>', page, re.DOTALL)
    assert found
    return found.group()


def test_a_table_without_its_delivery_shows_the_reason_and_the_rest_is_complete(release: Path, mended: str) -> None:
    kur = section(mended, "kur")
    assert "data debitur KUR untuk 2025-03 belum disampaikan" in kur
    assert REASON in kur
    assert "data-v" not in kur
    assert mended.count("<section id=") == text(release).count("<section id=")


def test_a_withheld_figure_is_a_sign_and_never_zero(mended: str) -> None:
    enterprises = section(mended, "enterprises")
    row = re.search(r"<tr data-where=\"size_class = &#39;medium&#39;\">.*?</tr>", enterprises, re.DOTALL)
    assert row
    for name in MASKED:
        assert re.search(rf'data-col="{name}"><span class="withheld" aria-hidden="true">D</span>', row.group())
    assert "tidak ditampilkan" in enterprises
    assert "url(#hatch)" in enterprises


def test_text_of_a_table_is_text_and_no_markup(mended: str) -> None:
    assert PLANTED not in mended
    assert "&lt;img src=x" in mended


def test_a_release_of_one_month_without_survey_or_past_has_a_page(release: Path, copy: Path) -> None:
    first = pl.col("month") == pl.lit("2025-03-01").str.to_date()
    for path in (copy / "parquet").glob("*.parquet"):
        pl.read_parquet(path).filter(first).write_parquet(path)
    ratios = ("coverage_ratio", "ratio_low", "ratio_high", "gap_persons", "denominator_persons")
    coverage = pl.read_parquet(copy / "parquet" / "coverage.parquet").filter(pl.col("denominator_id") != "employed")
    coverage.with_columns(
        pl.lit("none").alias("denominator_id"), *(pl.lit(None, coverage.schema[name]).alias(name) for name in ratios)
    ).unique(
        ["month", "geography_basis", "geography_level", "region_code", "segment", "programme", "sex", "age_band"],
        keep="first",
    ).write_parquet(copy / "parquet" / "coverage.parquet")
    priorities = pl.read_parquet(copy / "parquet" / "priorities.parquet").clear()
    priorities.write_parquet(copy / "parquet" / "priorities.parquet")
    page = again(release, copy)
    assert "rasio memerlukan survei angkatan kerja" in page
    assert "the ratio needs a labour-force survey" in page


def test_a_release_of_which_everything_is_withheld_has_a_page_of_signs(release: Path, copy: Path) -> None:
    counters = {"months_since_entry", "priority_rank", "months_observed", "months_left", "changes_seen"}
    for path in (copy / "parquet").glob("*.parquet"):
        frame = pl.read_parquet(path)
        numbers = [name for name, kind in frame.schema.items() if kind.is_numeric() and name not in counters]
        nothing = [pl.lit(None, frame.schema[name]).alias(name) for name in numbers]
        frame.with_columns(*nothing, pl.lit("A").alias("conf_status")).write_parquet(path)
    page = again(release, copy)
    assert page.count('class="withheld" aria-hidden="true">A<') > 1000
    assert {figure.table for figure in figures(page) if figure.form == "p1" and figure.value} == set()


LISTS = {
    "payer": "payers",
    "channel": "outreach_channels",
    "basis": "vulnerable_bases",
    "scheme": "kur_schemes",
    "size": "size_classes",
    "denominator": "denominators",
    "segment": "segments",
}


@pytest.mark.parametrize("kind", LISTS)
def test_every_code_has_words_in_both_languages(kind: str) -> None:
    words = language.texts()["labels"][kind]
    assert set(code_lists.values(LISTS[kind])) <= set(words)
    assert all(len(pair) == 2 and all(pair) for pair in words.values())


def test_both_languages_fill_the_same_placeholders() -> None:
    placeholder = re.compile(r"\{(\w+)")
    for section, sentences in language.texts().items():
        if section not in {"labels", "reasons"}:
            for name, (indonesian, english) in sentences.items():
                assert sorted(placeholder.findall(indonesian)) == sorted(placeholder.findall(english)), (
                    f"{section}.{name}"
                )
