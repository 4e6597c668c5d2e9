"""The page in a real browser: for everybody, at every width, in both colours, on paper, and without its script."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from conformance.reports.history.html import page as history_page
from conformance.reports.history.reading import read_history
from conformance.reports.html import page as page_of
from conformance.standin.dial import KEYS
from tests.conftest import Replayed
from tests.report.browser import NARROW, WIDE, Scheme, opened, started
from tests.report.made_up import HOSTILE
from tests.report.test_html import full
from tests.running import CORE_18, ROOT, run_elsewhere
from tests.standin.programs import started as started_standin

DEFECT: Final = "number-taken-as-text"
"""It violates CHAT-05 only: the pictures of the documents show it."""
SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")
SERIOUS: Final = ("serious", "critical")

_IS_SHOWN: Final = "all => all.filter(one => one.checkVisibility()).length"
_OPEN_SOME: Final = "document.querySelectorAll('details').forEach((one, at) => { one.open = at < 6 || at % 50 === 0 })"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started() as browser:
        yield browser


@pytest.fixture(scope="module")
def failed(replayed: Replayed) -> Path:
    """The page of a live run that found a violation."""
    return replayed.once("a-violation", _ask_a_broken_standin) / "report.html"


def _ask_a_broken_standin(folder: Path) -> None:
    with started_standin("-m", "conformance.standin", "--port=0", f"--defect={DEFECT}") as standin:
        environment = {"DIAL_URL": standin.url, "DIAL_API_KEY": KEYS[0]}
        run = run_elsewhere(
            folder,
            *("--live", "--dalle3-deployment=dall-e-3"),
            f"--report-html={folder / 'report.html'}",
            **environment,
        )
    assert run.requirements("violated") == {"CHAT-05"}, run.output


def test_it_is_for_everybody_at_every_width_and_in_both_colours(browser: Browser, failed: Path) -> None:
    found: dict[tuple[int, Scheme], list[Any]] = {}
    for width in (WIDE, NARROW):
        for scheme in SCHEMES:
            with opened(browser, failed, width, scheme) as one:
                one.page.evaluate(_OPEN_SOME)
                violations = Axe().run(one.page).response["violations"]
                found[width, scheme] = [
                    (each["id"], each["nodes"][0]["html"]) for each in violations if each["impact"] in SERIOUS
                ]
                assert one.page.evaluate("document.documentElement.scrollWidth") <= width, "it scrolls sideways"
                assert one.seen.nothing, one.seen
    assert [one for one in found.items() if one[1]] == []


def test_hostile_texts_do_nothing(browser: Browser, tmp_path: Path) -> None:
    active = (
        "<img src=http://evil.example/x onerror=alert(1)><svg onload=alert(2)><script>alert(3)</script>",
        '"><iframe src="javascript:alert(4)"></iframe><base href="http://evil.example/">',
        "</script></style><meta http-equiv=refresh content='0;url=http://evil.example/'>{{7*7}}",
    )
    for text in (*active, *HOSTILE):
        file = tmp_path / "hostile.html"
        file.write_text(page_of(full(text)))
        with opened(browser, file) as one:
            one.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
            assert one.seen.nothing, one.seen
            assert one.page.evaluate("document.scripts.length") == 1
            assert one.page.locator("img[src^=http], iframe, base").count() == 0


def test_the_search_shows_what_has_all_words(browser: Browser, failed: Path) -> None:
    with opened(browser, failed) as one:
        entries = one.page.locator(".entry")
        every = entries.evaluate_all(_IS_SHOWN)
        one.page.locator("#search").fill("chat-05 refused")
        assert one.page.locator(".finding").evaluate_all(_IS_SHOWN) == 1
        assert 1 <= entries.evaluate_all(_IS_SHOWN) < every
        assert one.page.locator("#violated .twins").evaluate_all(_IS_SHOWN) == 2, "one for each value"
        assert "fit" in one.page.locator("#found").inner_text()
        one.page.locator("#search").fill("")
        assert entries.evaluate_all(_IS_SHOWN) == every
        assert one.seen.nothing, one.seen


def test_the_filters_work_without_the_script(browser: Browser, failed: Path) -> None:
    with opened(browser, failed, scripts=False) as one:
        assert not one.page.locator("#search").is_visible()
        passed, musts = one.page.locator(".entry.p").first, one.page.locator(".entry.must:not(.p)").first
        assert passed.is_visible()
        one.page.get_by_label("passed").uncheck()
        assert not passed.is_visible()
        assert musts.is_visible()
        one.page.get_by_label("violated").uncheck()
        assert not one.page.locator("#violated").is_visible()
        one.page.get_by_label("MUST").uncheck()
        assert not musts.is_visible()
        one.page.get_by_role("link", name="DIAL-4.3-").first.click()
        assert one.page.locator("#contract-4\\.3").is_visible()


def test_paper_shows_what_is_folded_and_no_controls(browser: Browser, failed: Path) -> None:
    with opened(browser, failed, scheme="dark") as one:
        one.page.emulate_media(media="print")
        assert not one.page.locator("nav, .filters, .up").filter(visible=True).count()
        body = one.page.locator(".finding .exchange .pair").first
        assert body.is_visible(), "a closed part of a violation is printed"
        for part in ("body", ".finding"):
            background = one.page.locator(part).first.evaluate("one => getComputedStyle(one).backgroundColor")
            assert background == "rgb(255, 255, 255)", f"{part} is dark on paper"
        assert one.page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
        assert len(one.page.pdf()) > 10_000


def test_pictures_of_the_documents(browser: Browser, failed: Path, tmp_path: Path) -> None:
    """Make them; `make screenshots` puts them into docs/."""
    folder = ROOT / "docs" if os.environ.get("SCREENSHOTS") else tmp_path
    for width in (WIDE, NARROW):
        for scheme in SCHEMES:
            with opened(browser, failed, width, scheme) as one:
                drawn = one.page.screenshot(path=folder / f"report-{width}-{scheme}.png")
            assert drawn.startswith(b"\x89PNG")


_WORDS_IN_PIECES = """cells => cells.filter(cell => {
  const word = /\\S+/g, text = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (text.nextNode()) for (const found of text.currentNode.data.matchAll(word)) {
    if (found[0].length > 30) continue;
    range.setStart(text.currentNode, found.index);
    range.setEnd(text.currentNode, found.index + found[0].length);
    if (new Set([...range.getClientRects()].map(one => Math.round(one.bottom))).size > 1 && !found[0].includes("-"))
      return true;
  }
  return false;
}).map(cell => cell.innerText)"""


@pytest.mark.long
def test_history_is_for_everybody_and_takes_no_word_apart(browser: Browser, tmp_path: Path) -> None:
    """The sentence of a requirement took the room of the names beside it, which stood one letter below the other."""
    run = run_elsewhere(tmp_path, f"--cassettes={CORE_18}", f"--report-json={tmp_path / 'report.json'}")
    assert run.requirements("violated") == {"CONF-01"}, run.output
    file = tmp_path / "history.html"
    file.write_text(history_page(read_history([tmp_path / "report.json"])))
    for width in (WIDE, NARROW):
        with opened(browser, file, width, "light") as one:
            serious = [each["id"] for each in Axe().run(one.page).response["violations"] if each["impact"] in SERIOUS]
            assert serious == []
            assert one.page.locator("td, th").evaluate_all(_WORDS_IN_PIECES) == []
            assert one.page.evaluate("document.documentElement.scrollWidth") <= width, "it scrolls sideways"
    with opened(browser, file, WIDE, "light") as one:
        hidden = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.ariaLabel)"
        assert one.page.locator(".scroll").evaluate_all(hidden) == []
