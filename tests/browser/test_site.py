"""The documentation as built pages: nothing is missing, nothing leads nowhere, and a phone shows them."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
BY_THE_THEME = {
    "empty-table-header",  # of a first column that needs no name
    "landmark-unique",  # its copy buttons
    "scrollable-region-focusable",  # wide tables: Chromium and Firefox reach what scrolls with the keyboard by themselves
}
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


class Links(HTMLParser):
    """The links of a page, and its anchors."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.ids: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.ids.add(attributes.get("id", ""))
        target = attributes.get("href") or attributes.get("src") or ""
        self.links.append(target)
        if tag in ("script", "img", "link", "iframe"):
            self.fetched.append(target)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages, built strictly by the recipe of `make check`, in a separate folder."""
    folder = tmp_path_factory.mktemp("site")
    for path in [*ROOT.glob("*.md"), ROOT / "LICENSE", ROOT / "Makefile", ROOT / "mkdocs.yml"]:
        shutil.copy(path, folder)
    for name in ("docs", "schemas/codes"):
        shutil.copytree(ROOT / name, folder / name)
    recipe = ["make", "--old-file=setup", "site", f"BIN={Path(sys.executable).parent}"]
    done = subprocess.run(recipe, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Links]:
    """Every page but the one for addresses that do not exist, whose links are those of a server's root."""
    return {page: Links(page) for page in sorted(site.rglob("*.html")) if page.name != "404.html"}


def planned(entries: list[dict[str, object] | str]) -> Iterator[str]:
    for entry in entries:
        value = entry if isinstance(entry, str) else next(iter(entry.values()))
        if isinstance(value, list):
            yield from planned(value)
        else:
            yield str(value)


def test_every_page_is_in_the_navigation_once() -> None:
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    written = [path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]]
    assert sorted(planned(settings["nav"])) == sorted([*written, "schemas/codes/README.md"])


def test_every_link_leads_somewhere(site: Path, pages: dict[Path, Links]) -> None:
    assert len(pages) > 30
    lost = []
    for page, found in pages.items():
        for link in found.links:
            to = urlsplit(link)
            if to.scheme or to.netloc:
                continue
            target = (page.parent / unquote(to.path)).resolve() if to.path else page
            target = target / "index.html" if target.is_dir() else target
            known = pages.get(target)
            if not target.is_file() or (to.fragment and known and unquote(to.fragment) not in known.ids):
                lost.append(f"{page.relative_to(site)}: {link}")
    assert lost == []


def test_nothing_is_fetched_from_elsewhere(pages: dict[Path, Links]) -> None:
    assert [link for found in pages.values() for link in found.fetched if urlsplit(link).netloc] == []


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *attributes: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The address of the pages on a local server."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_phone_shows_every_page_whole_and_finds_words(
    browser: Browser, site: Path, pages: dict[Path, Links], address: str
) -> None:
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        output, asked = [], []
        page.on("console", lambda message: output.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: output.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        wider = []
        for path in pages:
            page.goto(f"{address}/{path.relative_to(site)}")
            if page.evaluate(WIDER):
                wider.append(path.name)
        assert (wider, output) == ([], [])
        assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
        page.keyboard.press("Control+k")
        page.keyboard.type("dominance")
        page.get_by_role("link", name="Disclosure control").first.wait_for(timeout=5000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_withhold_nothing_from_people_who_do_not_see_well(browser: Browser, site: Path, scheme: str) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme, offline=True) as context:
        page = context.new_page()
        for name in ("index.html", "docs/tutorials/developer.html", "docs/rules.html"):
            page.goto((site / name).as_uri())
            found = {violation["id"] for violation in Axe().run(page).response["violations"]}
            assert found <= BY_THE_THEME, name
