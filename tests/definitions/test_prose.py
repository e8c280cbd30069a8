"""Every text of the project is plain, present-day English (`tests/definitions/prose`); folders that are not yet mended only improve."""

from pathlib import Path

import pytest

from tests.definitions.prose.reading import READERS, passages
from tests.definitions.prose.rules import CONFIGURATION, LIST, LONGEST, breaches, counts, findings, room

MANY = 40


def test_no_folder_has_more_findings_than_its_ceiling() -> None:
    found = findings()
    over = {name: count for name, count in counts(found).items() if count > CONFIGURATION["ceilings"].get(name, 0)}
    shown = [str(finding) for finding in found if room(finding.path) in over]
    assert not over, (
        f"{over} exceed their ceilings in {LIST.name}. Write plainer; `python -m tests.definitions.prose <path>` lists all.\n"
        + "\n".join(shown[:MANY])
    )


@pytest.mark.parametrize(
    ("suffix", "text", "words"),
    [
        (".py", '"""What a month holds."""\n', "What a month holds."),
        (".py", 'def run(told: int) -> None:\n    """Run it."""\n', "told"),
        (".py", "TEXT = 'whoever sends the file'\n", "whoever"),
        (".py", "A = 1  # of whom none came\n", "whom"),
        (".py", "def test_a_month_is_told_again() -> None: ...\n", "told"),
        (".sql", "-- a: the rows, whoever sent them\nSELECT 1\n", "whoever"),
        (".md", "# A page\n\nThe file vouches\nfor it.\n", "vouches"),
        (".md", "| one | whoever |\n", "whoever"),
        (".toml", 'a = ["siapa pun", "whoever"]\n', "whoever"),
        (".md", "word " * (LONGEST + 1) + "\n", "word word word word word word"),
    ],
)
def test_a_breach_is_found_in_each_kind_of_file(tmp_path: Path, suffix: str, text: str, words: str) -> None:
    (tmp_path / f"a{suffix}").write_text(text, encoding="utf-8")
    found = [f for passage in passages(tmp_path / f"a{suffix}") for f in breaches("a", passage)]
    assert [finding.words for finding in found] == [words]


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".py", '"""The rows of a month."""\nA = "SELECT told FROM a"  # noqa: S608\n'),
        (".md", "```\nwhoever\n```\n\nThe table `told`.\n"),
        (".toml", 'a = ["whoever", "anyone"]\n'),
        (".py", '"""Where a file is missing, the month waits."""\n'),
    ],
)
def test_code_and_plain_words_pass(tmp_path: Path, suffix: str, text: str) -> None:
    (tmp_path / f"a{suffix}").write_text(text, encoding="utf-8")
    assert not [f for passage in passages(tmp_path / f"a{suffix}") for f in breaches("a", passage)]


def test_every_ceiling_is_of_a_folder_that_is_there() -> None:
    root = Path(__file__).resolve().parents[2]
    assert [name for name in CONFIGURATION["ceilings"] if not (root / name).exists()] == []
    assert set(READERS) >= {".py", ".sql", ".md", ".toml"}
