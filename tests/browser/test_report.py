"""The report as people meet it: in real Chromium, without a network, in both languages, at a desk, on a phone, on paper."""

import json
import re
import struct
from pathlib import Path
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

LANGUAGES = ("id", "en")
HEADINGS = {"id": "Peta provinsi", "en": "Map of provinces"}
SYNTHETIC = {"id": "tidak memuat data orang nyata", "en": "no real person"}
BASES = {"home": "residence", "work": "place of registration"}
OPENED = "document.querySelectorAll('main details').forEach((part) => { part.open = true; })"


def opened(context: BrowserContext, release: Path, asked: str = "") -> Page:
    page = context.new_page()
    page.goto(f"file://{release}/report/index.html{asked}")
    return page


def test_the_page_asks_for_nothing_and_complains_of_nothing(context: BrowserContext, release: Path) -> None:
    asked: list[str] = []
    output: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: output.append(message.text))
    page.on("pageerror", lambda error: output.append(str(error)))
    page.goto(f"file://{release}/report/index.html")
    page.click("[data-language=en]")
    page.select_option("#province", "31")
    page.check("input[value=work]")
    page.evaluate(OPENED)
    assert asked == [f"file://{release}/report/index.html"]
    assert output == []


def test_a_synthetic_nation_is_marked(context: BrowserContext, release: Path) -> None:
    assert json.loads((release / "manifest.json").read_text())["synthetic_months"]
    note = opened(context, release, "?lang=en").locator("#headline [role=note]")
    expect(note).to_contain_text("no real person", use_inner_text=True)


def test_the_language_changes_without_loading_again(context: BrowserContext, release: Path) -> None:
    page = opened(context, release)
    page.evaluate("window.stayed = true")
    for language in ("en", "id", "en"):
        page.click(f"[data-language={language}]")
        other = "id" if language == "en" else "en"
        assert page.evaluate("document.documentElement.lang") == language
        expect(page.locator("#map .kicker")).to_have_text(HEADINGS[language], use_inner_text=True)
        shown = page.evaluate(
            f"[...document.querySelectorAll('main [lang={other}]')].filter((part) => part.offsetParent).length"
        )
        assert shown == 0
        expect(page.locator(f"[data-language={language}]")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("window.stayed")


def test_every_text_is_translated(context: BrowserContext, release: Path) -> None:
    seen = "[...document.querySelectorAll('main h2, main .lead')].filter((part) => part.offsetParent).map((part) => part.innerText)"
    page = opened(context, release)
    texts = page.evaluate(seen)
    page.click("[data-language=en]")
    translated = page.evaluate(seen)
    assert len(texts) == len(translated) > 20
    assert not [text for text, other in zip(texts, translated, strict=True) if text == other]


def test_a_province_is_chosen_from_the_list_and_from_the_map(context: BrowserContext, release: Path) -> None:
    page = opened(context, release)
    assert page.locator("[data-profile]:visible").count() == 0
    page.select_option("#province", "31")
    expect(page.locator("[data-profile]:visible")).to_have_count(1)
    expect(page.locator("[data-profile]:visible h2")).to_contain_text("DKI Jakarta", use_inner_text=True)
    page.click("[data-panel]:not([hidden]) button[data-prov='51']")
    expect(page.locator("[data-profile]:visible h2")).to_contain_text("Bali", use_inner_text=True)
    assert page.input_value("#province") == "51"
    assert page.locator("[data-panel]:not([hidden]) button.me").get_attribute("aria-pressed") == "true"
    page.select_option("#province", "")
    assert page.locator("[data-profile]:visible").count() == 0


def test_a_link_opens_a_province_in_a_language(context: BrowserContext, release: Path) -> None:
    page = opened(context, release, "?lang=en&province=35")
    expect(page.locator("[data-profile]:visible h2")).to_contain_text("Jawa Timur", use_inner_text=True)
    expect(page.locator("#map .kicker")).to_have_text(HEADINGS["en"], use_inner_text=True)


def test_the_map_shows_38_tiles_of_what_is_chosen(context: BrowserContext, release: Path) -> None:
    page = opened(context, release)
    for basis in ("home", "work"):
        for segment in ("all", "formal", "informal"):
            page.check(f"input[value={basis}]")
            page.check(f"input[name=segment][value={segment}]")
            visible = page.locator("[data-panel]:visible")
            expect(visible).to_have_count(1)
            assert visible.get_attribute("data-panel") == f"{basis}-{segment}"
            positions = visible.locator("button").evaluate_all(
                "(tiles) => tiles.map((tile) => [tile.offsetLeft, tile.offsetTop].join())"
            )
            assert len(positions) == len(set(positions))
    assert page.locator("[data-panel=home-all] button").count() == 38


def test_above_100_percent_is_a_class_of_its_own(context: BrowserContext, release: Path) -> None:
    page = opened(context, release)
    page.check("input[value=work]")
    jakarta = page.locator("[data-panel=work-all] button[data-prov='31']")
    assert "k5" in (jakarta.get_attribute("class") or "")
    assert float(jakarta.locator("[data-v]").get_attribute("data-v") or 0) >= 1


def test_what_the_keyboard_reaches(context: BrowserContext, release: Path) -> None:
    page = opened(context, release)
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.outerHTML.slice(0, 60)"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert "skip" in reached[0]
    for part in ('id="province"', 'data-language="id"', 'href="#map"', 'name="basis"', 'class="tile'):
        assert any(part in element for element in reached), part
    page.locator("[data-panel=home-all] button[data-prov='12']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-profile]:visible h2")).to_contain_text("Sumatera Utara", use_inner_text=True)


