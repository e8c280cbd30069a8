"""Proofs that are kept from release to release: as safe as new ones, without the solver, and never used if anything differs."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from assets.release import build
from assets.release.disclosure.certificate import audit
from assets.release.disclosure.kept_proofs import KeptProofs
from assets.release.disclosure.pattern import SuppressionPattern, find_pattern
from assets.release.journal import Journal
from assets.release.linear_programme import LinearProgramme
from assets.release.proof_store import ProofStore, ProofsUnusable
from assets.release.protect import Protected, protect_all
from assets.release.publish import PublicationResult, publish
from assets.release.report import page
from schemas.summaries import SUMMARIES
from tests.unit.attacker import contains
from tests.unit.filled import filled
from tests.unit.small_releases import POLICY, write_release
from tests.unit.two_months import BEFORE, NOW, Frames, attacker_of, flows_of, month_of, people, small_of

BUILDERS = {"3201": 60, "3202": 50, "3203": 40, "3204": 30, "3171": 200, "3172": 90, "5101": 2, "5102": 3, "5103": 2}
MANY = BUILDERS | {"5101": 62, "5102": 73, "5103": 52}


def two_months(root: Path, builders: dict[str, int]) -> Frames:
    """Both months; `builders`: those of the first month, by regency."""
    (root / "before").mkdir(parents=True)
    before = month_of(root / "before", people(builders, 0), BEFORE)
    now = month_of(root / "now", people(MANY, 15), NOW)
    now["flows"] = flows_of(before["coverage"], now["coverage"])
    return {name: pl.concat([before[name], now[name]]) for name in before}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Frames:
    return two_months(tmp_path_factory.mktemp("both"), BUILDERS)


@pytest.fixture(scope="module")
def first(both: Frames, tmp_path_factory: pytest.TempPathFactory) -> tuple[Protected, Path]:
    """The release of the first month, and its folder."""
    shown = protect_all({name: frame.filter(month=BEFORE) for name, frame in both.items()}, POLICY, None)
    return shown, write_release(tmp_path_factory.mktemp("first"), shown)


@pytest.fixture(scope="module")
def second(
    both: Frames, first: tuple[Protected, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Protected, Path]:
    """The release of both months, with the proofs of the first."""
    shown = protect_all(both, POLICY, first[1], kept=first[0].proofs)
    return shown, write_release(tmp_path_factory.mktemp("second"), shown)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the programmes that the solver gets."""
    found: list[int] = []
    solve = LinearProgramme.solve

    def counted(programme: LinearProgramme, *options: float | str) -> np.ndarray | None:
        found.append(len(programme.costs))
        return solve(programme, *options)

    monkeypatch.setattr(LinearProgramme, "solve", counted)
    return found


def disclosed(true_values: Frames, shown: Protected) -> list[object]:
    """The small counts that a reader can derive too narrowly."""
    attacker = attacker_of(shown.frames)
    return [cell for cell in small_of(true_values) if not contains(attacker.interval(cell), 0, POLICY.min_count)]


def same_tables(one: Protected, other: Protected) -> bool:
    return all(other.frames[name].equals(frame) for name, frame in one.frames.items())


# --- the guarantee ----------------------------------------------------------------------------------------------------------


def test_a_month_with_the_proofs_of_the_one_before_discloses_no_small_count(both, second):
    assert len(small_of(both)) > 100
    assert disclosed(both, second[0]) == []


def test_the_first_month_keeps_its_pattern(first, second):
    for table in SUMMARIES:
        then = second[0].frames[table.name].filter(month=BEFORE).sort(table.key)
        assert then.equals(first[0].frames[table.name].sort(table.key)), table.name


def test_the_solver_is_not_asked_for_kept_months(both, first, second, calls):
    again = protect_all(both, POLICY, second[1], kept=second[0].proofs)
    assert (calls, same_tables(again, second[0])) == ([], True)
    protect_all(both, POLICY, first[1], kept=first[0].proofs)
    with_proofs = len(calls)
    protect_all(both, POLICY, first[1])
    assert 0 < with_proofs < len(calls) - with_proofs


