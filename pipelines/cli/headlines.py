"""Five lines for a director: coverage against its target, the largest gap, KUR, vulnerable workers, what changed and why.

Belongs here: which release is asked, and in which language. Not: findings (`assets/release/findings`) and their words
(`assets/release/report/sentences`), which the page and the Dagster UI share; printing (`printing`).
"""

from pathlib import Path

from assets.release.report.sentences import five_lines


def headlines(release: Path, language: str = "en") -> list[str]:
    """The five lines for the newest month of the release, in English or Bahasa Indonesia (`id`)."""
    return five_lines(release, language)
