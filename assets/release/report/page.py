"""The page: all sections in their order, in one file that loads no other.

Belongs here: the order of the sections, and filling the template. Not: the content of a section.
"""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import jinja2
from markupsafe import Markup

from assets.release.findings.reader import ReleaseReader
from assets.release.hold import is_incomplete
from assets.release.published_release import AcceptedFinding, Manifest
from assets.release.report import language, tables
from assets.release.report.language import Bilingual, bilingual, label, phrase
from assets.release.report.section import Section
from assets.release.report.sections.activity import activity
from assets.release.report.sections.compliance import compliance
from assets.release.report.sections.enterprises import enterprises
from assets.release.report.sections.flows import flows
from assets.release.report.sections.headline import headline
from assets.release.report.sections.kur import kur
from assets.release.report.sections.map import legend, map_
from assets.release.report.sections.outreach import outreach
from assets.release.report.sections.priorities import priorities
from assets.release.report.sections.profile import profiles
from assets.release.report.sections.quality import quality
from assets.release.report.sections.reconciliation import reconciliation
from assets.release.report.sections.regional import regional
from assets.release.report.sections.retention import retention
from assets.release.report.sections.scorecard import scorecard, similar_provinces
from assets.release.report.sections.targets import targets
from assets.release.report.sections.trend import trend
from assets.release.report.sections.vulnerable import vulnerable
from schemas.months import first_day
from schemas.plausibility import limits

SECTIONS = (
    map_,
    trend,
    targets,
    flows,
    activity,
    retention,
    priorities,
    scorecard,
    enterprises,
    compliance,
    kur,
    vulnerable,
    regional,
    outreach,
    quality,
    reconciliation,
)


BRIEF = ("map", "trend", "targets")  # the sections of the print on two pages, after the headline


def write_report(folder: Path, manifest: Manifest) -> Path:
    """Write `report/index.html` of the release in the folder from its Parquet files and code lists; returns its path.

    Needs `parquet/` and `codes/` as released; of the manifest `release_id`, `reference_month`, `release`,
    `months`, `policy` and what was `accepted`.
    """
    reader = ReleaseReader(folder, manifest.reference_month)
    path = folder / "report" / "index.html"
    path.parent.mkdir()
    path.write_text(_page(reader, manifest), encoding="utf-8")
    return path


def _page(reader: ReleaseReader, manifest: Manifest) -> str:
    sections: list[Section] = [section(reader) for section in SECTIONS]
    return _template().render(
        manifest=manifest,
        month=reader.month,
        brief=BRIEF,
        source=_source(reader, manifest),
        headline=headline(reader),
        sections=sections,
        legend=legend(),
        status=label("status", manifest.release.status),
        method=_method(manifest.policy),
        profiles=profiles(reader),
        similar=similar_provinces(reader),
        accepted=_accepted(manifest.accepted),
        incomplete=any(is_incomplete(found.finding) for found in manifest.accepted),
        provinces=reader.list("SELECT code, name FROM provinces ORDER BY code"),
    )


def _source(reader: ReleaseReader, manifest: Manifest) -> list[Bilingual]:
    """The lines below a downloaded chart: the release, and what a reader must know of it."""
    status = label("status", manifest.release.status)
    lines = [phrase("page.picture_source", release=manifest.release_id, month=reader.month, status=status)]
    if manifest.synthetic_months:
        lines.append(phrase("page.synthetic"))
    if any(is_incomplete(found.finding) for found in manifest.accepted):
        lines.append(phrase("page.incomplete_source"))
    return [*lines, bilingual(manifest.notice, manifest.notice)] if manifest.notice else lines


def _accepted(accepted: list[AcceptedFinding]) -> list[Bilingual]:
    """The accepted findings that would hold the release: one line per month, finding and reason."""
    subjects: dict[tuple[str, str, str, str], list[str]] = {}
    for found in accepted:
        key = (found.month, found.finding, found.extract, found.reason)
        subjects.setdefault(key, []).append(found.subject)
    return [
        phrase(
            "page.accepted_item",
            month=first_day(month),
            extract=label("extract", extract),
            what=bilingual(limits()[finding].name_id, limits()[finding].name),
            subjects=", ".join(named),
            reason=reason,
        )
        for (month, finding, extract, reason), named in subjects.items()
    ]


def _method(policy: Mapping[str, int | str]) -> list[tuple[Bilingual, Bilingual]]:
    """Terms and their meaning, in the order of the texts; what is withheld only where a policy withholds something."""
    texts = language.texts()["method"]
    names = [name for name in texts if f"{name}_text" in texts and (policy or name != "withheld")]
    least = int(policy.get("min_count", 0))
    return [(phrase(f"method.{name}"), phrase(f"method.{name}_text", min_count=least)) for name in names]


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("assets.release.report", "template"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals.update(
        phrase=phrase, label=label, cell=tables.cell, text=_text, tile_figure=tables.tile, month_name=language.month
    )
    return environment.get_template("page.html")


def _text(name: str) -> Markup:
    """A file of the template as it is: style or script."""
    return Markup(files("assets.release.report").joinpath("template", name).read_text(encoding="utf-8"))  # noqa: S704