def test_the_same_proofs_give_the_same_release(both, first, second):
    assert same_tables(protect_all(both, POLICY, first[1], kept=first[0].proofs), second[0])


def test_a_restated_month_is_proven_again(second, calls, tmp_path):
    restated = two_months(tmp_path / "restated", BUILDERS | {"3201": 6, "5102": 8})
    shown = protect_all(restated, POLICY, second[1], kept=second[0].proofs)
    assert calls
    assert disclosed(restated, shown) == []


# --- proofs that do not hold ------------------------------------------------------------------------------------------------


def altered(proofs: KeptProofs, **columns: pl.Expr) -> KeptProofs:
    return replace(proofs, figures=proofs.figures.with_columns(**columns))


@pytest.mark.parametrize(
    "columns",
    [
        {"changes": pl.col("changes").list.eval(pl.element() * 2)},
        {"changes": pl.col("changes").list.eval(pl.element() * 0)},
        {"changes": pl.col("changes").list.eval(-pl.element())},
        {"value": pl.col("value") + 1},
        {"row": pl.col("row").reverse()},
        {"kind": pl.lit("amounts")},
    ],
    ids=["doubled", "zero", "other way", "other figures", "other rows", "other kind"],
)
def test_proofs_that_do_not_hold_are_replaced_by_new_ones(both, second, calls, columns):
    shown = protect_all(both, POLICY, second[1], kept=altered(second[0].proofs, **columns))
    assert calls
    assert disclosed(both, shown) == []


def shown_frames(pattern: SuppressionPattern, frames: Frames, mask: np.ndarray) -> Frames:
    """The true tables without the figures of the mask."""
    found = {}
    for name, frame in frames.items():
        masks = pattern.masks(name, mask)
        hidden = {count: pl.Series(count, where) for count, where in masks.items() if count in frame.columns}
        found[name] = frame.with_columns(
            pl.when(~where).then(pl.col(count)).alias(count) for count, where in hidden.items()
        )
    return found