@pytest.mark.parametrize(("language", "width"), [("id", 1280), ("en", 360)])
def test_axe_finds_no_violation(context: BrowserContext, release: Path, language: str, width: int) -> None:
    page = opened(context, release, f"?lang={language}&province=31")
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate(OPENED)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(rule["id"], len(rule["nodes"]), rule["nodes"][0]["html"][:200]) for rule in found] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wider_than_a_phone(context: BrowserContext, release: Path, language: str) -> None:
    page = opened(context, release, f"?lang={language}&province=31")
    page.set_viewport_size({"width": 360, "height": 740})
    page.evaluate(OPENED)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    wide = page.evaluate(
        "[...document.querySelectorAll('main *')].filter((part) => !part.closest('.scroll, svg, .heard, pre') && part.offsetParent "
        "&& part.getBoundingClientRect().right > 361).map((part) => part.outerHTML.slice(0, 80))"
    )
    assert wide == []


def test_paper_has_the_chosen_province_and_no_controls(context: BrowserContext, release: Path) -> None:
    page = opened(context, release, "?province=31")
    page.emulate_media(media="print")
    expect(page.locator("header.top")).to_be_hidden()
    expect(page.locator("nav.toc")).to_be_hidden()
    expect(page.locator("[data-profile='31']")).to_be_visible()
    rules = page.evaluate("[...document.styleSheets[0].cssRules].map((rule) => rule.cssText).join(' ')")
    assert f"Cakupan · {json.loads((release / 'manifest.json').read_text())['release_id']}" in rules
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("asked", ["", "?province=31"])
def test_the_short_print_has_two_pages(context: BrowserContext, release: Path, asked: str) -> None:
    page = opened(context, release, asked)
    page.evaluate("window.print = () => { window.printed = document.body.className; }")
    page.click("[data-print=whole]")
    assert page.evaluate("window.printed") == ""
    whole = pages(page.pdf(prefer_css_page_size=True))
    page.click("[data-print=brief]")
    assert page.evaluate("window.printed") == "brief"
    page.evaluate("document.body.classList.add('brief')")
    assert pages(page.pdf(prefer_css_page_size=True)) == 2 < whole


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_no_link_leaves_the_page(context: BrowserContext, release: Path) -> None:
    page = opened(context, release, "?province=31")
    targets = page.locator("a[href]").evaluate_all("(links) => links.map((link) => link.getAttribute('href'))")
    assert targets
    assert [target for target in targets if not target.startswith(("#", "data:"))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_is_downloaded_as_svg_and_as_png(context: BrowserContext, release: Path, language: str) -> None:
    asked = f"?lang={language}&province=31"
    page = opened(context, release, asked)
    charts = page.locator(".chart:visible").count() + 1  # and the map
    assert page.locator("[data-kind]:visible").count() == 2 * charts
    names = []
    for number in range(2 * charts):
        if number % 8 == 0:  # Chromium refuses the eleventh download of a page
            page = opened(context, release, asked)
        with page.expect_download() as download:
            page.locator("[data-kind]:visible").nth(number).click()
        names.append(download.value.suggested_filename)
        content = download.value.path().read_bytes()
        if names[-1].endswith(".svg"):
            texts = "".join(ElementTree.fromstring(content).itertext())
            for part in (json.loads((release / "manifest.json").read_text())["release_id"], SYNTHETIC[language]):
                assert part in texts
        else:
            assert content.startswith(b"\x89PNG")
            assert struct.unpack(">I", content[16:20]) == (1760,)
    assert len(set(names)) == len(names)


def test_a_downloaded_map_states_which_map_it_is(context: BrowserContext, release: Path) -> None:
    page = opened(context, release, "?lang=en")
    for basis, title in (("home", page.inner_text("#map h2")), ("work", "Map of provinces")):
        page.check(f"input[value={basis}]")
        with page.expect_download() as download:
            page.click("#map [data-kind=svg]")
        texts = " ".join(ElementTree.fromstring(download.value.path().read_bytes()).itertext())
        assert " ".join(title.split()) in " ".join(texts.split())
        assert BASES[basis] in texts


def test_every_province_has_its_charts(context: BrowserContext, release: Path) -> None:
    page = opened(context, release)
    for code in ("11", "31", "95"):
        page.select_option("#province", code)
        expect(page.locator("[data-profile]:visible .chart svg:visible")).to_have_count(2)


def test_every_chart_has_a_description(context: BrowserContext, release: Path) -> None:
    page = opened(context, release)
    for language in LANGUAGES:
        page.click(f"[data-language={language}]")
        charts = page.locator(".chart svg:visible")
        words = charts.evaluate_all("(charts) => charts.map((chart) => chart.getAttribute('aria-label'))")
        assert len(words) > 8
        assert not [text for text in words if len(text) < 40]
        assert len(set(words)) == len(words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_scorecard_of_a_province_is_one_sheet(context: BrowserContext, release: Path, language: str) -> None:
    """The province is beside the five most similar ones, and the sheet has the notice of synthetic data."""
    page = opened(context, release, f"?lang={language}&province=31&print=sheet")
    page.emulate_media(media="print")
    first, second = page.locator("#scorecard table").all()
    assert first.locator("tbody tr:visible").count() == 6
    assert second.locator("tbody tr:visible").count() == 1
    expect(page.locator(".synthetic")).to_be_visible()
    assert pages(page.pdf(prefer_css_page_size=True)) == 1


def test_a_scorecard_is_printed_only_for_a_chosen_province(context: BrowserContext, release: Path) -> None:
    page = opened(context, release)
    expect(page.locator("[data-print=sheet]")).to_be_hidden()
    page.select_option("#province", "31")
    expect(page.locator("[data-print=sheet]")).to_be_visible()
