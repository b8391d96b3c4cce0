"""The report in a real browser: nothing asked for, nothing said on the console, nothing too wide."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Any

import pytest

from overt.audits.results import write_results

pytestmark = pytest.mark.browser

NAMES = ["many", "hostile", "publishable", "synthetic", "all failed", "no control"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the reports lie."""
    return tmp_path_factory.mktemp("reports")


def opened(browser: Any, folder: Path, run: Any, name: str, **options: Any) -> tuple[Any, list[str]]:
    """A page with the report, and everything it asked for or complained of."""
    path = folder / name.replace(" ", "-")
    if not path.exists():
        write_results(run, path)
    page = browser.new_page(**options)
    noted: list[str] = []
    page.on("console", lambda message: noted.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: noted.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (noted.append("dialog"), dialog.dismiss()))
    page.on("request", lambda request: noted.append(request.url) if request.url != "data:," else None)
    page.goto((path / "report.html").as_uri())
    return page, noted


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (360, "dark"), (1280, "light")])
@pytest.mark.parametrize("name", NAMES)
def test_asks_for_nothing_says_nothing_and_fits(  # noqa: PLR0917
    browser: Any, folder: Path, runs: Any, name: str, width: int, scheme: str
) -> None:
    """One request, for the file itself; one script, its own; no sideways scrolling, also with everything unfolded."""
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    page, noted = opened(browser, folder, runs[name](), name, **options)
    assert [each for each in noted if not each.endswith("/report.html")] == []
    assert len(noted) == 1
    assert page.locator("script").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(TOO_WIDE) == []
    page.close()


# What reaches past the edge of the window and has no scrolling box of its own around it.
TOO_WIDE = """() => [...document.querySelectorAll('main *')]
  .filter(each => !each.closest('.scroll') && !each.closest('svg') && !each.classList.contains('hidden'))
  .filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(each => each.outerHTML.slice(0, 80))"""


def test_follows_the_dark(browser: Any, folder: Path, runs: Any) -> None:
    """Page and plots change, without a script."""
    colours = []
    for scheme in ("light", "dark"):
        page, _ = opened(browser, folder, runs["many"](), "many", color_scheme=scheme)
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        bar = page.evaluate("getComputedStyle(document.querySelector('.plot-bar')).fill")
        colours.append((ground, bar))
        page.close()
    assert colours[0][0] != colours[1][0]
    assert colours[0][1] != colours[1][1]


def test_words_in_plots_do_not_run_into_one_another(browser: Any, folder: Path, runs: Any) -> None:
    """The name on the left and the figure on the right, narrow and wide."""
    for width in (360, 768, 1280):
        options = {"viewport": {"width": width, "height": 800}}
        page, _ = opened(browser, folder, runs["many"](), "many", **options)
        overlaps = page.evaluate(
            """() => [...document.querySelectorAll('.plot g')].filter(each => {
                const [label, value] = ['.plot-label', '.plot-value'].map(one => each.querySelector(one));
                return label && label.getBoundingClientRect().right > value.getBoundingClientRect().left;
            }).map(each => each.textContent)"""
        )
        assert overlaps == [], width
        page.close()


def test_can_be_walked_with_the_keyboard(browser: Any, folder: Path, runs: Any) -> None:
    """The first stop is the way past the banner, and it leads to the main part."""
    page, _ = opened(browser, folder, runs["many"](), "many")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.close()


def test_prints_on_paper_with_everything_unfolded(browser: Any, folder: Path, runs: Any, tmp_path: Path) -> None:
    """A4, the summary on one page, evidence rows visible, the mark of a made-up source on each page."""
    import pypdf

    page, _ = opened(browser, folder, runs["synthetic"](), "synthetic")
    page.pdf(path=str(tmp_path / "report.pdf"), prefer_css_page_size=True, print_background=True)
    page.close()
    sheets = pypdf.PdfReader(tmp_path / "report.pdf").pages
    assert [round(float(side)) for side in (sheets[0].mediabox.width, sheets[0].mediabox.height)] == [595, 842]
    texts = [sheet.extract_text() for sheet in sheets]
    assert "What this report does not say" in texts[0]
    assert "Duties that were answered, by severity and verdict" in texts[1]
    assert any("E4000009" in text for text in texts)
    assert all("SYNTHETIC" in text for text in texts)


def test_duties_are_filtered_and_sorted_where_scripts_run(browser: Any, folder: Path, runs: Any) -> None:
    """By words, severity and unit; what does not fit is hidden in every chapter, and all is there again without one."""
    page, noted = opened(browser, folder, runs["many"](), "many")
    every = page.locator("[data-duty]:visible").count()
    page.get_by_label("Severity").select_option("Critical")
    assert 0 < page.locator("[data-duty]:visible").count() < every
    fitting = page.locator("[data-duty]:not([hidden])").count()
    assert page.get_by_role("status").inner_text().startswith(f"{fitting} of ")
    page.get_by_label("Severity").select_option("")
    page.get_by_label("Words in the duty").fill("overdue reviews")
    titles = page.locator("[data-duty]:visible [data-title]").all_inner_texts()
    assert titles
    assert all("overdue" in title for title in titles)
    page.get_by_label("Words in the duty").fill("")
    page.get_by_label("Order").select_option("name")
    names = page.locator(".duties tbody th a").all_inner_texts()
    assert names == sorted(names)
    assert page.locator("[data-duty]:visible").count() == every
    assert not [line for line in noted if line.startswith(("console", "error"))]
    page.close()


def test_without_script_every_duty_is_there_and_no_filter(browser: Any, folder: Path, runs: Any) -> None:
    """The filter is an enhancement: nothing stands in its place."""
    page, _ = opened(browser, folder, runs["many"](), "many", java_script_enabled=False)
    assert page.locator("#filter").is_hidden()
    page.close()


def test_charts_are_saved_as_svg_and_png(browser: Any, folder: Path, runs: Any, tmp_path: Path) -> None:
    """The file by a plain link; an image by the page's own script, twice as sharp, and nothing is asked for."""
    page, noted = opened(browser, folder, runs["many"](), "many")
    with page.expect_download() as svg:
        page.locator("a[download$='.svg']").first.click()
    svg.value.save_as(tmp_path / "chart.svg")
    drawn = (tmp_path / "chart.svg").read_text("utf-8")
    assert "Source: " in drawn
    width, height = (int(re.findall(rf'{side}="(\d+)"', drawn)[0]) for side in ("width", "height"))
    with page.expect_download() as png:
        page.locator("button:has-text('Save it as PNG')").first.click()
    png.value.save_as(tmp_path / "chart.png")
    image = (tmp_path / "chart.png").read_bytes()
    assert png.value.suggested_filename == svg.value.suggested_filename.replace(".svg", ".png")
    assert image.startswith(b"\x89PNG")
    assert struct.unpack(">II", image[16:24]) == (2 * width, 2 * height)
    assert [each for each in noted if not each.startswith(("data:", "file:"))] == []
    page.close()
