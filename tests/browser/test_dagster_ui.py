"""The Dagster UI as an operator meets it: the graph, a month materialised from it, its checks, its release."""

import os
import re
import signal
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from assets.ingest.checks import rule_specs
from assets.svg import WIDTH
from schemas.extracts.enrolments import ENROLMENTS
from simulator import simulate
from tests.serving import free_port, living, started

ROOT = Path(__file__).parents[2]
FIRST, MONTH, SCALE = "2024-10", "2024-12", 1e-4
LOADED_SECONDS = 120  # a third where nothing else runs
STAGES = ("ingest", "registers", "coverage", "release")
CUT_SHORT = re.compile("Failed to fetch|ERR_ABORTED|signal is aborted")  # requests of a page that we left


def served(port: int) -> bool:
    with suppress(OSError):
        return (
            b"dagster_webserver_version"
            in urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=5).read()
        )
    return False


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """`cakupan ui` over a landing zone of one month."""
    simulate(tmp_path / "landing", MONTH, SCALE)
    port = free_port()
    process = started("ui", tmp_path, port)
    try:
        deadline = time.monotonic() + LOADED_SECONDS
        while not served(port):
            assert process.poll() is None, (tmp_path / "log").read_text()[-3000:]
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()[-3000:]
            time.sleep(0.3)
        yield f"http://127.0.0.1:{port}"
    finally:
        for left in living(tmp_path):
            with suppress(ProcessLookupError):
                os.kill(left, signal.SIGKILL)
        process.wait()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A desktop window; errors in the console fail at the end."""
    output: list[str] = []
    context = browser.new_context(base_url=address, viewport={"width": 1600, "height": 1000})
    context.set_default_timeout(LOADED_SECONDS * 1000)
    page = context.new_page()
    page.on("console", lambda message: output.append(message.text) if message.type == "error" else None)
    page.on("response", lambda answer: output.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    page.on("pageerror", lambda error: output.append(str(error)))
    yield page
    context.close()
    assert [text for text in output if not CUT_SHORT.search(text)] == []


def see(*what: Locator) -> None:
    for found in what:
        expect(found).to_be_visible(timeout=LOADED_SECONDS * 1000)


def launched(page: Page) -> None:
    """The month, from the graph: the dialog takes what is written in it at Enter."""
    page.goto("/asset-groups")
    see(*(page.get_by_text(stage, exact=True).filter(visible=True).last for stage in STAGES))
    page.get_by_role("button", name="Materialize all").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_placeholder("ex: 2019-01").fill(MONTH)
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Launch 1 run").click()
    expect(dialog).to_be_hidden(timeout=LOADED_SECONDS * 1000)


def backfilled(page: Page) -> None:
    """Three months from the graph are accepted as one backfill of all assets."""
    page.goto("/asset-groups")
    page.get_by_role("button", name="Materialize all").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_placeholder("ex: 2019-01").fill(f"[{FIRST}...{MONTH}]")
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Launch backfill").click()
    expect(dialog).to_be_hidden(timeout=LOADED_SECONDS * 1000)
    query = (
        "{partitionBackfillsOrError{... on PartitionBackfills{results{status assetSelection{path} error{message}}}}}"
    )
    answer = page.request.post("/graphql", data={"query": query}).json()
    [backfill] = answer["data"]["partitionBackfillsOrError"]["results"]
    assert backfill["error"] is None
    assert backfill["status"] in ("REQUESTED", "COMPLETED")
    assert {"path": ["person_cells"]} in backfill["assetSelection"]


@pytest.mark.slow
def test_a_month_run_from_the_graph_shows_its_findings(page: Page, tmp_path: Path) -> None:
    launched(page)
    page.goto("/runs")
    see(page.get_by_text(f"partition: {MONTH}").first)  # the run is named by its month
    see(page.get_by_text(re.compile("^(Success|Failure)$")))
    see(page.get_by_text("Success", exact=True))

    page.goto("/assets/memberships?view=checks&checkDetail=rules_fatal")
    see(*(page.get_by_text(check.name, exact=True).first for check in rule_specs("memberships", ENROLMENTS)))
    see(page.get_by_text("What to do"))
    see(page.get_by_text("age_plausible", exact=True), page.get_by_text("correct `birth_date`", exact=True).first)

    page.goto("/assets/public_release")
    see(page.get_by_text("one immutable release"))
    chart = page.get_by_role("img", name="Coverage of the nation, as released")
    see(chart)
    chart.scroll_into_view_if_needed()
    assert chart.evaluate("image => image.decode().then(() => image.naturalWidth)") == WIDTH
    released = re.escape(str(tmp_path / "releases" / "public"))
    report = page.get_by_text(re.compile(rf"^{released}/{MONTH}-[0-9a-f]{{10}}/report/index.html$")).inner_text()
    assert Path(report).stat().st_size > 100_000

    backfilled(page)