def test_the_audit_fails_if_any_secondary_figure_of_a_kept_month_is_shown(both, second):
    pattern = find_pattern(both, POLICY, second[1], kept=second[0].proofs)
    assert audit(pattern, both, shown_frames(pattern, both, pattern.suppressed)) == []
    system = pattern.proofs[0][0].system
    secondary = pattern.suppressed & ~pattern.small & ~pattern.dominated & ~pattern.in_breakdown
    secondary &= (pattern.true_values >= POLICY.min_count) & (system.variable[: len(secondary)] >= 0)
    in_a_proof = np.unique(np.concatenate([variables for variables, _ in pattern.proofs[0][1].alternatives]))
    chosen = np.flatnonzero(secondary & np.isin(system.variable[: len(secondary)], in_a_proof))
    assert len(chosen) > 20
    for cell in chosen[:: len(chosen) // 20]:
        mask = pattern.suppressed.copy()
        mask[cell] = False
        assert audit(pattern, both, shown_frames(pattern, both, mask)), int(cell)


# --- the store --------------------------------------------------------------------------------------------------------------


def test_only_the_owner_may_read_the_store(second, tmp_path):
    store = ProofStore(tmp_path / "proofs" / "public")
    digest = store.write("2025-01-a", second[0].proofs)
    assert store.path("2025-01-a").stat().st_mode & 0o777 == 0o600
    assert [folder.stat().st_mode & 0o777 for folder in (store.folder, store.folder.parent)] == [0o700, 0o700]
    read = store.read("2025-01-a", digest, POLICY)
    assert read.figures.equals(second[0].proofs.figures)
    assert read.given_up_breakdowns == second[0].proofs.given_up_breakdowns


def test_the_digest_does_not_confirm_a_guess(second, tmp_path):
    store = ProofStore(tmp_path)
    assert store.write("2025-01-a", second[0].proofs) != store.write("2025-01-a", second[0].proofs)


def test_unusable_proofs_are_refused_with_the_reason(second, tmp_path):
    store = ProofStore(tmp_path)
    with pytest.raises(ProofsUnusable, match=r"of 2025-01-a \(.*\) are not there.*every month is proven again"):
        store.read("2025-01-a", "0", POLICY)
    digest = store.write("2025-01-a", second[0].proofs)
    with pytest.raises(ProofsUnusable, match="those of another policy"):
        store.read("2025-01-a", digest, replace(POLICY, min_employers=4))
    content = bytearray(store.path("2025-01-a").read_bytes())
    content[len(content) // 2] ^= 1
    store.path("2025-01-a").write_bytes(content)
    with pytest.raises(ProofsUnusable, match="not those that the journal recorded"):
        store.read("2025-01-a", digest, POLICY)


# --- from release to release ------------------------------------------------------------------------------------------------


@dataclass
class Line:
    """A line of releases with its store."""

    root: Path

    @property
    def releases(self) -> Path:
        return self.root / "releases" / "public"

    @property
    def store(self) -> ProofStore:
        return ProofStore(self.root / "proofs" / "public")

    def publish(self, *months: str, force: bool = False) -> PublicationResult:
        """Publish the months of the warehouse, after these were added to it."""
        for month in months:
            filled(self.root / "warehouse", month)
        warehouse = filled(self.root / "warehouse", "2024-10")
        now = datetime(2025, 3, 1, tzinfo=UTC) + timedelta(days=len(Journal(self.releases).events()))
        return publish(warehouse, self.releases, now=now, force=force, proofs=self.store)

    def continued(self, result: PublicationResult) -> str:
        event = Journal(self.releases).built(result.release.release_id)
        assert event
        return event.continued_proofs_sha256


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    """Without page, workbook and exports, which have separate tests."""
    monkeypatch.setattr(page, "write_report", lambda _folder, _manifest: None)
    monkeypatch.setattr(build, "write_workbook", lambda _folder, _manifest: None)
    monkeypatch.setattr(build, "write_exports", lambda _folder, **_base: None)
    (tmp_path / "releases" / "public").mkdir(parents=True)
    return Line(tmp_path)


def test_a_release_records_the_proofs_that_it_was_built_with_and_is_built_again_from_them(line):
    first = line.publish()
    second = line.publish("2024-11")
    event = Journal(line.releases).built(first.release.release_id)
    assert event
    assert (line.continued(first), line.continued(second)) == ("", event.proofs_sha256)
    assert line.store.has(first.release.release_id, event.proofs_sha256)
    files, lines = second.release.files_digest(), (line.releases / "journal.jsonl").read_text()
    forced = line.publish(force=True)
    assert (forced.release.files_digest(), forced.warning) == (files, "")
    assert (line.releases / "journal.jsonl").read_text() == lines


@pytest.mark.parametrize("damage", ["removed", "cut"])
def test_a_release_without_usable_proofs_warns_and_proves_every_month(line, damage):
    first = line.publish()
    path = line.store.path(first.release.release_id)
    if damage == "removed":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1])
    second = line.publish("2024-11")
    assert (first.warning, line.continued(second)) == ("", "")
    assert second.warning.startswith(f"the kept proofs of {first.release.release_id} ({path}) are not th")
    event = Journal(line.releases).built(second.release.release_id)
    assert event
    assert line.store.has(second.release.release_id, event.proofs_sha256)


def test_a_release_whose_proofs_cannot_be_kept_is_published_with_a_warning(line):
    line.store.folder.parent.write_text("a file where the folder would be")
    result = line.publish()
    event = Journal(line.releases).built(result.release.release_id)
    assert event
    assert event.proofs_sha256 == ""
    assert result.warning.startswith(f"the proofs cannot be kept in {line.store.folder} (")
